#!/usr/bin/env bash
# TensorFlow: where(x > 0, sqrt(x), 0) has slope 0 at 0, and nan if sqrt(x) is x ** 0.5.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan for all: the slope inf of the side not taken times its gradient 0, as in PyTorch and
# JAX.
# Seen: 0 for sqrt and rsqrt, which ask first whether the gradient that comes in is 0, and nan for
# log, 1/x and x ** 0.5. So the trap seems to be away, until a line is written otherwise.
# Output:
#   {'sqrt': 0.0, 'rsqrt': 0.0, 'power': nan, 'log': nan, 'reciprocal': nan}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import math

import tensorflow as tf


def slope(f):
    x = tf.constant(0.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.where(x > 0, f(x), tf.zeros_like(x))
    return float(tape.gradient(y, x))


rules = {
    "sqrt": tf.sqrt,
    "rsqrt": tf.math.rsqrt,
    "power": lambda x: x**0.5,
    "log": tf.math.log,
    "reciprocal": lambda x: 1 / x,
}
found = {name: slope(rule) for name, rule in rules.items()}
print(found)
for name, x in found.items():
    assert x == 0.0 if name in ("sqrt", "rsqrt") else math.isnan(x)
END
