#!/usr/bin/env bash
# PyTorch: the divergence between two Laplace distributions has no curvature where they are equal.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 1 for the second derivative in the location at 0, which is the Fisher information of it.
# Seen: 0 at 0 and 1 beside it; the normal distribution has 1 at both. It is written with |x|, whose
# slope is taken for 0 at 0, and the two corners no longer cancel: a natural gradient divides by
# this.
# Output:
#   Laplace [0.0, 1.0]
#   Normal [1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

torch.set_default_dtype(torch.float64)


def curvature(distribution, location):
    def divergence(m):
        one, other = distribution(m, 1.0), distribution(0.0, 1.0)
        return torch.distributions.kl_divergence(one, other)

    return torch.func.grad(torch.func.grad(divergence))(torch.tensor(location)).item()


for distribution in (torch.distributions.Laplace, torch.distributions.Normal):
    found = [round(curvature(distribution, location), 4) for location in (0.0, 1e-6)]
    print(distribution.__name__, found)
    assert found == [0.0 if distribution is torch.distributions.Laplace else 1.0, 1.0]
END
