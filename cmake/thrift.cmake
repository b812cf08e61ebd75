# The extension interface in C++, generated from extensions/extension.thrift, as
# the object library vigil_thrift_interface.
find_program(THRIFT thrift REQUIRED)
pkg_check_modules(thrift REQUIRED IMPORTED_TARGET thrift)
set(interface ${CMAKE_SOURCE_DIR}/extensions/extension.thrift)
set(interface_gen ${CMAKE_BINARY_DIR}/gen/thrift)
file(MAKE_DIRECTORY ${interface_gen})
set(interface_sources)
foreach(name Extension ExtensionManager extension_types)
  list(APPEND interface_sources ${interface_gen}/${name}.h ${interface_gen}/${name}.cpp)
endforeach()
# Not no_ostream_operators: what() of the exception uses them all the same.
add_custom_command(OUTPUT ${interface_sources}
  COMMAND ${THRIFT} --gen cpp:no_skeleton,moveable_types,no_default_operators -out ${interface_gen} ${interface}
  DEPENDS ${interface} COMMENT "Generating the extension interface" VERBATIM)
add_library(vigil_thrift_interface OBJECT ${interface_sources})
target_link_libraries(vigil_thrift_interface PUBLIC vigil_flags PkgConfig::thrift)
target_include_directories(vigil_thrift_interface SYSTEM PUBLIC ${interface_gen})
target_compile_options(vigil_thrift_interface PRIVATE -w $<$<BOOL:${VIGIL_FUZZ}>:-fsanitize=fuzzer-no-link>)
install(FILES ${interface} DESTINATION ${CMAKE_INSTALL_DATADIR}/vigil)
