"""Wrong answers to the checks of 09."""

import functools

import numpy as np

from autograd_lesson import Value, dot, total
from autograd_lesson.checks.e09_a_network_that_learns import (
    check_layer,
    check_loop_lines,
    check_mlp,
    check_neuron,
    check_predicted_scales,
    check_reading,
    check_repaired,
    check_train,
)
from wrong_answers import from_results, wrong_answer


class Neuron:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, n_inputs, rng):
        self.w = [Value(x) for x in rng.normal(0.0, n_inputs**-0.5, n_inputs)]
        self.b = Value(0.0)

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, not {len(x)}")
        return (dot(self.w, x) + self.b).tanh()

    def parameters(self):
        return [*self.w, self.b]


@wrong_answer(check_neuron, says="`zip` stops at the shorter")
class NeuronTakesAnyLength(Neuron):
    def __call__(self, x):
        return (total([w * v for w, v in zip(self.w, x, strict=False)]) + self.b).tanh()


@wrong_answer(check_neuron, says="`python -O` leaves it out")
class NeuronAsserts(Neuron):
    def __call__(self, x):
        assert len(x) == len(self.w)
        return (dot(self.w, x) + self.b).tanh()


@wrong_answer(check_neuron, says="one that happened by accident")
class NeuronStumblesOverTheLength(Neuron):
    def __call__(self, x):
        x = {place: v for place, v in enumerate(x)}
        if len(x) > len(self.w):
            raise IndexError("list index out of range")
        return (total([w * x[place] for place, w in enumerate(self.w)]) + self.b).tanh()


@wrong_answer(check_neuron, says="the tanh is missing.")
class NeuronWithoutTanh(Neuron):
    def __call__(self, x):
        return dot(self.w, x) + self.b


@wrong_answer(check_neuron, says="the bias is missing")
class NeuronWithoutBias(Neuron):
    def __call__(self, x):
        return dot(self.w, x).tanh()


@wrong_answer(check_neuron, says="belongs inside the tanh")
class NeuronAddsTheBiasLast(Neuron):
    def __call__(self, x):
        return dot(self.w, x).tanh() + self.b


@wrong_answer(check_neuron, says="nobody can walk back to the")
class NeuronReturnsANumber(Neuron):
    def __call__(self, x):
        return super().__call__(x).data


@wrong_answer(check_neuron, says="somewhere `.data` was used")
class NeuronCutsTheGraph(Neuron):
    def __call__(self, x):
        return Value(super().__call__(x).data)


@wrong_answer(check_neuron, says="to be trained by")
class NeuronKeepsPlainNumbers(Neuron):
    def __init__(self, n_inputs, rng):
        self.w, self.b = rng.normal(0.0, n_inputs**-0.5, n_inputs).tolist(), Value(0.0)


@wrong_answer(check_neuron, says="The bias is trained too")
class NeuronForgetsTheBiasAmongTheParameters(Neuron):
    def parameters(self):
        return self.w


@wrong_answer(check_neuron, says="These are copies")
class NeuronHandsOutCopies(Neuron):
    def parameters(self):
        return [Value(p.data) for p in super().parameters()]


@wrong_answer(check_neuron, says="in their order, then the bias")
class NeuronHandsOutTheBiasFirst(Neuron):
    def parameters(self):
        return [self.b, *self.w]


@wrong_answer(check_neuron, says="which is flat at both ends")
class NeuronOfTheSeed(Neuron):
    def __init__(self, n_inputs, rng):
        self.w, self.b = [Value(x) for x in rng.normal(size=n_inputs)], Value(0.0)


@wrong_answer(check_neuron, says="get equal gradients and stay equal")
class NeuronOfEqualWeights(Neuron):
    def __init__(self, n_inputs, rng):
        self.w, self.b = [Value(0.1) for _ in range(n_inputs)], Value(0.0)


@wrong_answer(check_neuron, says="from a generator of their own")
class NeuronDrawsFromTheGlobalGenerator(Neuron):
    def __init__(self, n_inputs, rng):
        self.w = [Value(x) for x in np.random.randn(n_inputs) * n_inputs**-0.5]
        self.b = Value(0.0)


@wrong_answer(check_neuron, says="`rng` is not used")
class NeuronOfOneSeed(Neuron):
    def __init__(self, n_inputs, rng):
        super().__init__(n_inputs, np.random.default_rng(0))


