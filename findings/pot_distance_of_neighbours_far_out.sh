#!/usr/bin/env bash
# POT: the cost of moving from 100000000 to its neighbour is 0 in float64.
# Versions: pot 0.9.7.post1, numpy 2.4.6, scipy 1.17.1, on the CPU, with Python 3.11.
# Guess: 1, as from 0 to 1: both numbers and their difference are exact in float64.
# Seen: 0 from 1e8 on, for the squared distance and the distance: it is computed as a**2 + b**2 -
# 2ab. Seconds since 1970 are ten times as large.
# Output:
#   from 0: distances [1.0, 1.0], transport 1.0
#   from 1e+06: distances [1.0, 1.0], transport 1.0
#   from 1e+08: distances [0.0, 0.0], transport 0.0
#   from 1e+09: distances [0.0, 0.0], transport 0.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pot==0.9.7.post1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import numpy as np
import ot

for start in (0.0, 1e6, 1e8, 1e9):
    here, there = np.array([[start]]), np.array([[start + 1]])
    found = [float(ot.dist(here, there, metric=m)[0, 0]) for m in ("sqeuclidean", "euclidean")]
    cost = float(ot.emd2([1.0], [1.0], ot.dist(here, there)))
    print(f"from {start:g}: distances {found}, transport {cost}")
    assert found == [float(start < 1e8)] * 2 and cost == found[0]
END
