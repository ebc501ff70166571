#!/usr/bin/env bash
# TensorFlow: the weighted cross-entropy of a logit of 0 has slope 1 or 0, whatever the weight.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.5 for label 0 and -1 for label 1 with weight 2, as a millionth beside 0.
# Seen: 1 for label 0 and 0 for label 1: the corners of relu(-x) and |x| no longer cancel at 0. With
# weights that start at zero, the first step hears nothing at all from the positive examples.
# Output:
#   label 0.0 slope at 0: 1.0 beside 0: 0.5
#   label 1.0 slope at 0: 0.0 beside 0: -1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import tensorflow as tf


def slope(logit, label):
    logit = tf.constant(logit, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(logit)
        label = tf.constant(label, tf.float64)
        loss = tf.nn.weighted_cross_entropy_with_logits(label, logit, pos_weight=2.0)
    return float(tape.gradient(loss, logit))


for label, right in ((0.0, 0.5), (1.0, -1.0)):
    at, beside = slope(0.0, label), slope(1e-6, label)
    print("label", label, "slope at 0:", at, "beside 0:", round(beside, 3))
    assert abs(beside - right) < 1e-5
    assert at == 1.0 - label
END
