"""What every widget keeps: a frame, a description, the same bytes, a size. One table of examples.

How each is moved by keys, and read in both themes and on narrow pages, a browser says in
`browser/test_widgets_in_browser.py`.
"""

import re
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest
from processes import printed_twice
from widget_cases import EXAMPLES, SHOWN, stored

from autograd_lesson import widgets

SVG = "{http://www.w3.org/2000/svg}"
MOST_CHARACTERS = 100_000  # in all kinds that are stored
HEAD = ("title", "desc")
ACROSS, DOWN = ("x", "x1", "x2", "cx"), ("y", "y1", "y2", "cy")
every_widget = pytest.mark.parametrize("name", SHOWN)
every_picture = pytest.mark.parametrize("name", [name for name in SHOWN if name != "practise"])


@pytest.fixture(scope="module")
def example():
    """One example of each widget, made when it is first asked for."""
    made = {}
    return lambda name: made.setdefault(name, SHOWN[name]())


def pictures(widget):
    """Its picture at each step, as a tree."""
    for step in range(len(getattr(widget, "frames", ()))):
        yield step, ElementTree.fromstring(widget.at(step).picture())
    if not hasattr(widget, "frames"):
        bundle = widget._repr_mimebundle_()
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle
        yield 0, ElementTree.fromstring(bundle["image/svg+xml"])


def seen_in(element):
    """This element and those in it, but for what is not displayed or has a place of its own."""
    yield element
    for part in element:
        if part.get("display") != "none" and not part.get("transform"):
            yield from seen_in(part)


def numbers_in(text: str) -> set[str]:
    """Every number in a text, as it is written there."""
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?", text.replace("−", "-")))


def test_every_widget_has_an_example():
    missing = [name for name in widgets.__all__ if name not in EXAMPLES]
    assert not missing, (
        f"{', '.join(missing)} in autograd_lesson/widgets/__init__.py has no row in EXAMPLES of "
        "tests/widget_cases.py; add a function that makes a small one, and this file and the "
        "browser's test look at it"
    )
    gone = [name for name in EXAMPLES if name not in widgets.__all__]
    assert not gone, f"tests/widget_cases.py has an example of {', '.join(gone)}, which is gone"


ROOMS = sorted(Path(widgets.__file__).parent.glob("*/[a-z]*.py"))


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_every_module_of_widgets_gives_a_name_to_those_that_are_imported(path):
    shown = {getattr(widgets, name).__module__ for name in widgets.__all__}
    module = f"{widgets.__name__}.{path.parent.name}.{path.stem}"
    assert module in shown, (
        f"no name of {path.parent.name}/{path.name} is in __all__ of autograd_lesson/widgets/"
        "__init__.py, which lessons import from and these tests go by"
    )


def test_every_widget_is_called_in_a_test_of_what_it_says():
    others = Path(__file__).parent.glob("test_*.py")
    texts = [path.read_text(encoding="utf-8") for path in others if path != Path(__file__)]
    untested = [name for name in SHOWN if not any(f"{name}(" in text for text in texts)]
    assert not untested, (
        f"no file tests/test_*.py calls {', '.join(untested)}: add one that holds its words to "
        "numbers computed in another way"
    )


@every_picture
def test_nothing_lies_outside_the_picture(name, example):
    for step, tree in pictures(example(name)):
        left, top, width, height = map(float, tree.get("viewBox").split())
        assert (tree.get("width"), tree.get("height")) == (f"{width:g}", f"{height:g}")
        for element in seen_in(tree):
            for side, value in element.items():
                if side in ACROSS and value != "0":
                    assert left <= float(value) <= left + width, (step, element.attrib)
                if side in DOWN and value != "0":
                    assert top <= float(value) <= top + height, (step, element.attrib)


@every_picture
def test_the_picture_has_a_label_a_title_and_a_description(name, example):
    for step, tree in pictures(example(name)):
        assert tree.get("role") == "img" and tree.get("aria-label"), step
        assert tree.findtext(f"{SVG}title") == tree.get("aria-label"), step
        described = tree.findtext(f"{SVG}desc") or ""
        assert described.strip() and described != tree.get("aria-label"), step


@every_picture
def test_the_words_have_the_numbers_of_the_picture(name, example):
    widget = example(name)
    words = widget.text(all=True) if hasattr(widget, "frames") else widget.text()
    for step, tree in pictures(widget):
        said = numbers_in("\n".join([words, *(tree.findtext(f"{SVG}{kind}") for kind in HEAD)]))
        for element in tree.iter(f"{SVG}text"):
            shown = "".join(element.itertext())
            if "tick" not in (element.get("class") or "").split():
                assert numbers_in(shown) <= said, (step, shown)


@every_widget
def test_what_is_stored_is_small_and_needs_no_kernel(name):
    forms = stored(name)
    assert {"text/html", "text/plain"} <= set(forms)
    assert sum(map(len, forms.values())) < MOST_CHARACTERS
    assert not re.search(r"(?:src|href)=.https?:", forms["text/html"]), "asks another machine"


PRINTS_ALL = """\
from hashlib import sha256
from widget_cases import SHOWN, stored
for name in SHOWN:
    print(name, sha256(repr(stored(name)).encode()).hexdigest())
"""


@pytest.mark.slow
def test_the_same_bytes_are_stored_in_every_process():
    here = {name: sha256(repr(stored(name)).encode()).hexdigest() for name in SHOWN}
    again = {name: sha256(repr(stored(name)).encode()).hexdigest() for name in SHOWN}
    assert here == again
    for printed in printed_twice(PRINTS_ALL):
        assert dict(line.split() for line in printed.splitlines()) == here


@every_widget
def test_what_a_notebook_compares_is_the_same_each_time(name):
    assert repr(SHOWN[name]()) == repr(SHOWN[name]()) and "0x" not in repr(SHOWN[name]())
