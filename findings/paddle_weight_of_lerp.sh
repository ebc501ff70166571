#!/usr/bin/env bash
# PaddlePaddle: lerp and clip give no gradient to a weight or a bound that is a tensor.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 2 for the weight of lerp(1, 3, weight), 1 for the bound that cut 3 off, as in PyTorch.
# Seen: both operands are left without a gradient and without a word; the other operands have
# theirs.
# Output:
#   lerp: start 0.5 end 0.5 weight None
#   clip: value 0.0 bound None
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import paddle


def leaf(x):
    return paddle.to_tensor(x, stop_gradient=False)


start, end, weight, value, bound = leaf(1.0), leaf(3.0), leaf(0.5), leaf(3.0), leaf(2.0)
paddle.lerp(start, end, weight).backward()
paddle.clip(value, max=bound).backward()
print("lerp: start", start.grad.item(), "end", end.grad.item(), "weight", weight.grad)
print("clip: value", value.grad.item(), "bound", bound.grad)
assert (start.grad.item(), end.grad.item(), weight.grad) == (0.5, 0.5, None)
assert (value.grad.item(), bound.grad) == (0.0, None)
END
