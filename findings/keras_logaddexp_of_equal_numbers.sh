#!/usr/bin/env bash
# Keras: logaddexp of two equal numbers gives its whole gradient to the first.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1/2 to each: logaddexp is smooth, and logsumexp of the same two gives that.
# Seen: 1 and 0 on TensorFlow, for any two equal numbers: it is written with a maximum and |x - y|,
# each with a side of its own at the tie.
# Output:
#   {'logaddexp': [1.0, 0.0], 'logsumexp': [0.5, 0.5]}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import keras
import tensorflow as tf

x, y = tf.constant(0.0), tf.constant(0.0)
with tf.GradientTape(persistent=True) as tape:
    tape.watch((x, y))
    by_pair = keras.ops.logaddexp(x, y)
    by_list = keras.ops.logsumexp(keras.ops.stack([x, y]))
found = {
    "logaddexp": [float(g) for g in tape.gradient(by_pair, (x, y))],
    "logsumexp": [float(g) for g in tape.gradient(by_list, (x, y))],
}
print(found)
assert found == {"logaddexp": [1.0, 0.0], "logsumexp": [0.5, 0.5]}
END
