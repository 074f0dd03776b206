"""Tables as a French reader reads them."""

import numpy as np
import pandas as pd

from coopgeo.notebook import largest, sheet, table, worded
from coopgeo.words.sheets import sheets
from tests.wood_text import wood_text


def rows():
    return pd.DataFrame(
        {
            "name": ["Pont & bac", "Bac"],
            "kind": ["bridge", "ferry"],
            "toll_eur": [12345.0, np.nan],
            "minutes": [1.25, 10.5],
            "status": ["assumed", "attested"],
        }
    )


def test_columns_words_and_numbers_are_french():
    words = worded(sheet(rows(), ["name", "kind", "toll_eur", "minutes", "status"]))
    assert list(words) == ["Nom", "Type", "Péage camion (€)", "Trajet (min)", "Statut"]
    assert words.iloc[0].to_list() == ["Pont & bac", "Pont", "12\u202f345", "1,2", "supposé"]
    assert words.iloc[1].to_list() == ["Bac", "Bac", "–", "10,5", "attesté"]


def test_a_table_is_safe_html_with_numbers_on_the_right():
    shown = table(sheet(rows(), ["name", "toll_eur"])).to_html()
    assert "Pont &amp; bac" in shown
    assert "nan" not in shown.lower()
    assert shown.count("text-align: right") == 2  # its heading and its cells


def test_products_have_their_names(study):
    chain = study.chain()
    words = worded(sheet(pd.DataFrame({"product": ["hedge"], "unit": ["part"]}), ["product", "unit"], chain))
    assert words.iloc[0].to_list() == [chain.settings.products["hedge"].fr, "part"]


def test_every_sheet_of_an_outcome_is_shown_without_blanks_or_english_codes(outcome):
    for key, one in sheets(outcome, wood_text("fr")).items():
        words = worded(one)
        cells = set(words.astype(str).to_numpy().ravel())
        assert not cells & {"", "nan", "NaN", "None", "assumed", "attested", "computed", "none"}, key


def test_the_largest_rows_come_first():
    one = sheet(rows(), ["name", "minutes"])
    assert largest(one, "minutes", 1).rows["name"].to_list() == ["Bac"]
    assert largest(one, "minutes", 2, only=np.array([True, False])).rows["name"].to_list() == ["Pont & bac"]
