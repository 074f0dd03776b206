"""Flows straight from source to customer, prices of unmet demand, no platform at all: what is asked, found and said."""

import pickle

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import CoopgeoError, InfeasibleError, InputError
from coopgeo.siting.engine.series import Series
from coopgeo.siting.progress import Watch
from coopgeo.text.messages import said

INF = np.inf


def two_ways(**change):
    """Ten units through a platform at 3 and 50 to open, four of them at most straight at 1; 9 for each that lacks."""
    case = {"inbound": [[1], [INF]], "outbound": [[2]], "demand": [10], "supply": [20, 4], "opening": [50]}
    return siting.TwoStage(**(case | {"direct": [[INF], [1]], "unmet_cost": 9} | change))


def test_a_supplier_that_only_delivers_straight_serves_without_a_platform():
    none, one = two_ways().best(5)
    assert (none.sites.tolist(), none.value, none.unmet.tolist()) == ([], 4 + 6 * 9, [6])
    assert (one.sites.tolist(), one.value, one.unmet.tolist()) == ([0], 50 + 4 + 6 * 3, [0])
    assert [flow.toarray().tolist() for flow in one.flows] == [[[6], [0]], [[6]], [[0], [4]]]
    assert {none.status, one.status} == {"optimal"}


@pytest.mark.parametrize(
    ("change", "sets"),
    [({"p": 0}, [[]]), ({"p": 1}, [[0]]), ({"at_most": 0}, [[]]), ({"at_most": 1}, [[], [0]]),
     ({"at_most": 99}, [[], [0]]), ({"required": [0]}, [[0]]), ({"forbidden": [0]}, [[]])],
)  # fmt: skip
def test_how_many_platforms_open(change, sets):
    assert [one.sites.tolist() for one in two_ways(**change).best(5)] == sets


def test_a_source_shares_what_it_has_between_platform_and_customers():
    found = siting.two_stage([[1]], [[1]], [6], supply=[6], direct=[[3]], unmet_cost=5, capacity=[2], yield_=0.5, p=1)
    into, out, direct = (flow.toarray().tolist() for flow in found.flows)
    assert (into, out, direct, found.unmet.tolist()) == ([[0]], [[0]], [[6]], [0])
    scarce = siting.two_stage([[1]], [[1]], [6], supply=[3], direct=[[3]], direct_yield=0.25, unmet_cost=20, yield_=0.5)
    assert [flow.sum() for flow in scarce.flows] == [3, 1.5, 0]
    assert scarce.unmet.tolist() == [4.5]


@pytest.mark.parametrize("gets", [0.5, [0.5], [[0.5, 0.5]]])
def test_a_yield_of_direct_flows_holds_for_all_for_a_source_or_for_a_pair(gets):
    found = siting.two_stage([[INF]], [[INF, INF]], [1, 2], supply=[9], direct=[[1, 10]], direct_yield=gets, p=0)
    assert found.value == 2 * 1 + 4 * 10
    assert found.flows[2].toarray().tolist() == [[2, 4]]
    assert found.unmet is None


def test_each_customer_has_a_price_of_his_own_or_must_be_served():
    case = {"inbound": [[1]], "outbound": [[1, 1, 1]], "demand": [2, 2, 2], "supply": [5], "opening": [1], "p": 1}
    found = siting.two_stage(**case, unmet_cost=[INF, 7, 1.5])
    assert found.unmet.tolist() == [0, 0, 2]
    assert found.value == 1 + 4 * 2 + 2 * 1.5


def test_direct_flows_that_are_all_ruled_out_change_nothing():
    case = {"inbound": [[1, 3]], "outbound": [[2], [1]], "demand": [10], "supply": [20], "opening": [50, 5]}
    for p in (None, 1, 2):
        with_, without = (siting.TwoStage(**case, p=p, **more) for more in ({"direct": [[INF]]}, {}))
        assert [one.value for one in with_.best(3)] == [one.value for one in without.best(3)]
        assert with_.alone().tolist() == without.alone().tolist() == [80, 45]
    assert len(with_.solve().flows) == 3
    assert len(without.solve().flows) == 2


