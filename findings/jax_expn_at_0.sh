#!/usr/bin/env bash
# JAX: the exponential integral expn(n, 0) is 1/n, where 1/(n - 1) is right.
# Versions: jax 0.10.2, jaxlib 0.10.2, scipy 1.17.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1 for expn(2, 0), as in SciPy, and a slope of -1 for expn(3, x) at 0, which is -expn(2, 0).
# Seen: the value and, through it, the slope are wrong at 0 and right beside it: expn(2, x) is 0.5
# at 0 and 0.9999998 at 1e-8.
# Output:
#   0.0 expn(2, x): 0.5000000, SciPy 1.0000000; slope of expn(3, x): -0.5000000
#   1e-08 expn(2, x): 0.9999998, SciPy 0.9999998; slope of expn(3, x): -0.9999998
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax
import scipy.special

jax.config.update("jax_enable_x64", True)

from jax.scipy.special import expn

for x in (0.0, 1e-8):
    by_jax, by_scipy = float(expn(2, x)), float(scipy.special.expn(2, x))
    slope = float(jax.grad(lambda x: expn(3, x))(x))
    print(x, f"expn(2, x): {by_jax:.7f}, SciPy {by_scipy:.7f}; slope of expn(3, x): {slope:.7f}")
    assert abs(slope + by_jax) < 1e-12
    assert (abs(by_jax - by_scipy) > 0.4) == (x == 0.0)
END
