#!/usr/bin/env bash
# Equinox: a saved model is read into another order of its fields, and they are exchanged.
# Versions: equinox 0.13.8, jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: an error: the class has changed since the file was written.
# Seen: no error: scale has the numbers of shift, and shift those of scale. The file holds the
# arrays in the order of the fields and no name; shapes and types are compared, and here they are
# equal.
# Output:
#   scale [0.0, 0.0] shift [1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check equinox==0.13.8 jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import io

import equinox as eqx
import jax
import jax.numpy as jnp


class Before(eqx.Module):
    scale: jax.Array
    shift: jax.Array


class After(eqx.Module):
    shift: jax.Array
    scale: jax.Array


file = io.BytesIO()
eqx.tree_serialise_leaves(file, Before(scale=jnp.ones(2), shift=jnp.zeros(2)))
file.seek(0)
read = eqx.tree_deserialise_leaves(file, After(shift=jnp.zeros(2), scale=jnp.zeros(2)))
print("scale", read.scale.tolist(), "shift", read.shift.tolist())
assert read.scale.tolist() == [0.0, 0.0] and read.shift.tolist() == [1.0, 1.0]
END