def test_alone_is_asked_without_regard_to_p_and_keeps_to_what_is_ruled_out():
    assert two_ways(p=0).alone().tolist() == two_ways().alone().tolist() == [72]
    case = {"inbound": [[1, 1, 1]], "outbound": [[0]] * 3, "demand": [4], "supply": [9], "direct": [[9]]}
    case |= {"capacity": [3, 4, 5], "opening": [1, 1, 2], "groups": ["a", "a", "b"]}
    assert siting.TwoStage(**case).alone().tolist() == [1 + 3 + 9, 5, 6]
    assert siting.TwoStage(**case, required=[0]).alone().tolist() == [13, 5, INF]
    assert siting.TwoStage(**case, forbidden=[1]).alone().tolist() == [13, INF, 6]
    assert siting.TwoStage(**case, required=[0, 2]).alone().tolist() == [INF, INF, INF]


def test_insisting_on_a_second_place_where_one_may_open_finds_nothing():
    case = {"inbound": [[1, 1]], "outbound": [[0]] * 2, "demand": [4], "supply": [9], "p": 1, "required": [0]}
    for more in ({}, {"direct": [[9]]}):
        assert siting.TwoStage(**case, **more).insist([0, 1])[1] is None


def sizes(capacity):
    """One place in several sizes, through which four customers get up to eight units cheaper than straight."""
    n = len(capacity)
    more = {"supply": [99], "direct": [[3, 4, 5, 6]], "capacity": capacity, "opening": np.arange(n), "groups": [0] * n}
    return siting.TwoStage([[1] * n], [[1, 1, 1, 9]] * n, [2, 2, 2, 2], **more)


@pytest.mark.parametrize(
    ("capacity", "programs"),
    [([6, 8, 100, INF], 1), ([8, 100, 6, INF], 1), ([1, 8, 6, 100], 2), ([1, 2, 4, 5], 4), ([5, 5, 5, 9], 2)],
)
def test_a_size_takes_a_program_of_its_own_only_where_it_is_too_small(capacity, programs, monkeypatch):
    solved, real = [], Series.solve
    monkeypatch.setattr(Series, "solve", lambda series, watch: solved.append(series) or real(series, watch))
    through = np.minimum(capacity, 6)
    straight = sum(
        np.clip(2 - np.clip(through - before, 0, 2), 0, 2) * cost for before, cost in ((4, 3), (2, 4), (0, 5))
    )
    assert sizes(capacity).alone() == pytest.approx(np.arange(4) + 2 * 6 + through * 2 + straight)
    assert len(solved) == programs


def test_asking_leaves_nothing_behind():
    """The same bytes, whatever was asked before, and after a journey to another process."""
    problem = sizes([1, 2, 5, 9])
    first = problem.alone().tobytes()
    again = pickle.loads(pickle.dumps(problem))
    for asked in (problem, again):
        asked.best(1)
        asked.evaluate([])
        assert asked.alone().tobytes() == first


def test_duals_that_prove_nothing_are_not_believed(monkeypatch):
    """The bound is worked out from the duals; a solver that is wrong is found out."""
    real = Series._bound
    monkeypatch.setattr(Series, "_bound", lambda series, costs, duals: real(series, costs, 0.9 * duals))
    assert sizes([1, 2, 5, 9]).stages._single_program().solve(0, 1.0, Watch(INF)) is None


def test_a_limit_of_no_time_says_so():
    with pytest.raises(CoopgeoError, match="allow more time"):
        sizes([1, 2]).best(2, time_limit_s=0)


def test_what_was_not_worked_out_in_time_leaves_the_answer_unproved(monkeypatch):
    real = Series.solve

    def stopped(series, watch):
        found = real(series, watch)
        watch.stop()  # as Ctrl-C does
        return found

    monkeypatch.setattr(Series, "solve", stopped)
    case = {"inbound": [[1, 2, 3]], "outbound": [[1]] * 3, "demand": [4], "supply": [9], "direct": [[9]], "p": 1}
    [found] = siting.TwoStage(**case).best(3)
    assert (found.sites.tolist(), found.value, found.bound, found.status) == ([0], 8, 0, "feasible")


REACH = "no platform that can be supplied, and no source directly, reaches customers 0"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unmet_cost": None, "direct": [[INF], [INF]], "p": 0}, REACH),
        ({"unmet_cost": None, "direct": [[INF], [INF]], "at_most": 0}, REACH),
        ({"unmet_cost": None, "direct": [[1], [INF]], "inbound": [[INF], [1]], "supply": [0, 0]}, REACH),
        ({"unmet_cost": [INF], "p": 0}, r"at least 6 of 10 is lacking .customers: 0 lacks 6.; .* deliver 24 after"),
        ({"unmet_cost": None, "supply": [3, 4], "direct_yield": 0.5}, r"0 lacks 5.; .* deliver 5 after losses"),
        ({"required": [0], "forbidden": []}, ""),
    ],
)
def test_what_is_lacking_is_said_with_direct_flows_counted(change, words):
    if not words:
        assert two_ways(**change).solve().sites.tolist() == [0]
        return
    with pytest.raises(InfeasibleError, match=words):
        two_ways(**change).solve()


