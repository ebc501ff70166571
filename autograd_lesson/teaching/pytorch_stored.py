"""What PyTorch 2.13 and other frameworks answered; tests/test_pytorch.py holds it to them."""

TREE = [
    (0, "MulBackward0", 0),
    (1, "AddBackward0", 1),
    (2, "AccumulateGrad", 2),
    (2, "AccumulateGrad", 3),
    (1, "MulBackward0", 4),
    (2, "AddBackward0", 1),
    (3, "AccumulateGrad", 2),
    (3, "AccumulateGrad", 3),
    (2, "AccumulateGrad", 2),
]

SAVED = {"_saved_self": 5.0, "_saved_other": 10.0}

# The graph behind e = c * d: each node with where its gradients go, and what one pass delivered.
MUL = "MulBackward0 of PyTorch, which keeps other at version 0, self at version 0"
WATCHED = {
    "functions": [
        ("*", [(1, 0), (4, 0)], [50.0], MUL, "e"),
        ("+", [(2, 0), (3, 0)], [5.0], "AddBackward0 of PyTorch", "c"),
        ("leaf", [], [2.0], "", "a"),
        ("leaf", [], [3.0], "", "b"),
        ("*", [(1, 0), (2, 0)], [10.0], MUL, "d"),
    ],
    "sent": [  # which node, what it was given, and what it delivered, with the sum after it
        (0, {0: 1.0}, [(0, 10.0, 10.0), (1, 5.0, 5.0)]),
        (4, {0: 5.0}, [(0, 10.0, 20.0), (1, 25.0, 25.0)]),
        (1, {0: 20.0}, [(0, 20.0, 45.0), (1, 20.0, 20.0)]),
    ],
    "gradient": {(2, 0): 45.0, (3, 0): 20.0},
}

PRODUCT = "TypeError: unsupported operand type(s) for *: 'numpy.ndarray' and 'Tensor'"
SPOILT = 4.0  # the slope of 2x + x, by a way back that writes into its upstream

# the slope that is declared where there is none, by JAX 0.10.2 and HIPS autograd 1.9.1 as well
KINKS = {
    "abs at 0": {"PyTorch": 0.0, "JAX": 1.0, "HIPS autograd": 0.0},
    "maximum(x, 1) at 1": {"PyTorch": 0.5, "JAX": 0.5, "HIPS autograd": 0.5},
    "clip(x, -1, 1) at 1": {"PyTorch": 1.0, "JAX": 0.5, "HIPS autograd": 0.0},
}

# the loss before each of fifty steps from weights with the sum 2.815955, at the rate 0.1
RUN = (2.815955, 0.1, 50)
LOSSES = [
    2.15764239442026,
    1.6356912629076579,
    1.435409663752018,
    1.2867354829119053,
    1.1725638308735693,
    1.0844187625152888,
    1.016184304758767,
    0.9630006444323742,
    0.9209662319846265,
    0.8869844151621347,
    0.8586521804638205,
    0.8341540547032593,
    0.8121574831318825,
    0.7917144047010964,
    0.7721738543521326,
    0.7531079565783511,
    0.7342514926815205,
    0.7154539655767534,
    0.6966425884651699,
    0.6777945427512064,
    0.6589169257343026,
    0.6400329140569361,
    0.621172777383771,
    0.6023685033985282,
    0.5836509554329439,
    0.5650486761575694,
    0.546587657396366,
    0.5282915943192567,
    0.5101823129896226,
    0.49228019320014077,
    0.4746045022757881,
    0.4571736148829719,
    0.4400051267203721,
    0.42311588455317783,
    0.4065219584874481,
    0.3902385799528203,
    0.374280064049746,
    0.3586597297312709,
    0.3433898267042005,
    0.3284814742898365,
    0.3139446147850933,
    0.29978798197574397,
    0.28601908420751304,
    0.2726442006658181,
    0.259668389127577,
    0.24709550333087757,
    0.23492821818162676,
    0.2231680612148196,
    0.21181544899636923,
    0.20086972744335047,
]

# (dtype, a, b) -> the result and its gradients; tests/test_pytorch.py holds them to PyTorch
WITNESSED = {
    ("float32", 2.0, 3.0): {"z": 1.0, "dz/da": 0.0, "dz/db": 0.0},
    ("float64", 2.0, 3.0): {
        "z": 0.9999999999897818,
        "dz/da": 8.174527721352278e-11,
        "dz/db": 1.2261791582028415e-10,
    },
    ("float64", 0.5, -0.8): {
        "z": 0.7113937318189626,
        "dz/da": 0.4939189583286899,
        "dz/db": -0.7902703333259039,
    },
}

# The calls that torch.compile makes of the step of lesson 28, forward and back, on a CPU. They are
# kept and not asked for: compiling takes half a minute.
KERNELS = (
    "addmm",
    "cpp_fused_native_layer_norm_relu_0",
    "addmm",
    "cpp_fused_mean_mul_pow_sub_1",
    "cpp_fused_div_expand_mul_sum_0",
    "mm",
    "mm",
    "cpp_fused_native_layer_norm_native_layer_norm_backward_threshold_backward_1",
    "mm",
    "cpp_fused_sum_2",
)
