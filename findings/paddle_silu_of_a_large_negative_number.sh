#!/usr/bin/env bash
# PaddlePaddle: the slope of silu is -inf at -88 and nan at every number below, in float32.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: a slope of about 0, as for the sigmoid there: silu(x) is x * sigmoid(x), and both go to 0.
# Seen: the value is right and the slope overflows; one such number makes every gradient before it
# nan.
# Output:
#   silu at -80.0: slope -1e-33
#   sigmoid at -80.0: slope 2e-35
#   silu at -88.0: slope -inf
#   sigmoid at -88.0: slope 6e-39
#   silu at -100.0: slope nan
#   sigmoid at -100.0: slope 0e+00
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import paddle
import paddle.nn.functional as F

found = {}
for x in (-80.0, -88.0, -100.0):
    for name, f in (("silu", F.silu), ("sigmoid", F.sigmoid)):
        point = paddle.to_tensor(x, dtype="float32", stop_gradient=False)
        found[name, x] = paddle.grad(f(point), point)[0].item()
        print(f"{name} at {x}: slope {found[name, x]:.0e}")
assert -1e-30 < found["silu", -80.0] < 0.0
assert found["silu", -88.0] == float("-inf")
assert found["silu", -100.0] != found["silu", -100.0]
assert all(0.0 <= found["sigmoid", x] < 1e-30 for x in (-80.0, -88.0, -100.0))
END
