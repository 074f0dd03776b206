"""Supply that must go somewhere: outlets that pay, are full or are too dear, plants of others, what is lacking."""

import pickle

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from coopgeo import siting
from coopgeo.errors import CoopgeoError, InfeasibleError, InputError
from coopgeo.siting.engine.linear import Answer, Model
from coopgeo.text.messages import said
from tests.siting.pushes import ranking_by_trying

INF = np.inf


def sorting(**change):
    """Ten units, of which 6 are sold at 5 and 3 at a loss of 1; of the two platforms one is nearer, one cheaper."""
    case = {
        "inbound": [[1, 2]],
        "outlet_cost": [[-5, 1], [-5, 1]],
        "supply": [10],
        "shares": [0.6, 0.3],
        "outlet_output": [0, 1],
        "waste_cost": 4,
        "opening": [8, 3],
    }
    return siting.Push(**(case | change))


def flows(found):
    return [flow.toarray().tolist() for flow in found.flows]


@pytest.mark.parametrize("p", [1, None])
def test_what_is_sold_pays_for_the_platform(p):
    found = sorting(p=p).solve()
    assert (found.sites.tolist(), found.status) == ([0], "optimal")
    assert found.value == pytest.approx(10 - 30 + 3 + 8)
    assert found.bound == found.value
    assert flows(found) == [[[10, 0]], [[6, 3], [0, 0]], [[0, 0], [0, 0]]]


@pytest.mark.parametrize("p", [1, None])
def test_a_full_outlet_leaves_the_rest_to_the_next_one_and_then_to_waste(p):
    more = {"outlet_cost": [[-5, 1, -1]] * 2, "outlet_output": [0, 1, 0], "outlet_capacity": [2, 1, 3]}
    found = sorting(p=p, **more).solve()
    assert flows(found)[1:] == [[[2, 1, 3], [0, 0, 0]], [[1, 2], [0, 0]]]
    assert found.value == pytest.approx(10 + 8 - 10 - 3 + 1 + 3 * 4)


@pytest.mark.parametrize("p", [1, None])
def test_waste_is_better_than_an_outlet_that_costs_more(p):
    found = sorting(p=p, waste_cost=[4, 0.5]).solve()
    assert flows(found)[1:] == [[[6, 0], [0, 0]], [[0, 3], [0, 0]]]


@pytest.mark.parametrize("p", [1, None])
def test_an_outlet_that_costs_as_much_as_waste_is_used(p):
    assert flows(sorting(p=p, waste_cost=[4, 1]).solve())[1:] == [[[6, 3], [0, 0]], [[0, 0], [0, 0]]]


@pytest.mark.parametrize("p", [1, None])
def test_an_outlet_that_a_platform_may_not_use_gets_nothing_from_it(p):
    found = sorting(p=p, outlet_cost=[[INF, 1], [-5, 1]]).solve()
    assert (found.sites.tolist(), found.value) == ([1], pytest.approx(20 - 30 + 3 + 3))


@pytest.mark.parametrize("p", [1, 2])
def test_all_may_be_wasted_where_there_are_no_outlets(p):
    found = sorting(p=p, outlet_cost=np.zeros((2, 0)), outlet_output=[]).solve()
    assert found.value == pytest.approx({1: 10 + 8, 2: 10 + 11}[p] + 9 * 4)
    assert [flow.shape for flow in found.flows] == [(1, 2), (2, 0), (2, 2)]


@pytest.mark.parametrize("p", [1, None])
def test_a_plant_of_others_takes_all_in_and_sends_nothing_out(p):
    found = sorting(p=p, inbound=[[1, 2.5]], outlet_cost=[[5, 9]] * 2, splits=[True, False], opening=[1, 1]).solve()
    assert (found.sites.tolist(), found.value) == ([1], 26)
    assert not found.flows[1].nnz
    assert not found.flows[2].nnz
    assert sorting(p=p, splits=[True, False], opening=[8, 8]).solve().sites.tolist() == [0]


