"""Kernels in C: each a nest of loops that the system's compiler makes fast, for reading as well.

No fast-math: nan and inf come through as in NumPy. A sum over a row may be taken in another order
(`omp simd`), and a sum over rows is kept in double, so that the last bits may differ.
"""

import re

import numpy as np

from .c_calls import call_text
from .c_table import BEGINS, EXPRESSIONS, TYPES, number
from .fusion import LATE_REDUCTIONS, Call, Kernel, axes_of
from .memory import Layout, loop_order, made_by, reads_of, stages
from .table import Instruction, is_elementwise

MOST_ON_STACK = 8192  # numbers of one array that a function keeps for itself


class KernelText:
    """The C function of one kernel."""

    def __init__(self, kernel: Kernel, layout: Layout, arrays, places: dict[str, int]):
        """Find the loops, and write them. `places` is where the address of each array stands."""
        self.kernel, self.layout, self.arrays, self.places = kernel, layout, arrays, places
        self.made = [name for name in made_by(kernel, layout)]
        self.stage = stages(kernel)
        self.dtypes = {name: arrays[name].dtype for name in reads_of(kernel)}
        self.dtypes |= {name: line.dtype for name, line in kernel.own.items()}
        widest = max(dtype.itemsize for dtype in self.dtypes.values())
        self.truth = "long long" if widest == 8 else "int"
        self.steps = self.all_steps()
        self.loops = self.merged_loops()

    # Loops, and where each array is in them.

    def seen(self, name, shape, is_row) -> tuple[int, ...]:
        """Steps in memory of an array, in elements, along the axes of the domain."""
        a = np.broadcast_to(self.arrays[name], shape)
        if is_row and len(shape) < len(self.kernel.domain):
            a = a[..., None]
        a = np.broadcast_to(a, self.kernel.domain)
        return tuple(step // a.itemsize for step in a.strides)

    def all_steps(self) -> dict[tuple, tuple[int, ...]]:
        """(name, is it a row's number) -> its steps along the loops, outermost first."""
        kernel, found = self.kernel, {}
        for line in kernel.lines:
            is_row = kernel.level(line) == "row" and is_elementwise(line.op)
            shape = line.shape
            if not is_elementwise(line.op):
                operand = line.operands[0]
                own = kernel.own.get(operand)
                shape = own.shape if own else self.arrays[operand].shape
                is_row = shape != kernel.domain
            for name in line.operands:
                if isinstance(name, str) and name not in kernel.own:
                    found[name, is_row] = self.seen(name, shape, is_row)
            if line.name in self.made or kernel.level(line) == "late":
                found[line.name, None] = self.steps_of_result(line)
        self.order = loop_order(kernel, self.layout.arrays)
        return {key: tuple(steps[i] for i in self.order) for key, steps in found.items()}

    def steps_of_result(self, line: Instruction) -> tuple[int, ...]:
        """The same for a result; a sum over rows is kept in an array of its own, row after row."""
        domain, n = self.kernel.domain, len(self.kernel.domain)
        if self.kernel.level(line) == "late":
            axes = axes_of(line)
            if self.is_of_rows(line):  # of one number a row: all of them
                return (0,) * n
            sizes = [1 if i in axes else domain[i] for i in range(n)]
            a = np.empty(sizes, np.int8)
            return tuple(0 if i in axes else a.strides[i] for i in range(n))
        if self.kernel.level(line) == "row":
            return self.seen(line.name, line.shape, True)
        return self.seen(line.name, line.shape, False)

    def is_of_rows(self, line: Instruction) -> bool:
        """Does a late reduction add up one number a row?"""
        operand = line.operands[0]
        own = self.kernel.own.get(operand)
        return (own.shape if own else self.arrays[operand].shape) != self.kernel.domain

    def merged_loops(self) -> list[tuple[int, dict]]:
        """(length, steps) of each loop; two are one where every array goes on evenly."""
        loops = []
        for depth, axis in enumerate(self.order):
            n = self.kernel.domain[axis]
            steps = {key: own[depth] for key, own in self.steps.items()}
            is_row_loop = self.kernel.has_rows and depth == len(self.order) - 1
            if n == 1 and not is_row_loop:
                continue
            if loops and not is_row_loop:
                before, outer = loops[-1]
                if all(outer[key] == step * n for key, step in steps.items()):
                    loops[-1] = (before * n, steps)
                    continue
            loops.append((n, steps))
        return loops or [(1, dict.fromkeys(self.steps, 0))]

    # Text.

    def type_of(self, name) -> str:
        """The type of a name in C."""
        return TYPES[str(self.dtypes[name])]

    def local(self, name) -> str:
        """The type of a number in a loop: a truth is as wide as the floats, for vectors of both."""
        kind = self.type_of(name)
        return self.truth if kind == "bool" else kind

    def at(self, key, index="j") -> str:
        """An element of an array in the inner loop."""
        step = self.loops[-1][1][key]
        pointer = self.pointer(key)
        if step == 0 or index == "0":
            return f"{pointer}[0]"
        return f"{pointer}[{index}]" if step == 1 else f"{pointer}[{index} * {step}]"

    def pointer(self, key) -> str:
        """The name of a pointer to the row."""
        name, is_row = key
        return f"{name}_{'out' if is_row is None else 'row' if is_row else 'in'}"

    def text(self, function: str) -> str:
        """The whole function."""
        kernel = self.kernel
        head, rows, body, tail = [], [], [], []
        *outer, (length, _) = self.loops
        late = [line for line in kernel.lines if kernel.level(line) == "late"]
        for key in self.steps:
            name, is_row = key
            if is_row is None and kernel.level(kernel.own[name]) == "late":
                continue
            const = "" if is_row is None else "const "
            head.append(
                f"{const}{self.type_of(name)} *{self.base(key)} = (void *)a[{self.places[name]}];"
            )
            steps = [f"i{d} * {own[key]}" for d, (_, own) in enumerate(outer) if own[key]]
            where = " + ".join([self.base(key), *steps])
            rows.append(f"{const}{self.type_of(name)} *{self.pointer(key)} = {where};")
        for line in late:
            begin, at_row, end = self.late_text(line, outer)
            head += begin
            rows += at_row
            tail += end
        last = max(self.stage.values())
        spilled = self.spilled()
        for name in sorted(spilled - set(self.made)):
            where = "static _Thread_local " if length > MOST_ON_STACK else ""
            head.append(f"{where}{self.local(name)} {name}_kept[{length}];")
        for stage in range(last + 1):
            body += self.stage_text(stage, length, spilled)
        for name in self.made:
            if kernel.level(kernel.own[name]) == "row":
                body.append(f"{self.at((name, None), '0')} = {name};")
        lines = [f"static void {function}(char *const *a) {{"]
        lines += [f"    {each}" for each in head]
        pad = "    "
        for depth, (n, _) in enumerate(outer):
            lines.append(f"{pad}for (long i{depth} = 0; i{depth} < {n}; i{depth}++) {{")
            pad += "    "
        lines += [f"{pad}{each}" for each in (*rows, *body)]
        for _ in outer:
            pad = pad[:-4]
            lines.append(f"{pad}}}")
        lines += [f"    {each}" for each in tail]
        return "\n".join([*lines, "}"])

    def base(self, key) -> str:
        """The name of a pointer to the whole array."""
        return f"all_{self.pointer(key)}"

    def late_text(self, line, outer):
        """What a reduction over rows needs before the loops, in each row, and after them."""
        name, kind = line.name, self.type_of(line.name)
        out = self.arrays[name]
        place = self.places[name]
        steps = {d: own[name, None] for d, (_, own) in enumerate(outer)}
        inner = self.loops[-1][1][name, None]
        begin_value, wide = self.neutral(line)
        if not inner and not any(steps.values()):
            begin = [f"{wide} {name}_sum = {begin_value};"]
            return begin, [], [f"*({kind} *)a[{place}] = {name}_sum;"]
        n = out.size
        wide = wide if n <= MOST_ON_STACK else kind
        begin = [f"{wide} {name}_sums[{n}];"] if n <= MOST_ON_STACK else []
        if n > MOST_ON_STACK:
            begin = [f"{kind} *{name}_sums = (void *)a[{place}];"]
        begin.append(f"for (long k = 0; k < {n}; k++) {name}_sums[k] = 0;")
        terms = [f"i{d} * {step}" for d, step in steps.items() if step]
        at_row = [f"{wide} *{name}_at = {' + '.join([f'{name}_sums', *terms])};"]
        end = []
        if n <= MOST_ON_STACK:
            write = f"(({kind} *)a[{place}])[k] = {name}_sums[k];"
            end = [f"for (long k = 0; k < {n}; k++) {write}"]
        return begin, at_row, end

    def neutral(self, line) -> tuple[str, str]:
        """What a reduction starts from, and the type that it is kept in."""
        kind = self.type_of(line.name)
        if line.op == "sum":
            return "0", "double" if kind == "float" else kind
        if line.op in ("all", "any"):
            return ("true" if line.op == "all" else "false"), "bool"
        dtype = self.dtypes[line.name]
        if dtype.kind == "f":
            return ("-INFINITY" if line.op == "max" else "INFINITY"), kind
        info = np.iinfo(dtype)
        bound = info.min if line.op == "max" else info.max
        return (f"({bound + 1}LL - 1)" if bound < 0 else f"{bound}ULL"), kind

    def spilled(self) -> set[str]:
        """Full results that a later loop over the row needs."""
        found = set()
        for line in self.kernel.lines:
            for operand in line.operands:
                own = self.kernel.own.get(operand)
                if own is not None and self.kernel.level(own) == "full":
                    if self.stage[line.name] > self.stage[operand]:
                        found.add(operand)
        return found

    def operand(self, name, line, is_row, dtype) -> str:
        """An operand in an expression."""
        if not isinstance(name, str):
            return number(name, dtype)
        return name if name in self.kernel.own else f"{name}_{'row' if is_row else 'in'}_x"

    def expression(self, line, is_row) -> str:
        """The right side of an instruction."""
        found = [self.dtypes[o] for o in line.operands if isinstance(o, str)]
        dtype = line.dtype if line.op in ("cut", "where") else found[0]
        words = [self.operand(o, line, is_row, dtype) for o in line.operands]
        kind = self.type_of(line.name)
        if line.op == "cast":
            return f"({kind}){words[0]}"
        if line.op in ("maximum", "minimum") and not isinstance(line.operands[1], str):
            symbol = "<" if line.op == "maximum" else ">"
            return f"{words[0]} {symbol} {words[1]} ? {words[1]} : {words[0]}"
        f = "f" if dtype == np.float32 else ""
        return EXPRESSIONS[line.op].format(*words, f=f, type=TYPES[str(dtype)])

    def stage_text(self, stage: int, length: int, spilled) -> list[str]:
        """One loop over the row, and what is computed once before and after it."""
        kernel = self.kernel
        now = [line for line in kernel.lines if self.stage[line.name] == stage]
        before, loads, inside, stores, after, reductions = [], {}, [], [], [], []
        for line in now:
            level = kernel.level(line)
            if is_elementwise(line.op):
                is_row = level == "row"
                for o in line.operands:
                    self.load(o, is_row, stage, loads, before if is_row else None)
                kind = self.local(line.name)
                text = f"const {kind} {line.name} = {self.expression(line, is_row)};"
                (before if is_row else inside).append(text)
                if not is_row and line.name in self.made:
                    stores.append(f"{self.at((line.name, None))} = {line.name};")
                elif not is_row and line.name in spilled:
                    stores.append(f"{line.name}_kept[j] = {line.name};")
                continue
            is_of_rows = level == "late" and self.is_of_rows(line)
            self.load(line.operands[0], is_of_rows, stage, loads, before if is_of_rows else None)
            x = self.operand(line.operands[0], line, is_of_rows, line.dtype)
            if is_of_rows:
                before.append(self.accumulated(line, x, f"{line.name}_sum"))
            elif level == "late":
                inner = self.loops[-1][1][line.name, None]
                if inner:
                    step = "j" if inner == 1 else f"j * {inner}"
                    inside.append(f"{line.name}_at[{step}] += {x};")
                elif f"{line.name}_sum" in self.scalars():
                    inside.append(self.accumulated(line, x, f"{line.name}_sum"))
                    reductions.append(self.clause(line, f"{line.name}_sum"))
                else:
                    wide = self.neutral(line)[1]
                    before.append(f"{wide} {line.name}_part = 0;")
                    inside.append(f"{line.name}_part += {x};")
                    reductions.append(f"reduction(+:{line.name}_part)")
                    after.append(f"{line.name}_at[0] += {line.name}_part;")
            else:
                start, _ = self.neutral(line)
                kind = self.type_of(line.name)
                before.append(f"{kind} {line.name}_now = {start};")
                if line.op == "sum":
                    inside.append(f"{line.name}_now += {x};")
                    reductions.append(f"reduction(+:{line.name}_now)")
                    after.append(f"const {kind} {line.name} = {line.name}_now;")
                else:
                    symbol = ">" if line.op == "max" else "<"
                    before.append(f"int {line.name}_nan = 0;")
                    now_ = f"{line.name}_now"
                    inside.append(f"{now_} = {x} {symbol} {now_} ? {x} : {now_};")
                    inside.append(f"{line.name}_nan |= {x} != {x};")
                    reductions.append(f"reduction({line.op}:{now_}) reduction(|:{line.name}_nan)")
                    after.append(f"const {kind} {line.name} = {line.name}_nan ? NAN : {now_};")
        if not inside:
            return before + after
        simd = [f"#pragma omp simd {' '.join(reductions)}".strip()]
        if length == 1 or "" in reductions:
            simd = []
        loop = [f"for (long j = 0; j < {length}; j++) {{"]
        loop += [f"    {each}" for each in (*loads.values(), *inside, *stores)]
        return [*before, *simd, *loop, "}", *after]

    def load(self, name, is_row, stage, loads, row_lines):
        """Read an operand at the head of the loop, before anything is written there."""
        if not isinstance(name, str):
            return
        own = self.kernel.own.get(name)
        if own is None:
            kind, local = self.local(name), f"{name}_{'row' if is_row else 'in'}_x"
            if row_lines is not None:
                text = f"const {kind} {local} = {self.at((name, is_row), '0')};"
                if not self.is_read_already(text, stage):
                    row_lines.append(text)
            else:
                loads[name] = f"const {kind} {local} = {self.at((name, is_row))};"
        elif self.kernel.level(own) == "full" and self.stage[name] < stage:
            place = self.at((name, None)) if name in self.made else f"{name}_kept[j]"
            loads[name] = f"const {self.local(name)} {name} = {place};"

    def is_read_already(self, text, stage) -> bool:
        """Was this row's number read in the text so far?"""
        self.read_once = getattr(self, "read_once", set())
        known = text in self.read_once
        self.read_once.add(text)
        return known

    def scalars(self) -> set[str]:
        """The reductions that end in one number."""
        return {
            f"{line.name}_sum"
            for line in self.kernel.lines
            if self.kernel.level(line) == "late"
            and not any(own[line.name, None] for _, own in self.loops)
        }

    def accumulated(self, line, x, total) -> str:
        """One more number in a reduction."""
        if line.op == "sum":
            return f"{total} += {x};"
        if line.op in ("all", "any"):
            return f"{total} {LATE_REDUCTIONS[line.op]}= {x};"
        symbol = ">" if line.op == "max" else "<"
        return f"{total} = (({x} {symbol} {total}) | ({x} != {x})) ? {x} : {total};"

    def clause(self, line, total) -> str:
        """The same for the compiler; a largest number with nan has no clause."""
        if line.op in ("max", "min"):
            return f"reduction({line.op}:{total})" if self.dtypes[line.name].kind != "f" else ""
        return f"reduction({LATE_REDUCTIONS[line.op]}:{total})"


def source_of(groups, layout: Layout, arrays) -> tuple[str, list[str]]:
    """The C of all kernels, a function for each group that runs at once, and the names of arrays.

    `a` is a table with the address of each array, in the order of the names; a kernel gets the
    addresses of its own. What two kernels do alike is written once.
    """
    names: dict[str, int] = {}
    functions: dict[str, str] = {}  # what a kernel does, whatever its arrays are called
    texts = [BEGINS]
    for place, kernels in enumerate(groups):
        calls = []
        for kernel in kernels:
            own = [*dict.fromkeys((*reads_of(kernel), *made_by(kernel, layout)))]
            for name in own:
                names.setdefault(name, len(names))
            places = {name: k for k, name in enumerate(own)}
            if isinstance(kernel, Call):
                text = call_text(kernel.line, arrays, places, "{function}")
            else:
                text = KernelText(kernel, layout, arrays, places).text("{function}")
            alike = positional(text)
            if alike not in functions:
                functions[alike] = f"kernel_{len(functions)}"
                texts.append(text.replace("{function}", functions[alike]))
            table = ", ".join(f"a[{names[name]}]" for name in own)
            calls.append(f"    {functions[alike]}((char *const[]){{{table}}});")
        texts.append("\n".join([f"void run_{place}(char *const *a) {{", *calls, "}"]))
    return "\n\n".join(texts) + "\n", list(names)


def positional(text: str) -> str:
    """A text in which each name of an array stands as the number of its first place."""
    places: dict[str, str] = {}

    def place(match):
        return places.setdefault(match[0], f"name{len(places)}")

    return re.sub(r"(?<![a-z\d])(?:[vwpxmsc]\d+|lr)(?![a-z\d])", place, text)
