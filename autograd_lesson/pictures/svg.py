"""What every picture is made of: the colours of both themes, and the elements of SVG."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
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


class Element(str):
    """An element of a picture as it is written, which knows what it was made of.

    `words` is the text in it; None where other parts follow and a closing tag. `tail` stands
    behind it. In a picture it must be a part of its own: in a longer text it is text.
    """

    tag: str
    attributes: Mapping[str, str]
    words: str | None
    tail: str

    def __new__(
        cls, tag: str, attributes: Mapping[str, str], words: str | None = "", tail: str = ""
    ) -> Element:
        """Write it: the attributes in their order, and everything escaped."""
        inside = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        end = ">" if words is None else f">{escape(words)}</{tag}>" if words else "/>"
        made = super().__new__(cls, f"<{tag}{inside}{end}{tail}")
        made.tag, made.attributes, made.words, made.tail = tag, attributes, words, tail
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made of."""
        return self.tag, self.attributes, self.words, self.tail

    def with_words(self, words: str) -> Element:
        """The same with other words."""
        return Element(self.tag, self.attributes, words, self.tail)

    def with_attribute(self, name: str, value: str | None) -> Element:
        """The same with an attribute set, or with None removed."""
        attributes = {**self.attributes, name: value}
        kept = {name: value for name, value in attributes.items() if value is not None}
        return Element(self.tag, kept, self.words, self.tail)


Parts = str | Iterable["Parts"]


def flat(parts: Parts) -> Iterator[str]:
    """Parts and the parts in lists of parts, in order."""
    if isinstance(parts, str):
        yield parts
    else:
        for part in parts:
            yield from flat(part)


class Svg(str):
    """A whole picture as it is written, which hands over its elements: those with an id, by it."""

    parts: list[str]
    elements: dict[str, Element]

    def __new__(cls, parts: Parts) -> Svg:
        """Put the parts together."""
        pieces = list(flat(parts))
        made = super().__new__(cls, "".join(pieces))
        made.parts, made.elements = pieces, {}
        for part in pieces:
            if isinstance(part, Element) and "id" in part.attributes:
                made.elements[part.attributes["id"]] = part
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made of."""
        return (self.parts,)

    def with_elements(self, changed: Mapping[str, Element]) -> Svg:
        """The picture with other elements in the place of those of the same id."""
        now = {id(self.elements[name]): element for name, element in changed.items()}
        return Svg([now.get(id(part), part) for part in self.parts])


def document(
    kind: str,
    title: str,
    words: str,
    size: tuple[float, float],
    style: str,
    parts: Parts,
    corner: tuple[float, float] = (0.0, 0.0),
    id_: str = "",
) -> Svg:
    """A whole picture: the parts on their ground, with a title and words for who does not see them.

    `kind` is the class that all rules of `style` are below, and `corner` its left upper corner.
    One whose frames differ in size has an `id_`, and `id_` + "-ground" is that of its ground.
    """
    (left, top), (width, height) = ((f"{side:g}" for side in pair) for pair in (corner, size))
    whole = {
        "xmlns": "http://www.w3.org/2000/svg",
        **named(id_, kind),
        **{"role": "img", "aria-label": title, "width": width, "height": height},
        "viewBox": f"{left} {top} {width} {height}",
    }
    ground = {"x": left, "y": top, "width": width, "height": height}
    return Svg(
        [
            Element("svg", whole, None, "\n"),
            f"<title>{escape(title)}</title>\n<desc>{escape(words)}</desc>\n",
            f"<style>{compact(style)}</style>\n",
            Element("rect", named(id_ and f"{id_}-ground", "ground") | ground, tail="\n"),
            parts,
            "</svg>\n",
        ]
    )


def compact(style: str) -> str:
    """CSS without the spaces that its readers need: it is stored with each picture."""
    without_ends = re.sub(r"\s*([{};])\s*", r"\1", style)
    return re.sub(r":\s+", ":", without_ends).replace(";}", "}").strip()


def named(id_: str, kind: str | None = None) -> dict[str, str]:
    """The attributes of what may have an id, and of a kind if one is given."""
    return ({"id": id_} if id_ else {}) | ({} if kind is None else {"class": kind})


def classes(*names: str | None) -> str:
    """A class attribute."""
    return " ".join(name for name in names if name)


def text(x: float, y: float, words: str, kind: str = "", id_: str = "") -> str:
    """A text element; nothing where it stays empty."""
    if not words and not id_:
        return ""
    return Element("text", named(id_, kind or None) | {"x": f"{x:.1f}", "y": f"{y:.1f}"}, words)


def text_of(x: float, y: float, *parts: str) -> list[str]:
    """A text element of several parts, which are escaped already."""
    return [Element("text", {"x": f"{x:.1f}", "y": f"{y:.1f}"}, None), *parts, "</text>"]


def group(attributes: Mapping[str, str], *parts: Parts, tail: str = "\n") -> list[Parts]:
    """Several parts as one element."""
    return [Element("g", attributes, None), *parts, f"</g>{tail}"]


def rectangle(x: float, y: float, width: float, height: float, kind: str, id_: str = "") -> Element:
    """A rectangle with round corners."""
    corner = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:g}"}
    round_by = f"{height / 2 if kind == 'op' else 9:g}"
    return Element("rect", named(id_, kind) | corner | {"rx": round_by})


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
.autograd-figure .larger{display:none;position:sticky;left:0;width:fit-content}
.autograd-figure :not(:checked)+span{display:none}
.autograd-figure .larger input{width:auto;margin:0 6px 0 0;vertical-align:-1px}
.autograd-figure:has(.larger :checked) :is(img,svg){max-width:none}
"""


