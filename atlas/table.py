"""The stored table: written line by line, so that a change is seen, and compared with a new one."""

import json
from pathlib import Path
from typing import Any

from .measure import encoded
from .rows import MEASURES, Row, same

STORED = Path(__file__).parent / "table.json"


def line_of(row: Row, cells: dict[str, dict], rule: str) -> dict:
    """One row with all that was answered to it."""
    calculus = {
        "value": row.value,
        "gradient": row.gradient,
        "slopes": row.slopes,
        "subgradients": row.subgradients,
        "second": row.second,
    }
    told = {key: encoded(x) for key, x in calculus.items() if x is not None}
    told |= {"undefined": row.undefined} if row.undefined else {}
    words = {key: getattr(row, key) for key in ("note", "documented", "ours", "source")}
    return {
        "name": row.name,
        "family": row.family,
        "function": row.f,
        "point": encoded(row.point),
        "along": encoded(row.along),
        "calculus": told,
        "rule": rule,
        **{key: text for key, text in words.items() if text},
        "answers": cells,
    }


def text_of(frameworks: list[dict], lines: list[dict]) -> str:
    """The table as JSON, with a line of its own for every answer."""
    told = [f"    {json.dumps(framework)}" for framework in frameworks]
    rows = []
    for line in lines:
        parts = [
            f"      {json.dumps(key)}: {json.dumps(x)}"
            for key, x in line.items()
            if key != "answers"
        ]
        answers = [f"        {json.dumps(n)}: {json.dumps(a)}" for n, a in line["answers"].items()]
        parts.append('      "answers": {\n' + ",\n".join(answers) + "\n      }")
        rows.append("    {\n" + ",\n".join(parts) + "\n    }")
    return (
        '{\n  "frameworks": [\n'
        + ",\n".join(told)
        + '\n  ],\n  "rows": [\n'
        + ",\n".join(rows)
        + "\n  ]\n}\n"
    )


def read_table(path: Path = STORED) -> dict[str, Any]:
    """The stored table; an empty one where there is none yet."""
    if not path.exists():
        return {"frameworks": [], "rows": []}
    return json.loads(path.read_text(encoding="utf-8"))


def changes(old: dict, new: dict) -> list[str]:
    """What a reader of the old table has to know of the new one, a sentence each."""
    told = []
    versions = {each["name"]: each.get("version") for each in old["frameworks"]}
    for each in new["frameworks"]:
        name, version = each["name"], each.get("version")
        if name not in versions:
            told.append(f"{name} is new")
        elif versions[name] != version:
            told.append(f"{name}: version {versions[name]} is now {version or each['missing']}")
    before = {row["name"]: row["answers"] for row in old["rows"]}
    after = {row["name"]: row["answers"] for row in new["rows"]}
    told += [f"{name}: the row is gone" for name in before if name not in after]
    told += [f"{name}: the row is new" for name in after if name not in before]
    for name in after:
        for framework in set(after[name]) & set(before.get(name, ())):
            was, now = before[name][framework], after[name][framework]
            for measure in MEASURES:
                if not same(was.get(measure), now.get(measure)):
                    told.append(
                        f"{name}: {measure} of {framework} was {json.dumps(was.get(measure))}, "
                        f"is {json.dumps(now.get(measure))}"
                    )
    return told
