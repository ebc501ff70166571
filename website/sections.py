"""What the search looks through: each section of each page, its open words apart from its folded.

Folded words are found and never shown: an answer in a list of results would be read unasked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import bs4


class Section(NamedTuple):
    """One section, from a heading to the next."""

    url: str
    page: str
    title: str
    text: str
    folded: str


def sections_of(url: str, page: str, body: str) -> list[Section]:
    """The sections of a page, each with the words that stand in it."""
    soup = bs4.BeautifulSoup(body, "html.parser")
    for unread in soup(["style", "script", "annotation"]):
        unread.decompose()
    return list(cut(url, page, soup))


def cut(url: str, page: str, soup: bs4.BeautifulSoup) -> Iterator[Section]:
    """Each section, once the heading of the next is met."""
    place, title, words = url, page, {False: list[str](), True: list[str]()}
    for string in soup.strings:
        heading = string.find_parent(["h1", "h2", "h3"])
        if heading is not None:
            if heading.name != "h1" and f"{url}#{heading['id']}" != place:
                yield Section(place, page, title, joined(words[False]), joined(words[True]))
                place, words = f"{url}#{heading['id']}", {False: [], True: []}
                title = heading.get_text().removesuffix("#")
        else:
            is_folded = string.find_parent("details") and not string.find_parent("summary")
            words[bool(is_folded)].append(string)
    yield Section(place, page, title, joined(words[False]), joined(words[True]))


def joined(strings: list[str]) -> str:
    """Words with one space between them."""
    return " ".join("".join(strings).split())


def as_script(sections: list[Section]) -> str:
    """The sections as a script, which a page may load where it is opened as a file, too."""
    data = [{"id": number, **each._asdict()} for number, each in enumerate(sections)]
    return f"const autogradSections = {json.dumps(data, ensure_ascii=False)};\n"
