"""Truths of rounds, whatever the ways, loads and vehicles."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coopgeo.errors import InfeasibleError
from coopgeo.rounds import estimated_rounds_cost, least_rounds_cost, plan_rounds
from tests.rounds.tasks import best_cost, round_of, tasks


def planned(case, **options):
    length, time, load, fleet = case
    try:
        return plan_rounds(length, time, load, fleet=fleet, **{"iterations": 50, "bound_steps": 30} | options)
    except InfeasibleError:
        assume(False)


@given(tasks())
def test_no_rounds_cost_less_than_the_bounds(case):
    plan = planned(case)
    best, near = best_cost(*case), 1e-6 * (1 + plan.eur)
    assert plan.bound_eur <= best + near
    assert least_rounds_cost(*case[:3], fleet=case[3])[0] <= best + near
    assert plan.eur >= best - near
    assert plan.status == "feasible" or plan.eur <= best + 1e-5 * best + near


@given(tasks(most_stops=8, most_load=4.0))
def test_all_loads_are_carried_once_within_capacity_and_shift(case):
    length, time, load, fleet = case
    plan = planned(case)
    visits = np.zeros(len(load), dtype=int)
    for route, tonnes, hours, eur in zip(plan.routes, plan.load_t, plan.route_h, plan.route_eur, strict=True):
        assert tonnes <= fleet.capacity_t * (1 + 1e-6 * len(route))
        assert hours * 3600 <= fleet.shift_s + 0.1 * (2 * len(route) + 2)
        roomy = replace(fleet, shift_s=np.inf)
        assert (hours, eur) == pytest.approx(round_of(length, time, route, roomy))
        assert len(set(route)) == len(route)
        visits[list(route)] += 1
    full = np.floor(load / fleet.capacity_t)
    assert ((visits >= 1) & (visits >= full) & (visits <= full + 1)).all()
    assert plan.load_t.sum() == pytest.approx(load.sum())


@given(tasks(most_stops=8, most_load=4.0), st.floats(1.0, 5.0))
def test_more_capacity_never_raises_the_bound(case, factor):
    length, time, load, fleet = case
    larger = replace(fleet, capacity_t=fleet.capacity_t * factor)
    less, more = (least_rounds_cost(length, time, load, fleet=one)[0] for one in (fleet, larger))
    assert more <= less * (1 + 1e-5) + 1e-9


@given(tasks(most_stops=8, most_load=4.0))
def test_every_plan_costs_no_less_than_the_closed_bound(case):
    plan = planned(case)
    assert least_rounds_cost(*case[:3], fleet=case[3])[0] <= plan.eur + 1e-6 * (1 + plan.eur)
    assert plan.bound_eur <= plan.eur + 1e-6 * (1 + plan.eur)


@given(tasks(most_stops=6), st.integers(1, 5))
def test_a_load_that_is_full_vehicles_more_costs_those_trips_more(case, trips):
    length, time, load, fleet = case
    plan = planned(case, seed=3)
    more = load.copy()
    more[0] += trips * fleet.capacity_t
    assume(load[0] < 0.999 * fleet.capacity_t)
    larger = planned((length, time, more, fleet), seed=3)
    trip = round_of(length, time, [0], replace(fleet, shift_s=np.inf))[1]
    assert larger.eur == pytest.approx(plan.eur + trips * trip, rel=1e-9, abs=1e-9)
    assert larger.load_t.sum() == pytest.approx(more.sum())


@given(tasks(most_stops=8, most_load=4.0))
def test_the_estimate_lies_between_nothing_and_serving_all_alone(case):
    length, time, load, fleet = case
    estimate = estimated_rounds_cost(length, time, load, fleet=fleet)[0]
    planned(case)  # leaves out what no vehicle does
    trips = np.maximum(np.ceil(load / fleet.capacity_t - 1e-6), 1)
    alone = [round_of(length, time, [stop], replace(fleet, shift_s=np.inf))[1] for stop in range(len(load))]
    assert 0 <= estimate <= trips @ alone + 1e-6
