"""What one framework answers, row by row: run by the Python that has it, `-m atlas.measure NAME`.

The rows' expressions are read in the framework's own words: `frameworks/NAME.py` says what each
word of NumPy means there, and how to go back, forward, and once more.
"""

import importlib
import json
import math
import sys
import warnings
from contextlib import redirect_stdout

from .frameworks import AbsentError
from .rows import MEASURES, Row, read_rows


class Words(dict):
    """The words of an expression: operands, the framework's vocabulary, and some constants."""

    def __init__(self, framework, operands):
        """The operands under their names."""
        constants = {"inf": math.inf, "nan": math.nan}
        super().__init__({**constants, **operands})
        self.framework = framework

    def __missing__(self, word):
        """The framework's own, or the reason why it has none."""
        found = self.framework.WORDS.get(word)
        if found is None and hasattr(self.framework, "word"):
            found = self.framework.word(word)
        if found is None:
            raise AbsentError(f"no {word}")
        return found


def function_of(row: Row, framework):
    """The row's expression as a Python function of its operands, in the words of the framework."""
    code = compile(row.f, row.name, "eval")

    def f(*operands):
        words = Words(framework, dict(zip(row.point, operands, strict=True)))
        return eval(code, {}, words)

    return f


def told(error: BaseException) -> str:
    """The first sentence of an error, without a place in its source, cut at 90 letters."""
    text = next((line for line in str(error).splitlines() if line.strip()), "").strip()
    text = text.partition(" at ...")[0]
    return f"{type(error).__name__}: {text[:90]}".rstrip(": ")


def answer(ask):
    """What `ask()` gives as plain numbers, or {"none": why there is none}."""
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            return encoded(ask())
    except AbsentError as reason:
        return {"none": str(reason)}
    except Exception as error:  # whatever a framework raises is its answer
        return {"none": told(error)}


def encoded(x):
    """Numbers as JSON has them: six digits, with nan, inf and complex numbers as words."""
    if isinstance(x, dict):
        return {key: encoded(each) for key, each in x.items()}
    if isinstance(x, list | tuple):
        return [encoded(each) for each in x]
    if x is None:
        return None
    if isinstance(x, complex):
        return (
            f"{encoded(x.real)}{'' if str(encoded(x.imag))[0] in '-+' else '+'}{encoded(x.imag)}i"
        )
    x = float(x)
    if not math.isfinite(x):
        return "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"
    x = float(f"{x:.6g}")
    x = 0.0 if abs(x) < 1e-12 else x  # what rounding leaves of 0, without its sign
    return int(x) if x == int(x) and abs(x) < 1e15 else x


def cell(row: Row, framework) -> dict:
    """All that one framework answers to one row."""
    f = function_of(row, framework)
    point, along = list(row.point.values()), list(row.along.values())
    asked = {
        "value": lambda: framework.value(f, point),
        "reverse": lambda: dict(zip(row.point, framework.reverse(f, point), strict=True)),
        "forward": lambda: framework.forward(f, point, along),
        "second": lambda: framework.second(f, point, along),
        "second forward": lambda: framework.second_forward(f, point, along),
    }
    if row.is_complex:
        asked = {name: asked[name] for name in ("value", "reverse", "forward")}
    answers = {}
    for name in MEASURES:
        if name in asked:
            answers[name] = answer(asked[name])
            if name == "value" and isinstance(answers[name], dict):
                break  # where there is no value, there is nothing to differentiate
    return answers


def main(name: str, places: list[int]) -> None:
    """Print the version, then one line of JSON for each row at these places."""
    framework = importlib.import_module(f".frameworks.{name}", __package__)
    print(json.dumps(framework.version()), flush=True)
    rows = read_rows()
    for place in places:
        print(json.dumps(cell(rows[place], framework)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
