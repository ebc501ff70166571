"""Wrong answers to the checks of 09."""

from autograd_lesson import Value, total
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
from wrong_answers import from_results, spoiled, wrong_answer

DRAWN = "rng.normal(0.0, n_inputs**-0.5, n_inputs)"
spoiled(
    check_neuron,
    NeuronTakesAnyLength=(
        "`zip` stops at the shorter",
        "len(x) != len(self.w)",
        "False",
        "dot(self.w, x)",
        "total([w * v for w, v in zip(self.w, x)])",
    ),
    NeuronAsserts=("`python -O` leaves it out", "raise ValueError(", "assert False, ("),
    NeuronStumblesOverTheLength=("one that happened by accident", "ValueError", "IndexError"),
    NeuronWithoutTanh=("the tanh is missing.", ".tanh()", ""),
    NeuronWithoutBias=("the bias is missing", " + self.b)", ")"),
    NeuronAddsTheBiasLast=("belongs inside the tanh", " + self.b).tanh()", ").tanh() + self.b"),
    NeuronReturnsANumber=("nobody can walk back to the", ".tanh()", ".tanh().data"),
    NeuronCutsTheGraph=(
        "somewhere `.data` was used",
        "(dot(self.w, x) + self.b)",
        "Value((dot(self.w, x) + self.b).data)",
    ),
    NeuronKeepsPlainNumbers=("to be trained by", "Value(number)", "float(number)"),
    NeuronForgetsTheBiasAmongTheParameters=(
        "The bias is trained too",
        "[*self.w, self.b]",
        "self.w",
    ),
    NeuronHandsOutCopies=(
        "These are copies",
        "[*self.w, self.b]",
        "[Value(p.data) for p in [*self.w, self.b]]",
    ),
    NeuronHandsOutTheBiasFirst=(
        "in their order, then the bias",
        "[*self.w, self.b]",
        "[self.b, *self.w]",
    ),
    NeuronOfTheSeed=("which is flat at both ends", "n_inputs**-0.5", "1.0"),
    NeuronOfEqualWeights=("get equal gradients and stay equal", "Value(number)", "Value(0.1)"),
    NeuronDrawsFromTheGlobalGenerator=(
        "from a generator of their own",
        DRAWN,
        DRAWN.replace("rng", "np.random"),
    ),
    NeuronOfOneSeed=("`rng` is not used", DRAWN, DRAWN.replace("rng", "np.random.default_rng(0)")),
    NeuronOfUniformWeights=(
        "not those of a uniform distribution",
        DRAWN,
        "rng.uniform(-1, 1, n_inputs) * (3 / n_inputs) ** 0.5",
    ),
)

spoiled(
    check_layer,
    LayerUnwrapsOneOutput=(
        "A bare Value. A layer returns a list",
        "return [neuron(x)",
        "return self.neurons[0](x) if len(self.neurons) == 1 else [neuron(x)",
    ),
    LayerSwapsItsWidths=(
        "have changed places",
        "Neuron(n_inputs, rng) for _ in range(n_outputs)",
        "Neuron(n_outputs, rng) for _ in range(n_inputs)",
    ),
    LayerRepeatsOneNeuron=(
        "is one neuron n times",
        "[Neuron(n_inputs, rng) for _ in range(n_outputs)]",
        "[Neuron(n_inputs, rng)] * n_outputs",
    ),
    LayerSeedsEachNeuronAlike=(
        "they learn the same thing",
        "Neuron(n_inputs, rng)",
        "Neuron(n_inputs, np.random.default_rng(0))",
    ),
    LayerNestsItsParameters=(
        "lists inside the list",
        "p for neuron in self.neurons for p in neuron.parameters()",
        "neuron.parameters() for neuron in self.neurons",
    ),
    LayerHandsOutTheFirstNeuron=(
        "parameters of one neuron",
        "self.neurons for p",
        "self.neurons[:1] for p",
    ),
    LayerAddsItsNeuronsUp=(
        "with the Value of each neuron",
        "[neuron(x) for neuron in self.neurons]",
        "total([neuron(x) for neuron in self.neurons])",
    ),
    LayerTurnsItsOutputsRound=(
        "in the order of the neurons",
        "(x) for neuron in self.neurons",
        "(x) for neuron in self.neurons[::-1]",
    ),
)

