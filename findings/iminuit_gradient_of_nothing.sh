#!/usr/bin/env bash
# iminuit: a fit with a gradient of zeros is valid.
# Versions: iminuit 2.33.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: no valid minimum where the gradient that is handed over points uphill or is zeros.
# Seen: valid every time. By default Migrad finds the valley in spite of such a gradient, in more
# than twice as many calls, so that a fit that succeeds says nothing about one's own gradient. With
# strategy 0 a gradient of zeros ends near the start, far from the minimum, and that is called
# valid.
# Output:
#   gradient times 1, strategy 1: [1.0, 1.0] valid True
#   gradient times -1, strategy 1: [1.0, 1.0] valid True
#   gradient times 0, strategy 1: [1.0, 1.0] valid True
#   gradient times 0, strategy 0: [-1.2, 1.8] valid True
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check iminuit==2.33.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
from iminuit import Minuit


def valley(x, y):
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def fitted(times, strategy):
    """A fit by Migrad with the right gradient times a number."""

    def gradient(x, y):
        by_y = 200 * (y - x * x)
        return [times * (-2 * (1 - x) - 2 * x * by_y), times * by_y]

    fit = Minuit(valley, -1.0, 2.0, grad=gradient)
    fit.strategy = strategy
    fit.migrad()
    return fit


for times, strategy in ((1, 1), (-1, 1), (0, 1), (0, 0)):
    fit = fitted(times, strategy)
    found = [round(x, 1) for x in fit.values]
    print(f"gradient times {times}, strategy {strategy}: {found} valid {fit.valid}")
    assert fit.valid and found == ([1.0, 1.0] if strategy else [-1.2, 1.8])
assert fitted(-1, 1).nfcn > 2 * fitted(1, 1).nfcn
END
