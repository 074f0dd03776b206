"""What an outcome says in words."""

import pytest

from coopgeo.plan.outcome import Remark
from coopgeo.text import Text
from coopgeo.words.sentences import place_name, remark_text, road_name


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        (Remark("assumed", {"share": 0.437}), "44%"),
        (Remark("not_proved", {"gap": 0.0123}), "1.23%"),
        (Remark("tight_supply", {"margin": 0.08}), "8%"),
        (Remark("potential_customers", {"count": 1200.0, "total": 2000.0}), "1,200"),
        (Remark("site_assumed", {"site": "Le Port"}), "Le Port"),
    ],
)
def test_facts_of_a_remark_are_written_as_shares_numbers_or_names(remark, words):
    assert words in remark_text(remark, Text("en"))


SMALL, RISKY = ("Le Port", "too_small"), ("La Gare", "hazard")


@pytest.mark.parametrize(
    ("lang", "sites", "words"),
    [
        ("fr", (SMALL,), "1 site n’est pas proposé\u00a0: Le Port (trop petit)."),
        ("fr", (RISKY, SMALL), "2 sites ne sont pas proposés\u00a0: La Gare (risque), Le Port (trop petit)."),
        ("en", (SMALL,), "1 site is not proposed: Le Port (too small)."),
        ("en", (RISKY, SMALL), "2 sites are not proposed: La Gare (hazard), Le Port (too small)."),
    ],
)
def test_sites_left_out_are_told_with_the_reason_of_each(lang, sites, words):
    assert remark_text(Remark("sites_excluded", {"count": float(len(sites)), "sites": sites}), Text(lang)) == words


def test_a_site_is_named_with_its_commune_once():
    assert place_name("Zone du port", "Bolbec") == "Zone du port (Bolbec)"
    assert place_name("Bolbec, gare", "Bolbec") == "Bolbec, gare"


def test_a_road_is_named_by_its_number_else_its_class():
    text = Text("fr")
    assert road_name("D 6015", "primary", text) == "D 6015"
    assert road_name("", "primary", text) == text("highway.primary")
    assert road_name("", "living_street", text) == text("highway.other")
    assert road_name("", "", text) == ""
