#!/usr/bin/env bash
# ONNX Runtime: the mean of no numbers is 0.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, on the CPU, with Python 3.11.
# Guess: nan, as in NumPy, PyTorch and ONNX' own reference.
# Seen: ReduceMean of an array of length 0 is 0, while ReduceMax of it is -inf.
# Output:
#   mean 0.0 max -inf
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


nothing = np.zeros(0, np.float32)
mean, largest = (run(op, nothing, keepdims=0) for op in ("ReduceMean", "ReduceMax"))
print("mean", mean, "max", largest)
assert mean == 0.0 and largest == -np.inf
END
