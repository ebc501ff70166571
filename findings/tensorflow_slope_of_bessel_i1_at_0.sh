#!/usr/bin/env bash
# TensorFlow: the modified Bessel function I1 has slope 1 at 0 and 1/2 everywhere beside it.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1/2 at 0, the first term of its series, and 1/2 for the second derivative of I0, whose
# slope is I1.
# Seen: 1 for both at 0: the rule I0(x) - I1(x)/x takes I1(x)/x for 0 there, and it is 1/2.
# Output:
#   at 0.0: slope of I1 1.000000, second derivative of I0 1.000000
#   at 1e-06: slope of I1 0.500000, second derivative of I0 0.500000
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import tensorflow as tf


def derivative(f, x, order):
    if order == 0:
        return f(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = derivative(f, x, order - 1)
    return tape.gradient(y, x)


for x in (0.0, 1e-6):
    at = tf.constant(x, tf.float64)
    slope = float(derivative(tf.math.bessel_i1, at, 1))
    second = float(derivative(tf.math.bessel_i0, at, 2))
    print(f"at {x}: slope of I1 {slope:.6f}, second derivative of I0 {second:.6f}")
    assert abs(slope - (1.0 if x == 0 else 0.5)) < 1e-6
    assert abs(second - slope) < 1e-6
END
