#!/usr/bin/env bash
# PaddlePaddle: the Gaussian loss gives no gradient to its variance.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 3/32 for the variance and -1/4 for the mean, with target 1, mean 0 and variance 4.
# Seen: the mean has its gradient and the variance none, without a word: it is clipped where
# gradients are off. A network that is to predict its own uncertainty never learns it.
# Output:
#   loss 0.8181 mean -0.25 variance None
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import paddle
import paddle.nn.functional as F

mean, variance, target = (paddle.to_tensor([x], stop_gradient=False) for x in (0.0, 4.0, 1.0))
loss = F.gaussian_nll_loss(mean, target, variance)
loss.backward()
print("loss", round(loss.item(), 4), "mean", mean.grad.item(), "variance", variance.grad)
assert abs(loss.item() - (paddle.log(variance) + (target - mean) ** 2 / variance).item() / 2) < 1e-6
assert mean.grad.item() == -0.25
assert variance.grad is None
END
