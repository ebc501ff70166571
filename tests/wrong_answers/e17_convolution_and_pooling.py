"""Wrong answers to exercise 17: windows, their way back, pooling, and a network for shapes."""

import numpy as np

from autograd_lesson import Tensor
from autograd_lesson.checks.e17_convolution_and_pooling import (
    check_avg_pool,
    check_avg_pool_backward,
    check_conv2d,
    check_conv2d_backward,
    check_is_adjoint,
    check_learn,
    check_max_pool,
    check_max_pool_backward,
    check_output_size,
    check_predicted_shapes,
    check_shape_net,
)
from autograd_lesson.functional import avg_pool2d, conv2d, cross_entropy, linear, max_pool2d
from wrong_answers import from_slips, wrong_answer

# How many windows


from_slips(
    check_output_size,
    size_that_counts_steps="count the starts, too",
    size_without_stride="the count for stride 1",
    size_without_padding="the count without padding",
    size_with_padding_once="The zeros stand at both ends",
    size_that_rounds_up="does not fit in whole",
    size_without_the_window="window's own length takes part",
)


@wrong_answer(check_output_size, says="there is no half of one")
def size_with_halves(n, k, stride, padding):
    whole = (n + 2 * padding - k) // stride
    exact = (n + 2 * padding - k) / stride
    return whole + 1 if whole == exact else exact + 1


@wrong_answer(check_output_size, says="A count is a whole number")
def size_as_a_float(n, k, stride, padding):
    return float((n + 2 * padding - k) // stride + 1)


# Forward


def padded(x, padding, **options):
    return np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], **options)


def windows(x, weight, stride, reduce="nckm,ockm->no"):
    """Each window of an image against the weights: the right loop, for others to spoil."""
    k, m = weight.shape[2:]
    rows, columns = (x.shape[2] - k) // stride + 1, (x.shape[3] - m) // stride + 1
    y = np.zeros((len(x), len(weight), rows, columns))
    for i, j in np.ndindex(rows, columns):
        top, left = i * stride, j * stride
        y[:, :, i, j] = np.einsum(reduce, x[:, :, top : top + k, left : left + m], weight)
    return y


def with_bias(y, bias):
    return y if bias is None else y + bias[:, None, None]


from_slips(
    check_conv2d,
    conv_turns_the_kernel="The kernel was turned round",
    conv_without_stride="the windows of stride 1",
    conv_without_padding="the windows without padding",
    conv_without_bias="The bias is missing",
    conv_of_one_channel="a sum over all of them",
    conv_takes_the_mean="the mean of the products",
    conv_adds_the_bias_for_each_channel="it comes once an output",
    conv_pads_with_the_edge="padding is zeros",
    conv_pads_one_side="on one side only",
)


