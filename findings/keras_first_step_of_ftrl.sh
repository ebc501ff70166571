#!/usr/bin/env bash
# Keras: the first step of Ftrl with a gradient of 0 sets a weight of 1 to 0.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1: no gradient and no penalty, no step.
# Seen: 0, while SGD, Adam and Adagrad leave 1: the weights are computed anew from sums of gradients
# that start at 0, so the weights a model was built or loaded with are lost.
# Output:
#   {'SGD': 1.0, 'Adam': 1.0, 'Adagrad': 1.0, 'Ftrl': 0.0}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import keras
import tensorflow as tf

found = {}
for name in ("SGD", "Adam", "Adagrad", "Ftrl"):
    weight = keras.Variable(1.0)
    optimizer = getattr(keras.optimizers, name)(learning_rate=0.1)
    optimizer.build([weight])
    optimizer.apply([tf.constant(0.0)], [weight])
    found[name] = float(weight.numpy())
print(found)
assert found == {"SGD": 1.0, "Adam": 1.0, "Adagrad": 1.0, "Ftrl": 0.0}
END
