"""Partials computed on the way back: the same instructions and bits, in no more memory."""

import time

import numpy as np
import pytest
from tensor_cases import CASES
from test_compile_step import step_of_case

from autograd_lesson import Tensor, nn
from autograd_lesson.compiler import compile_step
from autograd_lesson.compiler.steps import lowering
from autograd_lesson.compiler.steps.late import with_partials_late
from autograd_lesson.compiler.steps.program import Program
from autograd_lesson.compiler.steps.table import Instruction
from benchmarks import tensors as networks


def tanh_network():
    """Two hidden layers with tanh: its parameters, a loss, and examples."""
    rng = np.random.default_rng(0)
    layers = [nn.Linear(8, 64, rng=rng), nn.Tanh(), nn.Linear(64, 64, rng=rng), nn.Tanh()]
    model = nn.Sequential(*layers, nn.Linear(64, 1, rng=rng))
    loss_of = lambda x, y: ((model(x) - y) ** 2).mean()  # noqa: E731
    return model.parameters(), loss_of, rng.normal(size=(256, 8)), rng.normal(size=(256, 1))


def one_of_the_five(name):
    """A network of the benchmark in the same form."""
    network, data, numbers = networks.problem(name)
    ours = networks.Ours()
    ours.prepare(numbers)
    loss_of = lambda *examples: network(ours, iter(ours.parameters), *examples)  # noqa: E731
    return ours.parameters, loss_of, *data


def both(monkeypatch, parameters, loss_of, *examples):
    """The step with the pass, and without it."""
    late = compile_step(loss_of, parameters, *examples, to="numpy")
    with monkeypatch.context() as patch:
        patch.setattr(lowering, "with_partials_late", lambda program: program)
        early = compile_step(loss_of, parameters, *examples, to="numpy")
    return late, early


def gradients(step, parameters, examples):
    """What a call adds to gradients that are not there yet."""
    for p in parameters:
        p.grad = None
    loss = step(*examples)
    return [np.float64(loss), *(p.grad for p in parameters)]


def test_the_partial_of_tanh_needs_no_memory_between_the_two_ways(monkeypatch):
    parameters, loss_of, *examples = tanh_network()
    late, early = both(monkeypatch, parameters, loss_of, *examples)
    hidden = 256 * 64 * 8
    assert hidden <= early.peak - late.peak <= 2 * hidden, "each layer had one beside its result"
    places = {line.name: k for k, line in enumerate(late.program.lines)}
    for line in late.program.lines:
        if line.op == "-" and line.operands[0] == 1.0:  # 1 - y * y, right before its reader
            (reader,) = (x for x in late.program.lines if line.name in x.operands)
            between = late.program.lines[places[line.name] + 1 : places[reader.name]]
            assert all(x.op in ("*", "-") for x in between)


def program_of(*lines, results):
    """A program of 4 by 4 arrays in letters: ("c", "*", "a", "b")."""
    four = np.ones((4, 4))
    settings = {"transpose": (("axes", (1, 0)),)}
    made = tuple(
        Instruction(name, op, tuple(operands), settings.get(op, ()), (4, 4), four.dtype)
        for name, op, *operands in lines
    )
    return Program({"x0": four, "p0": four}, {}, made, tuple(results))


HALVES = [("a", "@", "x0", "p0"), ("b", "@", "p0", "x0")]
PRODUCT, LATER = ("c", "*", "a", "b"), [("d", "@", "a", "p0"), ("r", "+", "c", "d")]
READ_AGAIN = [("g", "@", "a", "d"), ("h", "@", "b", "d")]
VIEWED = [("e", "transpose", "a"), ("f", "transpose", "b")]


