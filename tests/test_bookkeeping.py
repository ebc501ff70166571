"""What a compiled step is told to move and to hold: counted by hand, and by running its lines."""

import gc
import tracemalloc
from itertools import combinations

import numpy as np
import pytest

from autograd_lesson import Tensor, nn
from autograd_lesson.compiler import compile_step
from autograd_lesson.compiler.code import c_compiler
from autograd_lesson.compiler.steps.bookkeeping import ledger
from autograd_lesson.compiler.steps.table import computed
from benchmarks import tensors as networks

ROWS, WIDTH = 512, 64


def a_step(to=None):
    """A network whose rows are normalised."""
    rng = np.random.default_rng(0)
    layers = [nn.Linear(8, WIDTH, rng=rng), nn.LayerNorm(WIDTH), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(WIDTH, 1, rng=rng)).to(np.float32)
    x, y = rng.normal(size=(ROWS, 8)), rng.normal(size=(ROWS, 1))
    examples = x.astype(np.float32), y.astype(np.float32)
    loss_of = lambda x, y: ((model(x) - y) ** 2).mean()  # noqa: E731
    return compile_step(loss_of, model.parameters(), *examples, to=to)


def test_the_bytes_of_a_chain_are_those_counted_by_hand():
    n = 1000
    w = Tensor(np.ones(n))
    step = compile_step(lambda x: (w * x + 1.0).sum(), [w], np.ones(n))
    # w * x reads two and writes one, + 1 reads and writes one, the sum reads one; back, x is read
    # once and written as the gradient of w. The loss and the seed are single numbers.
    alone = [e.moved for e in ledger(step, is_planned=False).entries]
    assert alone == [24 * n, 16 * n, 8 * n + 8, 16 * n + 8]
    told = ledger(step)
    assert [e.moved for e in told.entries] == [8 * n + 8 * n + 8 + 8 * n + 8]
    assert told.moved == told.entries[0].moved


def test_a_row_that_is_repeated_is_read_once():
    b = Tensor(np.ones(8))
    step = compile_step(lambda x: (x * b).sum(), [b], np.ones((100, 8)))
    first = ledger(step, is_planned=False).entries[0]
    assert first.ops == "*" and [*first.reads.values()] == [6400, 64]


def test_an_array_is_named_by_itself_where_a_view_of_it_is_read_and_a_part_counts_as_a_part():
    w, b = Tensor(np.ones((4, 6))), Tensor(np.ones((3, 2)))
    loss_of = lambda x: (x @ w.T).sum() + w[:, :2].sum() + (x * b[:, :1]).sum()  # noqa: E731
    step = compile_step(loss_of, [w, b], np.ones((3, 6)))
    entries = ledger(step, is_planned=False).entries
    product = next(e for e in entries if e.ops == "@" and "x0" in e.reads and "p0" in e.reads)
    assert product.reads == {"x0": 8 * 18, "p0": 8 * 24}
    reads = [e.reads for e in entries]
    assert {"p0": 8 * 8} in reads and {"x0": 8 * 18, "p1": 8 * 3} in reads


def test_what_is_put_together_of_parts_made_at_their_places_moves_nothing():
    told = ledger(a_step_of("conv net on 8x8, batch 64"))
    assembled = [entry for entry in told.entries if entry.ops == "assemble"]
    assert assembled and not any(entry.moved for entry in assembled)


def test_line_by_line_needs_what_is_allocated_when_its_lines_are_run_one_by_one():
    step = a_step()
    program, told = step.plans[0].code.program, ledger(step, is_planned=False)
    known = dict(program.inputs | program.constants)
    readers = [{o for o in line.operands if isinstance(o, str)} for line in program.lines]
    later = [set(program.ends).union(*readers[k + 1 :]) for k in range(len(readers))]
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        peak = 0
        for line, needed in zip(program.lines, later, strict=True):
            known[line.name] = computed(line, [known.get(o, o) for o in line.operands])
            peak = max(peak, tracemalloc.get_traced_memory()[0] - before)
            known = {name: a for name, a in known.items() if name in needed}
    finally:
        tracemalloc.stop()
    assert told.peak == pytest.approx(peak, rel=0.05)


