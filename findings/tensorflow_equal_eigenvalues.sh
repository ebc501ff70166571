#!/usr/bin/env bash
# TensorFlow: what passes through equal eigenvalues or singular values has finite, wrong gradients.
# Versions: tensorflow-cpu 2.21.0, keras 3.15.1, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan, as in JAX and PyTorch, or right: a matrix put together again is the identity map, so 1
# for each entry.
# Seen: the entries off the diagonal are 0 with no sign of it, where 1 (2 for eigh, which reads the
# lower half only) is right: a division by the difference of two equal values is replaced by 0. pinv
# of the identity loses them in the same way, and of a matrix with values 1 and 2 it is right.
# Output:
#   (1.0, 1.0) eigh [[1.0, 0.0], [0.0, 1.0]]
#   (1.0, 1.0) svd [[1.0, 0.0], [0.0, 1.0]]
#   (1.0, 1.0) pinv [[-1.0, 0.0], [0.0, -1.0]]
#   (1.0, 2.0) eigh [[1.0, 0.0], [2.0, 1.0]]
#   (1.0, 2.0) svd [[1.0, 1.0], [1.0, 1.0]]
#   (1.0, 2.0) pinv [[-1.0, -0.5], [-0.5, -0.25]]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" - <<'END'
import numpy as np
import tensorflow as tf


def gradient(f, matrix):
    matrix = tf.constant(matrix, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(matrix)
        y = tf.reduce_sum(f(matrix))
    return tape.gradient(y, matrix).numpy()


def by_eigh(matrix):
    values, vectors = tf.linalg.eigh(matrix)
    return (vectors * values) @ tf.transpose(vectors)


def by_svd(matrix):
    values, left, right = tf.linalg.svd(matrix)
    return (left * values) @ tf.transpose(right)


for values in ((1.0, 1.0), (1.0, 2.0)):
    matrix = np.diag(values)
    inverse = np.linalg.inv(matrix)
    right = {
        "eigh": np.array([[1.0, 0.0], [2.0, 1.0]]),  # it reads the lower half, for both halves
        "svd": np.ones((2, 2)),
        "pinv": -inverse @ np.ones((2, 2)) @ inverse,
    }
    for name, f in (("eigh", by_eigh), ("svd", by_svd), ("pinv", tf.linalg.pinv)):
        found = gradient(f, matrix)
        print(values, name, np.round(found, 6).tolist())
        wanted = right[name] * (np.eye(2) if values[0] == values[1] else 1.0)
        assert np.allclose(found, wanted)
END
