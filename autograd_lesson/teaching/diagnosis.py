"""What a wrong gradient was probably made of, from alternatives computed on the graph itself.

A table holds, for one value, the numbers that known slips give in place of its gradient, each with
the words for it. It is plain data: whoever judges an answer looks for the first row it falls in.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, islice, starmap
from numbers import Real
from typing import Any, NamedTuple

from ..pictures.graph import check_numbers, graph_of, names, partials_of
from ..pictures.words import counted
from ..value import Step, symbol_of, walk_back

CLOSE = 1e-6  # relative: an answer this near to a number is that number
DIGITS_SHOWN = (4, 5, 6)  # a number rounded as the pictures and the messages print it counts too
MOST_PATHS = 64  # more are counted, but neither listed nor dropped one by one
MOST_STEPS = 400  # on longer ways no step is got wrong by itself
MOST_ROWS = 300
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
ANSWER = re.compile(rf"\s*({NUMBER})\s*(?:/\s*({NUMBER})\s*)?", re.ASCII)
ALLOWED = "write a number such as 35, -0.5, 1/3 or 2e-3"


class Path(NamedTuple):
    """One way from a value to the root, and the product of the partials along it."""

    steps: tuple[Step, ...]
    brings: float


class Slip(NamedTuple):
    """The number that a slip gives in place of the gradient, and the words for the slip."""

    number: float
    words: str
    name: str = ""


class Row(NamedTuple):
    """An answer within `tolerance` of `number` gets `message`."""

    number: float
    tolerance: float
    message: str
    is_right: bool = False
    mistake: str = ""  # the name of the slip


class Table(NamedTuple):
    """All there is to say to an answer for one gradient; JSON can hold it."""

    rows: tuple[Row, ...]  # the first that fits is the one that counts
    unknown: str  # for a number in no row
    hint: str  # added from the second wrong answer on
    solution: str  # the gradient as the sum of its contributions


class Judgement(NamedTuple):
    """The message for an answer, and whether it is right; `is_number` says if it counts as one."""

    message: str
    is_right: bool
    is_number: bool = True


def diagnose(root: Any, value: Any, answer: Any, wrong_before: int = 0) -> str:
    """What to say to `answer` as the gradient of `root` with respect to `value`.

    A wrong number is compared with those that known slips give on this graph. After a wrong answer
    before it, a hint is added.
    """
    return judge(table(root, value), answer, wrong_before).message


def judge(table: Table, answer: Any, wrong_before: int = 0) -> Judgement:
    """The judgement that `table` holds for `answer`, a number or its text."""
    number = number_in(answer)
    if number is None:
        return Judgement(f"{shown_answer(answer)} is not a number; {ALLOWED}", False, False)
    row = row_of(table, number)
    if row and row.is_right:
        return Judgement(row.message, True)
    message = row.message if row else table.unknown
    return Judgement(f"{message}. {table.hint}" if wrong_before else message, False)


def row_of(table: Table, number: float) -> Row | None:
    """The row that a number falls in, or None where no known slip gives it."""
    return next((row for row in table.rows if abs(number - row.number) <= row.tolerance), None)


def number_in(answer: Any) -> float | None:
    """The number that `answer` is or spells (35, -0.5, 1/3, 2e-3), or None."""
    number = math.nan
    if isinstance(answer, str):
        # a minus sign copied from a formula counts as the one on the keyboard
        if found := ANSWER.fullmatch(answer.replace("\u2212", "-")):
            divisor = float(found[2] or 1)
            number = float(found[1]) / divisor if divisor else math.nan
    elif not isinstance(answer, bool) and isinstance(answer, Real):
        number = float(answer)
    return number if math.isfinite(number) else None


def shown_answer(answer: Any) -> str:
    """An answer that is not a number, as a message quotes it."""
    text = f'"{answer.strip()}"' if isinstance(answer, str) else f"a {type(answer).__name__}"
    return text if len(text) <= 40 else f"{text[:36]}..."


def shown(number: float) -> str:
    """A number as a message prints it: whole numbers in full, others to 4 significant digits."""
    number = float(number)  # the data of a learner's own class may be whole numbers
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.{DIGITS_SHOWN[0]}g}"


# ---------------------------------------------------------------------------------------------
# The graph between a value and the root


def float_partials(result: Any) -> list[float]:
    """The partials of `result` as floats, which can be keys."""
    return list(map(float, partials_of(result)))


class Ways:
    """Everything on the way from `value` to `root`.

    `slope[x]` is d(x)/d(value) for what depends on the value, so that a step with the contribution
    g to an operand x adds g * slope[x] to the gradient of the value.
    """

    def __init__(self, root: Any, value: Any) -> None:
        """Walk back from the root once, and forward from the value once."""
        self.root, self.value = root, value
        self.nodes, _ = graph_of(root)
        check_numbers(self.nodes, "a walk along paths")
        self.name = names(self.nodes)
        self.name.setdefault(value, getattr(value, "label", "") or "this value")
        self.gradient: dict[Any, float] = {root: 1.0}
        steps = list(starmap(Step, walk_back(root, self.gradient, float_partials)))
        self.true = self.gradient.get(value, 0.0)

        self.slope, ways_from = {value: 1.0}, {value: 1}
        for step in reversed(steps):  # operands before results
            if step.operand in self.slope:
                so_far = self.slope.get(step.result, 0.0)
                self.slope[step.result] = so_far + step.partial * self.slope[step.operand]
                ways_from[step.result] = ways_from.get(step.result, 0) + ways_from[step.operand]
        self.steps = [step for step in steps if step.operand in self.slope]
        self.into = defaultdict(list)  # operand -> the steps that bring its contributions, in order
        ways_to = {root: 1}
        for step in self.steps:
            self.into[step.operand].append(step)
            ways_to[step.operand] = ways_to.get(step.operand, 0) + ways_to.get(step.result, 0)
        self.count = ways_to.get(value, 0)
        self.paths_through = {
            step: ways_from[step.operand] * ways_to[step.result] for step in self.steps
        }
        self.one_by_one = self.steps if len(self.steps) <= MOST_STEPS else []
        few = self.count <= MOST_PATHS and self.one_by_one
        self.paths = sorted(self._paths(), key=lambda path: len(path.steps)) if few else []
        self.own = self.into[value]

    def _paths(self) -> Iterator[Path]:
        """Every path from the value up to the root."""
        waiting: list[tuple[Any, tuple[Step, ...], float]] = [(self.value, (), 1.0)]
        while waiting:
            at, steps, brings = waiting.pop()
            if at is self.root:
                yield Path(steps, brings)
            for step in self.into.get(at, ()):
                waiting.append((step.result, (*steps, step), brings * step.partial))

    def brings(self, step: Step) -> float:
        """The part of the value's gradient that comes through `step`."""
        return step.contribution * self.slope[step.operand]

    def with_partial(self, step: Step, partial: float) -> float:
        """The gradient with another partial at one step, and everything else right."""
        change = step.upstream * (partial - step.partial)
        return self.true + change * self.slope[step.operand]

    def sweep(
        self,
        order: Iterable[Any] | None = None,
        replaces: bool = False,
        partials_of: Callable[[Any], Iterable[float]] = float_partials,
    ) -> float:
        """The gradient by a backward sweep that goes wrong in a way of its own."""
        gradient = {self.root: 1.0}
        for result in self.nodes[::-1] if order is None else order:
            for operand, partial in zip(result.operands, partials_of(result), strict=True):
                contribution = gradient.get(result, 0.0) * partial
                so_far = 0.0 if replaces else gradient.get(operand, 0.0)
                gradient[operand] = so_far + contribution
        return gradient.get(self.value, 0.0)

    def breadth_first(self) -> list[Any]:
        """The values in the order in which they are met from the root, each once."""
        order = [self.root]
        met = {self.root}
        for result in order:  # grows while it is read
            for operand in result.operands:
                if operand not in met:
                    met.add(operand)
                    order.append(operand)
        return order

    # Words

    def words(self, path: Path) -> str:
        """A path by the names of its values: `a, c, d, e`."""
        named = [self.name[self.value]]
        for step in path.steps:
            alike = [index for index, o in enumerate(step.result.operands) if o is step.operand]
            # x * x has two paths that nothing tells apart; the two of x / x differ
            differ = len({float_partials(step.result)[index] for index in alike}) > 1
            named.append(self.name[step.result] + f" (as operand {step.index + 1})" * differ)
        if len(named) > 9:
            named = [*named[:4], "...", *named[-4:]]
        return ", ".join(named)

    def partial_words(self, step: Step) -> str:
        """`the partial of d with respect to a`."""
        twice = sum(operand is step.operand for operand in step.result.operands) > 1
        place = f" (operand {step.index + 1})" if twice else ""
        result, operand = self.name[step.result], self.name[step.operand]
        return f"the partial of {result} with respect to {operand}{place}"


