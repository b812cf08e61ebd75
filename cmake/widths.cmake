# The cells that characters take on a terminal, from Unicode's tables.
function(vigil_add_cell_widths target)
  set(gen ${CMAKE_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${gen})
  find_package(Python3 3.10 REQUIRED COMPONENTS Interpreter)
  set(script ${CMAKE_SOURCE_DIR}/tools/generator/genwidths.py)
  add_custom_command(OUTPUT ${gen}/cell_widths.gen.h
    COMMAND ${Python3_EXECUTABLE} ${script} ${gen}
    DEPENDS ${script}
    COMMENT "Generating the widths of characters" VERBATIM)
  target_sources(${target} PRIVATE ${gen}/cell_widths.gen.h)
endfunction()
