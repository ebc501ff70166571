"""The stepper tells the backward pass step by step, and the player shows any frames exactly."""

import json
import pickle
import re
from copy import deepcopy
from html import unescape
from urllib.parse import unquote
from xml.dom import minidom

import pytest
import traitlets
from graphs import build, is_tame, programs
from hypothesis import assume, given, settings
from processes import printed_twice

from autograd_lesson import Value, total
from autograd_lesson.gradcheck import numerical_gradient
from autograd_lesson.pictures.drawing import Picture, steps_of
from autograd_lesson.pictures.svg import Element, Svg
from autograd_lesson.pictures.words import number
from autograd_lesson.widgets import Frame, Player, step_through

SVG = Svg(
    [
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">',
        Element("text", {"id": "t", "class": "big"}, "zero"),
        [Element("path", {"id": "p", "d": "M0 0"}), "</svg>"],
    ]
)


def lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return a, b, c, d, (c * d).named("e")


def stored_data(html):
    """The data in the script of a stored player, as a browser reads it."""
    return json.loads(re.search(r'start\("\w+",(.*?),render\);}</script>', html, re.S)[1])


# What the stepper says


def test_the_whole_pass_in_words():
    *_, e = lesson_graph()
    text = step_through(e).text(all=True)
    assert re.findall(r"Step \d of 7: (.*)", text) == [
        "before backward: every gradient is 0",
        "the seed: de/de = 1",
        "e passes 10 to c",
        "e passes 5 to d",
        "d passes 10 to c",
        "d passes 25 to a",
        "c passes 20 to a",
        "c passes 20 to b",
    ]
    assert re.findall(r"(\w\.grad: .*)", text) == [
        "e.grad: 1",
        "c.grad: 10",
        "d.grad: 5",
        "c.grad: 10 + 10 = 20",
        "a.grad: 25",
        "a.grad: 25 + 20 = 45",
        "b.grad: 20",
    ]


def test_a_step_shows_the_product_the_sum_the_debt_and_the_rule():
    *_, e = lesson_graph()
    assert step_through(e).at(5).text().splitlines() == [
        "Step 5 of 7: d passes 25 to a",
        "    upstream × partial: de/dd × dd/da = 5 × 5 = 25",
        "    a.grad: 25",
        "    still owed: a still waits for 1 contribution (from c)",
        '    rule of *: MUL = Op("*", lambda a, b: (a * b, (b, a)))',
    ]


def test_negative_numbers_keep_their_signs_apart():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    z = (x * y - y * 4).named("z")
    text = step_through(z).text(all=True)
    assert "1 × (-1) = -1" in text
    assert "y.grad: -4 + 2 = -2" in text
    w = (y * -4 + x * y).named("w")
    assert "y.grad: 2 - 4 = -2" in step_through(w).text(all=True)


def test_a_rule_longer_than_a_line_is_told_by_its_own_words():
    y = Value(0.5, label="x").tanh()
    assert "rule of tanh: With y = tanh(a): dy/da = 1 - y^2." in step_through(y).at(2).text()


def test_an_operand_used_twice_by_one_result_gets_both_contributions():
    x = Value(3.0, label="x")
    text = step_through((x * x).named("y")).text(all=True)
    assert "x still waits for 1 contribution (from y)" in text
    assert "x.grad: 3 + 3 = 6" in text


def test_a_single_value_has_a_pass_of_its_own():
    stepper = step_through(Value(3.0, label="x")).at(1)
    assert "the seed: dx/dx = 1" in stepper.text()


@pytest.mark.slow
@given(programs(max_size=6))
@settings(max_examples=20)
def test_the_last_picture_shows_the_measured_slopes(program):
    leaves, instructions = program
    values = [Value(x, label=f"x{place}") for place, x in enumerate(leaves)]
    root = build(values, instructions)
    assume(is_tame(root))
    slopes = numerical_gradient(lambda *xs: build([Value(x) for x in xs], instructions), leaves)
    stepper = step_through(root)
    shown = minidom.parseString(stepper.at(len(stepper.frames) - 1).picture())
    grads = {
        element.getAttribute("id"): float(element.firstChild.data)
        for element in shown.getElementsByTagName("tspan")
        if element.hasAttribute("id")
    }
    ids = Picture(root).ids
    for value, slope in zip(values, slopes, strict=True):
        if value in ids:
            assert grads[f"{ids[value]}-grad"] == pytest.approx(slope, rel=2e-3, abs=1e-4)


