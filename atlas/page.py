"""The table as one page, docs/atlas.html: it asks for nothing from outside, and can be searched."""

from collections import Counter
from html import escape
from pathlib import Path
from string import Template

from .rows import MEASURES, decoded, read_rows, same, written
from .verdicts import is_none, quarrels, verdict

FRAME = Path(__file__).parent / "page.html"
PAGE = Path(__file__).parents[1] / "docs" / "atlas.html"
HEADS = {
    "value": "value",
    "reverse": "gradient, reverse mode",
    "forward": "slope along the direction, forward mode",
    "second": "second derivative, reverse over reverse",
    "second forward": "second derivative, forward over reverse",
}
FIGURES = (
    *("version", "answers", "right", "wrong"),
    *("allowed, or free", "not allowed", "rows of two minds"),
)
RULES = {
    "agreed": "all that answer agree",
    "convention": "calculus has no answer: conventions differ",
    "documented": "calculus has no answer: conventions differ, one of them documented",
    "fault": "calculus has an answer or bounds, and somebody misses them",
}


def write(table: dict) -> None:
    """The page beside the documents."""
    PAGE.write_text(html(table), encoding="utf-8")


def html(table: dict) -> str:
    """The whole page."""
    rows = {row.name: row for row in read_rows()}
    parts, family = [], None
    for line in table["rows"]:
        if line["family"] != family:
            family = line["family"]
            parts.append(f'<h2 id="{family.replace(" ", "-")}">{escape(family.capitalize())}</h2>')
        parts.append(entry(rows[line["name"]], line))
    return Template(FRAME.read_text(encoding="utf-8")).substitute(
        figures="".join(f'<th scope="col">{head}</th>' for head in FIGURES),
        summary=summary(table, rows),
        rules="".join(f'<option value="{key}">{text}</option>' for key, text in RULES.items()),
        entries="\n".join(parts),
    )


def summary(table: dict, rows: dict) -> str:
    """The figures: for each framework how often it was right, and how often of two minds."""
    lines = []
    for each in table["frameworks"]:
        name = each["name"]
        if "missing" in each:
            lines.append(f'<tr><th scope="row">{escape(name)}</th><td colspan="7">')
            lines.append(f"could not be measured: {escape(each['missing'])}</td></tr>")
            continue
        words, minds = Counter(), 0
        for line in table["rows"]:
            row, answers = rows[line["name"]], line["answers"][name]
            words.update(verdict(row, measure, answer) for measure, answer in answers.items())
            minds += bool(quarrels(row, answers))
        measured = sum(words.values()) - words["none"]
        cells = [
            *(each["version"] or "of this page", measured, words["right"], words["wrong"]),
            *(words["allowed"] + words["free"], words["not allowed"], minds),
        ]
        lines.append(f'<tr><th scope="row">{escape(name)}</th>')
        pairs = zip(FIGURES, cells, strict=True)
        lines.append(
            "".join(f'<td data-head="{head}">{cell}</td>' for head, cell in pairs) + "</tr>"
        )
    return "\n".join(lines)


def entry(row, line: dict) -> str:
    """One row, folded: the question, what calculus says, and who answers what."""
    groups = groups_of(line["answers"])
    kinds = kinds_of([each["reverse"] for each in line["answers"].values() if "reverse" in each])
    told = [f"<p><b>Calculus:</b> {escape(calculus(row))}</p>"]
    for key, head in (("note", ""), ("documented", "Documented:"), ("ours", "Why ours differs:")):
        told += [f"<p><b>{head}</b> {escape(line[key])}.</p>"] if key in line else []
    told.append(f"<p><b>Source:</b> {escape(line['source'])}.</p>")
    body = "\n".join(group_line(row, names, answers) for names, answers in groups)
    heads = "".join(f'<th scope="col">{escape(HEADS[m])}</th>' for m in MEASURES)
    ways = "no gradient" if not kinds else "one gradient" if kinds == 1 else f"{kinds} gradients"
    return (
        f'<details data-rule="{line["rule"]}"><summary><code>{escape(line["name"])}</code> '
        f'<span class="{line["rule"]}">{line["rule"]}</span> <span>{ways}</span></summary>\n'
        + "\n".join(told)
        + f'\n<table><thead><tr><th scope="col">who</th>{heads}</tr></thead>\n<tbody>\n{body}\n'
        "</tbody></table></details>"
    )


def kinds_of(answers: list) -> int:
    """How many different ones there are among those that are numbers."""
    kinds: list = []
    for found in (decoded(answer) for answer in answers if not is_none(answer)):
        if not any(same(found, other, 1e-5) for other in kinds):
            kinds.append(found)
    return len(kinds)


def calculus(row) -> str:
    """What is right, in words."""
    if row.undefined:
        return f"no answer: {row.undefined}"
    told = []
    if row.gradient is not None:
        told.append("gradient " + ", ".join(f"{k} {written(x)}" for k, x in row.gradient.items()))
    if row.slopes is not None:
        told.append(
            "no gradient; along the direction the slope is "
            + " behind and ".join(
                "outside the domain" if s != s else written(s) for s in row.slopes
            )
            + " ahead"
        )
    if row.subgradients is not None:
        told.append("subgradients from " + " to ".join(map(written, row.subgradients)))
    if row.value is not None:
        told.append(f"value {written(row.value)}")
    if row.second is not None:
        told.append(f"second derivative {written(row.second)}")
    return "; ".join(told) + (" (a limit)" if row.limit else "")


def groups_of(answers: dict[str, dict]) -> list[tuple[list[str], dict]]:
    """Frameworks that answer the same, together; those without a value last."""
    groups: list[tuple[list[str], dict]] = []
    for name, found in answers.items():
        known = next((group for group in groups if alike(group[1], found)), None)
        if known:
            known[0].append(name)
        else:
            groups.append(([name], found))
    return sorted(groups, key=lambda group: is_none(group[1].get("value")))


def alike(a: dict, b: dict) -> bool:
    """The same numbers, and the same reasons for none."""
    pairs = [(a[key], b[key]) for key in a if key in b]
    return a.keys() == b.keys() and all(
        x == y or same(decoded_or_text(x), decoded_or_text(y), 1e-5) for x, y in pairs
    )


def decoded_or_text(answer):
    """Numbers, or a reason as it is."""
    return answer["none"] if is_none(answer) else decoded(answer)


def group_line(row, names: list[str], answers: dict) -> str:
    """One line of the small table."""
    cells = []
    for measure in MEASURES:
        label = escape(HEADS[measure])
        if measure not in answers:
            cells.append(f'<td data-head="{label}">-</td>')
            continue
        word = verdict(row, measure, answers[measure])
        text, kind = in_words(answers[measure]), word.replace(" ", "-")
        said = "" if word in ("none", "free") else f" <i>{word}</i>"
        cells.append(f'<td data-head="{label}" class="{kind}">{escape(text)}{said}</td>')
    found = quarrels(row, answers)
    minds = f"<br><i>{' and '.join(found)} derivative: of two minds</i>" if found else ""
    return f'<tr><th scope="row">{escape(", ".join(names))}{minds}</th>{"".join(cells)}</tr>'


def in_words(answer) -> str:
    """A number, a gradient, or the reason why there is none."""
    if is_none(answer):
        return answer["none"]
    if isinstance(answer, dict):
        return ", ".join(f"{key} {in_words(x)}" for key, x in answer.items())
    if isinstance(answer, list):
        return f"[{', '.join(map(in_words, answer))}]"
    return "no gradient" if answer is None else str(answer)
