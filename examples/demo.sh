#!/bin/bash
# demo.sh [BIN]: the whole path of libtrack on real training runs, told as it happens.
#
# BIN holds the programs `track` and `digits` (build/dev/bin unless given). Everything is
# written to a temporary directory. Each scene is checked: one that does not end as it was
# announced ends the demo with status 1.
set -euo pipefail

examples=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:-$examples/../build/dev/bin}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Nothing of the user's own settings takes part, and nothing of theirs is touched.
unset TRACK_STORE TRACK_RUN_ID OMP_NUM_THREADS LD_PRELOAD
export PATH="$bin:$PATH" HOME="$work/home" XDG_CONFIG_HOME="$work/home/.config"
export XDG_STATE_HOME="$work/home/.local/state" GIT_CONFIG_NOSYSTEM=1
export LC_ALL=C.UTF-8 COLUMNS="${COLUMNS:-100}"
mkdir -p "$HOME"

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
else
  bold='' dim='' plain=''
fi

scenes=0
scene() {
  scenes=$((scenes + 1))
  printf '\n%s%d. %s%s\n' "$bold" "$scenes" "$1" "$plain"
}

say() { printf '%s\n' "$@"; }

fail() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

# quote WORD...: as one would type it
quote() {
  local word line=
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@,+-]+$ ]]; then line+=" $word"; else line+=" \"$word\""; fi
  done
  echo "${line# }"
}

# show TEXT: of a long training, the first and the last epoch
show() {
  awk '
    function rest() {
      if (epochs > 2) print "…"
      if (epochs > 1) print last
      epochs = 0
    }
    /^epoch / { if (++epochs == 1) print; last = $0; next }
    { rest(); print }
    END { rest() }' <<<"$1"
}

# run [STATUS] [PATTERN]... -- COMMAND...: shows a command and what it printed; both the
# status and, for each pattern, a line that matches must be as expected.
run() {
  local expected=0 patterns=() status=0 output pattern
  if [[ $1 =~ ^[0-9]+$ ]]; then expected=$1 && shift; fi
  while [[ $1 != -- ]]; do patterns+=("$1") && shift; done
  shift
  printf '\n%s$ %s%s\n' "$bold" "$(quote "$@")" "$plain"
  output=$("$@" 2>&1) || status=$?
  [[ -z $output ]] || show "$output"
  [[ $expected == 0 ]] || printf '%s(exit %d)%s\n' "$dim" "$status" "$plain"
  [[ $status == "$expected" ]] || fail "'$*' exited with $status, expected $expected"
  for pattern in "${patterns[@]}"; do
    grep -qE -- "$pattern" <<<"$output" || fail "'$*' printed no line like '$pattern'"
  done
}

# A repository of a user: the trainer's sources, the data beside them and out of git.
make_project() {
  mkdir -p "$work/digits/data"
  cd "$work/digits"
  cp "$examples"/digits/*.[ch]pp .
  cp "$examples/digits/data/digits.csv.gz" data/
  printf '.track\ndata/\n*.safetensors\nserving/\n' >.gitignore
  git init -q -b main
  git add -A
  git -c user.name=demo -c user.email=demo@localhost commit -q -m 'Train a network on digits'
}

# One byte of a file, wherever it was 0 or not, becomes another.
change_byte() {
  local old
  old=$(od -An -tu1 -j "$2" -N 1 "$1")
  printf "\\$(printf '%03o' $((old ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

scene_train() {
  scene 'Train three networks'
  say 'A C++ program trains on 1,797 real handwritten digits. It calls libtrack itself, so there is' \
    'nothing to set up but a store. One of the three has a typing error in its learning rate.'
  run -- track init --at ../store
  run 'val/acc 0\.9' -- digits --lr 0.5 --seed 1
  run -- track rename @latest steady
  cp model.safetensors "$work/steady.safetensors"
  run 'val/acc 0\.9' -- digits --lr 0.5 --seed 2
  run -- track rename @latest reseeded
  run 'train/loss -?nan' -- digits --lr 1e6 --seed 1
  run -- track rename @latest exploded
}

scene_list() {
  scene 'What ran?'
  say 'Params that vary and metrics with a goal make the columns. NaN never wins and never matches.'
  run steady reseeded exploded -- track ls
  run ' ± ' missing -- track ls --group-by lr
  run steady -- track ls --where "metric('val/acc') > 0.9 and param('seed') = 1"
}

scene_plot() {
  scene 'How did it go?'
  run train/loss -- track plot steady train/loss --log --height 10
}

scene_diff() {
  scene 'What changed between the run that works and the one that does not?'
  run '~ +lr ' -- track diff steady exploded --only params,metrics
}

scene_replay() {
  scene 'Does it still reproduce?'
  say 'The code comes out of the store into a fresh directory, the data is verified, the program runs' \
    'again there, and every point and every artifact is compared bit by bit.'
  run ^bit-exact -- track replay steady
}

scene_refuse() {
  scene 'And if the data is no longer the same?'
  say 'One bit of one byte of the data set is flipped. Nothing is trained: the replay is refused.'
  cp data/digits.csv.gz "$work/digits.csv.gz"
  change_byte data/digits.csv.gz 20000
  run 4 digits.csv.gz -- track replay steady
  cp "$work/digits.csv.gz" data/digits.csv.gz
}

scene_diverge() {
  scene 'And on another number of threads?'
  say 'Two threads add the same floats in another order. By default that is refused, because such a' \
    'replay could prove nothing; under a lower level it runs, and the judge says where it parted.'
  run 4 thread -- track replay steady --env OMP_NUM_THREADS=2
  run 1 ^diverged 'first difference: train/loss .* step' '^suspected: threads' -- track replay steady --env OMP_NUM_THREADS=2 --same capability
}

scene_promote() {
  scene 'Put a model into production'
  cat >policy.toml <<'TOML'
[[gate]]
metric = "val/acc"
statistic = "last"
min = 0.95
TOML
  run min -- cat policy.toml
  run 4 val/acc -- track promote exploded --model digits --alias production --policy policy.toml \
    --reason 'newest is best'
  run -- track promote steady --model digits --alias production --policy policy.toml \
    --reason 'reproduces bit for bit'
  run -- track resolve digits@production --out serving
  cmp -s serving/model "$work/steady.safetensors" || fail 'resolve gave another model'
  say 'A script that serves the model needs nothing but that last line.'
}

scene_rollback() {
  scene 'Replace it, and roll back'
  run -- track promote reseeded --model digits --alias production --policy policy.toml \
    --reason 'another seed'
  run -- track resolve digits@production
  run -- track rollback digits --alias production --reason 'customers complain about the 8s'
  run -- track resolve digits@production
  run -- track models show digits
  say 'Who did what, and why, is a chain of hashes; it is checked against what the registry says.'
  run -- track audit --verify
}

scene_sql() {
  scene 'Everything is SQL'
  run steady reseeded exploded -- track sql \
    "select r.name, p.value as lr, m.last as acc from runs r join params p on p.run = r.id \
join metrics m on m.run = r.id \
where r.kind = 'train' and p.name = 'lr' and m.name = 'val/acc' order by acc desc"
}
main() {
  make_project
  scene_train
  scene_list
  scene_plot
  scene_diff
  scene_replay
  scene_refuse
  scene_diverge
  scene_promote
  scene_rollback
  scene_sql
  printf '\nAll %d scenes ended as announced.\n' "$scenes"
}

main
