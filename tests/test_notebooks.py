"""The shape of every notebook, its budgets, and what its stored outputs may hold.

Shape is read from the sources, so that a learner's notes and own cells do not count against them.
The stored outputs of notebooks and exercises are the learner's in a learner's clone, and are looked
at only where the exercises must be as shipped.
"""

from __future__ import annotations

import ast
import copy
import importlib.util
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from together import try_each

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "source"))

import build  # noqa: E402

LESSONS = sorted((ROOT / "source" / "lessons").glob("*.py"))
EXERCISES = sorted((ROOT / "source" / "exercises").glob("*.py"))
STORED = [path for folder in build.FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]

CAPSTONE = "25_a_transformer"  # all parts of one model stand in it: as long as two lessons
LONGEST_CELL, LONGEST_CLASS, MEDIAN_CELL, MOST_CELLS, MOST_WORDS = 15, 30, 5, 30, 120
# Cells that every lesson has beside its own: what is due, and what is done.
ABOUT_THE_LEARNER = re.compile(r"\b(from_memory|progress|mine\.(assemble|milestone))\(")
WIDEST_CODE = 34  # signs without a space
WORDS_PER_LINE = (6, 20)  # the aim is 8 to 16
LAST_SECTIONS = ["What you can now do", "In PyTorch this is called", "Check yourself", "Next"]
FORBIDDEN = r"\b(simply|magic\w*|obviously|child|children|parents?)\b"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # all but the newline
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\ufe0f]")


KEPT_BY: dict[Path, dict[str, Callable[[], None]]] = {}


def rule_of(paths: list[Path]) -> Callable:
    """A rule that each of these files keeps: at the end all are tried, file by file."""

    def register(rule: Callable[[Path], None]) -> Callable:
        for path in paths:
            KEPT_BY.setdefault(path, {})[rule.__name__] = partial(rule, path)
        return rule

    return register


read = cache(build.read_source)  # no test writes into what it reads
read_stored = cache(partial(nbformat.read, as_version=4))


def cells_of(path: Path, kind: str = "") -> list[nbformat.NotebookNode]:
    """The cells of a source, of one kind or of all."""
    return [cell for cell in read(path).cells if kind in ("", cell.cell_type)]


def tags(cell) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def headings(path: Path) -> list[tuple[int, str]]:
    """The headings in order, each with its level; comments in code are none."""
    prose = "\n".join(without_code(cell.source) for cell in cells_of(path, "markdown"))
    return [(len(marks), text) for marks, text in re.findall(r"^(#+) +(.+)$", prose, re.M)]


def without_code(markdown: str) -> str:
    """The prose of a cell: no code blocks, no code, no mathematics, no tags."""
    markdown = re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S)
    markdown = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " x ", markdown, flags=re.S)
    return re.sub(r"`[^`]*`|<[^>\n]+>|\]\([^)]*\)", " x ", markdown)


def words_in(cell) -> int:
    """The words a reader of the cell has before them: no folded answers, no targets of links."""
    unfolded = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
    unfolded = re.sub(r"^\[[^]]+\]: .*$", "", unfolded, flags=re.M)
    return len(re.sub(r"<[^>\n]+>", "", unfolded).split())


def code_lines(cell) -> int:
    """The lines of a code cell that are not blank; a prediction, and its import, are no code."""
    lines = [line for line in cell.source.splitlines() if line.strip()]
    none = r"prediction\(|folded\(\)|from autograd_lesson\.predictions "
    return sum(not re.match(none, x) for x in lines)


def sections(path: Path) -> list[list[nbformat.NotebookNode]]:
    """The cells of each section, the part before the first `##` included."""
    parts: list[list] = [[]]
    for cell in cells_of(path):
        if cell.cell_type == "markdown" and re.match(r"## ", cell.source):
            parts.append([])
        parts[-1].append(cell)
    return parts


# The collection


