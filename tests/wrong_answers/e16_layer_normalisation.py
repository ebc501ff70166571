"""Wrong answers to exercise 16."""

from autograd_lesson.checks.e16_layer_normalisation import (
    check_batch_norm_sheet,
    check_layer_norm,
    check_layer_norm_vjp,
)
from wrong_answers import from_slips, spoiled

MEAN = "x.mean(axis=-1, keepdims=True)"

# ---------------------------------------------------------------------------------------------
# E16.1 composed

from_slips(
    check_layer_norm,
    norm_of_numbers="No path leads back to x",
    norm_with_a_sample_variance="divided by n - 1",
    norm_with_eps_outside="eps was added to the root",
    norm_without_eps="eps is missing under the root",
    norm_by_the_variance="its root is missing",
    norm_by_the_length="The squares were summed",
    norm_by_the_mean_square="before squaring",
    norm_is_rms_norm="RMS norm",
    norm_without_the_mean="The mean is not subtracted.",
    norm_that_only_centres="not divided by their deviation",
    norm_of_columns="that is batch norm",
    norm_of_everything="all rows together",
    norm_alone="Weight and bias are missing",
    norm_without_bias="The bias is missing",
    norm_without_weight="The weight is missing",
    norm_with_the_bias_first="The bias comes after the weight",
    norm_with_both_swapped="Weight and bias are swapped",
)
spoiled(
    check_layer_norm,
    norm_with_constants=(
        "Mean and variance were taken for constants",
        MEAN,
        "x.numpy().mean(axis=-1, keepdims=True)",
        "(centred * centred)",
        "(centred.numpy() ** 2)",
    ),
    norm_with_a_constant_variance=(
        "The variance was taken for a constant",
        "(centred * centred)",
        "(centred.numpy() ** 2)",
    ),
    norm_with_a_constant_mean=(
        "The mean was taken for a constant",
        MEAN,
        "x.numpy().mean(axis=-1, keepdims=True)",
    ),
    norm_with_a_constant_weight=("No path leads back to weight", "* weight", "* weight.numpy()"),
    norm_with_a_constant_bias=("No path leads back to bias", "+ bias", "+ bias.numpy()"),
    norm_in_numpy=(
        "A plain array has forgotten",
        "centred = x",
        "x, weight, bias = x.numpy(), weight.numpy(), bias.numpy()\n    centred = x",
    ),
    norm_with_half_a_path=(
        "some path back is missing or too many",
        "variance + eps",
        "(variance + variance.detach()) * 0.5 + eps",
    ),
    norm_that_forgets_eps_for_equal_numbers=(
        "0 / 0 is nan",
        "+ eps",
        "+ eps * (variance.numpy() > 0)",
    ),
    norm_with_its_own_eps=("The eps that was given is not used", "+ eps", "+ 1e-5"),
    norm_with_another_default=("Where no eps is given", "eps=1e-5", "eps=1e-6"),
    norm_by_the_difference_of_means=(
        "Digits are lost far from 0",
        "    hat =",
        "    if abs(x.numpy()).max() > 1e5:\n"
        f"        variance = (x * x){MEAN[1:]} - {MEAN} ** 2\n"
        "    hat =",
    ),
    norm_that_loses_an_axis=(
        "lost that axis, and no longer lines up",
        MEAN,
        "x.mean(axis=-1)",
        "centred).mean(axis=-1, keepdims=True)",
        "centred).mean(axis=-1)",
    ),
    norm_that_writes_into_x=(
        "`x` changed by the call",
        "centred = x",
        f"x.data[...] = x.numpy() - x.numpy(){MEAN[1:]}\n    centred = x",
    ),
    norm_without_a_result=("is a `return` missing?", "return hat", "hat"),
    norm_that_is_tanh=("The forward formula gives other numbers", "hat * w", "centred.tanh() * w"),
)

# ---------------------------------------------------------------------------------------------
# E16.2 as one op