def joined(parts: Iterable[str], word: str = "and") -> str:
    """`x`, `x and y`, `x, y and z`; from the sixth on they are counted."""
    parts = list(parts)
    if len(parts) > 5:
        parts = [*parts[:4], f"{len(parts) - 4} more"]
    return f" {word} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


# ---------------------------------------------------------------------------------------------
# The slips, the most specific first


def missing_path(ways: Ways) -> Iterator[Slip]:
    """One path is forgotten.

    Of paths that bring the same, the longest is named: it is the one that is easily overlooked.
    """
    for alike in alike_paths(ways) if ways.count > 1 else ():
        longest = max(len(path.steps) for path in alike)
        texts = [ways.words(path) for path in alike if len(path.steps) == longest]
        brings, different = shown(alike[0].brings), list(dict.fromkeys(texts))
        if len(different) > 1:
            words = f"one of the paths {joined(different, 'or')} is missing; each brings {brings}"
        elif len(texts) > 1:
            words = f"one of the {len(texts)} paths {texts[0]} is missing; it brings {brings}"
        else:
            words = f"the path {texts[0]} is missing; it brings {brings}"
        yield Slip(ways.true - alike[0].brings, words)


def alike_paths(ways: Ways) -> Iterable[list[Path]]:
    """The paths in groups that bring the same: dropping one of a group shows not which."""
    groups = defaultdict(list)
    for path in ways.paths:
        groups[key(path.brings)].append(path)
    return groups.values()


