"""Wrong answers to exercise 25."""

from autograd_lesson.checks.e25_a_transformer import (
    check_block,
    check_causal_attention,
    check_completed,
    check_parts_left_out,
    check_size_of_transformer,
)
from wrong_answers import from_results, from_slips, spoiled

# ---------------------------------------------------------------------------------------------
# E25.1 attention

from_slips(
    check_causal_attention,
    head_without_scale="not divided by the root of d",
    head_over_d="Divided by d; it is the root",
    head_over_places="Divided by the root of t",
    head_times_the_root="Multiplied by the root of d",
    head_without_mask="There is no mask",
    head_masked_after="no longer add up to 1",
    head_masked_with_zero="A forbidden score became 0",
    head_over_columns="columns add up to 1",
    head_of_the_future="The triangle is turned round",
    head_with_q_and_k_swapped="Queries and keys have changed places",
    head_with_shares_turned="The shares are turned round before they mix",
    head_of_queries="shares of the queries",
    head_of_keys="The rows of `k` were mixed",
)
ALLOWED, MIXED = "np.ones((t, t), bool)", "where(allowed, scores, -np.inf).softmax() @ v"
spoiled(
    check_causal_attention,
    head_that_is_blind=("A place may not even take from itself", ALLOWED, f"{ALLOWED}, -1"),
    head_that_leaks_a_little=("something from behind still comes through", "-np.inf", "-30.0"),
    head_of_plain_values=("no path leads back to v", "@ v", "@ v.numpy()"),
    head_that_is_cut=("no path leads back from them", MIXED, f"({MIXED}).detach()"),
    head_in_numpy=("A plain array has no way back", MIXED, f"({MIXED}).numpy()"),
    head_without_a_transpose=("`q @ k.swapaxes(-1, -2)`", ".swapaxes(-1, -2)", ""),
    head_that_clears_its_queries=(
        "`q` changed by the call",
        "t, d =",
        "q.data[...] = 0.0\n    t, d =",
    ),
    head_without_a_result=("is a `return` missing?", "return where", "where"),
    head_of_all_values_alike=("The mixture is another one", "q @ k", "0.0 * q @ k"),
)

# ---------------------------------------------------------------------------------------------
# E25.2 a block

from_slips(
    check_block,
    block_without_sums="Nothing is added",
    block_without_the_first_sum="The first change took the place",
    block_without_the_second_sum="The second change took the place",
    block_side_by_side="made of the stream as it was before",
    block_added_to_the_old="was added to the stream as it was before",
    block_without_norms="The norms are missing",
    block_without_norm_1="The first norm is missing",
    block_without_norm_2="The second norm is missing",
    block_with_one_norm="The first norm stands in both places",
    block_with_norms_swapped="The norms have changed places",
    block_with_norms_after="Norms come after the sum here",
    block_with_norms_of_changes="A norm comes after its change",
    block_on_the_norm="replaced by its norm",
    block_that_thinks_first="`think` comes first here",
    block_that_only_asks="after the first change",
)
spoiled(
    check_block,
    block_that_subtracts=(
        "The stream holds other numbers",
        "x + ask",
        "x - ask",
        " + think(norm_2(x))",
        "",
    ),
    block_without_a_result=("is a `return` missing?", "return x", "x"),
    block_on_bare_numbers=(
        "no path leads back from them to x",
        "x = x + ask",
        "x = x.detach()\n    x = x + ask",
    ),
)

# ---------------------------------------------------------------------------------------------
# E25.3 its size

from_slips(
    check_size_of_transformer,
    size_without_places="The table of places is missing",
    size_without_tokens="The table of tokens is missing",
    size_without_norms_in_blocks="The norms of the blocks are missing",
    size_with_half_norms="Each norm has a weight and a bias",
    size_with_one_norm="A block has two norms",
    size_without_the_last_norm="The norm at the end is missing",
    size_without_any_norm="All norms are missing",
    size_without_the_last_bias="The bias of the last layer is missing",
    size_without_the_last_layer="The last layer is missing",
    size_without_mixing="The layer that mixes is missing",
    size_without_the_bias_of_mixing="The bias of the layer that mixes is missing",
    size_with_biases_in_heads="Query, key and value have no bias",
    size_without_wide_biases="The biases of the two wide layers are missing",
    size_without_biases="No bias is counted",
    size_without_the_way_back="The layer back from",
    size_of_one_block="There is one block here",
    size_of_all_in_blocks="The tables and the end stand once",
)
spoiled(
    check_size_of_transformer,
    size_of_two_tables=(
        "Some part is counted too often",
        " + blocks * (heads + layers + 2 * norm) + end",
        "",
    ),
)

# ---------------------------------------------------------------------------------------------
# E25.4 writing

from_slips(
    check_completed,
    writes_only_the_new="Only the new tokens are here",
    writes_one_too_many="one new token too many",
    writes_one_too_few="one new token too few",
    writes_nothing="Nothing was added",
    writes_the_same="All new tokens are the same",
    writes_after_the_first="after the *first* place",
    writes_from_the_last_alone="saw only the last token",
    writes_from_a_window="only the last of the new ones",
    writes_the_least_likely="the least likely tokens",
    writes_in_front="New tokens stand before the rows",
)
LONGER = "np.concatenate([tokens, best[:, None]], axis=1)"
spoiled(
    check_completed,
    writes_with_a_graph=("every step records a graph", "with no_grad()", "if True"),
    writes_into_the_rows=(
        "`tokens` changed by the call",
        f"tokens = {LONGER}",
        f"longer = {LONGER}\n            tokens[...] = 0\n            tokens = longer",
    ),
    writes_zeros=("Other tokens were picked", ".argmax(axis=-1)", "[:, 0].astype(int) * 0"),
    writes_how_many_rows=("The result is of type int", "return tokens", "return len(tokens)"),
    writes_without_a_result=("is a `return` missing?", "return tokens", ""),
)

# ---------------------------------------------------------------------------------------------
# E25.5 what was left out

RIGHT = {"heads": "A", "places": "D", "mask": "C", "one half": "B"}

from_results(
    check_parts_left_out,
    guess_of_heads=("Without heads no place knows of another", RIGHT | {"heads": "D"}),
    guess_of_places=("A sum over keys", RIGHT | {"places": "B"}),
    guess_of_the_mask=("nothing ahead to look at", RIGHT | {"mask": "B"}),
    guess_of_the_width=("Half of the width is enough", RIGHT | {"one half": "D"}),
    guess_of_a_word=("is named by a letter", RIGHT | {"mask": "chance"}),
)
