#!/usr/bin/env bash
# Warp: a product in a loop has a wrong gradient if its length is not known when it is compiled.
# Versions: warp-lang 1.19.0, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: 12, the slope of x ** 3 at 2, or an error.
# Seen: 12 for range(3), which is unrolled, and 42 for range(n) with n = 3: the way back sees the
# last value of the product in every round. The guide says so; nothing else does.
# Output:
#   known value [8.0] gradient [12.0]
#   unknown value [8.0] gradient [42.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check warp-lang==1.19.0 numpy==2.4.6
cat > "$folder/kernels.py" <<'END'
import warp as wp

wp.config.quiet = True


@wp.kernel
def known(x: wp.array(dtype=float), n: int, y: wp.array(dtype=float)):
    product = float(1.0)
    for i in range(3):
        product = product * x[0]
    y[0] = product


@wp.kernel
def unknown(x: wp.array(dtype=float), n: int, y: wp.array(dtype=float)):
    product = float(1.0)
    for i in range(n):
        product = product * x[0]
    y[0] = product


for kernel, wanted in ((known, 12.0), (unknown, 42.0)):
    x = wp.array([2.0], dtype=float, requires_grad=True)
    y = wp.zeros(1, dtype=float, requires_grad=True)
    with wp.Tape() as tape:
        wp.launch(kernel, dim=1, inputs=[x, 3], outputs=[y], device="cpu")
    tape.backward(y)
    print(kernel.key, "value", y.numpy().tolist(), "gradient", x.grad.numpy().tolist())
    assert y.numpy().tolist() == [8.0]
    assert x.grad.numpy().tolist() == [wanted]
END
WARP_CACHE_PATH="$folder/cache" "$folder/venv/bin/python" "$folder/kernels.py"
