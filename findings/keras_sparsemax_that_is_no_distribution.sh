#!/usr/bin/env bash
# Keras: the probabilities of sparsemax do not add up to 1.
# Versions: keras 3.15.1, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, scipy 1.17.1, on the CPU, with
# Python 3.11.
# Guess: 0.6 and 0.4 for the scores 0.2 and 0: the nearest point of the simplex.
# Seen: 0.5 and 0.3, and 1/4 in all for the scores 1 and 1/2: the threshold adds the running sums up
# once more. Right only where one class takes all, or two are equal. Every backend has the same
# line.
# Output:
#   [0.2, 0.0] found [0.5, 0.3] right [0.6, 0.4]
#   [1.0, 0.5] found [0.25, 0.0] right [0.75, 0.25]
#   [0.3, 0.2, 0.1] found [0.167, 0.067, 0.0] right [0.433, 0.333, 0.233]
#   [2.0, 0.0] found [1.0, 0.0] right [1.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import os

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
import keras


def nearest_point(scores):
    ordered = np.sort(scores)[::-1]
    thresholds = (np.cumsum(ordered) - 1) / np.arange(1, len(scores) + 1)
    return np.maximum(scores - thresholds[(ordered > thresholds).sum() - 1], 0)


for scores in ([0.2, 0.0], [1.0, 0.5], [0.3, 0.2, 0.1], [2.0, 0.0]):
    found = np.array(keras.activations.sparsemax(np.array([scores]))[0], float)
    right = nearest_point(np.array(scores))
    print(scores, "found", np.round(found, 3).tolist(), "right", np.round(right, 3).tolist())
    assert abs(right.sum() - 1) < 1e-6
    assert (abs(found.sum() - 1) > 0.15) == (scores != [2.0, 0.0])
END