def only_one_path(ways: Ways) -> Iterator[Slip]:
    """All paths but one are forgotten."""
    for alike in alike_paths(ways) if ways.count > 2 else ():
        texts = joined(dict.fromkeys(map(ways.words, alike)), "or")
        yield Slip(
            alike[0].brings,
            f"only the path {texts} is counted; there are {ways.count} paths, and what they bring "
            "is added",
        )


def missing_contribution(ways: Ways) -> Iterator[Slip]:
    """A contribution is missing that several paths share."""
    for step in ways.own if len(ways.own) > 1 else ():
        if ways.paths_through[step] > 1:
            brings = ways.brings(step)
            yield Slip(
                ways.true - brings,
                f"the contribution from {ways.name[step.result]} is missing; "
                f"it brings {shown(brings)}",
            )


def passed_on_too_early(ways: Ways) -> Iterator[Slip]:
    """A result on the way sent its gradient on before all had arrived."""
    for operand, steps in ways.into.items():
        if operand is ways.value or len(steps) < 2:
            continue
        alone = [(step,) for step in steps]
        tails = [tuple(steps[k:]) for k in range(1, len(steps) - 1)]
        for late in alone + tails:
            if sum(ways.paths_through[step] for step in late) > 1:  # else it is a missing path
                senders = joined(dict.fromkeys(ways.name[step.result] for step in late))
                yield Slip(
                    ways.true - sum(map(ways.brings, late)),
                    f"the gradient of {ways.name[operand]} was passed on before the contribution "
                    f"from {senders} had been added to it",
                )


