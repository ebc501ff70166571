"""What the search looks through: each section of each page, its texts, its code and what is folded.

Folded words are found and never shown: an answer in a list of results would be read unasked. Code
is shown where no text has the words: a list of imports says little of a section.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import bs4

BLOCKS = ["p", "li", "td", "th", "summary", "details", "pre", "h4", "dt", "dd", "div"]


class Section(NamedTuple):
    """One section, from a heading to the next."""

    url: str
    page: str
    title: str
    text: str
    code: str  # with what comes out of it
    folded: str


def sections_of(url: str, page: str, body: str) -> list[Section]:
    """The sections of a page, each with the words that stand in it."""
    soup = bs4.BeautifulSoup(body, "html.parser")
    for unread in soup(["style", "script", "annotation"]):
        unread.decompose()
    return list(cut(url, page, soup))


def cut(url: str, page: str, soup: bs4.BeautifulSoup) -> Iterator[Section]:
    """Each section, once the heading of the next is met."""
    place, title, words = url, page, Words()
    for string in soup.strings:
        heading = string.find_parent(["h1", "h2", "h3"])
        if heading is None:
            words[kind_of(string)] += [" " if begins_block(string) else "", string]
        elif heading.name != "h1" and f"{url}#{heading['id']}" != place:
            yield Section(place, page, title, *words.joined())
            place, words = f"{url}#{heading['id']}", Words()
            title = heading.get_text().removesuffix("#")
    yield Section(place, page, title, *words.joined())


class Words(dict[str, list[str]]):
    """The words of a section, by what they stand in."""

    def __init__(self) -> None:
        """Begin without words."""
        super().__init__(text=[], code=[], folded=[])

    def joined(self) -> list[str]:
        """Each kind of words, with one space between them."""
        return [" ".join("".join(strings).split()) for strings in self.values()]


def kind_of(string: bs4.NavigableString) -> str:
    """What a string stands in."""
    if string.find_parent("details") and not string.find_parent("summary"):
        return "folded"
    return "code" if string.find_parent("section", class_="code") else "text"


def begins_block(string: bs4.NavigableString) -> bool:
    """Does a page show it on a line or in a cell of its own, so that it begins a word?"""
    block = string.find_parent(BLOCKS)
    return block is not None and next(block.strings) is string


def as_script(sections: list[Section]) -> str:
    """The sections as a script, which a page may load where it is opened as a file, too."""
    data = [{"id": number, **each._asdict()} for number, each in enumerate(sections)]
    return f"const autogradSections = {json.dumps(data, ensure_ascii=False)};\n"