def test_sources_that_give_other_shares_go_to_other_platforms():
    shares = [[1.0, 0.0], [0.0, 1.0]]
    found = siting.push([[1, 2], [1, 2]], [[-5, INF], [INF, -5]], [3, 4], shares=shares, outlet_output=[0, 1])
    assert found.value == 3 * (1 - 5) + 4 * (2 - 5)
    assert flows(found)[0] == [[3, 0], [0, 4]]


def test_two_platforms_share_an_outlet_that_is_soon_full():
    case = {"inbound": [[1, INF], [INF, 1]], "supply": [10, 10], "shares": [1.0], "outlet_output": [0, 0]}
    found = siting.push(outlet_cost=[[-6, -1], [-6, -5]], outlet_capacity=[12, INF], waste_cost=9, **case)
    assert flows(found)[1] == [[10, 0], [2, 8]]
    assert found.value == 20 - 72 - 40


def test_no_platform_is_no_answer_but_where_nothing_is_collected():
    with pytest.raises(InputError, match="p: found 0; expected a whole number from 1 to 2"):
        sorting(p=0)
    with pytest.raises(InputError, match="at_most: found 0; expected a whole number, 1 or more"):
        sorting(at_most=0)
    for more in ({}, {"at_most": 1}):
        nothing = sorting(supply=[0], **more).solve()
        assert (nothing.sites.tolist(), nothing.value, nothing.status) == ([], 0, "optimal")
    with pytest.raises(InfeasibleError, match="sources 0 reach no platform"):
        sorting().evaluate([])


def test_one_size_of_a_place_opens_and_a_place_stands_in_the_ranking_once():
    more = {"groups": ["a", "a", "b"], "capacity": [5, 10, 10], "opening": [1, 6, 20]}
    case = {"inbound": [[1, 1, 1]], "outlet_cost": np.zeros((3, 0)), "outlet_output": [], "supply": [10], "shares": [1]}
    assert [one.sites.tolist() for one in siting.Push(**case, **more, p=1).best(9)] == [[1], [2]]
    assert [one.sites.tolist() for one in siting.Push(**case, **more).best(9)] == [[1], [2], [0, 2]]
    assert siting.push(**case, **more, required=[0]).sites.tolist() == [1]
    assert siting.push(**case, **more, forbidden=[1]).sites.tolist() == [2]
    assert siting.push(**case, **more, required=[2], p=1).sites.tolist() == [2]
    assert siting.push(**case, **more, p=2).sites.tolist() == [0, 2]


def test_what_else_is_asked_of_a_problem():
    problem = sorting(p=1)
    assert problem.alone().tolist() == pytest.approx([-9, -4])
    assert [other.regret for other in problem.alternatives(5)] == pytest.approx([0, 5])
    assert problem.insist([1])[1].regret == pytest.approx(5)
    assert problem.tolerances()[0].solution.sites.tolist() == [1]
    assert problem.evaluate([1]).value == pytest.approx(-4)
    assert problem.evaluate([0, 1]).value == pytest.approx(-9 + 3)
    assert not problem.most_is_best
    assert sorting(forbidden=[0]).alone().tolist() == pytest.approx([INF, -4])
    assert sorting(capacity=[9, 10], required=[1]).alone().tolist() == pytest.approx([INF, -4])


def test_no_more_platforms_open_than_may():
    case = {"inbound": 9 - 9 * np.eye(3), "outlet_cost": np.zeros((3, 0)), "outlet_output": [], "supply": [1, 1, 1]}
    problem = siting.Push(**case, shares=[0], at_most=2)
    assert [len(one.sites) for one in problem.best(9)] == [2, 2, 2, 1, 1, 1]
    assert siting.push(**case, shares=[0]).sites.tolist() == [0, 1, 2]
    assert problem.evaluate([0, 1, 2]).value == 0  # whatever the problem allows


@pytest.mark.parametrize("most", [{"p": 1}, {"at_most": 1}, {"p": 2}])
def test_one_platform_needs_no_branch_and_cut(most, monkeypatch):
    monkeypatch.setattr(Model, "solve", None)
    problem = sorting(**most)
    if "p" not in most or most["p"] == 1:
        assert [one.value for one in problem.best(2)] == pytest.approx([-9, -4])
    assert problem.evaluate([1]).value == pytest.approx(-4)
    assert problem.alone().tolist() == pytest.approx([-9, -4])


