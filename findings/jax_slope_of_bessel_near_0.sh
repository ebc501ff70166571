#!/usr/bin/env bash
# JAX: the slope of the Bessel function J1 at 0.001 is -25, where it is 0.5.
# Versions: jax 0.10.2, jaxlib 0.10.2, scipy 1.17.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.5, to some digits: the values of bessel_jn are right there.
# Seen: the value agrees with SciPy, the slope is -25 at 0.001; at 1 both are right, at 0 both are
# nan.
# Output:
#   0.0: value nan, right 0.000000; slope nan, right 0.500
#   0.001: value 0.000500, right 0.000500; slope -25.000, right 0.500
#   1.0: value 0.440051, right 0.440051; slope 0.325, right 0.325
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax
import scipy.special

jax.config.update("jax_enable_x64", True)

from jax.scipy.special import bessel_jn


def j1(x):
    return bessel_jn(x, v=1)[1]


found = {}
for x in (0.0, 1e-3, 1.0):
    value, slope = float(j1(x)), float(jax.grad(j1)(x))
    right = scipy.special.j1(x), scipy.special.jvp(1, x)
    found[x] = abs(value - right[0]), abs(slope - right[1])
    print(f"{x}: value {value:.6f}, right {right[0]:.6f}; slope {slope:.3f}, right {right[1]:.3f}")
assert found[1e-3][0] < 1e-8 and found[1e-3][1] > 1.0
assert max(found[1.0]) < 1e-8
assert found[0.0][0] != found[0.0][0]  # nan
END
