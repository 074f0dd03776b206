"""What an outcome says in words."""

import pytest

from coopgeo.plan.remark import Remark
from coopgeo.words.sentences import customers_served, place_name, remark_text, road_name
from tests.wood_text import wood_text


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
    assert words in remark_text(remark, wood_text("en"))


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
    assert remark_text(Remark("sites_excluded", {"count": float(len(sites)), "sites": sites}), wood_text(lang)) == words


def test_a_site_is_named_with_its_commune_once():
    assert place_name("Zone du port", "Bolbec") == "Zone du port (Bolbec)"
    assert place_name("Bolbec, gare", "Bolbec") == "Bolbec, gare"


def test_a_road_is_named_by_its_number_else_its_class():
    text = wood_text("fr")
    assert road_name("D 6015", "primary", text) == "D 6015"
    assert road_name("", "primary", text) == text("highway.primary")
    assert road_name("", "living_street", text) == text("highway.other")
    assert road_name("", "", text) == ""


@pytest.mark.parametrize(
    ("boilers", "existing", "words"),
    [
        (1, 0, "1 chaufferie, qui n’existe pas encore"),
        (1, 1, "1 chaufferie, qui existe aujourd’hui"),
        (2, 0, "2 chaufferies, dont aucune n’existe encore"),
        (2, 1, "2 chaufferies, dont 1 existe aujourd’hui"),
        (3, 2, "3 chaufferies, dont 2 existent aujourd’hui"),
        (2, 2, "2 chaufferies, qui existent toutes aujourd’hui"),
    ],
)
def test_boilers_are_counted_as_french_counts_them(boilers, existing, words):
    assert customers_served(boilers, existing, wood_text("fr")) == words


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        (
            Remark("potential_customers", {"count": 1.0, "total": 3.0}),
            "Une des 3 chaufferies desservies est potentielle",
        ),
        (
            Remark("potential_customers", {"count": 2.0, "total": 3.0}),
            "2 des 3 chaufferies desservies sont potentielles",
        ),
        (Remark("all_customers_potential", {"count": 1.0}), "La seule chaufferie desservie est potentielle"),
        (Remark("all_customers_potential", {"count": 2.0}), "Les 2 chaufferies desservies sont toutes potentielles"),
        (Remark("all_customers_elsewhere", {"count": 1.0, "place": "Ici"}), "La seule chaufferie desservie est hors"),
        (Remark("hardly_used", {"count": 1.0, "tonnes": 125.0, "share": 0.08}), "Vaut-il mieux livrer en direct"),
    ],
)
def test_remarks_count_as_french_does(remark, words):
    assert remark_text(remark, wood_text("fr")).startswith(words) or words in remark_text(remark, wood_text("fr"))


def test_a_cost_and_a_price_that_differ_never_read_the_same():
    said = remark_text(Remark("above_market", {"cost": 32.12, "price": 32.0}), wood_text("fr"))
    assert "32,1" in said
    assert "32,0" in said
    whole = remark_text(Remark("above_market", {"cost": 44.0, "price": 32.0}), wood_text("fr"))
    assert "44\u00a0€" in whole.replace("\u202f", "\u00a0")
