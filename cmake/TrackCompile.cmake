# How this project's own targets are compiled. Nothing here reaches users of track::track.

# ccache, told to accept precompiled headers and to share its results between checkouts.
if(TRACK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(TRACK_CCACHE_PROGRAM ccache)
  mark_as_advanced(TRACK_CCACHE_PROGRAM)
  if(TRACK_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      "${TRACK_CCACHE_PROGRAM}")
    set(CMAKE_C_COMPILER_LAUNCHER "${CMAKE_CXX_COMPILER_LAUNCHER}")
  endif()
endif()

# track_compile_options(<target>): C++20 without extensions, hidden symbols, the warnings.
function(track_compile_options target)
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 20
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    C_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  if(TRACK_WARNINGS)
    # Designated initialisers leave fields to their defaults on purpose.
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wpedantic -Wshadow
      $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>
      -Wno-missing-field-initializers)
    # gcc 12 sees overlap in std::string's operator+ where there is none (its bug 105651), and a
    # write beyond the end where a vector of bytes grows.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      target_compile_options(${target} PRIVATE -Wno-restrict -Wno-stringop-overflow)
    endif()
  endif()
  if(TRACK_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
