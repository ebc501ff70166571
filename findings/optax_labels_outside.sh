#!/usr/bin/env bash
# optax: the label -1 is the last class, and one that is too large is a nan with a finite gradient.
# Versions: optax 0.2.8, jax[cpu] 0.10.2, on the CPU, with Python 3.11.
# Guess: nan for both, in the loss and in the gradient, as JAX marks what lies outside.
# Seen: -1 counts from the end: a row that was marked to be ignored is trained towards the last
# class. For 5 of 3 classes the loss is nan, and its gradient is the softmax: finite, so that a
# check of gradients passes it.
# Output:
#   2 0.4076058864593506 [[0.08999999612569809, 0.24469999969005585, -0.33480000495910645]]
#   -1 0.4076058864593506 [[0.08999999612569809, 0.24469999969005585, -0.33480000495910645]]
#   5 nan [[0.08999999612569809, 0.24469999969005585, 0.6651999950408936]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check optax==0.2.8 'jax[cpu]==0.10.2'
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp
import numpy as np
import optax

scores = jnp.array([[1.0, 2.0, 3.0]])


def loss(scores, label):
    return optax.softmax_cross_entropy_with_integer_labels(scores, jnp.array([label])).sum()


for label in (2, -1, 5):
    print(label, float(loss(scores, label)), np.round(jax.grad(loss)(scores, label), 4).tolist())
assert loss(scores, -1) == loss(scores, 2)
assert jnp.isnan(loss(scores, 5))
assert jnp.allclose(jax.grad(loss)(scores, 5), jax.nn.softmax(scores))
END
