"""The program over distances bounds the problem of nearest open sites, and solves it once it is deep enough."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo import siting
from coopgeo.errors import InfeasibleError
from coopgeo.siting.engine import branch, radii
from coopgeo.siting.engine.nearest import Nearest
from coopgeo.siting.progress import Watch

SITES = 6


@st.composite
def problems(draw):
    points = draw(st.integers(2, 7))
    costs = st.one_of(st.integers(0, 9).map(float), st.floats(0.0, 10.0), st.just(np.inf))
    cost = np.array(draw(st.lists(st.lists(costs, min_size=SITES, max_size=SITES), min_size=points, max_size=points)))
    demand = np.array(draw(st.lists(st.integers(0, 3), min_size=points, max_size=points)), dtype=float)
    opening = np.array(draw(st.lists(st.integers(0, 5), min_size=SITES, max_size=SITES)), dtype=float)
    return cost, demand, opening, draw(st.one_of(st.none(), st.integers(1, SITES)))


def least(cost, demand, opening, p, required):
    """Value of the best set of sites by trying all; infinite if none reaches every point."""
    best = np.inf
    for number in range(1, SITES + 1) if p is None else [p]:
        for sites in map(list, combinations(range(SITES), number)):
            if required <= set(sites):
                near = cost[:, sites].min(axis=1)
                served = np.where(demand > 0, near * np.where(demand > 0, demand, 1), 0.0).sum()
                best = min(best, served + opening[sites].sum())
    return best


@given(problems(), st.integers(1, SITES + 1), st.sets(st.integers(0, SITES - 1), max_size=1))
def test_it_bounds_and_solves(problem, depth, required):
    cost, demand, opening, p = problem
    reached = (np.isfinite(cost) | (demand == 0)[:, None]).any(axis=1)
    if not (reached.all() and demand.any()):
        return  # refused before any search, or nothing to serve
    near = Nearest.of(cost, demand, np.arange(SITES), SITES, float(opening.max()), 1e9)
    must = np.isin(np.arange(SITES), list(required))
    best = least(cost, demand, opening, p, required)
    shallow = radii.solve(near, opening, must, p, np.full(len(cost), depth), Watch(60.0), 1e-9)
    deep = radii.solve(near, opening, must, p, near.length.astype(int), Watch(60.0), 1e-9)
    if np.isfinite(best):
        assert shallow is not None
        assert deep is not None
        assert shallow.bound <= best + 1e-6
        assert deep.bound == pytest.approx(best, abs=1e-6)
        assert must[deep.chosen].sum() == len(required)
    else:
        assert deep is None


@pytest.mark.parametrize("p", [None, 12, 30])
def test_a_long_search_ends_with_the_same_answer(monkeypatch, p):
    xy = np.random.default_rng(7).random((60, 2))
    cost = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    tried = []

    def solve_with():
        if p is None:
            return siting.facility_location(cost, np.ones(60), np.full(60, 0.15))
        return siting.p_median(cost, p)

    def noted(*arguments):
        tried.append(solve(*arguments))
        return tried[-1]

    by_branches = solve_with()
    solve = radii.solve
    monkeypatch.setattr(radii, "solve", noted)
    monkeypatch.setattr(branch, "_LONG_NODES", 0)
    monkeypatch.setattr("coopgeo.siting.engine.uncapacitated._NEAR_PROOF", np.inf)

    def with_a_gap(search):
        search.root_u = search.u
        return True

    monkeypatch.setattr("coopgeo.siting.engine.uncapacitated._SiteSearch.ascend_root", with_a_gap)
    by_radii = solve_with()
    assert tried
    assert by_radii.status == by_branches.status == "optimal"
    assert by_radii.value == pytest.approx(by_branches.value)


def test_sites_that_reach_no_point_in_common():
    cost = np.where(np.eye(4) > 0, 1.0, np.inf)
    near = Nearest.of(cost, np.ones(4), np.arange(4), 4, 0.0, 1e9)
    assert radii.solve(near, np.zeros(4), np.zeros(4, bool), 3, near.length.astype(int), Watch(60.0), 1e-9) is None
    with pytest.raises(InfeasibleError):
        siting.p_median(cost, 3)
