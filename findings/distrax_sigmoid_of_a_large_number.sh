#!/usr/bin/env bash
# Distrax: the log-determinant of Sigmoid has slope nan at 90 in float32, and its value is right.
# Versions: distrax 0.1.9, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1 at 90 and 1 at -90: the log-determinant is -|x| far out.
# Seen: nan at both, and right at 80: it is written with two softplus, each a log of an exp that
# overflows on the side that is not taken. A sample of -90 in a flow makes every gradient nan.
# Output:
#   80.0 value -80.0 slope -1.0
#   -80.0 value -80.0 slope 1.0
#   90.0 value -90.0 slope nan
#   -90.0 value -90.0 slope nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check distrax==0.1.9 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import distrax
import jax
import jax.numpy as jnp

log_determinant = distrax.Sigmoid().forward_log_det_jacobian
for x in (80.0, -80.0, 90.0, -90.0):
    value, slope = jax.value_and_grad(log_determinant)(jnp.float32(x))
    print(x, "value", float(value), "slope", float(slope))
    assert float(value) == -abs(x)
    assert math.isnan(slope) if abs(x) == 90 else slope == -math.copysign(1.0, x)
END
