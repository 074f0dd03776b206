"""Wood against other fuels, per MWh of useful heat."""

from dataclasses import replace

import pandas as pd
import pytest

from coopgeo.plan.heat_prices import heat_prices
from coopgeo.text import Text
from coopgeo.words.sheets import sheets

COKE = pd.DataFrame(
    {
        "name_fr": ["Coke"], "name_en": ["Coke"], "low": [40.0], "value": [60.0], "high": [80.0], "unit": ["€/MWh"],
        "efficiency": [0.5], "price_year": [1955.0], "note": ["Invented."], "source": ["invented"],
        "status": ["assumed"],
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
    assert table["heat_eur_mwh"].to_dict() == pytest.approx({"wood": wood, "coke": 120.0})
    assert table["difference_eur_mwh"].to_dict() == pytest.approx({"wood": 0.0, "coke": 120.0 - wood})
    assert table.loc["coke", ["heat_low_eur_mwh", "heat_high_eur_mwh"]].tolist() == [80.0, 160.0]
    assert table.loc["coke", ["price_year", "source", "status"]].tolist() == [1955.0, "invented", "assumed"]
    assert table.loc["wood", "status"] == "computed"


def test_without_another_fuel_there_is_no_table(outcome):
    alone = burning(outcome, COKE.iloc[:0])
    assert heat_prices(alone.placement, alone.cost).empty
    assert "heat_prices" not in sheets(alone, Text("fr"))


def test_the_workbook_has_a_sheet_that_says_what_is_left_out(outcome):
    sheet = sheets(burning(outcome, COKE), Text("fr"))["heat_prices"]
    assert sheet.rows["name"].tolist() == ["Plaquettes livrées, d’après cette étude", "Coke"]
    assert "laissés de côté" in sheet.about
    assert "1955" in str(sheet.rows["price_year"].tolist())
