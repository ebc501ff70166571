#!/usr/bin/env bash
# PaddlePaddle: the gradient of a product with a factor of 0 is nan.
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 6, 0, 0 for prod of 0, 2, 3; 3 for put_along_axis that multiplies 0 by 3. cumprod gives 6,
# 0, 0.
# Seen: nan for the zero in both: the product is divided by the factor, 0/0.
# Output:
#   {'prod': [nan, 0.0, 0.0], 'cumprod': [6.0, 0.0, 0.0], 'put_along_axis': [nan, 1.0]}
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END'
import paddle


def gradient(f, numbers):
    numbers = paddle.to_tensor(numbers, stop_gradient=False)
    return paddle.grad(f(numbers), numbers)[0].tolist()


first, three = paddle.to_tensor([0]), paddle.to_tensor([3.0])
of = {
    "prod": gradient(paddle.prod, [0.0, 2.0, 3.0]),
    "cumprod": gradient(lambda x: paddle.cumprod(x, 0)[-1], [0.0, 2.0, 3.0]),
    "put_along_axis": gradient(
        lambda x: paddle.put_along_axis(x, first, three, 0, "multiply").sum(), [0.0, 1.0]
    ),
}
print(of)
assert str(of["prod"]) == "[nan, 0.0, 0.0]"
assert of["cumprod"] == [6.0, 0.0, 0.0]
assert str(of["put_along_axis"]) == "[nan, 1.0]"
END
