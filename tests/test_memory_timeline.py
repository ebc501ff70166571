"""The time-line of writes against what is kept: what it says is what the engine does."""

import re
from xml.etree import ElementTree

import pytest

from autograd_lesson import Tensor
from autograd_lesson.widgets import show_timeline

SVG = "{http://www.w3.org/2000/svg}"
LESSON = [
    ("loss = (w * w).sum()", "keeps", "w"),
    ("loss.backward()", "uses", "w"),
    ("w.data -= 0.1 * w.grad", "writes", "w"),
    ("e = w.exp()", "keeps", "e"),
    ("w.data[0] = 5", "writes", "w"),
    ("e.data.sum()", "reads", "e"),
    ("loss = (e * w).sum()", "keeps", "e, w"),
    ("e[1:].data[0] = 0", "writes", "e"),
    ("loss.backward()", "uses", "e, w"),
]


def elements(player):
    """The elements of the picture by id."""
    tree = ElementTree.fromstring(player.picture())
    return {element.get("id"): element for element in tree.iter() if element.get("id")}


@pytest.mark.parametrize("write", [True, False])
def test_the_program_of_the_lesson_is_refused_by_the_engine_where_the_widget_says(write):
    program = [event for event in LESSON if write or not event[0].startswith("e[1:]")]
    words = show_timeline(program).text(all=True)
    names = {"w": Tensor([1.0, 2.0], label="w")}
    refusal = ""
    for code, _, _ in program:
        try:
            exec(code, names)
        except RuntimeError as error:
            refusal = str(error)
    assert bool(refusal) == ("refused" in words) == write
    if write:
        numbers = re.search(r"at version (\d), and version (\d) is needed", refusal).groups()
        assert "refused: it is at version {}, and version {} is needed".format(*numbers) in words
    assert names["w"].version.count == 2
    assert "w: written to, now version 2; safe: nobody needs it" in words


def test_each_step_says_what_happens_to_each_memory():
    player = show_timeline(LESSON)
    assert "used, at version 0, as it was kept" in player.at(1).text()
    assert "e: read, which is not counted: still version 0" in player.at(5).text()
    assert "e: written to, now version 1; spoilt" in player.at(7).text()
    assert "w: used, at version 2, as it was kept" in player.at(8).text()


def test_bars_grow_until_they_are_used_or_spoilt_and_then_stay():
    player = show_timeline(LESSON)
    heights = {
        k: [float(elements(player.at(k))[f"bar{bar}"].get("height")) for bar in (0, 1, 2)]
        for k in range(9)
    }
    assert heights[0][0] < heights[1][0] == heights[8][0], "used in line 2"
    assert heights[2][1] == 0 < heights[3][1] < heights[6][1] < heights[7][1] == heights[8][1]
    spoilt = [elements(player.at(k))["spoilt1"].get("display") for k in (3, 7, 8)]
    assert spoilt == ["none", "none", None]


def test_what_comes_later_is_hidden_and_quiet():
    found = elements(show_timeline(LESSON).at(4))
    assert found["mark4-w"].get("display") is None and found["mark7-e"].get("display") == "none"
    assert found["line4"].get("class") == "" and found["line5"].get("class") == "quiet"


def test_a_spoilt_bar_is_told_by_words_and_by_dashes_not_by_colour_alone():
    tree = ElementTree.fromstring(show_timeline(LESSON).at(8).picture())
    texts = [element.text for element in tree.iter(f"{SVG}text")]
    assert "version 1, spoils" in texts and "refused" in texts
    assert any("dashed" in line.get("class") for line in tree.iter(f"{SVG}line"))


def test_a_write_in_the_line_of_the_use_is_no_write_in_between():
    program = [("a", "keeps", "x"), ("b", "uses", "x"), ("c", "writes", "x")]
    assert "refused" not in show_timeline(program).text(all=True)
    program = [("a", "keeps", "x"), ("b", "writes", "x"), ("c", "uses", "x")]
    assert "refused" in show_timeline(program).text(all=True)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ([("y = x", "eats", "x")], "the verbs are keeps, writes, reads, uses"),
        ([], "0 memories"),
        ([("y", "keeps", "a, b, c, d")], "4 memories; a picture has room for 1 to 3"),
    ],
)
def test_what_it_cannot_draw_is_refused(program, says):
    with pytest.raises(ValueError, match=says):
        show_timeline(program)
