"""Every table, column and setting of a study has a name, a meaning and words in both languages."""

from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from coopgeo.study.chain_settings import Parameters, PlainChain, PlainParameters
from coopgeo.study.schema_parts import STATUSES
from coopgeo.study.schemas import CHAIN_TABLES, TABLES
from coopgeo.study.settings import SiteCriteria, StudySettings
from coopgeo.study.wood_settings import WoodChain, WoodParameters
from coopgeo.text import LANGS, all_words
from coopgeo.text.meanings import _french, heading, meaning, word

ASSUMPTIONS = {Parameters, WoodParameters, PlainParameters}
NAMED_BY_THE_STUDY = {*ASSUMPTIONS, SiteCriteria}  # whose entries have a name in both languages in the file itself


def models(kind):
    """The models that stand in the annotation of a field."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {kind}.union(*(models(field.annotation) for field in kind.model_fields.values()))
    return set().union(*(models(inner) for inner in get_args(kind)))


ALL_TABLES = {**TABLES, **{f"plain/{name}": table for name, table in CHAIN_TABLES["plain"].items()}}
MODELS = models(StudySettings) | models(WoodChain) | models(PlainChain)
MEANINGS = {
    *(table.description for table in ALL_TABLES.values()),
    *(column.description for table in ALL_TABLES.values() for column in table.columns.values()),
    *(model.__doc__.strip() for model in MODELS),
    *(field.description for model in MODELS - ASSUMPTIONS for field in model.model_fields.values()),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ALL_TABLES)
def test_each_column_has_a_heading_of_its_own(path, lang):
    headings = [heading(column, lang) for column in ALL_TABLES[path].columns]
    assert len({words.casefold() for words in headings}) == len(headings)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("model", sorted(MODELS - NAMED_BY_THE_STUDY, key=str), ids=lambda model: model.__name__)
def test_each_setting_has_a_heading(model, lang):
    assert all(heading(entry, lang) for entry in model.model_fields)


UNITS = {"kw": "kW", "eur": "€", "ha": "(ha)", "km": "km", "m": "(m)", "min": "(min)", "kmh": "(km/h)", "m2": "m²"}


@pytest.mark.parametrize("lang", LANGS)
def test_a_heading_has_the_unit_that_the_name_of_the_column_ends_in(lang):
    columns = {column for table in ALL_TABLES.values() for column in table.columns}
    with_units = [column for column in columns if column.rpartition("_")[2] in UNITS]
    assert len(with_units) > 20
    for column in with_units:
        assert UNITS[column.rpartition("_")[2]] in heading(column, lang), column


def test_each_meaning_has_its_french_words_and_no_other():
    assert _french().keys() == MEANINGS
    assert all(meaning(english, "fr") not in ("", english) for english in MEANINGS)


def choices():
    """Each column or entry with the words that it allows."""
    for table in ALL_TABLES.values():
        for name, column in table.columns.items():
            for check in column.checks:
                yield name, tuple(filter(None, (check.statistics or {}).get("allowed_values", ())))
    for model in MODELS:
        for name, field in model.model_fields.items():
            if get_origin(field.annotation) is Literal:
                yield name, get_args(field.annotation)


@pytest.mark.parametrize(("column", "words"), sorted({pair for pair in choices() if pair[1]}))
def test_each_word_that_a_column_allows_is_said_in_both_languages(column, words):
    for lang in LANGS:
        said = [word(column, code, lang) for code in words]
        section = "status" if column.endswith("status") else column
        assert all(f"{section}.{code}" in all_words(lang) for code in words)
        assert len({one.casefold() for one in said}) == len(words)


def test_statuses_in_french():
    assert [word("plot_status", status, "fr") for status in STATUSES] == ["attesté", "calculé", "supposé"]


def test_a_word_that_is_no_code_is_said_as_it_is():
    assert word("zoning", "1AUx", "fr") == "1AUx"
