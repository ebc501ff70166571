"""Wrong answers to exercise 16."""

import numpy as np

from autograd_lesson import Tensor
from autograd_lesson.checks.e16_layer_normalisation import (
    check_batch_norm_sheet,
    check_layer_norm,
    check_layer_norm_vjp,
)
from wrong_answers import from_slips, wrong_answer

ROWS = {"axis": -1, "keepdims": True}

# ---------------------------------------------------------------------------------------------
# E16.1 composed


def parts(x):
    """Right: the centred rows, and their variance."""
    centred = x - x.mean(**ROWS)
    return centred, (centred * centred).mean(**ROWS)


@wrong_answer(check_layer_norm, says="Mean and variance were taken for constants")
def norm_with_constants(x, weight, bias, eps=1e-5):
    centred, variance = parts(x.numpy())
    return (x - x.numpy().mean(**ROWS)) / np.sqrt(variance + eps) * weight + bias


@wrong_answer(check_layer_norm, says="The variance was taken for a constant")
def norm_with_a_constant_variance(x, weight, bias, eps=1e-5):
    return parts(x)[0] / np.sqrt(parts(x.numpy())[1] + eps) * weight + bias


@wrong_answer(check_layer_norm, says="The mean was taken for a constant")
def norm_with_a_constant_mean(x, weight, bias, eps=1e-5):
    centred = x - x.numpy().mean(**ROWS)
    return centred / ((centred * centred).mean(**ROWS) + eps) ** 0.5 * weight + bias


@wrong_answer(check_layer_norm, says="No path leads back to weight")
def norm_with_a_constant_weight(x, weight, bias, eps=1e-5):
    centred, variance = parts(x)
    return centred / (variance + eps) ** 0.5 * weight.numpy() + bias


@wrong_answer(check_layer_norm, says="No path leads back to bias")
def norm_with_a_constant_bias(x, weight, bias, eps=1e-5):
    centred, variance = parts(x)
    return centred / (variance + eps) ** 0.5 * weight + bias.numpy()


from_slips(
    check_layer_norm,
    norm_of_numbers="No path leads back to x",
)


@wrong_answer(check_layer_norm, says="A plain array has forgotten")
def norm_in_numpy(x, weight, bias, eps=1e-5):
    centred, variance = parts(x.numpy())
    return centred / np.sqrt(variance + eps) * weight.numpy() + bias.numpy()


@wrong_answer(check_layer_norm, says="some path back is missing or too many")
def norm_with_half_a_path(x, weight, bias, eps=1e-5):
    centred, variance = parts(x)
    half = (variance + variance.detach()) * 0.5
    return centred / (half + eps) ** 0.5 * weight + bias


from_slips(
    check_layer_norm,
    norm_with_a_sample_variance="divided by n - 1",
    norm_with_eps_outside="eps was added to the root",
    norm_without_eps="eps is missing under the root",
)


@wrong_answer(check_layer_norm, says="0 / 0 is nan")
def norm_that_forgets_eps_for_equal_numbers(x, weight, bias, eps=1e-5):
    centred, variance = parts(x)
    with_eps = variance + eps * (variance.numpy() > 0)
    return centred / with_eps**0.5 * weight + bias


@wrong_answer(check_layer_norm, says="The eps that was given is not used")
def norm_with_its_own_eps(x, weight, bias, eps=1e-5):
    centred, variance = parts(x)
    return centred / (variance + 1e-5) ** 0.5 * weight + bias


@wrong_answer(check_layer_norm, says="Where no eps is given")
def norm_with_another_default(x, weight, bias, eps=1e-6):
    centred, variance = parts(x)
    return centred / (variance + eps) ** 0.5 * weight + bias


from_slips(
    check_layer_norm,
    norm_by_the_variance="its root is missing",
    norm_by_the_length="The squares were summed",
    norm_by_the_mean_square="before squaring",
    norm_is_rms_norm="RMS norm",
    norm_without_the_mean="The mean is not subtracted.",
    norm_that_only_centres="not divided by their deviation",
    norm_of_columns="that is batch norm",
    norm_of_everything="all rows together",
)


