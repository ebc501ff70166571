"""Predictions: what is asked, what is hidden, what is said; the same in Python and in words."""

import json
import math
import re
from html import unescape
from urllib.parse import unquote
from xml.dom import minidom

import pytest
from hypothesis import assume, given, settings

from autograd_lesson import Value, topological_order
from autograd_lesson.pictures.drawing import Picture
from autograd_lesson.teaching.diagnosis import diagnose
from autograd_lesson.widgets import predict
from autograd_lesson.widgets.graphs.predict import copied
from tests.graphs import build, is_tame, programs


def lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return a, b, c, d, (c * d).named("e")


def gradients_in(svg):
    """What stands for each gradient in a picture, by the id of its box."""
    elements = minidom.parseString(svg).getElementsByTagName("tspan")
    found = {element.getAttribute("id"): element.firstChild.data for element in elements}
    return {id_.removesuffix("-grad"): text for id_, text in found.items() if id_}


def visible(html):
    """What a reader sees of stored HTML before anything is unfolded, pictures included."""
    text = re.sub(r"(?s)<(details|script|style)>.*?</\1>", "", html)
    return unescape(unquote(text))


# What is asked -----------------------------------------------------------------------------------


def test_every_labelled_value_but_the_root_is_asked_for_in_the_order_of_the_sweep():
    *_, e = lesson_graph()
    widget = predict(e)
    assert [question["asks"] for question in widget.questions] == [
        "de/dd",
        "de/dc",
        "de/db",
        "de/da",
    ]
    x = Value(3.0, label="x")
    assert [question["name"] for question in predict((x * 2 + 1).named("y")).questions] == ["x"]


def test_without_labels_every_value_but_the_root_is_asked_for():
    x = Value(3.0)
    assert [question["name"] for question in predict(x * x + x).questions] == ["v1", "v0"]


