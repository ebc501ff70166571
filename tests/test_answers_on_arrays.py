"""Exercises 11 to 17: right answers in unusual forms pass, and wrong ones are told what is true."""

import collections

import numpy as np
import pytest
from wrong_answers import right_answer

from autograd_lesson import Tensor, dot, functional, nn
from autograd_lesson import topological_order as order_of
from autograd_lesson.checks import CheckFailed
from autograd_lesson.checks import e11_from_scalars_to_arrays as e11
from autograd_lesson.checks import e12_broadcasting_and_reductions as e12
from autograd_lesson.checks import e13_matrix_multiplication as e13
from autograd_lesson.checks import e14_moving_data as e14
from autograd_lesson.checks import e15_softmax_and_cross_entropy as e15
from autograd_lesson.checks import e16_layer_normalisation as e16
from autograd_lesson.checks import e17_convolution_and_pooling as e17

Right, Layer = right_answer(e11.check_functions), right_answer(e13.check_linear)
Net, SIZES = right_answer(e17.check_shape_net), right_answer(e17.check_predicted_shapes)()
right_seed, einsum_back = right_answer(e11.check_seed_for), right_answer(e13.check_einsum_vjp)


class PowerWithItsExponent(Right):
    def __pow__(self, k):
        return self.made(f"**{k:g}", self.data**k, (self, k * self.data ** (k - 1)))


class PowerOfThreeAlways(Right):
    def __pow__(self, k):
        return self.made("**3", self.data**k, (self, k * self.data ** (k - 1)))


class ShapeError(ValueError):
    """An error of the learner's own."""


def seed_in_own_words(root, seed=None):
    try:
        return right_seed(root, seed)
    except ValueError:
        given = "" if seed is None else f", the seed {list(np.shape(seed))}"
        raise ShapeError(f"the root is {list(root.data.shape)}{given}") from None


def order(root, kind=list):
    found, seen, stack = [], set(), [(root, False)]
    while stack:
        value, done = stack.pop()
        if done:
            found.append(value)
        elif value not in seen:
            seen.add(value)
            stack += [(value, True), *((operand, False) for operand in value.operands)]
    return kind(found)


SHAPES = [(*row,) if row else None for row in (e12.prediction(a, b) for a, b in e12.PAIRS)]


def with_shapes(kind):
    return [row and [kind(shape) for shape in row] for row in SHAPES]


def whole_numbers(shape):
    return [np.int64(length) for length in shape]


def sum_of(x, axis=None, keepdims=False):
    kept = x.sum(axis=axis, keepdims=True).shape

    def back(g):
        return np.broadcast_to(np.reshape(g, kept), x.shape)

    return x.sum(axis=axis, keepdims=keepdims), back


def reshape(x, shape):
    return x.reshape(shape), lambda g: g.reshape(x.shape)


def concat(arrays, axis, kind=list):
    ends = np.cumsum([array.shape[axis] for array in arrays])[:-1]
    return np.concatenate(arrays, axis), lambda g: kind(np.split(g, ends, axis))


def embedding(indices, weight):
    for index in indices.flat:
        if not 0 <= index < len(weight):
            raise type("NoRow", (IndexError,), {})(f"row {index}")

    def back(g):
        contribution = np.zeros(weight.shape, g.dtype)
        np.add.at(contribution, indices, g)
        return contribution

    return weight[indices], back


def rows_of_values(a, b):
    columns = [[row[k] for row in b] for k in range(len(b[0]))]
    return [[dot(row, column) for column in columns] for row in a]


def matmul_back(g, a, b):
    return g @ b.T, a.T @ g


class LayerOfOneByOne(Layer):
    def parameters(self):
        yield self.weight
        yield self.bias


class LayerByName(Layer):
    def parameters(self):
        return vars(self).values()


def matmul_one_by_one(*given):
    yield from right_answer(e13.check_matmul)(*given)


