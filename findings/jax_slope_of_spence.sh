#!/usr/bin/env bash
# JAX: the slope of spence is 0 at 1 and nan above it.
# Versions: jax 0.10.2, on the CPU, with Python 3.11.
# Guess: log(x) / (1 - x) wherever x > 0: -1 at 1, -0.81 at 1.5. The values are right there.
# Seen: 0 at 1, nan at 1.5 and everywhere above 1; below 1 it is right.
# Output:
#   0.5 -1.386 right -1.386
#   1.0 0.000 right -1.000
#   1.5 nan right -0.811
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

import jax.scipy.special as special

found = {}
for x in (0.5, 1.0, 1.5):
    step = 1e-5
    right = (special.spence(x + step) - special.spence(x - step)) / (2 * step)
    found[x] = float(jax.grad(special.spence)(x))
    print(x, f"{found[x]:.3f}", "right", f"{float(right):.3f}")
assert abs(found[0.5] + 1.386294) < 1e-5
assert found[1.0] == 0.0
assert jnp.isnan(found[1.5])
END
