#!/bin/bash
# test.sh BIN DATA: the small examples do what their first lines say, seen through `track`.
set -euo pipefail
examples=$(cd "$(dirname "$0")" && pwd)
bin=$1 data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset TRACK_RUN_ID TRACK_RANK RANK TRACK_RUN_KEY
export PATH="$bin:$PATH" TRACK_STORE="$work/store" HOME="$work" XDG_CONFIG_HOME="$work/config"
export XDG_STATE_HOME="$work/state"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect WANTED SQL: the one value that a query gives
expect() {
  local got
  got=$(track sql "$2" | tail -n 1 | tr -d ' ')  # the table pads numbers
  [[ $got == "$1" ]] || fail "expected '$1', got '$got' from: $2"
}

track init --at "$TRACK_STORE" >/dev/null

minimal || fail "minimal exited with $?"
expect 50 "select count(*) from metric_points where metric = 'loss'"
expect 0.1 "select value from params where name = 'rate'"

c_example || fail "c_example exited with $?"
[[ $(cat line.txt) == 'y = 0.5001 x + 3.0001' ]] || fail "c_example fitted $(cat line.txt)"
expect 400 "select count(*) from metric_points where metric = 'mse'"
expect 1 "select count(*) from artifacts where name = 'line.txt'"

track run --experiment centroids --dataset "digits=$data" -- \
  "$examples/uninstrumented/centroids.sh" "$data" >centroids.log || fail "centroids.sh exited with $?"
grep -qx '1437 examples: accuracy 0.8806' centroids.log || fail "centroids.sh printed: $(cat centroids.log)"
expect 8 "select count(*) from metric_points where metric = 'val/acc'"
expect 0.8806 "select last from metrics where name = 'val/acc'"
expect 1 "select count(*) from datasets where name = 'digits'"

for killed_at in 137 180; do
  code=0
  (resume "$killed_at") 2>/dev/null || code=$?
  [[ $code == 137 ]] || fail "resume $killed_at exited with $code"
done
expect killed "select state from runs where experiment = 'parabola'"
resume || fail "resume exited with $?"
expect 3 "select attempt from runs where experiment = 'parabola'"
expect 200 "select count(distinct step) from metric_points p join runs r on r.id = p.run where experiment = 'parabola'"
expect 200 "select count from metrics m join runs r on r.id = m.run where experiment = 'parabola'"
expect 267 "select count(*) from metric_points_all p join runs r on r.id = p.run where experiment = 'parabola'"

expect 4 "select count(*) from runs where state = 'finished'"
echo "examples: minimal, c_example, resume and centroids.sh ran and were tracked"
