"""Plans over several periods: when a platform opens and grows, published optima, bad input, what is lacking."""

import csv

import numpy as np
import pytest

from coopgeo import siting
from coopgeo.errors import CoopgeoError, InfeasibleError, InputError

TWO_SIZES = {
    "inbound": [[0, 0]],
    "outbound": [[0], [0]],
    "demand": [[5], [20]],
    "supply": [99],
    "capacity": [10, 20],
    "groups": ["a", "a"],
    "running": [10, 90],
    "investment": [100, 150],
}
SMALL_THEN_LARGE, LARGE_AT_ONCE = [[True, False], [False, True]], [[False, True], [False, True]]


@pytest.mark.parametrize(
    ("change", "plan", "value"),
    [
        ({}, SMALL_THEN_LARGE, 10 + 90 + 150),  # all that the small one cost serves on
        ({"kept_share": 0.5}, SMALL_THEN_LARGE, 10 + 90 + 200),
        ({"kept_share": 0.0}, LARGE_AT_ONCE, 90 + 90 + 150),
        ({"kept_share": 0.0, "investment_discount": [1, 0.5]}, SMALL_THEN_LARGE, 10 + 90 + 100 + 75),
        ({"running": [80, 90], "kept_share": 0.5}, LARGE_AT_ONCE, 90 + 90 + 150),
        ({"demand": [[20], [20]]}, LARGE_AT_ONCE, 90 + 90 + 150),
        ({"demand": [[20], [5]], "may_close": True}, LARGE_AT_ONCE, 90 + 90 + 150),  # to close and build anew is dearer
        ({"demand": [[20], [5]], "may_close": True, "investment": [5, 150]}, SMALL_THEN_LARGE[::-1], 90 + 10 + 155),
        ({"demand": [[20], [5]], "investment": [5, 150]}, LARGE_AT_ONCE, 90 + 90 + 150),  # what is open stays
        (
            {"unmet_cost": 14, "kept_share": 0.0, "capacity": [6, 20]},
            [[False, False], [False, True]],
            70 + 90 + 150,
        ),  # worth while later
        ({"unmet_cost": 1}, [[False, False], [False, False]], 25),
        ({"unmet_cost": 1, "required": [1]}, [[True, False], [True, False]], 10 + 10 + 100 + 10),
        ({"forbidden": [0]}, LARGE_AT_ONCE, 90 + 90 + 150),
        ({"groups": None, "capacity": [10, 10]}, [[True, False], [True, True]], 10 + 10 + 90 + 250),
        ({"investment": [[100, 150], [0, 20]]}, SMALL_THEN_LARGE, 10 + 90 + 120),  # cheaper later
    ],
)
def test_when_to_open_and_to_enlarge(change, plan, value):
    found = siting.phased(**TWO_SIZES | change)
    assert found.open.tolist() == plan
    assert found.value == pytest.approx(value)
    assert (found.status, found.gap) == ("optimal", 0.0)


def test_what_is_paid_once_is_told_by_period_and_platform():
    found = siting.phased(**TWO_SIZES, kept_share=0.5)
    assert found.invested.tolist() == [[100, 0], [0, 100]]


def test_a_second_place_opens_when_the_first_is_full_and_no_more_than_p_are_open():
    case = TWO_SIZES | {"groups": None, "capacity": [10, 10]}
    assert siting.phased(**case, p=2).open.sum(axis=1).tolist() == [1, 2]
    with pytest.raises(InfeasibleError, match=r"at least 10 of 25 is lacking \(period 1, customer 0: 10\)"):
        siting.phased(**case, p=1)


def test_no_platform_at_all_where_what_is_lacking_has_a_price():
    found = siting.phased(**TWO_SIZES, p=0, unmet_cost=3)
    assert not found.open.any()
    assert found.value == pytest.approx(75)


def test_more_places_may_be_asked_for_than_are_left():
    assert siting.phased(**TWO_SIZES, p=2, forbidden=[0]).open.tolist() == LARGE_AT_ONCE


def test_costs_and_supply_may_differ_by_period():
    found = siting.phased(
        [[[1, 9]], [[9, 1]]], [[0], [0]], [[1], [1]], supply=[[1], [1]], running=[1, 1], may_close=True
    )
    assert found.open.tolist() == [[True, False], [False, True]]
    assert found.value == pytest.approx(4)


def test_unmet_demand_is_told_by_period():
    found = siting.phased([[1]], [[1]], [[10], [4]], supply=[6], unmet_cost=100)
    np.testing.assert_allclose(found.unmet, [[4], [0]])


