"""The nudge and the step size: what their pictures and words say is what the functions do."""

import math
import re
from xml.etree import ElementTree

import pytest

from autograd_lesson.pictures.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis
from autograd_lesson.widgets import nudge, step_size
from autograd_lesson.widgets.charts.nudge import STEPS

SVG = "{http://www.w3.org/2000/svg}"


def parabola(x):
    return 3 * x * x - 4 * x + 5


def cube(x):
    return x * x * x


def elements(player) -> dict:
    """The elements of the picture at the player's step, by id."""
    return {e.get("id"): e for e in ElementTree.fromstring(player.picture()).iter() if e.get("id")}


def numbers_of(element, *names: str) -> list[float]:
    return [float(element.get(name)) for name in names]


def scale(player, axis: str):
    """From pixels to numbers along one axis, by two of the numbers printed on it."""
    ticks = [
        (float(text.get(axis)) - (4 if axis == "y" else 0), float(text.text))
        for text in ElementTree.fromstring(player.picture()).iter(f"{SVG}text")
        if text.get("class") == f"tick {axis}"
    ]
    (pixel, number), (other_pixel, other_number) = ticks[0], ticks[-1]
    rate = (other_number - number) / (other_pixel - pixel)
    return lambda at: number + rate * (at - pixel)


def lines_of(player) -> dict[str, str]:
    return dict(player.frames[player.step]["lines"])


def steps_of(player):
    for step in range(len(player.frames)):
        yield player.at(step)


# The nudge


def test_it_begins_with_the_largest_nudge_and_goes_through_zero_to_the_other_side():
    player = nudge(parabola, 3)
    nudges = [float(re.match(r"nudge (\S+),", frame["title"])[1]) for frame in player.frames]
    assert player.step == len(nudges) - 1
    assert nudges[-1] == 1 and nudges == sorted(nudges)
    assert nudges == [-h for h in reversed(nudges)]


def test_the_words_give_the_ratio_of_the_movements():
    for player in steps_of(nudge(parabola, 3)):
        h = float(re.match(r"nudge (\S+),", player.frames[player.step]["title"])[1])
        words = lines_of(player)["ratio"]
        if h:  # at 3 a nudge h moves this parabola by 14 h + 3 h^2
            assert float(words.rpartition("= ")[2]) == pytest.approx(14 + 3 * h, rel=1e-4)
        else:
            assert words == "0 / 0 is no number"


def test_the_second_point_lies_on_the_curve():
    player = nudge(parabola, 3)
    x_of, y_of = scale(player, "x"), scale(player, "y")
    for shown in steps_of(player):
        cx, cy = numbers_of(elements(shown)["moved"], "cx", "cy")
        assert y_of(cy) == pytest.approx(parabola(x_of(cx)), abs=0.1)


def test_the_secant_goes_through_both_points():
    player = nudge(math.sin, 2.0)
    for shown in steps_of(player):
        found = elements(shown)
        x1, y1, x2, y2 = numbers_of(found["secant"], "x1", "y1", "x2", "y2")
        start = numbers_of(found["run"], "x1", "y1")
        if shown.frames[shown.step]["title"] == "nudge 0, no ratio":
            assert (x1, y1) == (x2, y2)
            continue
        for x, y in (start, numbers_of(found["moved"], "cx", "cy")):
            assert (x2 - x1) * (y - y1) == pytest.approx((y2 - y1) * (x - x1), abs=0.2 * (x2 - x1))


def test_the_run_and_the_rise_meet_in_a_corner():
    for player in steps_of(nudge(parabola, 3)):
        found = elements(player)
        run = numbers_of(found["run"], "x1", "y1", "x2", "y2")
        rise = numbers_of(found["rise"], "x1", "y1", "x2", "y2")
        assert run[1] == run[3] and rise[0] == rise[2]
        assert run[2:] == rise[:2]
        assert rise[2:] == numbers_of(found["moved"], "cx", "cy")


def test_the_dashed_line_has_the_slope_of_the_derivative():
    player = nudge(parabola, 3)
    tree = ElementTree.fromstring(player.picture())
    guide = next(e for e in tree.iter(f"{SVG}line") if e.get("class") == "guide")
    x1, y1, x2, y2 = numbers_of(guide, "x1", "y1", "x2", "y2")
    x_of, y_of = scale(player, "x"), scale(player, "y")
    assert (y_of(y2) - y_of(y1)) / (x_of(x2) - x_of(x1)) == pytest.approx(14, rel=0.01)


def test_a_nudge_too_small_for_its_labels_has_none():
    player = nudge(parabola, 3)
    assert elements(player)["run-text"].text == "1"
    assert elements(player)["rise-text"].text == "17"
    assert not elements(player.at(13))["run-text"].text


def test_a_level_function_has_a_picture_too():
    player = nudge(lambda x: 2.0, 0)
    assert lines_of(player)["it settles on"].startswith("0, ")


def test_a_function_without_a_value_nearby_is_refused_in_words():
    with pytest.raises(ValueError, match=r"no value at -0\.75 .* or a smaller nudge"):
        nudge(math.log, 0.5)
    with pytest.raises(ValueError, match=r"f\(.*\) is inf; choose"):
        nudge(lambda x: math.inf, 0.5)
    assert nudge(math.log, 0.5, widest=0.3).frames


@pytest.mark.parametrize("widest", [0, -1, math.inf, math.nan])
def test_the_widest_nudge_must_be_a_size(widest):
    with pytest.raises(ValueError, match="widest is"):
        nudge(parabola, 3, widest)


# The step size


