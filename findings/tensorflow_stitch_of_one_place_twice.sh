#!/usr/bin/env bash
# TensorFlow: dynamic_stitch gives a gradient to a number that it has overwritten.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0 for the first and 1 for the second number put into the same place: the later one wins.
# Seen: the result holds the second number only, and both have gradient 1.
# Output:
#   result [2.0] gradients [1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import tensorflow as tf

first, second = tf.constant([1.0]), tf.constant([2.0])
with tf.GradientTape() as tape:
    tape.watch((first, second))
    whole = tf.dynamic_stitch([[0], [0]], [first, second])
found = [float(x[0]) for x in tape.gradient(whole, (first, second))]
print("result", whole.numpy().tolist(), "gradients", found)
assert whole.numpy().tolist() == [2.0]
assert found == [1.0, 1.0]
END
