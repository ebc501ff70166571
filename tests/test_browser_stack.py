"""Values that hand over their operands when they are freed, as in a browser."""

import weakref

from autograd_lesson.browser import freed_in_a_row


def chain_of(kind, count):
    value = kind()
    first = weakref.ref(value)
    for _ in range(count):
        value = kind(value)
    return value, first


def a_class():
    class Link:
        def __init__(self, *operands):
            self.operands = operands

    return Link


def test_a_chain_is_freed_to_its_first_value_without_one_call_in_another():
    depth = deepest = 0

    class Link:
        def __init__(self, *operands):
            self.operands = operands

    kind = freed_in_a_row(Link, here=True)
    hand_over = kind.__del__

    def counted(self):
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)
        hand_over(self)
        depth -= 1

    kind.__del__ = counted
    last, first = chain_of(kind, 20_000)
    del last
    assert first() is None and deepest == 2


def test_what_something_else_still_holds_keeps_its_operands():
    kind = freed_in_a_row(a_class(), here=True)
    a = kind()
    b = kind(a)
    c = kind(b)
    del c, a
    assert len(b.operands) == 1 and b.operands[0].operands == ()


def test_outside_a_browser_a_class_stays_as_it_is():
    assert not hasattr(freed_in_a_row(a_class()), "__del__")
