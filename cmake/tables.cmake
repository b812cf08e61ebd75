# Tables: what is generated from specs/ and written by hand in tables/.
#
# A table whose spec names a library goes into the module of that library,
# which cmake/modules.cmake links; all others go into the program.
include(cmake/modules.cmake)

function(vigil_add_tables)
  set(gen ${CMAKE_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${gen})
  find_package(Python3 3.10 REQUIRED COMPONENTS Interpreter)
  file(GLOB specs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/specs/*/*.table)
  file(GLOB generator CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/generator/*.py)

  set(outputs ${gen}/all_tables.gen.cpp ${gen}/schema.json)
  set(program_sources ${gen}/all_tables.gen.cpp)
  foreach(spec IN LISTS specs)
    get_filename_component(name ${spec} NAME_WE)
    get_filename_component(group ${spec} DIRECTORY)
    get_filename_component(group ${group} NAME)
    list(APPEND outputs ${gen}/${name}.gen.h ${gen}/${name}.gen.cpp)
    list(APPEND program_sources ${gen}/${name}.gen.cpp)
    set(source ${CMAKE_SOURCE_DIR}/tables/${group}/${name}.cpp)
    file(STRINGS ${spec} library REGEX "^ *library *= *\"")
    if(library)
      string(REGEX REPLACE ".*\"([a-z0-9_]+)\".*" "\\1" library "${library}")
      list(APPEND outputs ${gen}/${name}.module.gen.cpp)
      list(APPEND libraries ${library})
      list(APPEND module_${library} ${source} ${gen}/${name}.module.gen.cpp)
    else()
      list(APPEND program_sources ${source})
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${spec})
  endforeach()

  add_custom_command(OUTPUT ${outputs}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/generator/gentable.py ${gen} ${specs}
    DEPENDS ${specs} ${generator}
    COMMENT "Generating tables from specs" VERBATIM)
  add_custom_target(vigil_generated DEPENDS ${outputs})

  add_library(vigil_tables OBJECT ${program_sources})
  add_dependencies(vigil_tables vigil_generated)
  target_link_libraries(vigil_tables PUBLIC vigil_flags)

  # modules/<library>/ holds what belongs to a module and to no table.
  file(GLOB module_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/modules/*/*.cpp)
  foreach(source IN LISTS module_sources)
    get_filename_component(library ${source} DIRECTORY)
    get_filename_component(library ${library} NAME)
    list(APPEND libraries ${library})
    list(APPEND module_${library} ${source})
  endforeach()

  add_custom_target(vigil_modules)
  if(libraries)
    list(REMOVE_DUPLICATES libraries)
  endif()
  foreach(library IN LISTS libraries)
    vigil_add_module(${library} ${module_${library}})
    add_dependencies(vigil_module_${library} vigil_generated)
  endforeach()
endfunction()
