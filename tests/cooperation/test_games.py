"""Games whose sharings are known: of the literature, by hand; and what is no game."""

import json
from fractions import Fraction

import numpy as np
import pytest

from coopgeo.cooperation import (
    as_coalition,
    as_players,
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
from coopgeo.errors import InfeasibleError, InputError
from tests.cooperation.games import additive, airport, bankruptcy, sizes

INF = np.inf
CLOSE = {"rel": 1e-6, "abs": 1e-9}
CLAIMS = [100, 200, 300]
TRIANGLE = [0, 1, 1, 1, 1, 1, 1, 2]
LEMAIRE = [0, 46125, 17437.5, 69187.5, 5812.5, 53812.5, 30750, 90000]

# kind, game, Shapley value, nucleolus, least core
KNOWN = {
    # R. Aumann and M. Maschler, J. Economic Theory 36 (1985). Who fixes whatever is tight in one solution of the first
    # program errs on the last two.
    "Talmud 100": ("value", bankruptcy(100, CLAIMS), [100 / 3] * 3, [100 / 3] * 3, -100 / 3),
    "Talmud 200": ("value", bankruptcy(200, CLAIMS), [100 / 3, 250 / 3, 250 / 3], [50, 75, 75], -50),
    "Talmud 300": ("value", bankruptcy(300, CLAIMS), [50, 100, 150], [50, 100, 150], -50),
    # S. Littlechild and G. Owen, Management Science 20 (1973).
    "airport": ("cost", airport([8, 11, 17, 18]), [2, 3, 6, 7], [11 / 3, 11 / 3, 29 / 6, 35 / 6], -11 / 3),
    # J. Lemaire, ASTIN Bulletin 21 (1991); M. Guajardo and K. Jörnsten, EJOR 241 (2015), example 1.
    "insurance": ("value", LEMAIRE, [51750, 25875, 12375], [52687.5, 24468.75, 12843.75], -6562.5),
    # Derived: distances 0-1 4, 0-2 6, 0-3 7, 1-2 3, 1-3 6, 2-3 2 from the root 0; model of C. Bird, Networks 6 (1976).
    "spanning tree": ("cost", [0, 4, 6, 7, 7, 10, 8, 9], [7 / 3, 7 / 3, 13 / 3], [2.5, 2, 4.5], -1.5),
    # Derived, after M. Goemans and M. Skutella, J. Algorithms 50 (2004).
    "three sites": ("cost", TRIANGLE, [2 / 3] * 3, [2 / 3] * 3, 1 / 3),
}


@pytest.mark.parametrize(("kind", "worth", "averages", "nucleoli", "complaint"), KNOWN.values(), ids=KNOWN)
def test_games_of_the_literature(kind, worth, averages, nucleoli, complaint):
    assert shapley(worth, kind) == pytest.approx(averages, **CLOSE)
    found = nucleolus(worth, kind)
    assert found.shares == pytest.approx(nucleoli, **CLOSE)
    assert found.certified
    assert least_core(worth, kind) == pytest.approx(complaint, **CLOSE)
    assert core(worth, kind).empty == (complaint > 0)


def test_games_that_stand_beside_the_project(shared):
    games = json.loads((shared / "bench" / "games.json").read_text(encoding="utf-8"))
    assert len(games) >= 12
    for game in games:
        worth = [0.0, *(float(Fraction(one)) for one in game["coalitions_bit_order"])]
        kind, name = game["kind"], game["name"]
        expected = {rule: [float(Fraction(one)) for one in game[rule]] for rule in ("shapley", "nucleolus")}
        assert shapley(worth, kind) == pytest.approx(expected["shapley"], **CLOSE), name
        found = nucleolus(worth, kind)
        assert found.shares == pytest.approx(expected["nucleolus"], **CLOSE), name
        assert found.certified, name
        complaint = game["least_core_eps_of_savings_or_value"]
        assert least_core(worth, kind) == pytest.approx(complaint, **CLOSE), name
        assert core(worth, kind).empty == (complaint > 1e-6), name
        assert (core(worth, kind).aid > 0) == (complaint > 1e-6), name


def test_three_sites_need_half_a_site_from_outside():
    found = core(TRIANGLE, "cost")
    assert found.empty
    assert found.aid == pytest.approx(0.5)
    assert found.blocking == ((0, 1), (0, 2), (1, 2))
    assert core([*TRIANGLE[:-1], 1.5], "cost").blocking == ()


def test_coalitions_that_can_do_nothing_object_to_nothing():
    """Only the first two can do without the third: they want 8 of the 10 saved, and 1 is all that anyone is spared."""
    worth = [0, 10, 10, 12, 10, INF, INF, 20]
    found = nucleolus(worth, "cost")
    assert found.shares == pytest.approx([5.5, 5.5, 9])
    assert found.certified
    assert least_core(worth, "cost") == pytest.approx(-1)
    assert not core(worth, "cost").empty


@pytest.mark.parametrize(
    ("pairs", "aid", "complaint", "blocking"),
    [
        ([(0, 1), (2, 3)], 1.0, 0.5, ((0, 1), (2, 3))),
        ([(0, 1), (0, 2), (1, 2), (2, 3)], 1.0, 0.5, ((0, 1), (2, 3))),
        ([(0, 1), (0, 2), (1, 2)], 0.0, -INF, ()),  # the fourth is in no other coalition: it may pay for all
        ([(0, 1), (0, 2), (0, 3)], 0.0, -INF, ()),  # without the first nobody can do anything: it may pay nothing
    ],
)
def test_a_core_where_pairs_alone_can_do_something(pairs, aid, complaint, blocking):
    worth = np.full(16, INF)
    worth[[0, 15]] = 0, 3
    worth[[as_coalition(pair) for pair in pairs]] = 1
    found = core(worth, "cost")
    assert (found.empty, found.aid, found.blocking) == (aid > 0, pytest.approx(aid), blocking)
    assert least_core(worth, "cost") == pytest.approx(complaint)


@pytest.mark.parametrize("rule", [shapley, proportional, tau])
def test_one_player_has_all(rule):
    assert rule([0, 7], kind="cost").tolist() == [7]
    assert nucleolus([0, 7]).shares.tolist() == equal_profit([0, 7]).shares.tolist() == [7]
    assert not core([0, 7]).empty


def test_equal_profit_where_nobody_objects_to_equal_savings():
    found = equal_profit([0, 100, 300, 300])
    assert found.shares == pytest.approx([75, 225])
    assert found.certified


def test_equal_profit_is_as_equal_as_a_pair_lets_it_be():
    """Savings of a fifth for all would have the first two pay 160; they pay 150 alone."""
    found = equal_profit([0, 100, 100, 150, 100, 200, 200, 240])
    assert found.shares == pytest.approx([75, 75, 90], rel=1e-6)
    assert found.certified
    assert leaving([0, 100, 100, 150, 100, 200, 200, 240], found.shares, "cost") == ()


def test_equal_profit_of_the_least_variance_among_those_of_the_least_difference():
    """The first two save 50 alone and nobody saves more than 5 by the third: 0.25 and 0.05 are the ends.

    The last two share 30 between these as they like: alike is nearest to the mean.
    """
    saved = np.zeros(32)
    saved[[at for at in range(32) if at & 0b00011 == 0b00011]] = 50
    saved[0b11011], saved[0b11111] = 80, 85
    found = equal_profit(100 * sizes(5) - saved)
    assert found.shares == pytest.approx([75, 75, 95, 85, 85], rel=1e-6)


def test_equal_profit_where_no_sharing_holds_is_in_the_least_core():
    found = equal_profit(TRIANGLE)
    assert found.shares == pytest.approx([2 / 3] * 3)
    assert found.certified
    uneven = [0, 10, 10, 12, 10, 20, 20, 23]  # the first two pay 12 alone, the third 10: 1 too little, shared alike
    assert equal_profit(uneven).shares == pytest.approx([6.25, 6.25, 10.5])
    assert least_core(uneven, "cost") == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("estate", "shares"), [(100, [100 / 3] * 3), (200, [40, 80, 80]), (300, [50, 100, 150]), (600, CLAIMS)]
)
def test_the_tau_value_of_a_bankruptcy_is_in_proportion_to_claims_cut_to_the_estate(estate, shares):
    """I. Curiel, M. Maschler and S. Tijs, Zeitschrift für Operations Research 31 (1987)."""
    assert tau(bankruptcy(estate, CLAIMS)) == pytest.approx(shares)


