"""The training scrubber: filmed with a bar in JupyterLab, then played, paused, dragged."""

import re

import pytest
from conftest import values_of

RECORDED = """\
from autograd_lesson import total
from autograd_lesson.data import xor
from autograd_lesson.nn import MLP
from autograd_lesson.widgets import film, training_scrubber

inputs, targets = xor()
network = MLP(2, [4, 1], rng=0)

def train_step():
    loss = total([(network(x) - t) ** 2 for x, t in zip(inputs, targets)])
    network.zero_grad()
    loss.backward()
    for parameter in network.parameters():
        parameter.data -= 0.1 * parameter.grad
    return loss"""
RUN = "training = film(network, inputs, targets, train_step, steps=60, moments=13)\ntraining"


def at_step(player, step):
    """Wait until the player shows this moment."""
    player.locator(".count", has_text=re.compile(rf"^{step} / 12$")).wait_for()


def circles(player) -> int:
    """How many cells of the map are above 0."""
    return player.locator('rect[class^="p"]').count()


def height(player, bar) -> float:
    """How far a bar reaches, up or down."""
    y1, y2 = (float(player.locator(f"#{bar}").get_attribute(at)) for at in ("y1", "y2"))
    return y1 - y2


def test_the_progress_bar_is_there_while_filming_and_gone_afterwards(lab):
    slowly = "import time\nfast = train_step\ntrain_step = lambda: time.sleep(0.1) or fast()"
    lab.save("bar.ipynb", [RECORDED, slowly, RUN])
    lab.open("bar.ipynb")
    lab.wait_for_kernel()
    started = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
    lab.page.evaluate(f"() => {{ {started}; }}")  # without waiting for its end
    bar = lab.notebook.locator(".widget-hprogress")
    bar.wait_for()
    bar.wait_for(state="detached")
    lab.wait_for_kernel()
    outputs = lab.notebook.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output")
    assert "60 steps filmed" in "".join(outputs.all_inner_texts())
    assert "IntProgress" not in lab.notebook.inner_text()
    assert lab.errors_in_cells() == [] == lab.console_errors


@pytest.fixture(scope="module")
def scrubber():
    """The scrubber of a training that was filmed here, once for all that step through it."""
    return values_of([RECORDED, RUN, "training_scrubber(training)"])[-1]


@pytest.fixture
def player(stored, scrubber):
    """What is stored of it, on a page of its own."""
    stored.show(scrubber)
    return stored.page.locator(".autograd-player")


def test_map_curve_and_bars_follow_the_buttons(player):
    at_step(player, 12)
    assert circles(player) > 40
    end = player.locator("#here").get_attribute("cx")
    player.get_by_role("button", name="First").click()
    at_step(player, 0)
    assert circles(player) < 40
    assert player.locator("#here").get_attribute("cx") != end
    assert height(player, "s2") > 10 > 0 == height(player, "s0")
    player.get_by_role("button", name="Next").click()
    at_step(player, 1)
    player.get_by_role("button", name="Back").click()
    at_step(player, 0)
    assert "right sign" in player.locator("dl").inner_text()


def test_it_plays_and_pauses(player):
    player.get_by_role("button", name="Play").click()  # from the end it begins anew
    at_step(player, 2)
    player.get_by_role("button", name="Pause").click()
    paused = player.locator(".count").inner_text()
    player.page.wait_for_timeout(2500)
    assert player.locator(".count").inner_text() == paused


def test_the_keyboard_scrubs_and_leaves_the_notebook_where_it_is(lab):
    lab.save("keys.ipynb", [RECORDED, RUN, "training_scrubber(training)"])
    lab.open_and_run("keys.ipynb")
    player = lab.notebook.locator(".autograd-player").first
    player.wait_for()
    assert lab.errors_in_cells() == []
    player.focus()
    for key, step in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        player.press(key)
        at_step(player, step)
    player.press("End")
    at_step(player, 12)
    player.get_by_role("slider").focus()
    player.get_by_role("slider").press("ArrowLeft")
    at_step(player, 11)
    assert lab.console_errors == []


def test_signs_can_be_told_apart_in_both_themes(stored, player, tmp_path):
    shape = {kind: player.locator(f'rect[class="{kind}3"]').first for kind in "pm"}
    assert shape["p"].get_attribute("rx") == "50%"
    assert shape["m"].get_attribute("rx") is None
    fill = "e => getComputedStyle(e).fill"
    for theme in stored.in_both_themes("training", player):
        fills = {cell.evaluate(fill) for cell in shape.values()}
        assert len(fills | {player.locator(".ground").first.evaluate(fill)}) == 3, theme
