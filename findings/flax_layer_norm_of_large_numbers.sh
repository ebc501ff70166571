#!/usr/bin/env bash
# Flax: LayerNorm makes -1500 of a number that lies 1.34 deviations below its mean.
# Versions: flax 0.12.8, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1.34 for the first of 10000, 10001, 10002, 10003, as for 0, 1, 2, 3.
# Seen: -1500 from the second on in float32: the variance is taken as the mean of the squares less
# the square of the mean, which is 0 here, and the root of epsilon is left to divide by. With
# use_fast_variance=False it is right.
# Output:
#   from 0 on: -1.34, without the fast variance -1.34
#   from 10000 on: -1500.00, without the fast variance -1.34
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check flax==0.12.8 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp
from flax import linen

for offset in (0.0, 1e4):
    numbers = (jnp.arange(4.0) + offset)[None]
    found = {}
    for fast in (True, False):
        norm = linen.LayerNorm(use_fast_variance=fast)
        result, _ = norm.init_with_output(jax.random.key(0), numbers)
        found[fast] = float(result[0, 0])
    print(f"from {offset:g} on: {found[True]:.2f}, without the fast variance {found[False]:.2f}")
    assert abs(found[False] + 1.3416) < 1e-3
    assert abs(found[True] + 1.3416) < 1e-3 if offset == 0 else found[True] < -1000
END