spoiled(
    check_mlp,
    MLPOfLayersThatUnwrap=(
        "A bare Value stands where a list is wanted",
        "x = layer(x)",
        "y = layer(x); x = y[0] if len(y) == 1 else y",
    ),
    MLPReturnsAListOfOne=("a loss wants a Value", "x[0] if len(x) == 1 else x", "x"),
    MLPUnwrapsAlways=(
        "a list of Values where the last layer is wider",
        " if len(x) == 1 else x",
        "",
    ),
    MLPForgetsTheLastLayer=(
        "The last layer is missing",
        "zip(widths, sizes",
        "zip(widths, sizes[:-1]",
    ),
    MLPGivesEveryLayerTheInputs=(
        "Only the first layer takes the inputs",
        "Layer(n, m",
        "Layer(n_inputs, m",
    ),
    MLPDoesNotHandOn=(
        "and not the inputs of the network",
        "x = layer(x)",
        "y = layer(x)",
        "x[0] if len(x) == 1 else x",
        "y[0] if len(y) == 1 else y",
    ),
    MLPGoesThroughItsLayersTwice=(
        "is what the next one gets.",
        "x = layer(x)",
        "y = layer(x); x = [(2.0 * v).tanh() for v in y]",
        "x[0] if len(x) == 1 else x",
        "y[0] if len(y) == 1 else y",
    ),
    MLPDrawsAnew=("nobody could repeat a run", "default_rng(seed)", "default_rng()"),
    MLPIgnoresItsSeed=("the seed is not used", "default_rng(seed)", "default_rng(0)"),
    MLPSeedsEachLayerAlike=(
        "a generator that began anew",
        "Layer(n, m, rng)",
        "Layer(n, m, np.random.default_rng(seed))",
    ),
    MLPNestsItsParameters=(
        "lists inside the list",
        "p for layer in self.layers for p in layer.parameters()",
        "layer.parameters() for layer in self.layers",
    ),
)


def lines(*written):
    """Lines of a loop, one below the other."""
    return "\n        ".join(written)


ZERO, BACK, LIST = "network.zero_grad()", "loss.backward()", "losses.append(loss.data)"
MOVE = "parameter.data -= rate * parameter.grad"
UPDATE = lines("for parameter in network.parameters():", f"    {MOVE}")
FORWARD = lines(
    "outputs = [network(x) for x in inputs]",
    "loss = total([(y - t) ** 2 for y, t in zip(outputs, targets, strict=True)])",
)

spoiled(
    check_train,
    train_without_zero_grad=("the sum of the first and the second gradient", ZERO, ""),
    train_climbs=("This is up the gradient", "-=", "+="),
    train_updates_before_backward=(
        "uses what the step before it has left",
        lines(ZERO, BACK, UPDATE),
        lines(UPDATE, ZERO, BACK),
    ),
    train_takes_the_number_first=(
        "`.data` was taken too early",
        "strict=True)])",
        "strict=True)]).data",
        "loss.data",
        "loss",
    ),
    train_on_outputs_as_numbers=("did not reach the network", "network(x)", "network(x).data"),
    train_zeroes_before_the_update=(
        "set to zero after backward()",
        lines(ZERO, BACK),
        lines(BACK, ZERO),
    ),
    train_names_new_values=(
        "gives a name to a new Value",
        MOVE,
        MOVE.replace(".data -=", " = parameter -"),
    ),
    train_on_the_mean=("This is the mean of the squares", "True)])", "True)]) / len(inputs)"),
    train_updates_by_the_mean=("that of the mean of the squares", "= rate", "= rate / len(inputs)"),
    train_goes_back_twice=("times the right length", BACK, lines(BACK, BACK)),
    train_forgets_the_last_layer=(
        "did not move at all",
        "network.parameters",
        "network.layers[0].parameters",
    ),
    train_runs_forward_once=(
        "The network was asked once",
        f"for _ in range(steps):\n        {FORWARD}",
        f"{FORWARD}\n    for _ in range(steps):".replace("\n        ", "\n    "),
    ),
    train_loses_examples_on_the_way=(
        "is asked 12 times",
        "for x in inputs",
        "for x in inputs[len(losses):]",
        "targets, strict",
        "targets[len(losses):], strict",
    ),
    train_lists_the_loss_after_the_update=(
        "This is the loss after the update",
        LIST,
        lines(FORWARD, LIST),
    ),
    train_lists_values=("Keep the numbers: `loss.data`", "loss.data", "loss"),
    train_runs_one_step_more=("One loss too many", "range(steps)", "range(steps + 1)"),
    train_does_not_update_at_last=(
        "The last step has a loss and no update",
        MOVE,
        f"if len(losses) < steps - 1: {MOVE}",
    ),
    train_stops_early=(
        "The first steps were right, and later ones are not",
        "range(steps)",
        "range(min(steps, 10))",
    ),
    train_returns_nothing=("The function returned nothing", "return losses", ""),
)


