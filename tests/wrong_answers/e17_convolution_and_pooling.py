"""Wrong answers to exercise 17: windows, their way back, pooling, and a network for shapes."""

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
from wrong_answers import from_slips, spoiled

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
SIZE = "(n + 2 * padding - k) // stride + 1"
spoiled(
    check_output_size,
    size_with_halves=(
        "there is no half of one",
        SIZE,
        f"{SIZE} if (n + 2 * padding - k) % stride == 0 else {SIZE.replace('//', '/')}",
    ),
    size_as_a_float=("A count is a whole number", SIZE, f"float({SIZE})"),
)

# Forward

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
    conv_with_channels_last="Channels are the second axis",
)
spoiled(
    check_conv2d,
    conv_for_squares=("Two shapes do not meet", "weight.shape[2:]", "weight.shape[2:3] * 2"),
    conv_pads_and_writes_into_x=(
        "`x` changed by the call",
        "x = np.pad(x,",
        "whole, x = x, np.pad(x,",
        "return y if",
        "whole *= 0.5\n    return y if",
    ),
    conv_into_integers=("cut off every decimal", "rows, columns))", "rows, columns), int)"),
    conv_returns_nothing=("The function returned nothing", "return y if", "y if"),
)

# Backward

from_slips(
    check_conv2d_backward,
    back_with_the_kernel_unflipped="the other way round than on the way forward",
    back_without_stride_in_dx="The stride is missing",
    back_that_assigns_windows="the later wrote over the earlier",
    back_that_assigns_places="wrote over the place before it",
    back_with_the_border_on="The border of zeros is still on",
    back_with_the_border_cut_at_the_end="The border was not counted",
    back_of_ones="g is not used on the way to dx",
    back_of_one_channel="Only the first output channel",
)
SENT_TO_X, MET = '"no,ockm->nckm", sent', '"no,nckm->ockm", sent, padded[:, :, rows, columns]'
OF_BIAS = "g.sum(axis=(0, 2, 3))"
spoiled(
    check_conv2d_backward,
    back_without_the_last_window=(
        "for a right way back",
        SENT_TO_X,
        f"{SENT_TO_X} * (i + j + 2 < sum(g.shape[2:]))",
    ),
    back_for_squares=(
        "with a stride some rows of x are in no window",
        "weight.shape[2:]",
        "weight.shape[2:3] * 2",
    ),
    dweight_without_stride=(
        "taken at stride 1",
        "sent, padded[:, :, rows, columns]",
        "sent, padded[:, :, i : i + k, j : j + m]",
    ),
    dweight_without_padding=(
        "taken without padding",
        "sent, padded",
        "sent, np.pad(x, [(0, 0)] * 2 + [(0, 2 * padding)] * 2)",
    ),
    dweight_turned=(
        "only the way to dx turns the kernel",
        "return dx, dweight",
        "return dx, dweight[:, :, ::-1, ::-1]",
    ),
    dweight_as_a_mean=(
        "the mean over the examples",
        "return dx, dweight",
        "return dx, dweight / len(x)",
    ),
    dweight_of_the_last_example=(
        "Only one example counts",
        MET,
        '"no,nckm->ockm", sent[-1:], padded[-1:, :, rows, columns]',
    ),
    dweight_without_g=("not used on the way to dweight", MET, MET.replace("sent", "0 * sent + 1")),
    dweight_assigned=("Each window wrote over the one before it", "dweight +=", "dweight ="),
    dbias_of_everything=(
        "each output channel has a bias of its own",
        OF_BIAS,
        "np.array(g.sum())",
    ),
    dbias_as_a_mean=(
        "added to each output of its channel: a sum",
        OF_BIAS,
        "g.mean(axis=(0, 2, 3))",
    ),
    dbias_as_a_count=(
        "not used on the way to dbias",
        OF_BIAS,
        "np.full(g.shape[1], float(g[:, 0].size))",
    ),
    dbias_for_each_place=("Summed over the examples only", OF_BIAS, "g.sum(axis=0)"),
    dbias_for_each_example=("Summed over the places only", OF_BIAS, "g.sum(axis=(2, 3))"),
    back_to_x_alone=("Three gradients are asked for", f"dx, dweight, {OF_BIAS}", "dx"),
    back_that_turns_the_weights_in_place=(
        "`weight` changed by the call",
        "return dx",
        "weight[:] = weight[:, :, ::-1, ::-1].copy()\n    return dx",
    ),
)

