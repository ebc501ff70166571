#!/usr/bin/env bash
# PaddlePaddle: the cross-entropy of a logit has a wrong slope at a logit of exactly 0.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: sigmoid(0) less the label at 0, so 0.5, 0.0 and -0.5, as a millionth beside it.
# Seen: 1 less than that, for every label: the part max(x, 0) of the formula and its part |x| each
# choose a side of their corner, and the two corners no longer cancel. A model whose weights start
# at zero takes its first step along this slope.
# Output:
#   label 0.0 slope at 0: -0.5 beside 0: 0.5
#   label 0.5 slope at 0: -1.0 beside 0: 0.0
#   label 1.0 slope at 0: -1.5 beside 0: -0.5
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import paddle
import paddle.nn.functional as F


def slope(logit, label):
    logit = paddle.to_tensor([logit], dtype="float64", stop_gradient=False)
    loss = F.binary_cross_entropy_with_logits(logit, paddle.to_tensor([label], dtype="float64"))
    return paddle.grad(loss, logit)[0].item()


for label in (0.0, 0.5, 1.0):
    at, beside = slope(0.0, label), slope(1e-6, label)
    print("label", label, "slope at 0:", at, "beside 0:", round(beside, 3))
    assert abs(beside - (0.5 - label)) < 1e-6
    assert at == 0.5 - label - 1.0
END
