"""Two-stage placement against trying every set of platforms."""

import numpy as np
import pytest
from hypothesis import given, settings

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from tests.siting.stages import least_cost, two_stage_problems


@settings(max_examples=150, deadline=None)
@given(two_stage_problems())
def test_equals_least_cost(case):
    expected = least_cost(case)
    try:
        found = siting.two_stage(**case)
    except InfeasibleError:
        assert expected == np.inf
        return
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.status == "optimal"
    assert found.bound <= found.value + 1e-6


@settings(max_examples=60, deadline=None)
@given(two_stage_problems())
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
@given(two_stage_problems())
def test_alternatives_are_the_next_best_sets(case):
    case["groups"] = np.arange(len(case["capacity"]))
    try:
        ranking = siting.TwoStage(**case).alternatives(20)
    except InfeasibleError:
        return
    seen = []
    for other in ranking:
        assert other.solution.value == pytest.approx(least_cost(case, forbidden_sets=seen), abs=1e-6)
        seen.append(frozenset(other.solution.sites.tolist()))
    assert len(seen) == len(set(seen))
    assert least_cost(case, forbidden_sets=seen) == np.inf
