# %% [markdown]
r"""
# 0. Start here: exercises

The first exercise is about the *exercise*, not about mathematics: meet the three things a check can say. 5 minutes.
"""

# %%
from autograd_lesson.checks.e00_start_here import check_slope

# %% [markdown]
r"""
## E0.1 A slope

You stand at the point (`x0`, `y0`) and walk in a straight line to (`x1`, `y1`). How far up did you go for every unit to the right?
"""


# %%
def slope(x0, y0, x1, y1):
    """The rise between two points, for each unit of x between them."""
    ### BEGIN SOLUTION
    return (y1 - y0) / (x1 - x0)
    ### END SOLUTION


# %% tags=["check"]
check_slope(slope)

# %% [markdown] tags=["notes"]
r"""
**Your notes here:** what would `slope` do with two points that stand one above the other?
"""
