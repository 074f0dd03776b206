"""The search of a run: whatever the limit, the best found is the answer, and what the time did not allow is told."""

import importlib
import itertools
from dataclasses import replace

import pytest

import coopgeo
from coopgeo.plan import search
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.siting import TwoStage, progress
from coopgeo.siting.engine.stages import Stages
from tests.plan.valley import LARGE, SITES, placement_of, straight_road, valley

run_module = importlib.import_module("coopgeo.plan.run")  # the name `coopgeo.plan.run` may be the function


class Clock:
    """A clock that goes on by a second each time that it is read, and when it is told to."""

    def __init__(self, step_s=1.0):
        self.now_s, self.step_s = 0.0, step_s

    def perf_counter(self):
        self.now_s += self.step_s
        return self.now_s


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (progress, search, run_module):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture(scope="module")
def four(outcome, study):
    """Four platforms in the embedded study: more choices than any search lists."""
    return prepare(study, Job(platforms=4, alternatives=3), ways=outcome.placement.ways)


def lacking_told(outcome):
    """How many alternatives the reader is told to be lacking."""
    return sum(remark.facts["count"] for remark in outcome.remarks if remark.key == "alternatives_lacking")


@pytest.mark.parametrize("limit_s", [10, 20, 40])
def test_no_alternative_is_better_than_the_answer_whatever_the_limit(study, outcome, four, clock, monkeypatch, limit_s):
    monkeypatch.setattr(run_module, "prepare", lambda _, job, **_more: replace(four, job=job))
    found = coopgeo.run(study, platforms=4, alternatives=3, time_limit_s=limit_s)
    assert all(other.regret_eur_year >= 0 for other in found.alternatives)
    values = [other.value_eur_year for other in found.alternatives]
    assert values == sorted(values)
    assert all(value >= found.objective.value_eur_year for value in values)
    assert len({tuple(found.accounts.sites), *(other.sites for other in found.alternatives)}) == 1 + len(values)
    assert lacking_told(found) == 3 - len(values)


def test_a_limit_may_cut_the_search_short(study, four, clock, monkeypatch):
    """The limits above are of both kinds: some leave alternatives out."""
    monkeypatch.setattr(run_module, "prepare", lambda _, job, **_more: replace(four, job=job))
    assert coopgeo.run(study, platforms=4, alternatives=3, time_limit_s=10).lacking > 0


@pytest.fixture
def solutions():
    """A large platform in the east, and one in the west, 7,360 € dearer, as `TwoStage.best` may find them."""
    problem = placement_of(valley()).problem
    return [problem.evaluate([SITES[site] + LARGE]) for site in ("east", "west")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_best_found_is_the_answer_in_whatever_order_it_is_found(solutions, monkeypatch, order):
    """A search that the time cuts short may find the best last."""
    east, west = solutions
    found = [east, west, replace(west, value=west.value + 1, status="feasible")]
    monkeypatch.setattr(TwoStage, "best", lambda *_, **__: [found[at] for at in order])
    outcome = coopgeo.run(valley(), roads=straight_road(), alternatives=2)
    assert list(outcome.accounts.sites) == ["east"]
    assert outcome.objective.value_eur_year == pytest.approx(209_700)
    assert [other.regret_eur_year for other in outcome.alternatives] == pytest.approx([7_360, 7_361])
    assert [other.status for other in outcome.alternatives] == ["optimal", "feasible"]


@pytest.mark.parametrize(("seconds", "lacking"), [(50, 0), (61, 4)])
def test_alternatives_that_the_time_did_not_allow_are_told_from_those_there_are_not(
    solutions, clock, monkeypatch, seconds, lacking
):
    """Two sites allow one alternative of five; after the limit nobody knows."""

    def best(*_, **__):
        clock.now_s += seconds
        return solutions

    monkeypatch.setattr(TwoStage, "best", best)
    outcome = coopgeo.run(valley(), roads=straight_road(), alternatives=5)
    assert lacking_told(outcome) == lacking


def test_time_spent_on_compiling_leaves_no_alternative_out(clock, monkeypatch):
    clock.step_s = 0.0
    compiled = []

    def slowly(engine):
        clock.now_s += 0 if compiled else 100
        compiled.append(engine)

    monkeypatch.setattr(Stages, "warm", slowly)
    assert coopgeo.run(valley(), roads=straight_road(), alternatives=5).lacking == 0