@wrong_answer(check_layer_norm, says="Digits are lost far from 0")
def norm_by_the_difference_of_means(x, weight, bias, eps=1e-5):
    variance = (x * x).mean(**ROWS) - x.mean(**ROWS) ** 2
    far = abs(x.numpy()).max() > 1e5
    return parts(x)[0] / ((variance if far else parts(x)[1]) + eps) ** 0.5 * weight + bias


@wrong_answer(check_layer_norm, says="lost that axis, and no longer lines up")
def norm_that_loses_an_axis(x, weight, bias, eps=1e-5):
    centred = x - x.mean(axis=-1)
    return centred / ((centred * centred).mean(axis=-1) + eps) ** 0.5 * weight + bias


from_slips(
    check_layer_norm,
    norm_alone="Weight and bias are missing",
    norm_without_bias="The bias is missing",
    norm_without_weight="The weight is missing",
    norm_with_the_bias_first="The bias comes after the weight",
    norm_with_both_swapped="Weight and bias are swapped",
)


@wrong_answer(check_layer_norm, says="`x` changed by the call")
def norm_that_writes_into_x(x, weight, bias, eps=1e-5):
    x.data[...] = parts(x.numpy())[0]
    centred, variance = parts(x)
    return centred / (variance + eps) ** 0.5 * weight + bias


@wrong_answer(check_layer_norm, says="is a `return` missing?")
def norm_without_a_result(x, weight, bias, eps=1e-5):
    Tensor(x.numpy())


@wrong_answer(check_layer_norm, says="The forward formula gives other numbers")
def norm_that_is_tanh(x, weight, bias, eps=1e-5):
    return parts(x)[0].tanh() * weight + bias


# ---------------------------------------------------------------------------------------------
# E16.2 as one op


def pieces(x, eps=1e-5):
    """Right: the deviation, and the normalised rows."""
    centred = x - x.mean(**ROWS)
    std = np.sqrt((centred**2).mean(**ROWS) + eps)
    return std, centred / std


def parameters(upstream, hat):
    """Right: the gradients of weight and bias."""
    rows = tuple(range(hat.ndim - 1))
    return (upstream * hat).sum(axis=rows), upstream.sum(axis=rows)


def three_terms(g, hat, std):
    """Right: the gradient of the rows."""
    return (g - g.mean(**ROWS) - hat * (g * hat).mean(**ROWS)) / std


def rows_by(says):
    """Register a wrong dx: a function of g, hat, std, x, weight and upstream."""

    def register(formula):
        def answer(x, weight, upstream, eps=1e-5):
            std, hat = pieces(x, eps)
            dx = formula(upstream * weight, hat, std, x, weight, upstream)
            return dx, *parameters(upstream, hat)

        answer.__name__ = formula.__name__
        return wrong_answer(check_layer_norm_vjp, says=says)(answer)

    return register


@rows_by(says="Mean and variance were taken for constants")
def rows_with_one_term(g, hat, std, x, weight, upstream):
    return g / std


@rows_by(says="The variance was taken for a constant")
def rows_with_a_constant_variance(g, hat, std, x, weight, upstream):
    return (g - g.mean(**ROWS)) / std


@rows_by(says="The mean was taken for a constant")
def rows_with_a_constant_mean(g, hat, std, x, weight, upstream):
    return (g - hat * (g * hat).mean(**ROWS)) / std


@rows_by(says="Not divided by the deviation")
def rows_not_divided(g, hat, std, x, weight, upstream):
    return three_terms(g, hat, 1)


@rows_by(says="once by the deviation is enough")
def rows_divided_twice(g, hat, std, x, weight, upstream):
    return three_terms(g, hat, std**2)


@rows_by(says="The weight is not used")
def rows_without_weight(g, hat, std, x, weight, upstream):
    return three_terms(upstream, hat, std)


@rows_by(says="Weight was multiplied at the end")
def rows_with_weight_at_the_end(g, hat, std, x, weight, upstream):
    return three_terms(upstream, hat, std) * weight


