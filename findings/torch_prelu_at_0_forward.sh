#!/usr/bin/env bash
# PyTorch: PReLU has slope 1 at 0 forward and its weight in reverse.
# Versions: torch 2.13.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: the weight, 0.25, by both: that is what reverse mode gives.
# Seen: 1 by jvp and 0.25 by vjp, so jacfwd and jacrev give two answers. relu and leaky_relu agree
# with themselves.
# Output:
#   forward, reverse: {'prelu': (1.0, 0.25), 'leaky_relu': (0.25, 0.25), 'relu': (0.0, 0.0)}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import torch

zero, weight = torch.zeros(1), torch.tensor([0.25])
rules = {
    "prelu": lambda x: torch.nn.functional.prelu(x, weight),
    "leaky_relu": lambda x: torch.nn.functional.leaky_relu(x, 0.25),
    "relu": torch.relu,
}
found = {}
for name, f in rules.items():
    forward = torch.func.jvp(f, (zero,), (torch.ones(1),))[1].item()
    reverse = torch.func.vjp(f, zero)[1](torch.ones(1))[0].item()
    found[name] = (forward, reverse)
print("forward, reverse:", found)
assert found == {"prelu": (1.0, 0.25), "leaky_relu": (0.25, 0.25), "relu": (0.0, 0.0)}
END
