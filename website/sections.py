"""What the search looks through: each section of each page, its texts, its code and what is folded.

Folded words are found and never shown: an answer in a list of results would be read unasked. Code
is shown where no text has the words: a list of imports says little of a section.
"""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple

UNREAD = ("script", "style", "annotation", "h1")
HEADINGS = ("h2", "h3")
# What is shown on a line or in a cell of its own, so that a word begins with it.
BLOCKS = ("p", "li", "td", "th", "summary", "details", "pre", "h4", "dt", "dd", "div", "text")


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
    cutter = Cutter(url, page)
    cutter.feed(body)
    cutter.close()
    return [*cutter.found, cutter.section()]


class Cutter(HTMLParser):
    """Goes through a page once, and cuts it at its headings."""

    def __init__(self, url: str, page: str) -> None:
        """Begin with what stands above the first heading."""
        super().__init__()
        self.url, self.page = url, page
        self.found = list[Section]()
        self.inside = Counter[str]()  # how many of each tag are open
        self.is_code = list[bool]()  # of each <section> that is open: is it a cell of code?
        self.begin(url, page)

    def begin(self, place: str, title: str) -> None:
        """Begin a section without words."""
        self.place, self.title = place, title
        self.words: dict[str, list[str]] = {"text": [], "code": [], "folded": []}

    def section(self) -> Section:
        """The section up to here, with one space between words."""
        words = [" ".join("".join(strings).split()) for strings in self.words.values()]
        return Section(self.place, self.page, self.title.removesuffix("#"), *words)

    def here(self) -> list[str]:
        """The words of the kind that stands here."""
        if self.inside["details"] and not self.inside["summary"]:
            return self.words["folded"]
        return self.words["code" if any(self.is_code) else "text"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go in, and cut where it is a heading."""
        given = dict(attrs)
        if tag in HEADINGS:
            self.found.append(self.section())
            self.begin(f"{self.url}#{given['id']}", "")
        if tag == "section":
            self.is_code.append("code" in (given.get("class") or "").split())
        self.inside[tag] += 1
        if tag in BLOCKS:
            self.here().append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Come out."""
        self.inside[tag] -= 1
        if tag == "section":
            self.is_code.pop()

    def handle_data(self, data: str) -> None:
        """Keep the words, of a title or of what stands here."""
        if any(self.inside[tag] for tag in HEADINGS):
            self.title += data
        elif not any(self.inside[tag] for tag in UNREAD):
            self.here().append(data)


def as_script(sections: list[Section]) -> str:
    """The sections as a script, which a page may load where it is opened as a file, too."""
    data = [{"id": number, **each._asdict()} for number, each in enumerate(sections)]
    return f"const autogradSections = {json.dumps(data, ensure_ascii=False)};\n"