def test_every_lesson_has_its_exercise_and_solution_under_the_same_name():
    names, exercises = ({path.stem for path in paths} for paths in (LESSONS, EXERCISES))
    alone = ", ".join(sorted(names ^ exercises))
    assert names == exercises, f"{alone} is a lesson or an exercise alone; source/ wants both"
    for folder in build.FOLDERS:
        built = {path.stem for path in (ROOT / folder).glob("*.ipynb")}
        missing, gone = ", ".join(sorted(names - built)), ", ".join(sorted(built - names))
        assert not missing, f"{folder}/ lacks {missing}: build it, python source/build.py NN"
        assert not gone, f"{folder}/ has {gone}, which no source makes: delete it"


# Shape


@rule_of(LESSONS + EXERCISES)
def it_begins_with_its_one_title(path):
    title = cells_of(path)[0].source.splitlines()[0]
    assert re.match(rf"# {int(path.stem[:2])}\. [A-Z]", title)
    assert [level for level, _ in headings(path)].count(1) == 1


@rule_of(LESSONS + EXERCISES)
def no_heading_level_is_skipped(path):
    levels = [level for level, _ in headings(path)]
    assert all(deeper <= level + 1 for level, deeper in zip(levels, levels[1:], strict=False)), (
        levels
    )


@rule_of(LESSONS + EXERCISES)
def the_first_code_cell_imports_and_switches_the_hints_on(path):
    *imports, last = ast.parse(cells_of(path, "code")[0].source).body
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in imports)
    assert ast.unparse(last) == "hints.on()"


@rule_of(LESSONS)
def the_promise_says_how_long_it_takes(path):
    assert re.search(r"\b\d+ minutes\b", cells_of(path)[0].source)


@rule_of(LESSONS)
def it_asks_what_is_due_before_its_own_questions_and_ends_on_what_is_done(path):
    number, cells = int(path.stem[:2]), cells_of(path)
    last = f"progress(lesson={number})"
    assert cells[-1].source.endswith(last), f"its last cell ends on {last}, as in other lessons"
    if number:
        ask = f'from_memory({number}, a="", b="", c="")'
        found = [i for i, cell in enumerate(cells) if cell.source.endswith(ask)]
        assert found, f"a cell before its questions from memory ends on {ask}, as in other lessons"
        assert cells[found[0] + 1].source.startswith("> **From memory.**")


@rule_of(LESSONS)
def the_last_sections_are_the_same_everywhere(path):
    found = [text for level, text in headings(path) if level == 2][-4:]
    assert len(found) == 4
    for text, expected in zip(found, LAST_SECTIONS, strict=True):
        assert text.startswith(expected)


@rule_of(LESSONS)
def check_yourself_asks_three_questions_with_folded_answers(path):
    section = next(part for part in sections(path) if part[0].source.startswith("## Check yoursel"))
    text = "\n".join(cell.source for cell in section)
    assert text.count("<details>") == text.count("<summary>") == text.count("</details>") == 3


@rule_of(LESSONS + EXERCISES)
def notes_cells_ask_something_and_stand_last_in_their_section(path):
    for part in sections(path):
        for cell in part:
            notes = cell.source.startswith("**Your notes here:**")
            assert notes == ("notes" in tags(cell)) == ("**Your notes" in cell.source)
            if notes:
                assert cell is part[-1]
                assert len(cell.source.split()) > 6, "a question rather than a blank"


@rule_of(LESSONS)
def a_section_has_one_widget_at_most_in_a_cell_of_its_own(path):
    names = {
        alias.asname or alias.name
        for cell in cells_of(path, "code")
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.ImportFrom) and node.module == "autograd_lesson.widgets"
        for alias in node.names
    }
    for part in sections(path):
        showing = [
            cell
            for cell in part
            if cell.cell_type == "code"
            and any(
                isinstance(node, ast.Call) and getattr(node.func, "id", "") in names
                for node in ast.walk(ast.parse(cell.source))
            )
        ]
        assert len(showing) <= 1, [cell.source for cell in showing]
        for cell in showing:
            statements = ast.parse(cell.source).body[build.is_predicted(cell) :]
            assert len(statements) <= 2, (
                f"more than a call, and perhaps a name for it: {cell.source}"
            )


