# %% [markdown]
r"""
# 8. The broken-engine clinic: exercises

Twelve engines with one fault each. You write the sick method again, and a test that would catch the
fault if it came back. 65 minutes, in any order. The lesson is
[notebooks/08](../notebooks/08_broken_engine_clinic.ipynb).

The work is yours: an answer that has the package or another library do it does not pass.
"""

# %%
from autograd_lesson.teaching import clinic, hints

hints.on()

# %%
from autograd_lesson.checks.e08_broken_engine_clinic import (
    check_patient_1,
    check_patient_2,
    check_patient_3,
    check_patient_4,
    check_patient_5,
    check_patient_6,
    check_patient_7,
    check_patient_8,
    check_patient_9,
    check_patient_10,
    check_patient_11,
    check_patient_12,
)

# %% [markdown]
r"""
## The waiting room

`clinic.Number` is the right engine, and `clinic.Patient1` to `clinic.Patient12` are copies of it
with one fault each. The leaves are made with `engine(3.0)`. An engine has `+`, `-`, `*`,
`/`, `**`, `engine.dot(weights, inputs)` and `backward(seed)`; `order()` gives the values behind a
result, and `edges()` the operands of one result with their partials.
"""

# %%
for patient in clinic.PATIENTS:
    print(f"{patient.__name__:10} {patient.__doc__}")

# %% [markdown]
r"""
Work by the sheet of the lesson: reproduce, shrink, localise, explain, fix and lock. `CuredN` is the
patient with the sick method written again (patient 6 needs two), and a `test`. It takes an engine
and returns True if that engine is right; on the patient it returns False, or raises. The check runs
your engine on calculations that you have not seen, and your test on the patient and on engines that
are right, under other names too: a test looks at numbers alone.
"""

# %% [markdown]
r"""
## E8.1 A part of the gradient is lost

*Easy, 5 minutes. You will be able to cure patient 1, and to notice a relapse.*

`x = 3; c = 2; (x * c + x).backward()` leaves 2 in `x.grad`. Right is 3.

<details><summary>The method as it is</summary>

```python
def backward(self, seed=1.0):
    gradient = {self: seed}
    for result in reversed(self.order()):
        for operand, partial in result.edges():
            gradient[operand] = gradient[result] * partial
    for number, amount in gradient.items():
        number.grad += amount
```
</details>
"""


# %%
class Cured1(clinic.Patient1):
    """Patient 1 with a method written again, and the test that locks it."""

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(number) to the grad of every Number that self depends on."""
        ### BEGIN SOLUTION
        gradient = {self: seed}
        for result in reversed(self.order()):
            for operand, partial in result.edges():
                so_far = gradient.get(operand, 0.0)
                gradient[operand] = so_far + gradient[result] * partial
        for number, amount in gradient.items():
            number.grad += amount
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x = engine(3.0)
        (x * 2.0 + x).backward()
        return x.grad == 3.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_1(Cured1)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

`x` is an operand of two results. What does each of them bring, and which of the two is in the
answer?
</details>

<details><summary>Hint 2: localise</summary>

Look for the line in the inner loop where a contribution arrives, and for what it does to the one
before.
</details>

<details><summary>Hint 3: fix</summary>

Add to what is there: `gradient.get(operand, 0.0) + ...`.
</details>

<details><summary>Help: "would not have noticed the fault"</summary>

Your test returns True on the patient. Run it yourself: `Cured1.test(clinic.Patient1)`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 1 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.2 Half of a square's slope

*Easy, 5 minutes. You will be able to cure patient 2, and to notice a relapse.*

`x = 3; (x * x).backward()` leaves 3 in `x.grad`. Right is 6. `x * y` is right.

<details><summary>The method as it is</summary>

```python
def edges(self):
    return set(zip(self.operands, self.partials, strict=True))
```
</details>
"""


# %%
class Cured2(clinic.Patient2):
    """Patient 2 with a method written again, and the test that locks it."""

    def edges(self):
        """Each operand with its partial."""
        ### BEGIN SOLUTION
        return list(zip(self.operands, self.partials, strict=True))
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x = engine(3.0)
        (x * x).backward()
        return x.grad == 6.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_2(Cured2)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

