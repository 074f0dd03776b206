"""Wood against other fuels, per MWh of useful heat."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from coopgeo.maps.page import page
from coopgeo.plan.confidence import Confidence
from coopgeo.plan.heat_prices import heat_prices
from coopgeo.words.heat import heat_rows
from coopgeo.words.sheets import sheets
from tests.wood_text import wood_text

COKE = pd.DataFrame(
    {
        "name_fr": ["Coke"], "name_en": ["Coke"], "low": [40.0], "value": [60.0], "high": [80.0], "unit": ["€/MWh"],
        "efficiency": [0.5], "taxes": ["included"], "price_year": [1955.0], "note": ["Invented."],
        "source": ["invented"], "status": ["assumed"],
    },
    index=pd.Index(["coke"], name="id"),
)  # fmt: skip


def burning(outcome, others):
    chain = replace(outcome.chain, heat_prices=others)
    return replace(outcome, placement=replace(outcome.placement, chain=chain))


def test_prices_of_fuel_are_divided_by_what_the_boilers_make_of_it(outcome):
    table = burning(outcome, COKE).heat_prices
    useful_mwh = outcome.customers["useful_mwh"].sum()
    wood = outcome.objective.value_eur_year / useful_mwh
    assert table["heat_eur_mwh"].to_dict() == pytest.approx({"own": wood, "coke": 120.0})
    assert table["difference_eur_mwh"].to_dict() == pytest.approx({"own": 0.0, "coke": 120.0 - wood})
    assert table.loc["coke", ["heat_low_eur_mwh", "heat_high_eur_mwh"]].tolist() == [80.0, 160.0]
    assert table.loc["coke", ["price_year", "source", "status"]].tolist() == [1955.0, "invented", "assumed"]
    assert table.loc["own", "status"] == "computed"


def test_the_wood_has_the_range_that_draws_tell_or_none(outcome):
    assert np.isnan(
        burning(outcome, COKE).heat_prices.loc["own", ["heat_low_eur_mwh", "heat_high_eur_mwh"]].tolist()
    ).all()
    wood = burning(replace(outcome, confidence=drawn(p5=20.0, p95=60.0)), COKE).heat_prices.loc["own"]
    efficiency = outcome.customers["useful_mwh"].sum() / outcome.customers["wanted_units"].sum()
    told = wood[["heat_low_eur_mwh", "heat_high_eur_mwh"]].tolist()
    assert told == pytest.approx([20.0 / efficiency, 60.0 / efficiency])
    assert wood["heat_eur_mwh"] == pytest.approx(outcome.cost.eur_per_unit / efficiency)


def drawn(**quantiles):
    return Confidence(2, 0, 0.01, 0.0, 0.0, 0.0, {}, {}, quantiles, {}, (), {})


def test_every_fuel_says_its_taxes_year_source_and_status(outcome):
    wood, coke = heat_rows(burning(outcome, COKE), wood_text("fr"))
    assert (wood["taxes"], coke["taxes"]) == ("HT", "TTC")
    assert coke == {
        "name": "Coke", "heat": "120 (80 à 160)", "taxes": "TTC", "year": "1955", "source": "invented",
        "status": "supposé",
    }  # fmt: skip
    assert (wood["source"], wood["status"], wood["year"]) == ("cette étude", "calculé", outcome.study.settings.date[:4])
    unknown = heat_rows(burning(outcome, COKE.assign(taxes="")), wood_text("fr"))[1]
    assert unknown["taxes"] == "–"
    assert heat_rows(burning(outcome, COKE.iloc[:0]), wood_text("fr")) == []


def test_the_prices_of_the_study_say_their_taxes(study):
    assert set(study.chain().heat_prices["taxes"]) == {"included"}


def test_the_page_has_the_fuels_beside_what_the_wood_costs(outcome):
    words = page(outcome, wood_text("fr"))
    first = words.index("Bois et autres énergies")
    second = words.index("propellet-2023", first)
    assert words.index(wood_text("fr")("page.cost")) < first < second
    assert "TTC" in words[first:second]


def test_without_another_fuel_there_is_no_table(outcome):
    alone = burning(outcome, COKE.iloc[:0])
    assert heat_prices(alone.placement, alone.cost).empty
    assert "heat_prices" not in sheets(alone, wood_text("fr"))


def test_the_workbook_has_a_sheet_that_says_what_is_left_out(outcome):
    sheet = sheets(burning(outcome, COKE), wood_text("fr"))["heat_prices"]
    assert sheet.rows["name"].tolist() == ["Plaquettes livrées, d’après cette étude", "Coke"]
    assert "laissés de côté" in sheet.about
    assert "hors taxes" in sheet.about
    assert sheet.rows["taxes"].tolist() == ["HT", "TTC"]
    assert "taxes et années non corrigées" in " ".join(sheet.headers)
    assert "1955" in str(sheet.rows["price_year"].tolist())
