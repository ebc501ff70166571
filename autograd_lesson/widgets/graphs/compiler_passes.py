"""A recorded function as a graph and as instructions, pass by pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...compiler.code import compile_gradient
from ...compiler.program import (
    Line,
    Program,
    with_common_parts_once,
    with_constants_folded,
    with_gradient,
    without_dead_code,
)
from ...compiler.recording import trace
from ...pictures.chart import picture, text
from ...pictures.layout import Layout, Size, layered
from ...pictures.svg import Element, Parts, Svg, curve, group, named, width_of
from ...pictures.words import counted
from ..player import Frame, Player, Words

MOST = 40  # instructions in one picture
ROW, FONT, GAP, EDGE = 19.0, 13.0, 16.0, 8.0
BOX_HEIGHT = 24.0
STYLE = """\
.autograd-plot {
text.row, text.inside {font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace}
text.inside {text-anchor: middle; font-size: 12px}
.box {fill: var(--ag-box); stroke: var(--ag-line); stroke-width: 1.2}
.edge {fill: none; stroke: var(--ag-line); stroke-width: 1.4}
.off {display: none}
text.gone {fill: var(--ag-quiet); text-decoration: line-through}
.gone .box {fill: none; stroke-dasharray: 3 4}
.gone .inside {fill: var(--ag-quiet); text-decoration: line-through}
.edge.gone {stroke-dasharray: 3 4; stroke-width: 0.8}
text.new, text.changed {font-weight: 700}
text.new {fill: var(--ag-operand)}
.new .box {fill: var(--ag-operand-box); stroke: var(--ag-operand); stroke-width: 2}
text.changed {fill: var(--ag-result)}
.changed .box {fill: var(--ag-result-box); stroke: var(--ag-result); stroke-width: 3}
}
"""
MARKS = {"new": "+ ", "changed": "~ ", "gone": "- ", "": "  "}


class Stage(NamedTuple):
    """A program after a pass, and what the pass does."""

    title: str
    says: str
    program: Program


def show_passes(f: Callable[..., Any], *examples: Any, wrt: int = 0) -> Player:
    """A player: `f` recorded, with its gradient for the argument `wrt`, then after each pass.

    `examples` are numbers. The graph stands above, the instructions below.
    """
    stages = stages_of(f, *examples, wrt=wrt)
    whole = stages[1].program
    if len(whole.lines) > MOST:
        raise ValueError(
            f"f and its gradient are {len(whole.lines)} instructions; at most {MOST} can be shown: "
            "take a smaller function"
        )
    edges = sorted({edge for stage in stages for edge in edges_of(stage.program)})
    source = compile_gradient(f, *examples, wrt=wrt).source
    frames = [
        frame(stage, before, whole, edges)
        for stage, before in zip(stages, [None, *stages], strict=False)
    ]
    last = frame(stages[-1], stages[-1], whole, edges)
    lines = source.rstrip().splitlines()
    written: list[Words] = [line.replace("    ", "\N{NO-BREAK SPACE}" * 4) for line in lines]
    said = "What is used once, and is short, goes into the line that uses it."
    frames.append(Frame("written as Python", [said, *written], last.texts, last.classes))
    name = f"A program of {counted(len(whole.lines), 'instruction')}, pass by pass"
    return Player(base(stages, edges, name), frames, name)


def stages_of(f: Callable[..., Any], *examples: Any, wrt: int) -> list[Stage]:
    """The program as recorded, with its gradient, and after each of three passes."""
    recorded = trace(f, *examples)
    whole = with_gradient(recorded, [recorded.inputs[wrt]])
    folded = with_constants_folded(whole)
    once = with_common_parts_once(folded)
    return [
        Stage("recorded", "One instruction for each operation on a value.", recorded),
        Stage(
            "with its gradient",
            "The walk back, as instructions of the same kind: for each operand a product of "
            "upstream and partial, and a sum where two contributions meet.",
            whole,
        ),
        Stage(
            "constants folded",
            "What only reads numbers is a number now; a product with 1 is its other factor.",
            folded,
        ),
        Stage("common parts once", "Of two equal instructions the second goes.", once),
        Stage(
            "dead code taken out",
            "From the results upwards: what none of them needs goes.",
            without_dead_code(once),
        ),
    ]


def edges_of(program: Program) -> set[tuple[str, str]]:
    """Each name that a line reads, with the line's own."""
    return {(o, line.name) for line in program.lines for o in line.operands if isinstance(o, str)}


