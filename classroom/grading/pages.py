"""Pages in HTML: one for each student, and one for the instructor. No script runs in them."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence

from classroom.grading.collect import one_line, shown
from classroom.grading.judge import Mark
from classroom.grading.marks import Marks, Notebook, file_name, points_of
from classroom.runner import FAILS, NOT_ATTEMPTED, PASSES

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light dark; --line: light-dark(#bbb, #666); --soft: light-dark(#f3f3f3, #222);
  --pass: light-dark(#0a5c2b, #7fd6a0); --fail: light-dark(#9a1c1c, #ff9d9d); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .6rem; }
h1, h2, h3, p, li { overflow-wrap: anywhere; }
td { max-width: 26rem; overflow-wrap: break-word; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
.passes { color: var(--pass); } .fails { color: var(--fail); }
"""
WORDS = {PASSES: "passes", FAILS: "fails", NOT_ATTEMPTED: "not yet"}
LONGEST = 160  # letters of a mistake in words
OFTEN = 0.2  # the share of those who tried from which on a mistake is worth a word to all


def escaped(text: str) -> str:
    """Text that shows as it is."""
    return html.escape(shown(text))


def page(title: str, body: Sequence[str]) -> str:
    """A page with this title."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escaped(title)}</title><style>{STYLE}</style></head><body>",
            *body,
            "</body></html>",
            "",
        ]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of cells that are HTML already; the first of a row says what it is about."""
    lines = [
        '<div class="wide" role="region" aria-label="table" tabindex="0"><table>',
        "<thead><tr>",
    ]
    lines += [f'<th scope="col">{each}</th>' for each in head]
    lines += ["</tr></thead><tbody>"]
    for first, *rest in rows:
        cells = "".join(f"<td>{each}</td>" for each in rest)
        lines.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return [*lines, "</tbody></table></div>"]


def state_in_words(state: str) -> str:
    """A state as a word in its colour."""
    return f'<span class="{WORDS[state].replace(" ", "-")}">{WORDS[state]}</span>'


# --- for a student ------------------------------------------------------------------------------


def student_page(student: str, notebooks: Sequence[Notebook], marks: Marks) -> str:
    """What one student is told: each answer's state, and the check's message as in the notebook."""
    body = [
        f"<h1>{escaped(student)}</h1>",
        f"<p>{points_of(notebooks)} of {marks.possible()} points.</p>",
    ]
    for book in notebooks:
        body.append(f"<h2>{escaped(book.exercise)}</h2>")
        body += [f"<p>{escaped(note)}.</p>" for note in book.notes]
        if book.is_all_one:
            first = book.marks[0]
            body.append(f"<p>{state_in_words(first.state)}</p>{preformatted(first.message)}")
            continue
        for mark in book.marks:
            body.append(f"<h3>{escaped(mark.answer)}: {state_in_words(mark.state)}</h3>")
            body.append(preformatted(mark.message))
    return page(f"{student}: {points_of(notebooks)} of {marks.possible()}", body)


def preformatted(text: str) -> str:
    """Text with its lines as they are."""
    lines = [html.escape(one_line(line)) for line in text.splitlines()]
    return "<pre>" + "\n".join(lines) + "</pre>"


# --- for the instructor -------------------------------------------------------------------------


def instructors_page(marks: Marks) -> str:
    """Exercise by student, which mistake how often, and what to teach again."""
    students = marks.by_student()
    body = [
        f"<p>{escaped(marks.sandbox)}</p>",
        "<h1>Marks</h1>",
        f"<p>{len(students)} students, {marks.possible()} points to be had. The same as tables: "
        '<a href="marks.csv">marks.csv</a>, <a href="answers.csv">answers.csv</a>, '
        '<a href="junit.xml">junit.xml</a>.</p>',
        *unread(marks),
        "<h2>What to teach again</h2>",
        *to_teach(marks),
        "<h2>Which mistake how often</h2>",
        *mistakes_table(marks),
        "<h2>Worth a look</h2>",
        *worth_a_look(marks),
        "<h2>Student by answer</h2>",
        *overview(marks),
    ]
    return page("Marks", body)


def unread(marks: Marks) -> list[str]:
    """Work that was handed in and cannot be read, if there is any: it can be asked for again."""
    books = [book for book in marks.notebooks if book.is_unread]
    rows = [
        [escaped(book.student), escaped(book.exercise[:2]), escaped(book.marks[0].message)]
        for book in books
    ]
    head = ["student", "exercise", "why"]
    return ["<h2>What cannot be read</h2>", *table(head, rows)] if rows else []


