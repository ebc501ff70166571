"""The atlas: calculus as measured, our column as computed today, PyTorch's where it is here."""

import html
import json
import math
import re
import stat
import subprocess
import sys

import numpy as np
import pytest
from together import in_groups

from atlas import __main__ as command
from atlas import environments, page, table
from atlas.environments import FRAMEWORKS
from atlas.frameworks import ours, plain
from atlas.measure import answer, cell, encoded, function_of
from atlas.rows import decoded, filled, flat, read_rows, same
from atlas.table import changes, line_of, read_table, text_of
from atlas.verdicts import along_of, is_none, quarrels, rule, verdict

ROWS = read_rows()
STORED = read_table()
ANSWERS = {line["name"]: line["answers"] for line in STORED["rows"]}
H = 1e-6
ROW = {row.name: row for row in ROWS}
each_row = in_groups(ROW, r"[\w.]+|\W+")  # for each function on all of its rows


# Calculus: what a row states is what small steps on plain NumPy measure.


def value_near(row, step, way):
    """f where it is asked, or near a limit, `step` further along the way."""
    xs, vs = near(row) if row.limit else flat(list(row.point.values())), flat(list(way.values()))
    moved = iter([x + step * v if v else x for x, v in zip(xs, vs, strict=True)])
    return plain.value(function_of(row, plain), [filled(x, moved) for x in row.point.values()])


def near(row):
    """The point, drawn back from infinity, from overflow, and from a place without a value."""
    numbers = [math.copysign(40.0, x) if abs(x) > 40 else x for x in flat(list(row.point.values()))]
    return [x or 1e-3 for x in numbers] if numbers == flat(list(row.point.values())) else numbers


def slope_behind_and_ahead(row, way, step=H):
    """Two difference quotients."""
    here = value_near(row, 0.0, way)
    behind, ahead = value_near(row, -step, way), value_near(row, step, way)
    return [(here - behind) / step, (ahead - here) / step]


def is_slope(row, stated, way, side):
    """Does the quotient say so: by its size, or where the slope is infinite, by its growth?"""
    coarse = slope_behind_and_ahead(row, way)[side]
    if math.isnan(stated):
        return math.isnan(coarse)
    if math.isfinite(stated):
        return math.isclose(coarse, stated, rel_tol=1e-2, abs_tol=1e-2)
    if row.limit:
        return coarse * stated > 0 and abs(coarse) > 1
    fine = slope_behind_and_ahead(row, way, H * H)[side]
    return coarse * stated > 0 and (math.isinf(fine) or abs(fine) > 1.5 * abs(coarse))


def units(point):
    """Each number of the point in turn: its operand, the direction, and its place in there."""
    for key, x in point.items():
        for i in range(len(flat(x))):
            way = {k: [0.0] * len(flat(other)) for k, other in point.items()}
            way[key][i] = 1.0
            yield key, way, i


@pytest.mark.slow
@each_row
def test_what_a_row_says_of_calculus_is_what_small_steps_measure(name):
    row = ROW[name]
    with np.errstate(all="ignore"):
        if row.slopes is not None:
            for side, stated in enumerate(row.slopes):
                assert is_slope(row, stated, row.along, side), (
                    stated,
                    slope_behind_and_ahead(row, row.along),
                )
        for key, way, i in units(row.point) if row.gradient is not None else ():
            stated = flat(row.gradient[key])[i]
            if math.isnan(stated):
                continue
            sides = slope_behind_and_ahead(row, way)
            inside = [side for side in (0, 1) if not math.isnan(sides[side])]
            assert inside, sides
            assert all(is_slope(row, stated, way, side) for side in inside), (stated, sides)
        if row.second is not None and flat(list(row.point.values())):
            step = 1e-4
            behind, here, ahead = (value_near(row, s, row.along) for s in (-step, 0.0, step))
            curve = (ahead - 2.0 * here + behind) / step**2
            assert math.isclose(curve, row.second, rel_tol=2e-2, abs_tol=2e-2), curve


@pytest.mark.slow
@each_row
def test_a_row_says_one_thing_of_calculus(name):
    row = ROW[name]
    said = [row.gradient is not None, row.slopes is not None, bool(row.undefined)]
    assert sum(said) == 1
    assert row.subgradients is None or row.slopes is not None
    plainly = plain.value(function_of(row, plain), list(row.point.values()))
    if row.value is not None and not row.limit:
        assert same(plainly, float(row.value))


