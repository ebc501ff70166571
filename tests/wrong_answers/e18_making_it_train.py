"""Wrong answers to the checks of 18."""

import numpy as np

from autograd_lesson.checks.e18_making_it_train import (
    check_adam,
    check_clipped,
    check_diagnoses,
    check_momentum,
    check_weights,
)
from wrong_answers import from_slips, wrong_answer

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


class Momentum:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, params, lr, beta=0.9):
        self.params, self.lr, self.beta = params, lr, beta
        self.velocities = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for place, g in enumerate(grads):
            self.velocities[place] = self.beta * self.velocities[place] + g
            self.move(place)

    def move(self, place):
        self.params[place] -= self.lr * self.velocities[place]


@wrong_answer(check_momentum, says="New arrays were put into the list")
class MomentumReplacesInTheList(Momentum):
    def move(self, place):
        self.params[place] = self.params[place] - self.lr * self.velocities[place]


@wrong_answer(check_momentum, says="No array that was handed in has moved")
class MomentumMakesNewArrays(Momentum):
    def __init__(self, params, lr, beta=0.9):
        super().__init__(list(params), lr, beta)

    def move(self, place):
        self.params[place] = self.params[place] - self.lr * self.velocities[place]


@wrong_answer(check_momentum, says="Two optimisers share one memory")
class MomentumRemembersForTheClass(Momentum):
    memory: dict = {}

    def __init__(self, params, lr, beta=0.9):
        self.params, self.lr, self.beta = params, lr, beta
        key = len(params), params[0].shape, float(lr), beta, id(type(self))
        self.velocities = self.memory.setdefault(key, [np.zeros_like(p) for p in params])
        for v in self.velocities:  # as fresh as a new notebook has it
            v[...] = 0.0

    def step(self, grads):
        for place, g in enumerate(grads):
            self.velocities[place] *= self.beta
            self.velocities[place] += g
            self.move(place)


@wrong_answer(check_momentum, says="Arrays of two shapes met")
class MomentumHasOneVelocity(Momentum):
    def __init__(self, params, lr, beta=0.9):
        self.params, self.lr, self.beta = params, lr, beta
        self.velocity = 0.0

    def step(self, grads):
        for p, g in zip(self.params, grads, strict=True):
            self.velocity = self.beta * self.velocity + g
            p -= self.lr * self.velocity


@wrong_answer(check_momentum, says="the memory is the gradient array itself")
class MomentumKeepsTheGradientItself(Momentum):
    def __init__(self, params, lr, beta=0.9):
        super().__init__(params, lr, beta)
        self.velocities = [None for _ in params]

    def step(self, grads):
        for place, g in enumerate(grads):
            if self.velocities[place] is None:
                self.velocities[place] = g
            else:
                g += self.beta * self.velocities[place]
                self.velocities[place] = g
            self.move(place)


from_slips(
    check_adam,
    AdamWithoutCorrection="Neither average is corrected",
    AdamCorrectsTheMeanAlone="The mean is corrected and the square is not",
    AdamCorrectsTheSquareAlone="The square is corrected and the mean is not",
    AdamNeverCounts="that of the first step each time",
    AdamStartsAtTwo="that of one step later",
)


class Adam:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = params, lr, betas, eps
        self.means = [np.zeros_like(p) for p in params]
        self.squares = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, grads):
        self.t += 1
        for place, g in enumerate(grads):
            self.move(place, g)

    def move(self, place, g):
        one, two = self.betas
        self.means[place] = one * self.means[place] + (1 - one) * g
        self.squares[place] = two * self.squares[place] + (1 - two) * g * g
        first, second = self.factors()
        root = np.sqrt(self.squares[place] / second)
        self.params[place] -= self.lr * (self.means[place] / first) / (root + self.eps)

    def factors(self):
        return tuple(1 - beta**self.t for beta in self.betas)


@wrong_answer(check_adam, says="count the step before you correct")
class AdamCountsTooLate(Adam):
    def factors(self):
        return tuple(np.float64(1 - beta ** (self.t - 1)) for beta in self.betas)


from_slips(
    check_adam,
    AdamAddsEpsUnderTheRoot="eps is under the root",
    AdamAddsEpsTooEarly="eps is added before the correction",
    AdamSwapsTheBetas="The betas have changed places",
    AdamSquaresTheMean="This squares the average",
    AdamForgetsTheRoot="The root of the square is missing",
)


@wrong_answer(check_adam, says="t went up once for each parameter")
class AdamCountsParameters(Adam):
    def step(self, grads):
        for place, g in enumerate(grads):
            self.t += 1
            self.move(place, g)


@wrong_answer(check_adam, says="Two optimisers share one memory")
class AdamRemembersForTheClass(Adam):
    means: list = []
    squares: list = []

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps, self.t = params, lr, betas, eps, 0
        self.means[:] = [np.zeros_like(p) for p in params]
        self.squares[:] = [np.zeros_like(p) for p in params]