@wrong_answer(check_train, says="moved between two examples")
def train_updates_after_each_example(network, inputs, targets, steps, rate):
    losses = []
    for _ in range(steps):
        together = 0.0
        for x, t in zip(inputs, targets, strict=True):
            loss = (network(x) - t) ** 2
            network.zero_grad()
            loss.backward()
            for p in network.parameters():
                p.data -= rate * p.grad
            together += loss.data
        losses.append(together)
    return losses


@wrong_answer(check_train, says="The second loss has the first one in it", endless=True)
def train_adds_to_an_old_loss(network, inputs, targets, steps, rate):
    losses, loss = [], Value(0.0)
    for _ in range(steps):
        loss = loss + total([(network(x) - t) ** 2 for x, t in zip(inputs, targets, strict=True)])
        network.zero_grad()
        loss.backward()
        for p in network.parameters():
            p.data -= rate * p.grad
        losses.append(loss.data)
    return losses


spoiled(
    check_repaired,
    repaired_only_the_list=("set to zero after backward()", lines(ZERO, BACK), lines(BACK, ZERO)),
    repaired_only_the_zeroing=(
        "The second loss has the first one in it",
        "losses = []",
        "losses, squares = [], []",
        "        squares = []\n",
        "",
    ),
    repaired_by_leaving_the_zeroing_out=("the sum of the first and the second gradient", ZERO, ""),
)


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


STEEPEST, WORDS = "falls.index(max(falls))", "{when} below a hundredth of its start"
spoiled(
    check_reading,
    reading_the_last_step_below=("even if the loss comes back up", "under[0]", "under[-1]"),
    reading_that_counts_from_one=("is that of step 0", "under[0]", "under[0] + 1"),
    reading_of_a_fixed_level=("not 0.01 as such", "0.01 * losses[0]", "0.01"),
    reading_that_says_the_end_for_never=("is that low: then", "else None", "else len(losses)"),
    reading_that_takes_the_first_of_none=("No loss of this list", " if under else None", ""),
    reading_the_end_of_the_fall=("That is where the fall ends", STEEPEST, f"{STEEPEST} + 1"),
    reading_the_steepest_rise=("There the loss grows most", "max(", "min("),
    reading_the_lowest_loss=(
        "from one loss to the next, as a difference",
        STEEPEST,
        "losses.index(min(losses))",
    ),
    reading_the_falls=("These are the falls", "fall < 0", "fall > 0"),
    reading_what_is_above_the_start=(
        "larger than the one before it",
        "fall < 0 for fall in falls",
        "loss > losses[0] for loss in losses",
    ),
    reading_of_a_mean=("Called a mean", "sum of squares", "mean of squares"),
    reading_without_the_loss=("Name the loss", f"The sum of squares {WORDS}", "It falls nicely"),
    reading_without_the_step=("after how many updates", WORDS, "falls"),
    reading_with_words_in_a_list=(
        "The words are a string",
        f'f"The sum of squares {WORDS}."',
        '["falls"]',
    ),
    reading_that_returns_nothing=("Is a `return` missing?", "return {", "{"),
)