@pytest.mark.parametrize(
    ("lines", "results", "moves"),
    [
        ([*HALVES, PRODUCT, *LATER, *READ_AGAIN], "rgh", True),
        ([*HALVES, PRODUCT, *LATER], "rab", True),
        (
            [*HALVES, *VIEWED, PRODUCT, *LATER, ("g", "@", "e", "d"), ("h", "@", "f", "d")],
            "rgh",
            True,
        ),
        ([*HALVES, PRODUCT, ("d", "@", "p0", "p0"), ("r", "+", "c", "a")], "r", True),  # b would
        ([*HALVES, PRODUCT, ("d", "@", "p0", "p0"), LATER[1]], "r", False),  # a and b would
    ],
    ids=["read again", "results", "read again as views", "one longer", "two longer"],
)
def test_a_partial_moves_where_its_operands_are_there_anyway(lines, results, moves):
    names = [line.name for line in with_partials_late(program_of(*lines, results=results)).lines]
    assert (names.index("c") > names.index("d")) == moves
    assert sorted(names) == sorted(name for name, *_ in lines)


def test_a_long_chain_that_is_read_late_is_gone_through_once():
    chain = [(f"v{k}", "tanh", f"v{k - 1}" if k else "x0") for k in range(3000)]
    lines = [*chain, ("d", "@", "p0", "p0"), ("r", "*", "v2999", "d")]
    start = time.perf_counter()
    names = [line.name for line in with_partials_late(program_of(*lines, results="r")).lines]
    assert time.perf_counter() - start < 2.0
    assert names == ["d", *(f"v{k}" for k in range(3000)), "r"]


def test_what_is_read_on_both_ways_stays_though_its_operands_could_wait(monkeypatch):
    """tanh of a sum of two products: its result lives on in place of the partial, not the two."""
    rng = np.random.default_rng(0)
    u, v, w = (Tensor(rng.normal(size=shape)) for shape in ((8, 64), (8, 64), (64, 64)))
    loss_of = lambda x: ((x @ u + x @ v).tanh() @ w).tanh().sum()  # noqa: E731
    late, early = both(monkeypatch, [u, v, w], loss_of, np.ones((256, 8)))
    assert late.peak < early.peak


@pytest.mark.parametrize(
    "make",
    [tanh_network, *(pytest.param(name, marks=pytest.mark.slow) for name in networks.NETWORKS)],
)
def test_it_takes_no_more_memory_and_changes_no_bit(make, monkeypatch):
    problem = make() if callable(make) else one_of_the_five(make)
    parameters, _, *examples = problem
    late, early = both(monkeypatch, *problem)
    assert late.peak <= early.peak
    for ours, theirs in zip(
        gradients(late, parameters, examples), gradients(early, parameters, examples), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_the_same_instructions_run_each_after_its_operands(monkeypatch):
    for name in list(CASES)[::7]:
        parameters, loss_of, first, _ = step_of_case(name, np.float64)
        examples = list(map(Tensor, first))
        late, early = both(monkeypatch, parameters, loss_of, *examples)
        assert set(map(str, late.program.lines)) == set(map(str, early.program.lines)), name
        there = {*late.program.inputs, *late.program.constants}
        for line in late.program.lines:
            assert {o for o in line.operands if isinstance(o, str)} <= there, name
            there.add(line.name)


def test_what_would_keep_a_larger_array_stays_where_it_is():
    """A number for each row is made of whole rows, which nobody else reads later."""
    w, v = Tensor(np.ones((8, 64))), Tensor(np.ones((256, 1)))

    def loss_of(x):
        rows = (x @ w).tanh()
        size = (rows * rows).sum(axis=1, keepdims=True) * 0.5
        return ((size * v).tanh() * (x @ w @ w.T).sum(axis=1, keepdims=True)).sum()

    step = compile_step(loss_of, [v], np.ones((256, 8)), to="numpy")
    again = with_partials_late(step.program)
    assert [line.name for line in again.lines] == [line.name for line in step.program.lines]
    ops = [line.op for line in step.program.lines]
    assert ops.index("sum") < len(ops) - 1 - ops[::-1].index("@"), "the rows are let go before"
