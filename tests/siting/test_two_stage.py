"""Two-stage placement: against brute force, truths of the problem, bad input, what is lacking."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from coopgeo import siting
from coopgeo.errors import InfeasibleError, InputError


@st.composite
def problems(draw):
    """Small problems with forbidden pairs, ties, free sites, yields and groups; not all can be served."""
    sources, platforms, customers = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cost = st.sampled_from([0.0, 1.0, 2.0, 2.0, 5.0, np.inf])

    def array(strategy, *shape):
        return np.array(draw(st.lists(strategy, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))).reshape(
            shape
        )

    return {
        "inbound": array(cost, sources, platforms),
        "outbound": array(cost, platforms, customers),
        "demand": array(st.sampled_from([0.0, 1.0, 4.0]), customers),
        "supply": array(st.sampled_from([0.0, 3.0, 8.0]), sources),
        "capacity": array(st.sampled_from([2.0, 6.0, 20.0]), platforms),
        "opening": array(st.sampled_from([0.0, 3.0, 7.0]), platforms),
        "yield_": array(st.sampled_from([0.5, 0.9, 1.0]), sources),
        "groups": array(st.integers(0, 2), platforms),
    }


def brute_force(case, p=None, forbidden_sets=()):
    """Least cost over every set of platforms, the flows of each by linear programming."""
    best = np.inf
    platforms = len(case["capacity"])
    for size in range(platforms + 1):
        for chosen in combinations(range(platforms), size):
            groups = case["groups"][list(chosen)]
            if len(set(groups)) < size or (p is not None and size != p) or frozenset(groups.tolist()) in forbidden_sets:
                continue
            best = min(best, flow_cost(case, list(chosen)) + case["opening"][list(chosen)].sum())
    return best


def flow_cost(case, chosen):
    sources, customers = len(case["supply"]), len(case["demand"])
    into = [(i, j) for i, j in product(range(sources), chosen) if np.isfinite(case["inbound"][i, j])]
    out = [(j, k) for j, k in product(chosen, range(customers)) if np.isfinite(case["outbound"][j, k])]
    if not out:
        return 0.0 if case["demand"].sum() == 0 else np.inf
    cost = [case["inbound"][pair] for pair in into] + [case["outbound"][pair] for pair in out]
    upper, limits, equal, rights = [], [], [], []
    for i in range(sources):
        upper.append([float(a == i) for a, _ in into] + [0.0] * len(out))
        limits.append(case["supply"][i])
    for j in chosen:
        upper.append([0.0] * len(into) + [float(a == j) for a, _ in out])
        limits.append(case["capacity"][j])
        equal.append([case["yield_"][a] * (b == j) for a, b in into] + [-float(a == j) for a, _ in out])
        rights.append(0.0)
    for k in range(customers):
        equal.append([0.0] * len(into) + [float(b == k) for _, b in out])
        rights.append(case["demand"][k])
    found = linprog(cost, A_ub=upper, b_ub=limits, A_eq=equal, b_eq=rights)
    return found.fun if found.status == 0 else np.inf


@settings(max_examples=150, deadline=None)
@given(problems())
def test_equals_brute_force(case):
    expected = brute_force(case)
    try:
        found = siting.two_stage(**case)
    except InfeasibleError:
        assert expected == np.inf
        return
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.status == "optimal"
    assert found.bound <= found.value + 1e-6


@settings(max_examples=60, deadline=None)
@given(problems())
def test_flows_balance(case):
    try:
        found = siting.two_stage(**case)
    except InfeasibleError:
        return
    into, out = found.flows
    np.testing.assert_allclose(out.sum(axis=0), case["demand"], atol=1e-6)
    np.testing.assert_allclose(into.T @ case["yield_"], out.sum(axis=1), atol=1e-6)
    assert (into.sum(axis=1) <= case["supply"] + 1e-6).all()
    assert (out.sum(axis=1) <= case["capacity"] + 1e-6).all()
    assert set(np.flatnonzero(out.sum(axis=1) > 1e-6)) <= set(found.sites)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_alternatives_are_the_next_best_sets(case):
    case["groups"] = np.arange(len(case["capacity"]))
    try:
        ranking = siting.TwoStage(**case).alternatives(20)
    except InfeasibleError:
        return
    seen = []
    for other in ranking:
        assert other.solution.value == pytest.approx(brute_force(case, forbidden_sets=seen), abs=1e-6)
        seen.append(frozenset(other.solution.sites.tolist()))
    assert len(seen) == len(set(seen))
    assert brute_force(case, forbidden_sets=seen) == np.inf


def test_one_more_platform_is_never_dearer_where_opening_is_free():
    rng = np.random.default_rng(0)
    inbound, outbound = rng.uniform(1, 9, (4, 6)), rng.uniform(1, 9, (6, 8))
    values = [siting.two_stage(inbound, outbound, np.ones(8), supply=[5, 5, 5, 5], p=p).value for p in range(1, 7)]
    assert values == sorted(values, reverse=True)


def test_only_one_size_of_a_site_opens():
    found = siting.two_stage(
        [[0, 0, 9]], [[0, 0], [0, 0], [0, 0]], [3, 3], supply=[9], capacity=[3, 3, 3], groups=["a", "a", "b"]
    )
    assert 2 in found.sites
    assert len(found.sites) == 2


def test_required_and_forbidden_sites():
    case = {"inbound": [[1, 3]], "outbound": [[2], [1]], "demand": [10], "supply": [20], "opening": [50, 5]}
    assert siting.two_stage(**case, required=[0]).sites.tolist() == [0]
    assert siting.two_stage(**case, forbidden=np.array([False, True])).sites.tolist() == [0]


def test_unmet_demand_at_a_price():
    found = siting.two_stage([[1]], [[1]], [10], supply=[4], unmet_cost=100)
    assert found.value == pytest.approx(4 * 2 + 6 * 100)
    assert found.unmet.tolist() == [pytest.approx(6)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supply": [4]}, "at least 6 of 10 is lacking .customers: 0 lacks 6."),
        ({"capacity": [7]}, "0 lacks 3"),
        ({"outbound": [[np.inf]]}, "no platform that can be supplied reaches customers 0"),
    ],
)
def test_what_is_lacking_is_said(change, words):
    case = {"inbound": [[1]], "outbound": [[1]], "demand": [10], "supply": [20]} | change
    with pytest.raises(InfeasibleError, match=words):
        siting.two_stage(**case)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inbound": [[1, -1]]}, r"inbound\[0, 1\]: found -1.0; expected 0 or more"),
        ({"outbound": [[1], [np.nan]]}, r"outbound\[1, 0\]: found nan"),
        ({"outbound": [[1]]}, r"inbound, outbound: found .shapes \(1, 2\) and \(1, 1\)"),
        ({"demand": [1, 2]}, r"demand: found .shape \(2,\).; expected shape \(1,\)"),
        ({"demand": [np.inf]}, r"demand\[0\]: found inf; expected a finite number"),
        ({"p": 0}, "p: found 0; expected a whole number from 1 to 2"),
        ({"p": 3}, "p: found 3; expected a whole number"),
        ({"p": 1.5}, "p: found 1.5; expected a whole number"),
        ({"demand": 1.0}, r"demand: found .shape \(\)."),
        ({"inbound": [[1, 1], [1]]}, "inbound: found .*expected an array of numbers"),
        ({"required": [0.7]}, r"required: found \[0.7\]; expected site indices"),
        ({"required": ["a"]}, "expected site indices"),
        ({"time_limit_s": float("nan")}, "time_limit_s: found nan"),
        ({"required": [2]}, "required: found 2; expected a site index from 0 to 1"),
        ({"forbidden": np.array([True])}, "forbidden: found .a mask of shape"),
        ({"yield_": [-0.5]}, r"yield_\[0\]: found -0.5"),
    ],
)
def test_bad_input_is_refused_before_any_solver(change, words):
    case = {"inbound": [[1, 1]], "outbound": [[1], [1]], "demand": [1], "supply": [2]} | change
    with pytest.raises(InputError, match=words):
        siting.two_stage(**case)
