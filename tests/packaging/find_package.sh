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

# configure <name> <languages> <components>: what finding the package says.
configure() {
  mkdir "$work/$1"
  printf 'cmake_minimum_required(VERSION 3.24)\nproject(%s LANGUAGES %s)\nfind_package(track REQUIRED %s)\n' \
    "$1" "$2" "$3" >"$work/$1/CMakeLists.txt"
  "$CMAKE" -G Ninja -S "$work/$1" -B "$work/$1/build" "-DCMAKE_PREFIX_PATH=$work/prefix" 2>&1
}

# refused <name> <languages> <components> <why>
refused() {
  local output
  if output=$(configure "$1" "$2" "$3"); then
    echo "find_package(track $3) succeeds in a project of $2"
    exit 1
  fi
  grep -qF "$4" <<<"$(tr -s ' \n' ' ' <<<"$output")" || {
    printf '%s\n' "$output"
    exit 1
  }
}

# The form that is not installed must be refused by name, not by a failure to link.
other=static
[[ $form == shared ]] || other=shared
refused other CXX "COMPONENTS $other" "the $other library of track is not installed"
refused bogus CXX "COMPONENTS $form bogus" "track has no component 'bogus'"
if [[ $form == static ]]; then
  refused only_c C "" "the static library of track needs the language CXX"
else
  configure only_c C "" >/dev/null
fi