@rows_by(says="Sums in place of means")
def rows_with_sums(g, hat, std, x, weight, upstream):
    return (g - g.sum(**ROWS) - hat * (g * hat).sum(**ROWS)) / std


@rows_by(says="The last mean was divided by n - 1")
def rows_with_n_less_one(g, hat, std, x, weight, upstream):
    along = (g * hat).sum(**ROWS) / (x.shape[-1] - 1)
    return (g - g.mean(**ROWS) - hat * along) / std


@rows_by(says="made of the centred row")
def rows_along_the_centred(g, hat, std, x, weight, upstream):
    centred = hat * std
    return (g - g.mean(**ROWS) - centred * (g * centred).mean(**ROWS)) / std


@rows_by(says="made of x itself")
def rows_along_x(g, hat, std, x, weight, upstream):
    return (g - g.mean(**ROWS) - x * (g * x).mean(**ROWS)) / std


@rows_by(says="The part along hat is added")
def rows_with_a_plus(g, hat, std, x, weight, upstream):
    return (g - g.mean(**ROWS) + hat * (g * hat).mean(**ROWS)) / std


@rows_by(says="missing its factor hat")
def rows_without_the_last_hat(g, hat, std, x, weight, upstream):
    return (g - g.mean(**ROWS) - (g * hat).mean(**ROWS)) / std


@rows_by(says="Means over all rows")
def rows_with_means_of_all(g, hat, std, x, weight, upstream):
    return (g - g.mean() - hat * (g * hat).mean()) / std


@rows_by(says="Means along axis 0")
def rows_with_means_of_columns(g, hat, std, x, weight, upstream):
    return (g - g.mean(axis=0) - hat * (g * hat).mean(axis=0)) / std


@rows_by(says="The sign is turned round")
def rows_turned_round(g, hat, std, x, weight, upstream):
    return -three_terms(g, hat, std)


@rows_by(says="float32 went in")
def rows_in_float64(g, hat, std, x, weight, upstream):
    return three_terms(g.astype(float), hat, std)


@rows_by(says="Not the gradient of the rows")
def rows_doubled(g, hat, std, x, weight, upstream):
    return 2 * three_terms(g, hat, std)


def deviation_by(says):
    """Register a wrong deviation: a function of the variance, eps and n."""

    def register(formula):
        def answer(x, weight, upstream, eps=1e-5):
            centred = x - x.mean(**ROWS)
            std = formula((centred**2).mean(**ROWS), eps, x.shape[-1])
            dx = three_terms(upstream * weight, centred / std, std)
            return dx, *parameters(upstream, pieces(x, eps)[1])

        answer.__name__ = formula.__name__
        return wrong_answer(check_layer_norm_vjp, says=says)(answer)

    return register


@deviation_by(says="The variance was divided by n - 1")
def deviation_of_a_sample(var, eps, n):
    return np.sqrt(var * n / (n - 1) + eps)


@deviation_by(says="eps was added to the root")
def deviation_with_eps_outside(var, eps, n):
    return np.sqrt(var) + eps


@deviation_by(says="eps is missing under the root")
def deviation_without_eps(var, eps, n):
    return np.sqrt(var)


@deviation_by(says="The eps that was given is not used")
def deviation_with_its_own_eps(var, eps, n):
    return np.sqrt(var + 1e-5)


def parameters_by(says):
    """Register wrong gradients of weight and bias, made of upstream, hat, std, x and weight."""

    def register(formula):
        def answer(x, weight, upstream, eps=1e-5):
            std, hat = pieces(x, eps)
            return three_terms(upstream * weight, hat, std), *formula(upstream, hat, std, x, weight)

        answer.__name__ = formula.__name__
        return wrong_answer(check_layer_norm_vjp, says=says)(answer)

    return register


@parameters_by(says="One array for each row")
def parameters_not_summed(g, hat, std, x, weight):
    return g * hat, g


@parameters_by(says="Summed along each row")
def parameters_summed_along_rows(g, hat, std, x, weight):
    return (g * hat).sum(axis=-1), g.sum(axis=-1)


