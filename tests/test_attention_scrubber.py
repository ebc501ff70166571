"""What a head attends to over a training: cells, words and the mark are the numbers handed in."""

import numpy as np
import pytest

from autograd_lesson.widgets import attention_scrubber

EARLY = np.full((3, 3), 1 / 3)
LATE = np.array([[1.0, 0.0, 0.0], [0.97, 0.03, 0.0], [0.4, 0.35, 0.25]])
LOSSES = [2.0, 1.0, 0.5, 0.25]


def player():
    return attention_scrubber([(0, EARLY), (3, LATE)], ["a", "b", "="], LOSSES)


def test_it_begins_at_the_end_of_the_training():
    assert player().step == 1
    assert [frame["title"] for frame in player().frames] == ["step 0: loss 2", "step 3: loss 0.25"]


def test_words_say_from_where_each_place_takes_most():
    lines = dict(player().frames[1]["lines"])
    assert lines["0 (a)"] == "100 % from 0 (a)"
    assert lines["1 (b)"] == "97 % from 0 (a)"
    assert lines["2 (=)"] == "40 % from 0 (a), 35 % from 1 (b), 25 % from 2 (=)"


def test_a_cell_has_its_share_in_hundredths_and_a_ground_that_grows_with_it():
    shown = player()
    elements = shown.picture().elements
    for i, j in np.ndindex(3, 3):
        share, words = LATE[i, j], elements[f"t{i}-{j}"].words
        assert words == (f"{100 * share:.0f}" if share >= 0.1 else "")
    kinds = [elements[f"c2-{j}"].attributes["class"] for j in range(3)]
    assert kinds == ["cell level3", "cell level3", "cell level2"]
    assert elements["c0-0"].attributes["class"] == "cell level5"
    assert elements["c0-1"].attributes["class"] == "cell level0"


def test_the_mark_stands_on_the_loss_of_the_step():
    places = [player().at(k).picture().elements["here"].attributes for k in (0, 1)]
    x, y = ([float(place[side]) for place in places] for side in ("cx", "cy"))
    assert x[0] < x[1] and y[0] < y[1]  # later, and lower


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([], ["a"], [1.0]), "0 moments"),
        (([(0, EARLY)], [], [1.0]), "0 labels"),
        (([(0, EARLY)], ["a", "b"], [1.0]), r"have shape \(3, 3\), and there are 2 labels"),
        (([(1, EARLY)], ["a", "b", "c"], [1.0]), "step 1 has no loss"),
        (([(0, np.eye(17))], ["a"] * 17, [1.0]), "1 to 16 labels"),
    ],
)
def test_what_does_not_fit_together_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        attention_scrubber(*given)
