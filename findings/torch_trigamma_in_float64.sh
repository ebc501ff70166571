#!/usr/bin/env bash
# PyTorch: the slope of digamma in float64 has nine right digits.
# Versions: torch 2.13.0, on the CPU, with Python 3.11.
# Guess: as many as digamma itself: fifteen.
# Seen: at 1 it is 1.6449340676, and pi squared over 6 is 1.6449340668: an error of 7e-10, as
# polygamma(1, x) has too. digamma itself is right to 1e-15.
# Output:
#   slope 1.6449340676 right 1.6449340668 error of digamma below 1e-14: True
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import torch

x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
y = torch.digamma(x)
y.backward()
slope, right = x.grad.item(), math.pi**2 / 6
small = abs(y.item() + 0.57721566490153286) < 1e-14
print(f"slope {slope:.10f} right {right:.10f} error of digamma below 1e-14: {small}")
assert 1e-10 < abs(slope - right) < 1e-8 and small
assert torch.polygamma(1, x.detach()).item() == slope
END
