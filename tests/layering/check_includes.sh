#!/usr/bin/env bash
# usage: check_includes.sh <compiler> allowed|forbidden <include dirs, ;> <header>...
#
# Includes each header alone. Allowed: it must compile. Forbidden: the compiler must not find
# it; any other error would prove nothing and fails the test.
set -euo pipefail
compiler=$1 expectation=$2
IFS=';' read -ra dirs <<<"$3"
headers=("${@:4}")

flags=(-std=c++20 -fsyntax-only)
for dir in "${dirs[@]}"; do
  flags+=(-I "$dir")
done

compile() { "$compiler" "${flags[@]}" -x c++ - 2>&1; }

failed=0
if [[ $expectation == allowed ]]; then
  if ! output=$(printf '#include "%s"\n' "${headers[@]}" | compile); then
    printf '%s\n' "$output"
    failed=1
  fi
else
  for header in "${headers[@]}"; do
    if output=$(printf '#include "%s"\n' "$header" | compile); then
      echo "$header can be included"
      failed=1
    elif [[ $output != *"fatal error: $header: No such file"* && $output != *"'$header' file not found"* ]]; then
      printf '%s fails for another reason:\n%s\n' "$header" "$output"
      failed=1
    fi
  done
fi
exit $failed