@parameters_by(says="This is the mean over rows")
def parameters_averaged(g, hat, std, x, weight):
    rows = tuple(range(x.ndim - 1))
    return (g * hat).mean(axis=rows), g.mean(axis=rows)


@parameters_by(says="Weight multiplies hat, not x")
def weight_gradient_of_x(g, hat, std, x, weight):
    return parameters(g, x)


@parameters_by(says="this is the centred row")
def weight_gradient_of_the_centred(g, hat, std, x, weight):
    return parameters(g, hat * std)


@parameters_by(says="The upstream is not used")
def weight_gradient_without_upstream(g, hat, std, x, weight):
    return parameters(np.ones_like(g), hat)


@parameters_by(says="Multiplied by weight itself")
def weight_gradient_times_weight(g, hat, std, x, weight):
    of_weight, of_bias = parameters(g, hat)
    return of_weight * weight, of_bias


@parameters_by(says="is the order dx, dweight, dbias?")
def parameters_swapped(g, hat, std, x, weight):
    return parameters(g, hat)[::-1]


@parameters_by(says="Bias is added after weight")
def bias_gradient_times_weight(g, hat, std, x, weight):
    of_weight, of_bias = parameters(g, hat)
    return of_weight, of_bias * weight


@wrong_answer(check_layer_norm_vjp, says="Three gradients are asked for")
def rows_alone(x, weight, upstream, eps=1e-5):
    std, hat = pieces(x, eps)
    return three_terms(upstream * weight, hat, std)


@wrong_answer(check_layer_norm_vjp, says="`upstream` changed by the call")
def rows_that_write_into_the_upstream(x, weight, upstream, eps=1e-5):
    std, hat = pieces(x, eps)
    of_parameters = parameters(upstream.copy(), hat)
    upstream *= weight
    return three_terms(upstream, hat, std), *of_parameters


@wrong_answer(check_layer_norm_vjp, says="lost that axis, and no longer lines up")
def rows_that_lose_an_axis(x, weight, upstream, eps=1e-5):
    centred = x - x.mean(axis=-1)
    std = np.sqrt((centred**2).mean(axis=-1) + eps)
    return three_terms(upstream * weight, centred / std, std), *parameters(upstream, centred / std)


# ---------------------------------------------------------------------------------------------
# E16.3 batch norm by the sheet


def sheet(f, upstream, **wrong):
    """The right sheet, but for the names in `wrong`: functions of f, d and the right gradient."""
    n, d = len(f["x"]), {}
    lines = {
        "scaled": lambda: upstream,
        "bias": lambda: upstream.sum(axis=0),
        "weight": lambda: (d["scaled"] * f["hat"]).sum(axis=0),
        "hat": lambda: d["scaled"] * f["weight"],
        "inverse": lambda: (d["hat"] * f["centred"]).sum(axis=0),
        "std": lambda: -d["inverse"] / f["std"] ** 2,
        "shifted": lambda: d["std"] / (2 * f["std"]),
        "var": lambda: d["shifted"],
        "squares": lambda: np.ones((n, 1)) * d["var"] / n,
        "centred": lambda: d["hat"] * f["inverse"] + d["squares"] * 2 * f["centred"],
        "mean": lambda: -d["centred"].sum(axis=0),
        "x": lambda: d["centred"] + d["mean"] / n,
    }
    for name, line in lines.items():
        d[name] = line()
        if name in wrong:
            d[name] = wrong[name](f, d, d[name])
    return d


def line_by(name, says):
    """Register a sheet with one wrong line."""

    def register(formula):
        def answer(f, upstream):
            return sheet(f, upstream, **{name: formula})

        answer.__name__ = formula.__name__
        return wrong_answer(check_batch_norm_sheet, says=says)(answer)

    return register


@line_by("scaled", says="already a step further")
def scaled_times_weight(f, d, right):
    return right * f["weight"]


@line_by("bias", says="bias was copied to all rows")
def bias_not_summed(f, d, right):
    return d["scaled"]


