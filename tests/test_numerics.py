"""The numerics slider and the nan finder: what they show is what floats do."""

import math
import re
from decimal import Decimal
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_lesson import Value
from autograd_lesson.widgets import find_nan, numerics
from autograd_lesson.widgets.charts.numerics import exact_at, relative_error

SVG = "{http://www.w3.org/2000/svg}"


def tanh_on_paper(x):
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def sigmoid_on_paper(x):
    return 1 / (1 + (-x).exp())


def tanhs(**options):
    return numerics(tanh_on_paper, Value.tanh, tanh_on_paper, also=(354, 355), **options)


def sigmoids():
    return numerics(sigmoid_on_paper, Value.sigmoid, sigmoid_on_paper, -1e-3, -1e3, (709, 750))


def at(player, x: float):
    """The player at one x, and its lines by their heads."""
    titles = [float(re.match(r"x = (\S+):", frame["title"])[1]) for frame in player.frames]
    player.at(titles.index(x))
    return dict(player.frames[player.step]["lines"])


def elements(player) -> dict:
    return {e.get("id"): e for e in ElementTree.fromstring(player.picture()).iter() if e.get("id")}


# The slider


def test_it_opens_where_the_naive_form_is_first_no_number():
    assert (
        tanhs()
        .text()
        .splitlines()[0]
        .endswith("x = 355: naive value no number, naive gradient no number")
    )
    assert "x = -750: naive value 16 digits right, naive gradient no number" in sigmoids().text()


def test_tanh_from_parts_is_a_number_up_to_354_and_none_from_355_on():
    player = tanhs()
    assert at(player, 354)["naive value"] == "1, 16 digits right"
    assert at(player, 355)["naive value"] == "nan, no number"
    assert at(player, 1000)["naive gradient"] == "nan, no number"
    assert at(player, 355)["stable value"] == "1, 16 digits right"


def test_tanh_from_parts_loses_its_digits_near_zero():
    player = tanhs()
    assert at(player, 1e-10)["naive value"] == "1.0000000826403709e-10, 7 digits right"
    assert at(player, 1e-10)["stable value"] == "1e-10, 16 digits right"
    assert at(player, 1e-17)["naive value"] == "0, 0 digits right"
    assert at(player, 1e-10)["naive gradient"] == "1, 16 digits right"
    assert at(player, 30.0)["stable gradient"] == "0, 0 digits right", "1 - y * y with y = 1"


def test_a_right_value_can_have_no_gradient():
    lines = at(sigmoids(), -750)
    assert lines["naive value"] == "0, 16 digits right"
    assert lines["naive gradient"] == "nan, no number"
    assert lines["stable gradient"] == "0, 16 digits right"


@pytest.mark.parametrize("x", [1e-10, 0.3, 2.5, 15.0, -4.0])
def test_the_exact_numbers_agree_with_closed_forms(x):
    exact = exact_at(tanh_on_paper, x)
    assert float(exact["value"]) == pytest.approx(math.tanh(x), rel=1e-15)
    assert float(exact["gradient"]) == pytest.approx(1 / math.cosh(x) ** 2, rel=1e-13)


def test_the_error_is_relative_and_nothing_at_the_nearest_float():
    assert relative_error(1.01, Decimal(1)) == pytest.approx(0.01)
    assert relative_error(0.1, Decimal("0.1")) == 0.0, "no float is nearer to one tenth"
    assert relative_error(0.0, Decimal("1e-17")) == 1.0
    assert relative_error(1.0, Decimal(0)) == math.inf
    assert math.isnan(relative_error(math.inf, Decimal(1)))


def test_a_form_that_raises_is_shown_by_the_name_of_its_error():
    def with_math(x):
        return Value(math.exp(x.data), operands=(x,), partials=(math.exp(x.data),))

    player = numerics(with_math, Value.exp, lambda x: x.exp(), 1, 1000)
    assert at(player, 1000)["naive value"] == "OverflowError, no number"
    assert at(player, 1000)["stable value"] == "inf, no number"
    assert at(player, 1)["naive value"].endswith("16 digits right")


