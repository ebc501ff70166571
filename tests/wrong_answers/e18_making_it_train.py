"""Wrong answers to the checks of 18."""

from autograd_lesson.checks.e18_making_it_train import (
    check_adam,
    check_clipped,
    check_diagnoses,
    check_momentum,
    check_weights,
)
from wrong_answers import spoiled

STATE = "self.velocities = [np.zeros_like(p) for p in params]"
LOOP = "for p, v, g in zip(self.params, self.velocities, grads, strict=True)"
BY_PLACE = "for i, (p, v, g) in enumerate(zip(self.params, self.velocities, grads))"
INTO_THE_LIST = (LOOP, BY_PLACE, "p -= self.lr * v", "self.params[i] = p - self.lr * v")
spoiled(
    check_momentum,
    MomentumGoesUp=("This is up the gradient: the loss grows.", "p -= self.lr", "p += self.lr"),
    MomentumForgets=("nothing is kept of the gradients before", "v *= self.beta", "v *= 0.0"),
    MomentumAverages=("a fading average", "v += g", "v += (1 - self.beta) * g"),
    MomentumNeverFades=("it runs on for ever", "v *= self.beta", "pass"),
    MomentumMovesFirst=(
        "first update, then move",
        "p -= self.lr * v",
        "pass",
        "v *= self.beta",
        "p -= self.lr * v\n            v *= self.beta",
    ),
    MomentumLooksAhead=(
        "as Nesterov's form does",
        "p -= self.lr * v",
        "p -= self.lr * (g + self.beta * v)",
    ),
    MomentumRatesTheGradientAlone=(
        "missing from one of the two",
        "p -= self.lr * v",
        "p -= self.lr * g + (v - g)",
    ),
    MomentumReplacesInTheList=("New arrays were put into the list", *INTO_THE_LIST),
    MomentumMakesNewArrays=(
        "No array that was handed in has moved",
        *INTO_THE_LIST,
        "self.beta = params",
        "self.beta = list(params)",
    ),
    MomentumRemembersForTheClass=(
        "Two optimisers share one memory",
        STATE,
        STATE.replace("self", "Momentum"),
    ),
    MomentumHasOneVelocity=(
        "Arrays of two shapes met",
        STATE,
        "self.velocity = 0.0",
        LOOP,
        "for p, g in zip(self.params, grads, strict=True)",
        "v *= self.beta",
        "self.velocity = v = self.beta * self.velocity + g",
        "v += g",
        "",
    ),
    MomentumKeepsTheGradientItself=(
        "the memory is the gradient array itself",
        STATE,
        "self.velocities = [None for _ in params]",
        LOOP,
        BY_PLACE,
        "v *= self.beta",
        "if v is not None: g += self.beta * v",
        "v += g",
        "v = self.velocities[i] = g",
    ),
)

