#!/usr/bin/env bash
# Completes command lines as bash would, with the program's own script.
# usage: check_bash_completion.sh PROGRAM
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
export PATH="$(dirname "$1"):$PATH" HOME=$directory LC_ALL=C.UTF-8 TRACK_STORE=$directory/none
export COMP_WORDBREAKS=$' \t\n"\'><=;|&(:@'
source <(track completion bash)
compopt() { :; }  # exists only while bash itself completes
failures=0

# complete LINE WORD...: the words are what bash splits the line into, the last at the cursor.
answers() {
  COMP_LINE=$1
  COMP_POINT=${#1}
  COMP_WORDS=("${@:2}")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _track
  echo "${COMPREPLY[*]:-}"
}

expect() { # expect ANSWERS LINE WORD...
  local found
  found=$(answers "${@:2}")
  if [[ $found != "$1" ]]; then
    echo "'$2' completes to '$found' rather than '$1'"
    failures=$((failures + 1))
  fi
}

expect 'show' 'track sh' track sh
expect 'log log-artifact logs' 'track log' track log
expect 'bash zsh fish' 'track completion ' track completion ''
expect '--group-by' 'track ls --group-' track ls --group-
expect 'text json markdown' 'track diff --format ' track diff --format ''
expect 'json' 'track diff --format=j' track diff --format = j
expect 'text json markdown' 'track diff --format=' track diff --format =
expect 'check' 'track policy ch' track policy ch
touch model.bin
expect 'model.bin' 'track log-artifact mod' track log-artifact mod
expect 'model.bin' 'track run -- ./x mode' track run -- ./x mode
expect '' 'track show nothing' track show nothing

# Names come from the store; asking does not make one.
[[ ! -e $TRACK_STORE ]] || { echo "completing made a store"; exit 1; }
export TRACK_STORE=$directory/store/.track
track init --at "$TRACK_STORE" >/dev/null
track run --experiment digits --name night-run -- sh -c 'track log val/acc=1' 2>/dev/null
track ls >/dev/null
expect 'night-run' 'track show nig' track show nig
expect 'latest' 'track show @lat' track show @ lat
expect 'digits' 'track ls ' track ls ''
expect 'val/acc' 'track watch night-run --metric ' track watch night-run --metric ''
expect 'digits' "track --store $TRACK_STORE ls d" track --store "$TRACK_STORE" ls d
exit $((failures > 0))