def frame(
    stage: Stage, before: Stage | None, whole: Program, edges: list[tuple[str, str]]
) -> Frame:
    """What a pass has added, changed and taken out, in rows, boxes and edges."""
    now = {line.name: line for line in stage.program.lines}
    was = {line.name: line for line in before.program.lines} if before else now
    texts, classes = {}, {}
    for line in whole.lines:
        state, shown = state_of(line, now, was)
        texts[f"r-{line.name}"] = f"{MARKS.get(state, '')}{shown}" if shown else ""
        classes[f"r-{line.name}"] = classes[f"n-{line.name}"] = state
        texts[f"t-{line.name}"] = inside(now.get(line.name) or was.get(line.name) or line)
    here = edges_of(stage.program)
    earlier = edges_of(before.program) if before else here
    for edge in edges:
        there = "" if edge in here else "gone" if edge in earlier else "off"
        classes[f"e-{edge[0]}-{edge[1]}"] = there
    texts["results"] = f"results {', '.join(map(str, stage.program.results))}"
    count = len(now)
    lines: list[Words] = [stage.says, ("instructions", str(count))]
    if count != len(was):
        lines[1] = (
            "instructions",
            f"{count}, {abs(count - len(was))} {'more' if count > len(was) else 'fewer'}",
        )
    if gone := [name for name in was if name not in now]:
        lines.append(("taken out", ", ".join(gone)))
    if changed := [name for name in now if name in was and now[name] != was[name]]:
        lines.append(("changed", "; ".join(f"{was[n]} is now {now[n]}" for n in changed)))
    return Frame(f"{stage.title}: {counted(count, 'instruction')}", lines, texts, classes)


def state_of(line: Line, now: dict[str, Line], was: dict[str, Line]) -> tuple[str, str]:
    """What became of a line, and how it reads."""
    if line.name in now:
        state = "new" if line.name not in was else ""
        if not state and now[line.name] != was[line.name]:
            state = "changed"
        return state, str(now[line.name])
    return ("gone", str(was[line.name])) if line.name in was else ("off", "")


def inside(line: Line) -> str:
    """What stands in the box of a line."""
    return f"{line.name} {line.op}"


def base(stages: list[Stage], edges: list[tuple[str, str]], name: str) -> Svg:
    """Boxes and edges above, the instructions in columns below; frames decide what shows."""
    whole = stages[1].program
    names = [*whole.inputs, *(line.name for line in whole.lines)]
    place = {name: i for i, name in enumerate(names)}
    boxes = dict(zip(whole.inputs, whole.inputs, strict=True))
    for stage in stages[1:]:
        for line in stage.program.lines:
            boxes[line.name] = max(boxes.get(line.name, ""), inside(line), key=len)
    sizes = [Size(width_of(boxes[name]) * 12.0 + 14.0, BOX_HEIGHT) for name in names]
    pairs = [(place[operand], place[result]) for operand, result in edges]
    layout = layered(sizes, pairs, [Size(0.0, 8.0)] * len(edges), gap=22.0, space=10.0)
    longest = max([12, *(len(str(line)) for stage in stages for line in stage.program.lines)]) + 2
    results = max(len(", ".join(map(str, stage.program.results))) for stage in stages) + 8
    column = width_of("0" * longest) * FONT + GAP
    width = max(layout.size.width, column, width_of("0" * results) * FONT)
    columns = int((width + GAP) // column)
    in_each = -(-len(whole.lines) // columns)
    top = layout.size.height + ROW + GAP
    rows = [text(0.0, top, f"inputs  {', '.join(whole.inputs)}", "row quiet")]
    for k, line in enumerate(whole.lines):
        right, down = divmod(k, in_each)
        y = top + ROW * (down + 1.2)
        rows.append(text(right * column, y, "", "row", f"r-{line.name}"))
    bottom = top + ROW * (in_each + 1.4)
    rows.append(text(0.0, bottom, "", "row quiet", "results"))
    words = (
        "Above the program as boxes, with a line from each to those that read it; below it "
        f"{counted(len(whole.lines), 'instruction')}, column by column. What a pass adds is marked "
        "+, what it changes ~, and what it takes out - and struck through."
    )
    size = (round(width + 2 * EDGE), round(bottom + 2 * EDGE))
    parts = [*graph(layout, names, sizes, edges, whole), *rows]
    inner = [f'<g transform="translate({EDGE:g} {EDGE:g})">\n', *parts, "</g>\n"]
    return picture(name, words, size, *inner, style=STYLE)


def graph(
    layout: Layout,
    names: list[str],
    sizes: list[Size],
    edges: list[tuple[str, str]],
    whole: Program,
) -> list[Parts]:
    """The boxes and the edges between them."""
    parts: list[Parts] = []
    for edge, points in zip(edges, layout.lines, strict=True):
        line = named(f"e-{edge[0]}-{edge[1]}", "edge") | {"d": curve(points)}
        parts.append(Element("path", line, tail="\n"))
    for name, centre, size in zip(names, layout.nodes, sizes, strict=True):
        x, y = centre
        box = (
            f'<rect class="box" x="{x - size.width / 2:.1f}" '
            f'y="{y - size.height / 2:.1f}" width="{size.width:.1f}" height="{size.height:g}" '
            f'rx="{12 if name in whole.inputs else 4}"/>'
        )
        held = text(x, y + 4.0, name, "inside", f"t-{name}", tail="")
        parts.append(group(named(f"n-{name}"), box, held))
    return parts
