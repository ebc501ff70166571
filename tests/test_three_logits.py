"""The three logits: the arrows are the gradient, and the words say the same."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.widgets import three_logits


def numbers(player, name: str) -> list[float]:
    """The three numbers of one line at this step."""
    line = dict(player.frames[player.step]["lines"])[name].split(", ")
    return [float(number) for number in line[:3]]


def elements(player) -> dict:
    return {e.get("id"): e for e in ElementTree.fromstring(player.picture()).iter() if e.get("id")}


def test_it_begins_at_the_logits_it_was_given():
    player = three_logits([1.0, 0.5, -1.0], label=0, moving=1)
    assert numbers(player, "logits z") == [1.0, 0.5, -1.0]
    assert "logit 1 = 0.5" in player.text().splitlines()[0]


def test_the_slider_moves_one_logit_from_end_to_end():
    player = three_logits(moving=2, reach=3)
    rows = [numbers(player.at(step), "logits z") for step in range(len(player.frames))]
    assert [row[2] for row in rows] == list(np.arange(-3, 3.5, 0.5))
    assert {tuple(row[:2]) for row in rows} == {(1.0, 0.0)}


@pytest.mark.parametrize("step", [0, 7, 12, 24])
def test_the_gradient_is_the_slope_of_the_loss(step):
    player = three_logits(label=2).at(step)

    def loss(z0, z1, z2):
        return math.log(sum(map(math.exp, (z0, z1, z2)))) - z2

    slopes = numerical_gradient(loss, numbers(player, "logits z"))
    assert numbers(player, "gradient p - y") == pytest.approx(slopes, abs=1e-4)
    assert "sum 0.0000" in player.text()
    said = float(dict(player.frames[step]["lines"])["loss -log p"].split(",")[0])
    assert said == pytest.approx(loss(*numbers(player, "logits z")), abs=1e-4)


def test_arrows_go_from_the_target_to_the_share_and_against_it_at_the_logits():
    found = elements(three_logits([0.5, 0.0, -0.5], label=0))
    for k, is_right in enumerate((True, False, False)):
        gradient = found[f"gradient-{k}"]
        push = found[f"push-{k}"]
        rises = float(gradient.get("y2")) < float(gradient.get("y1"))
        assert rises != is_right, "the share of the right class lies below its target"
        assert (float(push.get("y2")) < float(push.get("y1"))) == is_right
        assert float(push.get("y1")) == pytest.approx(float(found[f"z-{k}"].get("cy")))
        head = float(found[f"gradient-{k}-head"].get("d").split()[1].split("L")[0])
        assert head == pytest.approx(float(found[f"p-{k}"].get("y")), abs=0.1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"logits": (1.0, 2.0)}, "given 2 logits; give it 3"),
        ({"label": 3}, "label is 3; the classes are 0, 1 and 2"),
        ({"moving": -1}, "moving is -1"),
        ({"logits": (9.0, 0.0, 0.0)}, "no logit lies beyond it"),
        ({"reach": math.nan}, "reach is nan"),
    ],
)
def test_what_it_cannot_draw_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        three_logits(**given)


@pytest.mark.parametrize("given", [{}, {"moving": 0}, {"logits": (6.0, 6.0, -6.0), "label": 2}])
def test_nothing_lies_outside_the_picture(given):
    player = three_logits(**given)
    for step in range(len(player.frames)):
        tree = ElementTree.fromstring(player.at(step).picture())
        width, height = float(tree.get("width")), float(tree.get("height"))
        for element in tree.iter():
            for name, value in element.items():
                if name in ("x", "x1", "x2", "cx"):
                    assert 0 <= float(value) <= width, (step, element.attrib)
                if name in ("y", "y1", "y2", "cy"):
                    assert 0 <= float(value) <= height, (step, element.attrib)
