"""The layout keeps boxes, labels and lines apart, is fast, and is the same in every run."""

import random
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import printed_twice

from autograd_lesson.pictures.layout import Layout, Point, Size, layered

LESSON = [(0, 2), (1, 2), (2, 3), (0, 3), (2, 4), (3, 4)]
BOX, LABEL = Size(90.0, 46.0), Size(40.0, 30.0)


@st.composite
def graphs(draw):
    """Nodes in topological order, each with up to three operands, repeats allowed."""
    count = draw(st.integers(1, 14))
    edges = []
    for node in range(1, count):
        operands = st.lists(st.integers(0, node - 1), max_size=3)
        edges += [(operand, node) for operand in draw(operands)]
    return count, edges


def laid_out(count, edges):
    rng = random.Random(len(edges))
    nodes = [Size(rng.uniform(60, 140), rng.uniform(30, 60)) for _ in range(count)]
    labels = [Size(rng.uniform(10, 60), 30.0) for _ in edges]
    return nodes, labels, layered(nodes, edges, labels)


def overlap(one: Point, its: Size, other: Point, others: Size) -> bool:
    apart_x = abs(one.x - other.x) - (its.width + others.width) / 2
    apart_y = abs(one.y - other.y) - (its.height + others.height) / 2
    return max(apart_x, apart_y) < -1e-6


def places_along(line: list[Point]):
    """Points of a line: along its level pieces, and along the curves between them."""
    for start, end in zip(line[:-1], line[1:], strict=True):
        for step in range(21):
            share = step / 20
            bent = share * share * (3 - 2 * share)  # level at both ends, as the curves are
            yield Point(start.x + share * (end.x - start.x), start.y + bent * (end.y - start.y))


@pytest.mark.slow
@given(graphs())
@settings(max_examples=40)
def test_boxes_and_labels_never_overlap(graph):
    nodes, labels, layout = laid_out(*graph)
    things = [*zip(layout.nodes, nodes, strict=True), *zip(layout.labels, labels, strict=True)]
    for (one, its), (other, others) in combinations(things, 2):
        assert not overlap(one, its, other, others)


@pytest.mark.slow
@given(graphs())
@settings(max_examples=40)
def test_no_line_runs_through_a_box_or_through_the_label_of_another(graph):
    nodes, labels, layout = laid_out(*graph)
    for index, line in enumerate(layout.lines):
        others = [*zip(layout.nodes, nodes, strict=True)]
        others += [
            (place, size)
            for other, (place, size) in enumerate(zip(layout.labels, labels, strict=True))
            if other != index
        ]
        for point in places_along(line):
            for place, size in others:
                assert not overlap(point, Size(0, 0), place, size)


@pytest.mark.slow
@given(graphs())
@settings(max_examples=40)
def test_a_line_goes_from_the_right_of_its_operand_to_the_left_of_its_result(graph):
    count, edges = graph
    nodes, _, layout = laid_out(count, edges)
    for (tail, head), line in zip(edges, layout.lines, strict=True):
        assert line[0].x == layout.nodes[tail].x + nodes[tail].width / 2
        assert abs(line[-1].x - (layout.nodes[head].x - nodes[head].width / 2)) < 1e-9
        assert all(a.x <= b.x + 1e-9 for a, b in zip(line[:-1], line[1:], strict=True))


@pytest.mark.slow
@given(graphs())
@settings(max_examples=40)
def test_everything_lies_inside_the_picture(graph):
    nodes, _, layout = laid_out(*graph)
    for place, size in zip(layout.nodes, nodes, strict=True):
        assert (
            -1e-6 <= place.x - size.width / 2
            and place.x + size.width / 2 <= layout.size.width + 1e-6
        )
        assert -1e-6 <= place.y - size.height / 2
        assert place.y + size.height / 2 <= layout.size.height + 1e-6


def crossings(layout: Layout) -> int:
    """How many pairs of lines change sides somewhere, judged from the lines themselves."""
    count = 0
    for one, other in combinations(layout.lines, 2):
        sides = []
        for x in range(int(max(one[0].x, other[0].x)) + 1, int(min(one[-1].x, other[-1].x))):
            gap = height_at(one, x) - height_at(other, x)
            if abs(gap) > 0.5:
                sides.append(gap > 0)
        count += sum(a != b for a, b in zip(sides[:-1], sides[1:], strict=True))
    return count


def height_at(line: list[Point], x: float) -> float:
    points = list(places_along(line))
    for start, end in zip(points[:-1], points[1:], strict=True):
        if start.x <= x <= end.x and start.x < end.x:
            return start.y + (end.y - start.y) * (x - start.x) / (end.x - start.x)
    raise AssertionError(f"the line is not at {x}")


def test_no_lines_cross_in_the_lesson_graph():
    assert crossings(layered([BOX] * 5, LESSON, [LABEL] * 6)) == 0


def test_the_two_lines_of_a_repeated_operand_are_apart():
    layout = layered([BOX] * 2, [(0, 1), (0, 1)], [LABEL] * 2)
    assert abs(layout.labels[0].y - layout.labels[1].y) >= LABEL.height


def test_a_leaf_stands_next_to_its_first_use():
    chain = [(0, 1), (1, 2), (2, 3), (4, 3)]
    order = [0, 1, 2, 4, 3]  # the leaf before its result, as in a topological order
    renamed = [(order.index(tail), order.index(head)) for tail, head in chain]
    layout = layered([BOX] * 5, renamed, [LABEL] * 4)
    assert layout.nodes[order.index(4)].x == layout.nodes[order.index(2)].x


def test_one_node_alone_is_a_picture():
    layout = layered([BOX], [], [])
    assert layout.nodes == [Point(45.0, 23.0)] and layout.size == BOX


def test_two_runs_give_the_same_places():
    program = (
        "from autograd_lesson.pictures.layout import Size, layered\n"
        f"print(layered([Size(90, 46)] * 5, {LESSON}, [Size(40, 30)] * 6))"
    )
    one, other = printed_twice(program)
    assert one == other != ""


def test_a_lesson_graph_is_laid_out_in_a_few_milliseconds():
    times = []
    for _ in range(5):
        start = time.process_time()
        layered([BOX] * 5, LESSON, [LABEL] * 6)
        times.append(time.process_time() - start)
    assert min(times) < 0.01


def chain(count):
    """A chain in which one leaf is an operand of every result: 0, then 1 = op(0, 0), ..."""
    edges = [(node - 1, node) for node in range(1, count)] + [(0, node) for node in range(1, count)]
    return [BOX] * count, edges, [LABEL] * len(edges)


@pytest.mark.slow
def test_the_lines_of_one_node_run_together_where_each_alone_would_take_too_long():
    nodes, edges, labels = chain(200)
    layout = layered(nodes, edges, labels)
    ends = [layout.nodes[head].x - BOX.width / 2 for _, head in edges]
    for (tail, _), end, line in zip(edges, ends, layout.lines, strict=True):
        assert line[0].x == layout.nodes[tail].x + BOX.width / 2
        assert abs(line[-1].x - end) < 1e-9
    assert sum(map(len, layout.lines)) < 20 * len(edges)
    boxes = [*zip(layout.nodes, nodes, strict=True)]
    for line in layout.lines[::20]:
        for point in places_along(line):
            assert not any(overlap(point, Size(0, 0), place, size) for place, size in boxes)


@pytest.mark.slow
def test_a_graph_four_times_as_long_takes_no_more_than_eight_times_as_long():
    def seconds(count):
        graph = chain(count)
        times = []
        for _ in range(3):
            start = time.process_time()
            layered(*graph)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(400) < 8 * seconds(100)