def test_the_tau_value_of_costs():
    """Each pays at least what all would save without it: 0, 0, 2; and at most what it does in the best company."""
    assert tau(airport([12, 28, 30]), "cost") == pytest.approx([12 * 7 / 17, 28 * 7 / 17, 2 + 28 * 7 / 17])


def test_a_game_without_tau_value_is_refused():
    with pytest.raises(InputError, match="has no tau value"):
        tau([0, 0, 0, 1, 0, 1, 1, 1])


@pytest.mark.parametrize("kind", ["value", "cost"])
def test_in_proportion_to_weights(kind):
    worth = airport([12, 28, 30])
    assert proportional(worth, [1, 2, 3], kind).tolist() == [5, 10, 15]
    assert proportional(worth, [0, 0, 2], kind).tolist() == [0, 0, 30]
    assert proportional(worth, kind=kind).tolist() == [10, 10, 10]


def test_who_leaves_is_named_the_largest_gain_first():
    found = leaving(TRIANGLE, [1, 0.75, 0.25], "cost")
    assert [one.players for one in found] == [(0, 1), (0, 2)]
    assert [one.gain for one in found] == [0.75, 0.25]
    assert leaving(bankruptcy(200, CLAIMS), [0, 40, 160]) == ()


def test_who_gets_less_than_alone_leaves():
    (one,) = leaving([0, 3, 1, 6], [2.5, 3.5])
    assert (one.players, one.gain) == ((0,), 0.5)


