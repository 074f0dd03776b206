"""Truths of sharing rules: what every game's shares fulfil, whatever it is; another house's nucleoli; placements."""

import coopgame
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from coopgeo.cooperation import (
    core,
    dual_sharing,
    equal_profit,
    least_core,
    leaving,
    nucleolus,
    proportional,
    shapley,
    tau,
)
from coopgeo.cooperation.games import game_of, members_of
from coopgeo.cooperation.nucleoli import _is_nucleolus
from coopgeo.errors import InputError
from tests.cooperation.games import additive, cost_games, pairwise_near, placement_costs, placements, sizes, value_games

FEW = settings(max_examples=60, deadline=None)
MANY = settings(max_examples=200, deadline=None)
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def kernel(worth, kind="value"):
    return nucleolus(worth, kind).shares


def equal(worth, kind="value"):
    return equal_profit(worth, kind).shares


def singles(worth):
    return worth[1 << np.arange(len(worth).bit_length() - 1)]


def without_a_zero_alone(worth):
    assume((singles(worth) != 0).all())


def with_a_core(worth, kind="value"):
    """The game in which all together have what it takes for a sharing to hold."""
    raised = worth.copy()
    raised[-1] += core(worth, kind).aid * (1 if kind == "value" else -1)
    return raised


@MANY
@given(value_games(), st.sampled_from([shapley, kernel, equal, proportional]))
def test_the_whole_is_shared(worth, rule):
    if rule is equal:
        without_a_zero_alone(worth)
    assert rule(worth, kind="value").sum() == pytest.approx(worth[-1], **CLOSE)


@FEW
@given(cost_games())
def test_the_whole_cost_is_shared(worth):
    for rule in (shapley, kernel, equal, proportional, tau):
        if rule is tau and core(worth, "cost").empty:
            continue
        assert rule(worth, kind="cost").sum() == pytest.approx(worth[-1], **CLOSE)


@FEW
@given(value_games(least=2), st.data(), st.sampled_from([shapley, kernel, equal, tau]))
def test_players_that_are_alike_have_the_same(worth, data, rule):
    players = len(worth).bit_length() - 1
    one, other = sorted(data.draw(st.permutations(range(players)))[:2])
    at = np.arange(len(worth))
    swapped = at & ~(1 << one | 1 << other) | (at >> one & 1) << other | (at >> other & 1) << one
    worth = np.maximum(worth, worth[swapped])
    worth[-1] = max(worth[-1], singles(worth).sum())
    if rule is equal:
        without_a_zero_alone(worth)
    try:
        shares = rule(worth)
    except InputError:
        assert rule is tau
        return
    assert shares[one] == pytest.approx(shares[other], **CLOSE)


@FEW
@given(value_games(most=4), st.integers(-3, 5), st.sampled_from([shapley, kernel]))
def test_who_adds_the_same_to_everybody_has_just_that_and_the_others_what_they_had(worth, adds, rule):
    assert rule(np.concatenate([worth, worth + adds])) == pytest.approx([*rule(worth), adds], **CLOSE)


@FEW
@given(value_games())
def test_nobody_is_worse_off_than_alone(worth):
    assert (kernel(worth) >= singles(worth) - 1e-6).all()
    without_a_zero_alone(worth)
    worth = with_a_core(worth)
    assert (equal(worth) >= singles(worth) - 1e-6).all()


@MANY
@given(st.one_of(st.tuples(value_games(), st.just("value")), st.tuples(cost_games(), st.just("cost"))))
def test_nobody_leaves_where_a_sharing_can_hold(game):
    worth, kind = with_a_core(*game), game[1]
    assert leaving(worth, kernel(worth, kind), kind) == ()
    without_a_zero_alone(worth)
    assert leaving(worth, equal(worth, kind), kind) == ()


@MANY
@given(value_games(least=2), st.data())
def test_somebody_leaves_whatever_the_shares_where_none_can_hold(worth, data):
    if not core(worth).empty:
        worth[-1] -= max(0, -least_core(worth)) * len(singles(worth)) + data.draw(st.integers(1, 5))
    assert core(worth).empty
    shares = data.draw(st.lists(st.integers(-5, 20), min_size=len(singles(worth)), max_size=len(singles(worth))))
    shares = np.array(shares) + (worth[-1] - sum(shares)) / len(shares)
    assert leaving(worth, shares) != ()
    assert leaving(worth, shares)[0].gain >= least_core(worth) - 1e-6


