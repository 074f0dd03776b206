"""What coalitions of a study pay, against the placement of each drawn up anew, and by hand in the dale (see `dale`)."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

import coopgeo
from coopgeo.cooperation import players_of, study_game
from coopgeo.cooperation.study_game import Parts, job_of_all
from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.siting.coalitions import Worth
from coopgeo.text.messages import said
from tests.cooperation.studies import game_of, placed
from tests.plan.dale import dale, pulling, rounds
from tests.scenarios.small import small_study

MODULE = import_module("coopgeo.cooperation.study_game")  # the function of that name stands before it
COMMUNES = {"ecole": "90001", "haut": "90002", "piscine": "90004"}  # of the customers of the small study
POINTS = {"decheterie": "90001", "place-encamp": "90002", "place-ordino": "90003", "scierie": "90004"}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def shared(small):
    return study_game(small, by="communes", workers=1)


@pytest.fixture(scope="module")
def own(small):
    return study_game(small, by="communes", supply="own", workers=1)


def inside(coalition, ids):
    return [id for at, id in enumerate(ids) if coalition >> at & 1]


def anew(study, wanted, ways, communes, supply):
    """What some communes pay: their customers alone, and the part of each source that they have a right to."""
    theirs = [id for id, insee in COMMUNES.items() if insee in communes]
    right = wanted[theirs].sum() / wanted.sum()
    others = {id: {"role": "shown"} for id in COMMUNES if id not in theirs}
    placement = prepare(study.changed({"customers": others}), Job(platforms=None), ways=ways)
    owner = placement.sources["point"].map(POINTS)
    nobodys = ~owner.isin(COMMUNES.values()) if supply == "own" else np.ones(len(owner), dtype=bool)
    part = np.where(nobodys, right, owner.isin(communes).astype(float))
    try:
        return placement.part(sources=part).best(1)[0].value
    except InfeasibleError:
        return np.inf


@pytest.mark.parametrize("supply", ["shared", "own"])
def test_a_coalition_pays_what_its_own_placement_costs(small, supply, request):
    game = request.getfixturevalue(supply)
    assert game.players.ids == tuple(COMMUNES.values())
    wanted = game.placement.demand["wanted_units"]
    expected = [
        0.0,
        *(anew(small, wanted, game.placement.ways, inside(one, game.players.ids), supply) for one in range(1, 8)),
    ]
    assert game.worth == pytest.approx(expected, rel=1e-6)
    assert game.proved
    assert game.worth[7] == pytest.approx(coopgeo.run(small, platforms=None).objective.value_eur_year, rel=1e-6)
    assert list(game.alone) == [game.worth[1], game.worth[2], game.worth[4]]
    assert game.together == game.worth[7]


def test_who_has_little_wood_of_its_own_cannot_be_served_alone(shared, own):
    """La Massana has a sawmill of 21.5 dry tonnes and asks for 218."""
    alone = 1 << own.players.ids.index("90004")
    assert own.worth[alone] == own.bound[alone] == np.inf
    assert np.isfinite(np.delete(own.worth, alone)).all()
    assert np.isfinite(shared.worth).all()


@pytest.mark.parametrize("supply", ["shared", "own"])
def test_more_players_pay_more_and_two_coalitions_no_more_together_than_apart(supply, request):
    worth = request.getfixturevalue(supply).worth
    for one in range(8):
        for other in range(8):
            if one & other == one and np.isfinite(worth[one]):
                assert worth[one] <= worth[other] * (1 + 1e-7)
            if not one & other:
                assert worth[one | other] <= (worth[one] + worth[other]) * (1 + 1e-7)


@pytest.mark.parametrize("supply", ["shared", "own"])
def test_no_tonne_is_counted_twice(small, supply):
    """However players part, what the coalitions have a right to is all supply, once."""
    placement = prepare(small, job_of_all(small))
    asked = {}

    class Recorder:
        def cost(self, served, sources, platforms):
            assert platforms.all()
            asked[tuple(served)] = sources
            return Worth(0.0, 0.0)

    parts = replace(Parts.of(placement, players_of(placement, "communes"), supply), coalitions=Recorder())
    for split in ([1, 2, 4], [3, 4], [5, 2], [1, 6], [7]):
        asked.clear()
        for coalition in split:
            parts.cost(coalition)
        assert sum(asked.values()) == pytest.approx(np.ones(len(placement.sources)))
        assert sum(np.array(served) for served in asked) == pytest.approx(np.ones(3))


def test_several_processes_give_the_same_bytes(small, own, monkeypatch):
    monkeypatch.setattr(MODULE, "_CHUNK", 3)
    heard = []
    again = study_game(small, supply="own", workers=2, on_progress=lambda *done: heard.append(done))
    assert again.worth.tobytes() == own.worth.tobytes()
    assert again.bound.tobytes() == own.bound.tobytes()
    assert heard == sorted(heard)
    assert heard[-1] == (8, 8)


def test_processes_take_over_what_pushes_too(monkeypatch):
    monkeypatch.setattr(MODULE, "_CHUNK", 2)
    placement = placed(dale(fee=200.0))
    assert game_of(placement, workers=2).worth.tobytes() == game_of(placement).worth.tobytes()


def test_players_are_those_who_ask_with_their_names_and_what_they_weigh(shared, small):
    by_name = study_game(small, by="customers", workers=1)
    assert by_name.players.ids == ("ecole", "haut", "piscine")
    assert by_name.worth == pytest.approx(shared.worth)  # each commune has one customer
    demand = by_name.placement.demand
    for game, insee in ((shared, list(COMMUNES.values())), (by_name, list(COMMUNES))):
        weights = game.players.weights
        assert weights.index.tolist() == insee
        assert weights["units"].tolist() == demand["wanted_units"].tolist()
        assert weights["tonnes"].tolist() == demand["tonnes"].tolist()
        assert weights["inhabitants"].tolist() == [23_000, 12_000, 10_000]
    assert shared.players.names == {"90001": "Andorra la Vella", "90002": "Encamp", "90004": "La Massana"}
    assert by_name.players.names["ecole"] == "École"


def test_inhabitants_of_a_commune_count_once(small):
    """Two customers of one commune are one player of its inhabitants; apart, they divide them by what they ask for."""
    moved = small.changed({"customers": {"piscine": {"insee": "90001"}}})
    placement = prepare(moved, job_of_all(moved))
    weights = players_of(placement, "communes").weights
    assert weights["inhabitants"].to_dict() == {"90001": 23_000, "90002": 12_000}
    units = placement.demand["wanted_units"]
    assert weights.loc["90001", "units"] == pytest.approx(units["ecole"] + units["piscine"])
    people = players_of(placement, "customers").weights["inhabitants"]
    assert people["haut"] == 12_000
    assert people["ecole"] == pytest.approx(23_000 * units["ecole"] / (units["ecole"] + units["piscine"]))
    assert people.sum() == pytest.approx(35_000)


def test_bodies_of_communes_and_partners_have_what_is_theirs(small):
    placement = prepare(small, job_of_all(small))
    whole = players_of(placement, "epci")
    assert dict(whole.names) == {"999999999": "Andorra"}
    assert whole.weights.loc["999999999"].tolist() == pytest.approx(
        [*placement.demand[["tonnes", "wanted_units"]].sum(), 23_000 + 12_000 + 10_000]
    )
    partner = {"ecole": "est", "haut": "", "piscine": "ouest"}
    customers = placement.chain.customers.assign(partner=lambda table: table.index.map(partner))
    named = replace(placement, chain=replace(placement.chain, customers=customers))
    players = players_of(named, "partners")
    assert players.ids == ("est", "ouest")
    assert players.customer.tolist() == [0, -1, 1]
    assert players.names["est"] == "est"
    assert (players.source == -1).all()
    game = game_of(named, "partners")  # whom nobody stands for is served by nobody
    assert game.together == pytest.approx(study_game(small, by="customers", workers=1).worth[0b101], rel=0.2)


def test_the_dale_by_hand():
    """All that is collected must go somewhere: to the plant of others at 200 EUR/t, or together through the east."""
    game = game_of(placed(dale(fee=200.0)))
    assert game.players.ids == ("1", "2")
    amont = 100 * 24.6 + 200 * 20.6 + 300 * (30 + 200)
    aval = 300 * (4.6 + 30 + 200)
    assert game.worth == pytest.approx([0, amont, aval, 127_300])  # see tests/plan/test_pushing.py
    assert game.proved
    weights = game.players.weights
    assert weights["tonnes"].tolist() == weights["units"].tolist() == pytest.approx([300, 300])
    assert weights["inhabitants"].tolist() == [0, 4_000]


@pytest.mark.parametrize("fee", [150.0, 400.0])
def test_what_pushes_is_placed_anew_for_each_coalition(fee):
    game = game_of(placed(dale(fee=fee)))
    nothing = {"1": {"amont": 0.0, "landing-a": 0.0}, "2": {"landing-b": 0.0}}
    for coalition, absent in ((1, "2"), (2, "1"), (3, None)):
        alone = placed(dale(fee=fee, tonnes=nothing.get(absent))).problem.best(1)[0]
        assert game.worth[coalition] == pytest.approx(alone.value)


def test_rounds_are_estimated_for_each_coalition_of_one_platform():
    asked = {"settings": {"rounds": {"outbound": rounds()}}}
    placement = placed(pulling(**asked), platforms=1)
    game = game_of(placement, "customers")
    tonnes = {"pool": 50.0, "school": 250.0}
    assert list(tonnes) == list(game.players.ids)
    for coalition in (1, 2, 3):
        there = inside(coalition, tonnes)
        role = ["served" if id in there else "shown" for id in tonnes]
        alone = placed(pulling(customers={"role": role}, **asked), platforms=1)
        right = sum(tonnes[id] for id in there) / 300
        expected = alone.part(sources=np.full(3, right)).alone().min()
        assert game.worth[coalition] == pytest.approx(expected)
    assert game.worth[3] < game.worth[1] + game.worth[2]
    assert not game.proved
    assert job_of_all(pulling(**asked)).platforms == 1
    assert job_of_all(pulling()).platforms is None


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call()
    french = said(caught.value, "fr").replace("\u00a0", " ")
    for word in words:
        assert word in french
    return str(caught.value)


def test_what_cannot_be_a_game_is_refused_in_words(small, study):
    assert "supply: found 'all'" in refused(lambda: study_game(small, supply="all"), "shared").replace('"', "'")
    refused(lambda: study_game(small, by="voters"), "communes", "customers", "epci", "partners")
    refused(lambda: study_game(small, by="partners"), "personne n’est là pour partager", "partners")
    refused(lambda: study_game("data/raw"), "open_study")
    textile = job_of_all(study, "textile")
    told = refused(lambda: study_game(study, job=textile), "trouvé 30 joueurs", "au plus 14")
    assert "found 30 players; expected at most 14" in told
    refused(lambda: study_game(study, by="customers", job=textile), "communes, epci ou partners")


def test_all_together_must_be_served(small):
    wanting = small.changed({"customers": {"haut": {"power_kw": 4_000.0}}})
    with pytest.raises(InfeasibleError) as caught:
        study_game(wanting, workers=1)
    assert said(caught.value, "fr") == "tous ensemble, les joueurs ne peuvent pas être servis"
