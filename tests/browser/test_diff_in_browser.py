"""The engine diff in a browser: where it stands, keys, buttons, and both themes."""

from conftest import at_step, press

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


def test_it_stands_at_the_difference_and_steps_to_it_by_key_and_by_mouse(stored):
    player = stored.player(CELLS)
    at_step(player, 7)
    assert "right 20, broken 10: DIFFERS" in player.inner_text()
    press(player, "Home", 0)
    assert player.locator(".differs").count() == 0
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    assert "right 3, broken 3: same" in player.inner_text()
    press(player, "End", 7)
    for _ in stored.in_both_themes():
        box = player.locator(".differs .box")
        assert box.evaluate("box => getComputedStyle(box).strokeDasharray") != "none"
        assert player.locator(".differs .note").text_content() == "differs: 10"
