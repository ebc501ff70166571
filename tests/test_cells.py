"""Grids of cells: what they show, where it is, and what a frame can name."""

from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson.pictures.cells import Grid, arrow, picture, text
from autograd_lesson.widgets.player import Frame, Player

SHAPES = [(), (3,), (2, 3), (2, 3, 4), (2, 3, 2, 4), (1, 1, 3)]


def drawn(*parts) -> dict:
    """The elements of a picture of these parts, by id."""
    root = ElementTree.fromstring(picture("A picture", "What it shows.", *parts))
    return {element.get("id"): element for element in root.iter() if element.get("id")}


def box(element) -> tuple[float, float, float, float]:
    rect = next(child for child in element if child.tag.endswith("rect"))
    x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_cell_shows_its_number_at_its_own_place(shape):
    array = np.arange(np.prod(shape), dtype=float).reshape(shape) / 4
    grid = Grid(array, "x", at=(30, 40))
    elements = drawn(grid)
    boxes = []
    for index in np.ndindex(shape):
        id_ = grid.cell(index)
        assert float(elements[f"{id_}-number"].text) == array[index]
        boxes.append(box(elements[id_]))
    for one in boxes:
        assert 30 <= one[0] and one[2] <= grid.right and 40 <= one[1] and one[3] <= grid.bottom
        apart = [
            max(one[0], b[0]) > min(one[2], b[2]) or max(one[1], b[1]) > min(one[3], b[3])
            for b in boxes
            if b is not one
        ]
        assert all(apart)


def test_the_last_axis_runs_to_the_right_and_the_one_before_it_down():
    grid = Grid(np.zeros((2, 2, 2)), "x")
    (x, y), right, down, block = map(grid.centre, [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)])
    assert right[0] > x and right[1] == y
    assert down[0] == x and down[1] > y
    assert block[0] > right[0] and block[1] == y


def test_the_sides_of_a_cell_lie_around_its_middle():
    grid = Grid([[1, 2], [3, 4]], "x")
    (x, y), at = grid.centre((1, 0)), (1, 0)
    assert grid.left_of(at)[0] < x < grid.right_of(at)[0]
    assert grid.above(at)[1] < y < grid.below(at)[1]
    assert grid.left_of(at)[1] == grid.right_of(at)[1] == y


def test_an_arrow_from_above_ends_over_the_name_of_a_block_where_that_is_in_its_way():
    grid = Grid(np.zeros((2, 2, 3)), "x")
    named, free, lower = (grid.above((1, *at)) for at in ((0, 0), (0, 2), (1, 0)))
    assert free[1] - named[1] == 18 and lower[1] - free[1] == 30


def test_a_vector_takes_a_plain_number_as_index():
    grid = Grid([1, 2], "x")
    assert grid.cell(1) == grid.cell((1,)) == "x-1"
    assert grid.centre(1) == grid.centre((1,))


def test_the_title_says_the_name_and_the_shape():
    assert drawn(Grid(np.zeros((2, 3)), "x", "weights <w>"))["x-title"].text == (
        "weights <w>, shape (2, 3)"
    )


def test_an_array_without_cells_says_so():
    assert "no cells" in picture("none", "none", Grid(np.zeros((0, 3)), "x"))
    assert Grid(np.zeros((0, 3)), "x").words() == "x, shape (0, 3): []"


def test_the_words_hold_every_number():
    assert Grid([[1, 2.5], [-3, 4]], "x").words() == "x, shape (2, 2): [[1, 2.5], [-3, 4]]"
    assert Grid(7, "s").words() == "s, shape (): 7"


@pytest.mark.parametrize("index", [2, -1, (0, 0), ()], ids=str)
def test_a_cell_that_is_not_there_is_refused(index):
    with pytest.raises(IndexError, match=r"x has shape \(2,\), and no cell"):
        Grid([1, 2], "x").cell(index)


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"x has shape \(2,\), not \(3,\)"):
        Grid([1, 2], "x").numbers([1, 2, 3])
    with pytest.raises(ValueError, match="x has 5 axes; a grid draws up to 4"):
        Grid(np.zeros((1,) * 5), "x")


def test_a_frame_lights_cells_changes_numbers_and_shows_an_arrow():
    x = Grid([[1, 2], [3, 4]], "x")
    y = Grid(["", ""], "y", at=(x.right + 60, 0), room=6)
    link = arrow("link", x.right_of((0, 1)), y.left_of(0))
    svg = picture("Row sums", x.words(), x, y, link)
    frame = Frame(
        "the first row",
        classes=x.marks([(0, 0), (0, 1)], "operand") | {"link": "on"},
        texts=y.numbers([3, ""]),
    )
    shown = ElementTree.fromstring(Player(svg, [frame], "Row sums").picture())
    elements = {element.get("id"): element for element in shown.iter()}
    assert elements["x-0-0"].get("class") == "cell operand"
    assert elements["x-1-0"].get("class") == "cell"
    assert elements["link"].get("class") == "arrow on"
    assert elements["y-0-number"].text == "3" and not elements["y-1-number"].text


def test_an_arrow_is_unseen_until_it_has_a_kind_and_has_a_head_at_each_end():
    link = drawn(arrow("link", (0, 0), (30, 40)))["link"]
    assert link.get("class") == "arrow"
    tips = {e.get("class"): e.get("points").split()[0] for e in link}
    assert tips.pop("line") == "0.0,0.0"
    assert tips == {"end": "30.0,40.0", "start": "0.0,0.0"}


def test_room_makes_cells_wide_enough_for_longer_numbers():
    assert Grid([1], "x", room=9).cell_width > Grid([1], "x").cell_width
    assert Grid([123456789], "x").cell_width < Grid([1], "x", room=30).cell_width


def test_a_picture_holds_its_grids_and_has_words():
    grid = Grid([[1, 2], [3, 4]], "x", at=(200, 100))
    root = ElementTree.fromstring(picture("Two rows", "x < y", grid, text(0, 0, "note", "label")))
    assert float(root.get("width")) >= grid.right and float(root.get("height")) >= grid.bottom
    assert root.get("aria-label") == "Two rows"
    assert next(e.text for e in root if e.tag.endswith("desc")) == "x < y"
    wide = ElementTree.fromstring(picture("Two rows", "x", grid, size=(900, 0)))
    assert float(wide.get("width")) >= 900


def test_a_title_below_leaves_the_upper_side_to_arrows():
    above, below = Grid(np.ones((2, 3)), "x"), Grid(np.ones((2, 3)), "y", title_below=True)
    assert below.bottom == above.bottom
    assert below.above((0, 0))[1] == 0 < above.above((0, 0))[1]
    title = float(drawn(below)["y-title"].get("y"))
    assert below.below((1, 0))[1] + 12 < title < below.bottom
