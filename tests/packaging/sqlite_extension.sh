#!/usr/bin/env bash
# usage: sqlite_extension.sh <build dir> <library dir below the prefix> <sqlite3>
# Installs the extension alone into an empty prefix; sqlite3 loads it from there by its bare name.
set -euo pipefail
build=$1 libdir=$2 sqlite3=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$CMAKE" --install "$build" --component track_sqlite --prefix "$work/prefix" >/dev/null
[[ $(cd "$work/prefix" && find . -type f) == "./$libdir/track_sqlite.so" ]]
output=$(LD_LIBRARY_PATH="$work/prefix/$libdir" "$sqlite3" :memory: ".load track_sqlite" 2>&1 || true)
grep -qF "open a store's catalog.db first" <<<"$output" || {
  printf '%s\n' "$output"
  exit 1
}