def errors_of(player) -> dict[float, tuple[float, float]]:
    """The forward and the central error at each step, as the frames print them."""
    found = {}
    for h, frame in zip(STEPS, player.frames, strict=True):
        lines = dict(frame["lines"])
        found[h] = tuple(float(lines[kind].split()[-1]) for kind in ("forward", "central"))
    return found


def test_truncation_falls_with_the_step_and_with_its_square():
    errors = errors_of(step_size(cube, lambda x: 3 * x * x, 5))
    # the cube at 5: the forward difference is off by 15 h + h^2, the central one by h^2
    for h in (0.1, 0.01, 0.001):
        forward, central = errors[h]
        assert forward == pytest.approx(15 * h + h * h, rel=0.05)
        assert central == pytest.approx(h * h, rel=0.05)


def test_round_off_grows_as_the_step_shrinks():
    errors = errors_of(step_size(cube, lambda x: 3 * x * x, 5))
    best = min(errors, key=lambda h: errors[h][1])
    assert 1e-6 < best < 1e-3
    assert errors[1e-15][1] > 1 > 1e-3 > errors[1e-11][1] > 1e6 * errors[best][1] / 10


def test_it_says_which_error_is_in_charge():
    player = step_size(cube, lambda x: 3 * x * x, 5)
    in_charge = {
        h: dict(frame["lines"])["in charge"].partition(":")[0]
        for h, frame in zip(STEPS, player.frames, strict=True)
    }
    kinds = list(dict.fromkeys(in_charge.values()))
    assert kinds == ["round-off", "neither", "truncation"]
    assert in_charge[1e-9] == "round-off" and in_charge[1e-3] == "truncation"


def test_it_counts_the_digits_that_are_left():
    player = step_size(cube, lambda x: 3 * x * x, 5)
    left = [
        int(re.search(r"about (\d+) of 16", dict(frame["lines"])["difference"])[1])
        for frame in player.frames
    ]
    assert left == sorted(left) and left[0] == 0 and left[-1] == 16
    ahead, behind = cube(5 + 1e-9), cube(5 - 1e-9)
    assert repr(ahead) == dict(player.frames[STEPS.index(1e-9)]["lines"])["f(x + h)"]
    assert left[STEPS.index(1e-9)] == len(str(round((ahead - behind) / math.ulp(behind))))


def test_the_marks_lie_at_the_errors():
    player = step_size(cube, lambda x: 3 * x * x, 5)
    x_of, y_of = (log_scale(player, axis) for axis in "xy")
    errors = errors_of(player)
    for h, shown in zip(STEPS, steps_of(player), strict=True):
        found = elements(shown)
        cx, cy = numbers_of(found["forward"], "cx", "cy")
        assert (x_of(cx), y_of(cy)) == pytest.approx(
            (math.log10(h), math.log10(errors[h][0])), abs=0.05
        )
        x, y = (place + 5.5 for place in numbers_of(found["central"], "x", "y"))
        assert (x_of(x), y_of(y)) == pytest.approx(
            (math.log10(h), math.log10(errors[h][1])), abs=0.05
        )


def log_scale(player, axis: str):
    """From pixels to powers of ten along one axis."""
    ticks = [
        (float(text.get(axis)) - (4 if axis == "y" else 0), math.log10(float(text.text)))
        for text in ElementTree.fromstring(player.picture()).iter(f"{SVG}text")
        if text.get("class") == f"tick {axis}"
    ]
    (pixel, power), (other_pixel, other_power) = ticks[0], ticks[-1]
    return lambda at: power + (other_power - power) * (at - pixel) / (other_pixel - pixel)


@pytest.mark.parametrize(
    ("f", "df", "x"),
    [
        (lambda x: x, lambda x: 1.0, 0.0),
        (lambda x: 2.0, lambda x: 0.0, 1.0),
        (lambda x: x * x, lambda x: 2 * x, -3),
        (math.exp, math.exp, 1),
        (math.sin, math.cos, 1000.0),
    ],
    ids=["line", "level", "parabola", "exp", "far"],
)
def test_any_smooth_function_has_a_picture(f, df, x):
    player = step_size(f, df, x)
    for shown in steps_of(player):
        picture = ElementTree.fromstring(shown.picture())
        assert picture.tag == f"{SVG}svg"
        assert "nan" not in shown.picture() and "inf" not in shown.text()


# Both


@pytest.mark.parametrize(
    "f", [lambda x: x * x, lambda x: -x * x, math.exp], ids=["up", "down", "exp"]
)
def test_a_secant_ends_at_the_axes(f):
    for player in steps_of(nudge(f, 0)):
        x1, y1, x2, y2 = numbers_of(elements(player)["secant"], "x1", "y1", "x2", "y2")
        assert LEFT <= x1 <= x2 <= WIDTH - RIGHT
        assert all(TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1 for y in (y1, y2))


# The axes


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3.2, 8.9), (7.2, 42.2), (1e-7, 3e-7), (-1e6, 9e6)]
)
def test_ticks_are_few_and_round_and_inside(low, high):
    ticks = list(Axis(low, high, 0, 100).ticks().values())
    assert 3 <= len(ticks) <= 10
    assert all(low <= tick <= high for tick in ticks)
    step = ticks[1] - ticks[0]
    leading = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert any(leading == pytest.approx(size) for size in (1, 2, 5, 10))


def test_a_logarithmic_axis_names_its_powers_of_ten():
    assert list(Axis(1e-16, 1.0, 0, 100, is_log=True).ticks())[-1] == "1"
    axis = Axis(1e-4, 1e4, 0, 80, is_log=True)
    assert [axis.pixel(number) for number in (1e-4, 1.0, 1e4)] == [0, 40, 80]
    assert axis.pixel(0.0) == 0, "what has no logarithm lies at the low end"
