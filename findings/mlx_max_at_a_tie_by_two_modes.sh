#!/usr/bin/env bash
# MLX: the maximum of equal numbers has one gradient in reverse mode and another in forward mode.
# Versions: mlx[cpu] 0.32.4, on the CPU, with Python 3.11.
# Guess: one convention for both: half of the gradient each, and a slope of 0.5 when one of them
# moves.
# Seen: Reverse mode shares the gradient; forward mode gives all of it to the first, and none to
# the second.
# Output:
#   reverse: [0.5, 0.5]
#   forward, one after the other: [1.0, 0.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4'
"$folder/venv/bin/python" - <<'END'
import mlx.core as mx

mx.set_default_device(mx.cpu)
x = mx.array([1.0, 1.0])
reverse = mx.vjp(mx.max, [x], [mx.array(1.0)])[1][0].tolist()
forward = [mx.jvp(mx.max, [x], [mx.array(v)])[1][0].item() for v in ([1.0, 0.0], [0.0, 1.0])]
print("reverse:", reverse)
print("forward, one after the other:", forward)
assert reverse == [0.5, 0.5]
assert forward == [1.0, 0.0]
END
