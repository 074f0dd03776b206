"""Rounds against known best answers: an instance of the literature, and small ones by trying everything."""

import subprocess
import sys

import numpy as np
import pytest

from coopgeo.errors import InfeasibleError
from coopgeo.rounds import Fleet, least_rounds_cost, plan_rounds
from tests.rounds.tasks import E_N22_OPTIMUM, best_cost, e_n22, on_a_plane, round_of

FLEETS = {
    "capacity": Fleet(1.5, cost_eur_km=0.5, cost_eur_h=30, stop_s=300, depot_s=600),
    "shift": Fleet(9.0, cost_eur_km=0.5, cost_eur_h=30, shift_s=7_200, stop_s=300, depot_s=600),
    "dear rounds": Fleet(2.0, cost_eur_km=0.5, cost_eur_h=30, shift_s=10_800, stop_s=300, round_eur=40),
    "time costs nothing": Fleet(1.5, cost_eur_km=0.5, shift_s=10_800, stop_s=300),
}


def test_the_optimum_of_a_published_instance_is_found():
    length, load, fleet = e_n22()
    plan = plan_rounds(length, length, load, fleet=fleet)
    assert plan.eur == pytest.approx(E_N22_OPTIMUM)
    assert len(plan) == 4
    assert 0.95 * E_N22_OPTIMUM < plan.bound_eur <= E_N22_OPTIMUM + 1e-9
    assert plan.status == "feasible"


@pytest.mark.parametrize("fleet", FLEETS.values(), ids=FLEETS)
@pytest.mark.parametrize("seed", range(4))
def test_small_plans_are_the_best_of_all(fleet, seed):
    length, time, load = on_a_plane(np.random.default_rng(seed), 6, asymmetry=0.2)
    best = best_cost(length, time, load, fleet)
    plan = plan_rounds(length, time, load, fleet=fleet, iterations=300)
    assert plan.eur == pytest.approx(best)
    assert least_rounds_cost(length, time, load, fleet=fleet)[0] <= best + 1e-9
    assert plan.bound_eur <= best + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_small_plans_with_windows_are_the_best_of_all(seed):
    random = np.random.default_rng(seed)
    length, time, load = on_a_plane(random, 4)
    time = time.round()
    earliest = random.integers(0, 6_000, 4)
    windows = np.stack([earliest, earliest + random.integers(1_500, 4_000, 4)], axis=1).astype(float)
    windows[0] = 0, np.inf
    fleet = Fleet(2.0, cost_eur_km=0.5, cost_eur_h=30, shift_s=18_000, stop_s=300, depot_s=600, round_eur=10)
    plan = plan_rounds(length, time, load, fleet=fleet, windows_s=windows, iterations=300)
    assert plan.eur == pytest.approx(best_cost(length, time, load, fleet, windows))
    for route, hours, eur in zip(plan.routes, plan.route_h, plan.route_eur, strict=True):
        assert (hours, eur) == pytest.approx(round_of(length, time, route, fleet, windows))


def test_what_a_round_costs_is_told_in_parts():
    length = np.array([[0, 10_000, 0], [4_000, 0, 2_000], [6_000, 0, 0]], dtype=float)
    toll = np.array([[0, 3.0, 0], [0, 0, 0.5], [0, 0, 0]])
    length[length == 0], toll[2, 0] = 50_000, 1.0
    fleet = Fleet(5, cost_eur_km=0.5, cost_eur_h=36, stop_s=100, depot_s=200, round_eur=7)
    plan = plan_rounds(length, length / 10, [1, 2], fleet=fleet, toll_eur=toll)
    assert plan.routes == ((0, 1),)
    assert plan.km == pytest.approx(18)
    assert plan.hours == pytest.approx((1_800 + 2 * 100 + 200) / 3600)
    assert plan.eur == pytest.approx(9 + 22 + 4.5 + 7)
    assert plan.load_t.tolist() == [3]


def test_a_load_larger_than_the_vehicle_goes_in_full_trips_first():
    length, time, _ = on_a_plane(np.random.default_rng(1), 3)
    load = np.array([2.5, 0.0, 0.5])
    plan = plan_rounds(length, time, load, fleet=Fleet(1, cost_eur_km=1))
    assert [set(route) for route in plan.routes] == [{0}, {0}, {0, 2}]
    assert plan.load_t.tolist() == [1, 1, 1]
    assert plan.bound_eur <= plan.eur


def test_a_load_of_just_a_vehicle_is_one_trip():
    plan = plan_rounds([[0, 1000], [1000, 0]], np.ones((2, 2)), [3.0], fleet=Fleet(1.0, cost_eur_km=1))
    assert plan.routes == ((0,),) * 3
    assert plan.load_t.tolist() == [1, 1, 1]
    assert (plan.eur, plan.status) == (6, "optimal")


