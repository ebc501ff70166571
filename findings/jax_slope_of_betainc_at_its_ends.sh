#!/usr/bin/env bash
# JAX: betainc(1, 1, x) is x, and its slope at 0 and at 1 is nan.
# Versions: jax 0.10.2, on the CPU, with Python 3.11.
# Guess: 1 everywhere: the density of the uniform distribution.
# Seen: 1 inside, nan at both ends; with (2, 2), whose density is 0 at the ends, it is 0 there.
# Output:
#   (1, 1): [nan, 1.0, nan] (2, 2): [0.0, 1.5, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

import jax.scipy.special as special

found = {
    a: [round(float(jax.grad(lambda x: special.betainc(a, a, x))(x)), 9) for x in (0.0, 0.5, 1.0)]
    for a in (1.0, 2.0)
}
print("(1, 1):", found[1.0], "(2, 2):", found[2.0])
assert [bool(jnp.isnan(slope)) for slope in found[1.0]] == [True, False, True]
assert found[2.0] == [0.0, 1.5, 0.0]
END
