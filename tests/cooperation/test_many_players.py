"""Sharing among many: against games whose sharings are known, and against all coalitions where there are few."""

import numpy as np
import pytest

from coopgeo.cooperation import nucleolus, shapley
from coopgeo.cooperation.games import members_of
from coopgeo.cooperation.many_players import Asked, sampled_shapley, searched_nucleolus
from coopgeo.cooperation.stability import core_of, leaving_of
from coopgeo.errors import InputError

NEEDS = np.sort(np.random.default_rng(8).uniform(1, 100, 30))


def airport(needs):
    """Everybody needs a part of one runway: what the longest needs is paid."""
    return lambda members: (members * needs).max(axis=1)


def placement(seed, clients, sites=5):
    """Clients that are served from sites, each of which costs something."""
    rng = np.random.default_rng(seed)
    service, opening = rng.random((clients, sites)) * 3, rng.random(sites) * 3
    chosen = members_of(np.arange(1, 1 << sites), sites)
    least = np.array([service[:, some].min(axis=1) for some in chosen])
    return lambda members: (members @ least.T + chosen @ opening).min(axis=1) * members.any(axis=1)


def airport_shapley(needs):
    """Each stretch of the runway is divided among those who need it (Littlechild and Owen, 1973); needs in order."""
    return np.cumsum(np.diff(needs, prepend=0.0) / np.arange(len(needs), 0, -1))


def airport_nucleolus(needs):
    """Littlechild (1974): player after player pays the least of what the stretches so far leave; needs in order."""
    shares, paid, first = np.zeros(len(needs)), 0.0, 0
    while first < len(needs) - 1:
        counts = np.arange(first + 1, len(needs))
        rates = (needs[first : len(needs) - 1] - paid) / (counts - first + 1)
        last = (needs[-1] - paid) / (len(needs) - first)
        at = int(np.argmin(rates))
        if last <= rates[at]:
            break
        shares[first : first + at + 1] = rates[at]
        paid += rates[at] * (at + 1)
        first += at + 1
    shares[first:] = (needs[-1] - paid) / (len(needs) - first)
    return shares


def test_the_nucleolus_of_an_airport_is_as_published():
    assert airport_nucleolus(np.array([8.0, 11.0, 17.0, 18.0])) == pytest.approx([11 / 3, 11 / 3, 29 / 6, 35 / 6])
    assert airport_nucleolus(np.array([12.0, 28.0, 30.0])) == pytest.approx([6, 11, 13])


def test_thirty_players_of_an_airport():
    asked = Asked(airport(NEEDS), 30)
    drawn = sampled_shapley(asked, 400)
    assert drawn.shares.sum() == pytest.approx(NEEDS[-1])
    assert (abs(drawn.shares - airport_shapley(NEEDS)) <= 4.5 * drawn.error + 1e-9).all()
    found = searched_nucleolus(asked, 30_000)
    assert found.settled
    assert found.shares == pytest.approx(airport_nucleolus(NEEDS), abs=1e-6)


def test_more_orders_err_less():
    few, many = (sampled_shapley(Asked(airport(NEEDS), 30), orders, seed=3) for orders in (40, 1000))
    assert many.error.sum() < few.error.sum() / 3
    again = sampled_shapley(Asked(airport(NEEDS), 30), 40, seed=3)
    assert again.shares.tobytes() == few.shares.tobytes()


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_a_few_players_are_shared_as_by_all_coalitions(players):
    for seed in range(8):
        cost = placement(seed, players)
        asked = Asked(cost, players)
        worth = np.append(0.0, cost(members_of(np.arange(1, 1 << players), players)))
        found = searched_nucleolus(asked)
        assert found.settled
        assert found.shares == pytest.approx(nucleolus(worth, "cost").shares, abs=1e-6)
        drawn = sampled_shapley(asked, 3000)
        assert (abs(drawn.shares - shapley(worth, "cost")) <= 5 * drawn.error + 1e-9).all()


def test_sharings_of_ten_are_right_as_a_rule_with_half_of_the_coalitions():
    right = 0
    for seed in range(6):
        cost = placement(seed, 10)
        worth = np.append(0.0, cost(members_of(np.arange(1, 1 << 10), 10)))
        asked = Asked(cost, 10)
        sampled_shapley(asked, 20)
        found = searched_nucleolus(asked)
        assert found.shares.sum() == pytest.approx(worth[-1])
        right += abs(found.shares - nucleolus(worth, "cost").shares).max() < 1e-6 * worth[-1]
        assert len(asked) < 600
    assert right >= 5


def test_what_objects_among_those_asked_does():
    triangle = Asked(lambda members: np.ceil(members.sum(axis=1) / 2), 3)
    triangle(np.array([[True, True, False], [True, False, True], [False, True, True]]))
    found = core_of(triangle.game())
    assert (found.empty, round(found.aid, 6), found.blocking) == (True, 0.5, ((0, 1), (0, 2), (1, 2)))
    assert {one.players for one in leaving_of(triangle.game(), np.array([1.0, 0.5, 0.5]))} == {(0, 1), (0, 2)}


def test_no_coalition_is_asked_twice():
    seen = []

    def cost(members):
        seen.extend(map(bytes, members))
        return airport(NEEDS[:8])(members)

    asked = Asked(cost, 8)
    sampled_shapley(asked, 20)
    searched_nucleolus(asked, 150)
    assert len(seen) == len(set(seen)) == len(asked)


def test_a_search_that_is_cut_short_says_so():
    asked = Asked(placement(1, 16), 16)
    assert not searched_nucleolus(asked, 40).settled
    assert len(asked) < 40 + 16 * 16 + 16


@pytest.mark.parametrize("orders", [0, 3, 7])
def test_orders_come_in_pairs(orders):
    with pytest.raises(InputError, match="an even number"):
        sampled_shapley(Asked(airport(NEEDS), 30), orders)


def test_a_coalition_that_cannot_be_served_has_no_mean():
    alone = Asked(lambda members: np.where(members.sum(axis=1) < 2, np.inf, 1.0), 4)
    with pytest.raises(InputError, match="no order of arrival has a mean"):
        sampled_shapley(alone, 4)
