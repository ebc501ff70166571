#!/usr/bin/env bash
# JAX: both slopes of logaddexp(x, x) are 1 where x is large.
# Versions: jax 0.10.2, on the CPU, with Python 3.11.
# Guess: one half each, whatever x is: they are a softmax of the two.
# Seen: one half each at 1, and 1 each from about 1e16 on, where adding log(2) no longer changes x,
# so that together they are 2.
# Output:
#   1.0 0.5 0.5
#   1e+17 1.0 1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

for x in (1.0, 1e17):
    slopes = [round(float(g), 9) for g in jax.grad(jnp.logaddexp, (0, 1))(x, x)]
    print(x, *slopes)
    assert slopes == ([0.5, 0.5] if x == 1.0 else [1.0, 1.0])
END
