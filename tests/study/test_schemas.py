"""Every column of a table and every entry of a settings file says what it means."""

from pathlib import PurePath
from typing import get_args

import pytest
from conftest import ROOT
from pydantic import BaseModel

from coopgeo.study.schemas import TABLES
from coopgeo.study.settings import ChainSettings, StudySettings, WoodParameters


def models(kind):
    """The models that stand in the annotation of a field."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {kind}.union(*(models(field.annotation) for field in kind.model_fields.values()))
    return set().union(*(models(inner) for inner in get_args(kind)))


@pytest.mark.parametrize("name", TABLES)
def test_every_column_says_what_it_means(name):
    assert TABLES[name].description
    assert not [
        column for column, content in TABLES[name].columns.items() if not (content.description or "").endswith(".")
    ]


DESCRIBED = (models(StudySettings) | models(ChainSettings)) - {
    WoodParameters
}  # chain.toml itself says what each assumption is, in both languages


@pytest.mark.parametrize("model", sorted(DESCRIBED, key=str), ids=lambda model: model.__name__)
def test_every_entry_says_what_it_means(model):
    assert not [entry for entry, content in model.model_fields.items() if not (content.description or "").endswith(".")]


def test_every_table_of_the_folder_has_a_schema():
    raw = ROOT / "data" / "raw"
    found = {path.relative_to(raw).as_posix() for path in raw.rglob("*.csv")}
    assert {name for name in found if not any(PurePath(name).match(path) for path in TABLES)} == set()