def gradient_row_by_row(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    found = np.zeros_like(p)
    for i, label in enumerate(labels):
        upstream = np.zeros(p.shape[1])
        upstream[label] = -1 / p[i, label] / len(labels)
        found[i] = softmax_vjp(p[i], upstream)
    return found


def gradient_with_the_mean_last(logits, labels, softmax, softmax_vjp):
    p = softmax(logits)
    return softmax_vjp(p, -np.eye(p.shape[1])[labels] / p) / len(labels)


def largest_difference(f, g, logits, labels):
    return np.array(np.abs(f(logits, labels) - g(logits, labels)).max())


def sheet(f, g):
    d = {"scaled": g, "bias": g.sum(axis=0), "weight": (g * f["hat"]).sum(axis=0)}
    d["hat"] = g * f["weight"]
    d["inverse"] = (d["hat"] * f["centred"]).sum(axis=0)
    d["std"] = -d["inverse"] / f["std"] ** 2
    d["shifted"] = d["var"] = d["std"] / (2 * f["std"])
    d["squares"] = np.ones_like(g) * d["var"] / len(g)
    d["centred"] = d["hat"] * f["inverse"] + 2 * f["centred"] * d["squares"]
    d["mean"] = -d["centred"].sum(axis=0)
    return d | {"x": d["centred"] + d["mean"] / len(g)}


def conv_back(g, x, weight, stride=1, padding=0):
    """One window after the other, in a list."""
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    dpadded, dweight = np.zeros_like(padded), np.zeros_like(weight)
    k, m = weight.shape[2:]
    for n, o, i, j in np.ndindex(g.shape):
        window = (
            n,
            slice(None),
            slice(i * stride, i * stride + k),
            slice(j * stride, j * stride + m),
        )
        dpadded[window] += g[n, o, i, j] * weight[o]
        dweight[o] += g[n, o, i, j] * padded[window]
    rows, columns = (slice(padding, padding + length) for length in x.shape[2:])
    return [dpadded[:, :, rows, columns], dweight, g.sum(axis=(0, 2, 3))]


def size(n, k, stride, padding):
    return (n + 2 * padding - k) // stride + 1


class NetOfOneByOne(Net):
    def parameters(self):
        yield from self.tensors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (e11.check_arithmetic, PowerWithItsExponent),
        (e11.check_seed_for, seed_in_own_words),
        (e11.check_topological_order, lambda root: order(root, tuple)),
        (e11.check_topological_order, lambda root: order(root, collections.deque)),
        (e12.check_predicted_shapes, lambda: with_shapes(list)),
        (
            e12.check_predicted_shapes,
            lambda: tuple(with_shapes(lambda s: [np.int64(n) for n in s])),
        ),
        (e12.check_predicted_shapes, lambda: iter(SHAPES)),
        (e12.check_predicted_shapes, lambda: dict(enumerate(SHAPES))),
        (e12.check_sum_of, lambda *given: list(sum_of(*given))),
        (e14.check_reshape, lambda *given: list(reshape(*given))),
        (e14.check_concat, lambda arrays, axis: concat(arrays, axis, tuple)),
        (e14.check_concat, lambda arrays, axis: concat(arrays, axis, iter)),
        (e14.check_embedding, embedding),
        (e13.check_matmul_of_values, lambda a, b: tuple(map(tuple, rows_of_values(a, b)))),
        (e13.check_matmul_of_values, lambda a, b: (row for row in rows_of_values(a, b))),
        (e13.check_matmul_of_values, lambda a, b: np.array(rows_of_values(a, b))),
        (e13.check_matmul_vjp, lambda *given: [part.tolist() for part in matmul_back(*given)]),
        (e13.check_matmul_vjp, lambda *given: iter(matmul_back(*given))),
        (e13.check_linear, LayerOfOneByOne),
        (e13.check_linear, LayerByName),
        (e13.check_matmul, matmul_one_by_one),
        (
            e13.check_einsum_vjp,
            lambda spec, g, *given: iter(einsum_back(spec, g, *given)),
        ),
        (e15.check_composed_gradient, gradient_row_by_row),
        (e15.check_composed_gradient, gradient_with_the_mean_last),
        (
            e15.check_largest_difference,
            lambda f, g, *given: np.array(abs(f(*given) - g(*given)).max()),
        ),
        (e16.check_batch_norm_sheet, lambda *given: collections.OrderedDict(sheet(*given))),
        (e16.check_batch_norm_sheet, lambda *given: collections.ChainMap(sheet(*given))),
        (e17.check_output_size, lambda *given: np.array(size(*given))),
        (e17.check_conv2d_backward, conv_back),
        (e17.check_predicted_shapes, lambda: dict(enumerate(SIZES))),
        (e17.check_predicted_shapes, lambda: iter(SIZES)),
        (e17.check_shape_net, NetOfOneByOne),
    ],
)
def test_a_right_answer_passes_in_an_unusual_form(check, answer, capsys, monkeypatch):
    monkeypatch.setattr(check, "seconds", 60.0)  # the form is asked for, not the time
    check(answer)
    assert "checks pass" in capsys.readouterr().out


