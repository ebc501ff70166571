"""Every page of the site: its frame, where it stands between others, and what it leads to."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bs4
import jinja2
import nbformat

from autograd_lesson.pictures.svg import FIGURE_STYLE, palette
from autograd_lesson.widgets.stored_widget import style_of

from .cells import Cells
from .contents import KINDS, ROOT, Lesson, lessons, notebook, places, routes
from .outputs import WIDGETS, Outputs, script
from .prose import Heading, Prose, plain
from .sections import Section, as_script, sections_of
from .ways_in import limits, run_words

HERE = Path(__file__).parent
COURSE = "Build autograd from scratch"


@dataclass(frozen=True)
class Link:
    """A link of a page's frame."""

    url: str
    words: str
    kind: str = ""  # how it looks and what the script does with it


@dataclass
class Site:
    """The folder in which the pages are made, and what they share."""

    out: Path
    repository: str | None = None  # "owner/name" on GitHub, for links to it
    outputs: Outputs = field(default_factory=Outputs)
    sections: list[Section] = field(default_factory=list)
    bodies: dict[str, str] = field(default_factory=dict)  # of the lessons, by number

    def __post_init__(self) -> None:
        """Read the frames."""
        self.cells = Cells(self.outputs)
        loader = jinja2.FileSystemLoader(HERE / "frames")
        self.frames = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined)

    def write(self, name: str, title: str, body: str, **more: Any) -> None:
        """Put the frame around `body` and write the page."""
        given = dict.fromkeys(("note", "before", "after", "description"))
        given |= {"headings": [], "ways": [], **more}
        html = self.frames.get_template("page.html.j2").render(
            course=COURSE, title=title, body=body, root="../" * name.count("/"), **given
        )
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")

    def write_notebook(self, kind: str, place: int) -> None:
        """The page of one notebook, and the notebook itself."""
        all_lessons = lessons()
        lesson = all_lessons[place]
        here = f"../{kind}/{lesson.name}.html"
        prose = Prose({name: url for name, url in places().items() if not url.startswith(here)})
        body = self.cells.html(notebook(kind, lesson.name), prose)
        if kind == "notebooks":
            self.bodies[lesson.number] = body
        if kind == "solutions":
            body = folded(body)
        else:  # whoever searches is not to be shown a solution
            title = plain(lesson.title_of(kind))
            self.sections += sections_of(f"{kind}/{lesson.name}.html", title, body)
        self.write(
            f"{kind}/{lesson.name}.html",
            plain(lesson.title_of(kind)),
            body,
            headings=sections_on(prose.headings),
            ways=self.ways(kind, lesson),
            note=limits(int(lesson.number)) if self.runs_here(kind, lesson) else None,
            description=plain(lesson.promise_of(kind)),
            **around(kind, place, all_lessons),
        )
        nbformat.write(notebook(kind, lesson.name), self.out / kind / f"{lesson.name}.ipynb")

    def runs_here(self, kind: str, lesson: Lesson) -> bool:
        """Does the site have what runs this notebook in the browser?"""
        return (self.out / "lite" / "files" / kind / f"{lesson.name}.ipynb").is_file()

    def ways(self, kind: str, lesson: Lesson) -> list[Link]:
        """What else one may do with a notebook."""
        file = f"{lesson.name}.ipynb"
        found = []
        if self.runs_here(kind, lesson):
            url = f"../lite/notebooks/index.html?path={kind}/{file}"
            found.append(Link(url, "Run it here", "run"))
        if kind == "notebooks":
            found.append(Link(f"../exercises/{lesson.name}.html", "Exercises"))
        else:
            found.append(Link(f"../notebooks/{lesson.name}.html", "The lesson"))
        if kind == "exercises":
            found.append(Link(f"../solutions/{lesson.name}.html", "Solutions, for afterwards"))
        return [*found, Link(file, "Download the notebook", "download")]

    def write_document(self, name: str, title: str) -> None:
        """The page of a text in docs/."""
        prose = Prose()
        source = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        body = f'<section class="prose">{prose.html(source)}</section>'
        self.sections += sections_of(f"docs/{name}.html", title, body)
        self.write(f"docs/{name}.html", title, body, headings=sections_on(prose.headings))

    def write_contents(self, pdf: str | None) -> None:
        """The first page; `pdf` says how large the book is, where there is one."""
        promise = (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n")[1]
        runs_here = (self.out / "lite").is_dir()
        body = self.frames.get_template("contents.html.j2").render(
            course=COURSE,
            promise=Prose().html(promise),
            routes=Prose().html(re.sub(r"(?<=: )(?=\d\d_)", "notebooks/", routes())),
            lessons=[lesson._replace(title=plain(lesson.title)) for lesson in lessons()],
            others={lesson.number: self.beside(lesson) for lesson in lessons()},
            pdf=pdf,
            runs_here=runs_here,
            run=Prose().html(run_words(self.repository, runs_here)),
        )
        self.write("index.html", COURSE, body, description=plain(" ".join(promise.split())))

    def beside(self, lesson: Lesson) -> list[Link]:
        """What the first page has beside the title of a lesson."""
        file = f"{lesson.name}.ipynb"
        minutes = minutes_of(notebook("exercises", lesson.name).cells[0].source)
        found = [Link(f"exercises/{lesson.name}.html", f"exercises, {minutes} minutes")]
        if self.runs_here("notebooks", lesson):
            url = f"lite/notebooks/index.html?path=notebooks/{file}"
            found.append(Link(url, "run it here", "run"))
        return found

    def write_assets(self) -> None:
        """What all pages share: one style sheet of the pictures, one script of the widgets."""
        assets = self.out / "assets"
        assets.mkdir(parents=True, exist_ok=True)
        for path in (HERE / "static").iterdir():
            shutil.copy(path, assets)
        names = (path.relative_to(WIDGETS).with_suffix("") for path in WIDGETS.rglob("*.css"))
        styles = style_of(*sorted(name.as_posix() for name in names))
        rules = [palette("body"), FIGURE_STYLE, styles, self.outputs.style()]
        (assets / "outputs.css").write_text("\n".join(rules), encoding="utf-8")
        (assets / "widgets.js").write_text(script(), encoding="utf-8")
        (assets / "sections.js").write_text(as_script(self.sections), encoding="utf-8")


def minutes_of(first_cell: str) -> str:
    """How long a notebook says that it takes, in the text on its top."""
    stated = re.search(r"(\d+)\s+minutes", first_cell)
    return stated[1] if stated else "some"


def sections_on(headings: list[Heading]) -> list[Heading]:
    """The headings that are listed beside a page."""
    return [heading for heading in headings if heading.level == 2]


def around(kind: str, place: int, all_lessons: list[Lesson]) -> dict[str, Link | None]:
    """The pages before and after: each lesson is followed by its exercises, they by the next."""
    order = [("notebooks", "exercises")[step % 2] for step in range(2 * len(all_lessons))]
    here = 2 * place + (kind != "notebooks")

    def link(step: int) -> Link | None:
        if not 0 <= step < len(order):
            return None
        lesson = all_lessons[step // 2]
        words = plain(lesson.title_of(order[step]))
        return Link(f"../{order[step]}/{lesson.name}.html", words)

    before = link(here) if kind == "solutions" else link(here - 1)
    return {"before": before, "after": link(here + 1)}


def folded(body: str) -> str:
    """The cells of solutions, with each that has an answer folded."""
    soup = bs4.BeautifulSoup(body, "html.parser")
    for source in soup.select("section.code > .source"):
        if "### BEGIN SOLUTION" in source.get_text():
            fold = soup.new_tag("details", attrs={"class": "outputs"})
            summary = soup.new_tag("summary")
            summary.string = "Show the solution"
            source.wrap(fold).insert(0, summary)
    return str(soup)


def write_pages(site: Site, done: Callable[[str], None]) -> None:
    """Every page but the first, which names the book and is made last; `done` is told of each."""
    for kind in KINDS:
        (site.out / kind).mkdir(parents=True, exist_ok=True)
        for place, lesson in enumerate(lessons()):
            site.write_notebook(kind, place)
            done(f"{kind}/{lesson.name}")
    site.write_document("words", "Words of this course")
    site.write_document("your_own_model", "The stepper on your own PyTorch model")
    for path in (ROOT / "docs").iterdir():
        if path.suffix in (".png", ".html"):
            shutil.copy(path, site.out / "docs")