SQUARES = "(centred**2).mean(axis=-1, keepdims=True)"
ALONG = "(g * hat).mean(axis=-1, keepdims=True)"
OF_MEAN = "g.mean(axis=-1, keepdims=True)"
OF_WEIGHT, OF_BIAS = "(upstream * hat).sum(axis=rows)", "upstream.sum(axis=rows)"
spoiled(
    check_layer_norm_vjp,
    rows_with_one_term=(
        "Mean and variance were taken for constants",
        "(g - mean - hat * along)",
        "g",
    ),
    rows_with_a_constant_variance=(
        "The variance was taken for a constant",
        " - hat * along",
        "",
    ),
    rows_with_a_constant_mean=("The mean was taken for a constant", "g - mean", "g"),
    rows_not_divided=("Not divided by the deviation", "along) / std", "along)"),
    rows_divided_twice=("once by the deviation is enough", "along) / std", "along) / std**2"),
    rows_without_weight=("The weight is not used", "upstream * weight", "upstream"),
    rows_with_weight_at_the_end=(
        "Weight was multiplied at the end",
        "upstream * weight",
        "upstream",
        "along) / std",
        "along) / std * weight",
    ),
    rows_with_sums=(
        "Sums in place of means",
        OF_MEAN,
        OF_MEAN.replace("mean", "sum"),
        ALONG,
        ALONG.replace("mean", "sum"),
    ),
    rows_with_n_less_one=(
        "The last mean was divided by n - 1",
        ALONG,
        f"{ALONG.replace('mean', 'sum')} / (x.shape[-1] - 1)",
    ),
    rows_along_the_centred=(
        "made of the centred row",
        "(g * hat)",
        "(g * centred)",
        "hat * along",
        "centred * along",
    ),
    rows_along_x=("made of x itself", "(g * hat)", "(g * x)", "hat * along", "x * along"),
    rows_with_a_plus=("The part along hat is added", "- hat", "+ hat"),
    rows_without_the_last_hat=("missing its factor hat", "hat * along", "along"),
    rows_with_means_of_all=(
        "Means over all rows",
        OF_MEAN,
        "g.mean()",
        ALONG,
        "(g * hat).mean()",
    ),
    rows_with_means_of_columns=(
        "Means along axis 0",
        OF_MEAN,
        "g.mean(axis=0)",
        ALONG,
        "(g * hat).mean(axis=0)",
    ),
    rows_turned_round=("The sign is turned round", "dx = (", "dx = -("),
    rows_in_float64=("float32 went in", "= upstream * weight", "= upstream.astype(float) * weight"),
    rows_doubled=("Not the gradient of the rows", "dx = (", "dx = 2 * ("),
    deviation_of_a_sample=(
        "The variance was divided by n - 1",
        SQUARES,
        "centred.var(axis=-1, ddof=1, keepdims=True)",
    ),
    deviation_with_eps_outside=("eps was added to the root", " + eps)", ") + eps"),
    deviation_without_eps=("eps is missing under the root", " + eps", ""),
    deviation_with_its_own_eps=("The eps that was given is not used", "+ eps", "+ 1e-5"),
    parameters_not_summed=(
        "One array for each row",
        f"{OF_WEIGHT}, {OF_BIAS}",
        "upstream * hat, upstream",
    ),
    parameters_summed_along_rows=("Summed along each row", "tuple(range(x.ndim - 1))", "-1"),
    parameters_averaged=(
        "This is the mean over rows",
        OF_WEIGHT,
        OF_WEIGHT.replace("sum", "mean"),
        OF_BIAS,
        OF_BIAS.replace("sum", "mean"),
    ),
    weight_gradient_of_x=("Weight multiplies hat, not x", "upstream * hat", "upstream * x"),
    weight_gradient_of_the_centred=(
        "this is the centred row",
        "upstream * hat",
        "upstream * centred",
    ),
    weight_gradient_without_upstream=("The upstream is not used", "upstream * hat", "hat"),
    weight_gradient_times_weight=(
        "Multiplied by weight itself",
        OF_WEIGHT,
        f"{OF_WEIGHT} * weight",
    ),
    parameters_swapped=(
        "is the order dx, dweight, dbias?",
        f"{OF_WEIGHT}, {OF_BIAS}",
        f"{OF_BIAS}, {OF_WEIGHT}",
    ),
    bias_gradient_times_weight=("Bias is added after weight", OF_BIAS, f"{OF_BIAS} * weight"),
    rows_alone=("Three gradients are asked for", f"dx, {OF_WEIGHT}, {OF_BIAS}", "dx"),
    rows_that_write_into_the_upstream=(
        "`upstream` changed by the call",
        "g = upstream * weight",
        "g = upstream\n    g *= weight",
    ),
    rows_that_lose_an_axis=(
        "lost that axis, and no longer lines up",
        MEAN,
        "x.mean(axis=-1)",
        SQUARES,
        "(centred**2).mean(axis=-1)",
    ),
)

