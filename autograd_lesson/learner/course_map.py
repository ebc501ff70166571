"""The map of the course as a page: a station for each lesson, filled as far as it is done.

It is a list of links, so that a screen reader reads it, the Tab key walks it and a narrow window
stacks its parts; colour says nothing that words do not.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from ..pictures.svg import palette

STYLE = (Path(__file__).with_name("course_map.css")).read_text(encoding="utf-8")


def drawn(standing: Any, lesson: Any, words: str) -> str:
    """HTML for the whole course, or for one lesson of it."""
    if lesson is None:
        parts = standing.course.parts()
    else:
        parts = [("", [lesson])]
    step = standing.next_step() if not standing.is_fresh else ("", "")
    sections = "".join(section(standing, name, lessons, step[1]) for name, lessons in parts)
    told = "".join(f"<p>{linked(line, *step)}</p>" for line in words.splitlines())
    style = palette(".autograd-map") + STYLE
    title = "The map of the course" if lesson is None else "This lesson"
    return (
        f"<style>{style}</style>"
        f'<nav class="autograd-map" aria-label="{title}"><div class="told">{told}</div>'
        f'<div class="parts">{sections}</div></nav>'
    )


def section(standing: Any, name: str, lessons: list[Any], next_file: str) -> str:
    """One part of the course: its name, and a station for each lesson."""
    heading = f"<p class='part'>{escape(name)}</p>" if name else ""
    stations = "".join(station(standing, lesson, next_file) for lesson in lessons)
    return f"<section>{heading}<ol>{stations}</ol></section>"


def station(standing: Any, lesson: Any, next_file: str) -> str:
    """One lesson: a ring that is filled as far as it is done, a link, and the same in words."""
    counts = standing.of(lesson)
    if standing.is_fresh:
        state = f"{lesson.minutes} minutes"
    elif counts.is_done:
        state = "done"
    else:
        predicted = counts.right + counts.wrong
        prompts = predicted + counts.unasked
        state = f"{counts.passed} of {counts.answers} exercises"
        state += f", {predicted} of {prompts} predictions" if prompts else ""
    is_next = Path(next_file).stem == lesson.stem
    kind = " class='next'" if is_next else ""
    here = " aria-current='step'" if is_next else ""
    state += ", next" if is_next else ""
    mark = "\u2713" if counts.is_done else str(int(lesson.number))
    return (
        f"<li{kind}><span class='ring' aria-hidden='true' "
        f"style='--done:{360 * counts.share:.0f}deg'><b>{mark}</b></span>"
        f"<span><a href='../notebooks/{lesson.stem}.ipynb'{here}>{int(lesson.number)}. "
        f"{escape(lesson.title)}</a><br><small>{state}</small></span></li>"
    )


def linked(line: str, step: str, file: str) -> str:
    """A line of words, in which what comes next is a link."""
    shown = with_code(line)
    if file and line.endswith(f"{step}: {file}"):
        place = f"../{file}"
        before = escape(line.removesuffix(f"{step}: {file}"))
        shown = f"{before}<a href='{place}'>{with_code(step)}</a>"
    return shown


def with_code(words: str) -> str:
    """Words as HTML, in which what stands between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))
