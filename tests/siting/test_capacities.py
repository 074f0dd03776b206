"""Capacities that bind, a number of sites and sizes of places together: every set tried, and the fixing of sites."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from coopgeo.siting.engine.capacitated import Capacitated
from coopgeo.siting.progress import Watch
from tests.siting.problems import sets, single_value, split_value

SITES = 6


def tight(seed, *, numbered, grouped, points=7):
    """A problem whose sites together hold a little more than the demand: which of them open is decided by capacity."""
    rng = np.random.default_rng(seed)
    cost = np.round(
        np.hypot(*(rng.uniform(0, 9, (points, 1, 2)) - rng.uniform(0, 9, (1, SITES, 2))).transpose(2, 0, 1)), 2
    )
    cost[rng.random(cost.shape) < 0.1] = np.inf
    demand = rng.integers(1, 9, points).astype(float)
    capacity = np.round(rng.uniform(0.5, 1.5, SITES) * rng.uniform(1.3, 3.0) * demand.sum() / SITES)
    groups = rng.integers(0, 4, SITES) if grouped else np.arange(SITES)
    case = {"capacity": capacity, "groups": groups, "opening": rng.integers(0, 40, SITES).astype(float)}
    case["p"] = int(rng.integers(1, len(np.unique(groups)) + 1)) if numbered else None
    case["required"] = rng.permutation(SITES)[: int(rng.integers(0, 2))]
    return cost, demand, case


def values_of(cost, demand, case, value=split_value):
    """Value of every set that is allowed; a required site stands for its place."""
    groups, found = case["groups"], {}
    for chosen in sets(SITES, case["p"], groups=groups):
        if set(groups[case["required"]]) <= set(groups[chosen]):
            found[tuple(chosen)] = value(cost, demand, case["capacity"], chosen) + case["opening"][chosen].sum()
    return {chosen: worth for chosen, worth in found.items() if np.isfinite(worth)}


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("single_source", [False, True])
def test_number_places_and_capacities_together(numbered, grouped, single_source):
    for seed in range(10 if single_source else 25):
        cost, demand, case = tight(seed, numbered=numbered, grouped=grouped, points=5 if single_source else 7)
        values = values_of(cost, demand, case, single_value if single_source else split_value)
        try:
            found = siting.facility_location(cost, demand, **case, single_source=single_source)
        except InfeasibleError:
            assert not values, seed
            continue
        assert found.status == "optimal", seed
        assert found.value == pytest.approx(min(values.values()), abs=1e-6), seed
        assert values[tuple(found.sites)] == pytest.approx(found.value, abs=1e-6), seed


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("numbered", [False, True])
def test_nothing_that_is_fixed_stands_otherwise_in_a_better_answer(numbered, grouped):
    closed_ones = opened_ones = 0
    for seed in range(25):
        cost, demand, case = tight(seed, numbered=numbered, grouped=grouped)
        values = values_of(cost, demand, case)
        ranking = np.unique(np.round(list(values.values()), 9))
        problem = Capacitated(
            cost,
            demand,
            case["opening"],
            case["capacity"],
            case["p"],
            case["groups"],
            required=np.isin(np.arange(SITES), case["required"]),
            forbidden=np.zeros(SITES, dtype=bool),
        )
        for limit in [*(ranking[1:4] + ranking[:3][: len(ranking[1:4])]) / 2]:
            closed, opened = problem.fixed_below(float(limit), Watch(np.inf))
            for chosen, value in values.items():
                if value < limit - 1e-6:
                    assert not set(closed) & set(chosen), (seed, limit, chosen)
                    assert set(opened) <= set(chosen), (seed, limit, chosen)
            closed_ones, opened_ones = closed_ones + len(closed), opened_ones + len(opened)
    assert closed_ones
    assert opened_ones or grouped


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.booleans(), st.integers(2, 5))
def test_the_next_best_sets_of_places(seed, numbered, grouped, k):
    cost, demand, case = tight(seed, numbered=numbered, grouped=grouped, points=5)
    values = dict[tuple, float]()
    for chosen, value in values_of(cost, demand, case).items():
        places = tuple(sorted(case["groups"][list(chosen)]))
        values[places] = min(value, values.get(places, np.inf))
    try:
        found = siting.FacilityLocation(cost, demand, **case).alternatives(k)
    except InfeasibleError:
        assert not values
        return
    expected = sorted(values.values())[:k]
    assert [other.solution.value for other in found] == pytest.approx(expected, abs=1e-6)