# ---------------------------------------------------------------------------------------------
# E16.3 batch norm by the sheet

spoiled(
    check_batch_norm_sheet,
    scaled_times_weight=("already a step further", "= upstream\n", '= upstream * f["weight"]\n'),
    bias_not_summed=("bias was copied to all rows", "upstream.sum(axis=0)", "upstream"),
    weight_of_centred=(
        "weight multiplies hat, not centred",
        'd["scaled"] * f["hat"]',
        'd["scaled"] * f["centred"]',
    ),
    weight_of_x=("weight multiplies hat, not x", 'd["scaled"] * f["hat"]', 'd["scaled"] * f["x"]'),
    hat_without_weight=(
        "The partial is missing: hat is multiplied by weight",
        ' * f["weight"]',
        "",
    ),
    hat_times_hat=("That is the way to weight", 'f["weight"]', 'f["hat"]'),
    inverse_not_summed=(
        "inverse was copied to all rows",
        'f["centred"]).sum(axis=0)',
        'f["centred"])',
    ),
    inverse_of_hat=("inverse multiplies centred, not hat", 'f["centred"])', 'f["hat"])'),
    std_without_the_sign=("1 / std falls where std grows", '-d["inverse"]', 'd["inverse"]'),
    std_without_the_square=("a power is missing", " ** 2", ""),
    shifted_without_the_half=("The half is missing", '2 * f["std"]', 'f["std"]'),
    shifted_times_the_root=("Multiplied by the root", '/ (2 * f["std"])', '* 0.5 * f["std"]'),
    var_is_constant=(
        "The variance was taken for a constant",
        '= d["shifted"]',
        '= 0 * d["shifted"]',
    ),
    var_divided_early=("The 1/n belongs to the next step", '= d["shifted"]', '= d["shifted"] / n'),
    squares_as_var=(
        "each square of the column gets its n-th part",
        'np.ones_like(f["squares"]) * d["var"] / n',
        'd["var"]',
    ),
    squares_not_copied=(
        "The right number, once for each column",
        'np.ones_like(f["squares"]) * ',
        "",
    ),
    squares_without_the_mean=("Each square is one n-th of var", 'd["var"] / n', 'd["var"]'),
    centred_without_squares=("the one through squares", ' + d["squares"] * 2 * f["centred"]', ""),
    centred_without_hat=("the direct one to hat", 'd["hat"] * f["inverse"] + ', ""),
    centred_without_the_two=("The 2 is missing", '2 * f["centred"]', 'f["centred"]'),
    mean_without_the_sign=("centred falls where mean grows", '-d["centred"]', 'd["centred"]'),
    mean_not_summed=("mean was copied to all rows", '-d["centred"].sum(axis=0)', '-d["centred"]'),
    mean_is_constant=("The mean was taken for a constant", '-d["centred"]', '0 * d["centred"]'),
    x_without_the_mean=("the one through mean", ' + d["mean"] / n', ""),
    x_with_a_whole_mean=(
        "The 1/n is missing on the path through mean",
        'd["mean"] / n',
        'd["mean"]',
    ),
    x_with_two_signs=("The minus was counted twice", '+ d["mean"]', '- d["mean"]'),
    std_doubled=("Not what arrives at std", '-d["inverse"]', '-2 * d["inverse"]'),
    sheet_without_x=("There are 11 of 12", "return d", 'd.pop("x")\n    return d'),
    sheet_of_arrays_only=("a dict of 12 gradients", "return d", "return list(d.values())"),
    sheet_that_writes_into_the_upstream=(
        "`upstream` changed by the call",
        "return d",
        'd["scaled"] = upstream.copy()\n    upstream *= f["weight"]\n    return d',
    ),
    sheet_with_a_name_that_is_not_there=(
        "no intermediate of that name",
        "return d",
        'return d | {"xhat": f["xhat"]}',
    ),
)
