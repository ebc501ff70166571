"""The pages in a browser: no request leaves, nothing is cut, keys work, words are found."""

import functools
import re
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import DARK, LIGHT, at_step, browser_program, press

pytest.importorskip("latex2mathml", reason="the extra `site` is not installed")

from website.book import print_book  # noqa: E402
from website.contents import lessons  # noqa: E402
from website.pages import Site  # noqa: E402

pytestmark = pytest.mark.slow
LESSON_02 = "notebooks/02_graphs_and_chain_rule.html"
EXERCISE_05 = "exercises/05_order_and_accumulation.html"
SOLUTION_05 = "solutions/05_order_and_accumulation.html"
WIDE_MAY_SCROLL = ".wide, .autograd-figure, .sections details, dialog"
# What is cut, or can only be reached by scrolling sideways where nothing says so.
CUT = """allowed => [...document.querySelectorAll("body, body *")].filter(element => {
    const { overflowX } = getComputedStyle(element);
    if (element !== document.body && overflowX === "visible") return false;
    if (element.closest("svg, math") || element.matches(allowed)) return false;
    return element.clientWidth && element.scrollWidth > element.clientWidth + 1;
}).map(element => element.outerHTML.slice(0, 200))"""
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("denied", "SecurityError"); },
});"""


class Quiet(SimpleHTTPRequestHandler):
    """A server that writes no line for each request."""

    def log_message(self, *words) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(website):
    """Where the pages are served: below a path of their own, as on GitHub."""
    handler = functools.partial(Quiet, directory=str(website.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{website.name}/"
        server.shutdown()


@pytest.fixture
def opened(chromium, address):
    """Open a page in a browser of its own; what goes wrong on it, or is asked elsewhere, fails."""
    contexts, errors, asked = [], [], []

    def page_at(name: str, base: str = address, script: str = "", **options):
        context = chromium.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("request", lambda each: asked.append(each.url))
        page.goto(base + name)
        return page

    yield page_at
    for context in contexts:
        context.close()
    assert errors == []
    assert not [url for url in asked if not url.startswith((address, "file:", "data:"))]


def test_no_page_asks_for_anything_elsewhere_and_none_is_cut_on_a_phone(website, opened):
    page = opened("index.html", viewport={"width": 390, "height": 844})
    base = page.url.removesuffix("index.html")
    names = sorted(path.relative_to(website).as_posix() for path in website.rglob("*.html"))
    assert len(names) > 3 * len(lessons())
    for name in names:
        page.goto(base + name)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        if name != "docs/atlas.html":  # it hides the head of its tables there, by a test of its own
            assert page.evaluate(CUT, WIDE_MAY_SCROLL) == [], name


@pytest.mark.parametrize("is_served", [True, False], ids=["served", "as a file"])
def test_lesson_02_is_stepped_by_keys(opened, website, is_served):
    base = {} if is_served else {"base": website.as_uri() + "/"}
    page = opened(LESSON_02, **base)
    assert page.locator("[data-autograd-player]").count() == 0  # each was started
    player = page.get_by_role("group", name="Paths from a to e")
    player.scroll_into_view_if_needed()
    at_step(player, 0)
    press(player, "ArrowRight", 1)
    press(player, "End", 4)
    assert "45" in player.inner_text()
    press(player, "Home", 0)


def test_answers_are_folded_until_a_key_opens_one(opened):
    page = opened(LESSON_02)
    assert page.locator("main details[open]").count() == 0
    answer = page.locator("#cell-02-predict-edges details")
    assert not answer.get_by_text("(5, 3, 6)").is_visible()
    answer.locator("summary").press("Enter")
    assert answer.get_by_text("(5, 3, 6)").is_visible()


@pytest.mark.parametrize("is_served", [True, False], ids=["served", "as a file"])
def test_the_search_finds_a_word_and_its_section_by_keys(opened, website, is_served):
    base = {} if is_served else {"base": website.as_uri() + "/"}
    page = opened("index.html", **base)
    page.keyboard.press("Control+k")
    page.get_by_label("Search the course").fill("lost path partials")
    found = page.locator("dialog li")
    found.first.wait_for()
    assert found.first.locator("a").inner_text() == "The lost path"
    assert "2. Graphs and the chain rule" in found.first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/02_graphs_and_chain_rule.html#the-lost-path")
    assert page.locator("#the-lost-path").is_visible()


def test_the_search_forgives_a_slip_and_says_when_it_finds_nothing(opened):
    page = opened(LESSON_02)
    page.get_by_role("button", name="Search").click()
    field = page.get_by_label("Search the course")
    field.fill("jacobain")
    page.locator("dialog li").first.wait_for()
    assert "Jacobian" in page.locator("dialog ol").inner_text()
    field.fill("f(x) = x^2")  # signs are no words
    page.get_by_text("sections with these words").wait_for()
    field.fill("chain rule")
    page.locator("dialog li", has_text="2. Graphs and the chain rule").first.wait_for()
    assert "import" not in page.locator("dialog ol").inner_text()  # a text says more than code
    field.fill("itertools")  # code alone has it
    page.locator("dialog li", has_text="from itertools import").first.wait_for()
    field.fill("xylophone")
    page.get_by_text("No sections with these words.").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # the first may empty the field
    assert not page.locator("dialog").is_visible()


def test_a_theme_that_is_chosen_holds_on_the_next_page_and_reaches_the_pictures(opened):
    page = opened(LESSON_02, color_scheme=LIGHT)
    ground = "getComputedStyle(document.body).backgroundColor"
    box = "getComputedStyle(document.querySelector('.autograd-player')).backgroundColor"
    assert page.evaluate(ground) == page.evaluate(box) == "rgb(255, 255, 255)"
    button = page.get_by_role("button", name="Theme")
    button.click()
    button.click()
    assert button.inner_text() == "Theme: dark"
    assert page.evaluate(ground) == page.evaluate(box) == "rgb(17, 17, 17)"
    page.locator("nav.around .after").click()
    page.wait_for_url("**/exercises/02*")
    assert page.evaluate(ground) == "rgb(17, 17, 17)"
    page.get_by_role("button", name="Theme").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"  # the system's again


def test_paper_is_white_where_the_dark_theme_was_chosen(opened):
    page = opened(LESSON_02, script="localStorage.setItem('autograd-theme', 'dark')")
    colours = """[document.body, document.querySelector('.autograd-player svg .ground')].map(
        element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).fill])"""
    assert page.evaluate(colours)[0][0] == "rgb(17, 17, 17)"
    page.emulate_media(media="print")
    assert page.evaluate(colours)[0][0] == "rgb(255, 255, 255)"
    assert page.evaluate(colours)[1][1] == "rgb(255, 255, 255)"
    assert not page.locator("header.top").is_visible()


@pytest.mark.parametrize(
    "name",
    ["index.html", "docs/words.html", LESSON_02, EXERCISE_05, SOLUTION_05],
)
def test_a_page_is_fit_for_screen_readers_and_keys_and_its_contrast_is_enough(opened, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = opened(name, color_scheme=LIGHT)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    every, of_colours = {}, {"runOnly": ["color-contrast"]}  # the theme changes nothing else
    for theme, rules in ((LIGHT, every), (DARK, of_colours)):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        options = {"resultTypes": ["violations"], **rules}
        found = axe.Axe().run(page, options=options).response["violations"]
        told = [
            (each["id"], node["target"], node["failureSummary"])
            for each in found
            for node in each["nodes"][:3]
        ]
        assert told == [], theme


def test_a_page_without_scripts_is_read_and_unfolded(opened):
    page = opened(LESSON_02, java_script_enabled=False)
    still = page.get_by_role("img", name="Paths from a to e")
    assert still.is_visible()
    assert page.get_by_text("Where scripts run, you can step").first.is_visible()
    page.locator("#cell-02-predict-edges summary").click()
    assert page.get_by_text("(5, 3, 6)").is_visible()
    assert not page.get_by_role("button", name="Search").is_visible()


def test_a_page_works_where_the_browser_keeps_nothing(opened):
    page = opened(LESSON_02, script=NO_STORAGE)
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert button.inner_text() == "Theme: light"
    press(page.get_by_role("group", name="Paths from a to e"), "ArrowRight", 1)


@pytest.fixture
def with_a_notebook_that_runs(website):
    """A page that offers to run its notebook, as where that part of the site is built."""
    there = website / "lite" / "files" / "exercises"
    there.mkdir(parents=True)
    (there / f"{lessons()[5].name}.ipynb").touch()
    page = website / EXERCISE_05
    before = page.read_text(encoding="utf-8")
    Site(website).write_notebook("exercises", 5)
    yield
    shutil.rmtree(website / "lite")
    page.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    ("script", "is_served", "words"),
    [
        ("", False, "serve the folder"),
        ("delete window.WebAssembly;", True, "has no WebAssembly"),
        (NO_STORAGE, True, "keeps nothing"),
    ],
    ids=["a file", "no WebAssembly", "no storage"],
)
def test_what_stands_in_the_way_of_running_is_said_and_the_page_stays_readable(
    opened, website, with_a_notebook_that_runs, script, is_served, words
):
    base = {} if is_served else {"base": website.as_uri() + "/"}
    page = opened(EXERCISE_05, script=script, **base)
    assert words in page.locator(".ways").inner_text()
    assert page.get_by_role("link", name="Run it here").count() == (words == "keeps nothing")
    assert page.locator("#cell-05-topological_order").is_visible()


def test_a_page_offers_to_run_its_own_notebook(opened, with_a_notebook_that_runs):
    page = opened(EXERCISE_05)
    link = page.get_by_role("link", name="Run it here")
    assert link.get_attribute("href").endswith(
        "lite/notebooks/index.html?path=exercises/05_order_and_accumulation.ipynb"
    )
    assert page.locator(".ways span.run").count() == 0


def test_the_largest_page_is_painted_within_a_second(opened, website):
    largest = max((website / "notebooks").glob("*.html"), key=lambda path: path.stat().st_size)
    page = opened(f"notebooks/{largest.name}")
    paints = []
    for _ in range(3):
        page.reload()
        entry = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        page.wait_for_function(entry)
        paints.append(page.evaluate(entry))
    assert min(paints) < 1000


def test_the_printed_book_has_every_lesson_in_its_outline(website, chromium, tmp_path):
    """Of each lesson its first cell alone: 400 pages take a minute."""
    head, *bodies = (website / "book.html").read_text(encoding="utf-8").split('<div class="lesson"')
    firsts = [body.partition("</section>")[0] + "</section></div>" for body in bodies]
    short = '<div class="lesson"'.join([head, *firsts])
    (tmp_path / "book.html").write_text(short, encoding="utf-8")
    shutil.copytree(website / "assets", tmp_path / "assets")
    print_book(tmp_path, browser_program())
    pdf = (tmp_path / "book.pdf").read_bytes()
    titles = [title.decode("latin-1") for title in re.findall(rb"/Title \((.*?)\)\s", pdf)]
    for lesson in lessons():
        assert any(title.startswith(f"{int(lesson.number)}. ") for title in titles), lesson
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    assert pages > len(lessons())  # each begins on a page of its own
