"""Who gains what: the shares of each rule, whether they hold, what keeps all in, and over which range."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import coopgeo
from coopgeo.cooperation import share, with_sharing
from coopgeo.cooperation.games import as_coalition, as_players
from coopgeo.cooperation.rules import RULES
from coopgeo.cooperation.sharing import sharing_of, with_drawn_shares
from coopgeo.errors import InputError
from coopgeo.text.messages import said
from tests.cooperation.games import sizes
from tests.cooperation.studies import CORNERS, game_of, placed, triangle
from tests.plan.dale import OPENING, dale
from tests.scenarios.small import closed, small_study, with_probabilities

WHOLE = {"rel": 1e-9, "abs": 0.01}
EVERY_DRAW = 6


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def shared(small):
    return share(small, workers=1)


@pytest.fixture(scope="module")
def apart():
    """Three customers whom no sharing keeps together."""
    return sharing_of(game_of(triangle(), "customers"))


@pytest.fixture(scope="module")
def pushed():
    return sharing_of(game_of(placed(dale(fee=200.0))))


SHARINGS = ["shared", "apart", "pushed"]


@pytest.mark.parametrize("name", SHARINGS)
def test_shares_are_the_whole_by_every_rule(name, request):
    found = request.getfixturevalue(name)
    assert tuple(found.shares.columns) == RULES
    for rule in RULES:
        assert found.shares[rule].sum() == pytest.approx(found.game.together, **WHOLE)
    assert found.alone.tolist() == found.game.alone.tolist()
    assert found.saved_eur_year == pytest.approx(found.alone.sum() - found.game.together)
    assert (found.gap_eur_year, found.draws, found.ranges, found.empty_share) == (0.0, 0, None, None)
    assert found.certified


@pytest.mark.parametrize("name", SHARINGS)
def test_rules_in_proportion_follow_what_each_weighs(name, request):
    found = request.getfixturevalue(name)
    weights = found.game.players.weights.assign(equal=1.0)
    for rule in ("units", "inhabitants", "equal"):
        parts = weights[rule] / weights[rule].sum()
        assert found.shares[rule].tolist() == pytest.approx((parts * found.game.together).tolist())


@pytest.mark.parametrize("name", SHARINGS)
def test_those_who_would_leave_are_those_who_pay_less_alone(name, request):
    found = request.getfixturevalue(name)
    worth = found.game.worth
    for rule in RULES:
        pays = found.shares[rule].to_numpy()
        gain = {at: pays[list(as_players(at))].sum() - worth[at] for at in range(1, len(worth) - 1)}
        leave = {at: more for at, more in gain.items() if more > 0.01}
        told = {as_coalition(one.players): one.gain for one in found.leaving[rule]}
        assert told == pytest.approx(leave)
        gains = [one.gain for one in found.leaving[rule]]
        assert gains == sorted(gains, reverse=True)
    assert found.core.empty == (found.core.aid > 0) == bool(found.leaving["nucleolus"])


def test_a_sharing_holds_where_each_saves(shared):
    assert not shared.core.empty
    assert shared.core.blocking == ()
    for rule in ("nucleolus", "equal_profit"):
        assert shared.leaving[rule] == ()
        assert (shared.shares[rule] < shared.alone).all()
    assert shared.leaving["equal"]


def test_the_dale_by_hand(pushed):
    """75,580 and 70,380 EUR alone, 127,300 together: two players halve what they save, 18,660 EUR."""
    for rule in ("shapley", "nucleolus"):
        assert pushed.shares[rule].tolist() == pytest.approx([75_580 - 9_330, 70_380 - 9_330])
    kept = 127_300 / (75_580 + 70_380)
    assert pushed.shares["equal_profit"].tolist() == pytest.approx([75_580 * kept, 70_380 * kept], rel=1e-6)
    assert pushed.saved_eur_year == pytest.approx(18_660)


def test_half_a_platform_keeps_three_together_whom_two_sites_serve(apart):
    """Each pair needs one platform and all three need two: three halves are one and a half, half a platform short."""
    game, platform = apart.game, OPENING["east"]
    haul = game.alone[0] - platform
    expected = [0.0] + [size * haul + (2 if size == 3 else 1) * platform for size in sizes(3)[1:]]
    assert game.worth == pytest.approx(expected)
    assert apart.core.empty
    assert apart.core.aid == pytest.approx(platform / 2)
    assert apart.core.blocking == ((0, 1), (0, 2), (1, 2))
    for rule in RULES:  # all the same
        assert apart.shares[rule].tolist() == pytest.approx([game.together / 3] * 3, rel=1e-6)
        assert {one.players for one in apart.leaving[rule]} == {(0, 1), (0, 2), (1, 2)}
        assert [one.gain for one in apart.leaving[rule]] == pytest.approx([platform / 3] * 3, rel=1e-5)
    assert apart.shares.index.tolist() == sorted(CORNERS)


def test_with_that_aid_and_no_less_a_sharing_holds(apart):
    def with_aid(eur):
        worth = apart.game.worth.copy()
        worth[-1] -= eur
        return sharing_of(replace(apart.game, worth=worth, bound=worth)).core

    assert with_aid(apart.core.aid - 100).aid == pytest.approx(100)
    assert not with_aid(apart.core.aid + 1).empty


def test_a_price_elsewhere_is_the_most_that_anyone_pays(small, shared):
    own = share(small, supply="own", outside_eur_unit=90.0, workers=1)
    units = own.game.players.weights["units"]
    assert own.outside_eur_unit == 90.0
    assert (own.alone <= 90 * units * (1 + 1e-9)).all()
    assert own.alone["90001"] == pytest.approx(90 * units["90001"])  # dearer alone: 125 EUR/MWh
    assert shared.alone["90001"] > 100 * units["90001"]
    cheap = share(small, outside_eur_unit=1.0, workers=1)
    for rule in ("units", "shapley", "nucleolus", "equal_profit"):  # all buy there: nobody gains by sharing
        assert cheap.shares[rule].tolist() == pytest.approx(units.tolist(), rel=1e-6)
    assert cheap.saved_eur_year == pytest.approx(0, abs=0.01)


def test_who_cannot_be_served_alone_is_named(small):
    with pytest.raises(InputError) as caught:
        share(small, supply="own", workers=1)
    french = said(caught.value, "fr")
    assert "La Massana" in french
    assert "--outside-price" in french
    assert "Encamp" not in french
    assert "cannot be served alone" in str(caught.value)


def test_what_no_average_is_known_of_is_left_open(shared):
    """A pair that cannot be served, though each of it can: no Shapley value, and all other rules."""
    worth = np.where(np.arange(8) == 3, np.inf, shared.game.worth)
    found = sharing_of(replace(shared.game, worth=worth, bound=worth))
    assert found.shares["shapley"].isna().all()
    assert found.leaving["shapley"] == ()
    assert found.shares.drop(columns="shapley").notna().all(axis=None)
    assert found.gap_eur_year == 0


def test_a_cost_that_is_not_proved_is_told(shared):
    bound = shared.game.bound.copy()
    bound[5] -= 250.0
    found = sharing_of(replace(shared.game, bound=bound))
    assert found.gap_eur_year == pytest.approx(250)
    assert not found.game.proved


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outside_eur_unit": -1.0}, "outside_eur_unit: found -1"),
        ({"outside_eur_unit": np.nan}, "outside_eur_unit"),
        ({"outside_eur_unit": "90"}, "a price of 0 or more"),
        ({"outside_eur_unit": 90.0, "chain": "textile"}, "none, as all that is collected must go somewhere"),
        ({"draws": -1}, "draws: found -1"),
        ({"draws": 2.5}, "draws"),
        ({"draws": 2, "seed": "x"}, "seed"),
        ({"by": "voters"}, "by: found"),
        ({"supply": "all"}, "supply: found"),
    ],
)
def test_what_is_no_argument_is_refused(study, asked, words):
    with pytest.raises(InputError, match=words):
        share(study, **asked)


def test_what_is_no_study_is_refused():
    with pytest.raises(InputError, match="open_study"):
        share("data/raw")


@pytest.fixture(scope="module")
def drawn(small):
    return share(small, draws=EVERY_DRAW, seed=5, workers=1)


def test_draws_say_over_which_range_each_share_lies(drawn, shared):
    pd.testing.assert_frame_equal(drawn.shares, shared.shares)  # those of the values of the study
    assert EVERY_DRAW // 2 < drawn.draws <= EVERY_DRAW  # those that can be served
    ranges = drawn.ranges
    assert ranges.index.tolist() == drawn.shares.index.tolist()
    assert (ranges["p5"] < ranges["p50"]).all()
    assert (ranges["p50"] < ranges["p95"]).all()
    assert ((ranges["gains"] >= 0) & (ranges["gains"] <= 1)).all()
    assert 0 <= drawn.empty_share <= 1


def test_the_same_seed_gives_the_same_bytes(small, drawn):
    again = share(small, draws=EVERY_DRAW, seed=5, workers=1)
    assert again.ranges.to_numpy().tobytes() == drawn.ranges.to_numpy().tobytes()
    assert not share(small, draws=EVERY_DRAW, seed=6, workers=1).ranges.equals(drawn.ranges)


def test_where_nothing_is_uncertain_every_draw_is_the_study(small):
    known = share(closed(small), draws=2, workers=1)
    for end in ("p5", "p50", "p95"):
        assert known.ranges[end].tolist() == pytest.approx(known.shares["nucleolus"].tolist(), rel=1e-6)
    assert known.ranges["gains"].tolist() == [1.0] * 3
    assert known.empty_share == 0


def test_who_is_not_there_pays_nothing(small):
    found = share(with_probabilities(small, {"haut": 0.2}), draws=10, seed=1, workers=1)
    assert found.draws == 10
    assert found.ranges.loc["90002", ["p5", "p50"]].tolist() == pytest.approx([0, 0], abs=0.01)
    assert found.ranges.loc["90002", "p95"] > 1_000
    assert found.ranges["gains"].to_dict() == pytest.approx({"90001": 1.0, "90002": 0.2, "90004": 1.0})


def test_draws_that_cannot_be_served_are_left_out(small, monkeypatch):
    found = share(small, workers=1)
    monkeypatch.setattr("coopgeo.cooperation.sharing.game_of_placement", _refuse)
    none = with_drawn_shares(found, 3, workers=1)
    assert (none.draws, none.ranges, none.empty_share) == (0, None, None)


def _refuse(*_, **__):
    raise InputError("nobody is there")


def test_an_outcome_is_shared_on_its_own_roads_and_sites(small):
    """What was ruled out or closed for the run stays so for the sharing."""
    outcome = coopgeo.run(small, forbidden=["vallee"], level="high", alternatives=0)
    found = with_sharing(outcome, "communes", workers=1).sharing
    job = found.game.placement.job
    assert (job.forbidden, job.level, job.platforms) == (("vallee",), "high", None)
    assert found.game.placement.ways is outcome.placement.ways
    assert found.game.together == pytest.approx(outcome.objective.value_eur_year, rel=1e-6)
    assert outcome.sharing is None
