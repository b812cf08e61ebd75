# Modules: one shared object for each heavy library, loaded at first use.
# Its undefined symbols of core/ come from the program that loads it.

# Link libraries of each module.
set(vigil_module_libraries_re2 re2)
set(vigil_module_libraries_magic magic)
set(vigil_module_libraries_blkid blkid)
set(vigil_module_libraries_crypto crypto)
set(vigil_module_libraries_edit edit)
set(vigil_module_libraries_rocksdb rocksdb)
set(vigil_module_libraries_thrift vigil_thrift_interface)
set(vigil_module_libraries_zstd zstd)

function(vigil_add_module library)
  add_library(vigil_module_${library} MODULE ${ARGN})
  target_link_libraries(vigil_module_${library} PRIVATE vigil_flags ${vigil_module_libraries_${library}})
  set_target_properties(vigil_module_${library} PROPERTIES PREFIX "" OUTPUT_NAME ${library}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/modules)
  add_dependencies(vigil_modules vigil_module_${library})
  install(TARGETS vigil_module_${library} LIBRARY DESTINATION lib/vigil)
endfunction()
