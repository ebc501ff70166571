"""The results as a table for the terminal, as Markdown and as JUnit's XML."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import groupby

from classroom.check import Result
from classroom.runner import FAILS, NOT_ATTEMPTED, PASSES

LONGEST = 4000  # characters of a message in the summary, which may hold a megabyte in all


def counts(results: list[Result]) -> str:
    """How many answers are in each state, in words."""
    number = Counter(result.state for result in results)
    return f"{number[PASSES]} pass, {number[FAILS]} fail, {number[NOT_ATTEMPTED]} not attempted yet"


def table(results: list[Result]) -> str:
    """The results for a terminal: a table, then the message of each answer that fails."""
    rows = [("exercise", "answer", "state"), *(result[:3] for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}" for row in rows]
    for result in with_news(results):
        lines += ["", f"--- {result.exercise}: {result.answer} {result.state}", result.message]
    return "\n".join([*lines, "", counts(results)])


def with_news(results: list[Result]) -> list[Result]:
    """The results whose message says more than their state does."""
    return [
        result
        for result in results
        if result.state == FAILS
        or (result.state == NOT_ATTEMPTED and "not attempted yet" not in result.message)
    ]


def markdown(results: list[Result]) -> str:
    """The results as Markdown, in which nothing that a learner wrote acts as markup."""
    lines = ["## Exercises", "", counts(results), "", "| exercise | answer | state |"]
    lines += ["| --- | --- | --- |"]
    lines += ["| " + " | ".join(escaped(text) for text in result[:3]) + " |" for result in results]
    for result in with_news(results):
        title = escaped(f"{result.exercise}: {result.answer} {result.state}")
        lines += ["", f"<details><summary>{title}</summary>", "", *fenced(result.message)]
        lines += ["", "</details>"]
    return "\n".join([*lines, "", ""])


def escaped(text: str) -> str:
    """Text that shows as it is, in a table cell or in a summary line."""
    one_line = html.escape(" ".join(text.split()))
    return re.sub(r"[\\`*_\[\]|~#@]", lambda found: f"&#{ord(found[0])};", one_line)


def fenced(text: str) -> list[str]:
    """Text in a fence that is longer than any inside it."""
    text = text if len(text) <= LONGEST else text[:LONGEST] + "\n... (cut)"
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]


def junit(results: list[Result]) -> bytes:
    """The results as JUnit's XML: a suite for each exercise, a case for each answer."""
    root = ET.Element("testsuites")
    for exercise, group in groupby(results, key=lambda result: result.exercise):
        cases = list(group)
        number = Counter(result.state for result in cases)
        suite = ET.SubElement(root, "testsuite", name=exercise, tests=str(len(cases)))
        suite.set("failures", str(number[FAILS]))
        suite.set("skipped", str(number[NOT_ATTEMPTED]))
        suite.set("errors", "0")
        for result in cases:
            case = ET.SubElement(suite, "testcase", classname=exercise, name=legal(result.answer))
            if result.state != PASSES:
                kind = "failure" if result.state == FAILS else "skipped"
                first_line = legal(result.message).split("\n")[0]
                ET.SubElement(case, kind, message=first_line).text = legal(result.message)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def legal(text: str) -> str:
    """The text without characters that XML does not allow."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)
