"""Plans over several periods against trying every plan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from tests.siting.phases import least_cost, phased_problems, static, with_direct_flows


@settings(max_examples=120, deadline=None)
@given(phased_problems())
def test_equals_least_cost_of_all_plans(case):
    expected = least_cost(case)
    try:
        found = siting.phased(**case)
    except InfeasibleError:
        assert expected == np.inf
        return
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.status == "optimal"
    assert found.bound <= found.value + 1e-9


@settings(max_examples=60, deadline=None)
@given(with_direct_flows())
def test_equals_least_cost_with_direct_flows_and_unmet_demand(case):
    expected = least_cost(case)
    try:
        found = siting.phased(**case)
    except InfeasibleError:
        assert expected == np.inf
        return
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.status == "optimal"
    for t, (_, out, straight) in enumerate(found.flows):
        arrived = out.sum(axis=0) + (straight.toarray() * case["direct_yield"]).sum(axis=0)
        unmet = 0.0 if found.unmet is None else found.unmet[t]
        np.testing.assert_allclose(arrived + unmet, case["demand"][t], atol=1e-6)


@settings(max_examples=80, deadline=None)
@given(phased_problems())
def test_value_is_the_sum_of_what_the_plan_pays(case):
    try:
        found = siting.phased(**case)
    except InfeasibleError:
        return
    total = case["investment_discount"] @ found.invested.sum(axis=1)
    for t, (into, out) in enumerate(found.flows):
        yearly = (into.data * case["inbound"][into.nonzero()]).sum() + case["running"][t, found.open[t]].sum()
        total += case["discount"][t] * (yearly + (out.data * case["outbound"][t][out.nonzero()]).sum())
        np.testing.assert_allclose(out.sum(axis=0), case["demand"][t], atol=1e-6)
        np.testing.assert_allclose(into.T @ case["yield_"], out.sum(axis=1), atol=1e-6)
        assert (into.sum(axis=1) <= case["supply"] + 1e-6).all()
        assert (out.sum(axis=1) <= np.where(found.open[t], case["capacity"], 0.0) + 1e-6).all()
    assert found.value == pytest.approx(total, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(phased_problems(), st.integers(0, 2))
def test_more_demand_is_never_cheaper(case, t):
    more = case | {"demand": case["demand"].copy()}
    more["demand"][t] += 1.0
    try:
        dearer = siting.phased(**more)
    except InfeasibleError:
        return
    assert siting.phased(**case).value <= dearer.value + 1e-6


@settings(max_examples=60, deadline=None)
@given(phased_problems())
def test_who_may_close_never_pays_more(case):
    try:
        bound_to_stay = siting.phased(**case | {"may_close": False})
    except InfeasibleError:
        return
    assert siting.phased(**case | {"may_close": True}).value <= bound_to_stay.value + 1e-6


@settings(max_examples=80, deadline=None)
@given(phased_problems())
def test_periods_separate_where_opening_anew_costs_nothing(case):
    """The value is the sum of the optima of the periods, each discounted (construction b of the trials)."""
    case |= {"investment": np.zeros(3), "may_close": True, "p": None}
    expected = 0.0
    for t in range(3):
        try:
            expected += case["discount"][t] * siting.two_stage(**static(case, t)).value
        except InfeasibleError:
            expected = np.inf
    try:
        assert siting.phased(**case).value == pytest.approx(expected, abs=1e-6)
    except InfeasibleError:
        assert expected == np.inf


@settings(max_examples=80, deadline=None)
@given(phased_problems(), st.lists(st.sampled_from([0.25, 0.5, 1.0, 3.0]), min_size=1, max_size=4))
def test_equal_periods_give_the_static_optimum_times_the_sum_of_factors(case, factors):
    """With nothing paid once, or with what is paid once spread over the periods alike (construction a)."""
    still = static(case, 0)
    try:
        once = siting.two_stage(**still)
    except InfeasibleError:
        return
    opening, demand = still.pop("opening"), still.pop("demand")
    more = still | {"demand": np.tile(demand, (len(factors), 1)), "discount": factors}
    total = sum(factors)
    assert siting.phased(**more, running=opening).value == pytest.approx(once.value * total, abs=1e-6)
    rest = np.cumsum(factors[::-1])[::-1]  # worth of 1 a year until the end
    invested = siting.phased(**more, investment=opening * rest[:, None], kept_share=case["kept_share"])
    assert invested.value == pytest.approx(once.value * total, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(phased_problems())
def test_a_plan_costs_what_evaluating_it_says(case):
    try:
        found = siting.phased(**case)
    except InfeasibleError:
        return
    again = siting.Phased(**case).evaluate(found.open)
    assert again.value == pytest.approx(found.value, abs=1e-6)
    np.testing.assert_array_equal(again.invested, found.invested)
