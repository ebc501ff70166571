#!/usr/bin/env bash
# JAX: rel_entr(x, 1) and -entr(x) are one function with two slopes at 0.
# Versions: jax 0.10.2, on the CPU, with Python 3.11.
# Guess: -inf from both, which is the limit.
# Seen: grad gives 0 for rel_entr and -inf for -entr at 0, and the same numbers everywhere else.
# Output:
#   at 0: 0.0 -inf at 1e-10: -22.026 -22.026
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

by_rel_entr = jax.grad(lambda x: special.rel_entr(x, 1.0))
by_entr = jax.grad(lambda x: -special.entr(x))
print("at 0:", by_rel_entr(0.0), by_entr(0.0), "at 1e-10:", f"{by_rel_entr(1e-10):.3f} {by_entr(1e-10):.3f}")
assert by_rel_entr(0.0) == 0.0 and by_entr(0.0) == -jnp.inf
assert abs(by_rel_entr(1e-10) - by_entr(1e-10)) < 1e-9
END
