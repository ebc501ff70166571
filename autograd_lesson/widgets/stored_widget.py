"""What every widget here shares: beside its live view, three forms that need no kernel."""

import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import anywidget

from ..pictures.svg import image, palette

HERE = Path(__file__).parent
BUNDLE = tuple[dict[str, Any], dict[str, Any]]


def functions_of(*names: str) -> str:
    """The functions in these scripts of this folder, `player.js` first."""
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


def style_of(*names: str) -> str:
    """The colours of both themes, and the rules in these style sheets of this folder."""
    sheets = [(HERE / f"{name}.css").read_text(encoding="utf-8") for name in names]
    return palette(".autograd-player") + "".join(sheets)


class StoredWidget(anywidget.AnyWidget):
    """A widget that shows and says the same where no kernel and no script runs.

    A subclass names its scripts and style sheets, `view`, the function that renders it, and the
    traits in `stored`; its `picture()` is SVG that needs nothing else, and `text()` the words.
    """

    scripts: ClassVar[tuple[str, ...]] = ("player",)
    styles: ClassVar[tuple[str, ...]] = ("player",)
    view: ClassVar[str] = "render"
    stored: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any):
        """Give the live view the functions that the stored one has."""
        cls._functions = functions_of(*cls.scripts)
        if "_esm" not in vars(cls):  # anywidget makes a class of every instance
            cls._esm = f"{cls._functions}\nexport default {{ render: {cls.view} }};\n"
            cls._css = style_of(*cls.styles)
        super().__init_subclass__(**options)

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
        """The live view, and three forms that need no kernel: HTML, a picture, words."""
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        picture = self.picture()
        still = {
            "text/html": self._stored_form(picture),
            "image/svg+xml": picture,
            "text/plain": self.plain(),
        }
        return {**bundle, **still}, metadata

    def _stored_form(self, picture: str) -> str:
        """HTML that holds its data and its script; without scripts, a picture and the words."""
        data = {trait: getattr(self, trait) for trait in ("name", *self.stored)}
        safe = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
        key = hashlib.sha256(f"{picture}{safe}".encode()).hexdigest()[:12]
        return (
            f'<div data-autograd-player="{key}">{image(picture, self.alt())}'
            f"{self.still_words()}</div>\n<style>{self._css}</style>\n"
            f"<script>{{{self._functions}\nstart({json.dumps(key)},{safe},{self.view});}}</script>"
        )
