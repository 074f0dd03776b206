"""Two stages with flows straight to customers and prices of unmet demand, against trying every set of platforms."""

import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from coopgeo.siting.engine.series import Series
from coopgeo.siting.engine.stages import Stages
from tests.siting.stages import direct_problems, flow_cost, ranking_by_trying, yields_of_pairs

ALL = 30  # more sets than there are
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def best(case, k=ALL):
    """The best sets; none if there is no answer."""
    try:
        return siting.TwoStage(**case).best(k)
    except InfeasibleError:
        return []


@settings(max_examples=200, deadline=None)
@given(direct_problems())
def test_sets_of_places_stand_in_the_order_of_what_they_cost(case):
    expected = [value for value, _ in ranking_by_trying(case)]
    found = best(case)
    assert [one.value for one in found] == pytest.approx(expected, **CLOSE)
    assert {one.status for one in found} <= {"optimal"}
    assert all(one.bound <= one.value for one in found)
    assert [one.bound for one in found] == pytest.approx(expected, **CLOSE)
    assert len({frozenset(case["groups"][one.sites].tolist()) for one in found}) == len(found)


@settings(max_examples=150, deadline=None)
@given(direct_problems())
def test_what_leaves_arrives_or_is_lost_and_costs_what_is_said(case):
    for one in best(case, 3):
        into, out, *straight = (flow.toarray() for flow in one.flows)
        assert len(straight) == (case["direct"] is not None)
        direct = straight[0] if straight else np.zeros((len(case["supply"]), len(case["demand"])))
        unmet = np.zeros(len(case["demand"])) if one.unmet is None else one.unmet
        assert (one.unmet is None) == (case["unmet_cost"] is None)
        assert min(flow.min() for flow in (into, out, direct, unmet)) >= 0
        assert (into.sum(axis=1) + direct.sum(axis=1) <= case["supply"] + 1e-6).all()
        assert (out.sum(axis=1) <= case["capacity"] + 1e-6).all()
        closed = np.delete(np.arange(len(case["capacity"])), one.sites)
        assert into[:, closed].sum() + out[closed].sum() <= 1e-6
        np.testing.assert_allclose(into.T @ case["yield_"], out.sum(axis=1), atol=1e-6)
        gets = out.sum(axis=0) + (yields_of_pairs(case) * direct).sum(axis=0)
        np.testing.assert_allclose(gets + unmet, case["demand"], atol=1e-6)
        prices = np.broadcast_to(np.inf if case["unmet_cost"] is None else case["unmet_cost"], unmet.shape)
        costs = [case["inbound"], case["outbound"], prices] + [case["direct"]] * len(straight)
        parts = [
            flow[flow > 0] @ cost[flow > 0] for flow, cost in zip([into, out, unmet, *straight], costs, strict=True)
        ]
        assert sum(parts) + case["opening"][one.sites].sum() == pytest.approx(one.value, **CLOSE)


def alone_by_trying(case):
    must = set(case["groups"][case["required"]])
    return [
        flow_cost(case, [j]) + case["opening"][j] if j not in case["forbidden"] and must <= {group} else np.inf
        for j, group in enumerate(case["groups"])
    ]


@settings(max_examples=200, deadline=None)
@given(direct_problems())
def test_each_platform_alone_costs_what_its_own_program_says(case):
    problem = siting.TwoStage(**case)
    found = problem.alone()
    assert found == pytest.approx(alone_by_trying(case), **CLOSE)
    assert problem.alone().tobytes() == siting.TwoStage(**case).alone().tobytes() == found.tobytes()


@settings(max_examples=60, deadline=None)
@given(direct_problems(), st.data())
def test_each_platform_alone_where_using_a_source_costs_something(case, data):
    fixed = np.array([data.draw(st.sampled_from([0.0, 2.0, 5.0])) for _ in case["supply"]])
    expected = np.full(len(case["capacity"]), np.inf)
    for used in (np.array(pick) for size in range(len(fixed) + 1) for pick in combinations(range(len(fixed)), size)):
        open_ = np.isin(np.arange(len(fixed)), used)
        some = alone_by_trying(case | {"supply": np.where(open_, case["supply"], 0.0)})
        expected = np.minimum(expected, np.array(some) + fixed[open_].sum())
    assert siting.TwoStage(**case, source_opening=fixed).alone() == pytest.approx(expected, **CLOSE)


