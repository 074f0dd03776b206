"""What is said of plants of others, by hand."""

import pytest
from made_up import made_up_outcome

from coopgeo.text import Text
from coopgeo.words.break_even import _short
from coopgeo.words.plants import entrusted, sells_itself, shown_customers, spoken


def to_a_plant(*, pushes):
    outcome = made_up_outcome()
    outcome.chain.settings.pushes = pushes
    outcome.platforms = outcome.platforms.assign(gate_fee_eur_t=150.0)
    return outcome


def test_a_platform_of_its_own_is_told_as_ever():
    text = Text("fr")
    assert spoken(made_up_outcome(), text) is text
    assert entrusted(made_up_outcome()).empty


def test_a_plant_is_told_by_its_fee_and_what_it_keeps():
    outcome = to_a_plant(pushes=True)
    text = spoken(outcome, Text("fr"))
    assert text("stage.platform") == "Redevance du centre existant (supposée)"
    assert text("figure.cost_plant").startswith("redevance supposée de 150")
    assert "restent au centre" in text("figure.cost_plant")
    assert "Port, centre existant dans le territoire" in text("page.through")
    assert text("legend.platform") == "Centre existant"
    assert spoken(outcome, text)("stage.platform") == text("stage.platform")
    assert sells_itself(outcome)
    assert shown_customers(outcome).empty


def test_a_plant_that_passes_on_what_customers_ordered_keeps_nothing():
    outcome = to_a_plant(pushes=False)
    assert "sales" not in spoken(outcome, Text("en"))("figure.cost_plant")
    assert not sells_itself(outcome)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Soutien par tonne (2026 ; bas : 2024 ; haut : 2025)", "Soutien par tonne"),
        ("Prix du gazole (hors TVA) : change tout", "Prix du gazole (hors TVA)"),
        ("Discount rate", "Discount rate"),
    ],
)
def test_a_name_is_cut_where_no_bracket_stays_open(name, short):
    assert _short(name) == short
