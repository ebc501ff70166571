"""Wrong answers to the checks of 18."""

import numpy as np

from autograd_lesson.checks.e18_making_it_train import (
    check_adam,
    check_clipped,
    check_diagnoses,
    check_momentum,
    check_weights,
)
from wrong_answers import wrong_answer


class Momentum:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, params, lr, beta=0.9):
        self.params, self.lr, self.beta = params, lr, beta
        self.velocities = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for place, g in enumerate(grads):
            self.velocities[place] = self.beta * self.velocities[place] + g
            self.move(place, g)

    def move(self, place, g):
        self.params[place] -= self.lr * self.velocities[place]


@wrong_answer(check_momentum, says="This is up the gradient: the loss grows.")
class MomentumGoesUp(Momentum):
    def move(self, place, g):
        self.params[place] += self.lr * self.velocities[place]


@wrong_answer(check_momentum, says="nothing is kept of the gradients before")
class MomentumForgets(Momentum):
    def move(self, place, g):
        self.params[place] -= self.lr * g


@wrong_answer(check_momentum, says="a fading average")
class MomentumAverages(Momentum):
    def step(self, grads):
        for place, g in enumerate(grads):
            v = self.velocities[place]
            self.velocities[place] = self.beta * v + (1 - self.beta) * g
            self.move(place, g)


@wrong_answer(check_momentum, says="it runs on for ever")
class MomentumNeverFades(Momentum):
    def step(self, grads):
        for place, g in enumerate(grads):
            self.velocities[place] = self.velocities[place] + g
            self.move(place, g)


@wrong_answer(check_momentum, says="first update, then move")
class MomentumMovesFirst(Momentum):
    def step(self, grads):
        for place, g in enumerate(grads):
            self.move(place, g)
            self.velocities[place] = self.beta * self.velocities[place] + g


@wrong_answer(check_momentum, says="as Nesterov's form does")
class MomentumLooksAhead(Momentum):
    def move(self, place, g):
        self.params[place] -= self.lr * (g + self.beta * self.velocities[place])


@wrong_answer(check_momentum, says="missing from one of the two")
class MomentumRatesTheGradientAlone(Momentum):
    def step(self, grads):
        for place, g in enumerate(grads):
            self.params[place] -= self.lr * g + self.beta * self.velocities[place]
            self.velocities[place] = self.beta * self.velocities[place] + g


@wrong_answer(check_momentum, says="No array that was handed in has moved")
class MomentumMakesNewArrays(Momentum):
    def __init__(self, params, lr, beta=0.9):
        super().__init__(list(params), lr, beta)

    def move(self, place, g):
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
            self.move(place, g)


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
            self.move(place, g)


class Adam:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = params, lr, betas, eps
        self.means = [np.zeros_like(p) for p in params]
        self.squares = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, grads):
        self.count()
        one, two = self.betas
        for place, g in enumerate(grads):
            self.means[place] = one * self.means[place] + (1 - one) * g
            self.squares[place] = two * self.squares[place] + (1 - two) * self.squared(place, g)
            self.params[place] -= self.lr * self.moved(place)

    def count(self):
        self.t += 1

    def squared(self, place, g):
        return g * g

    def factors(self):
        return tuple(1 - beta**self.t for beta in self.betas)

    def moved(self, place):
        first, second = self.factors()
        return (self.means[place] / first) / self.below(self.squares[place], second)

    def below(self, square, second):
        return np.sqrt(square / second) + self.eps


@wrong_answer(check_adam, says="Neither average is corrected")
class AdamWithoutCorrection(Adam):
    def factors(self):
        return 1.0, 1.0


@wrong_answer(check_adam, says="The mean is corrected and the square is not")
class AdamCorrectsTheMeanAlone(Adam):
    def factors(self):
        return super().factors()[0], 1.0


@wrong_answer(check_adam, says="The square is corrected and the mean is not")
class AdamCorrectsTheSquareAlone(Adam):
    def factors(self):
        return 1.0, super().factors()[1]


@wrong_answer(check_adam, says="that of the first step each time")
class AdamNeverCounts(Adam):
    def count(self):
        self.t = 1


