"""What every picture is made of: the colours of both themes, and the elements of SVG."""

import html
import re
from collections.abc import Iterable
from unicodedata import east_asian_width
from urllib.parse import quote

from .layout import Point

# Each colour on a light and on a dark ground; text keeps a contrast of 4.5 to 1.
PALETTE = {
    "ground": ("#ffffff", "#111111"),
    "box": ("#f6f7f9", "#1c2128"),
    "ink": ("#1d2530", "#e9ecf0"),
    "quiet": ("#596373", "#a5afbc"),
    "line": ("#7d8797", "#788394"),
    "result": ("#a8420a", "#ffab6b"),
    "result-box": ("#fdf1e7", "#33220f"),
    "operand": ("#1857b8", "#86b8ff"),
    "operand-box": ("#eaf2fe", "#14263f"),
}
MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"


def palette(selector: str) -> str:
    """CSS: the colours as variables on `selector`, by JupyterLab's theme, else by the system's."""
    colours = {name: f"light-dark({light},{dark})" for name, (light, dark) in PALETTE.items()}
    colours["ground"] = f"var(--jp-layout-color0,{colours['ground']})"
    variables = "".join(f"--ag-{name}:{colour};" for name, colour in colours.items())
    return f"{selector}{{color-scheme:light dark;{variables}}}\n" + theme_of_jupyter(selector)


def theme_of_jupyter(selector: str) -> str:
    """CSS: where JupyterLab says that its theme is light or dark, `selector` is the same."""
    return "".join(
        f'[data-jp-theme-light="{is_light}"] {selector}{{color-scheme:{scheme}}}\n'
        for is_light, scheme in (("true", "light"), ("false", "dark"))
    )


def escape(words: str) -> str:
    """`words` for use in SVG, as text or inside an attribute."""
    return html.escape(words, quote=True)


def width_of(words: str) -> float:
    """The width of `words` in the monospaced font, in units of the font's size."""
    return 0.61 * sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def document(
    kind: str,
    title: str,
    words: str,
    size: tuple[float, float],
    style: str,
    parts: Iterable[str],
    corner: tuple[float, float] = (0.0, 0.0),
    id_: str = "",
) -> str:
    """A whole picture: the parts on their ground, with a title and words for who does not see them.

    `kind` is the class that all rules of `style` are below, and `corner` its left upper corner.
    One whose frames differ in size has an `id_`, and `id_` + "-ground" is that of its ground.
    """
    (left, top), (width, height) = corner, size
    identity, ground = (f' id="{id_}{part}"' if id_ else "" for part in ("", "-ground"))
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg"{identity} class="{kind}" role="img" '
            f'aria-label="{escape(title)}" width="{width:g}" height="{height:g}" '
            f'viewBox="{left:g} {top:g} {width:g} {height:g}">\n',
            f"<title>{escape(title)}</title>\n<desc>{escape(words)}</desc>\n",
            f"<style>{style}</style>\n",
            f'<rect{ground} class="ground" x="{left:g}" y="{top:g}" '
            f'width="{width:g}" height="{height:g}"/>\n',
            *parts,
            "</svg>\n",
        )
    )


def classes(*names: str | None) -> str:
    """A class attribute."""
    return " ".join(name for name in names if name)


def text(x: float, y: float, content: str, kind: str = "", id_: str = "") -> str:
    """A text element around `content`, which is escaped already; nothing where it stays empty."""
    if not content and not id_:
        return ""
    attributes = f' id="{id_}"' * bool(id_) + f' class="{kind}"' * bool(kind)
    return f'<text{attributes} x="{x:.1f}" y="{y:.1f}">{content}</text>'


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A rectangle with round corners."""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}" '
        f'rx="{height / 2 if kind == "op" else 9:g}"/>'
    )


def curve(points: list[Point]) -> str:
    """The path of a line: level from one to the other of each pair, curved between pairs."""
    lefts, rights = points[::2], points[1::2]
    path = f"M{lefts[0].x:.1f} {lefts[0].y:.1f}H{rights[0].x:.1f}"
    for start, end, stop in zip(rights[:-1], lefts[1:], rights[1:], strict=True):
        if abs(start.y - end.y) > 0.05:
            middle = (start.x + end.x) / 2
            path += f"C{middle:.1f} {start.y:.1f} {middle:.1f} {end.y:.1f} {end.x:.1f} {end.y:.1f}"
        path += f"H{stop.x:.1f}"
    return path


# A picture on a page that is narrower than itself is made smaller; ticked, it keeps its size and is
# scrolled. The box to tick is inside what scrolls, so that arrow keys scroll when it has the focus.
FIGURE_STYLE = """\
.autograd-figure{container-type:inline-size;overflow-x:auto}
.autograd-figure img{max-width:100%;height:auto}
.autograd-figure .larger,.autograd-figure :not(:checked)+span{display:none}
.autograd-figure .larger input{width:auto;margin:0 6px 0 0;vertical-align:-1px}
.autograd-figure:has(.larger :checked) :is(img,svg){max-width:none}
"""


def image(svg: str, words: str, width: float | None = None) -> str:
    """HTML for a picture that JupyterLab shows in its theme, and before a notebook is trusted.

    On a page narrower than `width`, that of the picture, it can be made as large as it is. Without
    its style, as before a notebook is trusted, it is only made smaller.
    """
    source = quote(svg.strip(), safe=" =:/'();,.-_*+!@$[]{}|~?>")
    most = f"{width or width_in(svg):.0f}"
    shown = "display:block;position:sticky;left:0;width:fit-content"
    return (
        '<div class="autograd-figure" data-lm-suppress-shortcuts="true">'
        f"<style>{theme_of_jupyter('.autograd-image')}{FIGURE_STYLE}"
        f"@container (width<{most}px){{.autograd-figure .larger.over-{most}{{{shown}}}}}</style>"
        f'<label hidden class="larger over-{most}"><input type="checkbox">Larger'
        "<span>: scroll it left and right</span></label>"
        f'<img class="autograd-image" alt="{escape(words)}" src="data:image/svg+xml,{source}">'
        "</div>"
    )


def width_in(svg: str) -> float:
    """The width that a picture gives itself, in pixels; Graphviz writes it in points."""
    found = re.search(r'<svg[^>]*? width="([\d.]+)(pt)?"', svg)
    return float(found[1]) * (4 / 3 if found[2] else 1) if found else 0.0
