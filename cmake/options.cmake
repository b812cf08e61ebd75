# Compiler options of all of the project's own code, as the target vigil_flags.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(vigil_flags INTERFACE)
target_include_directories(vigil_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/gen)
target_compile_options(vigil_flags INTERFACE -Wall -Wextra $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  -Wno-missing-field-initializers -fstack-protector-strong)
target_link_options(vigil_flags INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
if(VIGIL_WERROR)
  target_compile_options(vigil_flags INTERFACE -Werror)
endif()
if(VIGIL_SANITIZE)
  target_compile_options(vigil_flags INTERFACE -fsanitize=${VIGIL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(vigil_flags INTERFACE -fsanitize=${VIGIL_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(vigil_flags INTERFACE -fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/cmake/sanitizer_ignore.txt)
  endif()
else()
  target_compile_definitions(vigil_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()

# What loads modules: it offers them core/, and has a C++ library of its own, as
# finding the symbols of the shared one takes a fifth of the start. Modules use the
# shared one, and neither sees the other's.
function(vigil_set_program target)
  set_target_properties(${target} PROPERTIES ENABLE_EXPORTS ON)
  add_dependencies(${target} vigil_modules)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT VIGIL_SANITIZE)
    # Not libgcc: with two unwinders, an exception that passes from one to the other ends the process.
    target_link_options(${target} PRIVATE -static-libstdc++ -shared-libgcc -Wl,--exclude-libs,libstdc++.a)
  endif()
endfunction()