def test_who_must_be_served_is_served_before_those_who_have_a_price():
    found = siting.phased([[1]], [[1, 1]], [[5, 5], [2, 1]], supply=[6], unmet_cost=[np.inf, 0.5])
    np.testing.assert_allclose(found.unmet, [[0, 5], [0, 1]])


def test_the_least_unmet_demand_falls_on_the_largest():
    problem = siting.Phased([[1]], [[1, 1]], [[5, 9], [2, 1]], supply=[6])
    np.testing.assert_allclose(problem.least_unmet().unmet, [[0, 8], [0, 0]])


def test_what_goes_straight_needs_no_platform_until_there_is_more():
    straight = {"direct": [[[1]], [[1]]], "direct_yield": 0.5}
    found = siting.phased([[0]], [[0]], [[2], [6]], supply=[6], running=[5], **straight)
    assert found.open.tolist() == [[False], [True]]
    assert found.value == pytest.approx(2 / 0.5 + 5)
    assert found.flows[0][2].toarray() == pytest.approx(4)


def test_a_plan_that_is_given_is_worked_out():
    problem = siting.Phased(**TWO_SIZES, kept_share=0.5)
    assert problem.evaluate(LARGE_AT_ONCE).value == pytest.approx(330)
    assert problem.solve().value == pytest.approx(300)


def test_a_search_without_time_says_so():
    rng = np.random.default_rng(0)
    problem = siting.Phased(
        rng.uniform(1, 9, (9, 20)), rng.uniform(1, 9, (20, 30)), rng.uniform(1, 9, (3, 30)), supply=np.full(9, 50.0),
        capacity=np.full(20, 40.0), running=rng.uniform(20, 60, 20), investment=rng.uniform(20, 60, 20),
    )  # fmt: skip
    with pytest.raises(CoopgeoError, match="allow more time"):
        problem.solve(time_limit_s=0)


def test_a_wide_gap_is_no_proof_of_a_narrow_one():
    rng = np.random.default_rng(1)
    problem = siting.Phased(
        rng.uniform(1, 9, (3, 9)), rng.uniform(1, 9, (9, 12)), rng.uniform(1, 9, (3, 12)), supply=np.full(3, 90.0),
        capacity=np.full(9, 30.0), running=rng.uniform(20, 60, 9), investment=rng.uniform(20, 60, 9),
    )  # fmt: skip
    wide, narrow = problem.solve(rel_gap=0.5), problem.solve()
    assert narrow.status == "optimal"
    assert wide.gap <= 0.5
    assert wide.bound <= narrow.value + 1e-6 <= wide.value + 2e-6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"demand": [5, 20]}, r"demand: found shape \(2,\); expected \(periods, customers\), none empty"),
        ({"demand": [[5], [-1]]}, r"demand\[1, 0\]: found -1.0"),
        ({"demand": [[5], [np.inf]]}, r"demand\[1, 0\]: found inf; expected a finite number"),
        ({"inbound": [0, 0]}, r"inbound: found shape \(2,\); expected a matrix, or 2 of them, one for each period"),
        ({"inbound": [[[0, 0]]] * 3}, r"inbound: found shape \(3, 1, 2\); expected a matrix, or 2 of them"),
        ({"outbound": [[0]]}, r"inbound, outbound: found shapes \(1, 2\) and \(1, 1\)"),
        ({"outbound": [[0, 0], [0, 0]]}, r"expected \(sources, platforms\) and \(platforms, 1 customers\)"),
        ({"outbound": [[np.nan], [0]]}, r"outbound\[0, 0\]: found nan"),
        ({"supply": [[9]]}, r"supply: found shape \(1, 1\); expected shape \(2, 1\)"),
        ({"supply": [9, 9]}, r"supply: found shape \(2,\); expected shape \(1,\)"),
        ({"running": [1]}, r"running: found shape \(1,\); expected shape \(2,\)"),
        ({"investment": [[1, 2]]}, r"investment: found shape \(1, 2\); expected shape \(2, 2\)"),
        ({"investment": [1, np.inf]}, r"investment\[1\]: found inf"),
        ({"discount": [1]}, r"discount: found shape \(1,\); expected shape \(2,\)"),
        ({"investment_discount": [1, -1]}, r"investment_discount\[1\]: found -1.0"),
        ({"kept_share": 1.5}, "kept_share: found 1.5; expected a share, 0 to 1"),
        ({"kept_share": "all"}, 'kept_share: found "all"; expected a finite number, 0 or more'),
        ({"may_close": "no"}, 'may_close: found "no"; expected True or False'),
        ({"p": 0}, "p: found 0; expected a whole number from 1 to 2"),
        ({"required": [0], "forbidden": [0]}, "required, forbidden: found sites 0 in both"),
        ({"required": [2]}, "required: found 2; expected a site index from 0 to 1"),
        ({"groups": ["a"]}, r"groups: found shape \(1,\)"),
        ({"unmet_cost": -1}, "unmet_cost: found -1"),
        ({"unmet_cost": [1, 2]}, r"unmet_cost: found shape \(2,\); expected shape \(1,\)"),
        ({"direct": [[1, 1]]}, r"direct: found shape \(1, 2\); expected shape \(1, 1\)"),
        ({"direct": [1]}, r"direct: found shape \(1,\); expected a matrix, or 2 of them"),
        ({"direct": [[1]], "direct_yield": [1, 1]}, r"direct_yield: found shape \(2,\); expected shape \(1,\)"),
        ({"direct": [[1]], "direct_yield": -1}, "direct_yield: found -1.0"),
        ({"yield_": [-0.5]}, r"yield_\[0\]: found -0.5"),
        ({"running": [1e99, 1e99], "discount": [100, 100]}, "running: found 8e.101 in all"),
        ({"time_limit_s": float("nan")}, "time_limit_s: found nan"),
    ],
)
def test_bad_input_is_refused_before_any_solver(change, words):
    with pytest.raises(InputError, match=words):
        siting.phased(**TWO_SIZES | change)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ([[True, False]], r"plan: found bool of shape \(1, 2\); expected a mask of shape \(2, 2\)"),
        ([[1, 0], [0, 1]], "plan: found int64 of shape"),
        ([[True, False], [True, True]], "plan: found period 1: two sizes of a place; expected one at most"),
    ],
)
def test_a_plan_is_checked(plan, words):
    with pytest.raises(InputError, match=words):
        siting.Phased(**TWO_SIZES).evaluate(plan)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supply": [4]}, r"at least 17 of 25 is lacking \(period 0, customer 0: 1, period 1, customer 0: 16\)"),
        ({"outbound": [[[0], [0]], [[np.inf], [np.inf]]]}, "period 1: no platform that can be supplied reaches custom"),
        ({"supply": [[99], [0]]}, "period 1: no platform that can be supplied reaches customers 0"),
        ({"required": [0], "groups": None, "p": 1, "outbound": [[np.inf], [0]]}, "period 0, customer 0: 5"),
        ({"required": [0, 1], "groups": None, "p": 1, "unmet_cost": 5}, "required: found 2 sites; expected p = 1"),
    ],
)
def test_what_is_lacking_is_said(change, words):
    with pytest.raises((InfeasibleError, InputError), match=words):
        siting.phased(**TWO_SIZES | change)