How many edges has `x * x`? Print `(x * x).edges()`.
</details>

<details><summary>Hint 2: localise</summary>

The two edges are equal: the same operand, the same partial. Which collection in Python keeps equal
things once?
</details>

<details><summary>Hint 3: fix</summary>

A list keeps both.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 2 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.3 Ten minus x

*Easy, 5 minutes. You will be able to cure patient 3, and to notice a relapse.*

`x = 4; 10 - x` raises a `TypeError`. `x - 10` is right.

<details><summary>The method as it is</summary>

```python
def __rsub__(self, other):
    return NotImplemented  # what Python is told where the method is missing
```
</details>
"""


# %%
class Cured3(clinic.Patient3):
    """Patient 3 with a method written again, and the test that locks it."""

    def __rsub__(self, other):
        """other - self, for a plain number on the left."""
        ### BEGIN SOLUTION
        return self.of(other) - self
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x = engine(4.0)
        y = 10 - x
        y.backward()
        return y.data == 6.0 and x.grad == -1.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_3(Cured3)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

Which method does Python call for `10 - x`, and with which arguments? Lesson 3 has the answer.
</details>

<details><summary>Hint 2: localise</summary>

10 cannot subtract, so Python asks `x.__rsub__(10)`. There `self` is `x`, and stands on the right.
</details>

<details><summary>Hint 3: fix</summary>

Make a Number of `other` with `self.of(other)`, and subtract in the right order.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 3 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.4 Right once

*Medium, 5 minutes. You will be able to cure patient 4, and to notice a relapse.*

`x = 3; c = 2; y = x * x * c`. The first `y.backward()` leaves 12 in `x.grad`, which is right. After
the second it is 48, and right is 24.

<details><summary>The method as it is</summary>

```python
def backward(self, seed=1.0):
    self.grad += seed
    for result in reversed(self.order()):
        for operand, partial in result.edges():
            operand.grad += result.grad * partial
```
</details>
"""


# %%
class Cured4(clinic.Patient4):
    """Patient 4 with a method written again, and the test that locks it."""

    def backward(self, seed=1.0):
        """Add `seed` * d(self)/d(number) to the grad of every Number that self depends on."""
        ### BEGIN SOLUTION
        gradient = {self: seed}
        for result in reversed(self.order()):
            for operand, partial in result.edges():
                so_far = gradient.get(operand, 0.0)
                gradient[operand] = so_far + gradient[result] * partial
        for number, amount in gradient.items():
            number.grad += amount
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x = engine(3.0)
        y = x * x * 2.0
        y.backward()
        y.backward()
        return x.grad == 24.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_4(Cured4)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

Look at the grad of `x * x` after the first pass and after the second.
</details>

<details><summary>Hint 2: localise</summary>

A pass sends on what it finds in `result.grad`. What is in there when the second pass begins?
</details>

<details><summary>Hint 3: fix</summary>

Keep the books of one pass in a dict of its own, and add to `.grad` at the end.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 4 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.5 A short path and a long one

*Medium, 10 minutes. You will be able to cure patient 5, and to notice a relapse.*

`a = 2; b = 3; c = a + b; d = c * a; (c * d).backward()` leaves 35 in `a.grad` and 10 in `b.grad`.
Right are 45 and 20.

<details><summary>The method as it is</summary>

```python
def order(self):
    order = [self]
    for number in order:  # grows while it is read
        for operand in number.operands:
            if operand not in order:
                order.append(operand)
    return order[::-1]
```
</details>
"""


# %%
class Cured5(clinic.Patient5):
    """Patient 5 with a method written again, and the test that locks it."""

    def order(self):
        """Every Number that this one depends on, operands before results, this one last."""
        ### BEGIN SOLUTION
        order, seen = [], set()

        def visit(number):
            if number not in seen:
                seen.add(number)
                for operand in number.operands:
                    visit(operand)
                order.append(number)

        visit(self)
        return order
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        a, b = engine(2.0), engine(3.0)
        c = a + b
        (c * (c * a)).backward()
        return a.grad == 45.0 and b.grad == 20.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_5(Cured5)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

In which order are the values crossed? Print `[v.data for v in reversed(root.order())]`.
</details>

<details><summary>Hint 2: localise</summary>

`c` is crossed before `d`, and `d` has still to deliver to `c`.
</details>

<details><summary>Hint 3: fix</summary>

An order for the walk has every operand before its results: visit the operands first, then append.
Lesson 5 did this.
</details>
"""

