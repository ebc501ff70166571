#!/usr/bin/env bash
# MLX: a gradient goes through a cast to whole numbers, and the two modes differ.
# Versions: mlx[cpu] 0.32.4, on the CPU, with Python 3.11.
# Guess: 0 by both modes for a cast, and 1 for x * int(x) at 1.5: a step has no slope, and PyTorch
# and JAX say so.
# Seen: The cast has slope 1. For x * int(x) at 1.5, where 1 is right, forward mode gives 2.5,
# int(x) + x, and reverse mode 2: on its way back through the cast the gradient 1.5 becomes the
# whole number 1.
# Output:
#   slope of the cast: 1.0
#   x * int(x) at 1.5: reverse 2.0 forward 2.5
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4'
"$folder/venv/bin/python" - <<'END'
import mlx.core as mx

mx.set_default_device(mx.cpu)
x, one = mx.array(1.5), mx.array(1.0)


def whole(x):
    return x.astype(mx.int32).astype(mx.float32)


slope = mx.grad(whole)(x).item()
reverse = mx.vjp(lambda x: x * whole(x), [x], [one])[1][0].item()
forward = mx.jvp(lambda x: x * whole(x), [x], [one])[1][0].item()
print("slope of the cast:", slope)
print("x * int(x) at 1.5: reverse", reverse, "forward", forward)
assert (slope, reverse, forward) == (1.0, 2.0, 2.5)
END