def test_coalitions_are_numbered_by_their_players():
    assert [as_players(one) for one in range(5)] == [(), (0,), (1,), (0, 1), (2,)]
    assert [as_coalition(as_players(one)) for one in range(64)] == list(range(64))
    assert as_coalition([2, 2, 0]) == 5


RULES = [shapley, nucleolus, core, least_core, equal_profit, proportional, tau]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("worth", "words"),
    [
        ([0, 1, 2], r"found shape \(3,\); expected 2, 4, 8 \.\.\. entries"),
        ([0], r"found shape \(1,\); expected 2, 4, 8"),
        ([[0, 1], [1, 2]], r"found shape \(2, 2\); expected 2, 4, 8"),
        ([], r"found shape \(0,\)"),
        ([1, 1, 1, 2], r"worth\[0\]: found 1\.0; expected 0, as nobody is in it"),
        ([0, np.nan, 1, 2], r"worth\[1\]: found nan; expected a finite number"),
        ([0, 1, 1, np.inf], r"worth\[3\]: found inf; expected a finite number"),
        ([0, 1, -np.inf, 2], r"worth\[2\]: found -inf; expected a finite number"),
        ("ab", r'found "str"; expected numbers, one for each coalition'),
        (["a", "b"], r'found "list"; expected numbers'),
        ([0, 1, [1, 2], 3], r'found "list"; expected numbers'),
        (np.zeros(1 << 21), "found 21 players; expected at most 20 players"),
    ],
)
def test_what_is_no_game_is_refused(rule, worth, words):
    with pytest.raises(InputError, match=words):
        rule(worth, kind="cost")


@pytest.mark.parametrize("rule", RULES)
def test_a_kind_that_there_is_not_is_refused(rule):
    with pytest.raises(InputError, match='kind: found "profit"; expected one of value, cost'):
        rule([0, 1, 1, 2], kind="profit")


def test_all_faults_of_a_game_are_said_at_once():
    with pytest.raises(InputError, match=r"(?s)worth\[0\].*worth\[2\]"):
        shapley([3, 1, np.nan, 2])


