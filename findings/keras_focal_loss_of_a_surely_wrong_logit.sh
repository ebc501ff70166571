#!/usr/bin/env bash
# Keras: the categorical focal loss from logits has no gradient where the model is surely wrong.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1 and 1, the gradient of the plain cross-entropy, with gamma 0, alpha 1 and logits -20 and
# 0 for the right class and the wrong one: "from logits" keeps it.
# Seen: 0 and 0: softmax comes first, and its 2e-9 is clipped to 1e-7, where there is no slope. At
# logits of -15 and 0 both losses agree, and categorical_crossentropy is right at both.
# Output:
#   logit -15.0 focal [-1.0, 1.0] plain [-1.0, 1.0]
#   logit -20.0 focal [0.0, 0.0] plain [-1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import tensorflow as tf
from keras import losses


def gradient(rule, logit, **options):
    logits = tf.constant([[logit, 0.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = rule([[1.0, 0.0]], logits, from_logits=True, **options)
    return [round(x, 3) + 0.0 for x in tape.gradient(loss, logits).numpy()[0].tolist()]


for logit in (-15.0, -20.0):
    focal = gradient(losses.categorical_focal_crossentropy, logit, gamma=0.0, alpha=1.0)
    plain = gradient(losses.categorical_crossentropy, logit)
    print("logit", logit, "focal", focal, "plain", plain)
    assert plain == [-1.0, 1.0]
    assert focal == (plain if logit == -15.0 else [0.0, 0.0])
END