def test_there_are_at_least_120_rows_and_no_two_have_one_name():
    assert len(ROWS) >= 120
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_slopes_that_are_wrong_are_found():
    row = next(row for row in ROWS if row.name == "relu(x) at x = 0")
    for slopes in ([0, 0], [1, 1], [math.nan, 1], [0, math.inf]):
        wrong = row._replace(slopes=slopes)
        assert not all(is_slope(wrong, s, row.along, side) for side, s in enumerate(slopes))


# Our column, computed at every run.


@pytest.fixture(scope="module")
def our_cells():
    with np.errstate(all="ignore"):
        return {row.name: cell(row, ours) for row in ROWS}


@each_row
def test_our_column_is_what_the_engine_answers_today(name, our_cells):
    row = ROW[name]
    now, stored = our_cells[row.name], ANSWERS[row.name]["this package"]
    assert same(decoded_or_reason(now), decoded_or_reason(stored), 1e-5), (now, stored)


def decoded_or_reason(answers):
    """Numbers, and None where there is a reason: its words may change."""
    return {key: None if is_none(x) else decoded(x) for key, x in answers.items()}


@each_row
def test_ours_is_what_calculus_says_or_else_pytorch_or_the_row_says_why_not(name, our_cells):
    row = ROW[name]
    theirs, found = ANSWERS[row.name]["PyTorch"], []
    for measure, x in our_cells[row.name].items():
        if is_none(x):
            continue  # which is a reason in words
        word = verdict(row, measure, x)
        other = theirs.get(measure, {"none": ""})
        is_theirs = is_none(other) or same(decoded(x), decoded(other), 1e-5)
        if word == "wrong" or (word in ("allowed", "not allowed", "free") and not is_theirs):
            found.append((measure, x, word, other))
    if row.ours:
        assert found, f"the row says why ours is different, and it is not: {row.ours}"
    else:
        assert not found


# Each kind of claim in a reason, and what was measured where it is true: ours, PyTorch's, the row.
CLAIMS = {
    r"^(?!.*PyTorch has).*as (in )?PyTorch\b(?!'s)": lambda o, p, row, said: all(
        same(decoded(o[key]), decoded(p[key]), 1e-5) for key in o if not is_none(p[key])
    ),
    r"the way back (gives|has)|on the way back nothing": lambda o, p, row, said: (
        verdict(row, "reverse", o["reverse"]) == "right"
    ),
    r"\bis nan\b": lambda o, p, row, said: "nan" in flat([*o["reverse"].values()]),
    r"forward mode multiplies": lambda o, p, row, said: o["forward"] == "nan",
    r"forward mode drops": lambda o, p, row, said: o["forward"] == 0,
    r"its forward mode gives (nan|0)": lambda o, p, row, said: str(p["forward"]) == said[1],
    r"as PyTorch's way back": lambda o, p, row, said: same(o["reverse"], p["reverse"]),
    r"PyTorch has (nan|0) in the second derivative": lambda o, p, row, said: (
        str(p["second"]) == said[1]
    ),
    r"nan in both places; PyTorch has 0 in the second$": lambda o, p, row, said: (
        (o["reverse"], p["reverse"]) == ({"x": ["nan", "nan"]}, {"x": ["nan", 0]})
    ),
}


def false_claims(row, reason):
    """What a reason says that was measured otherwise, and what it says that can be measured."""
    ours_, theirs = ANSWERS[row.name]["this package"], ANSWERS[row.name]["PyTorch"]
    made = {claim: said for claim in CLAIMS if (said := re.search(claim, reason))}
    return [c for c, said in made.items() if not CLAIMS[c](ours_, theirs, row, said)], list(made)


def test_what_a_reason_says_of_slopes_and_of_pytorch_is_what_was_measured():
    found = {row.name: false_claims(row, row.ours) for row in ROWS if row.ours}
    assert {name: wrong for name, (wrong, _) in found.items() if wrong} == {}
    assert {claim for _, made in found.values() for claim in made} == set(CLAIMS)
    branch = next(row for row in ROWS if row.name == "where(x == 0.0, 1.0, sin(x) / x) at x = 0")
    assert false_claims(branch, "on the way back nothing goes into the branch not taken")[0]
    inf = next(row for row in ROWS if row.name == "logsumexp(x) at x = [inf, 0]")
    assert false_claims(inf, "exp(inf - inf) is nan in the softmax, as in PyTorch")[0]


