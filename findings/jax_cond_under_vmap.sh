#!/usr/bin/env bash
# JAX: cond under vmap has the right slope where the where that it is said to become has nan.
# Versions: jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan at 0 for both under vmap: a batch runs both branches, and sqrt has slope inf at 0.
# Seen: 0 for cond, alone and under vmap, and nan for where: what a branch that is not taken is
# given stands behind a stop_gradient, and the nan ends there.
# Output:
#   by_cond 0.0 [0.0, 0.25] [0.0, 0.25]
#   by_where nan [nan, 0.25] [nan, 0.25]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import jax
import jax.numpy as jnp


def by_cond(x):
    return jax.lax.cond(x > 0, jnp.sqrt, jnp.zeros_like, x)


def by_where(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0)


numbers = jnp.array([0.0, 4.0])
for f in (by_cond, by_where):
    alone = float(jax.grad(f)(0.0))
    batch = jax.vmap(jax.grad(f))(numbers).tolist()
    outside = jax.grad(lambda x, f=f: jax.vmap(f)(x).sum())(numbers).tolist()
    print(f.__name__, alone, batch, outside)
    right = f is by_cond
    for found in (alone, batch[0], outside[0]):
        assert found == 0.0 if right else math.isnan(found)
    assert batch[1] == outside[1] == 0.25
END