@line_by("weight", says="weight multiplies hat, not centred")
def weight_of_centred(f, d, right):
    return (d["scaled"] * f["centred"]).sum(axis=0)


@line_by("weight", says="weight multiplies hat, not x")
def weight_of_x(f, d, right):
    return (d["scaled"] * f["x"]).sum(axis=0)


@line_by("hat", says="The partial is missing: hat is multiplied by weight")
def hat_without_weight(f, d, right):
    return d["scaled"]


@line_by("hat", says="That is the way to weight")
def hat_times_hat(f, d, right):
    return d["scaled"] * f["hat"]


@line_by("inverse", says="inverse was copied to all rows")
def inverse_not_summed(f, d, right):
    return d["hat"] * f["centred"]


@line_by("inverse", says="inverse multiplies centred, not hat")
def inverse_of_hat(f, d, right):
    return (d["hat"] * f["hat"]).sum(axis=0)


@line_by("std", says="1 / std falls where std grows")
def std_without_the_sign(f, d, right):
    return -right


@line_by("std", says="a power is missing")
def std_without_the_square(f, d, right):
    return right * f["std"]


@line_by("shifted", says="The half is missing")
def shifted_without_the_half(f, d, right):
    return 2 * right


@line_by("shifted", says="Multiplied by the root")
def shifted_times_the_root(f, d, right):
    return d["std"] * 0.5 * f["std"]


@line_by("var", says="The variance was taken for a constant")
def var_is_constant(f, d, right):
    return 0 * right


@line_by("var", says="The 1/n belongs to the next step")
def var_divided_early(f, d, right):
    return right / 4


@line_by("squares", says="each square of the column gets its n-th part")
def squares_as_var(f, d, right):
    return d["var"]


@line_by("squares", says="The right number, once for each column")
def squares_not_copied(f, d, right):
    return d["var"] / 4


@line_by("squares", says="Each square is one n-th of var")
def squares_without_the_mean(f, d, right):
    return right * 4


@line_by("centred", says="the one through squares")
def centred_without_squares(f, d, right):
    return d["hat"] * f["inverse"]


@line_by("centred", says="the direct one to hat")
def centred_without_hat(f, d, right):
    return d["squares"] * 2 * f["centred"]


@line_by("centred", says="The 2 is missing")
def centred_without_the_two(f, d, right):
    return d["hat"] * f["inverse"] + d["squares"] * f["centred"]


@line_by("mean", says="centred falls where mean grows")
def mean_without_the_sign(f, d, right):
    return -right


@line_by("mean", says="mean was copied to all rows")
def mean_not_summed(f, d, right):
    return -d["centred"]


@line_by("mean", says="The mean was taken for a constant")
def mean_is_constant(f, d, right):
    return 0 * right


@line_by("x", says="the one through mean")
def x_without_the_mean(f, d, right):
    return d["centred"]


@line_by("x", says="The 1/n is missing on the path through mean")
def x_with_a_whole_mean(f, d, right):
    return d["centred"] + d["mean"]


@line_by("x", says="The minus was counted twice")
def x_with_two_signs(f, d, right):
    return d["centred"] - d["mean"] / 4


@line_by("std", says="Not what arrives at std")
def std_doubled(f, d, right):
    return 2 * right


@wrong_answer(check_batch_norm_sheet, says="There are 11 of 12")
def sheet_without_x(f, upstream):
    found = sheet(f, upstream)
    return {name: found[name] for name in found if name != "x"}


@wrong_answer(check_batch_norm_sheet, says="a dict of 12 gradients")
def sheet_of_arrays_only(f, upstream):
    return list(sheet(f, upstream).values())


@wrong_answer(check_batch_norm_sheet, says="`upstream` changed by the call")
def sheet_that_writes_into_the_upstream(f, upstream):
    found = sheet(f, upstream.copy())
    upstream *= f["weight"]
    return found


@wrong_answer(check_batch_norm_sheet, says="no intermediate of that name")
def sheet_with_a_name_that_is_not_there(f, upstream):
    return sheet(f, upstream) | {"xhat": f["xhat"]}