def test_numbers_answer_as_arrays_do(our_cells):
    """The engine on single numbers has the same table of ops."""
    numbers, compared = OnNumbers(), 0
    for row in ROWS:
        if all(isinstance(x, float) for x in row.point.values()):
            found = answer(lambda row=row: numbers.reverse(function_of(row, numbers), row.point))
            if not is_none(found):  # it has no arrays, and refuses what leaves the real numbers
                compared += 1
                expected = our_cells[row.name]["reverse"]
                assert same(decoded(found), decoded(expected), 1e-5), row.name
    assert compared >= 40


class OnNumbers:
    """The framework of single numbers: methods of Value."""

    WORDS = {}
    ON_ARRAYS = ("array", "max", "min", "sum", "mean", "where")

    def word(self, name):
        from autograd_lesson import Value

        if name in self.ON_ARRAYS or not hasattr(Value, name):
            return abs if name == "abs" else None
        return lambda x, *others: getattr(x if isinstance(x, Value) else Value(x), name)(*others)

    def reverse(self, f, point):
        from autograd_lesson import vjp

        y, pull = vjp(f, *point.values())
        return {key: float(g.data) for key, g in zip(point, pull(1.0), strict=True)}


# PyTorch's column, where it is here and of the version that was measured.


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_pytorchs_column_is_what_it_answers_today():
    torch = pytest.importorskip("torch")
    if sys.platform != "linux":
        pytest.skip("only on Linux, where it was measured: linear algebra is the system's")
    from atlas.frameworks import pytorch

    wanted = next(each["version"] for each in STORED["frameworks"] if each["name"] == "PyTorch")
    if torch.__version__.partition("+")[0] != wanted:
        pytest.skip(f"only on PyTorch {wanted}, which was measured")
    for row in ROWS:
        now, stored = cell(row, pytorch), ANSWERS[row.name]["PyTorch"]
        assert same(decoded_or_reason(now), decoded_or_reason(stored), 1e-4), (
            row.name,
            now,
            stored,
        )


# The table as a whole.


def test_the_table_has_the_questions_of_the_rows_and_rules_that_were_computed():
    rows, lines = [row.name for row in ROWS], [line["name"] for line in STORED["rows"]]
    apart = sorted({*rows} ^ {*lines})
    assert lines == rows, f"ask the frameworks, python -m atlas --new: {apart or 'another order'}"
    for row, line in zip(ROWS, STORED["rows"], strict=True):
        assert line == line_of(row, line["answers"], rule(row, line["answers"]))


def by_name(name):
    return next(row for row in ROWS if row.name == name)


def test_an_answer_is_wrong_where_the_slope_along_the_direction_is_one_number():
    every, tie = (
        "max(x) at x = [2, 2, 2] along x = [1, 1, 1]",
        "maximum(x, y) at x = 1, y = 1 along x = 1, y = 1",
    )
    for name, framework, measure in (
        (every, "PyTensor", "reverse"),
        (every, "PyTensor", "forward"),
        (every, "SymPy", "reverse"),
        (tie, "MyGrad", "reverse"),
    ):
        answers = ANSWERS[name]
        assert verdict(by_name(name), measure, answers[framework][measure]) == "wrong"
        assert verdict(by_name(name), measure, answers["PyTorch"][measure]) == "right"
        assert rule(by_name(name), answers) == "fault"


def test_an_answer_outside_of_bounds_is_a_fault_and_one_at_a_jump_is_none():
    leaky, jump = "leaky_relu(x, 0.1) at x = 0", "sign(x) at x = 0"
    assert verdict(by_name(leaky), "reverse", ANSWERS[leaky]["MyGrad"]["reverse"]) == "not allowed"
    assert rule(by_name(leaky), ANSWERS[leaky]) == "fault"
    without = {who: found for who, found in ANSWERS[leaky].items() if who != "MyGrad"}
    assert rule(by_name(leaky), without) != "fault"
    assert rule(by_name(jump), ANSWERS[jump]) == "agreed"


def test_every_rule_that_can_be_chosen_on_the_page_has_rows():
    assert {line["rule"] for line in STORED["rows"]} == set(page.RULES)


def steepest(row, framework, sign):
    """Does a step along the gradient change the value as fast as no other subgradient says?"""
    gradient = decoded(ANSWERS[row.name][framework]["reverse"])
    way = {key: filled(g, iter([sign * x for x in flat(g)])) for key, g in gradient.items()}
    squares = sum(abs(x) ** 2 for g in gradient.values() for x in flat(g))
    slope = (value_near(row, H, way) - value_near(row, 0.0, way)) / H
    return math.isclose(slope, sign * squares, rel_tol=1e-4, abs_tol=1e-4)