@wrong_answer(check_adam, says="that of one step later")
class AdamStartsAtTwo(Adam):
    def factors(self):
        return tuple(1 - beta ** (self.t + 1) for beta in self.betas)


@wrong_answer(check_adam, says="count the step before you correct")
class AdamCountsTooLate(Adam):
    def factors(self):
        return tuple(1 - beta ** (self.t - 1) for beta in self.betas)

    def moved(self, place):
        first, second = self.factors()
        return (self.means[place] / np.float64(first)) / self.below(self.squares[place], second)


@wrong_answer(check_adam, says="eps is under the root")
class AdamAddsEpsUnderTheRoot(Adam):
    def below(self, square, second):
        return np.sqrt(square / second + self.eps)


@wrong_answer(check_adam, says="eps is added before the correction")
class AdamAddsEpsTooEarly(Adam):
    def below(self, square, second):
        return (np.sqrt(square) + self.eps) / np.sqrt(second)


@wrong_answer(check_adam, says="The betas have changed places")
class AdamSwapsTheBetas(Adam):
    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas[::-1], eps)


@wrong_answer(check_adam, says="This squares the average")
class AdamSquaresTheMean(Adam):
    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps)
        self.sums = [np.zeros_like(p) for p in params]

    def step(self, grads):
        self.count()
        one, two = self.betas
        for place, g in enumerate(grads):
            self.means[place] = one * self.means[place] + (1 - one) * g
            self.sums[place] = two * self.sums[place] + (1 - two) * g
            self.squares[place] = self.sums[place] ** 2
            self.params[place] -= self.lr * self.moved(place)


@wrong_answer(check_adam, says="The root of the square is missing")
class AdamForgetsTheRoot(Adam):
    def below(self, square, second):
        return square / second + self.eps


@wrong_answer(check_adam, says="t went up once for each parameter")
class AdamCountsParameters(Adam):
    def step(self, grads):
        one, two = self.betas
        for place, g in enumerate(grads):
            self.t += 1
            self.means[place] = one * self.means[place] + (1 - one) * g
            self.squares[place] = two * self.squares[place] + (1 - two) * g * g
            self.params[place] -= self.lr * self.moved(place)


@wrong_answer(check_adam, says="Two optimisers share one memory")
class AdamRemembersForTheClass(Adam):
    means: list = []
    squares: list = []

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps, self.t = params, lr, betas, eps, 0
        self.means[:] = [np.zeros_like(p) for p in params]
        self.squares[:] = [np.zeros_like(p) for p in params]


@wrong_answer(check_adam, says="This is up the gradient")
class AdamGoesUp(Adam):
    def below(self, square, second):
        return -super().below(square, second)


@wrong_answer(check_adam, says="Arrays of two shapes met")
class AdamHasOneMean(Adam):
    def step(self, grads):
        self.count()
        one, two = self.betas
        mean = getattr(self, "mean", 0.0)
        for place, g in enumerate(grads):
            mean = one * mean + (1 - one) * g
            self.mean = self.means[place] = mean
            self.squares[place] = two * self.squares[place] + (1 - two) * g * g
            self.params[place] -= self.lr * self.moved(place)


@wrong_answer(check_adam, says="No array that was handed in has moved")
class AdamMakesNewArrays(Adam):
    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__([p.copy() for p in params], lr, betas, eps)


def spread(n, activation):
    return np.sqrt((2.0 if activation == "relu" else 1.0) / n)


@wrong_answer(check_weights, says="The standard deviation is 1, whatever the width")
def weights_of_spread_one(n_in, n_out, activation, rng):
    return rng.normal(size=(n_out, n_in))


@wrong_answer(check_weights, says="the standard deviation is its root")
def weights_take_the_variance_for_the_spread(n_in, n_out, activation, rng):
    return rng.normal(0.0, spread(n_in, activation) ** 2, (n_out, n_in))


@wrong_answer(check_weights, says="The variance is that of n_out")
def weights_by_the_outputs(n_in, n_out, activation, rng):
    return rng.normal(0.0, spread(n_out, activation), (n_out, n_in))


