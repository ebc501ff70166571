"""Text of a cell in Markdown, as HTML: nbconvert's own reading of it, with these differences.

Maths becomes MathML, which a browser draws without scripts, fonts or requests; a link to a notebook
leads to its page; and a heading is remembered, with the id by which a link reaches it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .code import code as coloured

NAMED = re.compile(r"\b[Ll]essons? \d+((, | and | to )\d+)*\b|\bE\d+\.\d+\b")
PLACE = re.compile(r"E?[\d.]+")
LINK = re.compile(r"</?a\b[^>]*>")
FOR_NBCONVERT = re.compile(r"\n*<script>.*?</script>", re.DOTALL)  # folds outputs: ours are folded


class Heading(NamedTuple):
    """A heading as a link names it."""

    level: int
    slug: str
    id: str  # the slug, with a number where an earlier heading has it
    words: str


class Prose(IPythonRenderer):
    """The texts of one page, which remember its headings.

    Where a text says "lesson 2" or "E2.1" it leads there: `places` has the addresses of both.
    """

    def __init__(self, places: Mapping[str, str] | None = None) -> None:
        """Begin a page without headings."""
        super().__init__(escape=False)
        self.places = places or {}
        self.headings = list[Heading]()

    def html(self, source: str) -> str:
        """The HTML of a text."""
        return MarkdownWithMath(renderer=self).render(FOR_NBCONVERT.sub("", source))

    def text(self, text: str) -> str:
        """Words, of which those that name a lesson or a part of exercises lead to it."""
        return NAMED.sub(lambda named: PLACE.sub(self._led, named[0]), super().text(text))

    def _led(self, name: re.Match[str]) -> str:
        place = self.places.get(name[0])
        return f'<a href="{place}">{name[0]}</a>' if place else name[0]

    def block_code(self, code: str, info: str | None = None) -> str:
        """Code between fences."""
        return coloured(code, info or "")

    def inline_math(self, body: str) -> str:
        """Maths in a line."""
        return mathml(body, "inline")

    def block_math(self, body: str) -> str:
        """Maths on a line of its own, which can be scrolled where the page is narrow."""
        return (
            f'<span class="wide" role="group" aria-label="Formula" tabindex="0">'
            f"{mathml(body, 'block')}</span>"
        )

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """A heading with a link to itself, and no other."""
        text = LINK.sub("", text)
        words = re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", text)
        slug = slug_of(words)
        same = sum(heading.slug == slug for heading in self.headings)
        id_ = f"{slug}-{same + 1}" if same else slug
        self.headings.append(Heading(level, slug, id_, words))
        here = f'<a class="here" href="#{id_}" aria-label="Link to: {words}">#</a>'
        return f'<h{level} id="{id_}">{text}{"" if level == 1 else here}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link, to the page where it names a file of the course."""
        return super().link(LINK.sub("", text), to_page(url), title)

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """A cell; one of the head that says nothing is no head, and is not read out as one."""
        tag = "th" if head and text else "td"
        style = f' style="text-align:{align}"' if align else ""
        return f"<{tag}{style}>{text}</{tag}>\n"

    def table(self, text: str) -> str:
        """A table, which can be scrolled where the page is narrow."""
        return (
            '<div class="wide" role="group" aria-label="Table" tabindex="0">'
            f"<table>{text}</table></div>\n"
        )


def slug_of(words: str) -> str:
    """The id of a heading with these words, where no other has them."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"


def mathml(latex: str, display: str) -> str:
    """A formula in MathML, with its letters in \\mathrm upright: the library has them slanted."""
    return convert(re.sub(r"\\mathrm\b", r"\\text", latex.strip()), display=display)


def to_page(url: str) -> str:
    """Where a link within the course leads on the site."""
    return url if "://" in url else re.sub(r"\.(ipynb|md)(?=$|#)", ".html", url)


def plain(words: str) -> str:
    """Words for a title or an attribute."""
    return escape(re.sub(r"[`$]", "", words))