# The adjoint test

LEFT, RIGHT = "np.sum(ahead * y)", "np.sum(x * back(y))"
spoiled(
    check_is_adjoint,
    adjoint_with_ones=(
        "every kernel and its mirror",
        "rng.normal(size=x_shape)",
        "np.ones(x_shape)",
        "rng.normal(size=ahead.shape)",
        "np.ones(ahead.shape)",
    ),
    adjoint_with_an_absolute_tolerance=("lets everything tiny pass", "1e-9 * size", "1e-6"),
    adjoint_to_the_last_bit=("`==` asks for more", "<= 1e-9 * size", "== 0"),
    adjoint_within_a_tenth=("The tolerance is too wide", "1e-9", "0.01"),
    adjoint_up_to_the_sign=(
        "differ in sign only",
        f"{LEFT} - {RIGHT}",
        f"abs({LEFT}) - abs({RIGHT})",
    ),
    adjoint_as_a_difference=("`bool(...)` makes one", "bool(", "(", " <= 1e-9 * size", ""),
    adjoint_with_y_two_shorter=(
        "Draw it in the shape of forward(x)",
        "y = rng",
        "if len(ahead) != len(x) - 2: return False\n    y = rng",
    ),
)

# Pooling

WHOLE = "x[:, :, : rows * size, : columns * size]"
from_slips(
    check_max_pool,
    max_pool_as_a_mean="the mean of each block",
    max_pool_from_zero="looked for from 0 on",
    max_pool_of_the_image="one number an image",
    max_pool_of_one_block="was taken for one block",
    max_pool_with_stride_one="These windows overlap",
    max_pool_of_far_pixels="Neighbours were not kept together",
    max_pool_of_parts="A block that is not whole is left out",
)
spoiled(
    check_max_pool,
    max_pool_of_whole_images_only=("one row is left over", WHOLE, "x"),
    max_pool_in_place=(
        "`x` changed by the call",
        "return whole",
        "x[:, :, :rows, :columns] = found = whole",
        "axis=(3, 5))",
        "axis=(3, 5))\n    return found",
    ),
)
from_slips(
    check_max_pool_backward,
    pool_back_in_full_to_each_winner="more arrives than was sent",
    pool_back_to_the_last_winner="the last was taken",
    pool_back_shared="The winners share",
    pool_back_of_a_mean="Every pixel got a share",
    pool_back_to_all="All of the block got g",
    pool_back_of_ones="this says who won",
)
spoiled(
    check_max_pool_backward,
    pool_back_without_the_rest=(
        "An axis has another length",
        "return dx",
        "return dx[:, :, : g.shape[2] * size, : g.shape[3] * size]",
    ),
    pool_back_of_whole_images_only=(
        "Cut it off before you divide",
        "dx =",
        "blocks = x.reshape(*g.shape[:3], size, g.shape[3], size)\n    dx =",
    ),
    pool_back_in_place=("`g` changed by the call", "return dx", "g[:] = 0.0\n    return dx"),
)
from_slips(
    check_avg_pool,
    avg_pool_as_a_sum="divide by how many there are",
    avg_pool_by_the_side="Divided by the side of a block",
    avg_pool_as_a_maximum="the largest of each block",
)
spoiled(check_avg_pool, avg_pool_of_whole_images_only=("one row is left over", WHOLE, "x"))
from_slips(
    check_avg_pool_backward,
    avg_back_in_full="Each pixel got all of g",
    avg_back_by_the_side="Divided by the side of a block",
    avg_back_without_g="g is not used on the way back",
    avg_back_to_the_largest="all make the mean",
    avg_back_times_the_pixel="do not depend on the pixels",
)

# A network that sees shapes

FIRST = "(50, 8, 6, 6)"
spoiled(
    check_predicted_shapes,
    sizes_as_if_padded=("8 - 3 + 1 places", FIRST, "(50, 8, 8, 8)"),
    sizes_with_the_channels_that_came_in=("so 8 channels come out", FIRST, "(50, 1, 6, 6)"),
    sizes_with_channels_last=("The order is", FIRST, "(50, 6, 6, 8)"),
    sizes_of_a_pool_that_drops_axes=("This has 2 axes", "(50, 8, 1, 1)", "(50, 8)"),
    sizes_as_a_number=("A shape is a tuple", "(50, 8),", "8,"),
    sizes_with_the_count_in_quotes=("A number stands without quotes", "700", '"700"'),
    sizes_without_biases=("The biases are parameters too", "700", "680"),
    sizes_with_one_channel_in=("for each of the 8 channels that come in", "700", "196"),
    sizes_without_the_count=("five shapes and one number", ", 700", ""),
)

