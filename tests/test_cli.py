"""The command line, as a planner types it."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT
from small_study import write_small_study
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
    answered = json.loads((tmp_path / "wood-energy" / "results.json").read_text(encoding="utf-8"))
    first = " ".join(done.output.splitlines()[0].split())
    assert f"{len(answered['near_best'])} sites se valent, à 1" in first
    assert f"Le moins cher : {answered['platforms'][0]['name'].partition(',')[0]}" in first
    assert "Le meilleur choix" not in done.output


def test_two_platforms_in_english(tmp_path):
    small = write_small_study(ROOT / "data" / "raw", tmp_path / "raw")
    done = call("run", "--study", small, "--out", tmp_path, "--platforms", 2, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "proved minimum" in done.output
    found = json.loads((tmp_path / "wood-energy" / "results.json").read_text(encoding="utf-8"))
    assert len(found["platforms"]) == 2
    assert any("schematic atlas" in warning for warning in found["warnings"])


def test_phases_says_what_opens_when_and_what_waiting_costs(tmp_path):
    small = write_small_study(ROOT / "data" / "raw", tmp_path / "raw")
    customers = small / "chains/wood-energy/customers.csv"
    header, school, pool = customers.read_text(encoding="utf-8").splitlines()
    rows = [f"{header},from_year", f"{school},", f"{pool},2034"]
    customers.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = call("phases", "--study", small)
    assert done.exit_code == 0, done.output
    assert "2027-2029" in done.output
    assert "ouvre" in done.output
    assert "Coût actualisé 2027-2041" in done.output
    assert "minimum prouvé du modèle parmi les plans qui servent chaque chaufferie dès son arrivée" in done.output
    assert done.output.count("ensemble") == len(("2027-2029", "2030-2033", "2034-2041"))
    assert "Ne rien ouvrir avant 2034" in done.output
    english = call("phases", "--study", small, "--lang", "en")
    assert "Open nothing before 2034" in english.output


def test_phases_may_send_all_wood_through_the_platform():
    straight, through = call("phases"), call("phases", "--no-direct")
    assert straight.exit_code == through.exit_code == 0
    assert "droit aux" in straight.output
    assert "droit aux" not in through.output


def test_phases_asks_for_periods_where_the_chain_has_none(tmp_path):
    small = write_small_study(ROOT / "data" / "raw", tmp_path / "raw")
    path = small / "chains/wood-energy/chain.toml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[phases]"), text.index("[products")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    done = call("phases", "--study", small)
    assert done.exit_code == 1
    assert "une section [phases]" in done.output


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
    assert "2 fautes" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--study", "nowhere", "--lang", "en"], "expected a study folder there"),
        (["--chain", "silk"], "wood-energy"),
        (["--roads", "nowhere.osm.pbf"], "fichier introuvable"),
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


def test_init_copies_the_shipped_study_once(tmp_path):
    folder = tmp_path / "my-study"
    done = call("init", folder, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "coopgeo run --study" in done.output.replace("\n", " ")
    raw = ROOT / "data" / "raw"
    assert contents(folder) == contents(raw)
    assert "50 communes" in call("check", "--study", folder).output
    again = call("init", folder)
    assert again.exit_code == 1
    assert "attendu\u00a0: le nom d’un nouveau dossier" in again.output


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_without_anything_in_it_will_do(tmp_path):
    assert call("init", tmp_path).exit_code == 0
    assert (tmp_path / "README.md").is_file()
    assert (tmp_path / "LISEZMOI.md").is_file()


def test_where_there_is_no_study_the_shipped_one_is_read_and_said_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("check", "--lang", "en")
    assert done.exit_code == 0
    assert "50 communes" in done.output
    assert "the study that coopgeo ships is read" in done.output.replace("\n", " ")


def test_a_console_that_lacks_a_letter_shows_another(tmp_path):
    """The code page of French Windows has neither the narrow space of French figures nor Greek."""
    command = [sys.executable, "-c", "from coopgeo.cli import app; app()", "init", "étude-Ω"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "étude-?" in done.stdout.decode("cp1252")


@pytest.mark.parametrize(
    "code",
    ["import coopgeo", "from coopgeo.cli import app; app(['--help'], standalone_mode=False)"],
    ids=["import", "help"],
)
def test_what_computes_is_not_loaded_before_it_is_needed(code):
    heavy = {"geopandas", "matplotlib", "numpy", "pandas", "pydantic", "rich.console", "scipy", "shapely"}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert heavy & set(done.stdout.split()) == set()
    assert "babel" not in done.stdout.split() or "help" in code  # reads the French words of the help
    assert "coopgeo" in done.stdout.split()


def test_a_run_loads_neither_statistics_nor_graphs():
    """They take long, and a run without draws, on a river that is a line, does without; this one ends at its study."""
    run = "from coopgeo.cli import app\ntry:\n    app(['run', '--set', 'nothing=1'])\nexcept SystemExit:\n    pass"
    code = f"import sys\n{run}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"networkx", "scipy.stats"} & set(done.stdout.split()) == set()
    assert "coopgeo.plan.run" in done.stdout.split()


def test_the_bar_knows_every_step_of_a_run():
    from coopgeo.plan.run import STEPS
    from coopgeo.text import LANGS, catalogue

    for lang in LANGS:
        assert {f"step.{name}" for name in (*STEPS, "files")} <= set(catalogue(lang))


def test_the_package_runs_as_the_command():
    command = [sys.executable, "-m", "coopgeo", "--help"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "Emploi\u00a0: coopgeo" in done.stdout
