"""The command that tells who gains what, and the runs that show it on the page."""

import json

import openpyxl
import pytest
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.cooperation import share
from tests.conftest import ROOT
from tests.scenarios.small import small_study
from tests.small_study import write_small_study

SECTION = 'id="sharing"'


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def line(done):
    """What was said, as one line with spaces that break."""
    return " ".join(done.output.split())


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write_small_study(ROOT / "data" / "raw", tmp_path_factory.mktemp("share") / "raw")


@pytest.fixture(scope="module")
def found(small):
    return share(coopgeo.open_study(small), by="customers", outside_eur_unit=32.0, workers=1)


def test_share_says_and_writes_who_gains_what(small, found, tmp_path):
    done = call("share", "--study", small, "--by", "customers", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert line(done).startswith("Ensemble (2 clients) : ")
    for word in ("École : seul", "Piscine : seul", "Nucléole", "partage.xlsx, partage.gpkg, partage.json"):
        assert word in line(done)
    folder = tmp_path / "wood-energy"
    assert {path.name for path in folder.iterdir()} == {"partage.xlsx", "partage.gpkg", "partage.json"}
    figures = json.loads((folder / "partage.json").read_text("utf-8"))
    assert [one["eur_year"] for one in figures["coalitions"]] == found.game.worth[1:].tolist()
    assert "Qui gagne quoi" in openpyxl.load_workbook(folder / "partage.xlsx").sheetnames


def test_every_option_is_heard(small, tmp_path):
    asked = ("--by", "communes", "--supply", "own", "--outside-price", 95, "--draws", 2, "--seed", 4, "--lang", "en")
    done = call("share", "--study", small, "--chain", "wood-energy", "--out", tmp_path, *asked)
    assert done.exit_code == 0, done.output
    assert "Together (2 communes)" in line(done)
    figures = json.loads((tmp_path / "wood-energy" / "partage.json").read_text("utf-8"))
    assert (figures["by"], figures["supply"], figures["outside_eur_unit"]) == ("communes", "own", 95.0)
    again = share(
        coopgeo.open_study(small), by="communes", supply="own", outside_eur_unit=95.0, draws=2, seed=4, workers=1
    )
    assert figures["draws"] == again.draws > 0
    for one in figures["players"]:
        assert one["drawn"] == again.ranges.loc[one["id"]].to_dict()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--by", "voters"), 2, "La valeur de --by est refusée"),
        (("--supply", "all"), 2, "La valeur de --supply est refusée"),
        (("--outside-price", "-1"), 2, "La valeur de --outside-price est refusée"),
        (("--outside-price", "cher"), 2, "La valeur de --outside-price est refusée"),
        (("--draws", "-3"), 2, "La valeur de --draws est refusée"),
        (("--by", "partners"), 1, "personne n’est là pour partager"),
        (("--chain", "silk"), 1, "wood-energy"),
        (("--outside-price", "nan"), 2, "La valeur de --outside-price est refusée"),
    ],
)
def test_what_cannot_be_shared_is_said_once_in_words_and_writes_nothing(small, tmp_path, arguments, code, words):
    done = call("share", "--study", small, "--out", tmp_path / "out", *arguments)
    assert done.exit_code == code, done.output
    assert line(done).count(words) == 1
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_who_cannot_be_served_alone_is_told_what_to_do(tmp_path):
    small_study(tmp_path)
    done = call("share", "--study", tmp_path / "small", "--supply", "own", "--no-market", "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "impossible de servir La Massana" in line(done)
    assert "--outside-price" in line(done)
    assert not (tmp_path / "out").exists()


def test_a_chain_that_pushes_has_no_price_elsewhere(tmp_path):
    done = call("share", "--chain", "textile", "--by", "epci", "--outside-price", "90", "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "aucun, car tout ce qui est collecté doit aller quelque part" in line(done)
    assert not (tmp_path / "out").exists()


def test_a_run_shows_it_where_it_is_asked_for_and_nowhere_else(small, found, tmp_path):
    for asked in ((), ("--share", "customers")):
        done = call("run", "--study", small, "--out", tmp_path, *asked)
        assert done.exit_code == 0, done.output
        folder = tmp_path / "wood-energy"
        page = (folder / "carte.html").read_text("utf-8")
        results = json.loads((folder / "results.json").read_text("utf-8"))
        sheets = openpyxl.load_workbook(folder / "tableaux.xlsx", read_only=True).sheetnames
        assert (SECTION in page) == ("sharing" in results) == ("Qui gagne quoi" in sheets) == bool(asked)
    assert results["sharing"]["by"] == "customers"
    assert [one["eur_year"] for one in results["sharing"]["coalitions"]] == pytest.approx(found.game.worth[1:].tolist())
    assert call("run", "--study", small, "--out", tmp_path, "--share", "voters").exit_code == 2
