"""Every column of a table and every entry of a settings file says what it means."""

import re
from typing import get_args

import pytest
from conftest import ROOT
from pydantic import BaseModel

from coopgeo.study.chain_settings import Parameters, PlainChain, PlainParameters
from coopgeo.study.schemas import CHAIN_TABLES, TABLES
from coopgeo.study.settings import StudySettings
from coopgeo.study.wood_settings import WoodChain, WoodParameters


def models(kind):
    """The models that stand in the annotation of a field."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {kind}.union(*(models(field.annotation) for field in kind.model_fields.values()))
    return set().union(*(models(inner) for inner in get_args(kind)))


SCHEMAS = TABLES | {f"{kind}: {name}": table for kind, tables in CHAIN_TABLES.items() for name, table in tables.items()}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_column_says_what_it_means(name):
    assert SCHEMAS[name].description
    assert not [
        column for column, content in SCHEMAS[name].columns.items() if not (content.description or "").endswith(".")
    ]


ASSUMPTIONS = {Parameters, PlainParameters, WoodParameters}  # chain.toml says what each is, in both languages
DESCRIBED = (models(StudySettings) | models(WoodChain) | models(PlainChain)) - ASSUMPTIONS


@pytest.mark.parametrize("model", sorted(DESCRIBED, key=str), ids=lambda model: model.__name__)
def test_every_entry_says_what_it_means(model):
    assert not [entry for entry, content in model.model_fields.items() if not (content.description or "").endswith(".")]


def test_every_table_of_the_folder_has_a_schema(study):
    raw = ROOT / "data" / "raw"
    found = {path.relative_to(raw).as_posix() for path in raw.rglob("*.csv")}
    of_chains = {f"{path}.csv" for path in study.inputs.tables if path.startswith("chains/")}
    assert found - of_chains <= {name for name in TABLES if not name.startswith("chains/")}


def test_the_french_guide_of_the_folder_names_its_files_and_their_columns():
    raw = ROOT / "data" / "raw"
    lines, name = (raw / "LISEZMOI.md").read_text("utf-8").splitlines(), re.compile("`([^`]+)`")
    rows = [line.split("|")[1:4] for line in lines if line.startswith("| `")]
    named = {file: name.findall(columns) for files, _, columns in rows for file in name.findall(files)}
    files = [path for path in raw.rglob("*") if path.suffix in (".csv", ".toml", ".geojson")]
    there = {path.relative_to(raw).as_posix() for path in files}
    assert set(named) == there
    for file, columns in named.items():
        head = (raw / file).read_text("utf-8").splitlines()
        known = head[0].split(",") if file.endswith(".csv") else [line.split(" ")[0] for line in head]
        assert set(columns) <= set(known), file
