#!/usr/bin/env bash
# usage: find_package.sh <build dir> static|shared
# Installs that form alone into an empty prefix; a CMake project finds, links and runs it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 form=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"  # making a store leaves a pointer to it in the work tree around

for component in track_devel "track_$form"; do
  "$CMAKE" --install "$build" --component "$component" --prefix "$work/prefix" >/dev/null
done

"$CMAKE" -G Ninja -S "$here/consumer" -B "$work/build" "-DCMAKE_PREFIX_PATH=$work/prefix"
"$CMAKE" --build "$work/build"
"$work/build/consumer" "$work"
"$work/build/consumer_c" "$work/.track"

# The form that is not installed must be refused by name, not by a failure to link.
other=static
[[ $form == shared ]] || other=shared
mkdir "$work/other"
printf 'cmake_minimum_required(VERSION 3.24)\nproject(other LANGUAGES CXX)\nfind_package(track REQUIRED COMPONENTS %s)\n' \
  $other >"$work/other/CMakeLists.txt"
if output=$("$CMAKE" -G Ninja -S "$work/other" -B "$work/other/build" \
  "-DCMAKE_PREFIX_PATH=$work/prefix" 2>&1); then
  echo "find_package(track COMPONENTS $other) succeeds without that form"
  exit 1
fi
grep -q "the $other library of track is not installed" <<<"$(tr -s ' \n' ' ' <<<"$output")" || {
  printf '%s\n' "$output"
  exit 1
}