def test_a_plan_may_not_close_what_stays():
    problem = siting.Phased(**TWO_SIZES, unmet_cost=9)
    with pytest.raises(InfeasibleError, match="the plan closes, or makes smaller, what must stay open or grow"):
        problem.evaluate([[True, False], [False, False]])
    with pytest.raises(InfeasibleError, match="the plan closes, or makes smaller"):
        siting.Phased(**TWO_SIZES | {"demand": [[5], [5]]}).evaluate([[False, True], [True, False]])
    closing = siting.Phased(**TWO_SIZES, unmet_cost=9, may_close=True)
    assert closing.evaluate([[True, False], [False, False]]).value == pytest.approx(10 + 100 + 180)


FACTORS = [1.0, 0.8, 0.55]  # of three equal periods


def test_published_optima_times_the_sum_of_factors(shared):
    """Construction a: with opening costs discounted like the others, equal periods repeat the static optimum."""
    with (shared / "bench" / "optima.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("cap/")]
    assert len(rows) == 49
    for row in rows:
        capacity, opening, demand, cost = _instance(shared / "bench" / row["file"])
        found = siting.phased(
            np.zeros((1, len(opening))),
            cost,
            np.tile(demand, (3, 1)),
            supply=[demand.sum()],
            capacity=None if "uncapacitated" in row["problem"] else capacity,
            running=opening,
            discount=FACTORS,
        )
        assert found.status == "optimal", row["file"]
        assert found.value == pytest.approx(float(row["value"]) * sum(FACTORS), rel=1e-6), row["file"]


def _instance(path):
    """Capacity and opening cost of each site, demand, and unit costs (sites x customers) of a file of Beasley's."""
    figures = np.array(path.read_text(encoding="utf-8").split(), dtype=float)
    sites, customers = figures[:2].astype(int)
    capacity, opening = figures[2 : 2 + 2 * sites].reshape(sites, 2).T
    rows = figures[2 + 2 * sites :][: customers * (sites + 1)].reshape(customers, sites + 1)
    return capacity, opening, rows[:, 0], (rows[:, 1:] / rows[:, :1]).T