def test_every_frame_is_the_picture_of_that_many_steps():
    *_, e = lesson_graph()
    stepper, account = step_through(e), steps_of(e)
    picture = Picture(e, account)
    for step, known in enumerate(account):
        drawn = minidom.parseString(picture.svg(known))
        played = minidom.parseString(stepper.at(step).picture())
        for id_ in (*picture.look(known).texts, *picture.look(known).classes):
            assert look_of(played, id_) == look_of(drawn, id_), (step, id_)


def look_of(document, id_):
    found = [e for e in document.getElementsByTagName("*") if e.getAttribute("id") == id_]
    return found[0].getAttribute("class"), "".join(
        node.data for node in found[0].childNodes if node.nodeType == node.TEXT_NODE
    )


def test_no_grad_of_the_learner_is_changed():
    a, *_, e = lesson_graph()
    a.grad = 7.0
    step_through(e).at(7)
    assert (a.grad, e.grad) == (7.0, 0.0)


def test_a_class_of_the_learners_own_can_be_stepped_through():
    class Mine:
        def __init__(self, data, op=None, operands=(), partials=(), label=""):
            self.data, self.grad, self.label = data, 0.0, label
            self.op, self.operands, self.partials = op, operands, partials

    x = Mine(3.0, label="x")
    y = Mine(9.0, "*", (x, x), (3.0, 3.0), "y")
    assert "x.grad: 3 + 3 = 6" in step_through(y).at(3).text()
    assert "rule of" not in step_through(y).text(all=True)


@pytest.mark.parametrize(
    "thing, words",
    [
        ([Value(1.0)], "a list of 1 has no data.*pass one result"),
        (3.0, "a float has no data.*pass one result"),
        (None, "a NoneType has no data.*pass one result"),
    ],
)
def test_what_is_no_value_is_refused_with_the_next_move(thing, words):
    with pytest.raises(TypeError, match=words):
        step_through(thing)


# The player


def test_going_back_is_exact_from_wherever_one_comes():
    *_, e = lesson_graph()
    stepper = step_through(e)
    forward = [stepper.at(step).picture() for step in range(8)]
    assert len(set(forward)) == 8
    assert [stepper.at(step).picture() for step in reversed(range(8))] == forward[::-1]


def test_what_a_frame_does_not_mention_is_as_in_the_picture():
    frames = [
        Frame("one", texts={"t": "one"}, classes={"t": "hot"}, attrs={"p": {"d": "M1 1"}}),
        Frame("two", attrs={"p": {"fill": "red"}}),
        Frame("three"),
    ]
    player = Player(SVG, frames, "Three frames")
    assert 'class="big hot"' in player.picture() and ">one<" in player.picture()
    for part in ('id="p" d="M0 0" fill="red"', 'class="big"', ">zero<"):
        assert part in player.at(1).picture()
    assert player.at(2).picture() == SVG
    assert 'd="M1 1"' in player.at(0).picture()


def test_what_a_frame_that_follows_does_not_mention_is_as_in_the_frame_before():
    frames = [
        Frame("one", texts={"t": "one"}, classes={"t": "hot"}),
        Frame("two", attrs={"p": {"fill": "red"}}, follows=True),
        Frame("three", texts={"t": "three"}, follows=True),
        Frame("four", attrs={"p": {"d": "M2 2"}}),
    ]
    player = Player(SVG, frames, "Four frames")
    shown = [player.at(step).picture() for step in range(4)]
    assert [">one<" in picture for picture in shown] == [True, True, False, False]
    assert [">three<" in picture for picture in shown] == [False, False, True, False]
    assert ["big hot" in picture for picture in shown] == [True, True, True, False]
    assert ['fill="red"' in picture for picture in shown] == [False, True, True, False]
    assert ['d="M2 2"' in picture for picture in shown] == [False, False, False, True]


