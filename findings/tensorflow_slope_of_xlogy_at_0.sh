#!/usr/bin/env bash
# TensorFlow: xlogy(p, q) has slope 0 in p at p = 0, where it is log q times p.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: log(1/4), about -1.386: for a fixed q the function is a straight line in p.
# Seen: 0 at p = 0 and -1.386 beside it, and the entropy -xlogy(p, p) is flat at 0, where its slope
# is infinite: a class of probability 0 is never raised again.
# Output:
#   at 0.0: slope of the line 0.000, of the entropy 0.000
#   at 1e-09: slope of the line -1.386, of the entropy 19.723
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import math

import tensorflow as tf


def slope(f, p):
    p = tf.constant(p, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(p)
        y = f(p)
    return float(tape.gradient(y, p))


quarter = tf.constant(0.25, tf.float64)
for p in (0.0, 1e-9):
    line = slope(lambda p: tf.math.xlogy(p, quarter), p)
    entropy = slope(lambda p: -tf.math.xlogy(p, p), p)
    print(f"at {p}: slope of the line {line:.3f}, of the entropy {abs(entropy):.3f}")
    assert abs(line - (0.0 if p == 0 else math.log(0.25))) < 1e-12
    assert abs(entropy - (0.0 if p == 0 else -math.log(p) - 1.0)) < 1e-9
END
