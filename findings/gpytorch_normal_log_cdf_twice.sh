#!/usr/bin/env bash
# GPyTorch: the logarithm of the normal distribution function has no curvature below -1.
# Versions: gpytorch 1.15.2, linear_operator 0.6.1, torch 2.13.0, numpy 2.4.6, on the CPU, with
# Python 3.11.
# Guess: -0.967 at -5 and nearly -1 below, as torch.special.log_ndtr has.
# Seen: 0 at both, and right at -1: the first slope is written by hand there and is not tracked
# further. A Newton step on a badly wrong label divides by 0.
# Output:
#   -1.0 GPyTorch -0.8009 PyTorch -0.8009
#   -5.0 GPyTorch 0.0 PyTorch -0.9673
#   -10.0 GPyTorch 0.0 PyTorch -0.9906
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check gpytorch==1.15.2 linear_operator==0.6.1 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from gpytorch.functions import log_normal_cdf

torch.set_default_dtype(torch.float64)
for at in (-1.0, -5.0, -10.0):
    found = []
    for f in (log_normal_cdf, torch.special.log_ndtr):
        x = torch.tensor([at], requires_grad=True)
        (slope,) = torch.autograd.grad(f(x), x, create_graph=True)
        found.append(round(torch.autograd.grad(slope, x)[0].item(), 4))
    print(at, "GPyTorch", found[0], "PyTorch", found[1])
    assert found[1] < -0.8
    assert found[0] == (found[1] if at == -1 else 0.0)
END