def numbers_of(row, framework):
    return flat(list(decoded(ANSWERS[row.name][framework]["reverse"]).values()))


# What each document says, held to what was measured.
DOCUMENTS = {
    "sub-gradient of minimum norm": lambda row, who: steepest(row, who, -1),
    "super-gradient of minimum norm": lambda row, who: steepest(row, who, 1),
    "steepest descent": lambda row, who: steepest(row, who, -1),
    "evenly distributes": lambda row, who: len(set(numbers_of(row, who))) == 1,
    "only to a single index": lambda row, who: sorted(numbers_of(row, who)) == [0, 1],
    "we use a value of 0": lambda row, who: set(numbers_of(row, who)) == {0},
    "is taken to be 0": lambda row, who: set(numbers_of(row, who)) == {0},
}


def test_what_a_document_says_is_what_its_framework_answers():
    held = set()
    for row in ROWS:
        for each in filter(None, row.documented.split("; ")):
            framework, _, says = each.partition(", ")
            (phrase,) = [phrase for phrase in DOCUMENTS if phrase in says]
            assert DOCUMENTS[phrase](row, framework), (row.name, each)
            held.add(phrase)
    assert held == set(DOCUMENTS)
    assert not steepest(by_name("abs(x) at x = 0"), "JAX", -1)


def test_every_framework_has_a_column_or_a_reason():
    names = [each["name"] for each in STORED["frameworks"]]
    assert names == [each.name for each in FRAMEWORKS]
    there = [each["name"] for each in STORED["frameworks"] if "missing" not in each]
    assert all(each["missing"] for each in STORED["frameworks"] if each["name"] not in there)
    assert all(list(answers) == there for answers in ANSWERS.values())
    assert all(answers[name] for answers in ANSWERS.values() for name in there)


def test_the_text_of_the_table_is_its_bytes():
    assert text_of(STORED["frameworks"], STORED["rows"]) == table.STORED.read_text("utf-8")


def test_frameworks_are_pinned():
    for each in FRAMEWORKS[1:]:
        assert "==" in each.requires[0], each.name


def test_the_known_quarrels_of_pytorch_are_found():
    """Forward against reverse, in one operand; by hand in a comment of each framework's tracker."""
    by_name = {row.name: row for row in ROWS}
    for name in (
        "fmax(x, y) at x = 1, y = 1",
        "arctan2(y, x) at x = 0, y = 0",
        "where(x > 0.0, sqrt(x), 0.0) at x = 0",
        "sum(put_at(x, [0, 0], y)) at x = [1, 2], y = [3, 4] along y = [1, 0]",
    ):
        assert "first" in quarrels(by_name[name], ANSWERS[name]["PyTorch"]), name


def test_a_change_is_told_once_and_no_change_is_none():
    new = json.loads(json.dumps(STORED))
    assert changes(STORED, new) == []
    new["rows"][0]["answers"]["PyTorch"]["reverse"] = {"x": 1}
    new["frameworks"][1]["version"] = "9.9"
    del new["rows"][-1]
    told = changes(STORED, new)
    assert told[0] == "PyTorch: version 2.13.0 is now 9.9"
    assert f"{ROWS[-1].name}: the row is gone" in told
    assert told[-1] == ('relu(x) at x = 0: reverse of PyTorch was {"x": 0}, is {"x": 1}')
    assert len(told) == 3


