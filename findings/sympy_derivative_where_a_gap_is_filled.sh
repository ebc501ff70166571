#!/usr/bin/env bash
# SymPy: the derivative of a function whose gap is filled by a Piecewise is 0 there.
# Versions: sympy 1.14.0, on the CPU, with Python 3.11.
# Guess: 2, the limit and the slope on both sides: (exp(2 x) - 1) / x with the value 2 at 0 is
# smooth.
# Seen: 0, the derivative of the number that fills the gap; a millionth beside it the slope is
# right. The limit of SymPy's own derivative is 2.
# Output:
#   {-1e-06: 2.0, 0.0: 0.0, 1e-06: 2.0} limit 2
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check sympy==1.14.0
"$folder/venv/bin/python" - <<'END'
import sympy as sp

x = sp.Symbol("x", real=True)
f = sp.Piecewise((2, sp.Eq(x, 0)), ((sp.exp(2 * x) - 1) / x, True))
slope = sp.diff(f, x)
found = {at: float(slope.subs(x, sp.Float(at, 30))) for at in (-1e-6, 1e-6)}
found[0.0] = float(slope.subs(x, 0))
limit = sp.limit(sp.diff((sp.exp(2 * x) - 1) / x, x), x, 0)
print({at: round(each, 4) for at, each in sorted(found.items())}, "limit", limit)
assert found[0.0] == 0.0 and limit == 2
assert abs(found[1e-6] - 2.0) < 1e-3 and abs(found[-1e-6] - 2.0) < 1e-3
END
