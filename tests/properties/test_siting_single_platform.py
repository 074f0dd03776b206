"""One platform to open, which has a method of its own: against linear programs of each, and against branch and cut."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from coopgeo.siting.engine.stages import Stages
from tests.siting.problems import arrays
from tests.siting.stages import flow_cost, two_stage_problems

SUPPLIES = (0.0, 0.7, 0.7, 3.0, 3.0, 8.0, 1e6, 1e9, 1e12, 1e17, 1e17)


@st.composite
def single_platform_problems(draw):
    """As other two-stage problems, with supplies without limit, zero yields, and platforms required or forbidden."""
    case = draw(two_stage_problems(yields=(0.0, 0.5, 0.5, 0.9, 0.9, 1.0), supplies=SUPPLIES))
    platforms = len(case["capacity"])
    forbidden = arrays(draw, st.sampled_from([False, False, True]), platforms)
    forbidden[draw(st.integers(0, platforms - 1))] = False
    required = draw(st.sampled_from([[], [], np.flatnonzero(~forbidden)[:1]]))
    return case | {"required": required, "forbidden": forbidden, "p": 1}


def expected_ranking(case):
    """Value of the best platform of each group that can serve all, cheapest first, and the value of each platform."""
    must = case["groups"][list(case["required"])]
    values = np.array(
        [flow_cost(case, [site]) + opening if allowed else np.inf
         for site, (opening, allowed) in enumerate(zip(case["opening"], ~case["forbidden"], strict=True))]
    )  # fmt: skip
    values[~np.isin(case["groups"], must) & (len(must) > 0)] = np.inf
    of_group = sorted(zip(case["groups"].tolist(), values.tolist(), strict=True))
    best = [min(value for _, value in sizes) for _, sizes in groupby(of_group, key=lambda pair: pair[0])]
    return sorted(value for value in best if np.isfinite(value)), values


def ranking(case):
    """All places in their order; none if none can serve all."""
    try:
        return siting.TwoStage(**case).alternatives(len(case["capacity"]) + 1)
    except InfeasibleError:
        return []


@settings(max_examples=200)
@given(single_platform_problems())
def test_all_places_are_ranked_as_every_platform_by_itself(case):
    expected, values = expected_ranking(case)
    found = ranking(case)
    assert [other.solution.value for other in found] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert [other.regret for other in found] == pytest.approx([value - expected[0] for value in expected], abs=1e-8)
    sites = [int(other.solution.sites[0]) for other in found]
    assert values[sites] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert len(set(case["groups"][sites])) == len(sites)
    assert {other.solution.status for other in found} <= {"optimal"}


@settings(max_examples=200)
@given(single_platform_problems())
def test_flows_keep_to_what_there_is_and_cost_what_is_said(case):
    for other in ranking(case):
        solution = other.solution
        into, out = (flow.toarray() for flow in solution.flows)
        closed = np.delete(np.arange(len(case["capacity"])), solution.sites)
        assert not into[:, closed].any()
        assert not out[closed].any()
        assert (into.sum(axis=1) <= case["supply"] * (1 + 1e-9)).all()
        assert (out.sum(axis=1) <= case["capacity"] * (1 + 1e-9)).all()
        np.testing.assert_allclose(out.sum(axis=0), case["demand"], rtol=1e-9)
        np.testing.assert_allclose(into.T @ case["yield_"], out.sum(axis=1), rtol=1e-9, atol=1e-9)
        costs = sum(
            (flow * np.where(flow > 0, cost, 0.0)).sum()
            for flow, cost in ((into, case["inbound"]), (out, case["outbound"]))
        )
        assert costs + case["opening"][solution.sites].sum() == pytest.approx(solution.value, rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(single_platform_problems())
def test_branch_and_cut_ranks_them_alike(case):
    found = ranking(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stages, "_of_few", lambda *_: [])
        by_branch_and_cut = ranking(case)
    values = [[other.solution.value for other in others] for others in (found, by_branch_and_cut)]
    assert values[0] == pytest.approx(values[1], rel=1e-6, abs=1e-6)
