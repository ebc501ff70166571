#!/usr/bin/env bash
# OTT-JAX: a soft sort of three numbers near 10000 is out of order and up to 14 away.
# Versions: ott-jax 0.6.0, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: the same as for 0, 1, 2, with 10000 added: the middle one within 0.01 of its place.
# Seen: -5.7, 12.5, -3.7 less 10000, in float64: each result is a mean whose weights add up to 1
# only within the tolerance of the solver, and what is missing is multiplied by 10000. The soft
# ranks of the same numbers do not move.
# Output:
#   offset 0: sorted, less the offset [0.0, 1.0, 2.0], ranks [0.0, 1.0, 2.0]
#   offset 10000: sorted, less the offset [-5.7, 12.5, -3.7], ranks [0.0, 1.0, 2.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check ott-jax==0.6.0 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import jax
import jax.numpy as jnp
from ott.tools import soft_sort

jax.config.update("jax_enable_x64", True)
numbers = jnp.array([0.0, 1.0, 2.0])
for offset in (0.0, 1e4):
    found = [round(x, 1) + 0.0 for x in (soft_sort.sort(numbers + offset) - offset).tolist()]
    ranks = [round(x, 2) + 0.0 for x in soft_sort.ranks(numbers + offset).tolist()]
    print(f"offset {offset:g}: sorted, less the offset {found}, ranks {ranks}")
    assert ranks == [0.0, 1.0, 2.0]
    assert (found == [0.0, 1.0, 2.0]) == (offset == 0)
    assert (found[1] > found[2] + 10) == (offset > 0)
END
