"""The rung of the hint ladder that fits a mistake, and the easier forms of an exercise.

The hints stand folded behind each check, in the notebook. One whose title quotes the message is
meant for it; else the one that has most words of the message which the other hints have not, if it
is not too far up; and where no hint speaks of it, the next rung for each failed try.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any, NamedTuple

from .course import CHECK, Course, cells_of, source_of, tags_of, the_course
from .log import file, read

HINT = re.compile(r"<details><summary>(.*?)</summary>\s*(.*?)</details>", re.DOTALL)
LEAST_SHARED = 2.0  # words that one hint alone has: fewer may be chance
EASIER_FROM = 2  # failed tries


class Hint(NamedTuple):
    """One folded text behind a check."""

    title: str
    text: str

    @property
    def is_rung(self) -> bool:
        """Whether it is a rung of the ladder, which helps with any mistake."""
        return self.title.startswith(("Hint", "A hint"))


def offer(exercise: str, check: str, message: str) -> str:
    """A sentence on what may help with a failed check; nothing where there is no learner."""
    course = the_course() if file() else None
    found = course.folder.glob(f"solutions/{exercise}_*.ipynb") if course else ()
    stem = next((path.stem for path in found), "")
    if not course or not stem:
        return ""
    tries = failed_tries(read().events, exercise, check)
    sentences = []
    if hint := fitting(hints_of(course, stem, check), message, tries):
        sentences.append(f"Folded below this cell: {hint.title}.")
    if tries >= EASIER_FROM and has_easier_form(course, stem, check):
        sentences.append("Folded above your answer: easier forms of it, with gaps, or in lines.")
    return " ".join(sentences)


def failed_tries(events: list[dict[str, Any]], exercise: str, check: str) -> int:
    """How often this check has failed since it last passed."""
    count = 0
    for event in events:
        if event["kind"] == "check" and (event["exercise"], event["answer"]) == (exercise, check):
            count = 0 if event["state"] == "pass" else count + (event["state"] == "fail")
    return count


def hints_of(course: Course, stem: str, check: str) -> list[Hint]:
    """The folded texts behind a check; where it has none, those that come next in its section."""
    found: list[Hint] = []
    is_behind = False
    for cell in cells_of(course.folder / "solutions" / f"{stem}.ipynb"):
        source = source_of(cell)
        if cell["cell_type"] == "code":
            call = CHECK.match(source)
            is_behind |= bool("check" in tags_of(cell) and call and call[1] == check)
        if is_behind and (found or source.startswith("## ")) and not HINT.search(source):
            break
        if is_behind and cell["cell_type"] == "markdown":
            folded = (map(str.strip, each) for each in HINT.findall(source))
            found += [Hint(in_plain(title), text) for title, text in folded]
    return [hint for hint in found if hint.is_rung or hint.title.startswith("Help")]


def in_plain(title: str) -> str:
    """A title without its markup."""
    return " ".join(html.unescape(re.sub("<[^>]*>", "", title)).split())


def fitting(hints: list[Hint], message: str, tries: int) -> Hint | None:
    """The hint that fits a message, or the next rung."""
    for hint in hints:
        if not hint.is_rung and quoted_in(hint.title, message):
            return hint
    cause = "\n".join(message.split("\n\n")[1:])  # behind the line with the counts
    cause = re.sub(r"^ *(tried|got|expected) .*", "", cause, flags=re.MULTILINE)
    told = words_of(cause)
    kinds = [words_of(f"{hint.title} {hint.text}") for hint in hints]
    spread = Counter(word for kind in kinds for word in kind)
    shared = [[word for word in kind & told if spread[word] < len(hints)] for kind in kinds]
    scores = [sum(1 / spread[word] for word in words) for words in shared]
    rungs = [hint for hint in hints if hint.is_rung]
    near = [*(hint for hint in hints if not hint.is_rung), *rungs[: tries + 1]]
    best = max(zip(scores, hints, strict=True), key=lambda one: one[0], default=(0, None))
    if best[0] >= LEAST_SHARED and best[1] in near:
        return best[1]
    return rungs[min(max(tries, 1), len(rungs)) - 1] if rungs else None


def quoted_in(title: str, message: str) -> bool:
    """Whether the message holds what a title such as `Help: KeyError` quotes."""
    wanted = title.partition(": ")[2]
    parts = re.findall(r'"([^"]+)"', wanted) or [wanted]
    return any(all(piece in message for piece in part.split("...")) for part in parts)


def words_of(text: str) -> set[str]:
    """The words of a text that may tell something, without their endings."""
    words = re.findall(r"[a-z_]{4,}", text.lower())
    return {re.sub("(ings?|ed|es|s)$", "", word) for word in words} - COMMON


COMMON = set(
    "able about after again also away back before begin belong both brings call come could does "
    "done each else every first from gives have here hint hold into just keep know last leave like "
    "line long look make many more most much must need next nothing once only other over part "
    "right same side some stand such take tell than that their them then there they this thing "
    "though time turn under until used value very want well what when where which while with "
    "without word work would write your function number result answer return".split()
)


def has_easier_form(course: Course, stem: str, check: str) -> bool:
    """Whether the learner's notebook has easier forms of what this check checks."""
    names = [
        re.split(r", *", call[2])
        for cell in cells_of(course.folder / "solutions" / f"{stem}.ipynb")
        if (call := CHECK.match(source_of(cell))) and call[1] == check
    ]
    ids = {f"{stem[:2]}-easier-{name}" for each in names for name in each}
    cells = cells_of(course.folder / "exercises" / f"{stem}.ipynb")
    return any(cell.get("id") in ids for cell in cells)
