#!/usr/bin/env bash
# usage: pkg_config.sh <build dir> static|shared <library folder of the prefix>
# Installs that form alone into an empty prefix; one compiler command links and runs it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 form=$2 libdir=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"  # making a store leaves a pointer to it in the work tree around

for component in track_devel "track_$form"; do
  "$CMAKE" --install "$build" --component "$component" --prefix "$work/prefix" >/dev/null
done

export PKG_CONFIG_PATH=$work/prefix/$libdir/pkgconfig
options=()
[[ $form == shared ]] || options=(--static)
read -ra flags <<<"$(pkg-config "${options[@]}" --cflags --libs track)"
export LD_LIBRARY_PATH=$work/prefix/$libdir
"$CXX" -std=c++17 "$here/consumer/main.cpp" "${flags[@]}" -o "$work/consumer"
"$work/consumer" "$work"
"$CC" -std=c99 "$here/consumer/main.c" "${flags[@]}" -o "$work/consumer_c"
"$work/consumer_c" "$work/.track"
