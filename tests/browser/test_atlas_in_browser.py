"""The page of the atlas: it is searched by words and by keyboard, and fits a phone."""

import pytest

from atlas.page import PAGE


@pytest.fixture(params=[1200, 390])
def atlas(chromium, request):
    """The page at the width of a desk, and of a phone; no request may leave it."""
    page = chromium.new_page(viewport={"width": request.param, "height": 900})
    asked = []
    page.on("request", lambda each: asked.append(each.url))
    page.goto(PAGE.as_uri())
    yield page
    assert asked == [PAGE.as_uri()]
    page.close()


def shown(page):
    """The names of the rows that can be seen."""
    return page.locator("details:not([hidden]) > summary > code").all_inner_texts()


def test_words_and_the_reason_sift_the_rows_and_the_count_says_how_many(atlas):
    every = shown(atlas)
    atlas.fill("#text", "fmax NAN")
    assert shown(atlas) == ["fmax(x, y) at x = 1, y = nan"]
    assert atlas.inner_text("#count") == f"1 of {len(every)} rows"
    assert atlas.locator("h2:visible").all_inner_texts() == ["Maximum and minimum of a pair"]
    atlas.fill("#text", "")
    atlas.select_option("#rule", "agreed")
    assert 0 < len(shown(atlas)) < len(every)
    atlas.select_option("#rule", "")
    assert shown(atlas) == every


def test_a_row_opens_by_keyboard_and_nothing_is_wider_than_the_page(atlas):
    atlas.fill("#text", "cross_entropy ignored")
    atlas.focus("#rule")
    atlas.keyboard.press("Tab")
    atlas.keyboard.press("Enter")
    assert atlas.locator("details[open]").count() == 1
    atlas.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    atlas.fill("#text", "")
    width = atlas.viewport_size["width"]
    assert atlas.evaluate("document.documentElement.scrollWidth") <= width