@pytest.mark.parametrize(("start", "end"), [(1, -1), (0, 5), (5, 1), (-5, -1), (1, 0)])
def test_both_ends_lie_on_one_side_of_zero(start, end):
    with pytest.raises(ValueError, match="both lie on one side of 0"):
        numerics(tanh_on_paper, Value.tanh, tanh_on_paper, start, end)


def test_the_marks_stand_at_the_errors_and_nan_stands_above_all():
    player = tanhs()
    heights = {}
    for x in (1e-17, 1e-10, 1.0, 355):
        at(player, x)
        heights[x] = float(elements(player)["value-naive"].get("cy"))
    assert heights[355] < heights[1e-17] < heights[1e-10] < heights[1.0], "y grows downwards"
    found = elements(player)
    assert found["value-naive"].tag == f"{SVG}circle"
    assert found["value-stable"].tag == f"{SVG}rect", "the marks differ in shape, not colour alone"


def test_the_picture_says_where_each_form_is_right():
    words = ElementTree.fromstring(tanhs().picture()).findtext(f"{SVG}desc")
    assert "The naive value is right to 12 digits at 15 of 43 numbers" in words
    assert "The stable value is right to 12 digits at 43 of 43 numbers." in words
    assert "no number from x = 355 on" in words


# The nan finder


def broken():
    """price -800 overflows an exponential; the quotient of two infinities is nan."""
    with np.errstate(all="ignore"):
        odds = (-Value(-800.0, "price")).exp().named("odds")
        share = (odds / (1 + odds)).named("share")
        return ((share - 1) ** 2).named("loss")


def test_it_stands_at_the_first_value_that_is_not_finite():
    player = find_nan(broken())
    assert player.text().splitlines()[0] == (
        "Step 2 of 8: odds = exp(v1) = inf: the first number that is not finite"
    )
    assert "operands: v1 = 800, all finite" in player.text()


def test_the_first_one_is_marked_in_words_and_by_a_heavier_line():
    player = find_nan(broken())
    found = elements(player)
    assert found["n2"].get("class").split() == ["value", "first", "looking"]
    assert found["n2-note"].text == "first: inf"
    style = ElementTree.fromstring(player.picture()).findtext(f"{SVG}style")
    assert re.search(r"\.first \.box ?\{[^}]*stroke-width: ?5", style)
    assert re.search(r"\.spread \.box ?\{[^}]*stroke-dasharray", style)


def test_what_comes_later_has_it_from_its_operands():
    player = find_nan(broken())
    later = player.text(all=True)
    assert "share = odds / v4 = nan: spread from odds and v4" in later
    player.at(8)
    notes = {id_: e.text for id_, e in elements(player).items() if id_.endswith("-note")}
    assert [text for text in notes.values() if text.startswith("first")] == ["first: inf"]
    assert sum(text.startswith("spread") for text in notes.values()) == 4


def test_a_finite_result_of_an_infinite_operand_says_so():
    with np.errstate(all="ignore"):
        d = (Value(800.0, "x").exp().named("e") + 1).named("d")
        player = find_nan((1 / d).named("y"))
    assert "careful: its operand d = inf no longer shows" in player.text(all=True)


def test_a_leaf_that_came_in_as_nan_is_the_first():
    text = find_nan(Value(math.nan, "data") * 3.0).text()
    assert "data = nan: the first number that is not finite" in text
    assert "it is a leaf, nothing here made it" in text


def test_with_finite_data_it_goes_on_to_the_way_back():
    width = Value(0.0, "width")
    area = (width.sqrt().named("root") * width).named("area")
    player = find_nan(area)
    assert player.text().splitlines() == [
        "Step 5 of 5: root sends nan to width: the first that is not finite",
        "    number: 3 of 3, on the way back; all data is finite",
        "    upstream × partial: 0 × inf = nan",
        "    look at: the partial droot/dwidth = inf",
    ]
    assert elements(player)["n0-note"].text == "first: nan"
    assert width.grad == 0.0, "looking changes nothing"


def test_a_healthy_graph_is_called_so():
    player = find_nan(Value(2.0, "a") * Value(3.0, "b"))
    assert player.step == len(player.frames) - 1
    assert "every number is finite" in player.text()


# Both


def test_no_warning_reaches_the_reader(recwarn):
    tanhs()
    sigmoids()
    find_nan(broken())
    assert not recwarn.list
