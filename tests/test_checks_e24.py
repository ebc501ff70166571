"""The checks of exercise 24 take every right answer, however it is written."""

from functools import cache

from wrong_answers import right_answer

from autograd_lesson.checks.e24_devices_and_backends import (
    check_best_places,
    check_microseconds,
    check_small_engine,
)


def move(model, kb):
    return model["latency"] + model["per_kb"] * kb


def time_from_the_end(places, ops, start_kb, model):
    """The time by recursion, what comes after the first op last."""

    def rest(i, here):
        kb = ops[i - 1][2] if i else start_kb
        if i == len(ops):
            return move(model, kb) * (here == "card")
        own = ops[i][0] if places[i] == "host" else ops[i][1] + model["launch"]
        return own + (places[i] != here) * move(model, kb) + rest(i + 1, places[i])

    return rest(0, "host")


def best_by_place(ops, start_kb, model):
    """A tuple, found op by op: the least time for each place where the data may be."""

    @cache
    def least(i, here):
        kb = ops[i - 1][2] if i else start_kb
        if i == len(ops):
            return move(model, kb) * (here == "card"), ()
        ways = []
        for place in ("host", "card"):
            time, places = least(i + 1, place)
            own = ops[i][0] if place == "host" else ops[i][1] + model["launch"]
            ways.append((own + (place != here) * move(model, kb) + time, (place, *places)))
        return min(ways)

    return least(0, "host")[1]


def test_a_time_may_be_added_up_in_any_way():
    check_microseconds(time_from_the_end)


def test_places_may_stand_in_a_tuple():
    check_best_places(best_by_place)


def test_an_engine_may_write_tanh_with_the_exponential_of_its_backend():
    tanh = "1.0 - 2.0 / (xp.exp(2.0 * self.data) + 1.0)"
    check_small_engine(right_answer(check_small_engine, "xp.tanh(self.data)", tanh))


def test_a_gradient_may_begin_as_a_plain_number():
    zeros, ones = "xp.zeros(self.data.shape)", "walk_back(self, xp.ones(self.data.shape))"
    plain = right_answer(check_small_engine, zeros, "0.0", ones, "walk_back(self, 1.0)")
    check_small_engine(plain)
