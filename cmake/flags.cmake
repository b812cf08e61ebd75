# Flags: the library vigil_options, generated from specs/options.spec and
# written by hand in osqueryd/options/.
find_package(Python3 3.10 REQUIRED COMPONENTS Interpreter)
set(options_outputs ${CMAKE_BINARY_DIR}/gen/options.gen.h ${CMAKE_BINARY_DIR}/gen/options.gen.cpp)
file(GLOB options_generator CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/generator/*.py)
add_custom_command(OUTPUT ${options_outputs}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/generator/genoptions.py ${CMAKE_BINARY_DIR}/gen ${CMAKE_SOURCE_DIR}/specs/options.spec
  DEPENDS ${CMAKE_SOURCE_DIR}/specs/options.spec ${options_generator}
  COMMENT "Generating flags from specs/options.spec" VERBATIM)
add_custom_target(vigil_options_generated DEPENDS ${options_outputs})

file(GLOB options_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/osqueryd/options/*.cpp)
add_library(vigil_options STATIC ${options_sources} ${CMAKE_BINARY_DIR}/gen/options.gen.cpp)
add_dependencies(vigil_options vigil_options_generated)
target_link_libraries(vigil_options PUBLIC vigil_flags)

# The system that the program is built on, for osquery_info.
cmake_host_system_information(RESULT build_distro QUERY DISTRIB_ID DISTRIB_VERSION_ID)
string(REPLACE ";" "" build_distro "${build_distro}")
set(VIGIL_BUILD_DISTRO "${build_distro}" CACHE STRING "What osquery_info says as build_distro")
target_compile_definitions(vigil_options PUBLIC VIGIL_BUILD_DISTRO="${VIGIL_BUILD_DISTRO}")

# The manual pages and the page on all flags.
set(man_outputs ${CMAKE_BINARY_DIR}/docs/flags.md)
set(man_templates)
set(man_arguments)
foreach(page osqueryi.1 osqueryd.8 osqueryctl.8)
  list(APPEND man_templates ${CMAKE_SOURCE_DIR}/docs/man/${page}.in)
  list(APPEND man_outputs ${CMAKE_BINARY_DIR}/man/${page})
  list(APPEND man_arguments ${CMAKE_SOURCE_DIR}/docs/man/${page}.in ${CMAKE_BINARY_DIR}/man/${page})
endforeach()
add_custom_command(OUTPUT ${man_outputs}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/generator/genman.py ${VIGIL_VERSION} ${CMAKE_SOURCE_DIR}/specs/options.spec
    ${CMAKE_BINARY_DIR}/docs/flags.md ${man_arguments}
  COMMAND ${CMAKE_COMMAND} -E touch ${man_outputs}
  DEPENDS ${CMAKE_SOURCE_DIR}/specs/options.spec ${man_templates} ${options_generator}
  COMMENT "Generating the manual pages" VERBATIM)
add_custom_target(vigil_man ALL DEPENDS ${man_outputs})
install(FILES ${CMAKE_BINARY_DIR}/man/osqueryi.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/man/osqueryd.8 ${CMAKE_BINARY_DIR}/man/osqueryctl.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