@MANY
@given(st.one_of(value_games(), cost_games().map(np.negative)))
def test_the_aid_is_what_it_takes(worth):
    found = core(worth)
    assert found.empty == (found.aid > 0) == bool(found.blocking)
    assert found.empty == (least_core(worth) > 1e-6)
    if not found.empty:
        return
    raised = worth.copy()
    raised[-1] += found.aid
    assert not core(raised).empty
    assert not core(-raised, "cost").empty
    raised[-1] -= min(1e-3, found.aid / 2)
    assert core(raised).empty
    assert core(-raised, "cost").empty


@MANY
@given(value_games(least=2))
def test_coalitions_that_block_could_have_all_that_is_lacking_between_them(worth):
    """Bondareva and Shapley: some measures of them hold each player once, and weigh their worths to all and the aid."""
    worth[-1] -= 3
    found = core(worth)
    if not found.empty:
        return
    rows = np.array([sum(1 << player for player in one) for one in found.blocking])
    holds = members_of(rows, len(singles(worth))).T
    measured = linprog(-worth[rows], A_eq=holds, b_eq=np.ones(len(holds)))
    assert measured.status == 0
    assert -measured.fun == pytest.approx(worth[-1] + found.aid, **CLOSE)


@FEW
@given(value_games(), st.sampled_from([1e-3, 0.7, 4.0, 1e6]), st.data())
def test_shares_follow_the_unit_and_what_each_has_anyway(worth, unit, data):
    own = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=len(singles(worth)), max_size=len(singles(worth)))))
    moved = unit * (worth + additive(own))
    rules = [shapley, kernel]
    try:
        tau(worth)
        rules.append(tau)
    except InputError:
        with pytest.raises(InputError):
            tau(moved)
    for rule in rules:
        assert rule(moved) / unit == pytest.approx(rule(worth) + own, **CLOSE)
    assert least_core(moved) / unit == pytest.approx(least_core(worth), **CLOSE)
    assert core(moved).aid / unit == pytest.approx(core(worth).aid, **CLOSE)
    if singles(worth).all():
        assert equal(unit * worth) / unit == pytest.approx(equal(worth), **CLOSE)


@FEW
@given(value_games())
def test_costs_are_worths_with_the_other_sign(worth):
    for rule in (shapley, kernel, proportional):
        np.testing.assert_array_equal(rule(-worth, kind="cost"), -rule(worth, kind="value"))
    assert least_core(-worth, "cost") == least_core(worth)
    assert core(-worth, "cost").aid == core(worth).aid
    assert core(-worth, "cost").blocking == core(worth).blocking
    shares = np.full(len(singles(worth)), worth[-1] / len(singles(worth)))
    paid, had = leaving(-worth, -shares, "cost"), leaving(worth, shares)
    assert [(one.players, one.gain) for one in paid] == [(one.players, one.gain) for one in had]
    without_a_zero_alone(worth)
    np.testing.assert_array_equal(equal(-worth, "cost"), -equal(worth))


@MANY
@given(value_games(least=2), st.sampled_from([1e-3, 0.1, 1.0]), st.data())
def test_the_certificate_holds_for_the_nucleolus_and_nothing_else(worth, moved, data):
    found = nucleolus(worth)
    assert found.certified
    game = game_of(worth, "value")
    values, shares = worth / game.scale, found.shares / game.scale
    if (worth[-1] == singles(worth).sum()) or game.players < 2:
        return
    assert _is_nucleolus(game, values, shares)
    giver, taker = data.draw(st.permutations(range(game.players)))[:2]
    shares[giver] -= moved
    assert not _is_nucleolus(game, values, shares)
    shares[taker] += moved
    assert not _is_nucleolus(game, values, shares)


@settings(max_examples=250, deadline=None)
@given(st.one_of(value_games(6), cost_games(6).map(np.negative)))
def test_nucleoli_are_those_of_another_house(worth):
    other = coopgame.nucleolus(coopgame.Game(worth[1:].tolist()))
    assert other["guarantee"] == "exact"
    assert kernel(worth) == pytest.approx(other["allocation"], **CLOSE)
    assert kernel(-worth, "cost") == pytest.approx(-np.array(other["allocation"]), **CLOSE)


