"""What parts of a two-stage problem cost, against trying every set of platforms, whatever was asked before."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InputError
from coopgeo.siting.coalitions import Coalitions
from coopgeo.siting.engine.free_platforms import FreePlatforms
from coopgeo.siting.progress import Watch
from tests.siting.problems import arrays
from tests.siting.stages import direct_problems, flow_cost, ranking_by_trying

CLOSE = {"rel": 1e-6, "abs": 1e-6}


@st.composite
def asked_of(draw, case):
    """Some customers, what part of each source they may use, and which platforms they may open."""
    sources, platforms, customers = len(case["supply"]), len(case["capacity"]), len(case["demand"])
    return {
        "served": arrays(draw, st.booleans(), customers),
        "sources": arrays(draw, st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.0]), sources),
        "platforms": arrays(draw, st.sampled_from([True, True, False]), platforms),
    }


def by_trying(case, served, sources, platforms):
    """The least cost of a part over every set of platforms, by linear programming."""
    demand = np.where(served, case["demand"], 0.0)
    if not demand.any():
        return 0.0
    shut = [*case.get("forbidden", ()), *np.flatnonzero(~platforms)]
    part = case | {"demand": demand, "supply": sources * case["supply"], "forbidden": shut, "required": []}
    most = part.pop("p", part.pop("at_most", None))
    found = ranking_by_trying(part if most is None else part | {"at_most": most})
    return found[0][0] if found else np.inf


@settings(max_examples=60)
@given(st.data())
def test_each_part_costs_the_least_of_all_sets_whatever_was_asked_before(data):
    """Every kind of problem: capacities, sizes, straight ways, prices of unmet demand, few platforms or many."""
    case = data.draw(direct_problems())
    parts = Coalitions(siting.TwoStage(**case))
    for asked in data.draw(st.lists(asked_of(case), min_size=1, max_size=4)):
        expected, found = by_trying(case, **asked), parts.cost(**asked)
        assert found.value == pytest.approx(expected, **CLOSE)
        assert found.bound == pytest.approx(expected, **CLOSE)
        assert found.bound <= found.value


def scattered(seed, **other):
    """Five customers on a map, four platforms that hold two or three of them, two sources."""
    random = np.random.default_rng(seed)
    customers, platforms, sources = (random.uniform(0, 10, (count, 2)) for count in (5, 4, 2))
    away = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)  # noqa: E731
    return {
        "inbound": away(sources, platforms),
        "outbound": away(platforms, customers),
        "demand": random.integers(1, 5, 5).astype(float),
        "supply": np.array([9.0, 12.0]),
        "capacity": random.integers(5, 9, 4).astype(float),
        "opening": random.integers(2, 25, 4).astype(float),
        "yield_": np.array([0.9, 1.0]),
        "groups": np.arange(4),
    } | other


def costs(parts, coalitions):
    """By coalition: those of customers, each with its part of all supply."""
    right = lambda served: np.full(2, min(1.0, np.sum(served) / 5 + 0.2))  # noqa: E731
    return {served: parts.cost(np.array(served), sources=right(served)) for served in coalitions}


@pytest.mark.parametrize("at_most", [None, 1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_coalitions_changes_nothing(seed, at_most):
    case = scattered(seed, at_most=at_most)
    coalitions = list(product([False, True], repeat=5))
    found = costs(Coalitions(siting.TwoStage(**case)), coalitions)
    for served in coalitions[:: 3 - (at_most == 1)]:
        sources = np.full(2, min(1.0, np.sum(served) / 5 + 0.2))
        expected = by_trying(case, np.array(served), sources, np.ones(4, dtype=bool))
        assert found[served].value == pytest.approx(expected, **CLOSE)
    for order in (coalitions[::-1], np.random.default_rng(9).permutation(coalitions).tolist()):
        again = costs(Coalitions(siting.TwoStage(**case)), map(tuple, order))
        for served in coalitions:
            assert again[served].value == pytest.approx(found[served].value, **CLOSE)
            assert again[served].bound == pytest.approx(found[served].value, **CLOSE)


def test_several_platforms_are_opened_where_that_costs_less_and_one_where_no_more_may():
    case = scattered(0, opening=np.ones(4), capacity=np.full(4, 99.0))
    many, one = (Coalitions(siting.TwoStage(**case, at_most=most)) for most in (None, 1))
    everyone = np.ones(5, dtype=bool)
    assert many.cost(everyone).value == pytest.approx(siting.two_stage(**case).value)
    assert many.cost(everyone).value < one.cost(everyone).value - 1
    exact = Coalitions(siting.TwoStage(**case, p=4))  # a part needs no four
    assert exact.cost(everyone).value == pytest.approx(many.cost(everyone).value)


@settings(max_examples=40)
@given(st.data())
def test_more_supply_and_more_platforms_never_cost_more_and_more_customers_never_less(data):
    case = data.draw(direct_problems())
    parts = Coalitions(siting.TwoStage(**case))
    few, more = data.draw(asked_of(case)), data.draw(asked_of(case))
    helped = few | {name: np.maximum(few[name], more[name]) for name in ("sources", "platforms")}
    joined = few | {"served": few["served"] | more["served"]}
    usual, helped, joined = (parts.cost(**asked).value for asked in (few, helped, joined))
    assert helped <= usual * (1 + 1e-7) + 1e-7
    assert usual <= joined * (1 + 1e-7) + 1e-7


@settings(max_examples=40)
@given(st.data())
def test_prices_found_for_some_bound_what_all_others_cost(data):
    """With every platform open for nothing, by linear programming."""
    case = data.draw(direct_problems()) | {"capacity": np.full(4, np.inf), "groups": np.arange(4), "required": []}
    platforms = len(case["opening"])
    case |= {"capacity": case["capacity"][:platforms], "groups": case["groups"][:platforms]}
    case = {name: value for name, value in case.items() if name not in ("p", "at_most")}
    stages = siting.TwoStage(**case).stages
    free, allowed = FreePlatforms(stages), np.flatnonzero(~stages.forbidden).tolist()
    for asked in data.draw(st.lists(asked_of(case), min_size=2, max_size=4)):
        demand, supply = np.where(asked["served"], stages.demand, 0.0), asked["sources"] * stages.supply
        true = flow_cost(case | {"demand": demand, "supply": supply}, allowed)
        assert free.known(demand, supply) <= true * (1 + 1e-7) + 1e-7
        assert free.bound(demand, supply, Watch(60)) <= true * (1 + 1e-7) + 1e-7
        if np.isfinite(true):  # its own prices are the best
            assert free.known(demand, supply) == pytest.approx(true, rel=1e-6, abs=1e-5)


def test_what_cannot_be_served_costs_infinity():
    parts = Coalitions(siting.TwoStage([[1, 1]], [[0, np.inf], [2, 2]], [10, 10], supply=[15], opening=[30, 30]))
    first, second, both = [True, False], [False, True], [True, True]
    assert parts.cost(both) == (np.inf, np.inf)  # supply is lacking
    assert parts.cost(first, platforms=[False, False]) == (np.inf, np.inf)
    assert parts.cost(second, platforms=[True, False]) == (np.inf, np.inf)  # out of reach
    assert parts.cost(first, sources=[0.5]) == (np.inf, np.inf)
    assert parts.cost([False, False], sources=[0.0]) == (0.0, 0.0)
    assert parts.cost(second) == (60.0, 60.0)


@pytest.mark.parametrize("at_most", [1, None])
def test_a_forbidden_platform_stays_shut(at_most):
    asked = {"supply": [100], "opening": [30, 3, 4], "forbidden": [1], "at_most": at_most}
    parts = Coalitions(siting.TwoStage([[1, 0, 1]], [[0, 9], [0, 0], [9, 9]], [10, 10], **asked))
    assert parts.cost([True, False]).value == 40
    assert parts.cost([False, True], platforms=[False, True, True]).value == 104
    assert parts.cost([True, False], platforms=[False, True, False]).value == np.inf


def test_every_fault_of_an_argument_is_told_at_once():
    parts = Coalitions(siting.TwoStage([[1, 1]], [[0, 2], [2, 0]], [10, 10], supply=[100], opening=[30, 30]))
    with pytest.raises(InputError) as caught:
        parts.cost([1, 0], sources=[1.5], platforms=[True])
    first, *faults = str(caught.value).splitlines()
    assert first == "coalition has 3 faults"
    assert [fault.split(":")[0].strip() for fault in faults] == ["served", "sources", "platforms"]
    for sources in ([np.nan], [-0.1], ["half"], [1.0, 1.0], [[0.5]]):
        with pytest.raises(InputError, match="sources"):
            parts.cost([True, False], sources=sources)
    for served in ([[True], [True, False]], "both", [True]):
        with pytest.raises(InputError, match="served"):
            parts.cost(served)
    with pytest.raises(InputError, match="time_limit_s"):
        parts.cost([True, False], time_limit_s=-1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("straight", [False, True])
def test_without_time_the_cost_lies_between_bound_and_value(seed, straight):
    case = scattered(seed)
    if straight:
        case |= {"direct": np.full((2, 5), 9.0), "unmet_cost": 40.0}
    hurried, patient = (Coalitions(siting.TwoStage(**case)) for _ in range(2))
    for served in list(product([False, True], repeat=5))[1::5]:
        quick = hurried.cost(served, time_limit_s=1e-9)
        true = patient.cost(served)
        assert true.bound == pytest.approx(true.value)
        assert quick.bound <= true.value * (1 + 1e-9)
        assert true.value <= quick.value * (1 + 1e-9)
