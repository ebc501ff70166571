# %% [markdown]
r"""
# 0. Start here: exercises

One exercise, to meet the three answers of a check with your own hands. 5 minutes. The lesson is
[notebooks/00](../notebooks/00_start_here.ipynb).

Every exercise notebook works like this one. Where a cell says `raise NotImplementedError("your
turn")`, replace that line with your code and run the cell. Then run the check below it; its last
line says which output to reach. A check that fails stops no other cell.
"""

# %%
from autograd_lesson.checks.e00_start_here import check_slope
from autograd_lesson.teaching import hints

hints.on()

# %% [markdown]
r"""
## E0.1 Rise over run

You stand at the point (`x0`, `y0`) and walk in a straight line to (`x1`, `y1`). How far up do you
go for each unit to the right? A way that leads down has a negative slope.

From (1, 5) to (4, 11) the rise is 6 and the run is 3, so the slope is 2.

> **Try it.** Run the check before you write anything, and once more with an answer that you know to
> be wrong. Then make it pass.
"""


# %%
def slope(x0, y0, x1, y1):
    """The rise from the first point to the second, for each unit of x."""
    ### BEGIN SOLUTION
    return (y1 - y0) / (x1 - x0)
    ### END SOLUTION


# %% tags=["check"]
check_slope(slope)

# %% [markdown]
r"""
<details><summary>A hint</summary>

Two differences, one divided by the other. Python divides before it subtracts, unless brackets say
otherwise.
</details>

<details><summary>Help: <code>NameError: name 'slope' is not defined</code></summary>

The cell with `def slope` has not been run since the kernel started. Click into it and press
Shift+Enter, then run the check again.
</details>
"""

# %% [markdown] tags=["notes"] was="e0-1-a-slope"
r"""
**Your notes here:** what does your `slope` do with two points one above the other, and what should
it do?
"""

# %% [markdown]
r"""
## Next

All exercises that pass are listed by `python3 start.py check`, in a terminal. Go
on with [lesson 1](../notebooks/01_sensitivity.ipynb).
"""
