# %% [markdown]
r"""
# 0. Start here
"""

# %%
from autograd_lesson.checks.e00_start_here import check_midpoint

# %% tags=["raises-exception"]
def midpoint(a, b):
    return a + b / 2

check_midpoint(midpoint)
