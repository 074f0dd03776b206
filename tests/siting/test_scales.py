"""Costs and amounts of any size, and wide gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from tests.siting.problems import center_value, covered, median_value, sets

HUGE = [1e6, 1e9, 1e12]


def case(seed, points=9, sites=6):
    rng = np.random.default_rng(seed)
    return rng.uniform(1, 10, (points, sites)), rng.uniform(1, 10, sites), rng.integers(1, 9, points).astype(float)


def stages(seed, amounts=1.0, supply=20.0):
    rng = np.random.default_rng(seed)
    return {
        "inbound": rng.uniform(1, 10, (4, 5)),
        "outbound": rng.uniform(1, 10, (5, 6)),
        "demand": amounts * rng.integers(1, 9, 6),
        "supply": np.full(4, amounts * supply),
        "source_opening": amounts * rng.uniform(20, 90, 4),
        "opening": amounts * rng.uniform(20, 90, 5),
    }


@pytest.mark.parametrize("huge", HUGE)
@pytest.mark.parametrize("seed", range(5))
def test_a_cost_that_no_answer_pays_is_as_good_as_forbidden(seed, huge):
    cost, opening, demand = case(seed)
    capacity = np.full(6, demand.sum() / 3)
    calls = {
        "p_median": lambda c: siting.p_median(c, 3, demand=demand),
        "p_center": lambda c: siting.p_center(c, 3),
        "open": lambda c: siting.facility_location(c, demand, opening),
        "capacity": lambda c: siting.facility_location(c, demand, opening, capacity=capacity),
        "single": lambda c: siting.facility_location(c, demand, opening, capacity=capacity, single_source=True),
    }
    dear, shut = cost.copy(), cost.copy()
    dear[0, 0], shut[0, 0] = huge, np.inf
    for name, call in calls.items():
        found, expected = call(dear), call(shut)
        assert found.value == pytest.approx(expected.value, rel=2e-6), name
        assert found.status == expected.status == "optimal", name


@pytest.mark.parametrize("huge", HUGE)
def test_a_site_that_no_answer_can_pay_for_stays_closed(huge):
    for seed in range(5):
        cost, opening, demand = case(seed)
        dear = opening.copy()
        dear[0] = huge
        options = {"capacity": np.full(6, demand.sum() / 3)}
        assert siting.set_cover(cost, 5.0, opening=dear).value == pytest.approx(
            siting.set_cover(cost, 5.0, opening=opening, forbidden=[0]).value
        )
        for more in ({}, options, {**options, "single_source": True}):
            found, expected = (
                siting.facility_location(cost, demand, dear, **more),
                siting.facility_location(cost, demand, opening, forbidden=[0], **more),
            )
            assert found.value == pytest.approx(expected.value, rel=2e-6), more
            assert found.status == "optimal", more


@pytest.mark.parametrize("huge", HUGE)
def test_swaps_do_not_go_round_in_circles(huge):
    """Costs that differ so much that adding and taking back what a move brings leaves a rest."""
    rng = np.random.default_rng(3)
    cost = rng.uniform(1, 10, (60, 30))
    dear = cost.copy()
    dear[rng.random(cost.shape) < 0.1] = huge
    shut = np.where(dear == huge, np.inf, dear)
    assert siting.p_median(dear, 5).value == pytest.approx(siting.p_median(shut, 5).value, rel=2e-6)
    for tiny in (1e-3, 1e-6, 1e-9):
        demand, opening = np.full(60, tiny), rng.integers(1, 4, 30).astype(float)
        found = siting.facility_location(cost, demand, opening)
        assert found.status == "optimal"
        assert found.value == pytest.approx(min(opening[j] + tiny * cost[:, j].sum() for j in range(30)), rel=2e-6)


@pytest.mark.parametrize("supply", [1e3, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("seed", range(5))
def test_more_supply_than_anyone_needs_changes_nothing(seed, supply):
    plenty, usual = siting.two_stage(**stages(seed, supply=supply)), siting.two_stage(**stages(seed, supply=100.0))
    assert plenty.value == pytest.approx(usual.value)
    assert plenty.status == "optimal"


@pytest.mark.parametrize("amounts", [1e-12, 1e-9, 1e-6, 1e6, 1e9])
def test_amounts_may_be_counted_in_any_unit(amounts):
    for seed in range(3):
        many, one = siting.two_stage(**stages(seed, amounts)), siting.two_stage(**stages(seed))
        assert many.value == pytest.approx(amounts * one.value, rel=2e-6)
        np.testing.assert_allclose(many.flows[1].sum(axis=0), stages(seed, amounts)["demand"], rtol=1e-6)
        cost, opening, demand = case(seed)
        for single in (False, True):
            found = [
                siting.facility_location(
                    cost,
                    unit * demand,
                    unit * 10 * opening,
                    capacity=np.full(6, unit * demand.sum() / 3),
                    single_source=single,
                )
                for unit in (amounts, 1.0)
            ]
            assert found[0].value == pytest.approx(amounts * found[1].value, rel=2e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 1e-6, 0.02, 0.2, 0.5]), st.sampled_from([1, 100, 10**6]))
def test_no_bound_lies_beyond_the_optimum_however_wide_the_gap(seed, rel_gap, size):
    rng = np.random.default_rng(seed)
    cost = size + rng.integers(0, 100, (9, 6)).astype(float)
    demand, opening = rng.integers(1, 9, 9).astype(float), size * rng.integers(0, 30, 6).astype(float)
    capacity = np.full(6, demand.sum())
    medians = min(median_value(cost, demand, chosen) for chosen in sets(6, p=2))
    fixed = min(median_value(cost, demand, chosen) + opening[chosen].sum() for chosen in sets(6) if chosen)
    radius = size + 50.0
    limited = {"capacity": capacity, "groups": np.arange(6)}
    truths = [
        (medians, siting.p_median(cost, 2, demand=demand, rel_gap=rel_gap)),
        (fixed, siting.facility_location(cost, demand, opening, rel_gap=rel_gap)),
        (fixed, siting.facility_location(cost, demand, opening, **limited, rel_gap=rel_gap)),
        (fixed, siting.facility_location(cost, demand, opening, **limited, single_source=True, rel_gap=rel_gap)),
        (min(center_value(cost, chosen) for chosen in sets(6, p=2)), siting.p_center(cost, 2)),
    ]
    for truth, found in truths:
        assert found.bound <= truth * (1 + 1e-9)
        assert found.value >= truth * (1 - 1e-9)
        assert found.value - found.bound <= max(rel_gap, 1e-9) * found.value
    most = max(demand[covered(cost, radius, chosen)].sum() for chosen in sets(6, p=2))
    found = siting.max_cover(cost, 2, radius, demand=demand, rel_gap=rel_gap)
    assert found.value <= most <= found.bound


def test_rankings_are_in_order_however_wide_the_gap():
    for seed in range(10):
        cost, opening, demand = case(seed, 12)
        capacity = np.full(6, demand.sum() / 3)
        for more in ({}, {"capacity": capacity}, {"capacity": capacity, "single_source": True}):
            ranking = siting.FacilityLocation(cost, demand, 10 * opening, **more).alternatives(6, rel_gap=0.1)
            values = [other.solution.value for other in ranking]
            assert values == sorted(values)
            assert [other.regret for other in ranking] == [value - values[0] for value in values]


def test_an_answer_that_is_plain_is_given_however_short_the_time():
    rng = np.random.default_rng(1)
    distance = np.hypot(*(rng.random((1500, 2))[:, None] - rng.random((900, 2))[None]).transpose(2, 0, 1))
    found = siting.set_cover(distance, 0.2, time_limit_s=0.01)
    assert (distance[:, found.sites].min(axis=1) <= 0.2).all()
    assert 0 <= found.bound <= found.value