@settings(max_examples=80, deadline=None)
@given(direct_problems(most_open=(0, 1)))
def test_branch_and_cut_finds_the_same(case):
    found = best(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stages, "_of_few", lambda *_: [])
        again = best(case)
    assert [one.value for one in again] == pytest.approx([one.value for one in found], **CLOSE)


@settings(max_examples=80, deadline=None)
@given(direct_problems(most_open=(0, 1)))
def test_what_a_linear_program_does_not_prove_branch_and_cut_does(case):
    found, alone = best(case), siting.TwoStage(**case).alone()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Series, "solve", lambda *_: None)
        again = best(case)
        assert siting.TwoStage(**case).alone() == pytest.approx(alone, **CLOSE)
    assert [one.value for one in again] == pytest.approx([one.value for one in found], **CLOSE)
    assert {one.status for one in again} <= {"optimal"}


@settings(max_examples=100, deadline=None)
@given(direct_problems(), st.data())
def test_any_set_is_evaluated_none_among_them(case, data):
    sites = sorted(data.draw(st.sets(st.integers(0, len(case["capacity"]) - 1), max_size=2)))
    expected = flow_cost(case, sites) + case["opening"][sites].sum()
    try:
        found = siting.TwoStage(**case).evaluate(sites)
    except InfeasibleError:
        assert expected == np.inf
        return
    assert found.value == pytest.approx(expected, **CLOSE)
    assert found.sites.tolist() == sites


@settings(max_examples=80, deadline=None)
@given(direct_problems())
def test_insisting_and_doing_without_are_the_best_sets_with_and_without(case):
    if not (ranking := ranking_by_trying(case)):
        return
    problem, first = siting.TwoStage(**case), ranking[0][0]
    for site, other in problem.insist(np.setdiff1d(np.arange(len(case["capacity"])), case["forbidden"])).items():
        rest = [value for value, places in ranking if case["groups"][site] in places]
        assert (other is None) == (not rest)
        assert not rest or other.regret == pytest.approx(rest[0] - first, **CLOSE)
    for site, other in problem.tolerances().items():
        rest = [value for value, places in ranking if case["groups"][site] not in places]
        assert (other is None) == (not rest)
        assert not rest or other.regret == pytest.approx(rest[0] - first, **CLOSE)


@settings(max_examples=80, deadline=None)
@given(direct_problems())
def test_least_unmet_is_what_no_set_can_serve(case):
    free = {name: None if case[name] is None else np.where(np.isinf(case[name]), np.inf, 0.0)
            for name in ("inbound", "outbound", "direct")}  # fmt: skip
    ranking = ranking_by_trying(case | free | {"opening": 0.0 * case["opening"], "unmet_cost": 1.0})
    try:
        found = siting.TwoStage(**case).least_unmet()
    except InfeasibleError:
        assert not ranking
        return
    assert found.unmet.sum() == pytest.approx(ranking[0][0], abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(direct_problems(), st.data())
def test_a_further_freedom_is_never_dearer(case, data):
    """Flows that may go straight, demand that may stay unmet, a platform more."""
    if not (before := best(case, 1)):
        return
    direct = np.full((len(case["supply"]), len(case["demand"])), np.inf) if case["direct"] is None else case["direct"]
    price = np.inf if case["unmet_cost"] is None else case["unmet_cost"]
    cheaper = st.sampled_from([
        {"direct": np.minimum(direct, 2.0 + case["demand"])},
        {"unmet_cost": np.minimum(price, 5.0)},
        {"at_most": case["at_most"] + 1} if "at_most" in case else {},
    ])  # fmt: skip
    change = data.draw(cheaper)
    assert best(case | change, 1)[0].value <= before[0].value + 1e-6


@settings(max_examples=60, deadline=None)
@given(direct_problems())
def test_who_must_be_served_and_lacks_something_is_named(case):
    served = ranking_by_trying(case)
    price = np.inf if case["unmet_cost"] is None else case["unmet_cost"]
    must = np.isinf(np.broadcast_to(price, len(case["demand"]))) & (case["demand"] > 0)
    if served:
        return
    with pytest.raises(InfeasibleError) as raised:
        siting.two_stage(**case)
    words = re.search(r"customers:? ([^;]*)", str(raised.value))
    assert words or "no set of platforms meets" in str(raised.value)
    if words:
        named = [int(number) for number in re.findall(r"(\d+)(?: lacks [\d.e-]+)?[,)]?", words[1])]
        assert must[named].all()
