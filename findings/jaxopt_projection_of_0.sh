#!/usr/bin/env bash
# jaxopt: the projection onto a ball has a gradient of nan at the ball's centre.
# Versions: jaxopt 0.8.5, optax 0.2.8, jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: [1, 0] for the first number: a point inside stays where it is.
# Seen: nan at the centre, where parameters that begin with 0 are; the value there is right, and so
# is the gradient beside it. The same function in optax has [1, 0].
# Output:
#   centre [nan, nan] beside [1.0, 0.0] optax [1.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jaxopt==0.8.5 optax==0.2.8 jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp
from jaxopt.projection import projection_l2_ball
from optax.projections import projection_l2_ball as of_optax

centre, beside = jnp.zeros(2), jnp.array([0.1, 0.1])
found = [
    jax.grad(lambda x, f=f: f(x, 1.0)[0])(at).tolist()
    for f, at in ((projection_l2_ball, centre), (projection_l2_ball, beside), (of_optax, centre))
]
print("centre", found[0], "beside", found[1], "optax", found[2])
assert all(g != g for g in found[0]) and found[1] == found[2] == [1.0, 0.0]
END
