#!/usr/bin/env bash
# GPyTorch: smooth Matern kernels have no curvature at distance 0.
# Versions: gpytorch 1.15.2, linear_operator 0.6.1, torch 2.13.0, numpy 2.4.6, on the CPU, with
# Python 3.11.
# Guess: -3 for nu = 1.5 and -5/3 for nu = 2.5, as measured from values nearby; it is how much a
# slope of the process varies.
# Seen: 0 for both, and -1 for RBF, which is right: the distance is a root of a square, and its
# slope at 0 is set to 0, twice.
# Output:
#   1.5 found 0.0 measured -3.0
#   2.5 found 0.0 measured -1.67
#   RBF found -1.0 measured -1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check gpytorch==1.15.2 linear_operator==0.6.1 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from gpytorch.kernels import MaternKernel, RBFKernel

torch.set_default_dtype(torch.float64)
for name, kernel in (("1.5", MaternKernel(1.5)), ("2.5", MaternKernel(2.5)), ("RBF", RBFKernel())):
    kernel.lengthscale = 1.0

    def value(x, kernel=kernel):
        return kernel(x.reshape(1, 1), torch.zeros(1, 1)).to_dense().sum()

    x = torch.tensor(0.0, requires_grad=True)
    (slope,) = torch.autograd.grad(value(x), x, create_graph=True)
    (found,) = torch.autograd.grad(slope, x)
    step = torch.tensor(1e-4)
    measured = ((value(step) - 2 * value(0 * step) + value(-step)) / step**2).item()
    print(name, "found", found.item(), "measured", round(measured, 2))
    assert abs(found - (-1.0 if name == "RBF" else 0.0)) < 1e-6
    assert abs(measured - {"1.5": -3.0, "2.5": -5 / 3, "RBF": -1.0}[name]) < 1e-3
END
