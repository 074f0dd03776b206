"""The game of some of the players, games with a support, and the least support with which a sharing holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.cooperation import (
    core,
    equal_profit,
    least_support,
    leaving,
    nucleolus,
    proportional,
    shapley,
    subgame,
    supported,
)
from coopgeo.errors import InputError
from tests.cooperation.games import cost_games

PAIRS = [0, 1, 1, 1, 1, 1, 1, 2]  # three communes, each two of them served by a site of 1


def test_the_game_of_some_is_read_from_that_of_all():
    worth = np.arange(16.0)
    assert subgame(worth, [0, 1, 2, 3]).tolist() == worth.tolist()
    assert subgame(worth, [3]).tolist() == [0, 8]
    assert subgame(worth, [1, 3]).tolist() == [0, 2, 8, 10]
    assert subgame(worth, [3, 1]).tolist() == [0, 8, 2, 10]
    assert subgame([0, 1, np.inf, 3], [1]).tolist() == [0, np.inf]


@pytest.mark.parametrize(
    ("worth", "players", "found"),
    [
        ([0, 1, 2], [0], "found shape (3,)"),
        ([[0, 1], [2, 3]], [0], "found shape (2, 2)"),
        (PAIRS, [], "one or more of the players 0 to 2"),
        (PAIRS, [3], "one or more of the players 0 to 2"),
        (PAIRS, [1, 1], "each once"),
        (PAIRS, [-1], "found -1"),
    ],
)
def test_players_that_are_none_are_told(worth, players, found):
    with pytest.raises(InputError) as error:
        subgame(worth, players)
    assert found in str(error.value)


def test_a_support_is_of_all_together_alone():
    assert supported(PAIRS, 0.5).tolist() == [0, 1, 1, 1, 1, 1, 1, 1.5]
    assert supported([0, 1, 1, 3], 2, "value").tolist() == [0, 1, 1, 5]
    assert not core(supported(PAIRS, core(PAIRS, "cost").aid), "cost").empty


def test_the_least_support_of_a_sharing():
    assert least_support(PAIRS, [1, 0.5, 0.5], [1 / 3] * 3) == pytest.approx(0.75)  # a pair pays 1.5, and 1 apart
    assert least_support(PAIRS, [1, 0.5, 0.5], [1, 0, 0]) == pytest.approx(0.5)
    assert least_support(PAIRS, [1, 0.5, 0.5], [0, 1, 0]) == np.inf  # the first and the third get nothing
    assert least_support([0, 2, 2, 3], [1.5, 1.5], [0.5, 0.5]) == 0
    assert least_support([0, 4, 4, 9], [3, 6], [0.5, 0.5], "value") == pytest.approx(2)


@pytest.mark.parametrize("parts", [[0.5, 0.5, 0.5], [-1, 1, 1], [1, 0]])
def test_parts_that_are_none_are_told(parts):
    with pytest.raises(InputError, match="parts"):
        least_support(PAIRS, [1, 0.5, 0.5], parts)


@given(worth=cost_games(4), data=st.data())
def test_nobody_leaves_with_the_least_support_and_somebody_does_with_less(worth, data):
    players = len(worth).bit_length() - 1
    weights = np.array(data.draw(st.lists(st.integers(1, 4), min_size=players, max_size=players)), dtype=float)
    linear = {"weights": (proportional(worth, weights), weights / weights.sum())}
    linear["shapley"] = shapley(worth, "cost"), np.full(players, 1 / players)
    for shares, parts in linear.values():
        least = least_support(worth, shares, parts)
        assert not leaving(worth, shares - (least + 1e-6) * parts, "cost")
        assert (least == 0) == (not leaving(worth, shares, "cost"))
        if least > 1e-4:
            assert leaving(worth, shares - (least - 1e-4) * parts, "cost")
        assert least >= core(worth, "cost").aid - 1e-6  # no rule holds with less than any sharing needs


@given(worth=cost_games(4))
def test_what_is_linear_in_the_cost_of_all_splits_a_support_as_it_is_said_to(worth):
    players = len(worth).bit_length() - 1
    less = supported(worth, 0.75)
    assert shapley(less, "cost") == pytest.approx(shapley(worth, "cost") - 0.75 / players)
    assert proportional(less) == pytest.approx(proportional(worth) - 0.75 / players)


@given(worth=cost_games(4))
def test_the_nucleolus_and_the_equal_profit_method_hold_with_the_least_support_of_any_sharing(worth):
    enough = supported(worth, core(worth, "cost").aid + 1e-6)
    assert not leaving(enough, nucleolus(enough, "cost").shares, "cost")
    if (worth[1 << np.arange(len(worth).bit_length() - 1)] > 0).all():
        assert max((one.gain for one in leaving(enough, equal_profit(enough).shares, "cost")), default=0.0) < 1e-6