@rule_of(EXERCISES)
def every_answer_has_a_check_and_nothing_else_calls_it(path):
    cells = cells_of(path, "code")
    answers = {cell.id.partition("-")[2] for cell in cells if build.is_answer(cell)}
    checked = {
        node.id
        for cell in cells
        if build.is_check(cell)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Name)
    }
    assert answers and answers <= checked, (
        f'{", ".join(sorted(answers - checked))}: no cell with # %% tags=["check"] names it'
    )
    for cell in cells:
        if not build.is_answer(cell) and not build.is_check(cell):
            names = {node.id for node in ast.walk(ast.parse(cell.source)) if hasattr(node, "id")}
            assert not names & answers, f"{cell.id} fails while {names & answers} is a stub"


def wanted_words(answer: str) -> set[str]:
    """The keys of dicts, and in quotes the symbols of ops, that a solution writes."""
    keys, symbols = [], []
    for node in ast.walk(ast.parse(answer)):
        if isinstance(node, ast.Dict):
            keys += node.keys
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            keys.append(node.slice)
        elif isinstance(node, ast.Call):
            symbols += [keyword.value for keyword in node.keywords if keyword.arg == "op"]
            if getattr(node.func, "attr", "") in ("record", "made"):
                symbols += node.args[:1]
    return {text for key in keys if isinstance(text := constant(key), str)} | {
        f'"{text}"' for symbol in symbols if isinstance(text := constant(symbol), str)
    }


def constant(node):
    """The constant that a node of a syntax tree is, else None."""
    return getattr(node, "value", None) if isinstance(node, ast.Constant) else None


@rule_of(EXERCISES)
def keys_and_symbols_that_a_check_wants_stand_in_the_exercise(path):
    cells = cells_of(path)
    given = [build.stubbed(cell.source) for cell in cells if cell.cell_type == "code"]
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    prose = [re.sub(r"<details>.*?</details>", "", text, flags=re.S) for text in prose]
    built = ROOT / "solutions" / f"{path.stem}.ipynb"
    assert built.exists(), f"{path.stem} is not built: python source/build.py {path.stem[:2]}"
    solution = read_stored(built)
    outputs = [output for cell in solution.cells for output in cell.get("outputs", [])]
    printed = [text for output in outputs for text in build.stored_texts(output)]
    shown = "\n".join(given + prose + printed)
    for cell in cells:
        if cell.cell_type == "code" and build.is_answer(cell):
            missing = {word for word in wanted_words(cell.source) if word not in shown}
            assert not missing, f"{cell.id} wants {sorted(missing)}, which no text names"


@rule_of(EXERCISES)
def where_a_check_tries_float32_the_exercise_says_what_becomes_of_it(path):
    check = ROOT / "autograd_lesson" / "checks" / f"e{path.stem}.py"
    if "float32" in check.read_text(encoding="utf-8"):
        shown = (re.sub(r"(?s)<details>.*?</details>", "", c.source) for c in cells_of(path))
        assert re.search("float32|dtype|NumPy's real numbers", "\n".join(shown))


@rule_of(LESSONS + EXERCISES)
def folded_answers_are_closed(path):
    for cell in cells_of(path, "markdown"):
        opened = re.findall(r"<(\w+)", re.sub(r"`[^`]*`", "", cell.source))
        closed = re.findall(r"</(\w+)", re.sub(r"`[^`]*`", "", cell.source))
        assert sorted(name for name in opened if name not in ("br", "img")) == sorted(closed)


@rule_of(LESSONS)
def no_notebook_defines_what_the_package_draws(path):
    assert "def draw_dot" not in path.read_text(encoding="utf-8")


