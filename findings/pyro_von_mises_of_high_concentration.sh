#!/usr/bin/env bash
# Pyro: the density of a direction is 0 at its peak from a concentration of 100 on, in float32.
# Versions: pyro-ppl 1.9.2, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: log(100 / (2 pi)), about 2.767: concentration k has a density of k / (2 pi) at its peak,
# once k is large.
# Seen: right at 10 and 67, and -inf, with a slope of nan, at 100: sinh overflows. The more certain
# a direction is, the less likely it becomes.
# Output:
#   10: found 0.465, right 0.465, slope 0.100
#   67: found 2.367, right 2.367, slope 0.015
#   100: found -inf, right 2.767, slope nan
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyro-ppl==1.9.2 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import torch
from pyro.distributions import VonMises3D

pole = torch.tensor([1.0, 0.0, 0.0])
for concentration in (10.0, 67.0, 100.0):
    vector = (concentration * pole).requires_grad_()
    found = VonMises3D(vector).log_prob(pole)
    (slope,) = torch.autograd.grad(found, vector)
    right = math.log(concentration / (2 * math.pi) / -math.expm1(-2 * concentration))
    print(f"{concentration:g}: found {found.item():.3f}, right {right:.3f}, slope {slope[0]:.3f}")
    if concentration == 100:
        assert found == -math.inf and math.isnan(slope[0])
    else:
        assert abs(found.item() - right) < 1e-3
END
