"""The tables of an outcome in words."""

from dataclasses import replace

import pandas as pd
import pytest
from made_up import made_up_outcome

from coopgeo.plan.confidence import Confidence
from coopgeo.plan.remark import Remark
from coopgeo.plan.turn import BreakEven, Turn
from coopgeo.text import LANGS, catalogue
from coopgeo.words.sheets import _answer_sheets, _scale, column_decimals, column_title, sheets, shown_decimals
from tests.wood_text import wood_text

NAMES = pd.Series({"port": "Port", "gare": "Gare", "ferme": "Ferme"})


def rows(frame, columns):
    return [tuple(row) for row in pd.DataFrame(frame)[columns].itertuples(index=False)]


def test_the_sheets_of_the_answer_by_hand():
    outcome = made_up_outcome(remarks=(Remark("site_assumed", {"site": "Port"}),))
    found = _answer_sheets(outcome, wood_text("en"), NAMES)
    text = wood_text("en")
    assert [row[:2] for row in rows(*found["cost"])] == [
        (text("stage.roadside"), 60_000.0),
        (text("stage.platform"), 40_000.0),
        (text("stage.total"), 100_000.0),
    ]
    assert [row[-1] for row in rows(*found["cost"])] == [0.6, 0.4, 1.0]
    assert rows(*found["alternatives"]) == [("Gare", 101_000.0, 1000.0), ("Ferme", 105_000.0, 5000.0)]
    assert rows(*found["platforms"])[0][:4] == ("Port", "Amont", "small one", 900.0)
    summary = rows(*found["summary"])
    assert (summary[0][0], summary[0][-1]) == (text("layer.platforms"), "Port (Amont)")
    assert summary[-1][0] == "To know"
    assert "Port" in summary[-1][-1]


def test_no_alternatives_leave_a_sheet_with_headers_only():
    frame, columns = _answer_sheets(made_up_outcome(alternatives=()), wood_text("fr"), NAMES)["alternatives"]
    assert len(frame) == 0
    assert set(columns) <= set(frame)


def test_tonnes_of_a_product_carry_its_name():
    products = {"hedge": "Bois de haie"}
    text = wood_text("fr")
    assert column_title("hedge_t", products, text) == text("column.product_t", product="Bois de haie")
    assert column_title("capacity_t", products, text) == text("column.capacity_t")


def test_rows_of_different_units_share_no_decimals_in_any_language():
    assert column_decimals(pd.Series([0.5, 200.0], name="value")) is None
    assert column_decimals(pd.Series([0.5, 200.0], name="tonnes")) == 0


@pytest.mark.parametrize(("lang", "words"), [("fr", "inondation possible\u00a0: 0,3"), ("en", ": 0.3")])
def test_a_listed_criterion_is_told_in_the_language_of_the_reader(lang, words):
    scale = _scale("hazard", {"scores": {"flood": 0.3}}, wood_text(lang))
    assert scale.endswith(words)
    assert "flood:" not in scale.lower() or lang == "en"
    assert _scale("zoning", {"scores": {"AU": 1.0}}, wood_text("en")) == "AU (to be built up): 1"
    assert _scale("zoning", {"scores": {"ZZ": 0.5}}, wood_text("fr")) == "ZZ\u00a0: 0,5"


@pytest.mark.parametrize("lang", LANGS)
def test_each_sheet_has_a_title_of_its_own_that_a_spreadsheet_takes(lang):
    titles = [words for key, words in catalogue(lang).items() if key.startswith("sheet.")]
    assert len({title.lower() for title in titles}) == len(titles)
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)


def test_sheets_of_both_languages_have_the_same_keys_and_columns(outcome):
    french, english = sheets(outcome, wood_text("fr")), sheets(outcome, wood_text("en"))
    assert list(french) == list(english)
    for key, sheet in french.items():
        assert list(sheet.rows) == list(english[key].rows), key
        assert len(set(sheet.headers)) == len(sheet.headers) == len(sheet.rows.columns), key
        assert sheet.title == wood_text("fr")(f"sheet.{key}")
    assert "supposé" in set(french["customers"].rows["status"])
    assert "assumed" in set(english["customers"].rows["status"])