@pytest.mark.parametrize("seed", range(8))
def test_nucleoli_of_worths_without_ties_are_those_of_another_house(seed):
    rng = np.random.default_rng(seed)
    worth = rng.normal(0, 10.0 ** rng.integers(-3, 6), 64) * np.append(0, np.ones(63))
    worth[-1] = max(worth[-1], singles(worth).sum()) + abs(worth).max()
    assert kernel(worth) == pytest.approx(
        coopgame.nucleolus(coopgame.Game(worth[1:].tolist()))["allocation"], rel=1e-6, abs=1e-6 * abs(worth).max()
    )


@MANY
@given(cost_games(), st.booleans())
def test_relative_savings_are_as_nearly_alike_as_can_be(worth, dearer):
    """Nearer to each other than any other sharing allows, then nearest to their mean: no step betters them."""
    worth = worth + (sizes(len(singles(worth))) > 1) * 0.5 * dearer  # some cores are empty then
    alone, players = singles(worth), len(singles(worth))
    rows = members_of(np.arange(1, len(worth) - 1), players) * alone
    held_back = max(0.0, least_core(worth, "cost"))
    rights = rows.sum(axis=1) - worth[1:-1] - held_back
    found = equal_profit(worth)
    assert found.certified
    savings = 1 - found.shares / alone
    assert (rows @ savings >= rights - 1e-6).all()

    def least(costs, apart):
        span = np.column_stack([np.eye(players), -np.ones(players), np.zeros(players)])
        under = np.column_stack([np.eye(players), np.zeros(players), -np.ones(players)])
        ends = np.append(np.zeros(players), [-1.0, 1.0])
        upper = np.vstack([np.column_stack([-rows, np.zeros((len(rows), 2))]), -span, under, ends])
        limits = np.concatenate([1e-8 - rights, np.zeros(2 * players), [apart]])
        whole = np.append(alone, [0.0, 0.0])[None]
        answer = linprog(
            costs, A_ub=upper, b_ub=limits, A_eq=whole, b_eq=[alone.sum() - worth[-1]], bounds=(None, None)
        )
        assert answer.status == 0
        return answer.fun

    apart = np.ptp(savings)
    assert least(np.append(np.zeros(players), [-1.0, 1.0]), 1e3) == pytest.approx(apart, abs=1e-5)
    slope = savings - savings.mean()  # of half the sum of squares
    assert least(np.append(slope, [0.0, 0.0]), apart + 1e-8) == pytest.approx(slope @ savings, abs=1e-5)


def relaxed(unit_cost, demand, opening):
    """Value of the strong linear program: an open share of each site for each client that it serves."""
    (clients, sites), service = np.shape(unit_cost), np.asarray(demand)[:, None] * unit_cost
    served = np.column_stack([np.kron(np.eye(clients), np.ones(sites)), np.zeros((clients, sites))])
    within = np.column_stack([np.eye(clients * sites), -np.tile(np.eye(sites), (clients, 1))])
    answer = linprog(
        np.append(service.ravel(), opening),
        A_ub=within,
        b_ub=np.zeros(len(within)),
        A_eq=served,
        b_eq=np.ones(clients),
    )
    assert answer.status == 0
    return answer.fun


def gap_of(case):
    """The gap of a placement's program, once its core and its prices are what the gap makes them."""
    worth, value = placement_costs(**case), relaxed(**case)
    found, shares, gap = core(worth, "cost"), dual_sharing(**case), worth[-1] - value
    assert found.empty == (gap > 1e-6)
    assert found.aid == pytest.approx(gap, **CLOSE)
    assert shares.shares.sum() == pytest.approx(value, **CLOSE)
    assert leaving(worth, shares.shares, "cost") == ()
    assert shares.certified == (not found.empty)
    return gap


@MANY
@given(placements())
def test_the_core_of_a_placement_is_empty_where_its_program_has_a_gap(case):
    """Goemans and Skutella, J. Algorithms 50 (2004): the gap is the aid, and without one prices are shares."""
    assert gap_of(case) >= -1e-9


def test_placements_with_a_gap_and_without_are_among_those_tried():
    rng = np.random.default_rng(4)
    pairs = [rng.permuted(np.tile(np.arange(3), (5, 1)), axis=1)[:, :2] for _ in range(40)]
    gaps = [gap_of(pairwise_near(one, 3)) for one in pairs]
    assert 5 < np.count_nonzero(np.array(gaps) > 1e-6) < 35
