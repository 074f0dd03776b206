"""Every location problem against trying every set of sites.

With pairs not allowed, ties, points without demand, required and forbidden sites.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from tests.siting.problems import (
    AMOUNTS,
    arrays,
    center_value,
    choices,
    covered,
    matrices,
    median_value,
    sets,
    single_value,
    split_value,
)


def check(solve, expected, *, most_is_best=False):
    """The solver finds the expected value with proof, or says that there is none."""
    try:
        found = solve()
    except InfeasibleError:
        assert not np.isfinite(expected)
        return None
    assert found.status == "optimal"
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.bound <= found.value + 1e-9 if not most_is_best else found.bound >= found.value - 1e-9
    assert found.gap == pytest.approx(abs(found.value - found.bound) / max(abs(found.value), 1e-9))
    return found


@settings(max_examples=150, deadline=None)
@given(st.data(), matrices(), st.sampled_from([np.float32, np.float64]))
def test_p_median(data, cost, kind):
    demand, choice = arrays(data.draw, AMOUNTS, len(cost)), data.draw(choices(cost.shape[1]))
    values = [median_value(cost, demand, chosen) for chosen in sets(cost.shape[1], **choice)]
    p = choice.pop("p")
    found = check(lambda: siting.p_median(cost.astype(kind), p, demand=demand, **choice), min(values))
    if found:
        assert len(found.sites) == p
        assert set(choice["required"]) <= set(found.sites)
        assert not set(choice["forbidden"]) & set(found.sites)
        points = demand > 0
        assert float((demand[points] * cost[points, found.assignment[points]]).sum()) == pytest.approx(found.value)


@settings(max_examples=150, deadline=None)
@given(st.data(), matrices())
def test_p_center(data, distance):
    choice = data.draw(choices(distance.shape[1]))
    values = [center_value(distance, chosen) for chosen in sets(distance.shape[1], **choice)]
    p = choice.pop("p")
    found = check(lambda: siting.p_center(distance, p, **choice), min(values))
    if found:
        assert len(found.sites) == p
        assert distance[np.arange(len(distance)), found.assignment].max() == found.value


@settings(max_examples=150, deadline=None)
@given(st.data(), matrices(), st.sampled_from([0.0, 1.0, 2.5, 100.0]))
def test_max_cover(data, distance, radius):
    demand, choice = arrays(data.draw, AMOUNTS, len(distance)), data.draw(choices(distance.shape[1]))
    values = [demand[covered(distance, radius, chosen)].sum() for chosen in sets(distance.shape[1], **choice)]
    p = choice.pop("p")
    found = check(
        lambda: siting.max_cover(distance, p, radius, demand=demand, **choice), max(values), most_is_best=True
    )
    assert len(found.sites) == p
    assert demand[found.assignment >= 0].sum() == pytest.approx(found.value)


@settings(max_examples=150, deadline=None)
@given(st.data(), matrices(), st.sampled_from([0.0, 1.0, 2.5, 100.0]))
def test_set_cover(data, distance, radius):
    sites = distance.shape[1]
    opening, choice = (
        arrays(data.draw, st.sampled_from([0.0, 1.0, 1.0, 2.5]), sites),
        data.draw(choices(sites, number=False)),
    )
    values = [opening[chosen].sum() for chosen in sets(sites, **choice) if covered(distance, radius, chosen).all()]
    check(lambda: siting.set_cover(distance, radius, opening=opening, **choice), min(values, default=np.inf))


@settings(max_examples=150, deadline=None)
@given(st.data(), matrices(), st.booleans())
def test_facility_location_without_capacities(data, cost, number):
    sites = cost.shape[1]
    demand, opening = arrays(data.draw, AMOUNTS, len(cost)), arrays(data.draw, st.sampled_from([0.0, 1.0, 3.0]), sites)
    choice = data.draw(choices(sites, number=number))
    values = [median_value(cost, demand, chosen) + opening[chosen].sum() for chosen in sets(sites, **choice)]
    check(lambda: siting.facility_location(cost, demand, opening, **choice), min(values, default=np.inf))


@settings(max_examples=150, deadline=None)
@given(st.data(), matrices(5, 4), st.booleans(), st.booleans())
def test_facility_location_with_capacities(data, cost, number, single_source):
    sites = cost.shape[1]
    demand, opening = arrays(data.draw, AMOUNTS, len(cost)), arrays(data.draw, st.sampled_from([0.0, 1.0, 3.0]), sites)
    capacity = arrays(data.draw, st.sampled_from([0.0, 2.0, 3.0, 6.0, np.inf]), sites)
    choice = data.draw(choices(sites, number=number))
    cost_of = single_value if single_source else split_value
    values = [cost_of(cost, demand, capacity, chosen) + opening[chosen].sum() for chosen in sets(sites, **choice)]
    found = check(
        lambda: siting.facility_location(
            cost, demand, opening, capacity=capacity, single_source=single_source, **choice
        ),
        min(values, default=np.inf),
    )
    if found and found.flows:
        (amounts,) = found.flows
        np.testing.assert_allclose(amounts.sum(axis=1), demand, atol=1e-6)
        assert (amounts.sum(axis=0) <= capacity + 1e-6).all()
        assert set(np.flatnonzero(amounts.sum(axis=0) > 1e-6)) <= set(found.sites)


@settings(max_examples=80, deadline=None)
@given(st.data(), matrices(4, 4), st.booleans())
def test_facility_location_with_one_size_a_place(data, cost, single_source):
    sites = cost.shape[1]
    demand, opening = arrays(data.draw, AMOUNTS, len(cost)), arrays(data.draw, st.sampled_from([0.0, 1.0, 3.0]), sites)
    capacity, groups = (
        arrays(data.draw, st.sampled_from([2.0, 3.0, 6.0]), sites),
        arrays(data.draw, st.integers(0, 2), sites),
    )
    cost_of = single_value if single_source else split_value
    values = [cost_of(cost, demand, capacity, chosen) + opening[chosen].sum() for chosen in sets(sites, groups=groups)]
    check(
        lambda: siting.facility_location(
            cost, demand, opening, capacity=capacity, single_source=single_source, groups=groups
        ),
        min(values, default=np.inf),
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), matrices(8, 6), st.integers(1, 6))
def test_the_k_best_sets(data, cost, k):
    """The best k sets of each problem, in order, each set once."""
    sites, demand = cost.shape[1], np.ones(len(cost))
    p, opening = data.draw(st.integers(1, sites)), arrays(data.draw, st.sampled_from([0.0, 1.0, 3.0]), sites)
    room = arrays(data.draw, st.sampled_from([2.0, 8.0]), sites)
    problems = {
        "p_median": (siting.PMedian(cost, p), lambda s: median_value(cost, demand, s), p),
        "p_center": (siting.PCenter(cost, p), lambda s: center_value(cost, s), p),
        "max_cover": (siting.MaxCover(cost, p, 2.0), lambda s: -covered(cost, 2.0, s).sum(), p),
        "set_cover": (
            siting.SetCover(cost, 2.0, opening=opening),
            lambda s: opening[s].sum() if covered(cost, 2.0, s).all() else np.inf,
            None,
        ),
        "open": (
            siting.FacilityLocation(cost, demand, opening),
            lambda s: median_value(cost, demand, s) + opening[s].sum(),
            None,
        ),
        "capacity": (
            siting.FacilityLocation(cost, demand, opening, capacity=room),
            lambda s: split_value(cost, demand, room, s) + opening[s].sum(),
            None,
        ),
    }
    for name, (problem, value, number) in problems.items():
        if name == "capacity" and sites > 4:
            continue
        values = np.sort([value(chosen) for chosen in sets(sites, number)])
        values = values[np.isfinite(values)][:k]
        try:
            found = siting.alternatives(problem, k)
        except InfeasibleError:
            assert not len(values), name
            continue
        sign = -1 if problem.most_is_best else 1
        assert [sign * other.solution.value for other in found] == pytest.approx(values.tolist(), abs=1e-6), name
        assert [other.regret for other in found] == pytest.approx((values - values[0]).tolist(), abs=1e-6), name
        assert len({tuple(other.solution.sites) for other in found}) == len(found), name
        assert all(other.solution.status == "optimal" for other in found), name


@settings(max_examples=60, deadline=None)
@given(st.data(), matrices(8, 6))
def test_insisting_and_doing_without(data, cost):
    sites, demand = cost.shape[1], np.ones(len(cost))
    p = data.draw(st.integers(1, sites))
    value = {tuple(chosen): median_value(cost, demand, chosen) for chosen in sets(sites, p)}
    best = min(value.values())
    if not np.isfinite(best):
        return
    problem = siting.PMedian(cost, p)
    for site, other in siting.insist(problem, range(sites)).items():
        expected = min(v for chosen, v in value.items() if site in chosen)
        assert (np.inf if other is None else other.regret) == pytest.approx(expected - best)
    for site, other in siting.tolerances(problem).items():
        expected = min((v for chosen, v in value.items() if site not in chosen), default=np.inf)
        assert (np.inf if other is None else other.regret) == pytest.approx(expected - best)
