# Files around the program: service, control script, examples. Their paths are
# known when it is installed, so they are written then.
set(VIGIL_PACKAGING ${CMAKE_CURRENT_SOURCE_DIR}/tools/packaging)
install(CODE "set(packaging \"${VIGIL_PACKAGING}\")
set(made \"${CMAKE_BINARY_DIR}/packaging\")
set(bin \"${CMAKE_INSTALL_BINDIR}\")
set(data \"${CMAKE_INSTALL_DATADIR}\")")
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/install_packaging.cmake)
