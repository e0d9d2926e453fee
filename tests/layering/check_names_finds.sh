#!/usr/bin/env bash
# check_names.sh must pass a clean tree and fail each of these.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# expect <exit code> <file> <line>: in a tree with this one file
expect() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree"/{schemas,storage,libtrack,cli}/{src,include} "$tree/$(dirname "$2")"
  printf '%s\n' "$3" >"$tree/$2"
  local code=0
  bash "$here/check_names.sh" "$tree" >"$tree/output" || code=$?
  if [[ $code != "$1" ]]; then
    echo "'$3' in $2: expected exit $1, got $code"
    cat "$tree/output"
    exit 1
  fi
}

expect 0 libtrack/src/git.cpp '#include <git2.h>'
expect 1 storage/src/git.cpp '#include <git2.h>'
expect 1 libtrack/include/track/git.hpp '#include <git2.h>'
expect 1 libtrack/src/query.cpp '#include <SQLiteCpp/SQLiteCpp.h>'
expect 1 cli/src/show.cpp '  #include <nlohmann/json.hpp>'
expect 1 libtrack/src/query.cpp '  run("select id from runs");'
expect 0 storage/src/query.cpp '  run("select id from runs");'
expect 0 cli/src/sql.cpp '  help("track sql \"select id from runs\"");'