def test_two_sheets_with_one_title_stay_two_sheets(outcome):
    text = wood_text("en")
    found = sheets(outcome, replace(text, own={**text.own, "sheet.flows": text("sheet.customers")}))
    assert found["flows"].title == found["customers"].title
    assert list(found["flows"].rows) != list(found["customers"].rows)


@pytest.mark.parametrize(
    ("values", "digits"),
    [
        ([1, 5, 300], 0),
        ([0.6, 5.0], 2),
        ([0.25, 0.5], 3),
        ([12.5, 40.0], 1),
        ([0.5, 250.0], 0),
        ([], None),
        ([float("nan")], None),
    ],
)
def test_a_column_shares_its_decimals_and_loses_no_half_hectare(values, digits):
    assert column_decimals(pd.Series(values, name="area_ha", dtype=float)) == digits


@pytest.mark.parametrize(
    ("value", "shared", "digits"),
    [(250.0, 0, 0), (0.3, 0, 3), (0.0, 0, 0), (0.004, 1, 3), (1e-9, 0, 3), (12.5, None, 1), (12.0, None, 0)],
)
def test_a_small_figure_has_more_decimals_than_its_column(value, shared, digits):
    assert shown_decimals(value, shared) == digits


def test_years_are_no_amounts():
    assert column_decimals(pd.Series([2010.0, 2025.0], name="price_year")) == 0


@pytest.mark.parametrize("lang", LANGS)
def test_every_sheet_says_in_a_sentence_what_it_holds(outcome, lang):
    for key, sheet in sheets(outcome, wood_text(lang)).items():
        assert sheet.about.endswith("."), key
        assert "{" not in sheet.about


def test_the_summary_holds_the_balance_what_would_change_the_answer_and_what_draws_tell(outcome):
    chain, text = outcome.chain, wood_text("fr")
    plain = sheets(outcome, text)["summary"].rows
    for unit, amounts in (("t", outcome.balance.tonnes), ("MWh", outcome.balance.units)):
        own = plain[(plain["unit"] == unit) & plain["name"].isin([text(f"key.balance_{n}") for n in vars(amounts)])]
        assert own["figure"].tolist() == pytest.approx(list(vars(amounts).values()))
    near = plain[plain["name"].str.startswith("Choix de sites à moins de")].iloc[0]
    assert near["figure"] == len(outcome.near_best)
    assert all(chain.candidate_sites["name"][choice.sites[0]] in near["words"] for choice in outcome.near_best)
    assert text("key.turns") not in set(plain["name"])
    site = outcome.near_best[0].sites[0]
    turn = Turn("demand", 1.0, 1.5, 1.25, (site,), 40.0)
    drawn = Confidence(8, 0, 0.01, 0.25, 0.0, 0.0, {site: 0.5}, {site: 1.0}, {"p50": 30.0}, {}, (), {})
    asked = replace(
        outcome, break_even=BreakEven(((Turn("demand", 1.0, 0.5), turn),), None, dear=False), confidence=drawn
    )
    told = sheets(asked, text)["summary"].rows
    assert told[told["name"] == text("key.turns")]["words"].str.contains("1,25").any()
    shares = told[told["unit"] == "%"]
    assert shares["figure"].tolist() == [25.0, 50.0, 100.0]
    assert shares["words"].tolist() == ["sur 8 tirages", *["sur les 6 tirages servis"] * 2]  # 2 of 8 cannot be
    assert told[told["name"] == text("key.cost_drawn", quantile="50")]["figure"].tolist() == [30.0]


def test_other_sites_say_whether_they_are_nearly_as_cheap(outcome):
    rows = sheets(outcome, wood_text("fr"))["alternatives"].rows
    assert (rows["near_best"] == "oui").sum() == len(outcome.near_best) - 1
    most = outcome.study.settings.near_share * outcome.objective.value_eur_year
    assert (rows.loc[rows["near_best"] == "oui", "regret"] <= most).all()
    assert (rows.loc[rows["near_best"] == "non", "regret"] > most).all()
