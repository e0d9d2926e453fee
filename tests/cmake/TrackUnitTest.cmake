include(Catch)

# What every test binary shares: Catch2 with its main, precompiled, and the test support.
# Catch2 3 brings its own main and many headers; Catch2 2 has one header and a main to compile.
set(support "${PROJECT_SOURCE_DIR}/tests/support")
add_library(track_test_support OBJECT "${support}/temp_dir.cpp")
target_include_directories(track_test_support PUBLIC "${support}/include")
target_link_libraries(track_test_support PUBLIC Threads::Threads)
if(Catch2_VERSION VERSION_GREATER_EQUAL 3)
  target_link_libraries(track_test_support PUBLIC Catch2::Catch2WithMain)
  target_include_directories(track_test_support PUBLIC "${support}/catch2_v3")
else()
  target_sources(track_test_support PRIVATE "${support}/catch2_v2/main.cpp")
  set_source_files_properties("${support}/catch2_v2/main.cpp" PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON)
  target_link_libraries(track_test_support PUBLIC Catch2::Catch2)
endif()
target_precompile_headers(track_test_support PRIVATE <catch2/catch.hpp>)

# ccache keeps what uses a precompiled header only if gcc shows it in its preprocessed output.
function(_track_test_options target)
  track_compile_options(${target})
  target_compile_options(${target} PRIVATE
    ${TRACK_TEST_COMPILE_OPTIONS} $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()
_track_test_options(track_test_support)

# track_unit_test(<room> [NAME <name>] SOURCES <file>... [DEPENDS <library>...])
#
# One test binary, unit_<name> (the room's name unless given), one ctest entry a test case.
# It links the room and those below it, and may include the room's src folder.
function(track_unit_test room)
  cmake_parse_arguments(PARSE_ARGV 1 UNIT "" "NAME" "SOURCES;DEPENDS")
  if(NOT UNIT_SOURCES)
    return()
  endif()
  if(NOT UNIT_NAME)
    set(UNIT_NAME ${room})
  endif()
  set(target unit_${UNIT_NAME})

  add_executable(${target} ${UNIT_SOURCES})
  _track_test_options(${target})
  target_precompile_headers(${target} REUSE_FROM track_test_support)

  track_room_closure(${room} ROOMS rooms LIBRARIES libraries)
  list(TRANSFORM rooms PREPEND track::)
  target_link_libraries(${target} PRIVATE
    track_test_support ${rooms} ${libraries} ${UNIT_DEPENDS})
  get_target_property(include_root track_${room} TRACK_INCLUDE_ROOT)
  cmake_path(GET include_root PARENT_PATH room_dir)
  target_include_directories(${target} PRIVATE "${room_dir}/src")

  catch_discover_tests(${target}
    TEST_PREFIX "${UNIT_NAME}: "
    PROPERTIES TIMEOUT 120 LABELS ${UNIT_NAME})
endfunction()
