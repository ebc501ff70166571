#!/usr/bin/env bash
# JAX: hypot at the origin has the slopes 0.5 and 0.5.
# Versions: jax 0.10.2, on the CPU, with Python 3.11.
# Guess: 0 and 0, as its abs-like functions choose, or nan as from jnp.linalg.norm of the two.
# Seen: 0.5 for each, where hypot(x, 0) has the slopes -1 and 1 on its two sides, and
# jnp.linalg.norm gives nan.
# Output:
#   hypot 0.5 0.5 norm nan nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

slopes = [float(g) for g in jax.grad(jnp.hypot, (0, 1))(0.0, 0.0)]
norm = jax.grad(jnp.linalg.norm)(jnp.zeros(2)).tolist()
print("hypot", *slopes, "norm", *norm)
assert slopes == [0.5, 0.5]
assert all(map(jnp.isnan, norm))
END
