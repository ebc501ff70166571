#!/usr/bin/env bash
# Keras: celu has slope 2 at 0, with 1 on both sides of it.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1: celu with alpha 1 has no corner at 0.
# Seen: 2 on TensorFlow: a maximum and a minimum with 0 are added, and each passes its whole slope
# on at its tie. elu, the same function, has slope 1.
# Output:
#   celu [1.0, 2.0, 1.0]
#   elu [1.0, 1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import keras
import tensorflow as tf


def slope(f, x):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return float(tape.gradient(y, x))


for name in ("celu", "elu"):
    found = [round(slope(getattr(keras.activations, name), x), 3) for x in (-1e-4, 0.0, 1e-4)]
    print(name, found)
    assert found == [1.0, 2.0 if name == "celu" else 1.0, 1.0]
END