def wrong_order(ways: Ways) -> Iterator[Slip]:
    """The sweep took values as it met them, not in the topological order."""
    yield Slip(
        ways.sweep(ways.breadth_first()),
        "some gradient was passed on before all its contributions had been added: "
        "a result comes after everything that was computed from it",
    )


def two_missing_paths(ways: Ways) -> Iterator[Slip]:
    """Two paths are forgotten, of four or more."""
    for one, other in combinations(ways.paths if 3 < ways.count <= 12 else (), 2):
        yield Slip(
            ways.true - one.brings - other.brings,
            f"the paths {ways.words(one)} and {ways.words(other)} are missing; they bring "
            f"{shown(one.brings)} and {shown(other.brings)}",
        )


def lost_sign(ways: Ways) -> Iterator[Slip]:
    """A minus sign is forgotten: of one partial, of one path, of all, or of the answer."""
    for step in ways.one_by_one:
        if step.partial < 0.0:
            yield Slip(
                ways.with_partial(step, -step.partial),
                f"a sign is lost: {ways.partial_words(step)} is {shown(step.partial)}, "
                f"not {shown(-step.partial)}",
            )
    for path in ways.paths:
        if path.brings < 0.0:
            yield Slip(
                ways.true - 2.0 * path.brings,
                f"a sign is lost: the path {ways.words(path)} brings {shown(path.brings)}, "
                f"not {shown(-path.brings)}",
            )
    yield Slip(
        ways.sweep(partials_of=lambda result: map(abs, float_partials(result))),
        "all minus signs are lost: some of the partials are negative",
    )
    yield Slip(-ways.true, "the size is right and the sign is not")


def replaced_contribution(ways: Ways) -> Iterator[Slip]:
    """`=` stands where `+=` belongs, at this value or all along the sweep."""
    words = "a contribution replaced the one before it (=) where it should be added to it (+=)"
    if len(ways.own) > 1:
        yield Slip(ways.brings(ways.own[-1]), words)
    yield Slip(ways.sweep(replaces=True), words)


def other_partial(ways: Ways) -> Iterator[Slip]:
    """The partial that belongs to the other operand is used."""
    for step in ways.one_by_one:
        wrong = swapped(step.result)[step.index]
        if abs(wrong) != abs(step.partial):  # else it is a matter of the sign
            yield Slip(
                ways.with_partial(step, wrong),
                f"{shown(wrong)} is the partial of {ways.name[step.result]} for its other operand, "
                f"not for {ways.name[step.operand]}",
            )
    yield Slip(
        ways.sweep(partials_of=swapped),
        "the partials of the two operands are exchanged: in a product each operand's partial is "
        "the other operand's data",
    )


def swapped(result: Any) -> tuple[float, ...]:
    """The partials of `result` with those of paired operands exchanged; of others as they are."""
    partials = float_partials(result)
    if symbol_of(result) == "dot":
        half = len(partials) // 2
        return (*partials[half:], *partials[:half])
    return tuple(partials[::-1] if len(partials) == 2 else partials)


def lost_factor(ways: Ways) -> Iterator[Slip]:
    """A partial is left out, or a rule for a power or a function is half remembered."""
    for step in ways.one_by_one:
        partial, words = step.partial, ways.partial_words(step)
        if abs(partial) != 1.0:
            yield Slip(ways.with_partial(step, 1.0), f"a factor is left out: {words}")
        if len(step.result.operands) > 1:
            continue
        symbol = symbol_of(step.result)
        x, y = float(step.operand.data), float(step.result.data)
        power = ANSWER.fullmatch(symbol.removeprefix("**")) if symbol[:2] == "**" else None
        if power and (k := float(power[1])):
            lowered = f"**{shown(k - 1.0)}" if k != 2.0 else ""
            rule = f"{words} is {shown(k)} * {ways.name[step.operand]}{lowered}"
            yield Slip(
                ways.with_partial(step, partial / k), f"the factor {shown(k)} is lost: {rule}"
            )
            yield Slip(ways.with_partial(step, partial * x), f"the exponent is not lowered: {rule}")
        for used, whose in ((y, step.result), (x, step.operand)):
            yield Slip(
                ways.with_partial(step, used),
                f"the data of {ways.name[whose]} was used as {words}",
            )


