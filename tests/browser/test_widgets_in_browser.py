"""Every widget in a browser: moved by keys, readable in both themes, nothing cut on a narrow page.

The page is what is stored of the examples in `widget_cases.py`, which needs no kernel.
"""

import sys
from pathlib import Path

import pytest
from conftest import DARK, LIGHT

sys.path.append(str(Path(__file__).parents[1]))
from widget_cases import SHOWN, stored

from autograd_lesson import Value
from autograd_lesson.pictures import draw, draw_dot
from autograd_lesson.pictures.plot import loss_curves

# Tests of their own say how the others are moved by keys: with answers, buttons and sliders.
PLAYED = [
    name for name in SHOWN if name not in ("playground", "practise", "predict", "step_by_hand")
]
LEAST_CONTRAST = 4.5
# What can be read: its words, and the contrast of their colour with what is painted under them.
READ = """() => {
    const parsed = colour => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        return colour.startsWith("color(") ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a];
    };
    const over = (top, share, below) => below.map((c, i) => share * top[i] + (1 - share) * c);
    const light = colour => colour.map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const opacity = element => {
        let share = 1;
        for (let e = element; e; e = e.parentElement) share *= getComputedStyle(e).opacity;
        return share;
    };
    const isSvg = element => element instanceof SVGElement && element.tagName !== "svg";
    const paint = (element, name) => {
        const style = getComputedStyle(element);
        const colour = isSvg(element)
            ? style.fill : name === "color" ? style.color : style.backgroundColor;
        if (colour === "none") return [[0, 0, 0], 0];
        const [r, g, b, a] = parsed(colour);
        return [[r, g, b], a * opacity(element)];
    };
    const found = [];
    for (const element of document.querySelectorAll("svg text, p, dt, dd, button, .count, label")) {
        const words = element.textContent.trim();
        if (!words || !element.checkVisibility({visibilityProperty: true})) continue;
        const box = element.getBoundingClientRect();
        if (!box.width) continue;
        const at = [box.x + box.width / 2, box.y + box.height / 2];
        let under = document.elementsFromPoint(...at).filter(e => !element.contains(e));
        under = under.filter(e => !["text", "tspan", "line", "polyline"].includes(e.tagName));
        const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
        let ground = isDark ? [17, 17, 17] : [255, 255, 255];
        for (const e of under.reverse()) {
            if (isSvg(e) && e.tagName === "path" && getComputedStyle(e).fill === "none") continue;
            ground = over(...paint(e, "background"), ground);
        }
        for (const part of [element, ...element.querySelectorAll("tspan")]) {
            const [colour, share] = paint(part, "color");
            const lights = [light(over(colour, share, ground)), light(ground)];
            const [low, high] = lights.sort((a, b) => a - b);
            found.push([part.textContent, (high + 0.05) / (low + 0.05)]);
        }
    }
    return found;
}"""
# Every text and box of a picture that is seen, and by how much it sticks out of its picture.
OUTSIDE = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
    const all = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text, rect, circle, line, polyline, path")]
        .filter(e => e.checkVisibility({visibilityProperty: true}))
        .map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
        .filter(([e, b]) => b.width || b.height)
        .map(([e, b]) => [e, Math.max(
            all.left - b.left, all.top - b.top, b.right - all.right, b.bottom - all.bottom)])
        .filter(([e, by]) => by > 1.5);
})"""
# Texts that the line of an arrow runs over: those with nothing opaque between the two.
CROSSED = """() => [...document.querySelectorAll(".arrow .line")]
    .filter(line => line.checkVisibility({visibilityProperty: true}))
    .flatMap(line => Array.from({length: 40}, (_, k) => {
        const at = line.getPointAtLength((k + 0.5) / 40 * line.getTotalLength());
        const {x, y} = at.matrixTransform(line.getScreenCTM());
        const found = document.elementsFromPoint(x, y);
        const ground = found.findIndex(e => e.tagName === "rect"
            && getComputedStyle(e).fill !== "none" && getComputedStyle(e).fillOpacity === "1");
        if (!found.slice(0, ground).includes(line)) return [];
        return found.slice(0, ground).filter(e => e.tagName === "text").map(e => e.textContent);
    }).flat())"""
# Elements that are wider than what holds them: what is cut, or must be scrolled.
CUT = """() => [...document.querySelectorAll("body, body *")]
    .filter(e => !(e instanceof SVGElement) || e.tagName === "svg")
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
        || e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => `${e.tagName}.${e.className}: ${e.scrollWidth} in ${e.clientWidth}`)"""


@pytest.fixture(scope="module")
def page(chromium):
    """A page that is high enough for all of a widget."""
    page = chromium.new_page(viewport={"width": 900, "height": 3000}, reduced_motion="reduce")
    yield page
    page.close()


def show(page, name: str, width: int = 900):
    """Show what is stored of an example, or of a picture that is no widget."""
    html = STILL[name]() if name in STILL else stored(name)["text/html"]
    page.set_viewport_size({"width": width, "height": 3000})
    page.emulate_media(color_scheme=LIGHT)
    page.set_content(
        "<!doctype html><style>:root {color-scheme: light dark} body {font: 14px sans-serif}"
        f"</style>{html}"
    )


def last_of_chain():
    """A graph that is wider than any page here."""
    value = Value(1.0, "x")
    for _ in range(8):
        value = value * value
    return value


STILL = {
    "draw": lambda: draw(last_of_chain())._repr_mimebundle_()["text/html"],
    "draw_dot": lambda: draw_dot(last_of_chain())._repr_mimebundle_()["text/html"],
    "loss_curves": lambda: loss_curves(
        {"a": [3, 2], "b": [2, 1]}, "Two curves."
    )._repr_mimebundle_()["text/html"],
}


@pytest.mark.parametrize("name", PLAYED)
def test_every_step_is_within_reach_of_the_keys(page, name):
    show(page, name)
    player = page.get_by_role("group").first
    count = player.locator(".count")
    last = int(count.inner_text().split(" / ")[1])
    page.keyboard.press("Tab")
    assert player.evaluate("player => player === document.activeElement"), "Tab leads to the player"
    assert player.evaluate("player => getComputedStyle(player).outlineStyle") != "none"
    page.keyboard.press("Home")
    assert count.inner_text() == f"0 / {last}"
    page.keyboard.press("ArrowRight")
    assert count.inner_text() == f"1 / {last}"
    page.keyboard.press("ArrowLeft")
    assert count.inner_text() == f"0 / {last}"
    page.keyboard.press("End")
    assert count.inner_text() == f"{last} / {last}"
    assert player.get_by_role("status").inner_text().strip()
    assert player.get_attribute("aria-label") and player.get_attribute("aria-description")


@pytest.mark.parametrize("name", SHOWN)
def test_every_step_can_be_read_in_both_themes_and_lies_inside_its_picture(page, name):
    show(page, name)
    steps = 1
    if name in PLAYED:
        steps = 1 + int(page.locator(".count").first.inner_text().split(" / ")[1])
        page.keyboard.press("Tab")
    else:
        page.evaluate(INLINE)
    for theme in (LIGHT, DARK):
        page.emulate_media(color_scheme=theme)
        page.keyboard.press("Home")
        for step in range(steps):
            read = page.evaluate(READ)
            pale = [(words, round(by, 2)) for words, by in read if by < LEAST_CONTRAST]
            assert read and not pale, (theme, step, pale)
            if theme == LIGHT:  # no theme moves anything
                assert page.evaluate(OUTSIDE) == [], step
                assert page.evaluate(CROSSED) == [], step
            page.keyboard.press("ArrowRight")


# A picture without its player stands on the page as an image, whose inside cannot be asked.
INLINE = """() => document.querySelectorAll("img").forEach(image => {
    const source = image.getAttribute("src");
    const svg = decodeURIComponent(source.slice(source.indexOf(",") + 1));
    image.outerHTML = svg;
})"""


@pytest.mark.parametrize("width", [820, 390])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_cut_on_a_narrow_page_in_both_themes(page, name, width):
    show(page, name, width)
    assert page.evaluate(CUT) == []
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    assert page.evaluate(CUT) == []
    page.emulate_media(color_scheme=DARK)
    assert page.evaluate(CUT) == []


# Words in two pieces that would have room on a line of half the page.
BROKEN = """() => [...document.querySelectorAll("p, dt, dd, button, label")].flatMap(element => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), found = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode())
        for (const word of text.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const pieces = [...range.getClientRects()].map(piece => piece.width);
            const whole = pieces.reduce((sum, width) => sum + width, 0);
            if (pieces.length > 1 && whole < innerWidth / 2) found.push(word[0]);
        }
    return found;
})"""


@pytest.mark.parametrize("width", [390, 250])
@pytest.mark.parametrize("name", SHOWN)
def test_no_word_is_broken_on_a_narrow_page(page, name, width):
    show(page, name, width)
    page.keyboard.press("Tab")
    for key in ("Home", "End"):
        page.keyboard.press(key)
        assert page.evaluate(BROKEN) == []


def figures(page):
    """Of each figure in sight: the width of its picture, its own, and whether it can be ticked."""
    return page.evaluate("""() => [...document.querySelectorAll(".autograd-figure")]
        .filter(figure => figure.checkVisibility())
        .map(figure => {
            const [picture, tick] = ["img, svg", ".larger"].map(each => figure.querySelector(each));
            const whole = picture.naturalWidth ?? picture.width.baseVal.value;
            return [whole, figure.clientWidth, tick.checkVisibility()];
        })""")


@pytest.mark.parametrize("width", [820, 390])
@pytest.mark.parametrize("name", [*SHOWN, *STILL])
def test_a_picture_wider_than_its_page_can_be_made_as_large_as_it_is(page, name, width):
    show(page, name, width)
    page.keyboard.press("Tab")
    for key in ("Home", "End"):
        page.keyboard.press(key)
        found = figures(page)
        assert found and all(is_offered or whole <= room for whole, room, is_offered in found)
    tick = page.get_by_label("Larger").locator("visible=true").first
    if not tick.count():
        return
    tick.focus()
    page.keyboard.press("Space")
    figure = page.locator(".autograd-figure:has(:checked)")
    whole, room, _ = next(each for each in figures(page) if each[0] > each[1])
    assert figure.evaluate("figure => figure.querySelector('img, svg').clientWidth") == whole
    assert figure.get_by_text("scroll it left and right").is_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("figure => figure.scrollLeft > 0", arg=figure.element_handle())
    assert tick.is_visible() and figure.evaluate("figure => figure.scrollWidth") >= whole > room
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Space")
    assert page.evaluate(CUT) == []