@rule_of(LESSONS + EXERCISES)
def every_import_resolves(path):
    for cell in cells_of(path, "code"):
        tree = ast.parse(cell.source)
        guarded = {node for t in ast.walk(tree) if isinstance(t, ast.Try) for node in t.body}
        for node in ast.walk(tree):
            if node in guarded:
                continue
            if isinstance(node, ast.Import):
                for alias in node.names:
                    importlib.import_module(alias.name)
            elif isinstance(node, ast.ImportFrom):
                module = importlib.import_module(node.module)
                missing = [
                    alias.name
                    for alias in node.names
                    if not hasattr(module, alias.name)
                    and not importlib.util.find_spec(f"{node.module}.{alias.name}")
                ]
                assert not missing, f"{node.module} has no {missing}"


# Budgets


@rule_of(LESSONS + EXERCISES)
def code_cells_are_short(path):
    cells = cells_of(path, "code")
    for cell in cells:
        has_class = any(isinstance(node, ast.ClassDef) for node in ast.parse(cell.source).body)
        longest = LONGEST_CLASS if has_class else LONGEST_CELL
        source = build.stubbed(cell.source) if path in EXERCISES else cell.source
        lines = code_lines(nbformat.from_dict({"source": source}))
        assert lines <= longest, f"{cell.id}: {lines} lines, at most {longest}\n{source}"
    if path in LESSONS:
        assert statistics.median(map(code_lines, cells)) <= MEDIAN_CELL
    own = [cell for cell in cells if not ABOUT_THE_LEARNER.search(cell.source)]
    assert len(own) <= MOST_CELLS * (2 if path.stem == CAPSTONE else 1)


@rule_of(LESSONS + EXERCISES)
def no_markdown_cell_is_a_page(path):
    for cell in cells_of(path, "markdown"):
        words = words_in(cell)
        assert words <= MOST_WORDS, f"{cell.id}: {words} words, at most {MOST_WORDS}"


@rule_of([path for path in LESSONS if not path.stem.startswith("00")])
def words_and_code_keep_a_balance(path):
    words = sum(map(words_in, cells_of(path, "markdown")))
    lines = sum(code_lines(cell) for cell in cells_of(path, "code"))
    least, most = WORDS_PER_LINE
    assert least <= words / lines <= most, (
        f"{words / lines:.1f} words for each line of code; {least} to {most} are allowed"
    )


# Words


@rule_of(LESSONS + EXERCISES)
def prose_keeps_the_house_style(path):
    for cell in cells_of(path, "markdown"):
        prose = without_code(cell.source)
        where = f"{cell.id}: {prose}"
        assert not re.search(r"!(?!\[)", prose), f"an exclamation mark in {where}"
        if "**You may think**" not in cell.source:  # there a wrong word is named to be refuted
            assert not re.search(FORBIDDEN, prose, re.I), f"a forbidden word in {where}"
        assert not re.search(r"^(---+|===+|\*\*\*+)\s*$", prose, re.M), f"a rule in {where}"
        assert not re.search(r"^\*\*[^*]+\*\*\s*$", prose, re.M), f"a bold heading in {where}"
        assert not EMOJI.search(cell.source), f"an emoji in {where}"
        assert not re.search(r"!\[\s*\]", cell.source), f"an image without alt text in {where}"


@rule_of(LESSONS)
def no_code_in_a_sentence_is_cut_on_a_narrow_page(path):
    for cell in cells_of(path, "markdown"):
        prose = re.sub(r"^```.*?^```|^ {4}.*?$", "", cell.source, flags=re.M | re.S)
        words = [word for code in re.findall(r"`([^`\n]+)`", prose) for word in code.split()]
        wide = [word for word in words if len(word) > WIDEST_CODE]
        assert not wide, f"{cell.id}: {wide} is cut at 390 pixels: say a part of it in words"


@rule_of(LESSONS + EXERCISES)
def no_sentence_has_become_a_list_by_its_first_sign(path):
    for cell in cells_of(path, "markdown"):
        lines, runs = cell.source.splitlines(), []
        for token in MarkdownIt().parse(cell.source):
            if token.type == "list_item_open" and token.info:
                if token.info == "1" or not runs:
                    runs.append([])
                runs[-1].append(int(token.info))
            if token.type == "bullet_list_open" and not token.level and token.map[0]:
                first = token.map[0]
                assert not lines[first - 1].strip(), f"shown as a list: {lines[first]!r}"
        for run in runs:
            assert len(run) > 1 and run == list(range(1, len(run) + 1)), (
                f"shown as a list of {run}: {cell.source[:60]!r}; write the sentence another way"
            )


