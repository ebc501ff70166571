#!/usr/bin/env bash
# CasADi: gradient() and jacobian() of one function differ, 0 and nan.
# Versions: casadi 3.8.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: the same numbers, once as a column and once as a row.
# Seen: For norm_2(x)**2 at 0 gradient() gives [0, 0], which is right, jacobian() gives nan, and
# hessian() 2 times the identity, right again.
# Output:
#   gradient [0.0, 0.0] jacobian [nan, nan]
#   hessian [[2.0, 0.0], [0.0, 2.0]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check casadi==3.8.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import casadi as ca
import numpy as np

x = ca.MX.sym("x", 2)
y = ca.norm_2(x) ** 2
f = ca.Function("f", [x], [ca.gradient(y, x), ca.jacobian(y, x), ca.hessian(y, x)[0]])
gradient, jacobian, hessian = (np.array(each) for each in f([0.0, 0.0]))
print("gradient", gradient.ravel().tolist(), "jacobian", np.abs(jacobian).ravel().tolist())
print("hessian", hessian.tolist())
assert gradient.ravel().tolist() == [0.0, 0.0]
assert np.isnan(jacobian).all()
assert hessian.tolist() == [[2.0, 0.0], [0.0, 2.0]]
END
