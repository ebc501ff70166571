"""A formula to play with: type it, move its variables, see every value and gradient."""

from html import escape
from typing import Any

import ipywidgets
from IPython.display import display

from ...pictures.drawing import Picture
from ...pictures.svg import image, image_style, larger, narrower_than, picture, width_in
from ...pictures.words import number
from ...teaching.formula import FormulaError, computed, pointed, variables_of
from ...value import Value

MOST_VARIABLES = 6
# The formula is computed in Python, so the live view is one of ipywidgets, and dead when a saved
# notebook is opened again: then the picture stands in its place. JupyterLab says "model not found".
LIVE, STILL = "autograd-playground", "autograd-playground-still"
ASIDE = f"""<p><small>Run the cell to move its variables.</small></p><style>
.jp-OutputArea-child:has(.{LIVE}) + .jp-OutputArea-child:has(.{STILL}) {{display: none}}
.jp-OutputArea-child:not(:has(.{LIVE})):has(+ .jp-OutputArea-child .{STILL}) {{display: none}}
</style>"""
# Both rows as wide as the picture, so that the box stays in sight while it is scrolled.
WIDE = f".{LIVE} .autograd-figure{{display:grid;grid-template-columns:1fr}}"
LOWEST, HIGHEST = -10.0, 10.0


class Playground(ipywidgets.VBox):
    """A line for a formula, a slider for each of its variables, and the graph with its gradients.

    `formula` and `variables` can be read and `set_formula`, `set` called from Python. What cannot
    be read or computed is answered under the line, and the last good picture stays.
    """

    def __init__(self, formula: str, variables: dict[str, float]):
        """Show `formula` at these variables; those it has and `variables` lacks start at 1."""
        self.root: Value | None = None
        self.sliders: dict[str, ipywidgets.FloatSlider] = {}
        self.start = {name: float(x) for name, x in variables.items()}
        self.line = ipywidgets.Text(
            value=formula,
            description="formula",
            continuous_update=False,
            layout={"width": "100%"},
        )
        self.said = ipywidgets.HTML()
        self.box = ipywidgets.VBox()
        # The box that makes the picture larger keeps its tick: a new picture leaves it alone.
        self.over = f"over-{id(self)}"
        tick = ipywidgets.HTML(f"<style>{image_style()}{WIDE}</style>{larger(self.over)}")
        self.shown = ipywidgets.HTML()
        figure = ipywidgets.VBox([tick, self.shown])
        figure.add_class("autograd-figure")
        super().__init__([self.line, self.said, self.box, figure])
        self.add_class(LIVE)
        self.line.observe(self._refresh, "value")
        self._refresh()
        if self.root is None:
            raise ValueError(self.message)

    @property
    def formula(self) -> str:
        """The formula as it stands in the line."""
        return self.line.value

    @property
    def variables(self) -> dict[str, float]:
        """The variables of the formula and where their sliders stand."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def set_formula(self, formula: str) -> str:
        """Type another formula; what is said to it."""
        self.line.value = formula
        return self.message

    def set(self, **variables: float) -> str:
        """Move sliders; what is said to it."""
        for name, x in variables.items():
            if name not in self.sliders:
                raise ValueError(
                    f"{name!r} is not in the formula; it has {', '.join(self.sliders)}"
                )
            self.sliders[name].value = x
        return self.message

    def text(self) -> str:
        """The formula, what is wrong with it if anything, and the picture in words."""
        parts = [f"{self.formula} at {self._where()}", self.message, self.words]
        return "\n".join(filter(None, parts))

    def _refresh(self, change: Any = None) -> None:
        """Read the formula, give it sliders, compute it and show what came out."""
        try:
            names = variables_of(self.formula)
            if len(names) > MOST_VARIABLES:
                raise FormulaError(0, f"{len(names)} variables; use up to {MOST_VARIABLES}")
            values = {name: Value(self._slider(name).value, name) for name in names}
            root = computed(self.formula, values)
            root.label = root.label or "y"
            root.backward()
        except FormulaError as error:
            self._say(pointed(self.formula, error))
            return
        except (ValueError, ArithmeticError) as error:
            self._say(str(error))
            return
        self.root, self.sliders = root, {name: self._slider(name) for name in names}
        self.start |= self.variables
        if self.box.children != tuple(self.sliders.values()):
            self.box.children = tuple(self.sliders.values())
        self._say("")
        drawn = Picture(root)
        self.svg, self.words = drawn.svg(), drawn.words()
        when = narrower_than(f"{width_in(self.svg):.0f}", self.over)
        self.shown.value = f"<style>{when}</style>{picture(self.svg, self.words)}"

    def _slider(self, name: str) -> ipywidgets.FloatSlider:
        """The slider of a variable: the one there is, or a new one."""
        if name in self.sliders:
            return self.sliders[name]
        x = self.start.get(name, 1.0)
        slider = ipywidgets.FloatSlider(
            value=x,
            min=min(LOWEST, x),
            max=max(HIGHEST, x),
            step=0.1,
            description=name,
            layout={"width": "100%"},
        )
        slider.observe(self._refresh, "value")
        return slider

    def _say(self, message: str) -> None:
        """Put a message under the line; an empty one takes it away."""
        self.message = message
        self.said.value = f'<pre role="status">{escape(message)}</pre>' if message else ""

    def _where(self) -> str:
        """`a = 2, b = -3`."""
        return ", ".join(f"{name} = {number(x)}" for name, x in self.variables.items())

    def __repr__(self) -> str:
        """The formula and where it stands."""
        return f"playground: {self.formula} at {self._where()}"

    def _repr_mimebundle_(self, **options: Any) -> dict:
        """The picture and the words, which need no kernel."""
        still = f"<p><code>{escape(self.formula)}</code> at {escape(self._where())}</p>"
        return {
            "text/html": f'<div class="{STILL}">{still}{image(self.svg, self.words)}{ASIDE}</div>',
            "image/svg+xml": self.svg,
            "text/plain": self.text(),
        }

    def _ipython_display_(self) -> None:
        """Show the live view, and below it the picture, which is seen when that has died."""
        live = super()._repr_mimebundle_() or {}
        display({**live, "text/plain": ""}, raw=True)
        display(self._repr_mimebundle_(), raw=True)


def playground(formula: str, **variables: float) -> Playground:
    """`formula` with a slider for each variable: graph, values and gradients as they move.

    playground("tanh(a*b + c)", a=2.0, b=-3.0, c=10.0)
    """
    return Playground(formula, variables)
