"""Who gains what in words: French is French, numbers are numbers, and each case says what it is."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from coopgeo.cooperation import share
from coopgeo.cooperation.rules import RULES
from coopgeo.cooperation.sharing import sharing_of
from coopgeo.cooperation.stability import Leaving
from coopgeo.study.texts import chain_text
from coopgeo.words.sharing import player_rows, rule_rows, sharing_sentences, sharing_sheet
from tests.cooperation.studies import game_of, placed, triangle
from tests.plan.dale import dale, pulling, rounds
from tests.scenarios.small import small_study
from tests.wood_text import wood_text

ENGLISH = re.compile(
    r"\b(the|and|of|each|would|alone|together|pays?|share|sharing|draws?|group|with|less|than|customers?|year|"
    r"nobody|holds?|price|gain|partner|saved?|yes|no|meals?)\b",
    re.IGNORECASE,
)
NO_NUMBER = re.compile(r"\b(nan|inf|none)\b|[{}]", re.IGNORECASE)


@pytest.fixture(scope="module")
def sharings(tmp_path_factory):
    """One of each kind, by hand where that is what it takes."""
    small = small_study(tmp_path_factory.mktemp("small"))
    usual = share(small, draws=3, workers=1)
    bound = np.where(np.arange(8) == 5, 0.0, usual.game.bound)
    unknown = np.where(np.arange(8) == 3, np.inf, usual.game.worth)
    of_rounds = placed(pulling(settings={"rounds": {"outbound": rounds()}}), platforms=1)
    return {
        "usual": replace(usual, ranges=None, draws=0, empty_share=None),
        "drawn": usual,
        "cheap": share(small, outside_eur_unit=1.0, workers=1),
        "apart": sharing_of(game_of(triangle(), "customers")),
        "pushed": sharing_of(game_of(placed(dale(fee=200.0)))),
        "rounds": sharing_of(game_of(of_rounds, "customers")),
        "unproved": sharing_of(replace(usual.game, bound=bound)),
        "unknown": sharing_of(replace(usual.game, worth=unknown, bound=unknown)),
    }


KINDS = ["usual", "drawn", "cheap", "apart", "pushed", "rounds", "unproved", "unknown"]


def words(sharing, lang):
    """All that is said, with spaces that break."""
    text = chain_text(sharing.game.placement.chain, sharing.game.placement.study, lang)
    sheet = sharing_sheet(sharing, text)
    rows = [str(value) for row in player_rows(sharing, text) for name, value in row.items() if name != "name"]
    said = [*sharing_sentences(sharing, text), *rows, *(part for row in rule_rows(sharing, text) for part in row)]
    return [
        one.replace("\u202f", " ").replace("\u00a0", " ") for one in [*said, *sheet.headers, sheet.title, sheet.about]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_french_is_french_and_numbers_are_numbers(sharings, kind):
    for lang in ("fr", "en"):
        said = words(sharings[kind], lang)
        assert len(said) > 30
        assert [one for one in said if NO_NUMBER.search(one)] == []
    assert [one for one in words(sharings[kind], "fr") if ENGLISH.search(one)] == []
    assert len([one for one in words(sharings[kind], "en") if ENGLISH.search(one)]) > 15


def test_what_all_pay_and_save_comes_first(sharings):
    first, *others = words(sharings["usual"], "fr")
    assert first == (
        "Ensemble (3 communes) : 112 020 € par an. Chacun pour soi : 128 300 €. Partager fait gagner 16 280 € par an."
    )
    assert "à proportion de ce qu’il demande" in others[0]
    assert others[1].startswith("Sans acheter ailleurs. À 32,00 €/MWh")
    assert others[2].startswith("Un partage tient")
    first = words(sharings["cheap"], "en")[0]
    assert first == "Together (3 communes): €2,960 a year. Each alone: €2,960. Sharing saves nothing."


def said_only_of(sharings, part, kinds, lang="fr"):
    assert {kind for kind in KINDS if any(part in one for one in words(sharings[kind], lang))} == set(kinds)


def test_each_case_says_what_it_is(sharings):
    said_only_of(sharings, "Aucun partage ne tient de lui-même", ["apart"])
    said_only_of(sharings, "prendrait en charge ce qu’il collecte", ["pushed"])
    said_only_of(sharings, "Les tournées sont estimées", ["rounds"])
    said_only_of(sharings, "Tous les coûts ne sont pas prouvés", ["unproved"])
    said_only_of(sharings, "acheter ailleurs, à 1,00 €/MWh", ["cheap"])
    said_only_of(sharings, "Sur 3 tirages dans les fourchettes de l’étude, un partage tient", ["drawn"])
    said_only_of(sharings, "In 3 draws", ["drawn"], "en")
    said_only_of(sharings, "sans réponse", ["unknown"])


def test_where_nothing_holds_the_aid_and_who_would_leave_are_told(sharings):
    told = next(one for one in words(sharings["apart"], "fr") if "collectivité" in one)
    assert (
        "l’un au moins de ces groupes paierait moins à part : Est et Ouest ; Est et Sommet ; Ouest et Sommet." in told
    )
    assert "Il faut 73 950 € par an" in told  # half of 147,900
    told = next(one for one in words(sharings["apart"], "en") if "from the public" in one)
    assert "Est and Ouest; Est and Sommet; Ouest and Sommet. It takes €73,950" in told


def test_a_player_is_told_what_it_gains(sharings):
    text = chain_text(sharings["pushed"].game.placement.chain, sharings["pushed"].game.placement.study, "fr")
    amont, aval = player_rows(sharings["pushed"], text)
    assert re.fullmatch(
        r"Amont : seul, 75 580 € par an \(251,93 €/t\) ; ensemble, 66 250 € \(220,83 €/t\) : 9 330 € de gagnés.",
        amont["sentence"].replace("\u202f", " ").replace("\u00a0", " "),
    )
    assert (amont["alone"], aval["alone"]) == ("75\u202f580", "70\u202f380")
    assert max(*amont["marks"], *aval["marks"]) == 1  # the largest share by any rule is the widest
    assert aval["bar_share"] / amont["bar_alone"] == pytest.approx((70_380 - 9_330) / 75_580)
    rows = player_rows(sharings["cheap"], wood_text("fr"))
    assert all("comme seul : rien de gagné" in row["sentence"].replace("\u00a0", " ") for row in rows)
    assert [row["name"] for row in rows] == ["Encamp", "La Massana", "Andorra la Vella"]  # who asks for most is first


def test_who_gets_money_alone_has_no_bar(sharings):
    """A chain that sells for more than it costs; no drawing is wider than it may be or less than nothing."""
    pushed = sharings["pushed"]
    worth = np.array([0.0, -500.0, 200.0, -900.0])
    found = sharing_of(replace(pushed.game, worth=worth, bound=worth))
    rows = player_rows(found, wood_text("fr"))
    assert all(0 <= row[bar] <= 1 for row in rows for bar in ("bar_alone", "bar_share"))


def test_a_draw_in_words_has_its_range(sharings):
    text = wood_text("fr")
    rows = player_rows(sharings["drawn"], text)
    assert all(re.fullmatch(r"[\d\s]+ à [\d\s]+", row["range"]) for row in rows)
    assert all(row["range"] == "" for row in player_rows(sharings["usual"], text))
    assert (
        len(sharing_sheet(sharings["drawn"], text).headers) == len(sharing_sheet(sharings["usual"], text).headers) + 3
    )


@pytest.mark.parametrize(
    ("group", "french", "english"),
    [
        ((0,), "A", "A"),
        ((0, 2), "A et C", "A and C"),
        ((0, 1, 2, 3), "A, B, C et D", "A, B, C and D"),
        ((0, 1, 2, 3, 4, 5, 6), "tous sauf H", "all but H"),
        ((0, 1, 2, 3, 4), "tous sauf F, G et H", "all but F, G and H"),
    ],
)
def test_a_group_is_named_by_those_in_it_or_those_who_are_not(group, french, english):
    assert [named(group, 8, lang) for lang in ("fr", "en")] == [french, english]


def test_of_a_large_group_among_many_the_first_are_named():
    assert named(tuple(range(6)), 14, "fr") == "A, B, C, D et 2 autres"
    assert named(tuple(range(5)), 14, "en") == "A, B, C, D and E"


def named(group, count, lang):
    """How a coalition is called that would leave."""
    ids = tuple("ABCDEFGHIJKLMN"[:count])
    players = SimpleNamespace(ids=ids, names={id: id for id in ids})
    sharing = SimpleNamespace(
        game=SimpleNamespace(players=players, together=5000.0, complete=True),
        support_for=lambda _rule: float("nan"),
        shares=pd.DataFrame(1.0, index=list(ids), columns=list(RULES)),
        leaving=dict.fromkeys(RULES, (Leaving(group, 1000.0),)),
    )
    _, said = rule_rows(sharing, wood_text(lang))[0]
    return re.split(" pour | for ", said)[1]


def test_the_sheet_has_every_share(sharings):
    sheet = sharing_sheet(sharings["usual"], wood_text("fr"))
    shares = sharings["usual"].shares
    assert sheet.rows["nucleolus_eur"].tolist() == shares["nucleolus"].tolist()
    assert sheet.rows["player"].tolist() == ["Andorra la Vella", "Encamp", "La Massana"]
    assert len(sheet.headers) == sheet.rows.shape[1]
    assert sheet.headers[:4] == ["Partenaire", "Tonnes par an", "MWh par an", "Habitants des communes desservies"]
