"""Names in a row, numbers, pairs: as each language writes them."""

import re

import pandas as pd
import pytest

from coopgeo.study.texts import chain_words
from coopgeo.text import LANGS, Text, catalogue


@pytest.mark.parametrize(
    ("names", "fr"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_names_in_a_row(names, fr):
    assert Text("fr").joined(names) == fr


def test_a_colon_stands_as_each_language_sets_it():
    assert Text("fr")("pair", name="D 1", value="3,0") == "D 1\u00a0: 3,0"
    assert Text("en")("pair", name="D 1", value="3.0") == "D 1: 3.0"


def test_both_languages_have_every_text_with_the_same_blanks():
    texts = {lang: catalogue(lang) for lang in LANGS}
    assert set(texts["fr"]) == set(texts["en"])
    for key, words in texts["fr"].items():
        assert set(re.findall(r"{(\w+)}", words)) == set(re.findall(r"{(\w+)}", texts["en"][key])), key


def test_every_unit_has_its_word_in_english(outcome):
    """What is not told in the texts is the same in both languages: symbols of units, nothing else."""
    chain = outcome.chain
    units = {parameter.unit for _, parameter in chain.parameters} | set(
        pd.concat([t["unit"] for t in (chain.resources, chain.competitors, chain.harvest_costs)])
    )
    for _, criterion in outcome.study.settings.site_scores.criteria:
        units |= {getattr(criterion, "unit", "part")}
    text = chain_words(chain, "en")
    same = {unit for unit in units if text.unit(unit) == unit}
    assert same <= {"ha", "km", "km/ha", "l/t", "m", "min", "MJ/kg", "kg CO2e/l", "€/MWh", "€/l", "€/m²", "€/t"}
    assert "jours" in units - same


def test_french_has_its_no_break_spaces():
    for key, words in catalogue("fr").items():
        assert not re.search(r" [;:?!%€»]|« ", words), key


@pytest.mark.parametrize(
    ("value", "digits", "fr", "en"),
    [(1234567.891, 1, "1\u202f234\u202f567,9", "1,234,567.9"), (-0.01, 1, "0,0", "0.0"), (0.5, 2, "0,50", "0.50")],
)
def test_numbers_as_each_language_writes_them(value, digits, fr, en):
    assert Text("fr").number(value, digits) == fr
    assert Text("en").number(value, digits) == en


def test_rounded_figures():
    assert Text("fr").significant(2634.7) == "2\u202f600"
    assert Text("fr").significant(471_404, 3) == "471\u202f000"
    assert Text("fr").significant(7) == "7"
    assert Text("fr").percent(0.0037, 1) == "0,4\u202f%"


def test_a_tolerance_is_shown_as_it_was_set():
    shown = [Text("fr").percent_as_given(share) for share in (0.01, 0.015, 0.07, 0.0025, 0.0, 1.0)]
    assert shown == ["1\u202f%", "1,5\u202f%", "7\u202f%", "0,25\u202f%", "0\u202f%", "100\u202f%"]


def test_none_and_all_of_many_are_said_of_none_and_all_alone():
    shown = [Text("en").percent_of_many(share) for share in (0.0, 0.0004, 0.004, 0.125, 0.5, 0.996, 0.9996, 1.0)]
    assert shown == ["0%", "0.04%", "0.4%", "12%", "50%", "99.6%", "99.96%", "100%"]
