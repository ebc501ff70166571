#!/usr/bin/env bash
# geoopt: the exponential map of the sphere has a gradient of nan at no motion.
# Versions: geoopt 0.5.1, torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0 and 1: a step from (1, 0) along the second axis moves the second coordinate by itself.
# Seen: nan and nan at 0, with the value right; a millionth beside it, and in the Poincare ball, it
# is right. A tangent vector that starts at zero spoils everything it touches.
# Output:
#   sphere 0.0 [nan, nan]
#   sphere 1e-06 [0.0, 1.0]
#   ball 0.0 [0.0, 1.0]
#   ball 1e-06 [0.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check geoopt==0.5.1 torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import math

import geoopt
import torch

torch.set_default_dtype(torch.float64)
pole = torch.tensor([1.0, 0.0])
maps = {
    "sphere": lambda u: geoopt.Sphere().expmap(pole, u),
    "ball": lambda u: geoopt.PoincareBall().expmap0(u),
}
for name, f in maps.items():
    for size in (0.0, 1e-6):
        tangent = torch.tensor([0.0, size], requires_grad=True)
        found = torch.autograd.grad(f(tangent)[1], tangent)[0].tolist()
        print(name, size, [round(x, 6) for x in found])
        bad = name == "sphere" and size == 0
        assert all(map(math.isnan, found)) if bad else abs(found[1] - 1.0) < 1e-9
END