# The attribute has JupyterLab leave the keys to the box: it would go to another cell by them.
TICK = '<input type="checkbox" data-lm-suppress-shortcuts="true">'


def image(svg: str, words: str) -> str:
    """HTML for a picture that JupyterLab shows in its theme, and before a notebook is trusted."""
    return f"<style>{image_style()}</style>{figure(svg, words)}"


def image_style() -> str:
    """CSS for such pictures."""
    return compact(theme_of_jupyter(".autograd-image") + FIGURE_STYLE)


def figure(svg: str, words: str, width: float | None = None) -> str:
    """A picture in HTML with FIGURE_STYLE.

    On a page narrower than `width`, that of the picture, it can be made as large as it is. Without
    the style, as before a notebook is trusted, it is only made smaller.
    """
    most = f"{width or width_in(svg):.0f}"
    when = narrower_than(most, f"over-{most}")
    return (
        f'<div class="autograd-figure"><style>{when}</style>{larger(f"over-{most}")}'
        f"{picture(svg, words)}</div>"
    )


def narrower_than(most: str, kind: str) -> str:
    """CSS: the box to tick of this class is seen where the page has not so many pixels."""
    return f"@container (width<{most}px){{.autograd-figure .larger.{kind}{{display:block}}}}"


def larger(kind: str) -> str:
    """The box to tick."""
    return (
        f'<label hidden class="larger {kind}">{TICK}Larger'
        "<span>: scroll it left and right</span></label>"
    )


def picture(svg: str, words: str) -> str:
    """The picture itself as an image."""
    source = quote(svg.strip(), safe=" =:/'();,.-_*+!@$[]{}|~?>")
    return f'<img class="autograd-image" alt="{escape(words)}" src="data:image/svg+xml,{source}">'


def width_in(svg: str) -> float:
    """The width that a picture gives itself, in pixels; Graphviz writes it in points."""
    found = re.search(r'<svg[^>]*? width="([\d.]+)(pt)?"', svg)
    return float(found[1]) * (4 / 3 if found[2] else 1) if found else 0.0
