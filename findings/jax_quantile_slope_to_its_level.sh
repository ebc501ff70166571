#!/usr/bin/env bash
# JAX: a quantile that falls on one of the data has slope 0 with respect to its level.
# Versions: jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: for the level 0.5 of [0, 1, 3] the slope of one of its two sides, 2 or 4.
# Seen: 0 at each of the data, the first and the last included, so that a search for a level by its
# gradient stands still there; between the data the slope is right.
# Output:
#   {0.0: 0.0, 0.25: 2.0, 0.5: 0.0, 0.75: 4.0, 1.0: 0.0}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

data = jnp.array([0.0, 1.0, 3.0])
slope = jax.grad(lambda level: jnp.quantile(data, level))
found = {level: float(slope(level)) for level in (0.0, 0.25, 0.5, 0.75, 1.0)}
print(found)
assert found == {0.0: 0.0, 0.25: 2.0, 0.5: 0.0, 0.75: 4.0, 1.0: 0.0}
END
