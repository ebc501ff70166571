#!/usr/bin/env bash
# PaddlePaddle: the infinity norm gives each of several equal numbers its whole gradient.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: shares that add up to 1, as paddle.max gives for the same numbers.
# Seen: 1 for each of four equal numbers, 4 in all: no mean of the slopes on the two sides gives
# that.
# Output:
#   max [0.25, 0.25, 0.25, 0.25]
#   norm [1.0, 1.0, 1.0, 1.0]
#   segment_max [1.0, 1.0, 1.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import paddle

index = paddle.to_tensor([0, 0, 0, 0])
rules = {
    "max": paddle.max,
    "norm": lambda x: paddle.norm(x, float("inf")),
    "segment_max": lambda x: paddle.geometric.segment_max(x, index).sum(),
}
for name, rule in rules.items():
    numbers = paddle.to_tensor([2.0] * 4, stop_gradient=False)
    found = paddle.grad(rule(numbers), numbers)[0].tolist()
    print(name, found)
    assert found == [0.25 if name == "max" else 1.0] * 4
END