def test_the_frames_of_a_long_pass_are_short():
    x = y = Value(1.0, label="x")
    for _ in range(100):
        y = y * x
    frames = step_through(y).frames
    assert max(len(frame["changes"]) for frame in frames[1:]) <= 16


def test_a_frame_sends_only_what_changes():
    frames = [Frame(f"h = {step}", texts={"t": "one"}, attrs={"p": {"d": "M1 1"}}) for step in "ab"]
    assert [frame["changes"] for frame in Player(SVG, frames, "Still").frames] == [
        {"t text": "one", "p d": "M1 1"},
        {},
    ]


def test_an_attribute_can_be_removed():
    player = Player(SVG, [Frame("gone", attrs={"p": {"d": None}})], "One frame")
    assert " d=" not in player.picture()


def test_what_changes_is_escaped_and_the_rest_stays_letter_for_letter():
    group, text = Element("g", {"id": "g", "class": "a"}, None), Element("text", {"id": "t"})
    path = Element("path", {"id": "p", "d": "M0 0"})
    title = "<title>say &quot;it&#x27;s&quot; &amp; go</title>"
    svg = Svg(["<svg>", title, group, text, "</g>", path, "<g></g></svg>"])
    words = "é < \"q\" & 'a'\n]]>"
    frames = [
        Frame("one", texts={"t": words}, classes={"g": "b"}, attrs={"p": {"aria-label": words}})
    ]
    written = "é &lt; &quot;q&quot; &amp; &#x27;a&#x27;\n]]&gt;"
    assert Player(svg, frames, "Words").picture() == (
        f'<svg>{title}<g id="g" class="a b"><text id="t">{written}</text></g>'
        f'<path id="p" d="M0 0" aria-label="{written}"/><g></g></svg>'
    )


def test_a_text_that_would_replace_elements_is_refused():
    svg = Svg(["<svg>", Element("text", {"id": "t"}, None), "<tspan>zero</tspan></text></svg>"])
    with pytest.raises(ValueError, match="text of 't', which holds other elements; give the id"):
        Player(svg, [Frame("gone", texts={"t": "x"})], "Wrong")


def test_a_copy_of_a_picture_hands_over_its_elements_too():
    for copy in (deepcopy(SVG), pickle.loads(pickle.dumps(SVG))):
        player = Player(copy, [Frame("one", texts={"t": "one"})], "A copy")
        assert copy == SVG and player.picture() == SVG.replace("zero", "one")


def test_a_picture_that_hands_over_no_elements_is_refused():
    with pytest.raises(TypeError, match="hands over its elements; make it by `document`"):
        Player(str(SVG), [Frame("one")], "Wrong")


def test_an_element_inside_a_longer_text_is_text():
    svg = Svg([f"<svg>{Element('text', {'id': 't'}, 'zero')}</svg>"])
    with pytest.raises(ValueError, match="'t'.*; give an `Element` the id and hand it over as a"):
        Player(svg, [Frame("one", texts={"t": "one"})], "Wrong")


def test_a_frame_that_names_no_element_of_the_picture_is_refused():
    with pytest.raises(ValueError, match="'oops' changes 'q', and the picture has no element of"):
        Player(SVG, [Frame("oops", texts={"q": "x"})], "Wrong")


def test_a_player_without_frames_is_refused():
    with pytest.raises(ValueError, match="a player has 0 frames; give it one for each step"):
        Player(SVG, [], "Nothing")


@pytest.mark.parametrize("step", (-1, 8))
def test_a_step_it_does_not_have_is_refused(step):
    *_, e = lesson_graph()
    stepper = step_through(e)
    with pytest.raises(traitlets.TraitError, match=f"step is {step}; .* has steps 0 to 7"):
        stepper.at(step)
    assert stepper.step == 0


def test_a_player_can_begin_at_any_step():
    assert Player(SVG, [Frame("a"), Frame("b")], "Two", step=1).text() == "Step 1 of 1: b"


