#!/usr/bin/env bash
# JAX: the second derivative of the Bessel function i0 at 0 is 0, where it is 1/2.
# Versions: jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: 0.5, as on both sides of 0: i0(x) is 1 + x * x / 4 + ... there.
# Seen: 0 at exactly 0 by forward over reverse and reverse over reverse, 0.5 a billionth beside it.
# The first derivative is right.
# Output:
#   -1e-09 first -5.000000428701857e-10 second 0.5 0.5
#   0.0 first 0.0 second 0.0 0.0
#   1e-09 first 5.000000428701857e-10 second 0.5 0.5
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

first = jax.grad(jnp.i0)
found = {}
for x in (-1e-9, 0.0, 1e-9):
    found[x] = float(jax.grad(first)(x)), float(jax.jvp(first, (x,), (1.0,))[1])
    print(x, "first", float(first(x)), "second", *(round(each, 6) for each in found[x]))
assert found[0.0] == (0.0, 0.0)
assert all(abs(each - 0.5) < 1e-6 for each in found[1e-9] + found[-1e-9])
END
