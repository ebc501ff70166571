"""Wrong answers to exercise 19."""

import numpy as np

from autograd_lesson.checks.e19_in_place_and_versions import (
    check_relu_in_place,
    check_version_counter,
)
from wrong_answers import spoiled, wrong_answer

# ---------------------------------------------------------------------------------------------
# E19.1 the version counter

IF_VIEW, COUNTS = " if is_view else None", "self.counter[0] += 1"
spoiled(
    check_version_counter,
    CountsReads_and_Saved=("must not be counted", "part = self", f"{COUNTS}\n        part = self"),
    MissesViews_and_Saved=(
        "the same memory under another name",
        f"self.counter{IF_VIEW}",
        "None",
    ),
    MissesOut_and_Saved=("NumPy is told to write by `out=`", "x.counter[0] += 1", "pass"),
    MissesElements_and_Saved=("not counted by `__setitem__`", COUNTS, "pass"),
    CountsInCopies_and_Saved=("A list as index makes a copy", IF_VIEW, ""),
    CopiesItsViews_and_Saved=(
        "is a view a copy here",
        "part = self.array[index]",
        "part = np.array(self.array[index])",
        IF_VIEW,
        "",
    ),
    CountsTheInputs_and_Saved=(
        "x was only read",
        "for x in out:",
        "for x in [x for x in (*inputs, *out) if out and isinstance(x, Counted)]:",
    ),
    TakesNoNumbers_and_Saved=("`plain(x)` is for both", "= plain(x)", "= x.array"),
    HandsItselfToNumPy_and_Saved=(
        "was handed a Counted again",
        "*[plain(x) for x in inputs]",
        "*inputs",
    ),
    ReturnsNotImplemented_and_Saved=(
        "and return a result",
        "return out[0] if out else result",
        "return NotImplemented",
    ),
    Counted_and_ReturnsNothing=("is a `return` missing?", "return self.x.array", "self.x.array"),
    CountsTwice_and_Saved=("Each write was counted twice", COUNTS, "self.counter[0] += 2"),
    KnowsWhetherNotHowOften_and_Saved=(
        "Two writes make the version 2 higher",
        COUNTS,
        "self.counter[0] = 1",
        "x.counter[0] += 1",
        "x.counter[0] = 1",
    ),
    Counted_and_SavesACopy=(
        "a copy was kept",
        "self.version = x.version",
        "self.copy = x.array.copy()",
        "self.x.version != self.version",
        "False",
        "return self.x.array",
        "return self.copy",
    ),
    Counted_and_ComparesWithZero=("came before x was kept", "!= self.version", "!= 0"),
    Counted_and_SaysNoLabel=(
        "leaves out the label of the tensor:",
        "{self.x.label!r} was",
        "the array was",
    ),
    Counted_and_SaysNoOp=("leaves out the op:", " after {self.op!r} had kept it", ""),
    Counted_and_SaysNoVersions=(
        "leaves out the version it has now and the version",
        "version {self.x.version}, and version {self.version} is needed",
        "another version",
    ),
    Counted_and_SavedHandsOutCopies=(
        "a copy costs as much memory once more",
        "return self.x.array",
        "return self.x.array.copy()",
    ),
)

# ---------------------------------------------------------------------------------------------
# E19.2 relu in place

WRITE, SENT = "np.maximum(x.data, 0.0, out=x.data)", "upstream * (x.data > 0)"
AT_THE_LOCK = "np.maximum(x.array, 0.0, out=x.array)"
spoiled(
    check_relu_in_place,
    relu_lets_everything_pass=("`>= 0` holds everywhere", "x.data > 0", "x.data >= 0"),
    relu_without_upstream=("the upstream is missing", SENT, "(x.data > 0).astype(float)"),
    relu_with_a_new_array=("gives x a new array", WRITE, "x.data = np.maximum(x.data, 0.0)"),
    relu_behind_the_counter=(
        "went past the counter",
        WRITE,
        f"x.array.setflags(write=True)\n    {AT_THE_LOCK}",
    ),
    relu_at_the_lock=("only `x.data` opens it", WRITE, AT_THE_LOCK),
    relu_that_stumbles=("IndexError", WRITE, "x.data[100]"),
    relu_that_computes_only=(
        "x was not written to",
        WRITE,
        "y = np.maximum(x.data, 0.0)",
        SENT,
        "upstream * (y > 0)",
    ),
    relu_that_keeps_a_mask=(
        "A mask as large as x is kept",
        WRITE,
        f"mask = x.data > 0\n    {WRITE}",
        SENT,
        "upstream * mask",
    ),
    relu_that_keeps_places_in_a_default=(
        "vjp holds an array of int64 beside x",
        WRITE,
        f"places = np.flatnonzero(x.data <= 0)\n    {WRITE}",
        "vjp(upstream)",
        "vjp(upstream, places=places)",
    ),
    relu_that_calls_every_tensor_x=("The name is that of the tensor", "{x.label!r}", "'x'"),
    relu_that_keeps_its_input=(
        "A copy as large as x is kept",
        WRITE,
        f"before = x.numpy()\n    {WRITE}",
        SENT,
        "upstream * (before > 0)",
    ),
    relu_that_alarms_itself=(
        "Its own write counts as well",
        WRITE,
        "",
        "version = x.version.count",
        f"version = x.version.count\n    {WRITE}",
    ),
    relu_that_trusts=("is no longer that of relu", "x.version.count != version", "False"),
    relu_that_writes_into_the_upstream=(
        "The upstream belongs to whoever called",
        f"return {SENT}",
        "upstream[x.data <= 0] = 0.0\n        return upstream",
    ),
    relu_of_few_words=(
        "The refusal does not say relu_",
        "{x.label!r} was written to after 'relu_' had kept it: it is at version ",
        "x has changed",
        "{x.version.count}, and version {version} is needed",
        "",
    ),
    relu_that_returns_its_refusal=("The result is of type str", "raise RuntimeError", "return str"),
    relu_with_another_error=("`raise ValueError(`", "raise RuntimeError", "raise ValueError"),
    relu_that_returns_nothing=("`return vjp`, no brackets", "return vjp", ""),
)


@wrong_answer(check_relu_in_place, says="numbers beside x")
class ReluThatKeepsAList:
    def __init__(self, x):
        self.passes = (x.data > 0).ravel().tolist()
        np.maximum(x.data, 0.0, out=x.data)

    def __call__(self, upstream):
        return np.where(np.reshape(self.passes, upstream.shape), upstream, 0.0)
