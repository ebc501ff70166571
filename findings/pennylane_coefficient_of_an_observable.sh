#!/usr/bin/env bash
# PennyLane: the slope in a coefficient of the observable is 0 by three of five methods.
# Versions: pennylane 0.45.1, numpy 2.4.6, scipy 1.17.1, on the CPU, with Python 3.11.
# Guess: cos(0.3), the expectation itself, by all five: it is linear in its coefficient.
# Seen: 0.955 by backprop and by finite differences, and 0 by parameter-shift, adjoint and hadamard,
# with a warning at most. A learned weight of the energy stands still on a real device.
# Output:
#   backprop: 0.955
#   finite-diff: 0.955
#   parameter-shift: 0.000
#   adjoint: 0.000
#   hadamard: 0.000
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pennylane==0.45.1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'END'
import math
import warnings

import pennylane as qml
from pennylane import numpy as pnp

warnings.simplefilter("ignore")


def energy(coefficient):
    qml.RX(0.3, 0)
    return qml.expval(qml.Hamiltonian([coefficient], [qml.Z(0)]))


for method in ("backprop", "finite-diff", "parameter-shift", "adjoint", "hadamard"):
    device = qml.device("default.qubit", wires=1)
    node = qml.QNode(energy, device, diff_method=method)
    slope = float(qml.grad(node)(pnp.array(1.0, requires_grad=True)))
    print(f"{method}: {slope:.3f}")
    right = math.cos(0.3) if method in ("backprop", "finite-diff") else 0.0
    assert abs(slope - right) < 1e-6
END