def drawn(seed, *, pays=True, full=True, platforms=9):
    """A problem too large to try every set of, with figures that hardly ever tie."""
    rng = np.random.default_rng(seed)
    sources, outlets, outputs = 14, 7, 3
    return {
        "inbound": np.where(rng.random((sources, platforms)) < 0.1, INF, rng.uniform(2, 30, (sources, platforms))),
        "outlet_cost": rng.uniform(-60 if pays else 0, 20, (platforms, outlets)),
        "supply": rng.uniform(1, 50, sources),
        "shares": rng.dirichlet(np.ones(outputs + 1), sources)[:, :outputs],
        "outlet_output": np.arange(outlets) % outputs,
        "outlet_capacity": np.where(rng.random(outlets) < 0.7, rng.uniform(5, 60, outlets), INF) if full else None,
        "waste_cost": rng.uniform(0, 30, outputs),
        "splits": rng.random(platforms) < 0.8,
        "opening": rng.uniform(100, 900, platforms),
        "capacity": rng.uniform(100, 400, platforms),
        "groups": np.arange(platforms) // 2,
    }


def by_milp(case, p):
    """The value of the whole model, as a mixed-integer program of SciPy."""
    (sources, platforms), outlets, outputs = case["inbound"].shape, len(case["outlet_output"]), case["shares"].shape[1]
    room = np.full(outlets, INF) if case["outlet_capacity"] is None else case["outlet_capacity"]
    f = np.arange(sources * platforms).reshape(sources, platforms)
    g = f.size + np.arange(platforms * outlets).reshape(platforms, outlets)
    u = f.size + g.size + np.arange(platforms * outputs).reshape(platforms, outputs)
    y = f.size + g.size + u.size + np.arange(platforms)
    cost = np.concatenate([
        case["inbound"].ravel(), case["outlet_cost"].ravel(), np.tile(case["waste_cost"], platforms), case["opening"]
    ])  # fmt: skip
    rows, lower, upper = [], [], []

    def add(low, high, *terms):
        row = np.zeros(len(cost))
        for variables, factors in terms:
            row[variables] += factors
        rows.append(row)
        lower.append(low)
        upper.append(high)

    for i in range(sources):
        add(case["supply"][i], case["supply"][i], (f[i], 1))
    for j in range(platforms):
        add(-INF, 0, (f[:, j], 1), (y[j], -case["capacity"][j]))
        for o in range(outputs):
            share = case["shares"][:, o] * case["splits"][j]
            add(0, 0, (f[:, j], share), (g[j, case["outlet_output"] == o], -1), (u[j, o], -1))
    for k in range(outlets):
        add(-INF, room[k], (g[:, k], 1))
    for group in np.unique(case["groups"]):
        add(0, 1, (y[case["groups"] == group], 1))
    if p is not None:
        add(p, p, (y, 1))
    most = np.where(np.isfinite(cost), INF, 0)
    most[y] = 1
    found = milp(
        np.where(np.isfinite(cost), cost, 0), bounds=Bounds(0, most), integrality=np.arange(len(cost)) >= y[0],
        constraints=LinearConstraint(np.array(rows), lower, upper), options={"mip_rel_gap": 1e-9},
    )  # fmt: skip
    return found.fun if found.status == 0 else None


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("p", [None, 2, 3])
def test_the_value_is_that_of_another_program(seed, p):
    case = drawn(seed, pays=seed % 2 == 0, full=seed % 3 != 0)
    expected = by_milp(case, p)
    if expected is None:
        with pytest.raises(InfeasibleError):
            siting.push(**case, p=p)
        return
    found = siting.push(**case, p=p)
    assert found.value == pytest.approx(expected, rel=1e-6)
    assert found.status == "optimal"


def test_the_next_best_sets_come_in_order_and_none_is_left_out():
    case = drawn(3, platforms=5) | {"capacity": np.full(5, 600.0)}
    found = siting.Push(**case).best(50)
    expected = ranking_by_trying(case | {"required": [], "forbidden": []})
    assert [one.value for one in found] == pytest.approx([value for value, _ in expected], rel=1e-6)
    assert [set(case["groups"][one.sites]) for one in found] == [set(places) for _, places in expected]


