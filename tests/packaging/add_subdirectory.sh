#!/usr/bin/env bash
# usage: add_subdirectory.sh <source dir> <build dir> <cmake option>...
# A project that embeds the library, linked to each form of it. Both forms are made of the same
# objects, so that changing over compiles nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$1 build=$2
options=("${@:3}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"  # making a store leaves a pointer to it in the work tree around

"$CMAKE" -G Ninja -S "$here/consumer" -B "$build" "-DTRACK_SOURCE_DIR=$source" \
  -DBUILD_SHARED_LIBS=OFF "${options[@]}"
"$CMAKE" --build "$build"
"$build/consumer" "$work"
"$build/consumer_c" "$work/.track"
if [[ $(readelf -d "$build/consumer") == *libtrack.so* ]]; then
  echo "the consumer of the static library needs libtrack.so"
  exit 1
fi

"$CMAKE" -S "$here/consumer" -B "$build" -DBUILD_SHARED_LIBS=ON >/dev/null
"$CMAKE" --build "$build"
"$build/consumer" "$work"
"$build/consumer_c" "$work/.track"
if [[ $(readelf -d "$build/consumer") != *libtrack.so* ]]; then
  echo "the consumer of the shared library does not need libtrack.so"
  exit 1
fi

# Embedding must bring no program, test or example along.
targets=$("$CMAKE" --build "$build" --target help)
if grep -E '(unit_|track_track_program|digits)' <<<"$targets"; then
  echo "an embedding project gets these targets"
  exit 1
fi