# %% [markdown] tags=["notes"] was="e8-5-a-short-road-and-a-long-one"
r"""
**Your notes here:** what in the numbers of patient 5 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.6 Two numbers that happen to be equal

*Medium, 5 minutes. You will be able to cure patient 6, and to notice a relapse.*

`x = 2; y = 2; (x * y).backward()` leaves 4 in `x.grad` and 0 in `y.grad`. Right is 2 for both. With
`y = 3` all is right.

<details><summary>The method as it is</summary>

```python
def __eq__(self, other):
    return self.data == other.data

def __hash__(self):
    return hash(self.data)
```
</details>
"""


# %%
class Cured6(clinic.Patient6):
    """Patient 6 with a method written again, and the test that locks it."""

    def __eq__(self, other):
        """Whether this is the other one."""
        ### BEGIN SOLUTION
        return self is other
        ### END SOLUTION

    def __hash__(self):
        """Equal numbers must have equal hashes."""
        ### BEGIN SOLUTION
        return id(self)
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x, y = engine(2.0), engine(2.0)
        (x * y).backward()
        return x.grad == 2.0 and y.grad == 2.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_6(Cured6)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

Is `y` in `(x * y).order()`? Count.
</details>

<details><summary>Hint 2: localise</summary>

Sets and dicts ask `==` whether they know a key. What does this engine answer for two numbers of
equal data?
</details>

<details><summary>Hint 3: fix</summary>

A Number equals itself and nothing else: `self is other`, and `id(self)` as its hash.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 6 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.7 One partial for all

*Medium, 5 minutes. You will be able to cure patient 7, and to notice a relapse.*

The dot product of the weights 2, 3 and the inputs 5, 7 leaves the grad 3 in all four. Right are 5
and 7 for the weights, 2 and 3 for the inputs.

<details><summary>The method as it is</summary>

```python
@classmethod
def dot(cls, weights, inputs):
    if len(weights) != len(inputs):
        raise ValueError(f"dot of {len(weights)} weights and {len(inputs)} inputs")
    data = sum(w.data * x.data for w, x in zip(weights, inputs, strict=True))
    partials = []
    for number in (*inputs, *weights):
        partials.append(lambda: number.data)
    return cls(data, "", "dot", (*weights, *inputs), tuple(partials))
```
</details>
"""


# %%
class Cured7(clinic.Patient7):
    """Patient 7 with a method written again, and the test that locks it."""

    @classmethod
    def dot(cls, weights, inputs):
        """The sum of weight * input over two equally long lists of Numbers."""
        ### BEGIN SOLUTION
        if len(weights) != len(inputs):
            raise ValueError(f"dot of {len(weights)} weights and {len(inputs)} inputs")
        data = sum(w.data * x.data for w, x in zip(weights, inputs, strict=True))
        partials = tuple(number.data for number in (*inputs, *weights))
        return cls(data, "", "dot", (*weights, *inputs), partials)
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        w, x = [engine(2.0), engine(3.0)], [engine(5.0), engine(7.0)]
        engine.dot(w, x).backward()
        return [number.grad for number in w + x] == [5.0, 7.0, 2.0, 3.0]
        ### END SOLUTION


# %% tags=["check"]
check_patient_7(Cured7)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

Whose data is the 3 that all of them get?
</details>

<details><summary>Hint 2: localise</summary>

The functions made in the loop are called on the way back. What is `number` by then?
</details>

<details><summary>Hint 3: fix</summary>

Keep the number itself in place of a function that will look it up.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 7 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.8 The wrong way

*Easy, 5 minutes. You will be able to cure patient 8, and to notice a relapse.*

`x = 6; y = 2; (x / y).backward()` leaves 1.5 in `y.grad`. A larger `y` makes the quotient smaller:
right is -1.5.

<details><summary>The method as it is</summary>

```python
def __truediv__(self, other):
    other = self.of(other)
    partials = (1 / other.data, self.data / other.data**2)
    return self.result(self.data / other.data, "/", (self, other), partials)
```
</details>
"""


