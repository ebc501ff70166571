#!/usr/bin/env bash
# POT: a transport plan holds nothing at all if 800 is added to every cost.
# Versions: pot 0.9.7.post1, numpy 2.4.6, scipy 1.17.1, on the CPU, with Python 3.11.
# Guess: the same plan: every plan becomes dearer by the same 800.
# Seen: a plan of zeros, whose cost is 0, and a warning of numerical errors: exp(-800) is 0. With
# method "sinkhorn_log" the plan does not move.
# Output:
#   costs + 0: [[0.366, 0.134], [0.134, 0.366]] [[0.366, 0.134], [0.134, 0.366]]
#   costs + 100: [[0.366, 0.134], [0.134, 0.366]] [[0.366, 0.134], [0.134, 0.366]]
#   costs + 800: [[0.0, 0.0], [0.0, 0.0]] [[0.366, 0.134], [0.134, 0.366]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pot==0.9.7.post1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import warnings

import numpy as np
import ot

warnings.simplefilter("ignore")
costs, half = np.array([[0.0, 1.0], [1.0, 0.0]]), [0.5, 0.5]
for more in (0.0, 100.0, 800.0):
    methods = ("sinkhorn", "sinkhorn_log")
    plans = [ot.sinkhorn(half, half, costs + more, 1.0, method=method) for method in methods]
    print(f"costs + {more:g}:", *[np.round(plan, 3).tolist() for plan in plans])
    assert abs(plans[1].sum() - 1.0) < 1e-9
    assert abs(plans[0].sum() - (more < 800)) < 1e-9
END
