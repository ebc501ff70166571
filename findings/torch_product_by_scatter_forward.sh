#!/usr/bin/env bash
# PyTorch: scatter_reduce of a product with one 0 has slope 3 in reverse and 0 in forward mode.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: [3, 0] for the product of 0 and 3 by both modes: it is a polynomial.
# Seen: [3, 0] in reverse and [0, 0] in forward mode, silently; prod has [3, 0] by both.
# Output:
#   scattered reverse [3.0, 0.0] forward [0.0, 0.0]
#   prod reverse [3.0, 0.0] forward [3.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

x, place = torch.tensor([0.0, 3.0]), torch.tensor([0, 0])


def scattered(x):
    return torch.ones(1).scatter_reduce(0, place, x, "prod")[0]


found = {
    f.__name__: [mode(f)(x).tolist() for mode in (torch.func.jacrev, torch.func.jacfwd)]
    for f in (scattered, torch.prod)
}
for name, (reverse, forward) in found.items():
    print(name, "reverse", reverse, "forward", forward)
assert found == {"scattered": [[3.0, 0.0], [0.0, 0.0]], "prod": [[3.0, 0.0], [3.0, 0.0]]}
END
