#!/usr/bin/env bash
# PennyLane: the Fisher information of a rotation is 0 at an angle of 0, and 1 elsewhere.
# Versions: pennylane 0.45.1, numpy 2.4.6, scipy 1.17.1, on the CPU, with Python 3.11.
# Guess: 1 at every angle: the probabilities are cos(x/2)**2 and sin(x/2)**2.
# Seen: 1 from a millionth on, and 0 at 0, where the term slope**2 / probability of the outcome that
# cannot happen is left out: its limit is 1. Circuits often start at 0, and a natural gradient
# divides by this.
# Output:
#   angle 0: 0.000
#   angle 1e-06: 1.000
#   angle 1: 1.000
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pennylane==0.45.1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import pennylane as qml
from pennylane import numpy as pnp


@qml.qnode(qml.device("default.qubit", wires=1))
def rotation(angle):
    qml.RX(angle, 0)
    return qml.probs(0)


for angle in (0.0, 1e-6, 1.0):
    found = qml.gradients.classical_fisher(rotation)(pnp.array(angle, requires_grad=True)).item()
    print(f"angle {angle:g}: {found:.3f}")
    assert abs(found - (angle > 0)) < 1e-3
END
