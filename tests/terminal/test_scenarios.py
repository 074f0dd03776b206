"""The command `coopgeo scenarios`."""

import openpyxl
import pytest
from typer.testing import CliRunner

from coopgeo.cli import app
from coopgeo.errors import InputError
from coopgeo.terminal.scenario_tables import chosen
from coopgeo.text.messages import said


def test_scenarios_are_chosen_by_id_or_name(study):
    assert list(chosen(study, None, ["demand-half", "pont de Brotonne fermé"])) == ["demand-half", "brotonne-closed"]
    assert len(chosen(study, None, [])) == len(study.scenarios) > 10
    with pytest.raises(InputError) as error:
        chosen(study, None, ["le pont"])
    assert "--only" in said(error.value, "fr")


def test_the_command_prints_one_table_and_writes_it(tmp_path):
    asked = ["scenarios", "--only", "demand-half", "--only", "brotonne-closed", "--out", str(tmp_path)]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0, told.output
    for words in (
        "Étude telle quelle",
        "Moindre regret maximal",
        "Certaines chaufferies ne peuvent plus être servies si",
    ):
        assert words in told.output
    book = openpyxl.load_workbook(tmp_path / "wood-energy" / "scenarios.xlsx")
    assert book.sheetnames == ["Sommaire", "Scénarios", "Regrets"]
    rows = list(book["Scénarios"].iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == ["Étude telle quelle", "Demande divisée par deux", "Pont de Brotonne fermé"]
    assert rows[0][2] < rows[2][2]
    regrets = list(book["Regrets"].iter_rows(min_row=3, values_only=True))
    assert len(regrets) == 17
    assert min(row[5] for row in regrets) == 0
