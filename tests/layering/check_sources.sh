#!/usr/bin/env bash
# usage: check_sources.sh <cmake> <source dir>
# A source in no target fails the configuration; listed in one, it does not.
set -euo pipefail
cmake=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/tests/deep"
echo 'int listed;' >"$work/tests/listed.cpp"
cat >"$work/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.24)
project(sources LANGUAGES NONE)
include("$source/cmake/TrackCheckSources.cmake")
add_subdirectory(tests)
track_check_sources_listed("\${CMAKE_CURRENT_SOURCE_DIR}/tests")
END
echo 'add_custom_target(listed SOURCES listed.cpp)' >"$work/tests/CMakeLists.txt"

"$cmake" -G Ninja -S "$work" -B "$work/build" >/dev/null

echo 'int forgotten;' >"$work/tests/deep/forgotten.cpp"
if output=$("$cmake" -S "$work" -B "$work/build" 2>&1); then
  echo "a source in no target is accepted"
  exit 1
fi
[[ $output == *forgotten.cpp* && $output != *listed.cpp* ]] || { printf '%s\n' "$output"; exit 1; }