class Layer:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, n_inputs, n_outputs, rng):
        self.neurons = [Neuron(n_inputs, rng) for _ in range(n_outputs)]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]


@wrong_answer(check_layer, says="A bare Value. A layer returns a list")
class LayerUnwrapsOneOutput(Layer):
    def __call__(self, x):
        outputs = super().__call__(x)
        return outputs[0] if len(outputs) == 1 else outputs


@wrong_answer(check_layer, says="have changed places")
class LayerSwapsItsWidths(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        self.neurons = [Neuron(n_outputs, rng) for _ in range(n_inputs)]


@wrong_answer(check_layer, says="is one neuron n times")
class LayerRepeatsOneNeuron(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        self.neurons = [Neuron(n_inputs, rng)] * n_outputs


@wrong_answer(check_layer, says="they learn the same thing")
class LayerSeedsEachNeuronAlike(Layer):
    def __init__(self, n_inputs, n_outputs, rng):
        self.neurons = [Neuron(n_inputs, np.random.default_rng(0)) for _ in range(n_outputs)]


@wrong_answer(check_layer, says="lists inside the list")
class LayerNestsItsParameters(Layer):
    def parameters(self):
        return [neuron.parameters() for neuron in self.neurons]


@wrong_answer(check_layer, says="parameters of one neuron")
class LayerHandsOutTheFirstNeuron(Layer):
    def parameters(self):
        for neuron in self.neurons:
            return neuron.parameters()


@wrong_answer(check_layer, says="with the Value of each neuron")
class LayerAddsItsNeuronsUp(Layer):
    def __call__(self, x):
        return total(super().__call__(x))


@wrong_answer(check_layer, says="in the order of the neurons")
class LayerTurnsItsOutputsRound(Layer):
    def __call__(self, x):
        return super().__call__(x)[::-1]


class MLP:
    """As it should be: each wrong answer spoils one thing."""

    def __init__(self, n_inputs, sizes, seed=0):
        rng = np.random.default_rng(seed)
        widths = zip([n_inputs, *sizes], sizes, strict=False)
        self.layers = [Layer(n, m, rng) for n, m in widths]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


@wrong_answer(check_mlp, says="A bare Value stands where a list is wanted")
class MLPOfLayersThatUnwrap(MLP):
    def __init__(self, n_inputs, sizes, seed=0):
        rng = np.random.default_rng(seed)
        widths = zip([n_inputs, *sizes], sizes, strict=False)
        self.layers = [LayerUnwrapsOneOutput(n, m, rng) for n, m in widths]


@wrong_answer(check_mlp, says="a loss wants a Value")
class MLPReturnsAListOfOne(MLP):
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@wrong_answer(check_mlp, says="a list of Values where the last layer is wider")
class MLPUnwrapsAlways(MLP):
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x[0]


@wrong_answer(check_mlp, says="The last layer is missing")
class MLPForgetsTheLastLayer(MLP):
    def __init__(self, n_inputs, sizes, seed=0):
        super().__init__(n_inputs, sizes, seed)
        self.layers = self.layers[:-1] or self.layers


@wrong_answer(check_mlp, says="Only the first layer takes the inputs")
class MLPGivesEveryLayerTheInputs(MLP):
    def __init__(self, n_inputs, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.layers = [Layer(n_inputs, m, rng) for m in sizes]


@wrong_answer(check_mlp, says="and not the inputs of the network")
class MLPDoesNotHandOn(MLP):
    def __call__(self, x):
        for layer in self.layers:
            y = layer(x)
        return y[0] if len(y) == 1 else y


@wrong_answer(check_mlp, says="is what the next one gets.")
class MLPGoesThroughItsLayersTwice(MLP):
    def __call__(self, x):
        for layer in self.layers:
            y = layer(x)
            x = [(2.0 * v).tanh() for v in y]
        return y[0] if len(y) == 1 else y


@wrong_answer(check_mlp, says="nobody could repeat a run")
class MLPDrawsAnew(MLP):
    def __init__(self, n_inputs, sizes, seed=0):
        super().__init__(n_inputs, sizes, None)


@wrong_answer(check_mlp, says="the seed is not used")
class MLPIgnoresItsSeed(MLP):
    def __init__(self, n_inputs, sizes, seed=0):
        super().__init__(n_inputs, sizes, 0)


@wrong_answer(check_mlp, says="a generator that began anew")
class MLPSeedsEachLayerAlike(MLP):
    def __init__(self, n_inputs, sizes, seed=0):
        widths = zip([n_inputs, *sizes], sizes, strict=False)
        self.layers = [Layer(n, m, np.random.default_rng(seed)) for n, m in widths]


@wrong_answer(check_mlp, says="lists inside the list")
class MLPNestsItsParameters(MLP):
    def parameters(self):
        return [layer.parameters() for layer in self.layers]


def loss_of(network, inputs, targets):
    return total([(network(x) - t) ** 2 for x, t in zip(inputs, targets, strict=True)])


def update(network, rate):
    for p in network.parameters():
        p.data -= rate * p.grad


def stepwise(step):
    """The answer whose loop does such steps and lists what they return."""

    @functools.wraps(step)
    def train(network, inputs, targets, steps, rate):
        return [step(network, inputs, targets, rate) for _ in range(steps)]

    return train


@wrong_answer(check_train, says="the sum of the first and the second gradient")
@stepwise
def train_without_zero_grad(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    loss.backward()
    update(network, rate)
    return loss.data


@wrong_answer(check_train, says="This is up the gradient")
@stepwise
def train_climbs(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    update(network, -rate)
    return loss.data


@wrong_answer(check_train, says="uses what the step before it has left")
@stepwise
def train_updates_before_backward(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    update(network, rate)
    network.zero_grad()
    loss.backward()
    return loss.data


@wrong_answer(check_train, says="`.data` was taken too early")
@stepwise
def train_takes_the_number_first(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets).data
    network.zero_grad()
    loss.backward()
    update(network, rate)
    return loss


@wrong_answer(check_train, says="did not reach the network")
@stepwise
def train_on_outputs_as_numbers(network, inputs, targets, rate):
    pairs = zip(inputs, targets, strict=True)
    loss = total([(network(x).data - t) ** 2 for x, t in pairs])
    network.zero_grad()
    loss.backward()
    update(network, rate)
    return loss.data


@wrong_answer(check_train, says="set to zero after backward()")
@stepwise
def train_zeroes_before_the_update(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    loss.backward()
    network.zero_grad()
    update(network, rate)
    return loss.data


@wrong_answer(check_train, says="gives a name to a new Value")
@stepwise
def train_names_new_values(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    for p in network.parameters():
        p = p - rate * p.grad  # noqa: PLW2901
    return loss.data


@wrong_answer(check_train, says="This is the mean of the squares")
@stepwise
def train_on_the_mean(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets) / len(inputs)
    network.zero_grad()
    loss.backward()
    update(network, rate)
    return loss.data


@wrong_answer(check_train, says="that of the mean of the squares")
@stepwise
def train_updates_by_the_mean(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    update(network, rate / len(inputs))
    return loss.data


@wrong_answer(check_train, says="times the right length")
@stepwise
def train_goes_back_twice(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    loss.backward()
    update(network, rate)
    return loss.data


@wrong_answer(check_train, says="did not move at all")
@stepwise
def train_forgets_the_last_layer(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    update(network.layers[0], rate)
    return loss.data


@wrong_answer(check_train, says="moved between two examples")
@stepwise
def train_updates_after_each_example(network, inputs, targets, rate):
    together = 0.0
    for x, t in zip(inputs, targets, strict=True):
        loss = (network(x) - t) ** 2
        network.zero_grad()
        loss.backward()
        update(network, rate)
        together += loss.data
    return together


@wrong_answer(check_train, says="The network was asked once")
def train_runs_forward_once(network, inputs, targets, steps, rate):
    losses = []
    loss = loss_of(network, inputs, targets)
    for _ in range(steps):
        network.zero_grad()
        loss.backward()
        update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_train, says="is asked 12 times")
def train_loses_examples_on_the_way(network, inputs, targets, steps, rate):
    losses = []
    for step in range(steps):
        loss = loss_of(network, inputs[step:], targets[step:])
        network.zero_grad()
        loss.backward()
        update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_train, says="The second loss has the first one in it", endless=True)
def train_adds_to_an_old_loss(network, inputs, targets, steps, rate):
    losses, loss = [], Value(0.0)
    for _ in range(steps):
        loss = loss + loss_of(network, inputs, targets)
        network.zero_grad()
        loss.backward()
        update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_train, says="This is the loss after the update")
@stepwise
def train_lists_the_loss_after_the_update(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    update(network, rate)
    return loss_of(network, inputs, targets).data


@wrong_answer(check_train, says="Keep the numbers: `loss.data`")
@stepwise
def train_lists_values(network, inputs, targets, rate):
    loss = loss_of(network, inputs, targets)
    network.zero_grad()
    loss.backward()
    update(network, rate)
    return loss


@wrong_answer(check_train, says="One loss too many")
def train_runs_one_step_more(network, inputs, targets, steps, rate):
    losses = []
    for _ in range(steps + 1):
        loss = loss_of(network, inputs, targets)
        network.zero_grad()
        loss.backward()
        update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_train, says="The last step has a loss and no update")
def train_does_not_update_at_last(network, inputs, targets, steps, rate):
    losses = []
    for step in range(steps):
        loss = loss_of(network, inputs, targets)
        network.zero_grad()
        loss.backward()
        if step < steps - 1:
            update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_train, says="The first steps were right, and later ones are not")
def train_stops_early(network, inputs, targets, steps, rate):
    losses = []
    for _ in range(min(steps, 10)):
        loss = loss_of(network, inputs, targets)
        network.zero_grad()
        loss.backward()
        update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_train, says="The function returned nothing")
def train_returns_nothing(network, inputs, targets, steps, rate):
    for _ in range(steps):
        loss = loss_of(network, inputs, targets)
        network.zero_grad()
        loss.backward()
        update(network, rate)


@wrong_answer(check_repaired, says="set to zero after backward()")
def repaired_only_the_list(network, inputs, targets, steps, rate):
    return train_zeroes_before_the_update(network, inputs, targets, steps, rate)


@wrong_answer(check_repaired, says="The second loss has the first one in it")
def repaired_only_the_zeroing(network, inputs, targets, steps, rate):
    losses, squares = [], []
    for _ in range(steps):
        for x, target in zip(inputs, targets, strict=True):
            squares.append((network(x) - target) ** 2)
        loss = total(squares)
        network.zero_grad()
        loss.backward()
        update(network, rate)
        losses.append(loss.data)
    return losses


@wrong_answer(check_repaired, says="the sum of the first and the second gradient")
def repaired_by_leaving_the_zeroing_out(network, inputs, targets, steps, rate):
    return train_without_zero_grad(network, inputs, targets, steps, rate)


from_results(
    check_loop_lines,
    lines_without_zero=("the sum of the first and the second gradient", ["E", "B", "C", "D"]),
    lines_with_zero_before_the_update=("set to zero after backward()", ["E", "B", "A", "C", "D"]),
    lines_that_climb=("This is up the gradient", ["E", "A", "B", "G", "D"]),
    lines_that_update_first=("uses what the step before it has left", ["E", "C", "A", "B", "D"]),
    lines_that_take_the_number=("`.data` was taken too early", ["E", "F", "A", "B", "C", "D"]),
    lines_that_begin_at_the_end=("`loss` is used before there is one", ["A", "B", "C", "E", "D"]),
    lines_that_list_nothing=("The list has 0 items", ["E", "A", "B", "C"]),
    lines_in_full=("Give the letters alone", ["loss.backward()"]),
    lines_twice=("A line is there only once", ["E", "A", "A", "B", "C", "D"]),
)


from_results(
    check_predicted_scales,
    scales_of_a_mean_like_the_sum=("its gradient is so too", [0.8, 0.2, 1.6, 0.2, 0.5]),
    scales_of_a_mean_that_grows=("The mean is smaller than the sum", [3.2, 0.2, 1.6, 0.2, 0.5]),
    scales_with_one_rate_for_both=("makes steps of a quarter", [0.2, 0.05, 1.6, 0.2, 0.5]),
    scales_with_a_smaller_rate=(
        "needs a larger rate for the same step",
        [0.2, 0.0125, 1.6, 0.2, 0.5],
    ),
    scales_of_a_sum_that_does_not_grow=("and now twice", [0.2, 0.2, 0.8, 0.2, 0.5]),
    scales_of_a_mean_that_doubles=("so is what it is divided by", [0.2, 0.2, 1.6, 0.4, 0.5]),
    scales_of_a_mean_that_halves=("the sum has doubled as well", [0.2, 0.2, 1.6, 0.1, 0.5]),
    scales_without_the_ten=("is that not the same as a rate?", [0.2, 0.2, 1.6, 0.2, 0.05]),
    scales_with_a_tenth_of_the_rate=("needs a larger rate.", [0.2, 0.2, 1.6, 0.2, 0.005]),
)


def read(losses):
    """As it should be: each wrong answer spoils one thing."""
    falls = [before - after for before, after in zip(losses, losses[1:], strict=False)]
    under = [step for step, loss in enumerate(losses) if loss < 0.01 * losses[0]]
    below = under[0] if under else None
    when = "never falls" if below is None else f"falls, after {below} updates,"
    words = f"The sum of squares {when} below a hundredth of its start."
    rises = sum(fall < 0 for fall in falls)
    return {"below": below, "steepest": falls.index(max(falls)), "rises": rises, "words": words}


def again(**changes):
    """A reading that is right but for these parts."""
    return lambda losses: read(losses) | {k: change(losses) for k, change in changes.items()}


def below(losses):
    return [step for step, loss in enumerate(losses) if loss < 0.01 * losses[0]]


def falls(losses):
    return [before - after for before, after in zip(losses, losses[1:], strict=False)]


@wrong_answer(check_reading, says="even if the loss comes back up")
def reading_the_last_step_below(losses):
    return again(below=lambda x: (below(x) or [None])[-1])(losses)


@wrong_answer(check_reading, says="is that of step 0")
def reading_that_counts_from_one(losses):
    return again(below=lambda x: below(x)[0] + 1 if below(x) else None)(losses)


@wrong_answer(check_reading, says="not 0.01 as such")
def reading_of_a_fixed_level(losses):
    return again(below=lambda x: next((k for k, y in enumerate(x) if y < 0.01), None))(losses)


@wrong_answer(check_reading, says="is that low: then")
def reading_that_says_the_end_for_never(losses):
    return again(below=lambda x: below(x)[0] if below(x) else len(x))(losses)


@wrong_answer(check_reading, says="No loss of this list")
def reading_that_takes_the_first_of_none(losses):
    return again(below=lambda x: below(x)[0])(losses)


@wrong_answer(check_reading, says="That is where the fall ends")
def reading_the_end_of_the_fall(losses):
    return again(steepest=lambda x: falls(x).index(max(falls(x))) + 1)(losses)


@wrong_answer(check_reading, says="There the loss grows most")
def reading_the_steepest_rise(losses):
    return again(steepest=lambda x: falls(x).index(min(falls(x))))(losses)


@wrong_answer(check_reading, says="from one loss to the next, as a difference")
def reading_the_lowest_loss(losses):
    return again(steepest=lambda x: x.index(min(x)))(losses)


@wrong_answer(check_reading, says="These are the falls")
def reading_the_falls(losses):
    return again(rises=lambda x: sum(fall > 0 for fall in falls(x)))(losses)


@wrong_answer(check_reading, says="larger than the one before it")
def reading_what_is_above_the_start(losses):
    return again(rises=lambda x: sum(y > x[0] for y in x))(losses)


@wrong_answer(check_reading, says="Called a mean")
def reading_of_a_mean(losses):
    return again(words=lambda x: read(x)["words"].replace("sum of squares", "mean of squares"))(
        losses
    )


@wrong_answer(check_reading, says="Name the loss")
def reading_without_the_loss(losses):
    return again(words=lambda x: "It falls nicely.")(losses)


@wrong_answer(check_reading, says="after how many updates")
def reading_without_the_step(losses):
    return again(words=lambda x: "The sum of squares falls.")(losses)


@wrong_answer(check_reading, says="The words are a string")
def reading_with_words_in_a_list(losses):
    return again(words=lambda x: [read(x)["words"]])(losses)


@wrong_answer(check_reading, says="Is a `return` missing?")
def reading_that_returns_nothing(losses):
    read(losses)


@wrong_answer(check_neuron, says="not those of a uniform distribution")
class NeuronOfUniformWeights(Neuron):
    def __init__(self, n_inputs, rng):
        widest = (3 / n_inputs) ** 0.5
        self.w = [Value(number) for number in rng.uniform(-widest, widest, n_inputs)]
        self.b = Value(0.0)
