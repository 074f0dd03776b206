"""The command line, as a planner types it."""

import json
import shutil

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from coopgeo.cli import app

FILES = {"geoparquet", "carte.html", "tableaux.xlsx", "couches.gpkg", "results.json"}


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_run_writes_the_four_files_and_says_where(tmp_path):
    done = call("run", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "wood-energy").iterdir()} == FILES
    assert "minimum prouvé" in done.output
    assert "carte.html" in done.output


def test_two_platforms_in_english(tmp_path):
    done = call("run", "--out", tmp_path, "--platforms", 2, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "proved minimum" in done.output
    found = json.loads((tmp_path / "wood-energy" / "results.json").read_text(encoding="utf-8"))
    assert len(found["platforms"]) == 2
    assert any("schematic atlas" in warning for warning in found["warnings"])


def test_check_says_that_all_is_well():
    done = call("check")
    assert done.exit_code == 0
    assert "50 communes" in done.output


def test_check_lists_the_faults_of_a_spoilt_folder(tmp_path):
    folder = shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    (folder / "sources.csv").unlink()
    (folder / "roads" / "speeds.csv").unlink()
    done = call("check", "--study", folder)
    assert done.exit_code == 1
    assert "has 2 faults" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--study", "nowhere"], "expected a study folder there"),
        (["--chain", "silk"], "expected one of wood-energy"),
        (["--roads", "nowhere.osm.pbf"], "found no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_writes_nothing(tmp_path, arguments, words):
    done = call("run", "--out", tmp_path / "out", *arguments)
    assert done.exit_code == 1
    assert words in done.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = call("run", "--out", tmp_path / "file")
    assert done.exit_code == 1
    assert "file" in done.output
    assert isinstance(done.exception, SystemExit)


def test_six_platforms_are_too_many(tmp_path):
    assert call("run", "--out", tmp_path, "--platforms", 6).exit_code == 2
