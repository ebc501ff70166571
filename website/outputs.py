"""What is stored of an output, as a part of a page: its rules and scripts stand once for the site.

A notebook stores them with each picture, since each cell may be shown alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from autograd_lesson import widgets
from autograd_lesson.widgets.stored_widget import functions_of

from .prose import to_page

WIDGETS = Path(widgets.__file__).parent
# `player.js` first: the others use its functions.
SCRIPTS = sorted(
    (path.relative_to(WIDGETS).with_suffix("").as_posix() for path in WIDGETS.rglob("*.js")),
    key=lambda name: (name != "player", name),
)
SCRIPT = re.compile(r"<script>\{(?P<functions>.*)\n(?P<starts>.*)\}</script>", re.DOTALL)
STYLE = re.compile(r"<style>([^<]{120,})</style>")  # a shorter one is of its own picture alone
# What a widget says where no script runs, in a notebook and on a page.
SAID = {
    "Run the cell to step through it here.": "Where scripts run, you can step through it here.",
    "Run the cell to move its variables.": "In the notebook you can move its variables.",
}


class Outputs:
    """The outputs of all pages, which gather the rules that they share."""

    def __init__(self) -> None:
        """Begin without rules."""
        self.styles = dict[str, None]()

    def __call__(self, html: str) -> str:
        """The HTML of one output, without what it shares with others."""
        html = STYLE.sub(self._gathered, html)
        html = SCRIPT.sub(started, html)
        for in_a_notebook, on_a_page in SAID.items():
            html = html.replace(in_a_notebook, on_a_page)
        return re.sub(r"""(?<=href=)(["'])(.*?)\1""", lambda m: f'"{to_page(m[2])}"', html)

    def _gathered(self, style: re.Match[str]) -> str:
        self.styles[style[1]] = None
        return ""

    def style(self) -> str:
        """All rules that were gathered."""
        return "\n".join(self.styles)


def started(script: re.Match[str]) -> str:
    """The script of one widget without its functions, where they are those of the package."""
    rest = script["functions"]
    for name in SCRIPTS:
        rest = rest.replace(functions_of(name), "")
    if rest.strip():
        return script[0]
    return f"<script>{{const {{{', '.join(names())}}}=autogradWidgets;{script['starts']}}}</script>"


def names() -> list[str]:
    """The functions by which a stored widget is started and drawn."""
    return re.findall(r"\bfunction (start|showOneOf|render\w*)\(", functions_of(*SCRIPTS))


def script() -> str:
    """The functions of every widget, as one script under one name."""
    given = ", ".join(names())
    return f"const autogradWidgets = (() => {{{functions_of(*SCRIPTS)}\nreturn {{{given}}};}})();\n"