def test_where_gains_and_costs_cancel_the_answer_is_proved_all_the_same():
    for seed in range(4):
        case = drawn(seed) | {"capacity": np.full(9, 600.0)}
        opening = case["opening"] - siting.push(**case, p=2).value / 2
        found = siting.push(**case | {"opening": opening + max(0, -opening.min())}, p=2)
        assert found.value == pytest.approx(2 * max(0, -opening.min()), abs=1e-5)
        assert found.status == "optimal"


def test_a_proof_of_the_larger_costs_in_the_program_is_none_of_the_true_ones(monkeypatch):
    """What outlets pay is added to all costs in the program: the gap asked for there has to be the smaller."""
    real, asked, heard = Model.solve, [], []

    def solve(model, watch, *, rel_gap, **more):
        asked.append(rel_gap)
        watch.tell(len(asked), 0.0, 0.0)
        answer = real(model, watch, rel_gap=1e-9, **more)
        return Answer(answer.x, answer.value, answer.value * (1 - 0.9 * rel_gap), proved=True)

    monkeypatch.setattr(Model, "solve", solve)
    found = sorting().solve(rel_gap=0.1, progress=heard.append)
    assert [one.iteration for one in heard] == [1]  # the bounds of the second search begin anew
    assert asked == [0.1, pytest.approx(0.1 * 0.5 * 9 / (-9 + 6 * 5))]
    assert found.status == "optimal"
    assert 0 < found.gap <= 0.1
    assert found.bound < found.value == -9


def test_what_no_answer_can_earn_is_known_without_any_time(monkeypatch):
    real = Model.solve

    def solve(*args, **more):
        answer = real(*args, **more)
        return Answer(answer.x, answer.value, -INF, proved=False)

    monkeypatch.setattr(Model, "solve", solve)
    found = sorting().solve()
    assert (found.value, found.bound, found.status) == (-9, -30, "feasible")