def test_only_who_must_be_served_is_said_to_lack():
    case = {"inbound": [[1]], "outbound": [[1, 1]], "demand": [4, 9], "supply": [3], "direct": [[INF, 1]]}
    with pytest.raises(InfeasibleError, match=r"at least 1 of 4 is lacking .customers: 0 lacks 1.;"):
        siting.two_stage(**case, unmet_cost=[INF, 1])


def test_least_unmet_counts_what_goes_straight():
    found = two_ways(unmet_cost=None, supply=[3, 4]).least_unmet()
    assert found.unmet.tolist() == [3]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"direct": [1, 2]}, r"direct: found shape \(2,\); expected shape \(2, 1\)"),
        ({"direct": [[1], [np.nan]]}, r"direct\[1, 0\]: found nan; expected 0 or more, or inf"),
        ({"direct": [[1], [-1]]}, r"direct\[1, 0\]: found -1.0"),
        ({"direct": [[1], [1e200]]}, r"direct: found .*e.201 in all, times demand; expected less than"),
        ({"direct_yield": [[1, 1], [1, 1]]}, r"direct_yield: found shape \(2, 2\); expected shape \(2, 1\)"),
        ({"direct_yield": [1, 1, 1]}, r"direct_yield: found shape \(3,\); expected shape \(2,\)"),
        ({"direct_yield": INF}, "direct_yield: found inf; expected a finite number"),
        ({"direct_yield": [1, np.nan]}, r"direct_yield\[1\]: found nan"),
        ({"direct_yield": [1, -1]}, r"direct_yield\[1\]: found -1.0"),
        ({"direct_yield": 0}, "direct_yield: found 0.0; expected more than 0 where a direct flow is allowed"),
        ({"direct_yield": [1, 0]}, r"direct_yield\[1\]: found 0.0; expected more than 0"),
        ({"direct_yield": [[1], [0]]}, r"direct_yield\[1, 0\]: found 0.0; expected more than 0"),
        ({"direct_yield": "much"}, "direct_yield: found .*; expected an array of numbers"),
        ({"unmet_cost": INF}, "unmet_cost: found inf; expected a finite number"),
        ({"unmet_cost": [1, 2]}, r"unmet_cost: found shape \(2,\); expected shape \(1,\)"),
        ({"unmet_cost": [np.nan]}, r"unmet_cost\[0\]: found nan; expected 0 or more"),
        ({"unmet_cost": [-1]}, r"unmet_cost\[0\]: found -1.0; expected 0 or more"),
        ({"unmet_cost": [1e100]}, "unmet_cost: found 1e.101 in all, times demand"),
        ({"p": 2}, "p: found 2; expected a whole number from 0 to 1"),
        ({"p": -1}, "p: found -1; expected a whole number from 0 to 1"),
        ({"p": False}, "p: found False; expected a whole number from 0 to 1"),
        ({"p": 0, "direct": None, "unmet_cost": None}, "p: found 0; expected a whole number from 1 to 1"),
        ({"p": 0, "required": [0]}, "required: found 1 site; expected p = 0 at most"),
        ({"at_most": -1}, "at_most: found -1; expected a whole number, 0 or more"),
        ({"at_most": 1.0}, "at_most: found 1.0; expected a whole number, 0 or more"),
        ({"at_most": 0, "direct": None, "unmet_cost": None}, "at_most: found 0; expected a whole number, 1 or more"),
        ({"at_most": 0, "required": [0]}, "required: found 1 site; expected at_most = 0 at most"),
        ({"at_most": 1, "p": 1}, "at_most: found 1; expected no such limit where p says how many open"),
    ],
)
def test_bad_input_is_refused_before_any_solver(change, words):
    with pytest.raises(InputError, match=words):
        two_ways(**change)


def test_a_yield_of_nothing_is_no_fault_where_nothing_may_go():
    assert two_ways(direct_yield=[0, 1]).solve().value == 58


def test_faults_are_said_in_french():
    with pytest.raises(InputError) as raised:
        two_ways(direct_yield=0, at_most=-1)
    french = said(raised.value, "fr")
    assert "plus de 0 là où un flux direct est permis" in french
    assert "un nombre entier, 0 ou plus" in french
