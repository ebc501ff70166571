#!/usr/bin/env bash
# GPyTorch: two points a length apart have covariance 1 in float32 beside a far third one.
# Versions: gpytorch 1.15.2, linear_operator 0.6.1, torch 2.13.0, numpy 2.4.6, on the CPU, with
# Python 3.11.
# Guess: 0.607, exp(-1/2), wherever the other points are.
# Seen: 0.607 alone and 1.000 beside a far point, as if the two were one: all are shifted by their
# mean, and |a|**2 + |b|**2 - 2ab loses the difference. float64 is right.
# Output:
#   other points 0 away, torch.float32: 0.607
#   other points 0 away, torch.float64: 0.607
#   other points 10000 away, torch.float32: 1.000
#   other points 10000 away, torch.float64: 0.607
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check gpytorch==1.15.2 linear_operator==0.6.1 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from gpytorch.kernels import RBFKernel

for far in (0.0, 1e4):
    for kind in (torch.float32, torch.float64):
        kernel = RBFKernel().to(kind)
        kernel.lengthscale = 1.0
        one = torch.tensor([[1e4], [1e4 - far]], dtype=kind)
        other = torch.tensor([[1e4 + 1], [1e4 - far]], dtype=kind)
        found = kernel(one, other).to_dense()[0, 0].item()
        print(f"other points {far:g} away, {kind}: {found:.3f}")
        assert round(found, 3) == (1.0 if far and kind == torch.float32 else 0.607)
END
