"""The engine diff in a real JupyterLab: where it stands, keys, buttons, and both themes."""

import re

from conftest import DARK, LIGHT

CELLS = [
    """\
from autograd_lesson import Value, topological_order
from autograd_lesson.widgets import engine_diff

class Broken(Value):
    def binary(self, op, other):
        made = super().binary(op, other)
        return Broken(made.data, "", op, made.operands, made.partials)

    def backward(self):
        self.grad = 1.0
        for value in reversed(topological_order(self)):
            for operand, partial in zip(value.operands, value.partials):
                operand.grad = value.grad * partial

def build(engine):
    a, b = engine(2.0, label="a"), engine(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return (c * d).named("e")""",
    "engine_diff(build, Broken)",
]


def at_step(player, step):
    """Wait until the player shows this step."""
    player.locator(".count", has_text=re.compile(rf"^{step} / ")).wait_for()


def test_it_stands_at_the_difference_and_steps_to_it_by_key_and_by_mouse(lab):
    lab.save("diff.ipynb", CELLS)
    lab.open_and_run("diff.ipynb")
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    assert lab.errors_in_cells() == []
    at_step(player, 7)
    assert "right 20, broken 10: DIFFERS" in player.inner_text()
    player.press("Home")
    at_step(player, 0)
    assert player.locator(".differs").count() == 0
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert "right 3, broken 3: same" in player.inner_text()
    player.press("End")
    at_step(player, 7)
    for theme in (LIGHT, DARK):
        lab.theme(theme)
        box = player.locator(".differs .box")
        assert box.evaluate("box => getComputedStyle(box).strokeDasharray") != "none"
        assert player.locator(".differs .note").text_content() == "differs: 10"
