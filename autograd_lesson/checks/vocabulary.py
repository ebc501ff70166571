"""What checks are written in: a function, an op both ways, predictions, a refusal, lines in order.

A check says which calls are made, what is right, and which slip gives which wrong result. How an
answer is run, compared and judged is here, once. `right` and the slips are formulas of the
arguments of the call, in its order; on the way back the upstream comes first: `slip(g, x, shape)`.

Slips are a table from what a learner is told to the formula of whoever is told it:

    {"This is the sum. Next: halve it.": lambda a, b: a + b}

`Next: ...` becomes a paragraph of its own; `{got}` is the wrong number, `{a}` an argument. Several
formulas may share their words, in a tuple. Where slips share intermediate results, one function of
the arguments may return the table, with wrong results or formulas without arguments in it. A
formula that cannot be computed in some case is no slip there. Every slip can be asked for as a
wrong answer (`Check.slip`), which is how the tests come by most of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ..numpy_or_not import np
from .accepted import close, is_number, keyed, letters_of, row_of, same, unwrapped
from .arrays import (
    Known,
    Slips,
    Table,
    addresses_of,
    changed_array_fault,
    difference,
    draw_operand,
    draw_upstreams,
    known_wrong,
    op_fault,
    run_both_ways,
    scattered,
    show_array,
)
from .core import Check
from .messages import (
    NOTHING_RETURNED,
    Cause,
    Words,
    changed_fault,
    kind_cause,
    letters_fault,
    list_fault,
    number_fault,
    report,
    rounding_cause,
    show,
)
from .own_work import BY_HAND, PREDICTED
from .plain_data import BORROWED, Raised
from .run_answer import attempt, call

Case = dict[str, Any]
Formula = Callable[..., Any]
Draw = Callable[[np.random.Generator], Iterable[Sequence[Any]]]


def words_of_slip(
    got: Any, slips: Slips, *given: Any, rel: float = 1e-6, scale: float = 0.0
) -> str:
    """What is told whoever makes the slip that gives this number or row, "" where none does."""
    pairs = known_wrong(slips, *given)
    return next((words for wrong, words in pairs if close(got, wrong, rel, scale)), "")


def told(words: str, look: str = "", **facts: Any) -> tuple[str, str]:
    """Cause and next move, out of the words of a slip; `look` where they name no move."""
    always = words.partition(" Next: ")[0]
    if "{" in words:
        words = words.format(**facts)
    text, found, move = words.partition(" Next: ")
    cause = Cause(text)
    cause.always = always
    return cause, f"Next: {move}" if found else look


def in_print(words: str) -> str:
    """The words of a slip as a message has them, a paragraph for each sentence of `report`."""
    return "\n\n  ".join(told(words)) if "{" not in words else words


def names_in(signature: str) -> tuple[str, list[str]]:
    """The name and the parameters of `name(a, b)`."""
    name, _, names = signature[:-1].partition("(")
    return name, names.split(", ") if names else []


def given_in(case: Case, names: Sequence[str]) -> list[Any]:
    """The arguments of a case, in their order; what has a default may be left out."""
    return [case[name] for name in names if name in case]


def written(signature: str, given: Sequence[Any]) -> str:
    """A call as a message shows it: numbers in their places, arrays behind it."""
    name, names = names_in(signature)
    if not any(isinstance(thing, np.ndarray) for thing in given):
        return f"{name}({', '.join(map(str, given))})"
    pairs = list(zip(names, given, strict=False))
    inside = [n if isinstance(x, np.ndarray) else f"{n}={show(x)}" for n, x in pairs]
    arrays = [f"{n} = {show_array(x)}" for n, x in pairs if isinstance(x, np.ndarray)]
    listed = " and ".join(filter(None, [", ".join(arrays[:-1]), arrays[-1]]))
    return f"{name}({', '.join(inside)}) with {listed}"


# ---------------------------------------------------------------------------------------------
# A plain function: numbers or arrays in, one result or several out


class Part(NamedTuple):
    """One result of a function: its formula, its slips, and what to say where none of them fits."""

    name: str
    right: Formula
    slips: Slips = {}
    otherwise: str | Callable[..., str] = ""
    look: str | Callable[..., str] = ""
    scale: Callable[..., float] | None = None  # the size of the terms, where they may cancel
    rel: float = 1e-6
    rel32: float = 1e-6  # the same for float32, which has seven digits
    nan: str = ""  # what to say where nan came out

    def fault(self, tried: str, got: Any, given: Sequence[Any], names: Sequence[str]) -> str | None:
        """The message for a result that is not right, else None."""
        expected = self.right(*given)
        slips: Callable[[], Known] = partial(known_wrong, self.slips, *given)  # asked where wrong
        scale = self.scale(*given) if self.scale else None
        otherwise = self.otherwise
        if callable(otherwise):
            otherwise = otherwise(got, *given)
        look = self.look(*given) if callable(self.look) else self.look
        if isinstance(expected, np.ndarray):
            dtype = dtype_of(given)
            rel = self.rel32 if dtype == "float32" else self.rel
            if self.nan and has_nan(got) and not has_nan(expected):
                slips, (otherwise, look) = list, told(self.nan, look)
            settings: Any = {"cause": otherwise, "dtype": dtype, "rel": rel, "scale": scale}
            return difference(tried, got, expected, slips, look, **settings)
        fault = None
        compare: Callable[..., bool] = partial(close, rel=self.rel, scale=scale or 1e-9)
        if is_number(expected):
            got = unwrapped(got)
            fault = number_fault(tried, got)
        elif isinstance(expected, list) and all(map(is_number, expected)):
            fault, got = list_fault(tried, got, len(expected)), row_of(got)
        else:
            compare = same
        if fault or compare(got, expected):
            return fault
        facts = dict(zip(names, given, strict=False)) | {"got": show(got)}
        for wrong, words in slips():
            if compare(got, wrong):
                return report(tried, got, expected, *told(words, look, **facts))
        if compare is not same:
            otherwise = rounding_cause(got, expected) or otherwise
        elif got is None:
            otherwise = NOTHING_RETURNED
        return report(tried, got, expected, *told(otherwise, look, **facts))


def has_nan(thing: Any) -> bool:
    """Whether nan stands in this array, or is this number."""
    is_array = isinstance(thing, np.ndarray) and thing.dtype.kind == "f"
    return bool(np.isnan(thing).any()) if is_array or isinstance(thing, float) else False


def dtype_of(given: Sequence[Any]) -> str:
    """The dtype that a result must have: that of the first array of decimals, or float64."""
    kinds = [x.dtype for x in given if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    return str(kinds[0]) if kinds else "float64"


def check_function(
    signature: str,
    cases: Draw,
    right: Formula | Sequence[Part],
    slips: Slips = {},  # noqa: B006 (never written to)
    otherwise: str | Callable[..., str] = "",
    look: str | Callable[..., str] = "",
    *,
    scale: Callable[..., float] | None = None,
    rel: float = 1e-6,
    rel32: float = 1e-6,
    nan: str = "",
    tried: Callable[..., str] | None = None,
    whole: Callable[[str, Any, Sequence[str]], str] | None = None,
    explain: Callable[..., str | None] | None = None,
    read: Callable[[Any], Any] | None = None,
    **settings: Any,
) -> Check:
    """A check of a function of plain arguments; `right` is its formula, or a part for each result.

    `cases(rng)` draws the arguments of each call; `tried` and `explain` get them one by one.
    `whole` words the message for a result that does not have all the parts. `read` makes of a
    result what is judged, where more forms than one are right.
    """
    name, names = names_in(signature)
    parts = (
        [Part("", right, slips, otherwise, look, scale, rel, rel32, nan)]
        if callable(right)
        else right
    )

    def said(case: Case) -> str:
        return tried(*given_in(case, names)) if tried else written(signature, given_in(case, names))

    def judge(case: Case, outcome: Any) -> str | None:
        given, got = given_in(case, names), outcome["result"]
        got = read(got) if read else got
        if any(isinstance(thing, np.ndarray) for thing in given):
            changed = changed_array_fault(said(case), outcome, names)
        else:
            changed = changed_fault(said(case), outcome)
        if len(parts) == 1:
            return parts[0].fault(said(case), got, given, names) or changed
        if changed:
            return changed
        if not isinstance(got, list | tuple) or len(got) != len(parts):
            return (whole or parts_fault)(said(case), got, [part.name for part in parts])
        for part, result in zip(parts, got, strict=True):
            if fault := part.fault(f"{said(case)}: {part.name}", result, given, names):
                return fault
        return None

    def slip(says: str) -> Formula:
        slip_known(name, says, *(part.slips for part in parts))

        def answer(*given: Any) -> Any:
            found = [with_slip(part.right, part.slips, says, given) for part in parts]
            found = [x.astype(dtype_of(given)) if isinstance(x, np.ndarray) else x for x in found]
            return found[0] if len(parts) == 1 else tuple(found)

        return answer

    return Check(
        name,
        lambda rng: [dict(zip(names, given, strict=False)) for given in cases(rng)],
        lambda answer, case: call(answer, *given_in(case, names)),
        judge,
        tried=said,
        explain=(lambda case, raised: explain(raised, *given_in(case, names))) if explain else None,
        slip=slip,
        **settings,
    )


def slip_known(check: str, says: str, *slips: Slips) -> None:
    """Refuse to make a slip that none of these tables has words for."""
    tables = [table for table in slips if isinstance(table, Mapping)]
    told_so = [words for table in tables for words in table if says in words + in_print(words)]
    if len(tables) == len(slips) and not told_so:
        raise LookupError(f"no slip of {check} is told {says!r}")


def with_slip(right: Formula, slips: Slips, says: str, given: Sequence[Any]) -> Any:
    """The result of whoever makes the slip that is told `says`; the right one where none is."""
    for wrong, words in known_wrong(slips, *given):
        if says in words or says in in_print(words):
            return wrong
    return right(*given)


def parts_fault(tried: str, got: Any, names: Sequence[str]) -> str:
    """The message for what should be several gradients."""
    count = {2: "two", 3: "three", 4: "four"}[len(names)]
    cause = f"{count.capitalize()} gradients are asked for: `return {', '.join(names)}`."
    if got is None:
        cause = kind_cause(got)
    found = Words(f"{len(got)} of them") if isinstance(got, list | tuple) else got
    return report(tried, found, Words(f"{count} arrays"), cause)


# ---------------------------------------------------------------------------------------------
# An op on arrays that returns its result and its way back


def check_op(
    signature: str,
    cases: Sequence[Sequence[Any]] | Draw,
    forward: Formula,
    forward_slips: Slips = {},  # noqa: B006 (never written to)
    back_slips: Slips = {},  # noqa: B006 (never written to)
    look: str | Callable[..., str] = "",
    *,
    tried: Callable[..., str],
    back: Formula | None = None,
    of: int = 0,
    shared: Slips = {},  # noqa: B006 (never written to)
    refused: Refusal | None = None,
    explain: Callable[..., str | None] | None = None,
    **settings: Any,
) -> Check:
    """A check of an op that returns its result and its way back.

    A case is the arguments, with a shape in place of the operand at place `of` (or a list of
    shapes, where a number stands for the array of that place once more), and a dtype behind them
    where it is not float64. Without `back` the op moves numbers: each entry of g goes back to where
    its number came from. Of a list each array has its contribution, and slips get its place behind
    g. `shared` are slips of g and the operand alone, which other ops have too.
    """
    name, names = names_in(signature)

    def handed(given: Sequence[Any]) -> list[Any]:
        """The arguments as the answer gets them: one array may stand in a list twice."""
        given = list(given)
        if isinstance(given[of], list):
            given[of] = [x if isinstance(x, np.ndarray) else given[of][x] for x in given[of]]
        return given

    def draw(rng: np.random.Generator) -> list[Case]:
        found = []
        for arguments in cases(rng) if callable(cases) else cases:
            *given, dtype = arguments if len(arguments) > len(names) else (*arguments, "float64")
            if isinstance(given[of], list):
                given[of] = [
                    x if isinstance(x, int) else draw_operand(rng, x, dtype) for x in given[of]
                ]
            elif isinstance(given[of], tuple):
                given[of] = draw_operand(rng, given[of], dtype)
            case: Case = dict(zip(names, given, strict=True))
            if not (refused and refused.named(*given)):
                case["g"] = draw_upstreams(rng, np.asarray(forward(*handed(given))))
            found.append(case)
        return found

    def said(case: Case) -> str:
        return tried(*handed(given_in(case, names)))

    def probe(answer: Any, case: Case) -> Any:
        given = handed(given_in(case, names))
        if "g" not in case:
            return {"refused": attempt(answer, *given)}
        return run_both_ways(answer, names, given, case["g"])

    def moved(g: np.ndarray, *given: Any) -> Any:
        """Each entry of g back where its number came from, found by moving the addresses."""
        operands = given[of] if isinstance(given[of], list) else [given[of]]
        ends = np.cumsum([0, *(x.size for x in operands)]).tolist()
        numbered = [addresses_of(x.shape) + e for x, e in zip(operands, ends, strict=False)]
        listed: Any = numbered if isinstance(given[of], list) else numbered[0]
        addresses = np.asarray(forward(*given[:of], listed, *given[of + 1 :]))
        parts = np.split(scattered(addresses, g, (ends[-1],)), ends[1:-1])
        parts = [part.reshape(x.shape) for part, x in zip(parts, operands, strict=True)]
        return parts if isinstance(given[of], list) else parts[0]

    goes_back = back or moved

    def judge(case: Case, got: Any) -> str | Raised | None:
        given = handed(given_in(case, names))
        if refused and "g" not in case:
            return refused.fault(said(case), got["refused"], refused.named(*given))

        def one(at: str, contribution: Any, expected: Any, g: np.ndarray, *place: int) -> Any:
            operand = given[of][place[0]] if place else given[of]

            def slips() -> Known:
                own = known_wrong(back_slips, g, *place, *given)
                return [*own, *known_wrong(shared, g, operand)]

            move = look(*given) if callable(look) else look
            return difference(at, contribution, expected, slips, move, dtype=str(g.dtype))

        def back_fault(at: str, contribution: Any, g: np.ndarray) -> str | None:
            expected = goes_back(g, *given)
            if not isinstance(expected, list):
                return one(at, contribution, expected, g)
            if not isinstance(contribution, list) or len(contribution) != len(expected):
                return list_of_arrays_fault(at, contribution, len(expected))
            pairs = enumerate(zip(contribution, expected, strict=True))
            faults = (
                one(f"{at}: contribution {place}", had, right, g, place)
                for place, (had, right) in pairs
            )
            return next(filter(None, faults), None)

        slips, result = partial(known_wrong, forward_slips, *given), np.asarray(forward(*given))
        return op_fault(said(case), got, case["g"], result, slips, back_fault)

    def slip(says: str) -> Formula:
        slip_known(name, says, forward_slips, back_slips, shared)

        def answer(*given: Any) -> Any:
            if refused and (named := refused.named(*given)):
                raise refused.error(str(named))

            def slipped(g: np.ndarray) -> Any:
                right = goes_back(g, *given)
                if not isinstance(right, list):
                    own = with_slip(lambda *_: right, back_slips, says, (g, *given))
                    own = with_slip(lambda *_: own, shared, says, (g, given[of]))
                    return np.asarray(own, g.dtype)
                found = []
                for place, part in enumerate(right):
                    own = with_slip(lambda *_: part, back_slips, says, (g, place, *given))  # noqa: B023
                    own = with_slip(lambda *_: own, shared, says, (g, given[of][place]))  # noqa: B023
                    found.append(np.asarray(own, g.dtype))
                return found

            return with_slip(forward, forward_slips, says, given), slipped

        return answer

    return Check(
        name,
        draw,
        probe,
        judge,
        tried=said,
        explain=(lambda case, raised: explain(raised, *handed(given_in(case, names))))
        if explain
        else None,
        slip=slip,
        **{"own_work": BY_HAND} | settings,
    )


def list_of_arrays_fault(tried: str, got: Any, length: int) -> str:
    """The message for a way back that does not return one contribution for each array."""
    cause, found = kind_cause(got), got
    if isinstance(got, list):
        cause = "One for each place in the list of operands, also where an array stands there "
        cause += "twice: whoever adds up does that later."
        found = Words(f"a list of {len(got)}")
    if isinstance(got, np.ndarray):
        found = Words(f"an array of shape {got.shape}")
    look = "Next: return a list, in the order of the operands."
    return report(tried, found, Words(f"a list of {length} arrays"), cause, look)


# ---------------------------------------------------------------------------------------------
# A refusal: what must end in an error that says enough


ASSERTED = "`assert` is for what cannot happen, and `python -O` leaves it out."
BY_ACCIDENT = "An error, but one that happened by accident."


def refusal_fault(
    tried: str,
    got: Any,
    errors: Sequence[type[Exception]],
    passed: str,
    look: str = "",
    *,
    wanted: str,
    another: tuple[str, str] = (BY_ACCIDENT, ""),
    unsaid: Callable[[str], str] | None = None,
    may_assert: bool = False,
) -> str | None:
    """The message where a call is not refused by one of these errors, or in too few words.

    `got` is what was `Raised`, or else what came out instead, whose cause is `passed`. `another` is
    cause and next move for an error of another kind (for AssertionError where `may_assert`; there
    is one reason against that), and `unsaid(text)` the cause where the text leaves something out.
    """
    expected = Words(wanted)
    if not isinstance(got, Raised):
        return report(tried, got, expected, passed, look)
    if got.type == "AssertionError" and not may_assert:
        return report(tried, got, expected, ASSERTED, f"Next: `raise {errors[0].__name__}(...)`.")
    if got.type not in [error.__name__ for error in errors]:
        return report(tried, got, expected, another[0], another[1] or look)
    missing = unsaid(got.text) if unsaid else ""
    return report(tried, got, expected, missing, look) if missing else None


class Refusal(NamedTuple):
    """What a call must be refused for, and what to say where it is not.

    `named(*given)` is what the message must name, or None where the call is allowed.
    """

    error: type[Exception]
    named: Callable[..., Any]
    passed: Callable[[Any], str]  # what to say where it passed, given what should be named
    another: str
    unnamed: str
    look: str

    def fault(self, tried: str, got: Any, named: Any) -> str | None:
        """The message where a call is not refused by the error that names it; else None."""
        error = self.error.__name__
        an = "an" if error[0] in "AEIOU" else "a"
        is_named = isinstance(got, Raised) and str(named) in got.text
        in_text = "Next: put the number in the text with an f-string."
        return refusal_fault(
            tried,
            got if isinstance(got, Raised) else Words("a result"),
            (self.error,),
            self.passed(named),
            self.look if not isinstance(got, Raised) else in_text,
            wanted=f"{an} {error} with {named} in its message",
            another=(self.another, f"Next: `raise {error}(...)`."),
            unsaid=lambda text: "" if is_named else self.unnamed,
            may_assert=True,
        )


# ---------------------------------------------------------------------------------------------
# Predictions: a table, judged entry by entry


def to_be_thought_of(case: Case, raised: Raised) -> str | None:
    """What is told whoever has a machine find what was to be thought of beforehand."""
    if raised.type != BORROWED:
        return None
    return "This is asked before anything is run: take a pencil, and let the engine run later."


def as_entries(table: Mapping[Any, Any] | Sequence[Any]) -> dict[Any, Any]:
    """Entries by key; those of a row by their place."""
    return dict(table.items() if isinstance(table, Mapping) else enumerate(table))


def by_place(thing: Any) -> Any:
    """A table whose keys are the places 0, 1, 2, ... as a row; anything else as it is."""
    if not isinstance(thing, dict) or set(thing) != set(range(len(thing))):
        return thing
    return [thing[place] for place in range(len(thing))]


def no_table(answer: Any, keys: Sequence[Any]) -> str:
    """What is told whoever gives the entries without their names."""
    items = answer if isinstance(answer, list | tuple | set | frozenset | str) else ()
    if len(items) != len(keys):
        return kind_cause(answer)
    if all(isinstance(item, list | tuple) and len(item) == 2 for item in items):
        return "These are pairs of a name and an entry: `dict(...)` makes a table of them."
    names = ", ".join(map(show, keys))
    return f"Nothing says which of these belongs to which name: the names are {names}."


def check_predictions(
    name: str,
    right: Mapping[Any, Any] | Sequence[Any],
    slips: Mapping[Any, Table] | Sequence[Table] = {},  # noqa: B006 (never written to)
    *,
    asks: Callable[[Any], str],
    otherwise: Callable[[Any, Any], tuple[str, str]] = lambda key, got: ("", ""),
    fault: Callable[[str, Any, Any], str | None] | None = None,
    wanted: str = "",
    not_a_table: tuple[str, str] = ("", ""),
    left_out: tuple[str, str] = ("", "Next: add it."),
    look: str = "",
    shows: Callable[[Any], Any] | None = None,
    read: Callable[[Any], Any] = lambda entry: entry,
    **settings: Any,
) -> Check:
    """A check of a function without arguments that returns what was thought of beforehand.

    `right` holds the right entries in the order in which they are judged: by key where the answer
    is a mapping, by place where it is a row. `wanted` says what the whole is; left out, it is a
    list of numbers. `asks(key)` says what an entry is. `slips[key]` are its wrong entries by their
    words; `otherwise(key, got)` finds cause and next move of any other. With `shows` a message
    shows the wrong entry so, and keeps the right one to itself. `fault(tried, key, got)` is the
    message for an entry that is of no use, or that is judged in a way of its own; without it an
    entry is one number. `read` brings an entry into the form in which it is judged.
    """
    entries, wrong_entries = as_entries(right), as_entries(slips)

    def tried(case: Case) -> str:
        return asks(case["entry"])

    def container_fault(answer: Any, key: Any) -> str | None:
        if not isinstance(right, Mapping):
            if not wanted:
                return list_fault(asks(key), answer, len(entries))
            if isinstance(answer, list | tuple) and len(answer) == len(entries):
                return None
            cause = not_a_table[0] if isinstance(answer, list | tuple) else kind_cause(answer)
            is_row = isinstance(answer, list | tuple)
            found = Words(f"a list of {len(answer)}") if is_row else answer
            return report(f"{name}()", found, Words(wanted), cause)
        if not isinstance(answer, dict):
            cause = not_a_table[0] or no_table(answer, list(entries))
            cause = "Is a `return` missing?" if answer is None else cause
            return report(f"{name}()", answer, Words(wanted), cause, not_a_table[1])
        if key not in answer:
            keys = ", ".join(k if isinstance(k, str) else show(k) for k in answer) or "no names"
            found = Words(left_out[0] or f"a table of {keys}")
            expected = ... if left_out[0] else Words(f"an entry {key!r} as well")
            cause = ""
            strange = [k for k in answer if type(k) is not type(key)]
            if strange := strange or [k for k in answer if not set(entries) & set(answer)]:
                cause = f"A key is {key!r}, and not {show(strange[0])}."
            return report(asks(key), found, expected, cause, left_out[1].format(key=key))
        return None

    def judge(case: Case, answer: Any) -> str | None:
        key, said = case["entry"], tried(case)
        answer = answer if isinstance(right, Mapping) else row_of(by_place(answer))
        answer = keyed(answer, entries) if isinstance(answer, dict) else answer
        if found := container_fault(answer, key):
            return found
        got, expected = read(unwrapped(answer[key])), entries[key]
        may_be_none = any(entry is None for entry in entries.values())
        if got is None and not may_be_none:
            return report(said, got, ..., "Nothing stands there yet: None is no answer.")
        if found := fault(said, key, got) if fault else number_fault(said, got):
            return found
        if same(got, expected):
            return None
        cause, move = otherwise(key, got)
        for wrong, words in known_wrong(wrong_entries.get(key, {})):
            if same(got, wrong):
                cause, move = told(words, look, got=show(got))
        if shows:
            return report(said, shows(got), ..., cause, move or look)
        return report(said, got, expected, cause, move or look)

    def slip(says: str) -> Formula:
        for key, table in wrong_entries.items():
            for wrong, words in known_wrong(table):
                if says in words:
                    changed = entries | {key: wrong}
                    return lambda: changed if isinstance(right, Mapping) else [*changed.values()]
        raise LookupError(f"no slip of {name} is told {says!r}")

    return Check(
        name,
        lambda rng: [{"entry": key} for key in entries],
        lambda answer, case: answer(),
        judge,
        tried=tried,
        slip=slip,
        **dict[str, Any](own_work=PREDICTED, explain=to_be_thought_of) | settings,
    )


# ---------------------------------------------------------------------------------------------
# Lines to put in order


def check_line_order(
    name: str,
    lines: Mapping[str, str],
    cases: Callable[[np.random.Generator], list[Case]],
    fault: Callable[[Case, list[str]], str | None],
    *,
    words: Mapping[str, str] = {},
    **settings: Any,
) -> Check:
    """A check of a function without arguments that returns the letters of lines, top to bottom.

    `fault(case, letters)` is the message for an order that does not work. `words` are what
    `letters_fault` says in place of its own.
    """

    def judge(case: Case, answer: Any) -> str | None:
        if found := letters_fault(f"{name}()", answer, lines, **words):  # type: ignore[arg-type]
            return found
        return fault(case, letters_of(answer, lines) or [])

    return Check(name, cases, lambda answer, case: answer(), judge, **settings)


def defined(frame: str, lines: Sequence[str], **scope: Any) -> Any:
    """The function that a frame defines with these lines, indented as they are, in its place `{}`.

    They are the check's own lines, so that whoever judges may run them.
    """
    body = "\n".join(lines) or "        pass"
    exec(compile(frame.format(body), "<your lines>", "exec"), scope)
    return scope[frame.partition("def ")[2].partition("(")[0]]
