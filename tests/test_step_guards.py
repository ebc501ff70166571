"""What a compiled step took from outside may change: then it is refused, or is as it was."""

import copy
import functools
import importlib
import pickle
import sys
import types
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd_lesson import Tensor, nn, vmap
from autograd_lesson.compiler import compile_step
from autograd_lesson.compiler.code import Refused
from autograd_lesson.tensor import no_grad

SCALES = {"used": 2.0, "not used": 1.0}
X = np.arange(4.0) + 1.0


class Trainer:
    """An object of a learner's: numbers, a class above, a history that grows."""

    factor = 2.0

    def __init__(self):
        self.scale, self.inner, self.steps = 3.0, {"shift": 1.0}, [0.5]
        self.activation, self.history = Tensor.tanh, []

    def of_scale(self, y):
        return (y * self.scale).sum()

    def __call__(self, y):
        return (y * self.factor).sum()

    @property
    def shift(self):
        return self.inner["shift"]

    @staticmethod
    def twice(y):
        return y * SCALES["used"]


class WithSlots:
    __slots__ = ("scale",)


def trainer():
    return Trainer()


def slots():
    thing = WithSlots()
    thing.scale = 2.0
    return thing


def namespace():
    return types.SimpleNamespace(inner=types.SimpleNamespace(scale=2.0), mask=np.ones(4))


class Scaled(nn.Module):
    def __init__(self):
        self.settings = {"scale": 2.0}

    def __call__(self, y):
        return (y * self.settings["scale"]).sum()


