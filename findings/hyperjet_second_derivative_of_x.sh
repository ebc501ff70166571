#!/usr/bin/env bash
# hyperjet: the second derivative of x ** 1 at 0 is nan.
# Versions: hyperjet 1.5.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 0, as for x itself and for x ** 3 at 0.
# Seen: nan for the power 1, and for the power 0 nan in the slope as well; 2 and 3 are right. Sums
# over powers, a polynomial for one, begin with these two.
# Output:
#   0 1.0 nan nan
#   1 0.0 1.0 nan
#   2 0.0 0.0 2.0
#   3 0.0 0.0 0.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check hyperjet==1.5.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import hyperjet

found = {}
for power in (0, 1, 2, 3):
    y = hyperjet.DDScalar.variables([0.0])[0] ** power
    found[power] = y.f, y.g.item(), y.hm().item()
    print(power, *found[power])
assert found[2] == (0.0, 0.0, 2.0) and found[3] == (0.0, 0.0, 0.0)
assert found[1][1] == 1.0 and found[1][2] != found[1][2]
assert found[0][0] == 1.0 and found[0][1] != found[0][1]
END
