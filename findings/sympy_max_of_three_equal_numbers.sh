#!/usr/bin/env bash
# SymPy: the derivatives of Max of three equal numbers add up to 1.5.
# Versions: sympy 1.14.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: shares that add up to 1: of two equal numbers each has 0.5, so of three each has a third,
# or 0.25 twice and 0.5.
# Seen: 0.5 for each of the three: each is told against the maximum of the other two, by
# Heaviside(0) = 1/2.
# Output:
#   two: [0.5, 0.5] three: [0.5, 0.5, 0.5]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check sympy==1.14.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import sympy as sp

symbols = sp.symbols("x y z", real=True)


def shares(n):
    largest = sp.Max(*symbols[:n])
    slopes = [sp.lambdify(symbols[:n], largest.diff(s)) for s in symbols[:n]]
    return [float(slope(*[2.0] * n)) for slope in slopes]


print("two:", shares(2), "three:", shares(3))
assert shares(2) == [0.5, 0.5]
assert shares(3) == [0.5, 0.5, 0.5]
END
