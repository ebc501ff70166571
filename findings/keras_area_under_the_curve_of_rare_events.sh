#!/usr/bin/env bash
# Keras: a perfect ranking of rare events has an area under the curve of 0.5.
# Versions: keras 3.15.1, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1: every positive example has a larger probability than every negative one.
# Seen: 1 for probabilities spread from 0 to 1, and 0.5, as for a coin, when the same ranking lies
# below 1/200: it is measured at 200 thresholds, evenly spaced, and none falls among them.
# Output:
#   probabilities up to 0.9: 1.000
#   probabilities up to 0.09: 1.000
#   probabilities up to 0.0009: 0.500
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import os

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
import keras

truth = np.array([0, 0, 1, 1])
ranking = np.array([0.1, 0.2, 0.8, 0.9])
for scale in (1.0, 0.1, 1e-3):
    area = keras.metrics.AUC()
    area.update_state(truth, ranking * scale)
    print(f"probabilities up to {0.9 * scale:g}: {float(area.result()):.3f}")
    assert abs(float(area.result()) - (0.5 if scale == 1e-3 else 1.0)) < 1e-6
END