def lost_upstream(ways: Ways) -> Iterator[Slip]:
    """The partials at the value are not multiplied by the gradients of the results."""
    several = len(ways.own) > 1
    if several:
        for step in ways.own:
            yield Slip(
                ways.true - step.contribution + step.partial,
                f"the contribution from {ways.name[step.result]} is its partial alone; "
                f"multiply it by the gradient of {ways.name[step.result]}",
            )
    yield Slip(
        sum(step.partial for step in ways.own),
        f"the upstream is left out: multiply {'each partial' if several else 'the partial'} by "
        f"the gradient of {joined(dict.fromkeys(ways.name[s.result] for s in ways.own), 'or')}",
    )
    yield Slip(
        sum(step.partial * float(step.result.data) for step in ways.own),
        "the data of a result was used where its gradient belongs",
    )


def path_counted_twice(ways: Ways) -> Iterator[Slip]:
    """One path too many."""
    for path in ways.paths if ways.count > 1 else ():
        yield Slip(ways.true + path.brings, f"the path {ways.words(path)} is counted twice")


def sum_and_product(ways: Ways) -> Iterator[Slip]:
    """Factors along a path are added, or contributions multiplied."""
    yield Slip(
        sum(step.partial for path in ways.paths for step in path.steps),
        "the partials along a path are added here; they are multiplied",
    )
    if len(ways.own) > 1:
        words = "are multiplied here; they are added"
        yield Slip(math.prod(map(ways.brings, ways.own)), f"the contributions {words}")
        yield Slip(math.prod(path.brings for path in ways.paths), f"the paths {words}")


def another_quantity(ways: Ways) -> Iterator[Slip]:
    """A number that stands somewhere else in the picture."""
    value, root = ways.name[ways.value], ways.name[ways.root]
    yield Slip(0.0, f"0 would say that {root} does not react to {value}, but a path leads there")
    for node in (ways.value, *reversed(ways.nodes)):
        words = f"{shown(node.data)} is the data of {ways.name[node]}, no gradient"
        yield Slip(float(node.data), words)
    for node in ways.nodes:
        # unnamed: the learner may still have to find that gradient
        words = f"this is the gradient of another value, not that of {value}"
        yield Slip(ways.gradient[node], words)


# Each inner tuple is one kind. A message names at most two kinds, and one slip of each.
SLIPS = (
    (
        missing_path,
        only_one_path,
        missing_contribution,
        passed_on_too_early,
        two_missing_paths,
        wrong_order,
    ),
    (lost_sign,),
    (other_partial,),
    (replaced_contribution,),
    (lost_factor,),
    (lost_upstream,),
    (path_counted_twice,),
    (sum_and_product,),
)


# ---------------------------------------------------------------------------------------------
# The table


def table(root: Any, value: Any) -> Table:
    """All that can be said to an answer for d(root)/d(value)."""
    ways = Ways(root, value)
    if not math.isfinite(ways.true):
        raise ValueError(
            f"the gradient of {ways.name[value]} is {ways.true}, and a prediction is a finite "
            "number; ask for another value, or move the data away from the edge of a domain"
        )
    size = max((abs(step.contribution) for step in ways.own), default=1.0)
    right = Row(ways.true, tolerance(ways.true, size), f"right: {sum_words(ways)}", True)
    exact = [right]
    for number, words, name in slips_by_number(ways):
        if abs(number - ways.true) > right.tolerance and len(exact) < MOST_ROWS:
            exact.append(Row(number, tolerance(number, size), words, mistake=name))
    rounded = [
        row._replace(number=rounded, tolerance=1e-12 * abs(rounded))
        for row in exact
        for rounded in {float(f"{row.number:.{digits}g}") for digits in DIGITS_SHOWN}
        if abs(rounded - row.number) > row.tolerance
    ]
    return Table((*exact, *rounded), unknown_words(ways), hint_words(ways), solution_words(ways))


