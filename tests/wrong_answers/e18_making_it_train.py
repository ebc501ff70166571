"""Wrong answers to the checks of 18."""

from autograd_lesson.checks.e18_making_it_train import (
    check_adam,
    check_clipped,
    check_diagnoses,
    check_momentum,
    check_weights,
)
from wrong_answers import from_slips, spoiled

from_slips(
    check_momentum,
    MomentumGoesUp="This is up the gradient: the loss grows.",
    MomentumForgets="nothing is kept of the gradients before",
    MomentumAverages="a fading average",
    MomentumNeverFades="it runs on for ever",
    MomentumMovesFirst="first update, then move",
    MomentumLooksAhead="as Nesterov's form does",
    MomentumRatesTheGradientAlone="missing from one of the two",
)
STATE = "self.velocities = [np.zeros_like(p) for p in params]"
LOOP = "for p, v, g in zip(self.params, self.velocities, grads, strict=True)"
BY_PLACE = "for i, (p, v, g) in enumerate(zip(self.params, self.velocities, grads))"
INTO_THE_LIST = (LOOP, BY_PLACE, "p -= self.lr * v", "self.params[i] = p - self.lr * v")
spoiled(
    check_momentum,
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

from_slips(
    check_adam,
    AdamWithoutCorrection="Neither average is corrected",
    AdamCorrectsTheMeanAlone="The mean is corrected and the square is not",
    AdamCorrectsTheSquareAlone="The square is corrected and the mean is not",
    AdamNeverCounts="that of the first step each time",
    AdamStartsAtTwo="that of one step later",
    AdamAddsEpsUnderTheRoot="eps is under the root",
    AdamAddsEpsTooEarly="eps is added before the correction",
    AdamSwapsTheBetas="The betas have changed places",
    AdamSquaresTheMean="This squares the average",
    AdamForgetsTheRoot="The root of the square is missing",
    AdamGoesUp="This is up the gradient",
)
MEANS = "self.means = [np.zeros_like(p) for p in params]"
SQUARES = "self.squares = [np.zeros_like(p) for p in params]"
spoiled(
    check_adam,
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

from_slips(
    check_weights,
    weights_of_spread_one="The standard deviation is 1, whatever the width",
    weights_take_the_variance_for_the_spread="the standard deviation is its root",
    weights_by_the_outputs="The variance is that of n_out",
    weights_by_both_widths="This is Xavier's mean of both widths",
    weights_uniform_within_the_spread="within 1 / sqrt(n_in) has the variance",
    weights_uniform_within_the_spread_for_a_relu="Uniform within sqrt(2 / n_in)",
    weights_never_make_up_for_a_relu="relu lets only half of the mean square through",
    weights_always_make_up_for_a_relu="and here is none",
)
DRAWN = "rng.normal(0.0, np.sqrt(factor / n_in), (n_out, n_in))"
spoiled(
    check_weights,
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

from_slips(
    check_clipped,
    clipped_array_by_array="Each array was clipped by its own norm",
    clipped_number_by_number="Each number was clipped on its own",
    clipped_always_scales="Clipping only ever makes them smaller",
    clipped_adds_norms="The norms of the arrays were added",
    clipped_without_the_root="its root is missing",
    clipped_by_the_largest="The largest number was taken",
    clipped_does_nothing="the norm is above the limit",
    clipped_to_one="scale to max_norm",
    clipped_tells_the_norm_after="This is the norm after clipping",
    clipped_tells_the_norm_squared="This is the norm squared",
)
CLIPPED = "[g * factor for g in grads]"
spoiled(
    check_clipped,
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