@pytest.mark.parametrize("seed", range(4))
def test_no_cost_in_the_program_is_negative(seed):
    """HiGHS loses sight of costs beside much larger ones; what is done about that takes costs of 0 or more."""
    costs = siting.Push(**drawn(seed))._pushes._program(()).model.program().costs
    assert costs.min() >= 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inbound": [[INF, 1], [INF, INF]], "supply": [1, 2]}, "sources 1 reach no platform that may open"),
        ({"inbound": [[1, 1]], "forbidden": [0, 1]}, "sources 0 reach no platform that may open"),
        ({"capacity": [0, 0]}, "sources 0 reach no platform that may open"),
        ({"capacity": [3, 4]}, "capacity is short: all sites that may open hold 7 of 10, 3 too little"),
        ({"capacity": [6, 4], "p": 1}, "the 1 largest sites that may open hold 6 of 10, 4 too little"),
        ({"capacity": [9, 9], "at_most": 1}, "the 1 largest sites that may open hold 9 of 10, 1 too little"),
        ({"capacity": [9, 9], "groups": [0, 0]}, "all sites that may open hold 9 of 10, 1 too little"),
        (
            {"inbound": [[1, INF], [INF, 1]], "supply": [6, 4], "capacity": [4, 9]},
            r"can take in all that is collected: at least 2 of 10 is left .sources: 0 lacks 2",
        ),
        (
            {"inbound": [[1, INF], [INF, 1]], "supply": [6, 4], "p": 1},
            r"can take in all that is collected: at least 4 of 10 is left .sources: 1 lacks 4",
        ),
        ({"required": [0, 1], "p": 2, "capacity": [9, 0.5]}, "hold 9.5 of 10, 0.5 too little"),
    ],
)
def test_what_is_lacking_is_said(change, words):
    with pytest.raises(InfeasibleError, match=words) as caught:
        sorting(**change).solve()
    french = said(caught.value.args[0], "fr")
    assert not any(word in french for word in ("platforms", "sites that", "collected"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"inbound": [[1, -1]]}, r"inbound\[0, 1\]: found -1.0; expected 0 or more"),
        ({"inbound": [1, 1]}, r"inbound: found shape \(2,\); expected \(sources, platforms\), none empty"),
        ({"outlet_cost": [[1, 2]]}, r"outlet_cost: found shape \(1, 2\); expected shape \(2, 2\)"),
        ({"outlet_cost": [[1, np.nan], [-INF, 1]]}, r"outlet_cost\[0, 1\]: found nan; expected a number, negative whe"),
        ({"outlet_cost": [[1, np.nan], [-INF, 1]]}, r"outlet_cost\[1, 0\]: found -inf"),
        ({"outlet_cost": [["a", "b"]] * 2}, "outlet_cost: found entries of type"),
        ({"outlet_output": [0, 2]}, r"outlet_output\[1\]: found 2; expected the number of an output, from 0 to 1"),
        ({"outlet_output": [0, -1]}, r"outlet_output\[1\]: found -1"),
        ({"outlet_output": [0.0, 1.0]}, r"outlet_output: found float64 of shape \(2,\); expected whole numbers"),
        ({"outlet_capacity": [1]}, r"outlet_capacity: found shape \(1,\)"),
        ({"outlet_capacity": [1, -2]}, r"outlet_capacity\[1\]: found -2.0"),
        ({"shares": [0.6, 0.5]}, r"shares\[0\]: found 1.1 in all; expected 1 in all at most"),
        ({"shares": [1e308, 1e308]}, r"shares\[0\]: found inf in all; expected 1 in all at most"),
        ({"shares": [0.6, -0.1]}, r"shares\[1\]: found -0.1"),
        (
            {"shares": [[0.6, 0.1]] * 2},
            r"shares: found shape \(2, 2\); expected \(outputs,\) or \(1 sources, outputs\)",
        ),
        ({"shares": []}, r"shares: found shape \(1, 0\)"),
        ({"waste_cost": -1}, r"waste_cost\[0\]: found -1.0"),
        ({"waste_cost": [1, INF]}, r"waste_cost\[1\]: found inf; expected a finite number, 0 or more"),
        ({"waste_cost": [1]}, r"waste_cost: found shape \(1,\)"),
        ({"supply": [1, 2]}, r"supply: found shape \(2,\)"),
        ({"splits": [1, 0]}, r"splits: found int64 of shape \(2,\); expected a mask of shape \(2,\)"),
        ({"splits": [True]}, r"splits: found bool of shape \(1,\)"),
        ({"p": 3}, "p: found 3; expected a whole number from 1 to 2"),
        ({"p": 1, "at_most": 1}, "at_most: found 1; expected no such limit"),
        ({"required": [2]}, "required: found 2; expected a site index from 0 to 1"),
        ({"groups": ["a"]}, r"groups: found shape \(1,\)"),
        ({"opening": [1, -1]}, r"opening\[1\]: found -1.0"),
        ({"capacity": [1]}, r"capacity: found shape \(1,\)"),
        ({"outlet_cost": [[-1e200, 1]] * 2}, "outlet_cost: found .* in all, times demand"),
        ({"supply": [1e200]}, r"supply: found 1e\+200 in all"),
    ],
)
def test_bad_input_is_refused_before_any_solver(change, words):
    with pytest.raises(InputError, match=words):
        sorting(**change)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError, match="push has 5 faults"):
        sorting(supply=[-1], waste_cost=[1], splits=[1, 0], p=9, outlet_output=[0, 5])


def test_shares_may_be_off_by_rounding():
    assert sorting(shares=[0.6, 0.4 + 1e-12]).solve().status == "optimal"


def test_without_supply_each_source_has_one_unit():
    assert sorting(supply=None).solve().value == sorting(supply=[1]).solve().value


def test_a_problem_and_its_answer_can_be_sent_elsewhere():
    problem = pickle.loads(pickle.dumps(sorting(p=1)))
    assert problem.solve().value == sorting(p=1).solve().value


def test_without_time_there_is_no_answer():
    with pytest.raises(CoopgeoError, match="allow more time"):
        siting.Push(**drawn(0), p=3).solve(time_limit_s=0)
