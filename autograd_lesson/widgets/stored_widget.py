"""What every widget here shares: it is a page, which needs no kernel once it is shown.

A view of ipywidgets would be shown in its place where there is one, and dies with its kernel: a
lesson that was run, saved and opened again would have lost its widgets. So there is none.
"""

import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from ..pictures.svg import FIGURE_STYLE, Svg, compact, figure, palette

HERE = Path(__file__).parent
BUNDLE = tuple[dict[str, str], dict[str, str]]  # data and metadata, by kind


class StoredWidget(traitlets.HasTraits):
    """A widget that runs in the browser alone, and says the same where no script runs.

    Python prepares it: what it holds when it is shown is what the page begins with, and the page
    tells nothing back. A subclass names its scripts and style sheets, `view`, the function that
    renders it, and the traits in `stored`; its `picture()` is SVG that needs nothing else, and
    `text()` the words.
    """

    scripts: ClassVar[tuple[str, ...]] = ("player",)
    styles: ClassVar[tuple[str, ...]] = ("player",)
    view: ClassVar[str] = "render"
    stored: ClassVar[tuple[str, ...]] = ()
    svg: Any = traitlets.Instance(Svg, allow_none=True)
    name = traitlets.Unicode()
    widest: float | None = None  # of the picture at all its steps, where its width changes

    def picture(self) -> str:
        """The picture as it stands, as SVG."""
        raise NotImplementedError

    def text(self) -> str:
        """What there is to read."""
        raise NotImplementedError

    def plain(self) -> str:
        """What is stored as plain text."""
        return f"{self.name}\n{self.text()}"

    def alt(self) -> str:
        """The picture in words."""
        return self.name

    def still_words(self) -> str:
        """HTML with the words, for a page that runs no script."""
        return f"<pre>{escape(self.text())}</pre>"

    def _repr_mimebundle_(self, **options: Any) -> BUNDLE:
        """The page, a picture, and words."""
        picture = self.picture()
        place, start = self.placed(picture)
        styles, functions = style_of(*self.styles), functions_of(*self.scripts)
        bundle = {
            "text/html": page(place, start, styles, functions),
            "image/svg+xml": picture,
            "text/plain": self.plain(),
        }
        return bundle, {}

    def placed(self, picture: str) -> tuple[str, str]:
        """HTML with a picture and the words, and the call that makes a widget of it."""
        data = {trait: getattr(self, trait) for trait in ("name", *self.stored)}
        safe = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
        key = hashlib.sha256(f"{picture}{safe}".encode()).hexdigest()[:12]
        place = (
            f'<div data-autograd-player="{key}">{figure(picture, self.alt(), self.widest)}'
            f"{self.still_words()}</div>"
        )
        return place, f"start({json.dumps(key)},{safe},{self.view});"


def style_of(*names: str) -> str:
    """The colours of both themes, and the rules in these style sheets of this folder."""
    sheets = [(HERE / f"{name}.css").read_text(encoding="utf-8") for name in names]
    return compact(in_one_line(palette(".autograd-player") + FIGURE_STYLE + "".join(sheets)))


def functions_of(*names: str) -> str:
    """The functions in these scripts of this folder, `player.js` first."""
    return " ".join(
        in_one_line((HERE / f"{name}.js").read_text(encoding="utf-8")) for name in names
    )


def in_one_line(code: str) -> str:
    """Code without its comments and line ends: each line more costs a notebook 20 characters."""
    lines = (re.sub(r"(^|\s)(//.*|/\*.*?\*/)", "", line).strip() for line in code.splitlines())
    joined = "\n".join(filter(None, lines))
    return re.sub(r"(?<=[{};,(])\n", "", joined).replace("\n", " ")


def page(places: str, starts: str, styles: str, functions: str) -> str:
    """HTML with places for widgets, and the calls that start them where scripts run."""
    return f"{places}\n<style>{styles}</style>\n<script>{{{functions}\n{starts}}}</script>"