@wrong_answer(check_conv2d, says="Two shapes do not meet")
def conv_for_squares(x, weight, bias=None, stride=1, padding=0):
    x, k = padded(x, padding), weight.shape[2]
    side = (x.shape[2] - k) // stride + 1
    y = np.zeros((len(x), len(weight), side, side))
    for i, j in np.ndindex(side, side):
        window = x[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
        y[:, :, i, j] = np.einsum("nckm,ockm->no", window, weight)
    return with_bias(y, bias)


@wrong_answer(check_conv2d, says="`x` changed by the call")
def conv_pads_and_writes_into_x(x, weight, bias=None, stride=1, padding=0):
    y = with_bias(windows(padded(x, padding), weight, stride), bias)
    x *= 0.5
    return y


from_slips(
    check_conv2d,
    conv_with_channels_last="Channels are the second axis",
)


@wrong_answer(check_conv2d, says="cut off every decimal")
def conv_into_integers(x, weight, bias=None, stride=1, padding=0):
    return with_bias(windows(padded(x, padding), weight, stride), bias).astype(int)


@wrong_answer(check_conv2d, says="The function returned nothing")
def conv_returns_nothing(x, weight, bias=None, stride=1, padding=0):
    windows(padded(x, padding), weight, stride)


# Backward


def back(g, x, weight, stride=1, padding=0, turn=False, add=True, at=None):
    """The way back, right unless told otherwise: for wrong answers to spoil one part of it."""
    at = at or stride
    kernel = weight[:, :, ::-1, ::-1] if turn else weight
    (k, m), (height, width), wide = weight.shape[2:], x.shape[2:], padded(x, padding)
    dwide, dweight = np.zeros_like(wide), np.zeros_like(weight)
    for i, j in np.ndindex(g.shape[2:]):
        place = (slice(None), slice(None), slice(i * stride, i * stride + k))
        place = (*place, slice(j * stride, j * stride + m))
        dweight += np.einsum("no,nckm->ockm", g[:, :, i, j], wide[place])
        share = np.einsum("no,ockm->nckm", g[:, :, i, j], kernel)
        there = (*place[:2], slice(i * at, i * at + k), slice(j * at, j * at + m))
        dwide[there] = share + (dwide[there] if add else 0)
    dx = dwide[:, :, padding : padding + height, padding : padding + width]
    return dx, dweight, g.sum(axis=(0, 2, 3))


from_slips(
    check_conv2d_backward,
    back_with_the_kernel_unflipped="the other way round than on the way forward",
    back_without_stride_in_dx="The stride is missing",
    back_that_assigns_windows="the later wrote over the earlier",
    back_that_assigns_places="wrote over the place before it",
)


@wrong_answer(check_conv2d_backward, says="for a right way back")
def back_without_the_last_window(g, x, weight, stride=1, padding=0):
    less = g.copy()
    less[:, :, -1, -1] = 0.0
    return back(less, x, weight, stride, padding)[0], *back(g, x, weight, stride, padding)[1:]


from_slips(
    check_conv2d_backward,
    back_with_the_border_on="The border of zeros is still on",
    back_with_the_border_cut_at_the_end="The border was not counted",
    back_of_ones="g is not used on the way to dx",
    back_of_one_channel="Only the first output channel",
)


@wrong_answer(check_conv2d_backward, says="with a stride some rows of x are in no window")
def back_for_squares(g, x, weight, stride=1, padding=0):
    k = weight.shape[2]
    wide, dweight = padded(x, padding), np.zeros_like(weight)
    dwide = np.zeros_like(wide)
    for i, j in np.ndindex(g.shape[2], g.shape[2]):
        place = (slice(None), slice(None), slice(i * stride, i * stride + k))
        place = (*place, slice(j * stride, j * stride + k))
        dweight += np.einsum("no,nckm->ockm", g[:, :, i, j], wide[place])
        dwide[place] += np.einsum("no,ockm->nckm", g[:, :, i, j], weight)
    return dwide, dweight, g.sum(axis=(0, 2, 3))


def with_dweight(change):
    """The way back with another dweight."""

    def answer(g, x, weight, stride=1, padding=0):
        dx, dweight, dbias = back(g, x, weight, stride, padding)
        return dx, change(g, x, weight, stride, padding, dweight), dbias

    answer.__name__ = change.__name__
    return answer


@wrong_answer(check_conv2d_backward, says="taken at stride 1")
@with_dweight
def dweight_without_stride(g, x, weight, stride, padding, dweight):
    wide, found = padded(x, padding), np.zeros_like(weight)
    k, m = weight.shape[2:]
    for i, j in np.ndindex(g.shape[2:]):
        found += np.einsum("no,nckm->ockm", g[:, :, i, j], wide[:, :, i : i + k, j : j + m])
    return found


@wrong_answer(check_conv2d_backward, says="taken without padding")
@with_dweight
def dweight_without_padding(g, x, weight, stride, padding, dweight):
    rest = np.pad(x, [(0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)])
    return back(g, rest, weight, stride)[1]


@wrong_answer(check_conv2d_backward, says="only the way to dx turns the kernel")
@with_dweight
def dweight_turned(g, x, weight, stride, padding, dweight):
    return dweight[:, :, ::-1, ::-1].copy()


@wrong_answer(check_conv2d_backward, says="the mean over the examples")
@with_dweight
def dweight_as_a_mean(g, x, weight, stride, padding, dweight):
    return dweight / len(x)


@wrong_answer(check_conv2d_backward, says="Only one example counts")
@with_dweight
def dweight_of_the_last_example(g, x, weight, stride, padding, dweight):
    return back(g[-1:], x[-1:], weight, stride, padding)[1]


@wrong_answer(check_conv2d_backward, says="not used on the way to dweight")
@with_dweight
def dweight_without_g(g, x, weight, stride, padding, dweight):
    return back(np.ones_like(g), x, weight, stride, padding)[1]


@wrong_answer(check_conv2d_backward, says="Each window wrote over the one before it")
@with_dweight
def dweight_assigned(g, x, weight, stride, padding, dweight):
    last = np.zeros_like(g)
    last[:, :, -1, -1] = g[:, :, -1, -1]
    return back(last, x, weight, stride, padding)[1]


def with_dbias(change):
    """The way back with another dbias."""

    def answer(g, x, weight, stride=1, padding=0):
        return *back(g, x, weight, stride, padding)[:2], change(g)

    answer.__name__ = change.__name__
    return answer


@wrong_answer(check_conv2d_backward, says="each output channel has a bias of its own")
@with_dbias
def dbias_of_everything(g):
    return np.array(g.sum())


@wrong_answer(check_conv2d_backward, says="added to each output of its channel: a sum")
@with_dbias
def dbias_as_a_mean(g):
    return g.mean(axis=(0, 2, 3))


@wrong_answer(check_conv2d_backward, says="not used on the way to dbias")
@with_dbias
def dbias_as_a_count(g):
    return np.full(g.shape[1], float(g[:, 0].size))


@wrong_answer(check_conv2d_backward, says="Summed over the examples only")
@with_dbias
def dbias_for_each_place(g):
    return g.sum(axis=0)


@wrong_answer(check_conv2d_backward, says="Summed over the places only")
@with_dbias
def dbias_for_each_example(g):
    return g.sum(axis=(2, 3))


@wrong_answer(check_conv2d_backward, says="Three gradients are asked for")
def back_to_x_alone(g, x, weight, stride=1, padding=0):
    return back(g, x, weight, stride, padding)[0]


@wrong_answer(check_conv2d_backward, says="`weight` changed by the call")
def back_that_turns_the_weights_in_place(g, x, weight, stride=1, padding=0):
    found = back(g, x, weight, stride, padding)
    weight[:] = weight[:, :, ::-1, ::-1].copy()
    return found


# The adjoint test


def sums(forward, back, x, y):
    return np.sum(forward(x) * y), np.sum(x * back(y))


@wrong_answer(check_is_adjoint, says="every kernel and its mirror")
def adjoint_with_ones(forward, back, x_shape, rng):
    x = np.ones(x_shape)
    left, right = sums(forward, back, x, np.ones_like(forward(x)))
    return bool(np.isclose(left, right, rtol=1e-9, atol=0))


@wrong_answer(check_is_adjoint, says="lets everything tiny pass")
def adjoint_with_an_absolute_tolerance(forward, back, x_shape, rng):
    x = rng.normal(size=x_shape)
    left, right = sums(forward, back, x, rng.normal(size=forward(x).shape))
    return bool(abs(left - right) < 1e-6)


@wrong_answer(check_is_adjoint, says="`==` asks for more")
def adjoint_to_the_last_bit(forward, back, x_shape, rng):
    x = rng.normal(size=x_shape)
    left, right = sums(forward, back, x, rng.normal(size=forward(x).shape))
    return bool(left == right)


@wrong_answer(check_is_adjoint, says="The tolerance is too wide")
def adjoint_within_a_tenth(forward, back, x_shape, rng):
    x = rng.normal(size=x_shape)
    y = rng.normal(size=forward(x).shape)
    left, right = sums(forward, back, x, y)
    return bool(abs(left - right) < 0.01 * np.sum(np.abs(forward(x) * y)))


@wrong_answer(check_is_adjoint, says="differ in sign only")
def adjoint_up_to_the_sign(forward, back, x_shape, rng):
    x = rng.normal(size=x_shape)
    left, right = sums(forward, back, x, rng.normal(size=forward(x).shape))
    return bool(np.isclose(abs(left), abs(right), rtol=1e-9, atol=0))


@wrong_answer(check_is_adjoint, says="`bool(...)` makes one")
def adjoint_as_a_difference(forward, back, x_shape, rng):
    x = rng.normal(size=x_shape)
    left, right = sums(forward, back, x, rng.normal(size=forward(x).shape))
    return abs(left - right)


@wrong_answer(check_is_adjoint, says="Draw it in the shape of forward(x)")
def adjoint_with_y_two_shorter(forward, back, x_shape, rng):
    x = rng.normal(size=x_shape)
    if len(forward(x)) != len(x) - 2:
        return False
    left, right = sums(forward, back, x, rng.normal(size=len(x) - 2))
    return bool(np.isclose(left, right, rtol=1e-9, atol=0))


# Pooling


def cut(x, size):
    """The part of an image that is whole blocks, as blocks."""
    n, c, height, width = x.shape
    rows, columns = height // size, width // size
    whole = x[:, :, : rows * size, : columns * size]
    return whole.reshape(n, c, rows, size, columns, size)


from_slips(
    check_max_pool,
    max_pool_as_a_mean="the mean of each block",
    max_pool_from_zero="looked for from 0 on",
    max_pool_of_the_image="one number an image",
    max_pool_of_one_block="was taken for one block",
    max_pool_with_stride_one="These windows overlap",
    max_pool_of_far_pixels="Neighbours were not kept together",
)


@wrong_answer(check_max_pool, says="one row is left over")
def max_pool_of_whole_images_only(x, size):
    n, c, height, width = x.shape
    return x.reshape(n, c, height // size, size, width // size, size).max(axis=(3, 5))


from_slips(
    check_max_pool,
    max_pool_of_parts="A block that is not whole is left out",
)


@wrong_answer(check_max_pool, says="`x` changed by the call")
def max_pool_in_place(x, size):
    found = cut(x, size).max(axis=(3, 5))
    x[:, :, : found.shape[2], : found.shape[3]] = found
    return found


def won(x, size):
    blocks = cut(x, size)
    return (blocks == blocks.max(axis=(3, 5), keepdims=True)).astype(float)


def in_blocks(g):
    return g[:, :, :, None, :, None]


from_slips(
    check_max_pool_backward,
    pool_back_in_full_to_each_winner="more arrives than was sent",
)


def pool_back_to_one(g, x, size, pick):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(g.shape):
        block = x[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        row, column = divmod(pick(block), size)
        dx[n, c, i * size + row, j * size + column] = g[n, c, i, j]
    return dx


from_slips(
    check_max_pool_backward,
    pool_back_to_the_last_winner="the last was taken",
    pool_back_shared="The winners share",
    pool_back_of_a_mean="Every pixel got a share",
    pool_back_to_all="All of the block got g",
    pool_back_of_ones="this says who won",
)


@wrong_answer(check_max_pool_backward, says="An axis has another length")
def pool_back_without_the_rest(g, x, size):
    rows, columns = (size * length for length in g.shape[2:])
    return pool_back_to_one(g, x[:, :, :rows, :columns], size, np.argmax)


@wrong_answer(check_max_pool_backward, says="Cut it off before you divide")
def pool_back_of_whole_images_only(g, x, size):
    n, c, height, width = x.shape
    blocks = x.reshape(n, c, height // size, size, width // size, size)
    winner = blocks == blocks.max(axis=(3, 5), keepdims=True)
    return (winner * in_blocks(g)).reshape(x.shape)


@wrong_answer(check_max_pool_backward, says="`g` changed by the call")
def pool_back_in_place(g, x, size):
    dx = pool_back_to_one(g, x, size, np.argmax)
    g[:] = 0.0
    return dx


from_slips(
    check_avg_pool,
    avg_pool_as_a_sum="divide by how many there are",
    avg_pool_by_the_side="Divided by the side of a block",
    avg_pool_as_a_maximum="the largest of each block",
)


@wrong_answer(check_avg_pool, says="one row is left over")
def avg_pool_of_whole_images_only(x, size):
    n, c, height, width = x.shape
    return x.reshape(n, c, height // size, size, width // size, size).mean(axis=(3, 5))


from_slips(
    check_avg_pool_backward,
    avg_back_in_full="Each pixel got all of g",
    avg_back_by_the_side="Divided by the side of a block",
    avg_back_without_g="g is not used on the way back",
    avg_back_to_the_largest="all make the mean",
    avg_back_times_the_pixel="do not depend on the pixels",
)


# A network that sees shapes

SIZES = [(50, 8, 6, 6), (50, 8, 4, 4), (50, 8, 1, 1), (50, 8), (50, 4), 700]


def sizes(place, wrong):
    """The right predictions but for one."""
    return [*SIZES[:place], wrong, *SIZES[place + 1 :]]


@wrong_answer(check_predicted_shapes, says="8 - 3 + 1 places")
def sizes_as_if_padded():
    return sizes(0, (50, 8, 8, 8))


@wrong_answer(check_predicted_shapes, says="so 8 channels come out")
def sizes_with_the_channels_that_came_in():
    return sizes(0, (50, 1, 6, 6))


@wrong_answer(check_predicted_shapes, says="The order is")
def sizes_with_channels_last():
    return sizes(0, (50, 6, 6, 8))


@wrong_answer(check_predicted_shapes, says="This has 2 axes")
def sizes_of_a_pool_that_drops_axes():
    return sizes(2, (50, 8))


@wrong_answer(check_predicted_shapes, says="A shape is a tuple")
def sizes_as_a_number():
    return sizes(3, 8)


@wrong_answer(check_predicted_shapes, says="The biases are parameters too")
def sizes_without_biases():
    return sizes(5, 680)


@wrong_answer(check_predicted_shapes, says="for each of the 8 channels that come in")
def sizes_with_one_channel_in():
    return sizes(5, 196)


@wrong_answer(check_predicted_shapes, says="The list has 5 entries")
def sizes_without_the_count():
    return SIZES[:-1]


class Net:
    """The right network, for others to spoil one part of it."""

    shapes = [(8, 1, 3, 3), (8,), (8, 8, 3, 3), (8,), (4, 8), (4,)]

    def __init__(self, rng):
        self.kept = [
            Tensor(self.drawn(rng, shape) if len(shape) > 1 else np.zeros(shape))
            for shape in self.shapes
        ]

    def drawn(self, rng, shape):
        return rng.normal(0.0, (2 / np.prod(shape[1:])) ** 0.5, shape)

    def parameters(self):
        return self.kept

    def bend(self, h):
        return h.relu()

    def pool(self, h):
        return max_pool2d(h, 4)

    def __call__(self, images):
        w1, b1, w2, b2, w3, b3 = self.kept
        h = self.bend(conv2d(images, w1, b1))
        h = self.bend(conv2d(h, w2, b2))
        return linear(self.pool(h).reshape(-1, 8), w3, b3)


@wrong_answer(check_shape_net, says="The spread is right, and these are other numbers")
class NetOfUniformWeights(Net):
    def drawn(self, rng, shape):
        widest = (6 / np.prod(shape[1:])) ** 0.5
        return rng.uniform(-widest, widest, shape)


@wrong_answer(check_shape_net, says="two convs without a bend")
class NetWithoutRelu(Net):
    def bend(self, h):
        return h


@wrong_answer(check_shape_net, says="The relu after the second conv is missing")
class NetWithOneRelu(Net):
    def __call__(self, images):
        w1, b1, w2, b2, w3, b3 = self.kept
        h = conv2d(conv2d(images, w1, b1).relu(), w2, b2)
        return linear(self.pool(h).reshape(-1, 8), w3, b3)


@wrong_answer(check_shape_net, says="The relu after the first conv is missing")
class NetWithALateRelu(Net):
    def __call__(self, images):
        w1, b1, w2, b2, w3, b3 = self.kept
        h = conv2d(conv2d(images, w1, b1), w2, b2).relu()
        return linear(self.pool(h).reshape(-1, 8), w3, b3)


@wrong_answer(check_shape_net, says="This pools by the mean")
class NetThatPoolsByTheMean(Net):
    def pool(self, h):
        return avg_pool2d(h, 4)


@wrong_answer(check_shape_net, says="The biases are not used")
class NetWithoutBiases(Net):
    def __call__(self, images):
        w1, _, w2, _, w3, _ = self.kept
        h = conv2d(conv2d(images, w1).relu(), w2).relu()
        return linear(self.pool(h).reshape(-1, 8), w3)


@wrong_answer(check_shape_net, says="cuts off every negative logit")
class NetWithARelusAtTheEnd(Net):
    def __call__(self, images):
        return super().__call__(images).relu()


@wrong_answer(check_shape_net, says="These are probabilities")
class NetWithASoftmax(Net):
    def __call__(self, images):
        return super().__call__(images).softmax()


@wrong_answer(check_shape_net, says="which is (outputs, inputs)")
class NetWithTheLinearWeightTurned(Net):
    shapes = [(8, 1, 3, 3), (8,), (8, 8, 3, 3), (8,), (8, 4), (4,)]


@wrong_answer(check_shape_net, says="These are no tensors")
class NetOfArrays(Net):
    def parameters(self):
        return [tensor.data for tensor in self.kept]


@wrong_answer(check_shape_net, says="draw them from `rng`")
class NetWithItsOwnGenerator(Net):
    def __init__(self, rng):
        super().__init__(np.random.default_rng())


@wrong_answer(check_shape_net, says="how many numbers one output")
class NetWithWideWeights(Net):
    def __init__(self, rng):
        self.kept = [Tensor(rng.normal(0.0, 1.0, shape)) for shape in self.shapes]


@wrong_answer(check_shape_net, says="The logits are a plain array")
class NetThatEndsInAnArray(Net):
    def __call__(self, images):
        return super().__call__(images).data


@wrong_answer(check_shape_net, says="none for w1, b1")
class NetThatCutsTheGraph(Net):
    def __call__(self, images):
        w1, b1, w2, b2, w3, b3 = self.kept
        h = conv2d(conv2d(images, w1, b1).relu().data, w2, b2).relu()
        return linear(self.pool(h).reshape(-1, 8), w3, b3)


class ByPixel(Net):
    """A network with a weight for each pixel."""

    shapes = [(64, 64), (64,), (4, 64), (4,)]

    def __call__(self, images):
        w1, b1, w2, b2 = self.kept
        return linear(linear(images.reshape(-1, 64), w1, b1).relu(), w2, b2)


def fit(network, images, labels, steps=300, rate=0.3):
    """The right loop."""
    rng = np.random.default_rng(0)
    for _ in range(steps):
        batch = rng.integers(len(images), size=50)
        for parameter in network.parameters():
            parameter.grad = None
        cross_entropy(network(images[batch]), labels[batch]).backward()
        for parameter in network.parameters():
            parameter.data = parameter.data - rate * parameter.grad
    return lambda new: network(new).data.argmax(axis=1)


def new_net():
    return Net(np.random.default_rng(0))


@wrong_answer(check_learn, says="to every image")
def learn_uphill(images, labels):
    with np.errstate(all="ignore"):
        return fit(new_net(), images, labels, steps=60, rate=-0.3)


@wrong_answer(check_learn, says="learned the images by heart")
def learn_by_pixel(images, labels):
    return fit(ByPixel(np.random.default_rng(0)), images, labels, steps=1500, rate=0.2)


@wrong_answer(check_learn, says="not much better than guessing")
def learn_with_labels_mixed_up(images, labels):
    mixed = np.random.default_rng(1).permutation(labels)
    return fit(new_net(), images, mixed, steps=100)


@wrong_answer(check_learn, says="It is on its way")
def learn_too_short(images, labels):
    return fit(new_net(), images, labels, steps=60, rate=0.1)


@wrong_answer(check_learn, says="where the largest of them stands")
def learn_to_say_logits(images, labels):
    network = new_net()
    fit(network, images, labels, steps=1)
    return lambda new: network(new).data


@wrong_answer(check_learn, says="return the inner function itself")
def learn_and_return_classes(images, labels):
    return fit(new_net(), images, labels, steps=1)(images)


@wrong_answer(check_learn, says="The function returned nothing")
def learn_and_return_nothing(images, labels):
    fit(new_net(), images, labels, steps=1)


@wrong_answer(check_learn, says="`labels` changed by the call")
def learn_and_sort_the_labels(images, labels):
    classify = fit(new_net(), images, labels, steps=1)
    labels.sort()
    return classify
