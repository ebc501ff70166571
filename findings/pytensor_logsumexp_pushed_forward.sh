#!/usr/bin/env bash
# PyTensor: logsumexp does not overflow in its value or gradient, and is nan in forward mode.
# Versions: pytensor 3.0.7, on the CPU, with Python 3.11.
# Guess: the slope 0.5 by forward mode as by reverse mode: the stable form belongs to the
# function.
# Seen: 1000.69 and [0.5, 0.5], but nan forward: the stable form comes from a rewrite, which knows
# the value and the gradient, not the other mode.
# Output:
#   value 1000.6931471805599 reverse [0.5, 0.5] forward nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pytensor==3.0.7
"$folder/venv/bin/python" - <<'END'
import numpy as np
import pytensor
import pytensor.tensor as pt

x, v = pt.dvector("x"), pt.dvector("v")
y = pt.logsumexp(x)
results = [y, pytensor.grad(y, x), pytensor.gradient.pushforward(y, x, v)]
f = pytensor.function([x, v], results, mode=pytensor.compile.mode.Mode("py", "fast_run"))
value, reverse, forward = f(np.array([1000.0, 1000.0]), np.array([1.0, 0.0]))
print("value", float(value), "reverse", reverse.tolist(), "forward", float(forward))
assert np.isclose(value, 1000.6931471805599)
assert reverse.tolist() == [0.5, 0.5]
assert np.isnan(forward)
END