# %%
class Cured8(clinic.Patient8):
    """Patient 8 with a method written again, and the test that locks it."""

    def __truediv__(self, other):
        """self / other."""
        ### BEGIN SOLUTION
        other = self.of(other)
        partials = (1 / other.data, -self.data / other.data**2)
        return self.result(self.data / other.data, "/", (self, other), partials)
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x, y = engine(6.0), engine(2.0)
        (x / y).backward()
        return x.grad == 0.5 and y.grad == -1.5
        ### END SOLUTION


# %% tags=["check"]
check_patient_8(Cured8)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

Measure: what is 6 / 2, and what is 6 / 2.001?
</details>

<details><summary>Hint 2: localise</summary>

Write the quotient as $a \cdot b^{-1}$ and take its slope in $b$.
</details>

<details><summary>Hint 3: fix</summary>

The second partial is `-self.data / other.data**2`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 8 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.9 Nothing at nothing

*Medium, 5 minutes. You will be able to cure patient 9, and to notice a relapse.*

`x = 0; x ** 2` raises a `ZeroDivisionError`. The result is 0 and its slope is 0. Powers are whole
numbers from 0 on here.

<details><summary>The method as it is</summary>

```python
def __pow__(self, k):
    data = self.data**k
    return self.result(data, f"**{k}", (self,), (k * data / self.data,))
```
</details>
"""


# %%
class Cured9(clinic.Patient9):
    """Patient 9 with a method written again, and the test that locks it."""

    def __pow__(self, k):
        """self ** k, for a plain number k."""
        ### BEGIN SOLUTION
        slope = k * self.data ** (k - 1) if k else 0.0
        return self.result(self.data**k, f"**{k}", (self,), (slope,))
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        slopes = []
        for k in (0, 1, 2):
            x = engine(0.0)
            (x**k).backward()
            slopes.append(x.grad)
        return slopes == [0.0, 1.0, 0.0]
        ### END SOLUTION


# %% tags=["check"]
check_patient_9(Cured9)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

By what does the rule divide, and why?
</details>

<details><summary>Hint 2: localise</summary>

The slope can be written without dividing. Try it at 0 for `k` = 0, 1 and 2.
</details>

<details><summary>Hint 3: fix</summary>

`k * self.data ** (k - 1)`, and 0 for `k` = 0, where 0 to the power -1 would be asked for.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 9 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.10 What was the number then?

*Medium, 5 minutes. You will be able to cure patient 10, and to notice a relapse.*

`x = 3; y = x * x`. Then somebody sets `x.data = 100`, and `y.backward()` leaves 200 in `x.grad`.
`y` was computed from 3: right is 6.

<details><summary>The method as it is</summary>

```python
def __mul__(self, other):
    other = self.of(other)
    partials = (lambda: other.data, lambda: self.data)
    return self.result(self.data * other.data, "*", (self, other), partials)
```
</details>
"""


# %%
class Cured10(clinic.Patient10):
    """Patient 10 with a method written again, and the test that locks it."""

    def __mul__(self, other):
        """self * other."""
        ### BEGIN SOLUTION
        other = self.of(other)
        partials = (other.data, self.data)
        return self.result(self.data * other.data, "*", (self, other), partials)
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        x = engine(3.0)
        y = x * x
        x.data = 100.0
        y.backward()
        return x.grad == 6.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_10(Cured10)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

When does this engine read `x.data`: when it multiplies, or on the way back?
</details>

<details><summary>Hint 2: localise</summary>

