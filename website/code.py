"""Code in colours, few of them: whatever has none of its own is left plain, and a page is light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from pygments import highlight
from pygments.filter import Filter
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Operator, String, Token

Tokens = Iterable[tuple[Any, str]]
# What `site.css` has a rule for, and the class that it has there.
COLOURED = (Keyword, Operator.Word, String, Comment, Name.Function, Name.Class)


class Plain(Filter):
    """Every word of a kind that has no colour, as plain text."""

    def filter(self, lexer: Any, stream: Tokens) -> Iterator[tuple[Any, str]]:
        """The words with the kinds that count."""
        for kind, words in stream:
            yield next((known for known in COLOURED if kind in known), Token.Text), words


PYTHON = get_lexer_by_name("ipython3", stripnl=False)  # with its magics, such as %timeit
PYTHON.add_filter(Plain())
LINES = HtmlFormatter(nowrap=True)


def code(source: str, language: str = "python") -> str:
    """HTML of code, in colours where it is Python."""
    words = highlight(source, PYTHON, LINES) if language == "python" else escape(source)
    return f"<pre><code>{words.rstrip()}</code></pre>\n"