def worth_a_look(marks: Marks) -> list[str]:
    """Answers that pass, in whose cells stand names by which code can hide what it calls."""
    rows = [
        [escaped(book.student), escaped(f"{book.exercise[:2]} {mark.answer}"), escaped(mark.look)]
        for book in marks.notebooks
        for mark in book.marks
        if mark.look
    ]
    if not rows:
        return ["<p>Nothing.</p>"]
    text = "These answers pass, and name or do what none needs. By it, code can hide that it "
    text += "has the package do the work: read them."
    return [f"<p>{text}</p>", *table(["student", "answer", "names"], rows)]


def overview(marks: Marks) -> list[str]:
    """A row for each student, a column for each answer."""
    columns = list(marks.columns())
    head = ["student", "points", *(escaped(f"{each[0][:2]} {each[1]}") for each in columns)]
    rows = []
    for student, books in marks.by_student().items():
        states = {(b.exercise, mark.answer): mark.state for b in books for mark in b.marks}
        name = f'<a href="students/{file_name(student)}.html">{escaped(student)}</a>'
        each = [state_in_words(states.get(column[:2], NOT_ATTEMPTED)) for column in columns]
        rows.append([name, str(points_of(books)), *each])
    return table(head, rows)


def by_answer(marks: Marks) -> dict[tuple[str, str], list[Mark]]:
    """The marks of all students whose work can be read, for each answer."""
    found: dict[tuple[str, str], list[Mark]] = {column[:2]: [] for column in marks.columns()}
    for book in marks.notebooks:
        for mark in [] if book.is_unread else book.marks:
            found[book.exercise, mark.answer].append(mark)
    return found


def mistakes_in(found: Sequence[Mark]) -> list[tuple[str, int, str]]:
    """What went wrong, most frequent first: in words, how often, and one such message.

    Answers made the same mistake where the check has one name for it, or else one beginning.
    """
    alike: dict[str, list[str]] = {}
    for mark in found:
        if mark.state == FAILS:
            name = mark.mistake or re.sub(r"`[^`]*`|\d+", "...", first_words(mark.message))
            alike.setdefault(name, []).append(mark.message)
    rows = [(first_words(same[0]), len(same), same[0]) for same in alike.values()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def first_words(message: str) -> str:
    """The cause in a message: the first paragraph behind what was got and expected."""
    paragraphs = [" ".join(each.split()) for each in re.split(r"\n\s*\n", message)]
    compared = [place for place, each in enumerate(paragraphs) if re.match(r"tried |got ", each)]
    behind = paragraphs[compared[-1] + 1 :] if compared else paragraphs
    return textwrap.shorten((behind or paragraphs)[0], LONGEST, placeholder=" ...")


def to_teach(marks: Marks) -> list[str]:
    """For each answer that many got wrong a sentence, the worst first."""
    lines = []
    for (exercise, answer), found in by_answer(marks).items():
        tried = [mark for mark in found if mark.state != NOT_ATTEMPTED]
        failed = [mark for mark in tried if mark.state == FAILS]
        if tried and len(failed) / len(tried) >= OFTEN:
            name, often, _ = mistakes_in(found)[0]
            text = f"Lesson {exercise[:2]}, {answer}: {len(failed)} of {len(tried)} who tried got "
            text += f"it wrong. {often} of them: {name}"
            lines.append((-len(failed) / len(tried), f"<li>{escaped(text)}</li>"))
    if not lines:
        return [f"<p>No answer was got wrong by {OFTEN:.0%} of those who tried it.</p>"]
    return ["<ul>", *(line for _, line in sorted(lines)), "</ul>"]


def mistakes_table(marks: Marks) -> list[str]:
    """Each mistake of each answer, how often, and what one student was told."""
    rows = []
    for (exercise, answer), found in by_answer(marks).items():
        for name, often, message in mistakes_in(found):
            told = f"<details><summary>message</summary>{preformatted(message)}</details>"
            rows.append([escaped(f"{exercise[:2]} {answer}"), str(often), escaped(name), told])
    if not rows:
        return ["<p>None.</p>"]
    return table(["answer", "how often", "mistake", "as one student was told"], rows)
