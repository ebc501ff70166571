"""All lessons as one page, to be printed; and that page printed by Chromium, where there is one.

What a page folds stands at the end of its lesson: paper cannot be unfolded. Of a picture with steps
paper has the first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import bs4

from .contents import Lesson, lessons
from .pages import COURSE, Site
from .prose import plain

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS_TO_PRINT = 120


def write_book(site: Site) -> None:
    """The page with all lessons."""
    parts = [lesson_in_book(lesson, site.bodies[lesson.number]) for lesson in lessons()]
    listed = "".join(
        f'<li><a href="#lesson-{lesson.number}">{plain(lesson.title_of("notebooks"))}</a></li>'
        for lesson in lessons()
    )
    front = (
        f"<h1>{COURSE}</h1><p>All lessons, to be printed. Answers and what came out of a "
        "prediction stand at the end of each lesson. The exercises are done at a computer.</p>"
        f'<ol class="lessons">{listed}</ol>'
    )
    body = f'<div class="book">{front}{"".join(parts)}</div>'
    site.write("book.html", "All lessons", body)


def lesson_in_book(lesson: Lesson, body: str) -> str:
    """A lesson with ids of its own, no scripts, and what was folded at its end."""
    soup = bs4.BeautifulSoup(body, "html.parser")
    for script in soup("script"):
        script.decompose()
    for still in soup.select("[data-autograd-player] > details, .larger"):
        still.decompose()  # every step in words; a box to tick
    for small in soup.select("[data-autograd-player] > p:has(> small)"):
        small.string = "Step through it on the page of this lesson."
    for link in soup.select("a[href]"):
        link["href"] = in_book(str(link["href"]), lesson.number)
    answers = soup.new_tag("section")
    for number, fold in enumerate(soup.find_all("details"), 1):
        answers.append(moved(soup, fold, f"{lesson.number}-{number}"))
    for element in soup.select("[id]:not([id^='answer-'], [id^='asked-'])"):
        element["id"] = f"{lesson.number}-{element['id']}"
    title = f'<h2 id="{lesson.number}-answers">Answers to lesson {int(lesson.number)}</h2>'
    return f'<div class="lesson" id="lesson-{lesson.number}">{soup}{title}{answers}</div>\n'


def moved(soup: bs4.BeautifulSoup, fold: bs4.Tag, key: str) -> bs4.Tag:
    """What is folded, with its title and a link back; a link to it takes its place."""
    summary = fold.find("summary")
    title = summary.extract().get_text() if summary else "Folded"
    short = f"{int(key.split('-')[0])}.{key.split('-')[1]}"
    there = soup.new_tag("p", id=f"asked-{key}")
    link = soup.new_tag("a", href=f"#answer-{key}")
    link.string = f"{title}: see {short} at the end of the lesson"
    there.append(link)
    fold.replace_with(there)
    fold.name, fold.attrs = "div", {"id": f"answer-{key}"}
    back = soup.new_tag("a", href=f"#asked-{key}")
    back.string = f"{short} {title}"
    first = soup.new_tag("h3")
    first.append(back)
    fold.insert(0, first)
    return fold


def in_book(url: str, number: str) -> str:
    """Where a link of a lesson leads: to that lesson in the book, else to a page beside it."""
    if url.startswith("#"):
        return url if url.startswith(("#answer-", "#asked-")) else f"#{number}-{url[1:]}"
    if inside := re.fullmatch(r"(?:\.\./notebooks/)?(\d\d)_\w+\.html", url):
        return f"#lesson-{inside[1]}"
    return url.removeprefix("../")


def browser() -> str | None:
    """The Chromium that prints: `$CHROMIUM`, else the first one on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def print_book(out: Path, program: str) -> str:
    """Print the page with all lessons as a PDF, with an outline; how large it is, in words."""
    pdf = out / "book.pdf"
    command = [
        *(program, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"),
        *("--generate-pdf-document-outline", f"--print-to-pdf={pdf}"),
        *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        (out / "book.html").resolve().as_uri(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS_TO_PRINT)
    return f"{pdf.stat().st_size / 1e6:.0f} MB"
