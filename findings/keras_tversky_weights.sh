#!/usr/bin/env bash
# Keras: the two weights of the Tversky loss are the other way round.
# Versions: keras 3.15.1, jax 0.10.2, jaxlib 0.10.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.5 for a false positive with alpha = 1 and beta = 0, since alpha is described as the
# weight of false positives.
# Seen: 0 for it, and 0.5 for a false negative: alpha weighs those. Who raises beta to find more
# positives finds fewer.
# Output:
#   alpha = 1, beta = 0: {'false positive': 0.0, 'false negative': 0.5}
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

cases = {
    "false positive": ([1.0, 0.0], [1.0, 1.0]),
    "false negative": ([1.0, 1.0], [1.0, 0.0]),
}
found = {}
for name, (truth, guess) in cases.items():
    loss = keras.losses.tversky(np.array(truth), np.array(guess), alpha=1.0, beta=0.0)
    found[name] = round(float(loss), 3)
print("alpha = 1, beta = 0:", found)
assert found == {"false positive": 0.0, "false negative": 0.5}
END