MEANS = "self.means = [np.zeros_like(p) for p in params]"
SQUARES = "self.squares = [np.zeros_like(p) for p in params]"
spoiled(
    check_adam,
    AdamWithoutCorrection=(
        "Neither average is corrected",
        "m / (1 - one**self.t), s / (1 - two**self.t)",
        "m, s",
    ),
    AdamCorrectsTheMeanAlone=(
        "The mean is corrected and the square is not",
        "s / (1 - two**self.t)",
        "s",
    ),
    AdamCorrectsTheSquareAlone=(
        "The square is corrected and the mean is not",
        "m / (1 - one**self.t)",
        "m",
    ),
    AdamNeverCounts=("that of the first step each time", "self.t += 1", "self.t = 1"),
    AdamStartsAtTwo=("that of one step later", "self.t = 0", "self.t = 1"),
    AdamAddsEpsUnderTheRoot=(
        "eps is under the root",
        "np.sqrt(square) + self.eps",
        "np.sqrt(square + self.eps)",
    ),
    AdamAddsEpsTooEarly=(
        "eps is added before the correction",
        "(np.sqrt(square) + self.eps)",
        "(np.sqrt(s) + self.eps) * np.sqrt(1 - two**self.t)",
    ),
    AdamSwapsTheBetas=("The betas have changed places", "one, two =", "two, one ="),
    AdamSquaresTheMean=(
        "This squares the average",
        "(1 - two) * g * g",
        "(1 - two) * g",
        "s / (1",
        "s * s / (1",
    ),
    AdamForgetsTheRoot=("The root of the square is missing", "np.sqrt(square)", "square"),
    AdamGoesUp=("This is up the gradient", "p -= self.lr", "p += self.lr"),
    AdamCountsTooLate=(
        "count the step before you correct",
        "one**self.t",
        "np.float64(one) ** (self.t - 1)",
        "two**self.t",
        "np.float64(two) ** (self.t - 1)",
    ),
    AdamCountsParameters=(
        "t went up once for each parameter",
        "self.t += 1",
        "",
        "m *= one",
        "self.t += 1\n            m *= one",
    ),
    AdamRemembersForTheClass=(
        "Two optimisers share one memory",
        MEANS,
        MEANS.replace("self", "Adam"),
        SQUARES,
        SQUARES.replace("self", "Adam"),
    ),
    AdamCountsForTheClass=(
        "t is counted by all optimisers together",
        "self.t = 0",
        "Adam.t = 0",
        "self.t += 1",
        "Adam.t += 1",
    ),
    AdamHasOneMean=(
        "Arrays of two shapes met",
        MEANS,
        "self.means = [np.zeros_like(params[0])] * len(params)",
    ),
    AdamMakesNewArrays=(
        "No array that was handed in has moved",
        "self.eps = params",
        "self.eps = [p.copy() for p in params]",
    ),
    AdamReplacesInTheList=(
        "New arrays were put into the list",
        "for p, m, s, g in zip(self.params, self.means, self.squares, grads, strict=True)",
        "for i, (p, m, s, g) in enumerate(zip(self.params, self.means, self.squares, grads))",
        "p -= self.lr * mean",
        "self.params[i] = p - self.lr * mean",
    ),
)

DRAWN = "rng.normal(0.0, np.sqrt(factor / n_in), (n_out, n_in))"
spoiled(
    check_weights,
    weights_of_spread_one=(
        "The standard deviation is 1, whatever the width",
        "np.sqrt(factor / n_in)",
        "1.0",
    ),
    weights_take_the_variance_for_the_spread=(
        "the standard deviation is its root",
        "np.sqrt(factor / n_in)",
        "factor / n_in",
    ),
    weights_by_the_outputs=("The variance is that of n_out", "factor / n_in", "factor / n_out"),
    weights_by_both_widths=(
        "This is Xavier's mean of both widths",
        "factor / n_in",
        "2 * factor / (n_in + n_out)",
    ),
    weights_uniform_within_the_spread=(
        "within 1 / sqrt(n_in) has the variance",
        "rng.normal(0.0, np.sqrt(factor / n_in), (n_out, n_in))",
        "rng.uniform(-(n_in**-0.5), n_in**-0.5, (n_out, n_in))",
    ),
    weights_uniform_within_the_spread_for_a_relu=(
        "Uniform within sqrt(2 / n_in)",
        "rng.normal(0.0, np.sqrt(factor / n_in), (n_out, n_in))",
        "rng.uniform(-1.0, 1.0, (n_out, n_in)) * np.sqrt(2 / n_in)",
    ),
    weights_never_make_up_for_a_relu=(
        "relu lets only half of the mean square through",
        "2.0 if",
        "1.0 if",
    ),
    weights_always_make_up_for_a_relu=("and here is none", "else 1.0", "else 2.0"),
    weights_lying_on_their_side=(
        "the wrong way round: a weight is (out, in)",
        ", (n_out, n_in))",
        ", (n_in, n_out))",
    ),
    weights_of_one_axis=("A weight has a row for each output", "(n_out, n_in))", "n_out)"),
    weights_without_a_result=("Is a `return` missing?", "return rng", "rng"),
    weights_all_positive=("The weights are not centred on 0", DRAWN, f"np.abs({DRAWN})"),
    weights_from_a_new_generator=(
        "they come from another generator",
        "rng.normal",
        "np.random.default_rng().normal",
    ),
    weights_from_one_seed=("`rng` is not used", "rng.normal", "np.random.default_rng(0).normal"),
    weights_in_whole_numbers=(
        "Whole numbers have no room",
        DRAWN,
        "rng.integers(-1, 2, (n_out, n_in))",
    ),
)