def test_its_repr_is_one_short_line():
    *_, e = lesson_graph()
    stepper = step_through(e).at(3)
    assert repr(stepper) == "Backward pass from e (5 values, 6 edges): step 3 of 7"


# The stored forms


def test_every_form_of_output_is_in_the_bundle():
    *_, e = lesson_graph()
    stepper = step_through(e).at(3)
    bundle, _ = stepper._repr_mimebundle_()
    assert set(bundle) == {
        "text/html",
        "image/svg+xml",
        "text/plain",
    }
    assert bundle["text/plain"].splitlines()[:2] == [
        "Backward pass from e (5 values, 6 edges)",
        "Step 3 of 7: e passes 5 to d",
    ]
    assert ">5</tspan>" in bundle["image/svg+xml"]


def test_the_stored_form_without_scripts_has_the_picture_and_every_step_in_words():
    *_, e = lesson_graph()
    stepper = step_through(e).at(3)
    html = stepper._repr_mimebundle_()[0]["text/html"]
    page = html.split("<script>")[0]
    source = re.search(r'src="data:image/svg\+xml,([^"]*)"', page)
    assert unquote(source[1]) == stepper.picture().strip()
    for line in stepper.text(all=True).splitlines():
        assert line in unescape(page)


def test_the_stored_form_holds_the_same_frames_as_the_live_one():
    *_, e = lesson_graph()
    stepper = step_through(e).at(3)
    data = stored_data(stepper._repr_mimebundle_()[0]["text/html"])
    assert data == {"name": stepper.name, "frames": stepper.frames, "step": 3}


def test_a_stored_stepper_of_the_lesson_graph_is_under_40_kilobytes():
    *_, e = lesson_graph()
    assert len(json.dumps(step_through(e)._repr_mimebundle_()[0])) < 40_000


def test_a_hundred_frames_of_numbers_stay_small():
    frames = [
        Frame(f"step {step}", texts={"t": number(step / 7)}, attrs={"p": {"d": f"M0 {step}"}})
        for step in range(100)
    ]
    assert len(json.dumps(Player(SVG, frames, "Training")._repr_mimebundle_()[0])) < 40_000


@pytest.mark.parametrize(
    "label", ["x<y", "a|b", "{x}", '"q"', "\n", "</script><script>alert(1)</script>", "<!--", "]]>"]
)
def test_a_label_is_text_in_every_form_and_never_ends_the_script(label):
    y = (Value(2.0, label=label) * Value(3.0, label="w")).named("y")
    stepper = step_through(y)
    html = stepper._repr_mimebundle_()[0]["text/html"]
    shown = label.replace("\n", "\\n")
    assert html.count("</script>") == 1 and html.count("<script>") == 1 and "<!--" not in html
    titles = [frame["title"] for frame in stored_data(html)["frames"]]
    assert titles[2:] == [f"y passes 3 to {shown}", "y passes 2 to w"]
    document = minidom.parseString(stepper.picture())
    assert not document.getElementsByTagName("script")


@pytest.mark.slow
def test_the_same_player_has_the_same_bytes_in_every_run_and_two_players_differ():
    program = (
        "from autograd_lesson import Value; from autograd_lesson.widgets import step_through\n"
        "x = Value(2.0, label='x'); y = x * x\n"
        "for root in (y, y, y + x):\n"
        "    print(step_through(root)._repr_mimebundle_()[0]['text/html'], end='\\0')"
    )
    outputs = [printed.split("\0") for printed in printed_twice(program)]
    assert outputs[0] == outputs[1]
    first, again, other, _ = outputs[0]
    key = re.compile(r'data-autograd-player="(\w+)"')
    assert first == again and key.search(first)[1] != key.search(other)[1]


def test_a_wide_operation_is_stepped_through_in_order():
    values = [Value(float(place), label=f"x{place}") for place in range(12)]
    stepper = step_through(total(values).named("sum"))
    assert len(stepper.frames) == 14
    assert [frame["title"] for frame in stepper.frames][-1] == "sum passes 1 to x11"