CASES = {  # what makes the thing, the loss of thing and w * x, what changes it
    "an attribute": (trainer, lambda t, y: (y * t.scale).sum(), lambda t: setattr(t, "scale", 5.0)),
    "an attribute that a method reads": (
        trainer,
        lambda t, y: t.of_scale(y),
        lambda t: setattr(t, "scale", 5.0),
    ),
    "one of the class that comes to be hidden": (
        trainer,
        lambda t, y: t(y),
        lambda t: setattr(t, "factor", 5.0),
    ),
    "one that a property reads": (
        trainer,
        lambda t, y: (y * t.shift).sum(),
        lambda t: t.inner.update(shift=7.0),
    ),
    "an entry": (
        trainer,
        lambda t, y: (y * t.inner["shift"]).sum(),
        lambda t: t.inner.update(shift=7.0),
    ),
    "an entry of no name": (
        lambda: {"a": 1.0, "b": 2.0},
        lambda t, y: (y * sum(t.values())).sum(),
        lambda t: t.update(c=7.0),
    ),
    "a list in an object": (
        trainer,
        lambda t, y: (y * t.steps[0]).sum(),
        lambda t: t.steps.__setitem__(0, 9.0),
    ),
    "a function in an object": (
        trainer,
        lambda t, y: t.activation(y).sum(),
        lambda t: setattr(t, "activation", Tensor.relu),
    ),
    "a namespace in a namespace": (
        namespace,
        lambda t, y: (y * t.inner.scale).sum(),
        lambda t: setattr(t.inner, "scale", 5.0),
    ),
    "an array in a namespace": (
        namespace,
        lambda t, y: (y * t.mask).sum(),
        lambda t: setattr(t, "mask", np.zeros(4)),
    ),
    "a slot": (slots, lambda t, y: (y * t.scale).sum(), lambda t: setattr(t, "scale", 5.0)),
    "settings of a layer": (
        Scaled,
        lambda t, y: t(y),
        lambda t: t.settings.update(scale=5.0),
    ),
    "a set": (
        lambda: {1.0, 2.0},
        lambda t, y: (y * sum(t)).sum(),
        lambda t: t.add(7.0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_loss_finds_in_a_thing_from_outside_may_not_change_unseen(name):
    make, loss, change = CASES[name]
    thing, w = make(), Tensor(np.ones(4))
    strict, anew = (
        compile_step(lambda x: loss(thing, w * x), [w], X, to="numpy", recompile=again)
        for again in (False, True)
    )
    assert strict(X) == anew(X) == pytest.approx(loss(thing, w * X).item())
    change(thing)
    with pytest.raises(Refused, match="since the step was recorded"):
        strict(X)
    assert anew(X) == pytest.approx(loss(thing, w * X).item())


def bound_method(t, w):
    def loss(self, x):
        return (w * x * self.scale).sum()

    return types.MethodType(loss, t)


def partial_call(t, w):
    return functools.partial(lambda thing, x: (w * x * thing.scale).sum(), t)


def default(t, w):
    return lambda x, thing=t: (w * x * thing.scale).sum()


def default_by_name(t, w):
    return lambda x, *, thing=t: (w * x * thing.scale).sum()


@pytest.mark.parametrize("form", [bound_method, partial_call, default, default_by_name])
def test_a_loss_may_bring_the_thing_in_any_form(form):
    thing, w = Trainer(), Tensor(np.ones(4))
    step = compile_step(form(thing, w), [w], X, to="numpy")
    step(X)
    thing.scale = 9.0
    with pytest.raises(Refused, match=r"scale` was 3.0 and is 9.0"):
        step(X)


def test_what_no_code_of_the_loss_names_may_change():
    thing, w = Trainer(), Tensor(np.ones(4))
    step = compile_step(lambda x: thing.of_scale(w * x * SCALES["used"]), [w], X, to="numpy")
    for _ in range(3):
        thing.history.append(step(X))
        SCALES["not used"] += 1.0
    assert thing.history == [60.0] * 3


def test_a_list_that_has_changed_is_shown_before_and_after_in_one_form():
    gains, w = [1.0, 2.0], Tensor(np.ones(4))
    step = compile_step(lambda x: (w * x * gains[1]).sum(), [w], X, to="numpy")
    gains[1] = 0.25
    with pytest.raises(Refused, match=r"`gains` was \(1.0, 2.0\) and is \(1.0, 0.25\) since"):
        step(X)


def test_a_variable_may_change_that_has_the_name_of_an_attribute():
    notebook = {"w": Tensor([1.0, 2.0]), "mean": 0, "__name__": "__main__"}
    exec("def loss_of(x): return (w * x).mean()", notebook)
    step = compile_step(notebook["loss_of"], [notebook["w"]], np.ones(2), to="numpy")
    notebook["mean"] = step(np.ones(2))
    assert step(np.full(2, 2.0)) == 3.0


def test_a_notebook_is_the_learners_and_an_installed_package_is_not(tmp_path, monkeypatch):
    """In a notebook, __main__ is a file of the package that runs it."""
    place = tmp_path / "site-packages"
    place.mkdir()
    (place / "installed_scales.py").write_text("scale = 2.0\ndef twice(y): return y * scale\n")
    monkeypatch.syspath_prepend(str(place))
    installed = importlib.import_module("installed_scales")
    launcher = str(place / "launcher.py")
    monkeypatch.setattr(sys.modules["__main__"], "__file__", launcher, raising=False)
    thing, w = types.SimpleNamespace(scale=3.0), Tensor(np.ones(4))

    def loss_of(x):
        return installed.twice(w * x * thing.scale).sum()

    loss_of.__module__ = "__main__"
    step = compile_step(loss_of, [w], X, to="numpy")
    assert step(X) == 60.0 and not any("twice" in path for path, *_ in step.plans[0].watched)
    thing.scale = 4.0
    with pytest.raises(Refused, match=r"`thing.scale` was 3.0 and is 4.0"):
        step(X)


def test_a_class_with_a_will_of_its_own_is_read_without_asking_it():
    class Will(type):
        @property
        def scale(cls):
            raise RuntimeError("asked")

    class Thing(metaclass=Will):
        def __init__(self):
            self.scale = 2.0

        def __getattr__(self, name):
            raise RuntimeError("asked")

    thing, w = Thing(), Tensor(np.ones(4))
    step = compile_step(lambda x: (w * x * thing.scale).sum(), [w], X, to="numpy")
    assert step(X) == 20.0


# Writes, and what is handed over.


def test_a_write_into_a_part_is_one_into_a_new_array():
    w = Tensor(np.ones((3, 4)))

    def loss_of(x):
        y = x.copy()
        y[0] = 0.0
        y[1:, ::2] = x[1:, 1::2]
        y[-1, -1] = x.sum()
        y *= 2.0
        return (w * y).sum()

    rng = np.random.default_rng(0)
    x, other = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    step = compile_step(loss_of, [w], x, to="numpy")
    assert step(other) == pytest.approx(loss_of(other).item(), rel=1e-14)
    assert not (w.grad[0]).any() and w.grad[2, 3] == pytest.approx(2.0 * other.sum())


def test_a_tensor_made_inside_is_changed_in_place_as_eagerly():
    w = Tensor(np.ones(4))

    def loss_of(x):
        y = Tensor(np.zeros(4), requires_grad=False)
        with no_grad():
            y += x
            y[1] = 5.0
        return (w * y).sum()

    step = compile_step(loss_of, [w], X, to="numpy")
    assert step(X * 3.0) == loss_of(X * 3.0).item()


@pytest.mark.parametrize("wrap", [np.array, lambda x: Tensor(x, requires_grad=False)])
def test_an_argument_is_not_changed_behind_the_callers_back(wrap):
    w = Tensor(np.ones(4))

    def loss_of(x):
        with no_grad():
            x *= 2.0
        return (w * x).sum()

    with pytest.raises(ValueError, match="changes its argument 0 in place"):
        compile_step(loss_of, [w], wrap(X))


def test_a_parameter_is_no_argument():
    w = Tensor(np.ones(4))
    with pytest.raises(ValueError, match="argument 0 is one of the parameters"):
        compile_step(lambda v: (v * v).sum(), [w], w)


def test_a_whole_number_stands_for_a_float_and_not_the_other_way_round():
    w = Tensor(np.ones(4))
    step = compile_step(lambda k: (w * k).sum(), [w], 1.5, to="numpy")
    assert step(3) == 12.0
    with pytest.raises(Refused, match="argument 0"):
        compile_step(lambda k: (w * k).sum(), [w], 3, to="numpy")(1.5)


def test_vmap_takes_the_arrays_of_a_step():
    w = Tensor(np.ones(4))
    examples = np.random.default_rng(0).normal(size=(5, 4))

    def loss_of(x):
        return (vmap(lambda row: (row * w).tanh().sum())(x) ** 2).sum()

    step = compile_step(loss_of, [w], examples, to="numpy")
    assert step(examples[::-1]) == pytest.approx(loss_of(examples).item(), rel=1e-14)


class Curious(nn.Module):
    """Keeps what it has seen, to look at."""

    def __init__(self):
        self.seen, self.total = None, np.zeros(())

    def __call__(self, y):
        self.seen = y.data.copy()
        self.last = y.tanh()
        return (y * y).sum()


@pytest.mark.parametrize("to", ["numpy", None])
def test_what_a_layer_keeps_to_look_at_is_that_of_the_last_call(to):
    layer, w = Curious(), Tensor(np.ones(4))
    step = compile_step(lambda x: layer(w * x), [w], X, to=to)
    assert layer.seen is None and not hasattr(layer, "last")
    for x in (X, -2.0 * X):
        assert step(x) == (x * x).sum()
        assert type(layer.seen) is np.ndarray and (layer.seen == x).all()
        assert np.allclose(layer.last.data, np.tanh(x)) and not layer.last.requires_grad
        assert np.allclose(w.grad, 2.0 * x * x) and w.zero_grad() is None


def test_what_a_layer_adds_up_is_refused_where_the_code_would_not():
    class Sums(Curious):
        def __call__(self, y):
            self.total = self.total + y.data.sum()
            return y.sum()

    layer, w = Sums(), Tensor(np.ones(4))
    step = compile_step(lambda x: layer(w * x), [w], X, to="numpy")
    step(X)
    assert layer.total == 10.0
    with pytest.raises(Refused, match="`total` of Sums"):
        step(X)


def test_a_layer_that_counts_its_calls_is_refused_and_is_as_before():
    class Counts(Curious):
        calls = 0

        def __call__(self, y):
            self.calls += 1
            return y.sum()

    layer, w = Counts(), Tensor(np.ones(4))
    with pytest.raises(ValueError, match="sets `calls` of Counts"):
        compile_step(lambda x: layer(w * x), [w], X)
    assert layer.calls == 0


@pytest.mark.parametrize("place", ["a list", "an object", "a dictionary"])
def test_what_is_put_aside_elsewhere_is_refused(place):
    w, kept, entries, thing = Tensor(np.ones(4)), [], {"last": None}, Trainer()

    def loss_of(x):
        y = w * x
        if place == "a list":
            kept.append(y)
        elif place == "an object":
            thing.last = y
        else:
            entries["last"] = y
        return y.sum()

    with pytest.raises(ValueError, match="puts what it computes into"):
        compile_step(loss_of, [w], X)


@pytest.mark.parametrize("to", ["numpy", None])
def test_threads_that_call_one_step_wait_for_each_other(to):
    w = Tensor(np.random.default_rng(0).normal(size=(64, 64)))

    def loss_of(x):
        return ((x @ w).tanh() ** 2).mean()

    step = compile_step(loss_of, [w], np.ones((64, 64)), to=to)
    batches = np.random.default_rng(1).normal(size=(8, 64, 64))
    expected = [step(x) for x in batches]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(step, np.concatenate([batches] * 10)))
    assert found == expected * 10


def test_a_step_inside_a_loss_is_refused():
    w = Tensor(np.ones(4))
    inner = compile_step(lambda x: (w * x).sum(), [w], X)
    with pytest.raises(ValueError, match="loss_of calls a compiled step"):
        compile_step(lambda x: (w * x).sum() + inner(X), [w], X)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_step_is_not_copied(copied):
    w = Tensor(np.ones(4))
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        copied(compile_step(lambda x: (w * x).sum(), [w], X))