CLIPPED = "[g * factor for g in grads]"
spoiled(
    check_clipped,
    clipped_array_by_array=(
        "Each array was clipped by its own norm",
        "[g * factor for g in grads]",
        "[g * min(1.0, max_norm / (np.sqrt(np.sum(g * g)) or max_norm)) for g in grads]",
    ),
    clipped_number_by_number=(
        "Each number was clipped on its own",
        "g * factor",
        "np.clip(g, -max_norm, max_norm)",
    ),
    clipped_always_scales=(
        "Clipping only ever makes them smaller",
        "if norm > max_norm",
        "if norm",
    ),
    clipped_adds_norms=(
        "The norms of the arrays were added",
        "max_norm / norm if norm > max_norm else 1.0",
        "min(1.0, max_norm / (sum(np.sqrt(np.sum(g * g)) for g in grads) or max_norm))",
    ),
    clipped_without_the_root=(
        "its root is missing",
        "max_norm / norm if norm > max_norm else 1.0",
        "min(1.0, max_norm / (norm**2 or max_norm))",
    ),
    clipped_by_the_largest=(
        "The largest number was taken",
        "max_norm / norm if norm > max_norm else 1.0",
        "min(1.0, max_norm / (max(np.abs(g).max() for g in grads) or max_norm))",
    ),
    clipped_does_nothing=("the norm is above the limit", "g * factor", "g * 1.0"),
    clipped_to_one=("scale to max_norm", "max_norm / norm", "1 / norm"),
    clipped_tells_the_norm_after=(
        "This is the norm after clipping",
        "grads], norm",
        "grads], min(norm, max_norm)",
    ),
    clipped_tells_the_norm_squared=("This is the norm squared", "grads], norm", "grads], norm**2"),
    clipped_divides_by_zero=(
        "0 / 0: gradients that are all 0",
        "max_norm / norm if norm > max_norm else 1.0",
        "np.minimum(norm, max_norm) / norm",
    ),
    clipped_in_place=(
        "The arrays handed in were written into",
        f"return {CLIPPED}",
        "for g in grads:\n        g *= factor\n    return grads",
    ),
    clipped_of_the_first_array=("One for each gradient", "in grads], norm", "in grads[:1]], norm"),
    clipped_with_the_norm_in_a_list=(
        "The norm is one number",
        f"{CLIPPED}, norm",
        f"{CLIPPED}, [norm]",
    ),
    clipped_tells_no_norm=(
        "Is the second one, or the `return`, missing?",
        f"{CLIPPED}, norm",
        CLIPPED,
    ),
    clipped_with_the_norm_in_front=(
        "The list of arrays comes first, then the norm",
        f"{CLIPPED}, norm",
        f"norm, {CLIPPED}",
    ),
)

spoiled(
    check_diagnoses,
    too_large_for_curve_A=(
        "every step lands further up the other side",
        "no zero_grad",
        "too large",
    ),
    no_zero_grad_for_curve_B=("make strides that overshoot", "never lowered", "no zero_grad"),
    never_lowered_for_curve_C=("with one rate for ever", "too large", "never lowered"),
    no_gradient_for_curve_D=("Where no gradient arrives nothing moves", "too small", "no gradient"),
    fine_for_curve_D=("A good run falls fast", "too small", "fine"),
    too_small_for_curve_B=(
        "the loss falls smoothly, and hardly at all",
        "never lowered",
        "too small",
    ),
    diagnoses_of_three_curves=("One for each curve, A to D", ', "too small"', ""),
    diagnoses_in_other_words=("as they stand in the list", "no zero_grad", "forgot zero_grad"),
)
