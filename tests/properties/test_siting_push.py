"""Supply that must go somewhere: against trying every set, and truths that hold whatever the figures."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from tests.siting.pushes import push_cost, push_problems, ranking_by_trying, whole


def best(case, k=1):
    """The best sets; none if there are none."""
    try:
        return siting.Push(**case).best(k)
    except InfeasibleError:
        return []


@settings(max_examples=200)
@given(push_problems())
def test_the_ranking_is_that_of_trying_every_set(case):
    expected = ranking_by_trying(case)
    found = best(case, len(expected) + 1)
    assert [one.value for one in found] == pytest.approx([value for value, _ in expected], abs=1e-6)
    assert {one.status for one in found} <= {"optimal"}
    for one in found:
        assert one.bound <= one.value
        assert push_cost(case, one.sites.tolist()) + case["opening"][one.sites].sum() == pytest.approx(
            one.value, abs=1e-6
        )
    places = [frozenset(case["groups"][one.sites].tolist()) for one in found]
    assert len(set(places)) == len(places)


@settings(max_examples=150)
@given(push_problems())
def test_what_comes_in_goes_out_is_lost_or_wasted_and_costs_what_is_said(case):
    full = whole(case)
    shares, outlet_output = full["shares"], full["outlet_output"]
    for one in best(case, 3):
        into, out, wasted = (flow.toarray() for flow in one.flows)
        closed = np.delete(np.arange(len(case["capacity"])), one.sites)
        assert not into[:, closed].any()
        assert not out[closed].any()
        assert not wasted[closed].any()
        np.testing.assert_allclose(into.sum(axis=1), case["supply"], atol=1e-6)
        assert (into.sum(axis=0) <= case["capacity"] + 1e-6).all()
        assert (out.sum(axis=0) <= full["outlet_capacity"] + 1e-6).all()
        for o in range(shares.shape[1]):
            leaves = out[:, outlet_output == o].sum(axis=1) + wasted[:, o]
            np.testing.assert_allclose(leaves, np.where(full["splits"], shares[:, o] @ into, 0.0), atol=1e-6)
        costs = ((into, case["inbound"]), (out, case["outlet_cost"]), (wasted, full["waste_cost"]))
        total = sum((flow * np.where(flow > 0, cost, 0.0)).sum() for flow, cost in costs)
        assert total + case["opening"][one.sites].sum() == pytest.approx(one.value, abs=1e-6)


@settings(max_examples=80)
@given(push_problems(most_open=(1,)))
def test_alone_is_what_best_says_of_one_platform(case):
    assume(case.get("p") == 1)
    worth = siting.Push(**case).alone()
    found = best(case, 9)
    assert sorted(one.value for one in found) == [one.value for one in found]
    assert [worth[one.sites[0]] for one in found] == [one.value for one in found]
    assert (not found) == np.isinf(worth).all()
    if found:
        assert found[0].value == worth.min()


@settings(max_examples=60)
@given(push_problems(most_open=(1,)))
def test_one_platform_costs_the_same_by_branch_and_cut(case):
    assume(case.get("p") == 1)
    found = best(case, 9)
    with pytest.MonkeyPatch.context() as patch:
        few = "coopgeo.siting.engine.pushes.Pushes._of_few"
        patch.setattr(few, lambda pushes, _, watch: [one for one in [pushes._solve(watch, 1e-6, ())] if one])
        by_branch_and_cut = best(case)
    assert [one.value for one in by_branch_and_cut] == pytest.approx([one.value for one in found[:1]], abs=1e-6)
    assert {one.status for one in by_branch_and_cut} <= {"optimal"}


@settings(max_examples=80)
@given(push_problems(), st.data())
def test_one_more_outlet_never_hurts(case, data):
    assume(len(case["outlet_output"]))
    k = data.draw(st.integers(0, len(case["outlet_output"]) - 1))
    room = case["outlet_capacity"]
    fewer = case | {
        "outlet_cost": np.delete(case["outlet_cost"], k, axis=1),
        "outlet_output": np.delete(case["outlet_output"], k),
        "outlet_capacity": None if room is None else np.delete(room, k),
    }
    without, with_ = best(fewer), best(case)
    assert len(without) == len(with_)
    for one, other in zip(without, with_, strict=True):
        assert other.value <= one.value + 1e-6


@settings(max_examples=80)
@given(push_problems(), st.sampled_from(["inbound", "outlet_cost", "waste_cost", "opening"]), st.data())
def test_a_higher_price_never_lowers_the_cost(case, name, data):
    prices = np.array(whole(case)[name], dtype=float)
    assume(prices.size)
    at = data.draw(st.integers(0, prices.size - 1))
    prices.ravel()[at] += data.draw(st.sampled_from([0.5, 3.0, 100.0]))
    for one, other in zip(best(case), best(case | {name: prices}), strict=True):
        assert other.value >= one.value - 1e-6
