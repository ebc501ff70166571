#!/usr/bin/env bash
# TorchMetrics: the log-cosh error of a prediction that is 100 off is inf in float32.
# Versions: torchmetrics 1.9.0, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 99.307: the function was chosen for growing as slowly as the distance itself.
# Seen: right at 80 and inf at 100: exp overflows before the logarithm is taken, and one such point
# makes the mean of a whole epoch inf.
# Output:
#   10.0: found 9.307, right 9.307
#   80.0: found 79.307, right 79.307
#   100.0: found inf, right 99.307
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import torch
from torchmetrics.functional import log_cosh_error

for distance in (10.0, 80.0, 100.0):
    found = log_cosh_error(torch.tensor([distance]), torch.tensor([0.0])).item()
    right = distance - math.log(2) + math.log1p(math.exp(-2 * distance))
    print(f"{distance}: found {found:.3f}, right {right:.3f}")
    assert found == math.inf if distance == 100 else abs(found - right) < 1e-4
END
