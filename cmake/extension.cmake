# The library that extensions link, vigil::extension, as an installed package for
# CMake and pkg-config; and the examples, each of one file.
file(GLOB sdk_sources CONFIGURE_DEPENDS extensions/sdk/*.cpp modules/thrift/*.cpp)
# What of core/ a table needs, and nothing that needs a library of its own.
set(sdk_core "$<FILTER:$<TARGET_OBJECTS:vigil_core>,INCLUDE,core/(base|host|parse)/|core/sql/table\\.cpp>")
set(sdk_server "$<FILTER:$<TARGET_OBJECTS:vigil_extensions>,INCLUDE,extensions/server\\.cpp>")
add_library(vigil_extension STATIC ${sdk_sources} ${sdk_core} ${sdk_server} $<TARGET_OBJECTS:vigil_thrift_interface>)
add_dependencies(vigil_extension vigil_core vigil_extensions)
target_include_directories(vigil_extension PUBLIC extensions/sdk)
target_link_libraries(vigil_extension PUBLIC vigil_flags PRIVATE vigil_thrift_interface)
set_target_properties(vigil_extension PROPERTIES OUTPUT_NAME vigil-extension)

file(GLOB examples CONFIGURE_DEPENDS extensions/examples/*.cpp)
foreach(example IN LISTS examples)
  get_filename_component(name ${example} NAME_WE)
  add_executable(vigil_example_${name} ${example})
  target_link_libraries(vigil_example_${name} PRIVATE vigil_extension)
  set_target_properties(vigil_example_${name} PROPERTIES OUTPUT_NAME ${name} SUFFIX .ext
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/examples)
endforeach()

# Headers keep their paths below include/vigil, so that one -I finds them all.
set(sdk_headers core/base/fd.h core/base/log.h core/base/result.h core/host/host.h core/parse/text.h core/sql/engine.h core/sql/key_value.h
  core/sql/rows.h core/sql/scan.h core/sql/table.h core/sql/typed.h extensions/protocol.h)
foreach(header IN LISTS sdk_headers)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vigil/${folder})
endforeach()
install(DIRECTORY extensions/sdk/vigil/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vigil)
install(TARGETS vigil_extension ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES tools/generator/gentable.py tools/generator/spec.py DESTINATION ${CMAKE_INSTALL_DATADIR}/vigil/generator)

include(CMakePackageConfigHelpers)
set(sdk_package ${CMAKE_INSTALL_LIBDIR}/cmake/vigil-extension)
set(sdk_library ${CMAKE_INSTALL_LIBDIR}/libvigil-extension.a)
set(sdk_include ${CMAKE_INSTALL_INCLUDEDIR})
set(sdk_generator ${CMAKE_INSTALL_DATADIR}/vigil/generator/gentable.py)
configure_package_config_file(extensions/sdk/cmake/vigil-extension-config.cmake.in ${CMAKE_BINARY_DIR}/sdk/vigil-extension-config.cmake
  INSTALL_DESTINATION ${sdk_package} PATH_VARS sdk_library sdk_include sdk_generator NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/sdk/vigil-extension-config-version.cmake VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/sdk/vigil-extension-config.cmake ${CMAKE_BINARY_DIR}/sdk/vigil-extension-config-version.cmake DESTINATION ${sdk_package})
# The prefix is told from where the file lies, so that an installation can be moved.
file(RELATIVE_PATH sdk_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(extensions/sdk/cmake/vigil-extension.pc.in ${CMAKE_BINARY_DIR}/sdk/vigil-extension.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/sdk/vigil-extension.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