def test_values_can_be_chosen_by_themselves_or_by_label():
    a, *_, e = lesson_graph()
    assert [question["name"] for question in predict(e, ask=[a, "c", "a"]).questions] == ["a", "c"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (["z"], "'z' is not in the graph of e; choose from a, b, c, d and e"),
        ([Value(1.0, label="q")], "Value 'q' is not in the graph of e; choose from"),
        ([3], "a int is not in the graph of e; choose from"),
        ([], "0 gradients to predict; predict asks for 1 to 20: name some with ask"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_next_move(ask, message):
    *_, e = lesson_graph()
    with pytest.raises(ValueError, match=re.escape(message)):
        predict(e, ask=ask)


def test_more_questions_than_anybody_answers_are_refused():
    values = [Value(float(k), label=f"x{k}") for k in range(30)]
    root = sum(values[1:], start=values[0])
    with pytest.raises(ValueError, match="30 gradients to predict; predict asks for 1 to 20"):
        predict(root)
    assert len(predict(root, ask=values[:20]).questions) == 20


def test_a_gradient_that_is_infinite_is_not_asked_for():
    x = Value(0.0, label="x")
    with pytest.raises(ValueError, match="the gradient of x is inf"):
        predict(x.sqrt().named("y"))


# What is hidden ----------------------------------------------------------------------------------


def test_asked_gradients_are_question_marks_and_the_others_are_shown():
    *_, e = lesson_graph()
    everything = dict(zip(("n0", "n1", "n2", "n3", "n4"), "????1", strict=True))
    assert gradients_in(predict(e).svg) == everything
    assert gradients_in(predict(e, ask=["a"]).svg) == {
        **dict(n0="?", n1="20", n2="20", n3="5", n4="1")
    }


def test_what_an_asked_value_passes_on_is_hidden_too():
    *_, e = lesson_graph()
    widget = predict(e, ask=["c"])
    assert gradients_in(widget.svg) == dict(n0="?", n1="?", n2="?", n3="5", n4="1")
    widget.check("c", 20)
    assert gradients_in(widget.picture()) == dict(n0="?", n1="?", n2="20", n3="5", n4="1")


def test_what_was_not_asked_is_not_given_away_by_a_right_answer_or_in_the_page():
    *_, e = lesson_graph()
    widget = predict(e, ask=["c"])
    widget.check("c", 20)
    bundle, _ = widget._repr_mimebundle_()
    for form in (widget.text(reveal=True), bundle["text/plain"]):
        assert not re.search(r"\b45\b", form)
    assert "a = 2, grad ?" in widget.alt()


def test_no_stored_form_shows_a_gradient_before_it_is_found():
    x, y = Value(17.25, label="x"), Value(-31.5, label="y")
    z = ((x * y).named("p") * x).named("z")
    hidden = ["-1087", "-1086.75", "297.6", "297.5625"]  # dz/dx, dz/dy; dz/dp is a partial
    bundle, _ = predict(z)._repr_mimebundle_()
    shown = [bundle["text/plain"], bundle["image/svg+xml"], visible(bundle["text/html"])]
    for number in hidden:
        assert not any(number in form for form in shown), number
    assert "-1087" in bundle["text/html"]  # folded away, and in the script


def test_a_found_gradient_takes_the_place_of_its_question_mark():
    *_, e = lesson_graph()
    widget = predict(e)
    widget.check("c", 20)
    widget.reveal("b")
    assert gradients_in(widget.drawn().svg()) == dict(n0="?", n1="20", n2="20", n3="?", n4="1")


def test_boxes_have_room_for_the_numbers_that_are_hidden():
    x, y = Value(1.0, label="x"), Value(0.1234567, label="y")
    root = (x * y * -1e-5).named("z")
    asked, plain = predict(root)._picture, Picture(copied(root, topological_order(root))[root])
    assert asked.box_widths == plain.box_widths


def test_no_value_of_the_learner_is_changed():
    a, *_, e = lesson_graph()
    widget = predict(e)
    widget.check("a", 45)
    widget.reveal("b")
    assert all(value.grad == 0.0 for value in topological_order(e))
    e.backward()
    assert gradients_in(predict(e).svg)["n0"] == "?"
    assert a.grad == 45.0


# What is said ------------------------------------------------------------------------------------


def test_35_is_told_which_path_it_lacks_and_45_is_right():
    a, *_, e = lesson_graph()
    widget = predict(e)
    assert widget.check("a", 35) == "the path a, c, d, e is missing; it brings 10"
    assert widget.check(a, "45") == "right: d brings 25 and c brings 20, together 45"
    assert widget.answers == {"a": ["35", "45"]}


def test_the_second_wrong_answer_gets_a_hint():
    *_, e = lesson_graph()
    widget = predict(e)
    assert "contributions to find" not in widget.check("a", 7)
    assert widget.check("a", 8).endswith(
        "2 contributions to find: 5 × (gradient of d) + 1 × (gradient of c)."
    )


def test_what_is_no_number_is_no_prediction():
    *_, e = lesson_graph()
    widget = predict(e)
    assert widget.check("a", "a lot") == (
        '"a lot" is not a number; write a number such as 35, -0.5, 1/3 or 2e-3'
    )
    assert widget.answers == {}


def test_a_prediction_after_the_right_one_is_judged_and_not_kept():
    *_, e = lesson_graph()
    widget = predict(e)
    widget.check("a", 45)
    assert widget.check("a", 35).startswith("the path")
    assert widget.answers == {"a": ["45"]}


def test_revealing_shows_the_sum():
    a, *_, e = lesson_graph()
    widget = predict(e)
    assert widget.reveal(a) == (
        "The gradient of a is 45: d brings 5 × 5 = 25, c brings 20 × 1 = 20. The sum is 45."
    )
    assert widget.reveal("a") and widget.revealed == ["a"]


def test_a_value_that_is_not_asked_for_is_refused():
    *_, e = lesson_graph()
    with pytest.raises(ValueError, match="Value 'e' is not asked for here; choose from d, c, b"):
        predict(e).check(e, 1)
    with pytest.raises(ValueError, match="'z' is not asked for here"):
        predict(e).reveal("z")


def test_the_text_twin_asks_remembers_and_answers():
    *_, e = lesson_graph()
    widget = predict(e, ask=["c", "a"])
    assert widget.text() == "Gradients of e to predict\nde/dc = ?\nde/da = ?"
    widget.check("a", 35)
    widget.check("c", "1/2")
    widget.check("c", 20)
    assert widget.text().splitlines() == [
        "Gradients of e to predict",
        "de/dc = 20",
        "    predicted 1/2: not yet: c has 2 paths to e: c, e; c, d, e; multiply along each, then "
        "add",
        "    predicted 20: right: e brings 10 and d brings 10, together 20",
        "de/da = ?",
        "    predicted 35: the path a, c, d, e is missing; it brings 10",
    ]
    assert widget.text(reveal=True).splitlines()[-3:] == [
        "de/da = 45",
        "    predicted 35: the path a, c, d, e is missing; it brings 10",
        "    The gradient of a is 45: d brings 5 × 5 = 25, c brings 20 × 1 = 20. The sum is 45.",
    ]
    assert repr(widget) == "Gradients of e to predict: 1 of 2 found"


# What is stored ----------------------------------------------------------------------------------


def test_two_makings_store_the_same_bytes():
    forms = []
    for _ in range(2):
        *_, e = lesson_graph()
        bundle, _ = predict(e)._repr_mimebundle_()
        forms.append(bundle)
    assert forms[0] == forms[1]
    assert set(forms[0]) == {"text/html", "image/svg+xml", "text/plain"}
    assert (
        forms[0]["text/plain"]
        == "Gradients of e to predict\nde/dd = ?\nde/dc = ?\nde/db = ?\nde/da = ?"
    )
    assert len(forms[0]["text/html"]) < 40_000


def test_the_picture_says_in_words_what_it_shows():
    *_, e = lesson_graph()
    bundle, _ = predict(e)._repr_mimebundle_()
    assert 'alt="Graph of e: 5 values, 6 edges.' in bundle["text/html"]
    assert "c = a + b = 5, grad ?; feeds d and e" in bundle["text/html"]


def test_nasty_labels_stay_text():
    nasty = '</script><b onclick="x">&'
    x = Value(2.0, label=nasty)
    y = (x * x).named("y|<z>")
    widget = predict(y)
    assert widget.check(nasty, 4).startswith("right")
    bundle, _ = widget._repr_mimebundle_()
    minidom.parseString(bundle["image/svg+xml"])
    assert bundle["text/html"].count("</script>") == 1
    assert "<b onclick" not in bundle["text/html"]


@given(programs(max_size=8))
@settings(max_examples=30)
def test_any_graph_can_be_asked_about(program):
    leaves = [Value(x, label=f"x{i}") for i, x in enumerate(program[0])]
    root = Value.of(build(leaves, program[1]))
    assume(is_tame(root) and root.operands)
    reached = [leaf for leaf in leaves if leaf in set(topological_order(root))]
    widget = predict(root, ask=reached or [root])
    root.backward()
    for value in reached:
        name = widget._names[value]
        assert widget.check(value, value.grad).startswith("right")
        assert widget.check(value, value.grad + 1.5) == diagnose(
            root, value, value.grad + 1.5, wrong_before=1
        )
        assert widget.answers[name] == [str(value.grad)]
    assert all(math.isfinite(row[0]) for q in widget.questions for row in q["rows"])
    assert json.loads(json.dumps(widget.questions))
