#!/usr/bin/env bash
# Taichi: the gradient of an atomic maximum goes in full to every number, the largest or not.
# Versions: taichi 1.7.4, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: an error, or 0 and 1 for the maximum of 2 and 3.
# Seen: 1 and 1, as if they had been added; ti.max of the two is right.
# Output:
#   by_atomic value 3.0 gradient [1.0, 1.0]
#   by_max value 3.0 gradient [0.0, 1.0]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check taichi==1.7.4 numpy==2.4.6
cat > "$folder/kernels.py" <<'END'
import taichi as ti

ti.init(arch=ti.cpu, default_fp=ti.f64, log_level=ti.ERROR, offline_cache=False)
numbers = ti.field(ti.f64, shape=2, needs_grad=True)
largest = ti.field(ti.f64, shape=(), needs_grad=True)


@ti.kernel
def by_atomic():
    for i in numbers:
        ti.atomic_max(largest[None], numbers[i])


@ti.kernel
def by_max():
    largest[None] += ti.max(numbers[0], numbers[1])


for rule in (by_atomic, by_max):
    numbers[0], numbers[1], largest[None] = 2.0, 3.0, 0.0
    with ti.ad.Tape(largest):
        rule()
    found = [numbers.grad[0], numbers.grad[1]]
    print(rule.__name__, "value", largest[None], "gradient", found)
    assert largest[None] == 3.0
    assert found == ([1.0, 1.0] if rule is by_atomic else [0.0, 1.0])
END
"$folder/venv/bin/python" "$folder/kernels.py"
