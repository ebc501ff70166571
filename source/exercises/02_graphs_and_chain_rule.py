# %% [markdown]
r"""
# 2. One road, two roads: exercises
"""
# %%
from autograd_lesson.checks.e02_graphs_and_chain_rule import (
    check_corrections, check_gradient_table, check_sum_over_paths, check_sweep_order)
# %%
def gradient_table():
    ### BEGIN SOLUTION
    return {"z": 1, "w": 5, "v": 5, "u": 28, "x": 23, "y": 53}
    ### END SOLUTION
# %% tags=["check"]
check_gradient_table(gradient_table)
# %%
def corrections():
    ### BEGIN SOLUTION
    return {"missing": {("c", "d")}, "wrong": {("b", "d")}}
    ### END SOLUTION
# %% tags=["check"]
check_corrections(corrections)
# %%
def sweep_order():
    ### BEGIN SOLUTION
    return ["D", "E", "G", "A", "B", "F", "C", "H"]
    ### END SOLUTION
# %% tags=["check"]
check_sweep_order(sweep_order)
# %%
def sum_over_paths(graph, src, dst):
    ### BEGIN SOLUTION
    if src == dst:
        return 1.0
    return sum(partial * sum_over_paths(graph, src, operand) for operand, partial in graph[dst])
    ### END SOLUTION
# %% tags=["check"]
check_sum_over_paths(sum_over_paths)
