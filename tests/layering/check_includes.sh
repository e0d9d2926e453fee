#!/usr/bin/env bash
# usage: check_includes.sh <compiler> allowed|forbidden <include dirs, ;> <header>...
# Allowed: the headers compile. Forbidden: the compiler finds none of them.
set -euo pipefail
compiler=$1 expectation=$2
IFS=';' read -ra dirs <<<"$3"
headers=("${@:4}")

flags=(-std=c++20 -fsyntax-only -x c++)
for dir in "${dirs[@]}"; do
  flags+=(-I "$dir")
done

if [[ $expectation == allowed ]]; then
  printf '#include "%s"\n' "${headers[@]}" | "$compiler" "${flags[@]}" -
else
  for header in "${headers[@]}"; do
    printf '#if __has_include("%s")\n#error "%s can be included"\n#endif\n' "$header" "$header"
  done | "$compiler" "${flags[@]}" -
fi
