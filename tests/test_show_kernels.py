"""The time-line of kernels: bands, arrays and words are those of the step's plan."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from tensor_cases import CASES
from test_compile_step import step_of_case
from widget_cases import a_step, kernels

from autograd_lesson import Tensor
from autograd_lesson.compiler import compile_step, ledger
from autograd_lesson.widgets import show_kernels

BANDS = "now-line", "now-planned"


def shapes(player, step):
    """The rectangles at a step by id: class, left, right, and whether they are shown."""
    root = ElementTree.fromstring(player.at(step).picture())
    rects = [e for e in root.iter() if e.tag.endswith("rect") and e.get("id")]
    return {
        e.get("id"): (
            e.get("class"),
            float(e.get("x")),
            float(e.get("x")) + float(e.get("width")),
            e.get("display") is None,
        )
        for e in rects
    }


def test_the_band_goes_through_all_time_without_a_gap():
    player = kernels()
    for band in BANDS:
        bands = [shapes(player, k)[band][1:3] for k in range(len(player.frames))]
        assert bands[0][0] == pytest.approx(66) and bands[-1][1] == pytest.approx(648)
        for (_, right), (left, _) in zip(bands, bands[1:], strict=False):
            assert right == pytest.approx(left, abs=0.11)


def test_a_band_crosses_no_word_of_a_heading():
    player = kernels()
    root = ElementTree.fromstring(player.at(0).picture())
    headings = [e for e in root.iter() if e.tag.endswith("text") and "needed at" in (e.text or "")]
    bands = [e for e in root.iter() if e.get("id") in BANDS]
    assert len(headings) == len(bands) == 2
    for heading in headings:
        top, bottom = float(heading.get("y")) - 11, float(heading.get("y")) + 4
        for band in bands:
            y = float(band.get("y"))
            assert y > bottom or y + float(band.get("height")) < top


def test_what_is_written_begins_in_the_band_and_what_is_read_reaches_into_it():
    player = kernels()
    for k in range(len(player.frames)):
        found = shapes(player, k)
        (_, left, right, _), _ = (found.pop(band) for band in BANDS)
        for kind, begins, ends, is_shown in found.values():
            assert is_shown == (begins < right - 0.2), "what comes later is not there"
            if "written" in kind:
                assert left - 0.2 <= begins < right
            if "read" in kind or "kept" in kind:
                assert begins < right and ends > left


def test_what_is_drawn_as_read_or_written_is_what_the_words_name():
    step, player = a_step(), kernels()
    arrays = [block.names[0] for block in ledger(step).arrays]
    for k in range(len(player.frames)):
        drawn = {id_: kind for id_, (kind, *_) in shapes(player, k).items() if id_ not in BANDS}
        words = dict(player.at(k).frames[k]["lines"])
        for role, kind in (("reads", "read"), ("writes", "written")):
            named = set(re.findall(r"[a-z]\d+", words[role]))
            marked = {arrays[int(id_.split("-")[1])] for id_, found in drawn.items()
                      if id_.startswith("planned") and kind in found.split()}  # fmt: skip
            there = {arrays[int(id_.split("-")[1])] for id_ in drawn if id_.startswith("planned")}
            assert marked == named & there


def test_the_sums_in_the_words_are_those_of_a_chain_counted_by_hand():
    n = 1000
    w = Tensor(np.ones(n))
    step = compile_step(lambda x: (w * x + 1.0).sum(), [w], np.ones(n))
    player = show_kernels(step)
    first = dict(player.frames[0]["lines"])
    by_line = 24 * n + 16 * n + (8 * n + 8) + (16 * n + 8)  # w * x, + 1, their sum; the way back
    assert first["moves"] == f"{24 * n + 16:,} bytes; line by line {by_line:,}"
    assert first["reads"].startswith(f"p0 {8 * n:,}, x0 {8 * n:,}")
    assert repr(player) == "A step of 4 lines in 1 kernel: step 0 of 0"


def test_it_is_the_same_whatever_the_step_is_written_in():
    texts = []
    for to in ("numpy", None):
        w = Tensor(np.ones((4, 4)))
        step = compile_step(lambda x, w=w: (x @ w).tanh().sum(), [w], np.ones((2, 4)), to=to)
        texts.append(show_kernels(step).text(all=True))
    assert texts[0] == texts[1]


@pytest.mark.slow
def test_a_step_that_has_no_room_is_refused_with_the_next_move():
    w, loss = Tensor(np.ones(4)), Tensor(2.0)

    def deep(x):
        for _ in range(200):
            x = (x * w).sum(keepdims=True) + x
        return x.sum()

    with pytest.raises(ValueError, match="compile a network with fewer layers"):
        show_kernels(compile_step(deep, [w], np.ones(4), to="numpy"))
    with pytest.raises(ValueError, match="the step has no lines: its loss is a parameter itself"):
        show_kernels(compile_step(lambda: loss, [loss], to="numpy"))


@pytest.mark.slow
def test_the_step_of_every_op_can_be_shown():
    for name in CASES:
        parameters, loss_of, first, _ = step_of_case(name, np.float32)
        step = compile_step(loss_of, parameters, *map(Tensor, first), to="numpy")
        told = ledger(step)
        assert show_kernels(step).text(all=True).count("moves:") == len(told.entries), name
        assert all(told.text(k) for k in range(len(told.entries))), name
