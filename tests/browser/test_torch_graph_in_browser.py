"""A PyTorch model in a browser: its backward pass step by step, and its modules as boxes."""

import pytest
from conftest import press

pytest.importorskip("torch")

MODEL = """\
import torch
from autograd_lesson.widgets import drop_edge, find_zeros, open_boxes, step_through
torch.manual_seed(0)
model = torch.nn.Sequential(
    torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 4)),
    torch.nn.Linear(4, 1),
)
loss = model(torch.ones(2, 3)).square().sum()"""


def test_a_backward_pass_of_pytorch_is_stepped_through_by_mouse_and_by_key(stored):
    player = stored.player([MODEL, "step_through(loss, model)"])
    status = player.get_by_role("status")
    assert "before backward" in status.inner_text()
    player.get_by_role("button", name="Next").click()
    assert "the seed: dsum/dsum = 1" in status.inner_text()
    press(player, "ArrowRight", 2)
    assert "sum passes a (2, 1) array to pow" in status.inner_text()
    assert "SumBackward0 of PyTorch" in status.inner_text()
    stored.look("torch-stepper", player)
    press(player, "End", int(player.get_by_role("slider").get_attribute("max")))
    assert "Every gradient is complete." in status.inner_text()


def test_the_modules_of_a_model_open_as_boxes(stored):
    player = stored.player([MODEL, "open_boxes(loss, model)"])
    shown = player.locator("g[id^=level]:not([display=none]) g.value > title")
    closed = shown.all_text_contents()
    assert any(words.startswith("0 = ") for words in closed)
    assert not any("weight" in words for words in closed)
    player.get_by_role("button", name="Next").click()
    assert any(words.startswith("0.0.weight = ") for words in shown.all_text_contents())
    assert "0 opened" in player.get_by_role("status").inner_text()
    stored.look("torch-boxes", player)


def test_an_edge_that_is_dropped_changes_the_gradients_in_the_picture(stored):
    player = stored.player([MODEL, 'drop_edge(loss, "relu", "addmm #1", model=model).at(0)'])
    assert player.locator("g.other").count() == 0
    press(player, "ArrowRight", 1)
    assert player.locator("g.other").count() > 0
    assert player.locator("g.dropped").count() == 1
    assert ", in place of " in player.get_by_role("status").inner_text()
    stored.look("torch-dropped", player)
