#!/usr/bin/env bash
# PaddlePaddle: the soft margin loss of a score of -100 is inf in float32 and its slope nan.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: a loss of 100 and a slope of -1, as for softplus(100), which is the same function.
# Seen: exp overflows before log is taken: the worse a score is, the more surely training ends in
# nan.
# Output:
#   soft_margin inf slope nan
#   softplus 100.0 slope -1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import paddle
import paddle.nn.functional as F

label = paddle.to_tensor([1.0])
score = paddle.to_tensor([-100.0], stop_gradient=False)
losses = {"soft_margin": F.soft_margin_loss(score, label), "softplus": F.softplus(-score)}
for name, loss in losses.items():
    slope = paddle.grad(loss.sum(), score)[0].item()
    print(name, loss.item(), "slope", slope)
    if name == "softplus":
        assert (loss.item(), slope) == (100.0, -1.0)
    else:
        assert loss.item() == math.inf and math.isnan(slope)
END