@rule_of(LESSONS + EXERCISES)
def no_text_holds_a_control_character(path):
    for cell in cells_of(path):
        assert not CONTROL.search(cell.source), f"{cell.id}: {cell.source!r}"


@rule_of(LESSONS + EXERCISES)
def a_comparison_of_arrays_is_as_close_as_it_says(path):
    for cell in cells_of(path, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.allclose":
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert float(given.get("rtol", 1)) > 1e-8 or "atol" in given, (
                    f"{ast.unparse(node)} adds a floor of 1e-8, below which all passes: say atol=0"
                )


@rule_of(LESSONS + EXERCISES)
def links_to_other_notebooks_lead_somewhere(path):
    folder = ROOT / ("notebooks" if path in LESSONS else "exercises")
    for cell in cells_of(path, "markdown"):
        inline, named = r"\]\(([^)#:]+)\)", r"^\[[^\]]+\]: ([^#:\s]+)$"
        for target in re.findall(inline, cell.source) + re.findall(named, cell.source, re.M):
            assert (folder / target).exists(), (
                f"{cell.id} leads to {target}, which is not there; build it, or mend the name"
            )


@rule_of(EXERCISES)
def an_exercise_leads_to_its_lesson_in_its_first_cell(path):
    link = f"](../notebooks/{path.stem}.ipynb)"
    assert link in cells_of(path)[0].source, f"say which lesson it belongs to: [...{link}"


@rule_of(EXERCISES)
def every_answer_of_an_exercise_has_a_hint_and_room_for_notes_in_its_section(path):
    for part in sections(path):
        if any(build.is_answer(cell) for cell in part):
            text = "\n".join(cell.source for cell in part)
            assert re.search(r"<summary>(A hint|Hint 1)", text), (
                f"{part[0].source.splitlines()[0]} has no hint: add one that is folded, "
                "<details><summary>Hint 1: where to begin</summary> ... </details>"
            )
            assert "notes" in tags(part[-1]), (
                f"{part[0].source.splitlines()[0]} has no room for notes: end it with a cell "
                'tagged "notes", **Your notes here:** and a question'
            )


def minutes_stated(path: Path) -> int:
    """The minutes that the first cell promises."""
    return int(re.search(r"(\d+)\s+minutes", cells_of(path)[0].source)[1])


@rule_of([path for path in EXERCISES if not path.stem.startswith("00")])
def each_part_of_an_exercise_says_in_one_form_how_hard_it_is_and_how_long_it_takes(path):
    first, *parts = sections(path)
    total, stated = 0, minutes_stated(path)
    for part in parts:
        text = "\n".join(cell.source for cell in part)
        said = re.findall(r"\*(?:Easy|Medium|Hard), (\d+)\s+minutes\.(?:\*| You )", text)
        loosely = re.findall(r"\b(?:easy|medium|hard)\W+\d+\s+min", text, re.I)
        assert len(said) == len(loosely) and (said or not any(map(build.is_answer, part))), (
            f"{part[0].source.splitlines()[0]}: say how hard and how long each answer is, as "
            "*Easy, 5 minutes. You will be able to ...*, or *Easy, 5 minutes.* after its name"
        )
        total += sum(map(int, said))
    assert abs(stated - total) <= 5, f"its parts take {total} minutes, its first cell says {stated}"


def minutes_needed(path: Path) -> float:
    """How long a lesson takes: 120 words or ten lines of code a minute, a minute for a question.

    A widget takes a minute as well; `practise` takes half an hour: six graphs with a pencil. Each
    `review` asks five questions.
    """
    prose = cells_of(path, "markdown")
    words = sum(len(re.sub(r"<[^>\n]+>", "", cell.source).split()) for cell in prose)
    lines = sum(map(code_lines, cells_of(path, "code")))
    text = " ".join(cell.source for cell in prose)
    asked = (
        r"\*\*(Predict|Try it|From memory|In two sentences|In your own words|Look|Your notes here)"
    )
    questions = 3 + len(re.findall(asked + r"|[Ii]n two sentences: ", text))
    names = [alias.name for node in widget_imports(path) for alias in node.names]
    calls = re.findall(r"\b(\w+)\(", "\n".join(cell.source for cell in cells_of(path, "code")))
    widgets = sum(30 if name == "practise" else 1 for name in calls if name in names)
    return words / 120 + lines / 10 + questions + widgets + 5 * calls.count("review")


def widget_imports(path: Path) -> list[ast.ImportFrom]:
    """The lines of a source that import widgets."""
    nodes = [node for cell in cells_of(path, "code") for node in ast.walk(ast.parse(cell.source))]
    from_widgets = (n for n in nodes if getattr(n, "module", "") == "autograd_lesson.widgets")
    return [node for node in from_widgets if isinstance(node, ast.ImportFrom)]


@rule_of(LESSONS)
def the_minutes_stated_are_those_needed(path):
    stated, needed = minutes_stated(path), minutes_needed(path)
    assert stated % 5 == 0, f"{stated} minutes: say it in steps of 5"
    assert abs(stated - needed) <= 5, f"its length takes {needed:.0f} minutes, it says {stated}"


def test_lesson_00_names_every_lesson_and_its_minutes_add_up():
    first, *others = LESSONS
    ways = next(part for part in sections(first) if part[0].source.startswith("## Which way"))
    text = "\n".join(cell.source for cell in ways)
    linked = re.findall(r"^\[lesson \d+\]: (\S+)$", text, re.M)
    assert linked == [f"{path.stem}.ipynb" for path in others], (
        'in "Which way to go" of source/lessons/00_start_here.py each lesson has a line '
        "[lesson N]: NN_name.ipynb, in order"
    )
    minutes = {int(path.stem[:2]): minutes_stated(path) for path in others}
    rows = re.findall(r"^\|(.*\[lesson.*)\|(.*)\|$", text, re.M)
    whole = f"[lesson {min(minutes)}] to [lesson {max(minutes)}]"
    assert len(rows) > 1 and whole in rows[0][0], f"the first way is the whole: {whole}"
    for way, together in rows:
        spans = re.findall(r"\[lesson (\d+)\](?: to \[lesson (\d+)\])?", way)
        total = sum(
            minutes[number]
            for first, last in spans
            for number in sorted(minutes)
            if int(first) <= number <= int(last or first)
        )
        assert together.strip() == f"{total} minutes", way


def test_the_map_in_lesson_00_has_every_lesson_with_its_title_and_minutes():
    outputs = [
        output.data.get("text/html", "")
        for cell in read_stored(ROOT / "notebooks" / f"{LESSONS[0].stem}.ipynb").cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    (drawn,) = (html for html in outputs if "autograd-map" in html)
    for path in LESSONS:
        title = cells_of(path)[0].source.split("\n")[0].removeprefix("# ").partition(":")[0]
        station = f"'../notebooks/{path.stem}.ipynb'>{title}</a><br><small>{minutes_stated(path)} "
        assert station in drawn, f"the map is older than {path.stem}: python source/build.py 00"


# Stored outputs


@rule_of(STORED)
def a_notebook_is_built_from_its_source_as_it_is_now(path):
    """Its cells; that their outputs are those of today, nbval says."""
    kind = "lessons" if path.parent.name == "notebooks" else "exercises"
    forms = {"exercises": build.as_exercise, "solutions": build.as_solution}
    form = forms.get(path.parent.name, build.with_folds)
    fresh = form(copy.deepcopy(read(ROOT / "source" / kind / f"{path.stem}.py")))
    stored = read_stored(path)
    for new, old in zip_longest(fresh.cells, stored.cells):
        same = new and old and all(new[key] == old[key] for key in ("id", "cell_type", "source"))
        assert same and new.metadata == old.metadata, (
            f"the cell {(new or old).id} is not what source/{kind}/{path.stem}.py says: "
            f"python source/build.py {path.stem[:2]}"
        )


def stored_cells(path: Path) -> list[nbformat.NotebookNode]:
    """The code cells of a stored notebook."""
    return [cell for cell in read_stored(path).cells if cell.cell_type == "code"]


@rule_of(STORED)
def a_cell_looks_as_before_its_first_run_and_nbval_compares_it_all_the_same(path):
    for cell in stored_cells(path):
        assert not cell.execution_count, f"{cell.id} has the number of a run"
        if cell.outputs:  # nbval fails at outputs of a cell without a count
            assert cell.execution_count == 0, cell.id
        for output in cell.outputs:
            assert output.get("execution_count") is None, cell.id


def prompts(path: Path) -> Iterator[tuple[str, nbformat.NotebookNode | None]]:
    """Each prompt to predict, with the predicted cell; None where an output comes before it."""
    cells = read_stored(path).cells
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown" and "**Predict.**" in cell.source:
            prompt = cell.source[cell.source.index("**Predict.**") :]
            after = (each for each in cells[place + 1 :] if each.cell_type == "code")
            shows = next((c for c in after if c.outputs or build.is_predicted(c)), None)
            yield prompt, shows if shows is not None and build.is_predicted(shows) else None


@rule_of(sorted((ROOT / "notebooks").glob("*.ipynb")))
def every_prompt_has_a_prediction_and_no_answer_is_in_view(path):
    cells = stored_cells(path)
    asked = list(prompts(path))
    in_view = [
        prompt
        for prompt, cell in asked
        if cell is None
        or not cell.metadata.get("collapsed")
        or not cell.metadata.get("jupyter", {}).get("outputs_hidden")
        or cell.outputs[0].get("data") != {"text/plain": "What came out:"}
    ]
    assert in_view == []
    assert [cell.id for _, cell in asked] == [c.id for c in cells if build.is_predicted(c)]


@rule_of(sorted((ROOT / "notebooks").glob("*.ipynb")))
def what_is_asked_from_memory_is_told_in_a_folded_cell(path):
    cells = read_stored(path).cells
    for question, told in zip(cells, cells[1:], strict=False):
        if question.source.startswith("> **From memory.**"):
            assert told.cell_type == "code" and told.source.startswith("folded()"), told.id
            assert told.metadata.get("collapsed"), told.id
            assert told.outputs[0].data == {"text/plain": "What came out:"}, told.id


def test_there_are_predictions_in_every_lesson():
    counts = {path.stem: path.read_text("utf-8").count("> **Predict.**") for path in LESSONS}
    assert all(count >= 3 for count in counts.values()), counts


@rule_of(STORED)
def a_check_shows_its_output_in_the_solution_and_only_names_it_in_the_exercise(path):
    for cell in filter(build.is_check, stored_cells(path)):
        _, goal = cell.source.split("\n# The output to reach: ")
        assert re.fullmatch(r"\w+: (\d+) of \1 checks pass", goal)
        printed = [output.text for output in cell.outputs]
        assert printed == ([] if path.parent.name == "exercises" else [f"{goal}\n"])


@rule_of(STORED)
def no_error_is_stored_but_where_one_is_shown_on_purpose(path):
    for cell in stored_cells(path):
        assert bool(build.errors_of(cell)) == build.may_raise(cell), cell.source
        assert not any(o.output_type == "stream" and o.name == "stderr" for o in cell.outputs)


@rule_of(STORED)
def no_stored_text_holds_a_control_character(path):
    for cell in stored_cells(path):
        for output in cell.outputs:
            shown = {**output, "traceback": []}  # which has its colours
            for text in build.stored_texts(shown):
                text = re.sub(r"^\t+", "", text, flags=re.M)  # Graphviz indents by tabs
                assert not CONTROL.search(text), f"{cell.id}: {text!r}"
    for cell in read_stored(path).cells:
        assert not CONTROL.search(cell.source), f"{cell.id}: {cell.source!r}"


@rule_of(STORED)
def nothing_stored_differs_from_run_to_run(path):
    timing = re.compile(r"\b\d+(\.\d+)? ?(ms|µs|us|ns)\b|Wall time|CPU times|\d+it/s")
    for cell in stored_cells(path):
        for output in cell.outputs:
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
            for text in build.stored_texts(output):
                assert not build.UNSTABLE.search(text), cell.source
                assert not re.search(r"0x[0-9a-f]{9,}|/tmp/|[A-Z]:\\\\", text), cell.source
            shown = output.get("text", "") + output.get("data", {}).get("text/plain", "")
            assert not timing.search(shown), cell.source


@rule_of(STORED)
def a_number_is_not_shown_as_an_object_of_numpy(path):
    for cell in stored_cells(path):
        for output in cell.outputs:
            shown = output.get("data", {}).get("text/plain", "")
            assert not re.search(r"np\.(float|int|bool|True|False)", shown), (
                f"{cell.id} shows {shown}: end on .item()"
            )


@rule_of(STORED)
def every_picture_says_in_words_what_it_shows(path):
    for cell in stored_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            pictures = [kind for kind in data if kind.startswith("image/")]
            if not pictures and "<svg" not in data.get("text/html", ""):
                continue
            words = data.get("text/plain", "")
            assert len(words.split()) >= 4 and not words.startswith("<"), cell.source
            if "image/png" in data:
                assert output.metadata["image/png"]["alt"], cell.source
            if "image/svg+xml" in data:
                assert re.search(r"<title|aria-label", data["image/svg+xml"]), cell.source


def test_no_stored_file_is_large():
    assert [path for path in STORED if path.stat().st_size > build.LARGEST] == []


def test_every_lesson_has_a_row_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row = r"^\| (\d\d) \| \[[^]]+\]\(notebooks/(\w+)\.ipynb\) \| (\d+) \|"
    rows = {name: (number, int(minutes)) for number, name, minutes in re.findall(row, readme, re.M)}
    missing = [path.stem for path in LESSONS if path.stem not in rows]
    assert not missing, (
        f"{', '.join(missing)} in source/lessons/ has no row in the README's table of lessons; add "
        "| NN | [Title](notebooks/NN_name.ipynb) | minutes | what one can do after it |"
    )
    assert list(rows) == [path.stem for path in LESSONS], "in reading order"
    for path in LESSONS:
        assert rows[path.stem] == (path.stem[:2], minutes_stated(path)), (
            f"README's row of {path.stem} says {rows[path.stem][1]} minutes, the lesson "
            f"{minutes_stated(path)}"
        )


KEPT = ROOT / "tests" / "learners_cells.txt"


def test_all_cells_that_learners_write_into_keep_their_ids():
    """An update finds a learner's notes and answers by the ids of their cells."""
    kept = KEPT.read_text(encoding="utf-8").split()
    there = [
        cell.id
        for path in (*LESSONS, *EXERCISES)
        for cell in read(path).cells
        if "notes" in tags(cell) or cell.metadata.get("nbgrader", {}).get("solution")
    ]
    gone = [cell_id for cell_id in kept if cell_id not in there]
    assert not gone, (
        f"no cell has the id {', '.join(gone)}: what learners wrote there would be lost; where a "
        'heading was renamed, give its notes cell was="the-old-name" in the source'
    )
    new = [cell_id for cell_id in there if cell_id not in kept]
    assert not new, f"add to {KEPT.name}, where ids are kept from now on: {' '.join(new)}"


# Every rule of above


@pytest.mark.parametrize("path", KEPT_BY, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_notebook_keeps_every_rule(path, pristine):
    if not pristine and path in STORED and path.parent.name != "solutions":
        pytest.skip("what a learner's clone has stored is the learner's (see `--pristine`)")
    try_each(KEPT_BY[path])
