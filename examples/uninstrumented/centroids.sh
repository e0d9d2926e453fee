#!/bin/bash
# centroids.sh DATA: recognises digits by the nearest mean image, from ever more examples.
#
# Nothing here links a library; `track log` finds the run by the environment:
#
#   track run --experiment centroids --dataset digits=DATA -- ./centroids.sh DATA
set -euo pipefail

# accuracy DATA EXAMPLES: the share of every fifth image that is nearest to the mean of its class
accuracy() {
  zcat "$1" | awk -F, -v examples="$2" '
    NR % 5 != 1 && seen < examples {
      ++seen; ++count[$65]
      for (i = 1; i <= 64; ++i) sum[$65, i] += $i
    }
    NR % 5 == 1 { ++tests; for (i = 1; i <= 65; ++i) test[tests, i] = $i }
    END {
      for (t = 1; t <= tests; ++t) {
        best = -1
        for (k = 0; k <= 9; ++k) if (count[k] > 0) {
          distance = 0
          for (i = 1; i <= 64; ++i) distance += (test[t, i] - sum[k, i] / count[k]) ^ 2
          if (best < 0 || distance < nearest) { nearest = distance; best = k }
        }
        right += best == test[t, 65]
      }
      printf "%.4f\n", right / tests
    }'
}

for examples in 10 20 50 100 200 500 1000 1437; do
  acc=$(accuracy "$1" "$examples")
  echo "$examples examples: accuracy $acc"
  track log "val/acc=$acc" --step "$examples"
done
