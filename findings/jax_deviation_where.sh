#!/usr/bin/env bash
# JAX: a deviation that leaves nan out with `where` has gradients of nan.
# Versions: jax 0.10.2, on the CPU, with Python 3.11.
# Guess: [-0.5, 0.5, 0]: `where` leaves the third number out, and the value is 0.5.
# Seen: std and var with `where` have the right value and three gradients of nan; mean with the same
# `where` has [0.5, 0.5, 0], nanstd [-0.5, 0.5, 0].
# Output:
#   std 0.5 [nan, nan, nan]
#   mean 1.5 [0.5, 0.5, 0.0]
#   nanstd 0.5 [-0.5, 0.5, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

x, kept = jnp.array([1.0, 2.0, jnp.nan]), jnp.array([True, True, False])
functions = {
    "std": lambda x: jnp.std(x, where=kept),
    "mean": lambda x: jnp.mean(x, where=kept),
    "nanstd": jnp.nanstd,
}
gradients = {name: jax.grad(f)(x).tolist() for name, f in functions.items()}
for name, f in functions.items():
    print(name, float(f(x)), gradients[name])
assert all(map(jnp.isnan, gradients["std"]))
assert gradients["mean"] == [0.5, 0.5, 0.0]
assert gradients["nanstd"] == [-0.5, 0.5, 0.0]
END
