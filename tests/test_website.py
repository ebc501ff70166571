"""The pages hold what the notebooks hold, cell by cell, and lead where they say."""

import copy
import json
import re
import shutil
import sys
import urllib.parse
from pathlib import Path

import bs4
import nbformat
import pytest

pytest.importorskip("latex2mathml", reason="the extra `site` is not installed")

from website import contents  # noqa: E402
from website import pages as pages_module  # noqa: E402
from website.__main__ import main  # noqa: E402
from website.cells import Cells  # noqa: E402
from website.contents import KINDS, lessons, notebook  # noqa: E402
from website.outputs import SAID, Outputs  # noqa: E402
from website.prose import Prose  # noqa: E402
from website.sections import sections_of  # noqa: E402
from website.ways_in import limits  # noqa: E402

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
NOTEBOOKS = [f"{kind}/{lesson.name}" for kind in KINDS for lesson in lessons()]
BY_NUMBER = [name for name in NOTEBOOKS if not name.startswith("solutions")]


def soup_of(path: Path) -> bs4.BeautifulSoup:
    return bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="session")
def pages(website) -> dict[str, bs4.BeautifulSoup]:
    """Every page by its name, parsed once."""
    names = (path.relative_to(website) for path in sorted(website.rglob("*.html")))
    return {name.as_posix(): soup_of(website / name) for name in names}


def cells_on(page: bs4.BeautifulSoup) -> dict[str, bs4.Tag]:
    """The sections of a page, by their ids: to look for each takes as long as the page is."""
    return {section["id"]: section for section in page.select("section.cell")}


def stored_words(cell) -> list[str]:
    """The words of each output of a cell, as the notebook stores them."""
    found = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            found.append(output.text)
        elif output.output_type == "error":
            found.append("\n".join(output.traceback))
        elif "text/html" in output.data:
            found.append(said_on_a_page(words_of(output.data["text/html"])))
        else:
            found.append(output.data["text/plain"])
    return [" ".join(words.split()) for words in found]


def said_on_a_page(words: str) -> str:
    for in_a_notebook, on_a_page in SAID.items():
        words = words.replace(in_a_notebook, on_a_page)
    assert "Run the cell" not in words
    return words


def words_of(html: str) -> str:
    soup = bs4.BeautifulSoup(html, "html.parser")
    for unread in soup(["style", "script"]):
        unread.decompose()
    return soup.get_text()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_has_the_code_and_the_outputs_of_its_notebook_cell_by_cell(name, pages):
    kind, stem = name.split("/")
    page = pages[f"{name}.html"]
    cells = notebook(kind, stem).cells
    shown = page.select("section.cell")
    assert [each["id"] for each in shown] == [f"cell-{cell.id}" for cell in cells]
    for cell, section in zip(cells, shown, strict=True):
        if cell.cell_type == "code":
            assert section.select_one(".source pre").get_text().strip() == cell.source.strip()
            outputs = [words_of(str(each)) for each in section.select(".output")]
            assert [" ".join(words.split()) for words in outputs] == stored_words(cell), cell.id


NO_WORDS = re.compile(
    r"<script>.*?</script>|\$\$.*?\$\$|\$.+?\$|^\[[^\]]+\]: \S+$|</?\w+>"
    r"|\](\([^)]*\)|\[\w*\])|^\|[-| :]+\|$",
    re.DOTALL | re.MULTILINE,
)


def words_in_markdown(source: str) -> list[str]:
    """The words of a text, without maths, marks and addresses; those of code as they are."""
    codes = []

    def kept(code: re.Match) -> str:
        codes.append(re.sub(r"^```\w*|`", "", code[0]))
        return f"\ue000{len(codes) - 1}\ue001"

    texts = NO_WORDS.sub(" ", re.sub(r"```.*?```|`[^`]+`", kept, source, flags=re.DOTALL))
    return of_letters(re.sub("\ue000(\\d+)\ue001", lambda place: codes[int(place[1])], texts))


