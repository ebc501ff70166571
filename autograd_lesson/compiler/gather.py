"""Many sums of products over a batch as one product of matrices, for code that runs on NumPy.

A line of NumPy costs about the same for one number and for a hundred: few lines with much work each
are quick. Only the order of additions inside a product of matrices is its own, so that the last
bits of a sum may differ; all else is the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

from .program import MOST_OPERANDS, Line, Program, with_common_parts_once, without_dead_code

FEWEST = 4  # products that are worth a product of matrices


def gathered(program: Program, batched: Iterable[str]) -> Program:
    """The program with its sums of products gathered, where inputs in `batched` are columns."""
    program = with_pairs_gathered(with_dots_gathered(with_sums_as_dots(program), set(batched)))
    return without_dead_code(with_common_parts_once(program))


def with_sums_as_dots(program: Program) -> Program:
    """a b + c d + ..., each part used once, as one `dot`: the same additions in the same order."""
    uses = Counter(program.results) + Counter(o for line in program.lines for o in line.operands)
    pairs_of: dict[str | float, list] = {}
    lines = []
    for line in program.lines:
        if line.op == "*":
            pairs_of[line.name] = [line.operands]
        elif line.op == "dot":
            half = len(line.operands) // 2
            pairs_of[line.name] = [*zip(line.operands[:half], line.operands[half:], strict=True)]
        elif line.op == "+" and all(o in pairs_of and uses[o] == 1 for o in line.operands):
            left, right = map(pairs_of.__getitem__, line.operands)
            if len(right) == 1 and len(left) < MOST_OPERANDS // 2:
                pairs_of[line.name] = pairs = left + right
                firsts, seconds = zip(*pairs, strict=True)
                line = line._replace(op="dot", operands=firsts + seconds)
        lines.append(line)
    return without_dead_code(program._replace(lines=tuple(lines)))


def with_dots_gathered(program: Program, batched: set[str]) -> Program:
    """Dots of the same columns with numbers, as the rows of one product of matrices."""
    varying, born = set(batched), dict.fromkeys(program.inputs, -1)
    open_groups: dict[tuple, int] = {}  # columns -> the place of the first dot
    groups: dict[int, list] = {}  # that place -> each dot with its numbers
    for place, line in enumerate(program.lines):
        born[line.name] = place
        if varying.intersection(line.operands) and not line.op.startswith("batch_"):
            varying.add(line.name)
        if not line.name:
            open_groups.clear()  # a guard comes first
        columns, numbers = columns_and_numbers(line, varying)
        if columns:
            first = open_groups.get(columns, place)
            if any(not isinstance(x, float) and born[x] >= first for x in numbers):
                first = place
            open_groups[columns] = first
            groups.setdefault(first, []).append((line.name, columns, numbers))
    groups = {at: own for at, own in groups.items() if len(own) * len(own[0][1]) >= FEWEST}
    number_of = {at: f"{k}" for k, at in enumerate(groups)}
    moved = {name for own in groups.values() for name, _, _ in own}
    lines: list[Line] = []
    for place, line in enumerate(program.lines):
        if place in groups:
            lines += product_of_dots(groups[place], number_of[place])
        if line.name not in moved:
            lines.append(line)
    return program._replace(lines=tuple(lines))


def product_of_dots(dots: list[tuple], k: str) -> list[Line]:
    """Dots of the same columns, each with its numbers, as the rows of a product."""
    lists = [Line(f"list{k}_{i}", "list", numbers) for i, (_, _, numbers) in enumerate(dots)]
    return [
        Line(f"columns{k}", "rows", dots[0][1]),
        *lists,
        Line(f"numbers{k}", "rows", tuple(own.name for own in lists)),
        Line(f"dots{k}", "@", (f"numbers{k}", f"columns{k}")),
        *(Line(name, "item", (f"dots{k}", f"{i}")) for i, (name, _, _) in enumerate(dots)),
    ]


def columns_and_numbers(line: Line, varying: set[str]) -> tuple[tuple, tuple]:
    """Of a dot of columns with numbers, both; of any other line, neither."""
    half = len(line.operands) // 2
    pairs = zip(line.operands[:half], line.operands[half:], strict=True)
    if line.op != "dot":
        return (), ()
    ordered = [(a, b) if a in varying else (b, a) for a, b in pairs]
    if any(a not in varying or b in varying for a, b in ordered):
        return (), ()
    columns, numbers = zip(*ordered, strict=True)
    return columns, numbers


def with_pairs_gathered(program: Program) -> Program:
    """Sums over the batch of products of columns, each of some with each of others, as one product.

    They wait until one of them is needed: then all factors are there.
    """
    lines: list[Line] = []
    waiting: dict[str, dict] = {}  # upstream -> slope -> the name of the sum over the batch
    awaited: set[str | float] = set()  # these names
    names = (f"pairs{k}" for k in count())
    for line in program.lines:
        if not awaited.isdisjoint(line.operands):
            lines += products_of_pairs(waiting, names)
            waiting, awaited = {}, set()
        if line.op == "batch_dot":
            upstream, slope = line.operands
            waiting.setdefault(upstream, {})[slope] = line.name
            awaited.add(line.name)
        else:
            lines.append(line)
    return program._replace(lines=(*lines, *products_of_pairs(waiting, names)))


def products_of_pairs(waiting: dict[str, dict], names: Iterator[str]) -> list[Line]:
    """What waited: upstreams that meet the same slopes go into one product."""
    blocks: dict[tuple, list] = {}
    for upstream, sums in waiting.items():
        blocks.setdefault(tuple(sums), []).append(upstream)
    lines = []
    for slopes, upstreams in blocks.items():
        if len(slopes) * len(upstreams) < FEWEST:
            lines += [Line(waiting[u][s], "batch_dot", (u, s)) for u in upstreams for s in slopes]
            continue
        name = next(names)
        left, right = (
            Line(f"{name}_left", "rows", (*upstreams,)),
            Line(f"{name}_right", "rows", slopes),
        )
        lines += [left, right, Line(name, "pairs", (left.name, right.name))]
        for i, upstream in enumerate(upstreams):
            row = Line(f"{name}_{i}", "item", (name, f"{i}"))
            items = [(waiting[upstream][slope], f"{j}") for j, slope in enumerate(slopes)]
            lines += [row, *(Line(item, "item", (row.name, j)) for item, j in items)]
    return lines
