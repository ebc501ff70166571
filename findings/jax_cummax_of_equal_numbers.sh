#!/usr/bin/env bash
# JAX: the gradient of a running maximum at equal numbers depends on where they stand.
# Versions: jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1/3 for each of three equal numbers, as jnp.max shares it.
# Seen: 1/4, 1/4, 1/2 for three and 1/8 four times and 1/2 for five: halves, along the tree by which
# the pairs are compared.
# Output:
#   2 cummax [0.5, 0.5] max [0.5, 0.5]
#   3 cummax [0.25, 0.25, 0.5] max [0.333, 0.333, 0.333]
#   4 cummax [0.25, 0.25, 0.25, 0.25] max [0.25, 0.25, 0.25, 0.25]
#   5 cummax [0.125, 0.125, 0.125, 0.125, 0.5] max [0.2, 0.2, 0.2, 0.2, 0.2]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

for count in (2, 3, 4, 5):
    numbers = jnp.ones(count)
    running = jax.grad(lambda x: jax.lax.cummax(x)[-1])(numbers).tolist()
    whole = jax.grad(jnp.max)(numbers).tolist()
    print(count, "cummax", running, "max", [round(x, 3) for x in whole])
    assert sum(running) == 1.0
    assert len(set(whole)) == 1
    assert (len(set(running)) == 1) == (count in (2, 4))
END
