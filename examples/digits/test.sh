#!/bin/bash
# test.sh DIGITS DATA: what the example promises, checked on the real program and the real data.
set -euo pipefail
digits=$1 data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset OMP_NUM_THREADS TRACK_RUN_ID
export TRACK_STORE="$work/store" HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# train NAME FLAG...: leaves NAME.log and NAME.model. The first, which makes the store, says so and no more.
train() {
  local name=$1
  shift
  "$digits" --data "$data" --out "$name.model" "$@" >"$name.log" 2>"$name.err" || fail "$name exited with $?"
  local said=""
  [[ $name != first ]] || said="track: made a store at '$TRACK_STORE'"
  [[ $(cat "$name.err") == "$said" ]] || fail "$name: $(cat "$name.err")"
  [[ -s $name.model ]] || fail "$name wrote no model"
}

accuracy() { tail -n 1 "$1.log" | sed -n 's|.*val/acc \([0-9.]*\)$|\1|p'; }

train first
[[ $(wc -l <first.log) == 20 ]] || fail "expected a line for each of 20 epochs"
awk -v acc="$(accuracy first)" 'BEGIN { exit !(acc >= 0.95) }' || fail "accuracy $(accuracy first) is below 0.95"

[[ $(ls "$TRACK_STORE"/journals | wc -l) == 1 ]] || fail "the run left no journal"

train again
cmp -s first.model again.model || fail "the same seed gave another model"
cmp -s first.log again.log || fail "the same seed gave other losses"

train seeded --seed 43
cmp -s first.model seeded.model && fail "another seed gave the same model"

train threads --threads 2
cmp -s first.model threads.model && fail "two threads summed like one: nothing can diverge"
OMP_NUM_THREADS=2 train environment
cmp -s threads.model environment.model || fail "OMP_NUM_THREADS=2 is not --threads 2"

train exploded --lr 1e6
grep -q 'train/loss nan' exploded.log || fail "a learning rate of 1e6 did not end in NaN"
[[ $(wc -l <exploded.log) == 20 ]] || fail "training stopped at a NaN"
[[ $(accuracy exploded) == 0.0000 ]] || fail "a NaN network recognised $(accuracy exploded)"

printf '1,2,3\n' | gzip >short.csv.gz
"$digits" --data short.csv.gz --out bad.model 2>error.log && fail "a short row was accepted"
grep -q "line 1" error.log || fail "a short row is not named: $(cat error.log)"
[[ ! -e bad.model ]] || fail "a model was written without data"
"$digits" --lr fast 2>error.log && fail "--lr fast was accepted"
grep -q "'fast'" error.log || fail "a bad flag is not named: $(cat error.log)"

echo "digits: all as promised, accuracy $(accuracy first)"
