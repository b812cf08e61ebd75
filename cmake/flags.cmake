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

# The manual page of the shell and the page on all flags.
set(man_outputs ${CMAKE_BINARY_DIR}/man/osqueryi.1 ${CMAKE_BINARY_DIR}/docs/flags.md)
set(man_template ${CMAKE_SOURCE_DIR}/docs/man/osqueryi.1.in)
add_custom_command(OUTPUT ${man_outputs}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/generator/genman.py ${VIGIL_VERSION} ${CMAKE_SOURCE_DIR}/specs/options.spec
    ${man_template} ${man_outputs}
  COMMAND ${CMAKE_COMMAND} -E touch ${man_outputs}
  DEPENDS ${CMAKE_SOURCE_DIR}/specs/options.spec ${man_template} ${options_generator}
  COMMENT "Generating the manual page" VERBATIM)
add_custom_target(vigil_man ALL DEPENDS ${man_outputs})
install(FILES ${CMAKE_BINARY_DIR}/man/osqueryi.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
