#!/usr/bin/env bash
# PyTorch: no events at a rate of 0 have the log-probability 0 and the slope nan.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: -1, as for every rate: the log-probability of no events is minus the rate. So for the
# density of Gamma(1, 1) at 0, which is that of Exponential(1).
# Seen: the values are right; the slopes of Poisson and Gamma are nan, that of Exponential is -1:
# xlogy(0, 0) is 0, and its slope 0 / 0.
# Output:
#   Poisson 0.0 nan
#   Gamma 0.0 nan
#   Exponential 0.0 -1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch
from torch.distributions import Exponential, Gamma, Poisson

nothing = torch.tensor(0.0)
functions = {
    "Poisson": lambda rate: Poisson(rate).log_prob(nothing),
    "Gamma": lambda x: Gamma(1.0, 1.0).log_prob(x),
    "Exponential": lambda x: Exponential(1.0).log_prob(x),
}
found = {}
for name, f in functions.items():
    x = torch.tensor(0.0, requires_grad=True)
    value = f(x)
    found[name] = value.item(), torch.autograd.grad(value, x)[0].item()
    print(name, *found[name])
assert found["Exponential"] == (0.0, -1.0)
for name in ("Poisson", "Gamma"):
    assert found[name][0] == 0.0 and found[name][1] != found[name][1]
END
