#!/usr/bin/env bash
# PyTorch: the generalized Pareto distribution is flat in its shape at 0.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1/2 for the log-density at 1 and log(2)**2/2 for the median, as their limits are.
# Seen: 0 for both within 1e-8 of 0: there the formula of the exponential distribution is taken,
# which does not hold the shape at all. A fit that starts from the exponential case never leaves it.
# Output:
#   at 0.0: log-density 0.0000, median 0.0000
#   at 1e-06: log-density -0.5000, median 0.2402
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import torch

torch.set_default_dtype(torch.float64)
start, scale = torch.tensor(0.0), torch.tensor(1.0)


def slope(f, shape):
    shape = torch.tensor(shape, requires_grad=True)
    value = f(torch.distributions.GeneralizedPareto(start, scale, shape))
    return torch.autograd.grad(value, shape)[0].item()


for shape in (0.0, 1e-6):
    density = slope(lambda d: d.log_prob(torch.tensor(1.0)), shape)
    median = slope(lambda d: d.icdf(torch.tensor(0.5)), shape)
    print(f"at {shape}: log-density {density:.4f}, median {median:.4f}")
    right = (0.0, 0.0) if shape == 0 else (-0.5, math.log(2) ** 2 / 2)
    assert abs(density - right[0]) < 1e-3 and abs(median - right[1]) < 1e-3
END