A function keeps the Number, not what the Number held.
</details>

<details><summary>Hint 3: fix</summary>

Keep the two numbers: `(other.data, self.data)`.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 10 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.11 Two weights, three inputs

*Easy, 5 minutes. You will be able to cure patient 11, and to notice a relapse.*

The dot product of the weights 2, 3 and the inputs 5, 7, 11 gives 31 and says nothing. Right is a
`ValueError`.

<details><summary>The method as it is</summary>

```python
@classmethod
def dot(cls, weights, inputs):
    pairs = list(zip(weights, inputs))
    data = sum(w.data * x.data for w, x in pairs)
    operands = [w for w, _ in pairs] + [x for _, x in pairs]
    partials = [x.data for _, x in pairs] + [w.data for w, _ in pairs]
    return cls(data, "", "dot", tuple(operands), tuple(partials))
```
</details>
"""


# %%
class Cured11(clinic.Patient11):
    """Patient 11 with a method written again, and the test that locks it."""

    @classmethod
    def dot(cls, weights, inputs):
        """The sum of weight * input over two equally long lists of Numbers."""
        ### BEGIN SOLUTION
        if len(weights) != len(inputs):
            raise ValueError(f"dot of {len(weights)} weights and {len(inputs)} inputs")
        data = sum(w.data * x.data for w, x in zip(weights, inputs, strict=True))
        partials = tuple(number.data for number in (*inputs, *weights))
        return cls(data, "", "dot", (*weights, *inputs), partials)
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        try:
            engine.dot([engine(2.0), engine(3.0)], [engine(5.0), engine(7.0), engine(11.0)])
        except ValueError:
            return True
        return False
        ### END SOLUTION


# %% tags=["check"]
check_patient_11(Cured11)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

What became of the 11?
</details>

<details><summary>Hint 2: localise</summary>

`zip` stops at the end of the shorter list. It has an option against that.
</details>

<details><summary>Hint 3: fix</summary>

Compare the lengths first and raise a `ValueError`, or write `zip(..., strict=True)`, which raises
one.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 11 pointed to the place of the fault?
"""

# %% [markdown]
r"""
## E8.12 Two results of one name

*Medium, 5 minutes. You will be able to cure patient 12, and to notice a relapse.*

`a = 2; b = 3; p = a * b; q = a + b`. Both `p` and `q` get the label `"h"`. `(p * q).backward()`
leaves 15 in `a.grad`. Without labels it is 21, and that is right.

<details><summary>The method as it is</summary>

```python
def order(self):
    order, seen = [], set()

    def visit(number):
        name = number.label or id(number)
        if name not in seen:
            seen.add(name)
            for operand in number.operands:
                visit(operand)
            order.append(number)

    visit(self)
    return order
```
</details>
"""


# %%
class Cured12(clinic.Patient12):
    """Patient 12 with a method written again, and the test that locks it."""

    def order(self):
        """Every Number that this one depends on, operands before results, this one last."""
        ### BEGIN SOLUTION
        order, seen = [], set()

        def visit(number):
            if number not in seen:
                seen.add(number)
                for operand in number.operands:
                    visit(operand)
                order.append(number)

        visit(self)
        return order
        ### END SOLUTION

    @staticmethod
    def test(engine):
        """Whether this engine is right."""
        ### BEGIN SOLUTION
        a, b = engine(2.0), engine(3.0)
        p, q = a * b, a + b
        p.label = q.label = "h"
        (p * q).backward()
        return a.grad == 21.0 and b.grad == 16.0
        ### END SOLUTION


# %% tags=["check"]
check_patient_12(Cured12)

# %% [markdown]
r"""
<details><summary>Hint 1: reproduce</summary>

How many Numbers are in `(p * q).order()`? There are five.
</details>

<details><summary>Hint 2: localise</summary>

By what does the walk know that it has been somewhere?
</details>

<details><summary>Hint 3: fix</summary>

Keep the Number itself in `seen`. Its label is for people.
</details>
"""

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what in the numbers of patient 12 pointed to the place of the fault?
"""
