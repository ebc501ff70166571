"""The memory ruler: its numbers are those of chains that were run, and its bars are as long."""

from xml.etree import ElementTree

import pytest

from autograd_lesson.teaching.memory import cost_of_chain
from autograd_lesson.widgets import memory_ruler
from autograd_lesson.widgets.charts.memory_ruler import full_piece, kept_steps

SVG = "{http://www.w3.org/2000/svg}"
STEPS = 12
FRAMES = (0, 1, 2, 3, 4, 5, 6, 8, 9, 12)  # k at each of them


@pytest.fixture(scope="module")
def player():
    return memory_ruler(STEPS)


def elements(player) -> dict:
    return {e.get("id"): e for e in ElementTree.fromstring(player.picture()).iter() if e.get("id")}


@pytest.mark.parametrize(("step", "k"), list(enumerate(FRAMES)))
def test_every_number_is_that_of_a_chain_that_was_run(player, step, k):
    cost = cost_of_chain(STEPS, k)
    lines = dict(player.frames[step]["lines"])
    assert lines["kept after forward"].startswith(f"{cost.kept} array")
    assert lines["held at the peak"].startswith(f"{cost.peak} arrays")
    assert lines["steps computed"] == f"{cost.computed}: 12 forward, {cost.computed - 12} again"


def test_bytes_are_arrays_of_eight_for_each_entry(player):
    assert dict(player.frames[1]["lines"])["kept after forward"] == "12 arrays, 3.8 MB"


@pytest.mark.parametrize(("step", "k"), list(enumerate(FRAMES))[1:])
def test_as_many_cells_are_filled_as_arrays_were_measured(player, step, k):
    found = elements(player.at(step))
    filled = {i for i in range(STEPS) if found[f"step-{i}"].get("fill") != "none"}
    assert filled == kept_steps(STEPS, k)
    assert len(filled) == cost_of_chain(STEPS, k).kept
    assert all(("main-dot" in found[f"step-{i}"].get("class")) == (i in filled) for i in filled)


def test_the_last_result_of_each_piece_is_the_one_that_is_kept():
    assert kept_steps(STEPS, 5) == {4, 9, 11}


def test_the_line_marks_a_whole_piece_that_ends_in_a_kept_step(player):
    assert full_piece(STEPS, 5) == range(5, 10)
    line = elements(player.at(FRAMES.index(5)))["piece"]
    step = (642 - 62) / STEPS
    assert float(line.get("x1")) == pytest.approx(62 + 5 * step, abs=0.1)
    assert float(line.get("x2")) == pytest.approx(62 + 10 * step - 2, abs=0.1)


def test_bars_are_as_long_as_their_numbers_say(player):
    lengths, numbers = [], []
    for step, k in enumerate(FRAMES):
        found, cost = elements(player.at(step)), cost_of_chain(STEPS, k)
        lengths += [float(found[part].get("width")) for part in ("kept", "peak")]
        numbers += [cost.kept, cost.peak]
    scale = max(lengths) / max(numbers)
    assert lengths == pytest.approx([scale * number for number in numbers], abs=0.2)


@pytest.mark.parametrize(("step", "k"), list(enumerate(FRAMES)))
def test_the_curve_is_drawn_up_to_the_k_that_is_shown_and_gives_no_other_away(player, step, k):
    found = elements(player.at(step))
    drawn = [one for one in FRAMES[1:] if found[f"peak-{one}"].get("visibility") != "hidden"]
    assert drawn == [one for one in FRAMES[1:] if one <= k]


def test_the_costs_are_those_of_chains_that_were_run(player):
    assert player.costs == {k: cost_of_chain(STEPS, k) for k in FRAMES}


def test_the_lowest_point_of_the_curve_is_where_the_measured_peak_is_lowest(player):
    tree = ElementTree.fromstring(player.picture())
    heights = [float(c.get("cy")) for c in tree.iter(f"{SVG}circle")]
    peaks = [cost_of_chain(STEPS, k).peak for k in FRAMES[1:]]
    assert heights.index(max(heights)) == peaks.index(min(peaks))


@pytest.mark.parametrize("steps", [1, 65])
def test_a_chain_that_the_ruler_cannot_show_is_refused(steps):
    with pytest.raises(ValueError, match=f"a chain of {steps} steps; give it 2 to 64"):
        memory_ruler(steps)
