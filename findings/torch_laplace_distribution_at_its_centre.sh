#!/usr/bin/env bash
# PyTorch: the distribution function of Laplace is flat at its centre, where its density is largest.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0.5 and 2 for cdf and icdf, as a thousandth beside the centre: they have no corner there.
# Seen: 0 for both at the centre: they are written with sign and abs, which have slope 0 there.
# Output:
#   {'cdf': [0.5, 0.0, 0.5], 'icdf': [2.0, 0.0, 2.0]} density at the centre 0.5
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

laplace = torch.distributions.Laplace(torch.tensor(0.0), torch.tensor(1.0))
found = {}
for name, centre in (("cdf", 0.0), ("icdf", 0.5)):
    x = torch.tensor([centre - 1e-3, centre, centre + 1e-3], requires_grad=True)
    (slopes,) = torch.autograd.grad(getattr(laplace, name)(x).sum(), x)
    found[name] = [round(slope, 2) for slope in slopes.tolist()]
print(found, "density at the centre", laplace.log_prob(torch.tensor(0.0)).exp().item())
assert found == {"cdf": [0.5, 0.0, 0.5], "icdf": [2.0, 0.0, 2.0]}
END
