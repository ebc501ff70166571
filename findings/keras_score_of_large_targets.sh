#!/usr/bin/env bash
# Keras: R2Score is 0 for a good fit if the targets are near 10000.
# Versions: keras 3.15.1, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.992 wherever the targets lie: adding a number to all targets and predictions changes
# nothing.
# Seen: 0.992 up to 1000 and 0 from 10000 on: the variance is a difference of two sums of squares in
# float32, which cancel.
# Output:
#   near 0: found 0.992, right 0.992
#   near 1000: found 0.992, right 0.992
#   near 10000: found 0.000, right 0.992
#   near 100000: found 0.000, right 0.992
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

for offset in (0.0, 1e3, 1e4, 1e5):
    targets = offset + np.arange(4.0)[:, None]
    predictions = targets + np.array([[0.1], [-0.1], [0.1], [-0.1]])
    score = keras.metrics.R2Score()
    score.update_state(targets, predictions)
    error = ((targets - predictions) ** 2).sum() / ((targets - targets.mean()) ** 2).sum()
    print(f"near {offset:.0f}: found {float(score.result()):.3f}, right {1 - error:.3f}")
    assert abs(1 - error - 0.992) < 1e-6
    assert (abs(float(score.result()) - 0.992) > 0.9) == (offset >= 1e4)
END