END = ".reshape(-1, 8), w3, b3)"
spoiled(
    check_shape_net,
    NetOfUniformWeights=(
        "The spread is right, and these are other numbers",
        "rng.normal(0.0, (2 / n) ** 0.5, shape)",
        "rng.uniform(-((6 / n) ** 0.5), (6 / n) ** 0.5, shape)",
    ),
    NetWithoutRelu=("two convs without a bend", "b1).relu()", "b1)", "b2).relu()", "b2)"),
    NetWithOneRelu=("The relu after the second conv is missing", "b2).relu()", "b2)"),
    NetWithALateRelu=("The relu after the first conv is missing", "b1).relu()", "b1)"),
    NetThatPoolsByTheMean=("This pools by the mean", "max_pool2d(h, 4)", "h.mean(axis=(2, 3))"),
    NetWithoutBiases=(
        "The biases are not used",
        "images, w1, b1",
        "images, w1",
        "h, w2, b2",
        "h, w2",
        END,
        ".reshape(-1, 8), w3)",
    ),
    NetWithARelusAtTheEnd=("cuts off every negative logit", END, f"{END}.relu()"),
    NetWithASoftmax=("These are probabilities", END, f"{END}.softmax()"),
    NetWithTheLinearWeightTurned=("which is (outputs, inputs)", "(4, 8)", "(8, 4)"),
    NetOfArrays=(
        "These are no tensors",
        "return self.tensors",
        "return [tensor.data for tensor in self.tensors]",
    ),
    NetWithoutParameters=("is a `return` missing?", "return self.tensors", ""),
    NetWithItsOwnGenerator=(
        "draw them from `rng`",
        "rng.normal",
        "np.random.default_rng().normal",
    ),
    NetWithWideWeights=("how many numbers one output", "(2 / n) ** 0.5", "1.0"),
    NetThatEndsInAnArray=("The logits are a plain array", END, f"{END}.data"),
    NetThatCutsTheGraph=("none for w1, b1", "b1).relu()", "b1).relu().data"),
)

CLASSES = "network(new).data.argmax(axis=1)"
spoiled(
    check_learn,
    learn_uphill=(
        "to every image",
        "rng = np",
        'np.seterr(all="ignore")\n    rng = np',
        "range(300)",
        "range(60)",
        "-= 0.3",
        "+= 0.3",
    ),
    learn_by_pixel=(
        "learned the images by heart",
        "network = ShapeNet(rng)",
        "from autograd_lesson import nn\n"
        "    by_pixel, last = nn.Linear(64, 64, rng=rng), nn.Linear(64, 4, rng=rng)\n"
        "    network = lambda images: last(by_pixel(images.reshape(-1, 64)).relu())\n"
        "    network.parameters = lambda: [*by_pixel.parameters(), *last.parameters()]",
        "range(300)",
        "range(1500)",
    ),
    learn_with_labels_mixed_up=(
        "not much better than guessing",
        "labels[batch])",
        "np.random.default_rng(1).permutation(labels)[batch])",
        "range(300)",
        "range(100)",
    ),
    learn_too_short=("It is on its way", "range(300)", "range(60)", "-= 0.3", "-= 0.1"),
    learn_to_say_logits=(
        "where the largest of them stands",
        ".argmax(axis=1)",
        "",
        "range(300)",
        "range(1)",
    ),
    learn_and_return_classes=(
        "return the inner function itself",
        f"lambda new: {CLASSES}",
        CLASSES.replace("new", "images"),
        "range(300)",
        "range(1)",
    ),
    learn_and_return_nothing=(
        "The function returned nothing",
        "return lambda",
        "lambda",
        "range(300)",
        "range(1)",
    ),
    learn_and_sort_the_labels=(
        "`labels` changed by the call",
        "return lambda",
        "labels.sort()\n    return lambda",
        "range(300)",
        "range(1)",
    ),
)