@pytest.mark.parametrize("rule", [shapley, tau])
def test_a_mean_over_orders_needs_every_coalition(rule):
    with pytest.raises(InputError, match=r"worth\[1\]: found inf; expected a finite number"):
        rule([0, np.inf, 1, 2], kind="cost")


def test_a_nucleolus_needs_what_each_pays_alone():
    with pytest.raises(InputError, match="player 1 can do nothing alone, so shares have no bound"):
        nucleolus([0, 5, np.inf, 4], kind="cost")
    with pytest.raises(InputError, match="all together are worse off than each alone"):
        nucleolus([0, 5, 5, 11], kind="cost")
    assert nucleolus([0, 5, 5, 10], kind="cost").shares.tolist() == [5, 5]


@pytest.mark.parametrize(
    ("worth", "words"),
    [
        ([0, 5, np.inf, 4], r"worth\[2\]: found inf; expected a finite number other than 0"),
        ([0, 0, 5, 5], r"worth\[1\]: found 0\.0; expected a finite number other than 0"),
    ],
)
def test_relative_savings_need_something_to_be_relative_to(worth, words):
    with pytest.raises(InputError, match=words):
        equal_profit(worth, kind="cost")


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1, 2], r"weights has 1 fault\n.*found shape \(2,\); expected 3 finite numbers, one a player"),
        ([1, 2, np.nan], "found 1.0, 2.0, nan; expected 3 finite numbers"),
        ([1, -2, 3], "found 1.0, -2.0, 3.0; expected numbers of 0 or more, not all 0"),
        ([0, 0, 0], "expected numbers of 0 or more, not all 0"),
        ("abc", 'found "str"; expected 3 finite numbers'),
        ([1, [2], 3], 'found "list"; expected 3 finite numbers'),
    ],
)
def test_weights_that_are_none_are_refused(weights, words):
    with pytest.raises(InputError, match=words):
        proportional(TRIANGLE, weights)


@pytest.mark.parametrize("shares", [[1, 1], [1, 1, np.inf], "abc", [[1, 1, 0]]])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(InputError, match=r"shares has 1 fault\n.*expected 3 finite numbers, one a player"):
        leaving(TRIANGLE, shares)


def test_prices_of_a_placement_are_shares():
    found = dual_sharing([[0, 9], [1, 9], [9, 2]], [10, 20, 5], [30, 8])
    assert found.certified
    assert found.shares.sum() == pytest.approx(30 + 20 + 8 + 10)
    assert found.shares[2] == pytest.approx(18)  # no other client uses its site
    assert 20 <= found.shares[1] <= 50


def test_who_asks_for_nothing_pays_nothing_for_a_placement():
    found = dual_sharing([[1, 1], [np.inf, np.inf]], [4, 0], [3, 2])
    assert found.shares == pytest.approx([6, 0])
    assert dual_sharing([[1], [1]], [0, 0], [3]).shares.tolist() == [0, 0]


def test_the_prices_of_a_placement_with_a_gap_are_not_certified():
    found = dual_sharing([[0, 0, 9], [0, 9, 0], [9, 0, 0]], None, [1, 1, 1])
    assert found.shares == pytest.approx([0.5, 0.5, 0.5])
    assert not found.certified
    assert dual_sharing([[0, 2]], None, None).shares == pytest.approx([0])


def test_a_placement_out_of_reach_or_none_at_all_is_refused():
    with pytest.raises(InfeasibleError, match="demand points 1 are out of reach"):
        dual_sharing([[0], [np.inf]], [1, 1], [1])
    with pytest.raises(InputError, match="opening"):
        dual_sharing([[0], [1]], [1, 1], [1, 1])
    with pytest.raises(InputError, match="time_limit_s"):
        dual_sharing([[0], [1]], [1, 1], [1], time_limit_s=-1)


def test_sharing_what_nobody_gains_by_is_what_each_has():
    worth = additive([3, 0.5, 7])
    for shares in (shapley(worth), nucleolus(worth).shares, tau(worth), equal_profit(worth).shares):
        assert shares == pytest.approx([3, 0.5, 7])
