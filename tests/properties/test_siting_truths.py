"""Truths of the location problems that hold whatever the algorithm, on problems too large to try every set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from tests.siting.problems import arrays, plain_model


@st.composite
def problems(draw):
    """Costs between random places, demand, opening costs and capacities."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    points, sites = draw(st.integers(8, 25)), draw(st.integers(6, 12))
    from_, to = rng.uniform(0, 10, (points, 2)), rng.uniform(0, 10, (sites, 2))
    cost = np.hypot(*(from_[:, None] - to[None]).transpose(2, 0, 1))
    demand = rng.integers(0, 9, points).astype(float)
    return {
        "cost": np.where(rng.random(cost.shape) < 0.05, 50.0, cost),
        "demand": demand,
        "opening": rng.uniform(0, 40, sites),
        "capacity": rng.uniform(0.4, 0.8, sites) * demand.sum() + 9,
        "p": draw(st.integers(1, sites - 1)),
    }


def solved(case, columns=slice(None), rows=slice(None), scale=1.0, more=0):
    """Every problem on (part of) a case: name to solution."""
    cost, demand, opening, capacity = (
        case["cost"][rows][:, columns],
        case["demand"][rows],
        case["opening"][columns],
        case["capacity"][columns],
    )
    p = case["p"] + more
    return {
        "p_median": siting.p_median(scale * cost, p, demand=demand),
        "p_center": siting.p_center(scale * cost, p),
        "max_cover": siting.max_cover(scale * cost, p, scale * 4.0, demand=demand),
        "open": siting.facility_location(scale * cost, demand, scale * opening),
        "capacity": siting.facility_location(scale * cost, demand, scale * opening, capacity=capacity),
        "single": siting.facility_location(
            scale * cost, demand, scale * opening, capacity=capacity, single_source=True
        ),
    }


@settings(max_examples=25, deadline=None)
@given(problems())
def test_bounds_lie_on_their_side(case):
    for name, found in solved(case).items():
        assert found.status == "optimal", name
        assert found.gap <= 1e-6, name
        if name == "max_cover":
            assert found.bound >= found.value
        else:
            assert found.bound <= found.value, name


@settings(max_examples=25, deadline=None)
@given(problems())
def test_one_more_site_never_hurts(case):
    fewer, more = solved(case), solved(case, more=1)
    for name in ("p_median", "p_center"):
        assert more[name].value <= fewer[name].value * (1 + 1e-6), name
    assert more["max_cover"].value >= fewer["max_cover"].value


@settings(max_examples=25, deadline=None)
@given(problems())
def test_one_more_candidate_never_hurts(case):
    everything, fewer = solved(case), solved(case, columns=slice(0, -1)) if case["p"] < len(case["opening"]) - 1 else {}
    for name, found in fewer.items():
        if name == "max_cover":
            assert everything[name].value >= found.value
        else:
            assert everything[name].value <= found.value * (1 + 1e-6), name


@settings(max_examples=25, deadline=None)
@given(problems(), st.randoms())
def test_the_order_of_rows_leaves_the_value(case, random):
    order = random.sample(range(len(case["demand"])), len(case["demand"]))
    one, other = solved(case), solved(case, rows=order)
    for name, found in one.items():
        assert other[name].value == pytest.approx(found.value, rel=1e-6), name


@settings(max_examples=25, deadline=None)
@given(problems(), st.sampled_from([1e-6, 1e-3, 1e3, 1e6]))
def test_values_scale_with_costs(case, scale):
    one, other = solved(case), solved(case, scale=scale)
    for name, found in one.items():
        factor = 1.0 if name == "max_cover" else scale
        assert other[name].value == pytest.approx(factor * found.value, rel=3e-6), name
        assert other[name].status == "optimal", name


@settings(max_examples=25, deadline=None)
@given(problems())
def test_own_algorithms_equal_plain_models(case):
    """The p-median and facility location against their textbook models, solved by SciPy."""
    cost, demand, opening = case["cost"], case["demand"], case["opening"]
    found = solved(case)
    assert found["p_median"].value == pytest.approx(plain_model(cost, demand, p=case["p"]), rel=1e-6)
    assert found["open"].value == pytest.approx(plain_model(cost, demand, opening=opening), rel=1e-6)
    limited = {"opening": opening, "capacity": case["capacity"]}
    assert found["capacity"].value == pytest.approx(plain_model(cost, demand, **limited), rel=1e-6)
    assert found["single"].value == pytest.approx(plain_model(cost, demand, **limited, single_source=True), rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([1.0, 10.0, 1e9]))
def test_capacities_that_do_not_bind_change_nothing(case, times):
    cost, demand, opening = case["cost"], case["demand"], case["opening"]
    free = siting.facility_location(cost, demand, opening)
    room = np.full(len(opening), times * max(demand.sum(), 1.0))
    for single_source in (False, True):
        found = siting.facility_location(cost, demand, opening, capacity=room, single_source=single_source)
        assert found.status == "optimal"
        assert found.value == pytest.approx(free.value, rel=2e-6)


@settings(max_examples=25, deadline=None)
@given(problems(), st.data())
def test_a_given_set_is_never_better_than_the_best(case, data):
    sites = np.flatnonzero(arrays(data.draw, st.booleans(), len(case["opening"])))[: case["p"]]
    if len(sites) < case["p"]:
        return
    problems = {
        "p_median": siting.PMedian(case["cost"], case["p"], demand=case["demand"]),
        "p_center": siting.PCenter(case["cost"], case["p"]),
        "max_cover": siting.MaxCover(case["cost"], case["p"], 4.0, demand=case["demand"]),
        "open": siting.FacilityLocation(case["cost"], case["demand"], case["opening"]),
    }
    best = solved(case)
    for name, problem in problems.items():
        fixed = siting.evaluate(problem, sites)
        assert fixed.sites.tolist() == sites.tolist()
        assert fixed.status == "optimal"
        if problem.most_is_best:
            assert fixed.value <= best[name].value
        else:
            assert fixed.value >= best[name].value * (1 - 1e-6), name
        again = siting.evaluate(problem, best[name].sites)
        assert again.value == pytest.approx(best[name].value), name


def test_the_answer_does_not_depend_on_the_seed():
    rng = np.random.default_rng(5)
    cost = rng.uniform(1, 9, (60, 40))
    found = [siting.p_median(cost, 6, seed=seed) for seed in range(5)]
    assert {tuple(one.sites) for one in found} == {tuple(found[0].sites)}
    assert {one.value for one in found} == {found[0].value}


def test_single_precision_is_taken_as_it_is():
    cost = np.random.default_rng(6).uniform(1, 9, (80, 50)).astype(np.float32)
    single, double = siting.p_median(cost, 5), siting.p_median(cost.astype(np.float64), 5)
    assert single.value == pytest.approx(double.value)
    assert single.sites.tolist() == double.sites.tolist()


def test_cut_short_lists_leave_the_answer_exact():
    """Many sites for each open one: the lists of nearest sites hold a part of them."""
    rng = np.random.default_rng(7)
    from_, to = rng.uniform(0, 100, (60, 2)), rng.uniform(0, 100, (400, 2))
    cost = np.hypot(*(from_[:, None] - to[None]).transpose(2, 0, 1))
    found = siting.p_median(cost, 20)
    assert found.status == "optimal"
    assert found.value == pytest.approx(plain_model(cost, np.ones(60), p=20), rel=1e-6)
