"""C for what is no chain of elementwise instructions: rows, and windows, that are added up."""

import numpy as np

from .c_table import TYPES
from .table import Hole, Instruction

PUT = """\
static void {function}(char *const *a) {{
    const {kind} *g = (void *)a[{g}];
    const long long *index = (void *)a[{index}];
    {kind} *out = (void *)a[{out}];
    memset(out, 0, {size} * sizeof *out);
    for (long i = 0; i < {n}; i++) {{
        {kind} *row = out + (index[i] < 0 ? index[i] + {length} : index[i]) * {m};
        for (long j = 0; j < {m}; j++) row[j] += g[i * {m} + j];
    }}
}}"""
FOLD = """\
static void {function}(char *const *a) {{
    const {kind} *part = (void *)a[{parts}];
    {kind} *out = (void *)a[{out}];
    {begin}
    for (long c = 0; c < {c}; c++)
        for (long i = 0; i < {kh}; i++)
            for (long j = 0; j < {kw}; j++)
                for (long y = 0; y < {oh}; y++) {{
                    long top = {start} + y * {sh} + i * {dh};
                    {kind} *row = out + ((c * {h} + top) * {w} + j * {dw}) * {n};
                    for (long x = 0; x < {ow}; x++, part += {n}) {{
                        #pragma omp simd
                        for (long k = 0; k < {n}; k++) row[x * {sw} * {n} + k] += part[k];
                    }}
                }}
}}"""


def is_c_call(line: Instruction, arrays) -> bool:
    """Is there a C function for an instruction that is no chain of elementwise ones?"""
    if line.op not in ("fold", "put") or str(line.dtype) not in ("float32", "float64"):
        return False
    used = [arrays[name] for name in (line.name, *line.operands)]
    if not all(a.flags.c_contiguous and a.size for a in used):
        return False
    return line.op == "fold" or (
        dict(line.settings)["index"] == Hole(1) and used[2].dtype == np.int64
    )


def call_text(line: Instruction, arrays, places: dict[str, int], function: str) -> str:
    """The C of such an instruction."""
    kind, settings = TYPES[str(line.dtype)], dict(line.settings)
    if line.op == "put":
        g, index = line.operands
        n, m = arrays[index].size, arrays[line.name].size // line.shape[0]
        return PUT.format(
            function=function, kind=kind, g=places[g], index=places[index], n=n, m=m,
            out=places[line.name], size=arrays[line.name].size, length=line.shape[0],
        )  # fmt: skip
    (sh, sw), (dh, dw), _ = settings["how"]
    c, kh, kw, oh, ow, n = arrays[line.operands[0]].shape
    begin = f"memset(out, 0, {line.nbytes});"
    if len(line.operands) > 1:  # more is added to what is there
        before = line.operands[1]
        begin = f"if (out != a[{places[before]}]) memcpy(out, a[{places[before]}], {line.nbytes});"
    return FOLD.format(
        function=function, kind=kind, parts=places[line.operands[0]], out=places[line.name],
        begin=begin.replace("out != a", "(char *)out != a"), c=c, kh=kh, kw=kw, oh=oh, ow=ow, n=n,
        sh=sh, sw=sw, dh=dh, dw=dw, h=line.shape[1], w=line.shape[2], start=settings["start"],
    )  # fmt: skip
