#!/usr/bin/env bash
# TensorFlow: a cumulative product that starts with 0 has no gradient at all.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 6, 0, 0 for the last of the cumulative products of 0, 2, 3, as reduce_prod gives.
# Seen: 0, 0, 0: the rule divides by the number, and takes a division by 0 for 0.
# Output:
#   cumprod [0.0, 0.0, 0.0] reduce_prod [6.0, 0.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import tensorflow as tf

numbers = tf.constant([0.0, 2.0, 3.0], tf.float64)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(numbers)
    last = tf.math.cumprod(numbers)[-1]
    whole = tf.reduce_prod(numbers)
found = [tape.gradient(y, numbers).numpy().tolist() for y in (last, whole)]
print("cumprod", found[0], "reduce_prod", found[1])
assert found == [[0.0, 0.0, 0.0], [6.0, 0.0, 0.0]]
END