def test_numbers_are_written_so_that_they_can_be_read_again():
    for x in (
        0.0,
        1.5,
        -math.inf,
        math.nan,
        [1.0, [math.inf]],
        1 - 2j,
        complex(math.inf, math.nan),
    ):
        assert same(decoded(json.loads(json.dumps(encoded(x)))), x)


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with executable scripts")
def test_a_row_that_ends_the_process_is_said_to_and_the_next_ones_are_asked(tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nprint('\"1.0\"')\n"
        "for i in eval(sys.argv[4]):\n"
        "    if i == 2: sys.exit(1)\n"
        "    print('{\"value\": ' + str(i) + '}', flush=True)\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(environments, "python_of", lambda each: str(script))
    seen = []
    version, answers = environments.ask(FRAMEWORKS[1], [0, 1, 2, 3], seen.append)
    assert version == "1.0"
    assert answers == [{"value": 0}, {"value": 1}, environments.DEAD, {"value": 3}]


def test_a_framework_that_cannot_be_installed_is_left_blank_with_the_reason(tmp_path, monkeypatch):
    def fails(command, **settings):
        return subprocess.CompletedProcess(command, 1, "", "ERROR: no such package\n")

    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    monkeypatch.setattr(environments.venv, "create", lambda *args, **settings: None)
    monkeypatch.setattr(environments.subprocess, "run", fails)
    with pytest.raises(RuntimeError, match="no such package"):
        environments.python_of(FRAMEWORKS[1])


# The page.


def test_the_page_is_the_tables():
    assert page.PAGE.read_text("utf-8") == page.html(STORED)


def test_the_page_asks_for_nothing_from_outside_and_every_row_is_on_it():
    text = page.PAGE.read_text("utf-8")
    assert not re.search(r'(src|href)="(?!data:)|@import|url\(|fetch\(|https?:', text)
    told = [html.unescape(name) for name in re.findall(r"<summary><code>(.*?)</code>", text)]
    assert told == [row.name for row in ROWS]


def test_the_page_names_every_framework_in_every_row():
    entries = page.PAGE.read_text("utf-8").split("<details ")[1:]
    names = [each["name"] for each in STORED["frameworks"] if "missing" not in each]
    for entry in entries:
        whos = re.findall(r'<th scope="row">(.*?)</th>', entry)
        told = [name for who in whos for name in who.partition("<br>")[0].split(", ")]
        assert sorted(told) == sorted(names), entry[:200]


def test_colours_of_the_page_can_be_read_in_both_themes():
    """Contrast of 4.5 by the formula of the Web Content Accessibility Guidelines 2.2."""
    themes = re.findall(r":root \{(.*?)\}", page.FRAME.read_text("utf-8"), re.S)
    assert len(themes) == 2
    for theme in themes:
        colour = dict(re.findall(r"--(\w+): (#\w{6})", theme))
        for text in ("text", "bad", "good", "mild", "link"):
            for ground in ("page", "soft"):
                assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground, theme)


def contrast(a, b):
    """How many times lighter the lighter of two colours is."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(np.dot([0.2126, 0.7152, 0.0722], parts)) + 0.05

    return max(light(a), light(b)) / min(light(a), light(b))


def test_what_lesson_29_stores_is_what_stands_in_the_table():
    from autograd_lesson.teaching.edges import EDGES
    from autograd_lesson.teaching.edges import ROWS as ROWS_OF

    by_name = {row.name: row for row in ROWS}
    assert EDGES.keys() == ROWS_OF.keys()
    for edge, answers in EDGES.items():
        row, stored = by_name[ROWS_OF[edge]], ANSWERS[ROWS_OF[edge]]
        there = {
            name: each
            for name, each in stored.items()
            if name != "this package" and not is_none(each.get("reverse", {"none": ""}))
        }
        assert list(answers) == list(there), edge
        for name, (reverse, forward) in answers.items():
            gradient = decoded(there[name]["reverse"])
            assert same(reverse, along_of(gradient, row.along), 1e-4), (edge, name)
            other = there[name]["forward"]
            assert same(forward, None if is_none(other) else decoded(other), 1e-4), (edge, name)


# The command.


@pytest.mark.slow
def test_the_command_measures_writes_and_says_what_has_changed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "STORED", tmp_path / "table.json")
    monkeypatch.setattr(command, "read_table", lambda: read_table(tmp_path / "table.json"))
    monkeypatch.setattr(page, "PAGE", tmp_path / "atlas.html")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["atlas", "ours", *arguments])
        status, printed = command.main(), capsys.readouterr()
        return status, printed.out.splitlines(), printed.err

    status, told, progress = run("--check")
    assert (status, told[0]) == (1, "this package is new")
    assert f"{len(ROWS)}/{len(ROWS)}" in progress
    assert (tmp_path / "atlas.html").read_text("utf-8").count("<summary>") == len(ROWS)
    assert run("--check", "--new") == (0, ["nothing has changed"], "")
    written = (tmp_path / "table.json").read_text("utf-8")
    (tmp_path / "table.json").write_text(written.replace('"reverse": {"x": 0}', '"reverse": 7', 1))
    status, told, _ = run()
    assert (status, len(told)) == (0, 1) and "reverse of this package was 7, is" in told[0]
    assert (tmp_path / "table.json").read_text("utf-8") == written


def test_the_command_refuses_a_framework_that_it_does_not_know(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["atlas", "theano"])
    with pytest.raises(SystemExit):
        command.main()
    assert "no framework theano; there are ours, pytorch" in capsys.readouterr().err
