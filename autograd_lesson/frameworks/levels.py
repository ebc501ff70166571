"""A record with modules in boxes: a box is one function, and what crosses its side is what is seen.

Nothing is computed anew: a step of the smaller graph is one step of the pass, and the steps within
a closed box are left out.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from .recorded import Function, Place, Record, Sent
from .sketch import norm_of

FITTING = 48  # values that can still be read in one picture
SMALL = 5  # ops of a box that is opened with the box around it

Path = tuple[str, ...]
Group = int | Path  # a function alone, or a closed box


class Level:
    """A record with some boxes open and all others closed."""

    def __init__(self, record: Record, opened: frozenset[Path]):
        """Put each function in its group, and join the groups."""
        self.whole, self.opened = record, opened
        functions = record.functions
        self.group_of: list[Group] = [
            at if function.is_leaf else self.group_at(at) for at, function in enumerate(functions)
        ]
        users: dict[int, set[Group]] = {}
        for at, function in enumerate(functions):
            for place in filter(None, function.takes):
                users.setdefault(place[0], set()).add(self.group_of[at])
        for at, function in enumerate(functions):
            if function.is_leaf and len(users.get(at, ())) == 1:
                (user,) = users[at]
                if isinstance(user, tuple):
                    self.group_of[at] = user
        self.members: dict[Group, list[int]] = {}
        for at, group in enumerate(self.group_of):
            self.members.setdefault(group, []).append(at)
        self.number_of = {group: number for number, group in enumerate(self.members)}
        self.results: dict[Place, Place] = {}  # of the whole record: what each is called here
        self.functions = [self.function_of(group) for group in self.members]
        self.join()

    def group_at(self, at: int) -> Group:
        """The outermost closed box around a function, else itself."""
        box = self.whole.functions[at].box
        for depth in range(1, len(box) + 1):
            if box[:depth] not in self.opened:
                return box[:depth]
        return at

    def function_of(self, group: Group) -> Function:
        """A function for a group, without what it takes."""
        members = [self.whole.functions[at] for at in self.members[group]]
        if not isinstance(group, tuple):
            (alone,) = members
            data, box = list(alone.data), alone.box
            is_leaf = alone.is_leaf
            return Function(alone.symbol, [], data, alone.words, alone.label, [], box, 0.0, is_leaf)
        ops = [one for one in members if not one.is_leaf]
        symbol = ops[0].symbol if len(ops) == 1 else f"{len(ops)} ops"
        words = ops[0].words if len(ops) == 1 else f"{len(ops)} functions of PyTorch"
        held = [(at, 0) for at in self.members[group] if self.whole.functions[at].is_leaf]
        sizes = [norm_of(self.whole.gradient[one]) for one in held if one in self.whole.gradient]
        if sizes:
            size = f"{math.hypot(*sizes):.4g}"
            words += f"; gradients at leaves inside it: {len(sizes)}, of size {size} together"
        return Function(symbol, [], [], words, group[-1], [], group)

    def join(self) -> None:
        """Let each group take what its members take from others."""
        self.take_of: dict[tuple[int, int], int] = {}
        for at, function in enumerate(self.whole.functions):
            for index, place in enumerate(function.takes):
                if place and self.group_of[place[0]] != self.group_of[at]:
                    mine = self.functions[self.number_of[self.group_of[at]]]
                    self.take_of[at, index] = len(mine.takes)
                    mine.takes.append(self.result(place))
                    mine.edges.append((at, index))
        self.root = self.result(self.whole.root)

    def result(self, place: Place) -> Place:
        """What a result is called here; of a box only the results that are used outside count."""
        group = self.group_of[place[0]]
        number = self.number_of[group]
        if not isinstance(group, tuple):
            return number, place[1]
        if place not in self.results:
            data = self.functions[number].data
            self.results[place] = (number, len(data))
            data.append(self.whole.functions[place[0]].data[place[1]])
        return self.results[place]

    def sent(self) -> Iterator[Sent]:
        """What crosses from one group to another, in the order of the pass."""
        for sent in self.whole.sent:
            group = self.group_of[sent.function]
            given = {
                self.result((sent.function, number))[1]: gradient
                for number, gradient in sent.given.items()
                if not isinstance(group, tuple) or (sent.function, number) in self.results
            }
            delivered = [
                (self.take_of[sent.function, number], contribution, so_far)
                for number, contribution, so_far in sent.delivered
                if (sent.function, number) in self.take_of
            ]
            if given or delivered:
                yield Sent(self.number_of[group], given, delivered)

    def record(self) -> Record:
        """The smaller record."""
        sent = list(self.sent())
        shown = {place: self.result(place) for place in self.whole.gradient if self.is_alone(place)}
        gradient = {here: self.whole.gradient[place] for place, here in shown.items()}
        remarks: dict[Place, list[str]] = {}
        for place, words in self.whole.remarks.items():
            if self.is_alone(place) or place in self.results:
                remarks[self.result(place)] = list(words)
        for at, function in enumerate(self.whole.functions):
            for place in filter(None, function.takes):
                if place in self.results and self.group_of[at] == self.group_of[place[0]]:
                    words = "part of the gradient comes from inside the box"
                    remarks.setdefault(self.results[place], []).append(words)
        return Record(self.functions, self.root, sent, gradient, remarks, self.whole.unreached)

    def is_alone(self, place: Place) -> bool:
        """Is the function of this result in no closed box?"""
        return not isinstance(self.group_of[place[0]], tuple)


def boxes_in(record: Record) -> list[Path]:
    """Every box, in the order of the way forward, each before those in it."""
    ordered = sorted((one for one in record.functions if one.box), key=lambda one: one.order)
    found = {one.box[:depth]: None for one in ordered for depth in range(1, len(one.box) + 1)}
    return list(found)


def opened_around(record: Record, path: Path) -> frozenset[Path]:
    """The boxes to open to see the inside of `path`: those around it, and small ones within."""
    around = {path[:depth] for depth in range(1, len(path) + 1)}
    count: dict[Path, int] = {}
    for one in record.functions:
        for depth in range(1, len(one.box) + 1):
            count[one.box[:depth]] = count.get(one.box[:depth], 0) + 1
    small = {
        box
        for box, ops in count.items()
        if path and box[: len(path)] == path and len(box) == len(path) + 1 and ops <= SMALL
    }
    return frozenset(around | small)


def called(record: Record, name: str) -> Path:
    """The first box of this name."""
    boxes = boxes_in(record)
    for box in boxes:
        if box[-1] == name:
            return box
    known = ", ".join(dict.fromkeys(box[-1] for box in boxes))
    raise ValueError(
        f"no box is called {name!r}; there are {known}"
        if known
        else f"there is no box called {name!r}, and none at all: boxes are the modules of a "
        "torch.nn.Module that is given as model"
    )


def level(record: Record, name: str = "") -> Record:
    """The record with the box called `name` open; without a name, as many as can be read."""
    if name:
        return opened_level(record, called(record, name))
    if count_of(record) <= FITTING:
        return record
    boxes = boxes_in(record)
    found = Level(record, frozenset()).record()
    for depth in range(1, max(map(len, boxes), default=0) + 1):
        deeper = Level(record, frozenset(box for box in boxes if len(box) <= depth)).record()
        if count_of(deeper) > FITTING:
            break
        found = deeper
    return found


def opened_level(record: Record, path: Path) -> Record:
    """One box open with all around it where that can be read, else what is in the box alone."""
    found = Level(record, opened_around(record, path)).record()
    return found if count_of(found) <= FITTING else within(found, path)


def within(record: Record, path: Path) -> Record:
    """What is in one box: what it takes from outside are leaves, what comes after it one function.

    That function delivers what all those after the box delivered to its results.
    """
    inside = {at for at, one in enumerate(record.functions) if one.box[: len(path)] == path}
    taken = {place for at in inside for place in record.functions[at].takes if place}
    functions: list[Function] = []
    number_of: dict[int, int] = {}
    for at, one in enumerate(record.functions):
        if at in inside:
            number_of[at] = len(functions)
            functions.append(replace(one, takes=list(one.takes)))
        elif any((at, number) in taken for number in range(len(one.data))):
            number_of[at] = len(functions)
            functions.append(Function(one.symbol, [], one.data, "", one.label, is_leaf=True))
    for at in inside:
        mine = functions[number_of[at]]
        mine.takes = [place and (number_of[place[0]], place[1]) for place in mine.takes]
    label = record.functions[record.root[0]].label or record.functions[record.root[0]].symbol
    after = Function("after", [], [record.functions[record.root[0]].data[record.root[1]]])
    after.label, after.words = label, "everything after the box"
    rest = len(functions)
    functions.append(after)
    remarks = {
        (number_of[at], number): words
        for (at, number), words in record.remarks.items()
        if at in number_of
    }
    takes: dict[tuple[int, int], int] = {}
    sent = [Sent(rest, {0: given[record.root[1]]}, [])] if (given := record.sent[0].given) else []
    for one in record.sent:
        if one.function in inside:
            sent.append(Sent(number_of[one.function], one.given, one.delivered))
            continue
        source = record.functions[one.function]
        delivered = []
        for number, contribution, so_far in one.delivered:
            place = source.takes[number]
            assert place is not None
            if place[0] in inside:
                takes[one.function, number] = len(after.takes)
                after.takes.append((number_of[place[0]], place[1]))
                after.edges.append(source.edges[number] if source.edges else (one.function, number))
                delivered.append((takes[one.function, number], contribution, so_far))
            elif place in taken and not record.functions[place[0]].is_leaf:
                words = "part of the gradient comes from outside this picture"
                remarks.setdefault((number_of[place[0]], place[1]), []).append(words)
        if delivered:
            sent.append(Sent(rest, {}, delivered))
    gradient = {
        (number_of[at], number): x for (at, number), x in record.gradient.items() if at in number_of
    }
    root = (number_of[record.root[0]], record.root[1]) if record.root[0] in inside else (rest, 0)
    return Record(functions, root, sent, gradient, remarks, record.unreached)


def one_by_one(record: Record, name: str = "") -> Iterator[tuple[str, Record]]:
    """Every box closed, then each in turn opened: what is open, and the record so.

    With a name only that box and those in it. A small box is opened with the one around it.
    """
    boxes = boxes_in(record)
    start = called(record, name) if name else ()
    inside = [box for box in boxes if box[: len(start)] == start]
    ops = Counter(one.box[:depth] for one in record.functions for depth in range(len(one.box) + 1))
    if not name:
        yield "", Level(record, frozenset()).record()
    for box in inside:
        if len(box) == 1 or ops[box] > SMALL or box == start:
            yield box[-1], opened_level(record, box)


def count_of(record: Record) -> int:
    """How many values the record has."""
    used = {place for one in record.functions for place in one.takes if place} | {record.root}
    several = Counter(at for at, _ in used)
    return len(used) + sum(count > 1 for count in several.values())