def test_loads_that_add_up_to_the_capacity_fit():
    ways = np.full((7, 7), 1000.0)
    for load in ([0.1, 0.2, 0.7, 0.3, 0.3, 0.4], [1 / 3] * 6, [1 / 6] * 6):
        plan = plan_rounds(ways, ways, load, fleet=Fleet(1.0, cost_eur_km=1))
        assert len(plan) == round(sum(load))


def test_a_round_of_just_a_shift_fits():
    ways = np.full((4, 4), 100 / 3)
    fleet = Fleet(9, cost_eur_h=1, shift_s=4 * 100 / 3)
    assert len(plan_rounds(ways, ways, [1, 1, 1], fleet=fleet)) == 1


def test_nothing_to_carry_needs_no_rounds():
    for ways, load in (([[0.0]], []), (np.ones((3, 3)), [0, 0])):
        plan = plan_rounds(ways, ways, load, fleet=Fleet(1, cost_eur_km=1))
        assert (plan.routes, plan.eur, plan.km, plan.hours, plan.bound_eur, plan.status) == ((), 0, 0, 0, 0, "optimal")


def test_stops_without_a_load_may_be_out_of_reach():
    ways = np.array([[0, 5, np.inf], [5, 0, np.inf], [np.inf, np.inf, 0.0]])
    assert plan_rounds(ways, ways, [1, 0], fleet=Fleet(1, cost_eur_km=1)).routes == ((0,),)
    with pytest.raises(InfeasibleError, match=r"no way leads from the depot to stops 1 and back"):
        plan_rounds(ways, ways, [1, 1], fleet=Fleet(1, cost_eur_km=1))


def test_a_way_that_does_not_lead_is_not_driven():
    ways = np.array([[0, 9000, 9000], [9000, 0, np.inf], [9000, 1000, 0]])
    assert plan_rounds(ways, ways, [1, 1], fleet=Fleet(2, cost_eur_km=1)).routes == ((1, 0),)
    ways[2, 1] = np.inf
    assert len(plan_rounds(ways, ways, [1, 1], fleet=Fleet(2, cost_eur_km=1))) == 2


def test_stops_too_far_for_a_shift_are_named():
    ways = np.array([[0, 100, 900], [100, 0, 900], [900, 900, 0.0]])
    with pytest.raises(InfeasibleError, match=r"stops 1 cannot be served in time, even alone: a shift is 1000 s"):
        plan_rounds(ways, ways, [1, 1], fleet=Fleet(1, shift_s=1000, cost_eur_h=1))
    with pytest.raises(InfeasibleError, match=r"stops 1 cannot be served in time"):
        plan_rounds(ways, ways, [1, 1], fleet=Fleet(1, cost_eur_h=1), windows_s=[[0, np.inf], [0, 800]])


def test_the_same_input_gives_the_same_rounds():
    length, time, load = on_a_plane(np.random.default_rng(5), 30)
    fleet = Fleet(3.0, cost_eur_km=0.4, cost_eur_h=30, shift_s=14_400, stop_s=300)
    first, again = (plan_rounds(length, time, load, fleet=fleet, iterations=200) for _ in range(2))
    assert first.routes == again.routes
    assert first.bound_eur == again.bound_eur
    assert all(
        getattr(first, name).tobytes() == getattr(again, name).tobytes()
        for name in ("load_t", "route_km", "route_h", "route_eur")
    )


def test_the_packages_that_compute_are_loaded_when_asked():
    code = "import sys, coopgeo.rounds; sys.exit(bool({'pyvrp', 'numba'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_more_steps_never_lower_the_bound():
    length, time, load = on_a_plane(np.random.default_rng(6), 20)
    fleet = Fleet(2.0, cost_eur_km=0.4, cost_eur_h=30, shift_s=14_400, stop_s=300)
    bounds = [
        plan_rounds(length, time, load, fleet=fleet, iterations=300, bound_steps=steps).bound_eur
        for steps in (0, 20, 100)
    ]
    assert bounds == sorted(bounds)
    assert bounds[0] == least_rounds_cost(length, time, load, fleet=fleet)[0]
    assert bounds[2] > 1.05 * bounds[0]


def test_costs_of_any_size_are_searched_alike():
    length, time, load = on_a_plane(np.random.default_rng(7), 12)
    plans = [
        plan_rounds(length, time, load, fleet=Fleet(2.0, cost_eur_km=price), iterations=300)
        for price in (1e-9, 1.0, 1e9)
    ]
    assert len({plan.routes for plan in plans}) == 1
    free = plan_rounds(length, time, load, fleet=Fleet(2.0), iterations=300)
    assert (free.eur, free.status) == (0, "optimal")