@wrong_answer(check_adam, says="t is counted by all optimisers together")
class AdamCountsForTheClass(Adam):
    counted = [0]

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps)
        self.counted[0] = 0  # as fresh as a new notebook has it

    def factors(self):
        return tuple(1 - beta ** self.counted[0] for beta in self.betas)

    def step(self, grads):
        self.counted[0] += 1
        super().step(grads)


from_slips(check_adam, AdamGoesUp="This is up the gradient")


@wrong_answer(check_adam, says="Arrays of two shapes met")
class AdamHasOneMean(Adam):
    def move(self, place, g):
        if place:
            self.means[place] = self.means[place - 1]
        super().move(place, g)


@wrong_answer(check_adam, says="No array that was handed in has moved")
class AdamMakesNewArrays(Adam):
    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__([p.copy() for p in params], lr, betas, eps)


@wrong_answer(check_adam, says="New arrays were put into the list")
class AdamReplacesInTheList(Adam):
    def step(self, grads):
        held, self.params = self.params, [p.copy() for p in self.params]
        super().step(grads)
        held[:] = self.params
        self.params = held


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


def spread(n, activation):
    return np.sqrt((2.0 if activation == "relu" else 1.0) / n)


@wrong_answer(check_weights, says="the wrong way round: a weight is (out, in)")
def weights_lying_on_their_side(n_in, n_out, activation, rng):
    return rng.normal(0.0, spread(n_in, activation), (n_in, n_out))


@wrong_answer(check_weights, says="The weights are not centred on 0")
def weights_all_positive(n_in, n_out, activation, rng):
    return np.abs(rng.normal(0.0, spread(n_in, activation), (n_out, n_in)))


@wrong_answer(check_weights, says="they come from another generator")
def weights_from_a_new_generator(n_in, n_out, activation, rng):
    return np.random.default_rng().normal(0.0, spread(n_in, activation), (n_out, n_in))


@wrong_answer(check_weights, says="`rng` is not used")
def weights_from_one_seed(n_in, n_out, activation, rng):
    return np.random.default_rng(0).normal(0.0, spread(n_in, activation), (n_out, n_in))


@wrong_answer(check_weights, says="Whole numbers have no room")
def weights_in_whole_numbers(n_in, n_out, activation, rng):
    return rng.integers(-1, 2, (n_out, n_in))


def global_norm(grads):
    return np.sqrt(sum(np.sum(g * g) for g in grads))


from_slips(
    check_clipped,
    clipped_array_by_array="Each array was clipped by its own norm",
    clipped_number_by_number="Each number was clipped on its own",
    clipped_always_scales="Clipping only ever makes them smaller",
)


@wrong_answer(check_clipped, says="0 / 0: gradients that are all 0")
def clipped_divides_by_zero(grads, max_norm):
    norm = global_norm(grads)
    return [g / norm * min(norm, max_norm) for g in grads], norm


from_slips(
    check_clipped,
    clipped_adds_norms="The norms of the arrays were added",
    clipped_without_the_root="its root is missing",
    clipped_by_the_largest="The largest number was taken",
    clipped_does_nothing="the norm is above the limit",
    clipped_to_one="scale to max_norm",
)


@wrong_answer(check_clipped, says="The arrays handed in were written into")
def clipped_in_place(grads, max_norm):
    norm = global_norm(grads)
    for g in grads:
        g *= max_norm / norm if norm > max_norm else 1.0
    return grads, norm


from_slips(
    check_clipped,
    clipped_tells_the_norm_after="This is the norm after clipping",
    clipped_tells_the_norm_squared="This is the norm squared",
)


@wrong_answer(check_clipped, says="Is the second one, or the `return`, missing?")
def clipped_tells_no_norm(grads, max_norm):
    norm = global_norm(grads)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]


def diagnosed(place, named):
    """The right answer with one cause replaced."""
    causes = ["no zero_grad", "never lowered", "too large", "too small"]
    causes[place] = named

    def diagnoses():
        return causes

    diagnoses.__name__ = f"{named.replace(' ', '_')}_for_curve_{'ABCD'[place]}"
    return diagnoses


for place, named, says in (
    (0, "too large", "every step lands further up the other side"),
    (1, "no zero_grad", "make strides that overshoot"),
    (2, "never lowered", "with one rate for ever"),
    (3, "no gradient", "Where no gradient arrives nothing moves"),
    (3, "fine", "A good run falls fast"),
    (1, "too small", "the loss falls smoothly, and hardly at all"),
):
    wrong_answer(check_diagnoses, says=says)(diagnosed(place, named))


@wrong_answer(check_diagnoses, says="as they stand in the list")
def diagnoses_in_other_words():
    return ["forgot zero_grad", "never lowered", "too large", "too small"]


@wrong_answer(check_clipped, says="The list of arrays comes first, then the norm")
def clipped_with_the_norm_in_front(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g * g) for g in grads))
    return norm, [g * min(1.0, max_norm / norm) for g in grads] if norm else grads
