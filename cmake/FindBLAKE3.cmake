# Finds BLAKE3: the target BLAKE3::blake3.
#
# A distribution's CMake package is taken if there is one. Otherwise the official C and
# assembly sources are compiled, from BLAKE3_SOURCE_DIR or from where Debian's
# librust-blake3-dev puts them. Both choose the fastest instructions at run time.

find_package(BLAKE3 CONFIG QUIET)
if(TARGET BLAKE3::blake3)
  set(BLAKE3_FOUND TRUE)
  return()
endif()

file(GLOB _blake3_debian_dirs "/usr/share/cargo/registry/blake3-*/c")
find_path(BLAKE3_SOURCE_DIR
  NAMES blake3_dispatch.c
  PATHS ${_blake3_debian_dirs}
  NO_DEFAULT_PATH
  DOC "The c folder of the BLAKE3 sources")
mark_as_advanced(BLAKE3_SOURCE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(BLAKE3
  REQUIRED_VARS BLAKE3_SOURCE_DIR
  REASON_FAILURE_MESSAGE "install librust-blake3-dev, or set BLAKE3_SOURCE_DIR to the c folder of the BLAKE3 sources")
if(NOT BLAKE3_FOUND)
  return()
endif()

set(_blake3_sources blake3.c blake3_dispatch.c blake3_portable.c)
set(_blake3_definitions "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  list(APPEND _blake3_sources
    blake3_sse2_x86-64_unix.S blake3_sse41_x86-64_unix.S
    blake3_avx2_x86-64_unix.S blake3_avx512_x86-64_unix.S)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND _blake3_sources blake3_neon.c)
  list(APPEND _blake3_definitions BLAKE3_USE_NEON=1)
endif()
list(TRANSFORM _blake3_sources PREPEND "${BLAKE3_SOURCE_DIR}/")

add_library(track_blake3 OBJECT EXCLUDE_FROM_ALL ${_blake3_sources})
add_library(BLAKE3::blake3 ALIAS track_blake3)
target_include_directories(track_blake3 SYSTEM INTERFACE "${BLAKE3_SOURCE_DIR}")
target_compile_definitions(track_blake3 PRIVATE ${_blake3_definitions})
# Hashing is most of what storing a file costs, so it is optimised in every build.
target_compile_options(track_blake3 PRIVATE -w $<$<COMPILE_LANGUAGE:C>:-O2>)
set_target_properties(track_blake3 PROPERTIES
  POSITION_INDEPENDENT_CODE ON
  C_VISIBILITY_PRESET hidden
  C_CLANG_TIDY "")
