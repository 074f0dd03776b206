"""Lower bounds and estimates of many depots and draws at once."""

import numpy as np
import pytest

from coopgeo.rounds import Fleet, estimated_rounds_cost, least_rounds_cost, plan_rounds
from tests.rounds.tasks import on_a_plane

FLEET = Fleet(2.0, cost_eur_km=0.4, cost_eur_h=30, shift_s=14_400, stop_s=300, depot_s=900, round_eur=5)
BOTH = pytest.mark.parametrize("function", [least_rounds_cost, estimated_rounds_cost])


@BOTH
def test_many_depots_and_draws_are_as_each_alone(function):
    random = np.random.default_rng(0)
    length, time, _ = on_a_plane(random, 13, asymmetry=0.2)
    toll = random.random(length.shape)
    load = random.uniform(0, 3, (6, 10)) * (random.random((6, 10)) < 0.8)
    found = function(length, time, load, fleet=FLEET, toll_eur=toll, depots=4)
    assert found.shape == (6, 4)
    for depot in range(4):
        rows = np.array([depot, *range(4, 14)])
        some = np.ix_(rows, rows)
        alone = [function(length[some], time[some], one, fleet=FLEET, toll_eur=toll[some])[0] for one in load]
        np.testing.assert_allclose(found[:, depot], alone)
    np.testing.assert_allclose(function(length, time, load[2], fleet=FLEET, toll_eur=toll, depots=4), found[2])


@BOTH
def test_a_depot_that_reaches_no_stop_costs_no_sum(function):
    ways = np.full((4, 4), 100.0)
    ways[1, 2:] = np.inf
    found = function(ways, ways, [1, 1], fleet=FLEET, depots=2)
    assert np.isfinite(found).tolist() == [True, False]
    assert function(ways, ways, [0, 0], fleet=FLEET, depots=2).tolist() == [0, 0]


@BOTH
def test_a_stop_beyond_the_shift_costs_no_sum(function):
    ways = np.array([[0, 100, 9000], [100, 0, 9000], [9000, 9000, 0.0]])
    fleet = Fleet(1, cost_eur_h=1, shift_s=8000)
    assert np.isinf(function(ways, ways, [1, 1], fleet=fleet)[0])
    assert np.isfinite(function(ways, ways, [1, 0], fleet=fleet)[0])


@BOTH
def test_one_stop_and_full_trips_cost_just_that(function):
    ways = np.array([[0, 1000.0], [2000, 0]])
    fleet = Fleet(1, cost_eur_km=1, cost_eur_h=36, stop_s=100, depot_s=200, round_eur=4)
    for load, trips in ((0.3, 1), (1, 1), (3, 3)):
        assert function(ways, np.zeros((2, 2)), [load], fleet=fleet)[0] == pytest.approx(trips * (3 + 3 + 4))


def test_the_bound_counts_rounds_by_load_and_by_time():
    ways = np.full((6, 6), 0.0)
    by_load = Fleet(1, round_eur=10)
    assert least_rounds_cost(ways, ways, [0.5] * 5, fleet=by_load)[0] == 30
    by_time = Fleet(9, round_eur=10, shift_s=200, stop_s=100)
    assert least_rounds_cost(ways, ways, [0.5] * 5, fleet=by_time)[0] == 30


def test_stops_at_one_spot_are_spanned_for_nothing():
    """SciPy takes a cost of 0 for no way."""
    length = np.array([[0, 5000, 5000], [5000, 0, 0], [5000, 0, 0.0]])
    assert least_rounds_cost(length, length, [1, 1], fleet=Fleet(2, cost_eur_km=1))[0] == pytest.approx(10)


def test_the_radial_bound_goes_by_the_cheapest_way_over_other_stops():
    length = np.array([[0, 1000, 99_000], [1000, 0, 1000], [99_000, 1000, 0]])
    fleet = Fleet(1, cost_eur_km=1)
    assert least_rounds_cost(length, length, [0.001, 0.999], fleet=fleet)[0] <= 102
    assert least_rounds_cost(length, length, [0.001, 0.999], fleet=fleet)[0] == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize("capacity", [1.0, 2.5, 30.0])
def test_the_estimate_is_near_the_plan(capacity):
    off = []
    for seed in range(5):
        length, time, load = on_a_plane(np.random.default_rng(seed), 25)
        fleet = Fleet(capacity, cost_eur_km=0.4, cost_eur_h=30, shift_s=28_800, stop_s=300)
        plan = plan_rounds(length, time, load, fleet=fleet, iterations=200, bound_steps=0)
        off.append(estimated_rounds_cost(length, time, load, fleet=fleet)[0] / plan.eur - 1)
    assert np.abs(off).max() < 0.2
    assert np.abs(off).mean() < 0.1
