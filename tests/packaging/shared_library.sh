#!/usr/bin/env bash
# usage: shared_library.sh <libtrack.so> <nm> <strip>
set -euo pipefail
library=$1 nm=$2 strip=$3
limit=$((5 * 1024 * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

exported=$("$nm" -DC --defined-only "$library" | sed -E 's/^[0-9a-f]* . //')
[[ $exported ]] || { echo "$library exports nothing"; exit 1; }

# The public namespaces are track and track::detail; rooms and what is third-party stay inside.
foreign=$(grep -vE '^(track_[a-z0-9_]+$|track::|(vtable|typeinfo|typeinfo name) for track::)' <<<"$exported" || true)
internal=$(grep -E 'track::(storage|cli|embedded)::' <<<"$exported" || true)
if [[ $foreign$internal ]]; then
  printf 'exported, but not public:\n%s\n%s\n' "$foreign" "$internal"
  exit 1
fi

"$strip" -o "$work/stripped" "$library"
size=$(stat -Lc %s "$work/stripped")
echo "$(wc -l <<<"$exported") symbols, $size bytes stripped"
if ((size > limit)); then
  echo "larger than $limit bytes"
  exit 1
fi
