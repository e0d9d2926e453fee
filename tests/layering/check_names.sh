#!/usr/bin/env bash
# usage: check_names.sh <source dir>
#
# Third-party headers may be named only in the rooms listed here, and never in a header under
# include/. SQL stands only in storage/ and schemas/sql/.
set -euo pipefail
cd "$1"

failed=0
report() {
  printf '%s:\n%s\n\n' "$1" "$2"
  failed=1
}

sources() { find "$@" -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) 2>/dev/null; }

# only_in <what> <pattern of the included path> <folder>...
only_in() {
  local what=$1 pattern=$2 file found=() folder
  shift 2
  while IFS= read -r file; do
    for folder in "$@"; do
      [[ $file == "$folder"/* && $file != */include/* ]] && continue 2
    done
    found+=("$file")
  done < <(sources schemas storage libtrack cli | xargs -r grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" || true)
  if ((${#found[@]})); then
    report "$what may be named only in the sources of: $*" "$(printf '  %s\n' "${found[@]}")"
  fi
}

only_in cereal 'cereal/' schemas
only_in nlohmann-json 'nlohmann/' schemas
only_in SQLiteCpp 'SQLiteCpp/' storage
only_in SQLite 'sqlite3' storage
only_in zstd 'zstd|zdict' storage
only_in BLAKE3 'blake3' storage
only_in Boost.Filesystem 'boost/filesystem' storage
only_in libsodium 'sodium' storage libtrack
only_in libgit2 'git2' libtrack
only_in toml++ 'toml\+\+|toml\.hpp' libtrack
only_in Boost.Math 'boost/math' libtrack
only_in CLI11 'CLI/' cli
only_in fmt 'fmt/' schemas storage libtrack cli

# `track sql` is shown with a query in the help of the command line.
sql='"[[:space:]]*(SELECT[[:space:]]|INSERT[[:space:]]+(OR[[:space:]]|INTO)|UPDATE[[:space:]]+[a-z_]+[[:space:]]+SET|DELETE[[:space:]]+FROM|CREATE[[:space:]]+(TABLE|INDEX|VIEW)|PRAGMA[[:space:]])'
found=$(sources schemas/src schemas/include libtrack cli | xargs -r grep -inE "$sql" | grep -v 'track sql' || true)
if [[ $found ]]; then
  report "SQL may stand only in storage/ and schemas/sql/" "$found"
fi
exit $failed