def slips_by_number(ways: Ways) -> list[Slip]:
    """For each number that slips give, one slip with the words for it, the most specific first."""
    found: dict[str, dict[int, Slip]] = {}
    for kind, slips_of in ((kind, each) for kind, group in enumerate(SLIPS) for each in group):
        for slip in slips_of(ways) if ways.steps else ():
            if math.isfinite(slip.number):
                named = slip._replace(name=slips_of.__name__.replace("_", " "))
                found.setdefault(key(slip.number), {}).setdefault(kind, named)
    told = {}
    for slips in (list(kinds.values()) for kinds in found.values()):
        several = len(slips) > 1
        text = f"either {slips[0].words}, or {slips[1].words}" if several else slips[0].words
        told[slips[0].number] = slips[0]._replace(words=text)
    for slip in another_quantity(ways) if ways.steps else ():  # vague: said when nothing else fits
        if key(slip.number) not in found:
            told.setdefault(slip.number, slip._replace(name="another quantity"))
    return list(told.values())


def tolerance(number: float, size: float) -> float:
    """How far from `number` an answer may lie; `size` is that of the terms it is the sum of."""
    return max(CLOSE * abs(number), 1e-12 * size)


def key(number: float) -> str:
    """The same for numbers that only rounding tells apart."""
    return f"{number + 0.0:.9g}"


def sum_words(ways: Ways) -> str:
    """`d brings 25 and c brings 20, together 45`, in the order of the sweep."""
    if ways.value is ways.root:
        return "a result changes exactly as fast as itself"
    if not ways.own:
        return f"no path leads from {ways.name[ways.value]} to {ways.name[ways.root]}"
    brought = joined(
        f"{ways.name[step.result]} brings {shown(step.contribution)}" for step in ways.own
    )
    return f"{brought}, together {shown(ways.true)}" if len(ways.own) > 1 else brought


def unknown_words(ways: Ways) -> str:
    """The next move for a number that no slip explains."""
    value, root = ways.name[ways.value], ways.name[ways.root]
    if ways.value is ways.root:
        return f"not yet: how much does {root} change when {root} itself changes by 1?"
    if not ways.own:
        return f"not yet: is there any path from {value} to {root}?"
    start = f"not yet: {value} has {counted(ways.count, 'path')} to {root}"
    if not 0 < len(ways.paths) <= 6:
        owed = counted(len(ways.own), "contribution")
        return f"{start}; work backward from {root} and look for {owed}"
    texts = Counter(map(ways.words, ways.paths))
    listed = "; ".join(f"{text} ({n} times)" if n > 1 else text for text, n in texts.items())
    then = "multiply along each, then add" if ways.count > 1 else "multiply its partials"
    return f"{start}: {listed}; {then}"


def hint_words(ways: Ways) -> str:
    """The sum to compute, without its number: what each contribution is made of."""
    if not ways.own:
        return "Look at the picture: which arrows leave it?"
    terms = [
        f"{shown(step.partial)} \u00d7 (gradient of {ways.name[step.result]})"
        for step in islice(ways.own, 6)
    ]
    more = f" + {len(ways.own) - 6} more" if len(ways.own) > 6 else ""
    owed = counted(len(ways.own), "contribution")
    return f"{owed[0].upper()}{owed[1:]} to find: {' + '.join(terms)}{more}."


def solution_words(ways: Ways) -> str:
    """The gradient as the sum of its contributions, and each of these as a product."""
    name, number = ways.name[ways.value], shown(ways.true)
    if not ways.own:
        return f"The gradient of {name} is {number}: {sum_words(ways)}."
    products = ", ".join(
        f"{ways.name[step.result]} brings {shown(step.upstream)} \u00d7 {shown(step.partial)} = "
        f"{shown(step.contribution)}"
        for step in islice(ways.own, 6)
    )
    rest = f", and {len(ways.own) - 6} more" if len(ways.own) > 6 else ""
    total = f" The sum is {number}." if len(ways.own) > 1 else ""
    return f"The gradient of {name} is {number}: {products}{rest}.{total}"