def sum_by_the_package(x, axis=None, keepdims=False):
    def back(g):
        operand = Tensor(x.astype(g.dtype))
        operand.sum(axis, keepdims).backward(np.asarray(g))
        return operand.grad

    return x.sum(axis=axis, keepdims=keepdims), back


def matmul_by_the_package(g, a, b):
    left, right = Tensor(a), Tensor(b)
    (left @ right).backward(g)
    return left.grad, right.grad


def norm_by_a_layer(x, weight, bias, eps=1e-5):
    layer = nn.LayerNorm(x.shape[-1], eps=eps)
    layer.weight, layer.bias = weight, bias
    return layer(x)


class LayerForTensors(Layer):
    def __call__(self, x):
        if not isinstance(x, Tensor):
            raise TypeError("a Tensor is needed")
        return super().__call__(x)


class LayerWithItsParametersByName(Layer):
    def parameters(self):
        return {"weight": self.weight, "bias": self.bias}


class LayerWithItsBiasFirst(Layer):
    def parameters(self):
        return [self.bias, self.weight]


class NetWithoutParameters(Net):
    def parameters(self):
        pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (e11.check_arithmetic, PowerOfThreeAlways, "goes by this symbol"),
        (e11.check_topological_order, order_of, "a call of `topological_order` of the package"),
        (e12.check_sum_of, sum_by_the_package, "a call of `Tensor` of the package"),
        (e12.check_sum_of, lambda *given: sum_of(*given)[::-1], "The result comes first"),
        (e12.check_sum_of, lambda *given: (*sum_of(*given), 1), "and this has 3"),
        (e12.check_sum_of, lambda *given: sum_of(*given)[1], "a function alone"),
        (e12.check_sum_of, lambda *given: (1, 2), "what stands there cannot be called"),
        (e12.check_sum_of, lambda *given: {"result": 1}, "does not know the way back"),
        (e13.check_matmul_vjp, matmul_by_the_package, "a call of `Tensor` of the package"),
        (e13.check_matmul, lambda a, b: (a @ b, len, len), "a pair of their own"),
        (e13.check_matmul_vjp, lambda *given: ("a", "b"), "The result is of type str"),
        (e13.check_linear, LayerForTensors, "`x` may be a plain array as well"),
        (e13.check_linear, LayerWithItsParametersByName, "A list is asked for"),
        (e13.check_linear, LayerWithItsBiasFirst, "The weight comes first"),
        (e13.check_einsum_vjp, lambda spec, g, *given: g, "`return to_0, to_1`"),
        (e15.check_softmax, lambda x, axis=-1: functional.softmax(x, axis).data, "of the package"),
        (e16.check_layer_norm, functional.layer_norm, "a call of `layer_norm` of the package"),
        (e16.check_layer_norm, norm_by_a_layer, "of the package"),
        (e16.check_batch_norm_sheet, lambda f, g: {"dbias": g}, "The keys are dbias"),
        (e17.check_conv2d, lambda *given: functional.conv2d(*given).data, "of the package"),
        (e17.check_shape_net, NetWithoutParameters, "is a `return` missing?"),
        (e17.check_predicted_shapes, lambda: [*SIZES[:-1], 680.0], "The biases are parameters"),
    ],
)
def test_a_wrong_answer_is_told_what_is_true_of_it(check, answer, words):
    with pytest.raises(CheckFailed, match="of .* checks pass") as refused:
        check(answer)
    assert words in str(refused.value)
