#!/usr/bin/env bash
# NumPyro: the middle class of an ordered logistic model has -inf far to one side alone.
# Versions: numpyro 0.22.0, jax 0.10.2, jaxlib 0.10.2, on the CPU, with Python 3.11.
# Guess: -19.1 for the predictors 20 and -20: the model is symmetric about its cutpoints -1 and 1.
# Seen: -19.1 for 20 and -inf for -20: the probability is a difference of two numbers near 1, which
# float32 rounds to 0. At -15 two digits are wrong already.
# Output:
#   15.0 -14.145
#   -15.0 -14.151
#   20.0 -19.145
#   -20.0 -inf
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpyro==0.22.0 jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'END'
import jax.numpy as jnp
import numpyro.distributions as dist

cutpoints = jnp.array([-1.0, 1.0])
found = {}
for predictor in (15.0, -15.0, 20.0, -20.0):
    found[predictor] = float(dist.OrderedLogistic(predictor, cutpoints).log_prob(1))
    print(predictor, round(found[predictor], 3))
assert abs(found[20.0] + 19.1454) < 1e-3 and found[-20.0] == -jnp.inf
assert abs(found[15.0] - found[-15.0]) > 1e-3
END