def a_step_of(name):
    """One of the networks of the benchmark."""
    network, data, numbers = networks.problem(name)
    ours = networks.Ours()
    ours.prepare(numbers)
    loss_of = lambda x, y: network(ours, iter(ours.parameters), x, y)  # noqa: E731
    return compile_step(loss_of, ours.parameters, *data, to="numpy")


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_in_the_plan_no_two_arrays_share_bytes_while_both_are_needed(name):
    step = a_step_of(name)
    told, alone = ledger(step), ledger(step, is_planned=False)
    assert told.moved < alone.moved
    names = [line.name for entry in alone.entries for line in entry.lines]
    assert len(names) == len(set(names)), "a line that two kernels run is there once"
    assert told.peak <= told.top == told.plan.peak
    pairs = [(*pair, told.plan.of_block) for pair in combinations(told.arrays, 2)]
    pairs += [(*pair, {}) for pair in combinations(alone.arrays, 2)]  # there nothing is taken over
    for a, b, block_of in pairs:
        first, last = max(a.first, b.first), min(a.last, b.last)
        apart = a.offset + a.size <= b.offset or b.offset + b.size <= a.offset
        owners = block_of.get(a.names[0], 0), block_of.get(b.names[0], 1)
        assert first > last or apart or (first == last and owners[0] == owners[1]), (a, b)


def test_both_ledgers_hold_every_line_once_and_end_on_the_same_gradients():
    step = a_step()
    alone, planned = ledger(step, is_planned=False), ledger(step)
    names = [line.name for entry in alone.entries for line in entry.lines]
    fused = {line.name for entry in planned.entries for line in entry.lines}
    assert len(names) == len(set(names)) and set(names) == fused
    assert [e.kernel for e in alone.entries] == sorted(e.kernel for e in alone.entries)
    lasting = [
        sum(block.size for block in told.arrays if block.last == len(told.entries))
        for told in (alone, planned)
    ]
    gradients = sum(p.data.nbytes for p in step.parameters)
    assert lasting == [gradients + 4] * 2, "the gradients, and the loss"


def test_the_ledger_of_a_step_in_numpy_is_that_of_one_in_c():
    told = [str(ledger(a_step(to), is_planned)) for is_planned in (True, False)
            for to in ("numpy", "c" if c_compiler() else None)]  # fmt: skip
    assert told[0] == told[1] and told[2] == told[3] and told[0] != told[2]


@pytest.mark.skipif(not c_compiler(), reason="no C compiler was found")
def test_the_text_of_a_kernel_is_what_is_compiled():
    step = a_step("c")
    told = ledger(step)
    kernels = [k for k, e in enumerate(told.entries) if len(e.lines) > 1]
    bodies = [told.text(k).partition("{")[2] for k in kernels]
    assert len(bodies) == 3
    assert all(body in step.source for body in bodies)
    assert "@" in told.text(0)


def test_lesson_28_speaks_of_the_kernels_that_there_are():
    """Its prose names these: where the plan changes, the lesson's words are to change with it."""
    told, alone = ledger(a_step()), ledger(a_step(), is_planned=False)
    assert (len(alone.entries), len(told.entries)) == (43, 9)
    assert [e.ops for e in told.entries].count("@") == 5
    layer_norm, way_back = told.entries[1], told.entries[7]
    assert layer_norm.ops.endswith("maximum") and layer_norm.ops.count("sum") == 2
    assert way_back.ops.endswith("sum, sum, sum") and told.entries[4].reads == {"v24": 4}
    assert told.plan.of_block["v12"] == told.plan.of_block["v1"], "v12 lies where v1 was"
    assert next(b for b in told.arrays if b.names == ("v15",)).last == 7
    kept_inside = {"v2", "v5", "v6", "v13", "v14"}
    assert kept_inside <= {n for e in alone.entries for n in e.writes} - {*told.plan.layout.root}
    text = told.text(1)
    assert text.count("for (long j") == 3 and "v2_kept[64]" in text and "v5_kept[64]" in text
    assert "double v47_sums" in told.text(7)
