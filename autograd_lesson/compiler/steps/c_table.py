"""What there is C for: each op as an expression, and numbers as they are written."""

from math import inf, isnan

import numpy as np

from .fusion import LATE_REDUCTIONS, ROW_REDUCTIONS, axes_of
from .table import Instruction, is_elementwise

TYPES = {
    **{"float32": "float", "float64": "double", "bool": "bool", "int64": "long long"},
    **{"uint64": "unsigned long long", "int32": "int"},
}
EXPRESSIONS = {  # of operands that all have one type
    **{symbol: f"{{0}} {symbol} {{1}}" for symbol in ("+", "-", "*", "/")},
    **{symbol: f"{{0}} {symbol} {{1}}" for symbol in ("<", "<=", ">", ">=", "==", "!=")},
    **{symbol: f"{{0}} {symbol} {{1}}" for symbol in ("&", "|", "^")},
    "~": "!{0}",
    "neg": "-{0}",
    "copy": "{0}",
    "cut": "{1} ? 0 : {0}",
    "where": "{0} ? {1} : {2}",
    "isfinite": "({0} - {0}) == 0",
    "maximum": "({1} > {0} || {1} != {1}) ? {1} : {0}",
    "minimum": "({1} < {0} || {1} != {1}) ? {1} : {0}",
    "abs": "fabs{f}({0})",
    "sqrt": "sqrt{f}({0})",
    "exp": "exp_{type}({0})",
    "log": "log{f}({0})",
    "erf": "erf{f}({0})",
    "sigmoid": "sigmoid_{type}({0})",
}
ON_FLOATS = (
    *("/", "abs", "sqrt", "exp", "log", "erf", "sigmoid"),
    *("isfinite", "neg", "maximum", "minimum"),
)
ON_BOOLS = ("&", "|", "^", "~")
ONCE_A_ROW = ("log",)  # no loop of these is quick: they are for numbers of which a row has one
BEGINS = """\
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* e**x for a whole vector at once: 2**k times a polynomial (S. Moshier, Cephes); 0, inf and nan
   come out where they should. */
static inline float exp_float(float x) {
    float c = x < -104.0f ? -104.0f : x;
    c = c > 89.0f ? 89.0f : c;
    float n = rintf(c * 1.44269504f), r = c - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    int k = (int)n, half = k >> 1;
    union { int bits; float number; } one = {(half + 127) << 23}, two = {(k - half + 127) << 23};
    return p * one.number * two.number;
}
static inline double exp_double(double x) { return exp(x); }
static inline float sigmoid_float(float x) {
    float small = exp_float(-fabsf(x));
    return (x >= 0.0f ? 1.0f : small) / (1.0f + small);
}
static inline double sigmoid_double(double x) {
    double small = exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : small) / (1.0 + small);
}
"""


def can_be_c(line: Instruction, dtypes: dict[str, np.dtype], shapes) -> bool:
    """Is there C for this instruction that is at least as quick as NumPy?"""
    found = [dtypes[o] for o in line.operands if isinstance(o, str)]
    if not line.size or not found or any(str(d) not in TYPES for d in (line.dtype, *found)):
        return False
    if line.op in ("cut", "where"):
        place = 1 if line.op == "cut" else 0
        condition, *others = (
            line.operands[place],
            *line.operands[:place],
            *line.operands[place + 1 :],
        )
        if not isinstance(condition, str) or dtypes[condition].kind != "b":
            return False
        return all(not isinstance(o, str) or dtypes[o] == line.dtype for o in others)
    if line.op == "cast":
        return True
    if len(set(found)) > 1:
        return False
    kind = found[0].kind
    if is_elementwise(line.op):
        if line.op not in EXPRESSIONS or (line.op in ON_FLOATS and kind != "f"):
            return False
        if (line.op in ON_BOOLS) != (kind == "b") and line.op != "copy":
            return False
        is_row = not line.shape or line.shape[-1] == 1 or len(line.shape) == 1
        if line.op in ONCE_A_ROW or (line.op in ("exp", "sigmoid") and found[0] == np.float64):
            return is_row
        return line.dtype in (found[0], bool)
    if line.op not in ROW_REDUCTIONS and line.op not in LATE_REDUCTIONS:
        return False
    shape = shapes[line.operands[0]]
    if not shape or not np.prod(shape):
        return False
    if line.op in ("all", "any"):
        return kind == "b" and len(axes_of(line)) == len(shape)
    if line.op == "sum":
        return kind == "f"
    return kind in "fiu" and axes_of(line) in ((len(shape) - 1,), tuple(range(len(shape))))


def number(x, dtype) -> str:
    """A number as it is written in C."""
    if isinstance(x, bool) or dtype.kind == "b":
        return "true" if x else "false"
    if dtype.kind in "iu":
        return f"{int(x)}"
    if isnan(x) or x in (inf, -inf):
        return "NAN" if isnan(x) else "INFINITY" if x > 0 else "(-INFINITY)"
    text = repr(float(x)) if dtype == np.float64 else str(np.float32(x))
    text = text if any(c in text for c in ".e") else f"{text}.0"
    text = f"{text}f" if dtype == np.float32 else text
    return f"({text})" if text[0] == "-" else text