@wrong_answer(check_weights, says="This is Xavier's mean of both widths")
def weights_by_both_widths(n_in, n_out, activation, rng):
    return rng.normal(0.0, spread((n_in + n_out) / 2, activation), (n_out, n_in))


@wrong_answer(check_weights, says="within 1 / sqrt(n_in) has the variance")
def weights_uniform_within_the_spread(n_in, n_out, activation, rng):
    b = n_in**-0.5
    return rng.uniform(-b, b, (n_out, n_in))


@wrong_answer(check_weights, says="Uniform within sqrt(2 / n_in)")
def weights_uniform_within_the_spread_for_a_relu(n_in, n_out, activation, rng):
    b = spread(n_in, activation)
    if activation == "relu":
        return rng.uniform(-b, b, (n_out, n_in))
    return rng.normal(0.0, b, (n_out, n_in))


@wrong_answer(check_weights, says="relu lets only half of the mean square through")
def weights_never_make_up_for_a_relu(n_in, n_out, activation, rng):
    return rng.normal(0.0, n_in**-0.5, (n_out, n_in))


@wrong_answer(check_weights, says="and here is none")
def weights_always_make_up_for_a_relu(n_in, n_out, activation, rng):
    return rng.normal(0.0, (2 / n_in) ** 0.5, (n_out, n_in))


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


def global_norm(grads):
    return np.sqrt(sum(np.sum(g * g) for g in grads))


@wrong_answer(check_clipped, says="Each array was clipped by its own norm")
def clipped_array_by_array(grads, max_norm):
    norms = [np.sqrt(np.sum(g * g)) for g in grads]
    parts = zip(grads, norms, strict=True)
    return [g * min(1.0, max_norm / n) if n else g for g, n in parts], global_norm(grads)


@wrong_answer(check_clipped, says="Each number was clipped on its own")
def clipped_number_by_number(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads], global_norm(grads)


@wrong_answer(check_clipped, says="Clipping only ever makes them smaller")
def clipped_always_scales(grads, max_norm):
    norm = global_norm(grads)
    return [g * (max_norm / norm) for g in grads], norm


@wrong_answer(check_clipped, says="0 / 0: gradients that are all 0")
def clipped_divides_by_zero(grads, max_norm):
    norm = global_norm(grads)
    return [g / norm * min(norm, max_norm) for g in grads], norm


@wrong_answer(check_clipped, says="The norms of the arrays were added")
def clipped_adds_norms(grads, max_norm):
    norm = sum(np.sqrt(np.sum(g * g)) for g in grads)
    return [g * min(1.0, max_norm / norm) if norm else g for g in grads], norm


@wrong_answer(check_clipped, says="its root is missing")
def clipped_without_the_root(grads, max_norm):
    norm = global_norm(grads) ** 2
    return [g * min(1.0, max_norm / norm) if norm else g for g in grads], norm


@wrong_answer(check_clipped, says="The largest number was taken")
def clipped_by_the_largest(grads, max_norm):
    norm = max(np.max(np.abs(g)) for g in grads)
    return [g * min(1.0, max_norm / norm) if norm else g for g in grads], norm


@wrong_answer(check_clipped, says="the norm is above the limit")
def clipped_does_nothing(grads, max_norm):
    return [g.copy() for g in grads], global_norm(grads)


@wrong_answer(check_clipped, says="scale to max_norm")
def clipped_to_one(grads, max_norm):
    norm = global_norm(grads)
    return [g / norm if norm > max_norm else g for g in grads], norm


@wrong_answer(check_clipped, says="The arrays handed in were written into")
def clipped_in_place(grads, max_norm):
    norm = global_norm(grads)
    for g in grads:
        g *= max_norm / norm if norm > max_norm else 1.0
    return grads, norm


@wrong_answer(check_clipped, says="This is the norm after clipping")
def clipped_tells_the_norm_after(grads, max_norm):
    norm = global_norm(grads)
    new = [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]
    return new, global_norm(new)


@wrong_answer(check_clipped, says="This is the norm squared")
def clipped_tells_the_norm_squared(grads, max_norm):
    norm = global_norm(grads)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads], norm**2


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
