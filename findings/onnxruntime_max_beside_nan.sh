#!/usr/bin/env bash
# ONNX Runtime: whether the largest of some numbers is nan depends on where the nan stands.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan wherever it stands, as in NumPy and PyTorch, or never.
# Seen: ReduceMax and ReduceMin give nan where the first number is one and leave it out elsewhere;
# the op Max of two arrays gives nan in either place.
# Output:
#   nan first: nan nan
#   nan second: 3.0 1.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'END'
import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper


def run(op, x, **attributes):
    """What the runtime makes of one node."""
    graph = helper.make_graph(
        [helper.make_node(op, ["x"], ["y"], **attributes)],
        "one node",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


first = np.array([np.nan, 1.0, 3.0], np.float32)
second = np.array([1.0, np.nan, 3.0], np.float32)
print("nan first:", *(run(op, first, keepdims=0) for op in ("ReduceMax", "ReduceMin")))
print("nan second:", *(run(op, second, keepdims=0) for op in ("ReduceMax", "ReduceMin")))
assert np.isnan(run("ReduceMax", first, keepdims=0)) and np.isnan(run("ReduceMin", first, keepdims=0))
assert run("ReduceMax", second, keepdims=0) == 3.0 and run("ReduceMin", second, keepdims=0) == 1.0
END