def of_letters(words: str) -> list[str]:
    """The words, without single digits: of a list that is numbered they are no text of the page."""
    return [word for word in re.findall(r"[^\W_]+", words) if not re.fullmatch(r"\d", word)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_has_every_word_of_the_texts_of_its_notebook(name, pages):
    kind, stem = name.split("/")
    sections = cells_on(pages[f"{name}.html"])
    for cell in notebook(kind, stem).cells:
        if cell.cell_type == "markdown":
            section = copy.copy(sections[f"cell-{cell.id}"])
            for extra in section.select("math, a.here"):
                extra.decompose()
            assert of_letters(section.get_text()) == words_in_markdown(cell.source), cell.id


def test_no_formula_is_left_in_the_words_of_latex(pages):
    for name, page in pages.items():
        assert not [math for math in page.select("math") if "\\" in math.get_text()], name
        for text in page.select(".prose :is(p, li, td)"):
            words = "".join(s for s in text.strings if not s.find_parent("code"))
            assert "$" not in words, (name, words)
    assert sum(len(page.select("math")) for page in pages.values()) > 500


def test_every_link_leads_to_a_file_and_a_place_that_are_there(website, pages):
    ids = {name: {each["id"] for each in page.select("[id]")} for name, page in pages.items()}
    for name, page in pages.items():
        for element in page.select("[href], [src]"):
            url = urllib.parse.urlsplit(element.get("href") or element.get("src"))
            if url.scheme or url.netloc:
                assert url.scheme in ("https", "data"), (name, url)
                continue
            target = (
                (website / name).parent / urllib.parse.unquote(url.path)
                if url.path
                else (website / name)
            )
            assert target.is_file(), (name, url.path)
            if url.fragment:
                there = target.resolve().relative_to(website.resolve()).as_posix()
                assert url.fragment in ids[there], (name, element)


def test_a_page_of_a_notebook_says_of_itself_what_no_other_page_says(pages):
    heads = [page.head for name, page in pages.items() if not name.startswith("docs/atlas")]
    titles = [head.title.get_text() for head in heads]
    said = [head.select_one("meta[name=description]") for head in heads]
    words = [each["content"] for each in said if each]
    assert len(words) == len(NOTEBOOKS) + 1 == len(set(words)) and "" not in words
    assert len(set(titles)) == len(titles)


def test_an_id_stands_once_on_its_page(pages):
    for name, page in pages.items():
        found = [each["id"] for each in page.select("[id]")]
        assert len(found) == len(set(found)), name


def test_nothing_is_loaded_from_elsewhere(website, pages):
    for name, page in pages.items():
        loaded = [each.get("src") or each["href"] for each in page.select("[src], link[href]")]
        assert not [url for url in loaded if "//" in url.split(",")[0]], name
    for path in (*website.rglob("*.css"), *website.rglob("*.js")):
        if path.name == "minisearch.js":  # it has a method `fetch`; a browser counts what it asks
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(|\bfetch\(|XMLHttpRequest|\bimport\(", text), path.name


def test_the_functions_of_widgets_are_loaded_once_and_not_with_each_picture(website, pages):
    assert "function statesOf" in (website / "assets" / "widgets.js").read_text(encoding="utf-8")
    for name, page in pages.items():
        scripts = [script for script in page.select("script") if not script.get("src")]
        if name.startswith("docs/atlas"):
            continue
        assert all(script.string.startswith("{const {") for script in scripts), name
        places = page.select("[data-autograd-player]")
        if name != "book.html":
            started = sum(script.string.count('start("') for script in scripts)
            assert started == len(places), name
    assert sum(len(page.select("[data-autograd-player]")) for page in pages.values()) > 80


def test_what_is_to_be_found_out_is_folded(pages):
    for name in NOTEBOOKS:
        page = pages[f"{name}.html"]
        assert not page.select("main details[open]"), name
        sections = cells_on(page)
        for cell in notebook(*name.split("/")).cells:
            section = sections[f"cell-{cell.id}"]
            if {"prediction", "folded"} & {*cell.metadata.get("tags", [])}:
                outputs = section.select(".output")
                assert all(each.find_parent("details") for each in outputs), cell.id
            if "### BEGIN SOLUTION" in cell.source and name.startswith("solutions"):
                assert section.select_one("details .source"), cell.id


def test_the_search_finds_every_section_and_shows_nothing_that_is_folded(website):
    text = (website / "assets" / "sections.js").read_text(encoding="utf-8")
    sections = json.loads(text.removeprefix("const autogradSections = ").removesuffix(";\n"))
    assert {each["url"].split(".")[0] for each in sections} >= set(BY_NUMBER)
    assert not [each["url"] for each in sections if each["url"].startswith("solutions")]
    assert not [each["url"] for each in sections if "BEGIN SOLUTION" in each["code"]]
    assert not [each["url"] for each in sections if "import autograd_lesson" in each["text"]]
    (lost,) = (each for each in sections if each["title"] == "The lost path")
    assert "All partials in it are right" in lost["text"]
    assert "45.0, 20.0" in lost["folded"] and "45.0, 20.0" not in lost["text"]


def test_words_go_to_the_section_that_they_stand_in():
    body = (
        "<h1 id='t'>T</h1><p>a</p><section class='code'><pre>x = <i>1</i></pre><section>2</section>"
        "3<details><summary>Show</summary>y</details></section><h2 id='b'>B<a>#</a></h2><p>c"
        "<b>c</b></p><details><summary>Answer</summary>d<p>d</p></details><table><tr><td>e</td><td>f</td></tr>"
        "</table><script>z</script>"
    )
    assert [tuple(each) for each in sections_of("p.html", "P", body)] == [
        ("p.html", "P", "P", "a", "x = 123 Show", "y"),
        ("p.html#b", "P", "B", "cc Answer e f", "", "d d"),
    ]


def test_the_first_page_has_the_lessons_with_their_minutes_and_the_routes(pages):
    page = pages["index.html"]
    shown = [" ".join(each.get_text().split()) for each in page.select("ol.lessons li")]
    assert len(shown) == len(list((ROOT / "source" / "lessons").glob("*.py")))
    for lesson, words in zip(lessons(), shown, strict=True):
        first = notebook("notebooks", lesson.name).cells[0].source
        then = notebook("exercises", lesson.name).cells[0].source
        minutes = [re.search(r"(\d+)\s+minutes", source)[1] for source in (first, then)]
        assert "{} minutes · exercises, {} minutes".format(*minutes) in words
    ways = next(
        c.source for c in notebook("notebooks", "00_start_here").cells if "| Tog" in c.source
    )
    routes = re.findall(r"\| (\d+ minutes) \|", ways)
    assert [each.get_text() for each in page.select("td:nth-child(3)")] == routes != []


def test_the_book_has_every_lesson_and_what_is_folded_at_its_end(pages):
    book = pages["book.html"]
    for lesson in lessons():
        part = book.find(id=f"lesson-{lesson.number}")
        page = pages[f"notebooks/{lesson.name}.html"]
        answers = part.select("[id^=answer-]")
        folds = page.select("main details:not([data-autograd-player] > details)")
        assert len(answers) == len(folds) > 0, lesson.name
        for answer, fold in zip(answers, folds, strict=True):
            for tick in fold.select(".larger"):
                tick.decompose()
            assert list(answer.stripped_strings)[1:3] == list(fold.stripped_strings)[1:3]
    assert not book.select("details, .lesson script")


def test_a_folder_with_files_of_others_is_not_emptied(tmp_path, monkeypatch):
    (tmp_path / "thesis.txt").write_text("years of work")
    monkeypatch.setattr(sys, "argv", ["site", "--no-lite", "--no-pdf", f"--out={tmp_path}"])
    with pytest.raises(SystemExit, match="would lose them"):
        main()
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_exercise_is_the_blank_where_somebody_has_answered_it(tmp_path, monkeypatch):
    for folder in ("source", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copytree(ROOT / "solutions", tmp_path / "exercises")
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    page = contents.notebook.__wrapped__("exercises", "05_order_and_accumulation")
    sources = "\n".join(cell.source for cell in page.cells)
    assert "BEGIN SOLUTION" not in sources and 'raise NotImplementedError("your turn")' in sources


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (
            {"image/png": "iVBO\nRw0=", "text/plain": "a curve"},
            '<img src="data:image/png;base64,iVBORw0=',
        ),
        ({"image/png": "iVBORw0=", "text/plain": 'a "curve"'}, 'alt="a &#34;curve&#34;"'),
        ({"image/jpeg": "AA==", "text/plain": "a photo"}, 'alt="a photo"'),
        ({"text/markdown": "**bold**", "text/plain": "bold"}, "<strong>bold</strong>"),
        ({"text/latex": "$x^2$", "text/plain": "x^2"}, "<msup>"),
        ({"application/x-unknown": "?", "text/plain": "words"}, "<pre>words</pre>"),
        ({"text/plain": "\x1b[31m1 < 2\x1b[0m"}, "1 &lt; 2</span>"),
    ],
)
def test_an_output_of_any_kind_is_shown(data, shown):
    output = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell("show()", outputs=[output])
    page = Cells(Outputs()).html(nbformat.v4.new_notebook(cells=[cell]), Prose())
    assert shown in page


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_what_a_lesson_needs_and_a_browser_lacks_is_said(lesson):
    cells = [
        cell.source
        for kind in ("notebooks", "exercises")
        for cell in notebook(kind, lesson.name).cells
        if cell.cell_type == "code"
    ]
    said = limits(int(lesson.number)) or ""
    assert bool(said) == bool(re.search(r"\bimport numpy|\bTensor\b", "\n".join(cells)))
    needs = {r"^import torch": "PyTorch", "numba|cupy": "numba", r"\bdigits\(": "scikit-learn"}
    for word, name in needs.items():
        if re.search(word, "\n".join(cells), re.MULTILINE):
            assert name in said


def test_a_script_that_is_not_of_the_package_stays_with_its_picture():
    html = "<script>{function start() {}\nstart(1);}</script>"
    assert Outputs()(html) == html


def test_what_goes_wrong_is_one_sentence(tmp_path, monkeypatch, capsys):
    def missing(kind, name):
        raise FileNotFoundError(2, "No such file", f"{kind}/{name}.ipynb")

    monkeypatch.setattr(pages_module, "notebook", missing)
    monkeypatch.setattr(sys, "argv", ["site", "--no-lite", f"--out={tmp_path / 'out'}"])
    with pytest.raises(SystemExit, match="The site is not made: .*00_start_here.ipynb"):
        main()


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\frac{f(x + h) - f(x - h)}{2h}", "f(x+h)−f(x−h)2h"),
        (r"\mathrm{d}A_{ij} = \sum_k G_{ik}", "dAij=∑kGik"),
        (r"10^{-15}", "10−15"),
    ],
)
def test_a_formula_is_drawn_by_the_browser_itself(latex, words):
    soup = bs4.BeautifulSoup(Prose().html(f"${latex}$"), "html.parser")
    assert soup.math.get_text() == words


def test_a_lesson_that_is_named_can_be_reached():
    places = {"2": "two.html", "3": "three.html", "12": "twelve.html", "E5.1": "five.html#e5-1"}
    prose = Prose(places)
    html = prose.html(
        "## In lesson 2\n\nLesson 2, lessons 3 to 12, [lesson 3](x.ipynb), lesson 99. A 2, E5.1."
    )
    links = [(a["href"], a.get_text()) for a in bs4.BeautifulSoup(html, "html.parser").select("a")]
    assert links == [
        ("#in-lesson-2", "#"),
        ("two.html", "2"),
        ("three.html", "3"),
        ("twelve.html", "12"),
        ("x.html", "lesson 3"),
        ("five.html#e5-1", "E5.1"),
    ]


def test_a_column_without_a_head_is_not_read_out_as_having_one():
    html = Prose().html("| | b |\n|---|--:|\n| 1 | 2 |")
    head = bs4.BeautifulSoup(html, "html.parser").thead
    assert [(cell.name, cell.get_text()) for cell in head.select("td, th")] == [
        ("td", ""),
        ("th", "b"),
    ]


def test_two_headings_of_the_same_words_have_two_ids():
    prose = Prose()
    prose.html("## Next\n\n## Next\n\n## $x^2$ and `y`")
    assert [each.id for each in prose.headings] == ["next", "next-2", "x2-and-y"]
