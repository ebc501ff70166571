"""Every op on tensors, computed by us and, from its text, by PyTorch."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from op_cases import OPS
from together import in_groups

from autograd_lesson import functional as F  # noqa: N812
from autograd_lesson import ops
from autograd_lesson.tensor import concat, einsum, pad, stack, where


class Case(NamedTuple):
    """`ours(*tensors)` and the text of the same in PyTorch, with x, y, z for its operands."""

    ours: Callable
    torch: str
    shapes: tuple
    positive: bool = False


CONDITION = np.array([[True, False, True, False], [False, False, True, True], [True] * 4])
LABELS = np.array([0, 3, 1])
INDICES = np.array([[0, 2, 2], [1, 0, 2]])
POWERS = np.array([2.0, 0.0, 3.0], np.float32)  # the type that PyTorch gives them
ZERO = np.array([1, 0, 1, 1])
TWO_ZEROS = np.array([1, 0, 0, 1])


def labels_for(shape):
    """A label for each row of logits of this shape, some of them 2."""
    rest = shape[:1] + shape[2:] if len(shape) > 1 else ()
    return np.arange(1, 1 + int(np.prod(rest))).reshape(rest) % 3


EINSUMS_OF_SHORT_AXES = (  # 1 long, or 0, and summed away; and operands without any
    *(("ab->b", ((1, 3),)), ("ab->a", ((3, 1),)), ("ab->", ((1, 1),)), ("abc->b", ((1, 3, 1),))),
    *(("abc->ca", ((2, 1, 3),)), ("ab,bc->c", ((1, 3), (3, 2))), ("ab,bc->", ((1, 3), (3, 1)))),
    *(("ab,c->", ((1, 3), (1,))), ("ab,c->cb", ((1, 3), (2,))), (",ab->b", ((), (1, 3)))),
    *(("ab,bc,cd->d", ((1, 3), (3, 1), (1, 2))), ("ab,ab,a->b", ((1, 3), (1, 3), (1,)))),
    *(("ab->b", ((0, 3),)), ("ab->a", ((2, 0),)), ("ab,bc->c", ((1, 0), (0, 2)))),
    *(("a,a,b->b", ((1,), (1,), (3,))), ("->", ((),)), (",->", ((), ()))),
)

EINSUMS_OF_OTHER_FORMS = (  # a letter twice, an ellipsis, no arrow
    *(("ii->i", ((3, 3),)), ("ii", ((3, 3),)), ("ii->", ((3, 3),)), ("iij->j", ((3, 3, 2),))),
    *(("iji->j", ((3, 2, 3),)), ("iii->i", ((2, 2, 2),)), ("ii,i->i", ((3, 3), (3,)))),
    *(("...ij,...jk->...ik", ((2, 3, 4), (2, 4, 2))), ("...ij,jk", ((5, 2, 3, 4), (4, 2)))),
    *(("...i,...i->...", ((2, 3), (3,))), ("...i,...i", ((2, 1, 3), (4, 3))), ("...", ((2, 3),))),
    *(("...ii->...i", ((2, 3, 3),)), ("i...->...i", ((2, 3, 4),)), ("i...->i", ((2, 3, 4),))),
    *(
        ("ij,jk", ((3, 4), (4, 2))),
        ("ba", ((2, 3),)),
        ("i,i", ((3,), (3,))),
        ("ij,j", ((2, 3), (3,))),
    ),
    *(("bc,,b", ((2, 1), (), (1,))), ("aac,a->c", ((1, 1, 3), (3,))), ("a,ab->b", ((1,), (3, 2)))),
    *(("a...,a->...", ((3,), (3,))), ("...,...", ((1, 3), (2, 1))), ("b...a", ((2, 3, 4),))),
)

# Shapes that broadcast, by a new axis, by a length of 1, by both, with 0 elements, with none.
PAIRS = (
    *(((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1, 2), (4, 1)), ((), (2, 3)), ((1, 1, 3), (2, 4, 3))),
    *(((0, 3), (3,)), ((2, 0), (1, 1)), ((), ()), ((5,), (1,))),
)
SHAPES = ((), (1,), (5,), (3, 4), (2, 1, 3), (0,), (2, 0, 3))

# Elementwise, the ops of op_cases.py: what has a row there is tried here as well; a test of ops
# says which lack one.
OF_TWO = ("+", "-", "*", "/", "**", *(o.symbol for o in ops.OF_TWO_OPERANDS if o.symbol in OPS))
OF_ONE = tuple(op.symbol for op in ops.OF_ONE_OPERAND if op.symbol in OPS)


def elementwise(name, *shapes):
    """The op of that name on operands of these shapes."""
    case = OPS[name]
    operands = ", ".join("xyz"[: len(shapes)])
    return Case(case.ours, f"OPS[{name!r}].in_torch({operands})", shapes, case.positive)


CASES = {
    **{f"{name} of {a} and {b}": elementwise(name, a, b) for name in OF_TWO for a, b in PAIRS},
    **{f"{name} of {shape}": elementwise(name, shape) for name in OF_ONE for shape in SHAPES},
    **{f"x**2 of {s}": Case(lambda x: x**2, "x ** 2", (s,)) for s in SHAPES},
    "x**k of (2, 1)": Case(lambda x: x**POWERS, "x ** torch.tensor([2.0, 0.0, 3.0])", ((2, 1),)),
    "2 - x": Case(lambda x: 2 - x, "2 - x", ((2, 3),)),
    "2 / x": Case(lambda x: 2 / x, "2 / x", ((2, 3),), True),
    "2 ** x": Case(lambda x: 2**x, "2 ** x", ((2, 3),)),
    "astype": Case(
        lambda x: x.astype("float64").astype(x.dtype), "x.double().to(x.dtype)", ((2, 3),)
    ),
    "a value used twice": Case(lambda x: x * x + x, "x * x + x", ((2, 3),)),
    **{f"sum of {s}": Case(lambda x: x.sum(), "x.sum()", (s,)) for s in SHAPES},
    "sum over 0": Case(lambda x: x.sum(0), "x.sum(0)", ((3, 4),)),
    "sum over -1, kept": Case(lambda x: x.sum(-1, True), "x.sum(-1, True)", ((3, 4),)),
    "sum over (0, 2)": Case(lambda x: x.sum((0, 2)), "x.sum((0, 2))", ((3, 4, 2),)),
    "sum over an empty axis": Case(lambda x: x.sum(1), "x.sum(1)", ((2, 0, 3),)),
    "mean": Case(lambda x: x.mean(), "x.mean()", ((3, 4),)),
    "mean over (0, -1)": Case(lambda x: x.mean((0, -1)), "x.mean((0, -1))", ((3, 4, 2),)),
    "max": Case(lambda x: x.max(), "x.amax()", ((3, 4),)),
    "max over (0, 2)": Case(lambda x: x.max((0, 2)), "x.amax((0, 2))", ((3, 4, 2),)),
    "min over 1, kept": Case(lambda x: x.min(1, True), "x.amin(1, True)", ((3, 4),)),
    "max of ties": Case(lambda x: (x * 0.0).max(1), "(x * 0.0).amax(1)", ((3, 4),)),
    "var": Case(lambda x: x.var(), "x.var(correction=0)", ((3, 4),)),
    "var over (0, 2)": Case(
        lambda x: x.var((0, 2), 1, True), "x.var((0, 2), keepdim=True)", ((3, 4, 2),)
    ),
    "reshape": Case(lambda x: x.reshape(4, -1), "x.reshape(4, -1)", ((2, 3, 4),)),
    "reshape of nothing": Case(lambda x: x.reshape(0, 6), "x.reshape(0, 6)", ((2, 0, 3),)),
    "transpose": Case(lambda x: x.transpose(2, 0, 1), "x.permute(2, 0, 1)", ((2, 3, 4),)),
    "permute": Case(lambda x: x.permute(1, 2, 0), "x.permute(1, 2, 0)", ((2, 3, 4),)),
    ".T": Case(lambda x: x.T @ x, "x.T @ x", ((2, 3),)),
    "swapaxes": Case(lambda x: x.swapaxes(0, -1), "x.swapaxes(0, -1)", ((2, 3, 4),)),
    "squeeze": Case(lambda x: x.squeeze(1), "x.squeeze(1)", ((2, 1, 4),)),
    "expand_dims": Case(lambda x: x.expand_dims(-1), "x.unsqueeze(-1)", ((2, 4),)),
    "broadcast_to": Case(
        lambda x: x.broadcast_to((5, 2, 4)), "x.broadcast_to((5, 2, 4))", ((2, 1),)
    ),
    "a number as index": Case(lambda x: x[1], "x[1]", ((3, 4),)),
    "slices with a step": Case(lambda x: x[::2, 1:], "x[::2, 1:]", ((3, 4),)),
    "a new axis": Case(lambda x: x[:, None, -1], "x[:, None, -1]", ((3, 4),)),
    "an ellipsis": Case(lambda x: x[..., 0], "x[..., 0]", ((2, 3, 4),)),
    "repeated integers": Case(lambda x: x[[0, 0, 1]], "x[[0, 0, 1]]", ((3, 4),)),
    "integers in two axes": Case(
        lambda x: x[[0, 0, 2], [1, 1, 3]], "x[[0, 0, 2], [1, 1, 3]]", ((3, 4),)
    ),
    "integers and a slice": Case(lambda x: x[1:, [0, 0, 3]], "x[1:, [0, 0, 3]]", ((3, 4),)),
    "booleans": Case(lambda x: x[CONDITION], "x[CONDITION]", ((3, 4),)),
    "no index at all": Case(lambda x: x[[]], "x[[]]", ((3, 4),)),
    **{
        f"x[{index}] of {shape}": Case(eval(f"lambda x: x[{index}]"), f"x[{index}]", (shape,))
        for index, shape in {
            **{"None": (), "...": (), "()": (), "None, ...": (), "(0, 0, 1),": (3, 2)},
            **{"[[0, 1], [0, 2]],": (3, 2), "-1, None, ::2": (3, 4), "None, [0, 0]": (2, 3)},
            **{"[0, 1, 0], :, [0, 0, 0]": (2, 3, 4), "[True, False], 1:": (2, 3)},
            **{":, [0, -1, 2], [1, 1, 1]": (2, 3, 4), "..., [-1, -1]": (2, 3, 4), "-3": (3,)},
        }.items()
    },
    "concat": Case(lambda x, y: concat([x, y], 1), "torch.cat([x, y], 1)", ((3, 4), (3, 2))),
    "concat of one twice": Case(lambda x: concat([x, x]), "torch.cat([x, x])", ((3, 2),)),
    "stack": Case(lambda x, y: stack([x, y], -1), "torch.stack([x, y], -1)", ((3, 4), (3, 4))),
    "pad": Case(
        lambda x: pad(x, ((1, 0), (2, 1)), 3.0), "TF.pad(x, (2, 1, 1, 0), value=3.0)", ((3, 4),)
    ),
    "where": Case(
        lambda x, y: where(CONDITION, x, y), "torch.where(CONDITION, x, y)", ((3, 4), ())
    ),
    "where of a row": Case(
        lambda x, y: where(CONDITION, x, y), "torch.where(CONDITION, x, y)", ((4,), (3, 1))
    ),
    "clip": Case(lambda x: x.clip(-0.5, 0.5), "x.clip(-0.5, 0.5)", ((3, 4),)),
    **{
        f"@ of {a} and {b}": Case(lambda x, y: x @ y, "x @ y", (a, b))
        for a, b in (
            *(((3, 4), (4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (4,)), ((4,), (4, 5))),
            *(((3, 4), (4,)), ((4,), (5, 4, 2)), ((5, 3, 4), (4,)), ((5, 3, 4), (4, 6))),
            *(((0, 4), (4, 5)), ((3, 0), (0, 2)), ((1, 1), (1, 1)), ((2, 3, 4), (2, 4, 1))),
        )
    },
    **{
        f"einsum {text} of {', '.join(map(str, shapes))}": Case(
            lambda *xs, text=text: einsum(text, *xs),
            f"torch.einsum({text!r}, {', '.join('xyz'[: len(shapes)])})",
            shapes,
        )
        for text, shapes in (
            ("ij->j", ((3, 4),)),
            ("ij->", ((3, 4),)),
            ("ij->ji", ((3, 4),)),
            ("bij,bkj->bik", ((2, 3, 4), (2, 5, 4))),
            ("ij,jk,kl->il", ((3, 4), (4, 2), (2, 5))),
            ("i,j->ij", ((3,), (4,))),
            ("ij,kj->i", ((3, 4), (2, 4))),
            *EINSUMS_OF_SHORT_AXES,
            *EINSUMS_OF_OTHER_FORMS,
        )
    },
    "softmax": Case(lambda x: x.softmax(), "x.softmax(-1)", ((3, 4),)),
    "softmax over 0": Case(lambda x: x.softmax(0), "x.softmax(0)", ((3, 4, 2),)),
    "log_softmax": Case(lambda x: x.log_softmax(1), "x.log_softmax(1)", ((3, 4, 2),)),
    **{
        f"softmax of {shape} over {axis}": Case(
            lambda x, axis=axis: x.softmax(axis), f"x.softmax({axis})", (shape,)
        )
        for shape, axis in (((2, 0), 1), ((0, 3), 1), ((0, 3), 0), ((2, 0, 3), 1), ((0,), 0))
    },
    "log_softmax of nothing": Case(lambda x: x.log_softmax(0), "x.log_softmax(0)", ((0, 2),)),
    "logsumexp of no rows": Case(lambda x: x.logsumexp(1), "x.logsumexp(1)", ((0, 3),)),
    "std": Case(lambda x: x.std(0, 1), "x.std(0)", ((3, 4),)),
    "std of equal numbers": Case(
        lambda x: (x * 0.0 + 2.0).std(0), "(x * 0.0 + 2.0).std(0, correction=0)", ((3, 4),)
    ),
    "clip from below": Case(lambda x: x.clip(-0.5), "x.clip(-0.5)", ((3, 4),)),
    "clip from above": Case(lambda x: x.clip(None, 0.5), "x.clip(None, 0.5)", ((3, 4),)),
    "clip by name": Case(lambda x: x.clip(max=0.5), "x.clip(max=0.5)", ((3, 4),)),
    "pad by one number": Case(lambda x: pad(x, 1), "TF.pad(x, (1, 1, 1, 1))", ((3, 4),)),
    "pad by one pair": Case(lambda x: pad(x, (1, 2)), "TF.pad(x, (1, 2, 1, 2))", ((3, 4),)),
    "squeeze of two": Case(lambda x: x.squeeze((0, -1)), "x.squeeze((0, -1))", ((1, 3, 1),)),
    "transpose of one": Case(lambda x: x.transpose(-1), "x.permute(-1)", ((3,),)),
    "logsumexp": Case(lambda x: x.logsumexp(1), "x.logsumexp(1)", ((3, 4, 2),)),
    "logsumexp, kept": Case(lambda x: x.logsumexp(0, True), "x.logsumexp(0, True)", ((3, 4),)),
    **{
        f"cross_entropy, {how}": Case(
            lambda x, how=how: F.cross_entropy(x, LABELS, how),
            f"TF.cross_entropy(x, torch.tensor(LABELS), reduction={how!r})",
            ((3, 4),),
        )
        for how in ("mean", "sum", "none")
    },
    "layer_norm": Case(F.layer_norm, "TF.layer_norm(x, (4,), y, z)", ((2, 3, 4), (4,), (4,))),
    "layer_norm, plain": Case(F.layer_norm, "TF.layer_norm(x, (4,))", ((2, 4),)),
    "layer_norm, no bias": Case(F.layer_norm, "TF.layer_norm(x, (4,), y)", ((2, 4), (4,))),
    **{
        f"cross_entropy of {shape}, {how}, {smoothing}": Case(
            lambda x, how=how, shape=shape, smoothing=smoothing: F.cross_entropy(
                x, labels_for(shape), how, 2, smoothing
            ),
            f"TF.cross_entropy(x, torch.tensor(labels_for({shape})), reduction={how!r}, "
            f"ignore_index=2, label_smoothing={smoothing})",
            (shape,),
        )
        for shape in ((6, 4), (2, 3, 5), (2, 3, 2, 2), (3,))
        for how in ("mean", "sum", "none")
        for smoothing in (0.0, 0.3)
    },
    **{
        f"nll_loss of {shape}, {how}": Case(
            lambda x, how=how, shape=shape: F.nll_loss(x, labels_for(shape), how, 2),
            f"TF.nll_loss(x, torch.tensor(labels_for({shape})), reduction={how!r}, ignore_index=2)",
            (shape,),
        )
        for shape in ((6, 4), (2, 3, 5), (3,))
        for how in ("mean", "sum", "none")
    },
    **{
        f"{name}, {how}": Case(
            lambda x, y, name=name, how=how: getattr(F, name)(x, y, how),
            f"TF.{name}(x, y, reduction={how!r})",
            ((3, 4), (3, 4)),
        )
        for name in ("mse_loss", "binary_cross_entropy_with_logits")
        for how in ("mean", "sum", "none")
    },
    "gelu": Case(F.gelu, "TF.gelu(x)", ((3, 4),)),
    "gelu by tanh": Case(lambda x: F.gelu(x, "tanh"), "TF.gelu(x, approximate='tanh')", ((3, 4),)),
    "dropout of all": Case(lambda x: F.dropout(x, 1.0), "TF.dropout(x, 1.0)", ((3, 4),)),
    "clone": Case(lambda x: x.clone(), "x.clone()", ((3, 4),)),
    "+x": Case(lambda x: +x * 2.0, "+x * 2.0", ((3, 4),)),
    "prod": Case(lambda x: x.prod(), "x.prod()", ((3, 5),)),
    "prod over 1, kept": Case(lambda x: x.prod(1, True), "x.prod(1, True)", ((3, 4),)),
    "prod over (0, 2)": Case(lambda x: x.prod((0, 2)), "x.prod(2).prod(0)", ((3, 2, 2),)),
    "prod of none": Case(lambda x: x.prod(1), "x.prod(1)", ((2, 0),)),
    "prod of a number": Case(lambda x: x.prod(), "x.prod()", ((),)),
    "prod with a zero": Case(lambda x: (x * ZERO).prod(1), "(x * ZERO).prod(1)", ((3, 4),)),
    "prod with two zeros": Case(
        lambda x: (x * TWO_ZEROS).prod(1), "(x * TWO_ZEROS).prod(1)", ((3, 4),)
    ),
    "cumprod": Case(lambda x: x.cumprod(-1), "x.cumprod(-1)", ((3, 5),)),
    "cumprod over 0": Case(lambda x: x.cumprod(0), "x.cumprod(0)", ((4, 2),)),
    "cumprod with a zero": Case(
        lambda x: (x * ZERO).cumprod(1), "(x * ZERO).cumprod(1)", ((3, 4),)
    ),
    "cumprod with two zeros": Case(
        lambda x: (x * TWO_ZEROS).cumprod(1), "(x * TWO_ZEROS).cumprod(1)", ((3, 4),)
    ),
    "cumsum": Case(lambda x: x.cumsum(-1), "x.cumsum(-1)", ((3, 4),)),
    "cumsum over 0": Case(lambda x: x.cumsum(0), "x.cumsum(0)", ((4, 2, 3),)),
    "cumsum of nothing": Case(lambda x: x.cumsum(0), "x.cumsum(0)", ((0, 3),)),
    **{
        f"norm {p} over {axis}": Case(
            lambda x, p=p, axis=axis: x.norm(p, axis),
            f"torch.linalg.vector_norm(x, {p!r}, {axis})".replace("inf", "torch.inf"),
            ((3, 4),),
        )
        for p in (1, 2, 3, 0.5, float("inf"))
        for axis in (None, 0, (0, 1))
    },
    "norm, kept": Case(lambda x: x.norm("fro", 1, True), "x.norm('fro', 1, True)", ((3, 4),)),
    "sort": Case(lambda x: x.sort()[0], "x.sort()[0]", ((3, 4),)),
    "sort over 0, falling": Case(
        lambda x: x.sort(0, descending=True).values, "x.sort(0, True).values", ((4, 3),)
    ),
    "topk": Case(lambda x: x.topk(2, 0).values, "x.topk(2, 0).values", ((4, 3),)),
    "topk of the smallest": Case(
        lambda x: x.topk(3, largest=False)[0], "x.topk(3, largest=False)[0]", ((2, 5),)
    ),
    "flatten": Case(lambda x: x.flatten(), "x.flatten()", ((2, 3, 4),)),
    "flatten from 1": Case(lambda x: x.flatten(1), "x.flatten(1)", ((2, 3, 4),)),
    "flatten of a number": Case(lambda x: x.flatten(), "x.flatten()", ((),)),
    "split": Case(lambda x: x.split(2, 1)[2], "x.split(2, 1)[2]", ((3, 5),)),
    "split by lengths": Case(lambda x: x.split([1, 3])[1], "x.split([1, 3])[1]", ((4, 2),)),
    "linear": Case(F.linear, "TF.linear(x, y, z)", ((2, 3, 4), (5, 4), (5,))),
    "linear, no bias": Case(F.linear, "TF.linear(x, y)", ((3, 4), (5, 4))),
    "linear of a vector": Case(F.linear, "TF.linear(x, y, z)", ((4,), (5, 4), (5,))),
    **{
        f"conv2d {s} {p} {d} {g}": Case(
            lambda x, y, z, s=s, p=p, d=d, g=g: F.conv2d(x, y, z, s, p, d, g),
            f"TF.conv2d(x, y, z, {s}, {p!r}, {d}, {g})",
            ((2, 4, 6, 5), (6, 4 // g, 3, 2), (6,)),
        )
        for s, p, d, g in (
            *((1, 0, 1, 1), ((2, 1), (1, 2), 1, 1), (2, 1, 1, 2), (3, 0, 1, 1), (1, 0, 2, 1)),
            *(
                (2, (2, 1), (2, 3), 2),
                (1, "same", 1, 1),
                (1, "same", (2, 3), 2),
                (2, "valid", 1, 1),
            ),
        )
    },
    "conv2d, no bias": Case(F.conv2d, "TF.conv2d(x, y)", ((1, 1, 4, 4), (1, 1, 4, 4))),
    "max_pool2d": Case(lambda x: F.max_pool2d(x, 2), "TF.max_pool2d(x, 2)", ((2, 3, 6, 5),)),
    "max_pool2d, overlapping": Case(
        lambda x: F.max_pool2d(x, (3, 2), (2, 1), (1, 1)),
        "TF.max_pool2d(x, (3, 2), (2, 1), (1, 1))",
        ((2, 3, 6, 5),),
    ),
    "max_pool2d of ties": Case(
        lambda x: F.max_pool2d(x * 0.0, 2), "TF.max_pool2d(x * 0.0, 2)", ((1, 1, 4, 4),)
    ),
    "avg_pool2d": Case(
        lambda x: F.avg_pool2d(x, (3, 2), (2, 1), (1, 1)),
        "TF.avg_pool2d(x, (3, 2), (2, 1), (1, 1))",
        ((2, 3, 6, 5),),
    ),
    "embedding": Case(
        lambda x: F.embedding(INDICES, x), "TF.embedding(torch.tensor(INDICES), x)", ((4, 3),)
    ),
}

each_case = in_groups(CASES, r"[^\s\[,]+")  # for each op on all of its cases


def operands_of(case, rng, layout="C"):
    """Random operands of the case's shapes, well away from kinks and from each other."""
    found = []
    for shape in case.shapes:
        x = rng.permutation(np.linspace(0.3, 2.6, int(np.prod(shape)))).reshape(shape)
        if not case.positive:
            x = x * np.where(rng.random(shape) < 0.5, -1.0, 1.0)
        found.append(in_layout(np.asarray(x), layout))
    return found


def in_layout(x, layout):
    """The same numbers: contiguous, the other way round, or every second of a larger array."""
    if layout == "F":
        return np.array(x, order="F")
    if layout == "strided" and x.ndim:
        wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
        wide[..., ::2] = x
        return wide[..., ::2]
    return x


def in_torch(case, torch_operands):
    """The case computed by PyTorch."""
    import torch
    import torch.nn.functional as TF  # noqa: N812

    names = dict(zip("xyz", torch_operands, strict=False))
    constants = {
        **{"CONDITION": torch.tensor(CONDITION), "LABELS": LABELS, "INDICES": INDICES},
        **{"ZERO": torch.tensor(ZERO), "TWO_ZEROS": torch.tensor(TWO_ZEROS)},
        "labels_for": labels_for,
    }
    return eval(case.torch, {"torch": torch, "TF": TF, "OPS": OPS, **constants, **names})
