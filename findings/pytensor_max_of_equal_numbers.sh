#!/usr/bin/env bash
# PyTensor: the gradient of the maximum of three equal numbers adds up to 3.
# Versions: pytensor 3.0.7, on the CPU, with Python 3.11.
# Guess: whatever is chosen, a subgradient: shares that add up to 1, since all three moving
# together move the maximum once.
# Seen: [1, 1, 1]: a step along it is three times too long. And maximum(x, 0) + minimum(x, 0),
# which is x, has slope 2 at 0.
# Output:
#   max of [2, 2, 2]: [1.0, 1.0, 1.0]
#   maximum(x, 0) + minimum(x, 0) at 0: 2.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pytensor==3.0.7
"$folder/venv/bin/python" - <<'END'
import numpy as np
import pytensor
import pytensor.tensor as pt

x, a = pt.dvector("x"), pt.dscalar("a")
of_max = pytensor.function([x], pytensor.grad(pt.max(x), x), mode="FAST_COMPILE")
itself = pytensor.grad(pt.maximum(a, 0.0) + pt.minimum(a, 0.0), a)
of_sum = pytensor.function([a], itself, mode="FAST_COMPILE")
shares, slope = of_max(np.array([2.0, 2.0, 2.0])).tolist(), float(of_sum(0.0))
print("max of [2, 2, 2]:", shares)
print("maximum(x, 0) + minimum(x, 0) at 0:", slope)
assert shares == [1.0, 1.0, 1.0]
assert slope == 2.0
END
