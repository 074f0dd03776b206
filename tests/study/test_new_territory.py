"""The study of another territory is begun from one that is there."""

import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.errors import InputError
from coopgeo.study.new_territory import LOCAL, write_new_territory
from coopgeo.text import Text
from coopgeo.text.messages import said

YVETOT = "247600620"
CHAIN = "chains/wood-energy"


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def made(study, tmp_path):
    return write_new_territory(study, YVETOT, tmp_path / "yvetot", Text("fr")), tmp_path / "yvetot"


def test_communes_roads_and_parameters_stay_and_what_is_local_is_emptied(study, made):
    new, folder = made
    before, after = files(study.folder), files(folder)
    assert after.keys() - before.keys() == {new.file}
    gone = before.keys() - after.keys()  # they name places of the first territory
    assert gone == {name for name in before if name.endswith("scenarios.toml")} > {"scenarios.toml"}
    changed = {name for name in after.keys() & before.keys() if after[name].read_bytes() != before[name].read_bytes()}
    local = {f"chains/{chain}/{name}.csv" for chain in study.chains for name in LOCAL} & before.keys()
    assert {f"{CHAIN}/competitors.csv", "chains/textile/outlets.csv"} < local
    assert changed == {"study.toml", "partners.csv", *local}
    for name in local | {"partners.csv"}:
        old, empty = (known[name].read_text(encoding="utf-8") for known in (before, after))
        assert set(old.splitlines()[0].split(",")) <= set(empty.removesuffix("\n").split(","))  # and no row


def test_the_settings_name_the_territory_and_keep_their_comments(study, made):
    settings = (made[1] / "study.toml").read_text(encoding="utf-8")
    assert f'epci = ["{YVETOT}"]' in settings
    assert 'name = "Communauté de communes Yvetot Normandie"' in settings
    comments = [re.findall("#.*", words) for words in (settings, (study.folder / "study.toml").read_text("utf-8"))]
    assert comments[0] == comments[1]


def test_check_says_what_is_lacking_and_nothing_else(study, made):
    done = CliRunner().invoke(app, ["check", "--study", str(made[1])])
    assert done.exit_code == 1
    lines = done.output.strip().splitlines()
    assert len(lines) == 1 + 3 * len(study.chains)
    for chain in study.chains:
        for name in ("collection_points", "customers", "candidate_sites"):
            assert sum(f"chains/{chain}/{name}.csv" in line for line in lines) == 1


def test_once_it_is_filled_in_it_is_a_study_of_that_territory(study, made):
    folder = made[1]
    communes = study.inputs.tables["territory/communes"]
    commune = communes[communes["epci_siren"] == YVETOT].reset_index().iloc[0]
    for chain in study.chains:
        products = " ".join(id for id, one in study.chain(chain).settings.products.items() if one.fate == "platform")
        for name in ("collection_points", "customers", "candidate_sites", "outlets"):
            path = folder / "chains" / chain / f"{name}.csv"
            if not path.is_file():
                continue
            row = study.inputs.tables[f"chains/{chain}/{name}"].reset_index().iloc[0]
            row = row.mask(row.isna(), "").to_dict() | commune[["insee", "name", "lon", "lat"]].to_dict()
            row |= {"id": name.replace("_", "-"), "accepts": products, "customer": "customers"}
            columns = path.read_text(encoding="utf-8").strip().split(",")
            with path.open("a", encoding="utf-8") as file:
                file.write(",".join(f'"{row[column]}"' for column in columns) + "\n")
    opened = coopgeo.open_study(folder)
    assert opened.settings.epci == [YVETOT]
    assert len(opened.territory) == (study.communes["epci_siren"] == YVETOT).sum()


def test_a_territory_goes_by_name_too(study, tmp_path):
    assert (
        write_new_territory(
            study, "cc yvetot normandie".replace("cc", "communauté de communes"), tmp_path, Text("en")
        ).siren
        == YVETOT
    )
    assert (tmp_path / "TO_FILL_IN.md").is_file()


@pytest.mark.parametrize("typed", ["yvto", "24760062", "247600621"])
def test_the_nearest_territories_are_proposed(study, tmp_path, typed):
    with pytest.raises(InputError) as refused:
        write_new_territory(study, typed, tmp_path / "new", Text("fr"))
    assert f"{YVETOT} (Communauté de communes Yvetot Normandie)" in said(refused.value, "fr")
    assert not (tmp_path / "new").exists()


def test_all_territories_are_listed_where_none_is_near(study, tmp_path):
    with pytest.raises(InputError) as refused:
        write_new_territory(study, "#", tmp_path / "new", Text("fr"))
    for siren in set(study.communes["epci_siren"]):
        assert siren in said(refused.value, "fr")


def test_a_folder_that_holds_something_and_one_within_the_study_are_refused(study, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    for folder in (tmp_path, ROOT / "data" / "raw" / "new"):
        with pytest.raises(InputError):
            write_new_territory(study, YVETOT, folder, Text("fr"))
    assert not (ROOT / "data" / "raw" / "new").exists()


def test_a_workbook_is_no_folder_to_copy(study, tmp_path):
    book = tmp_path / "dossier.xlsx"
    book.write_bytes(b"PK")
    with pytest.raises(InputError, match=r"dossier.xlsx: a workbook; expected a study folder"):
        write_new_territory(replace(study, folder=book), YVETOT, tmp_path / "new", Text("fr"))


@pytest.mark.parametrize("typed", ["Yvetot", "CC Yvetot Normandie", "yvetot normandie"])
def test_words_of_a_name_that_fit_one_territory_will_do(study, tmp_path, typed):
    assert write_new_territory(study, typed, tmp_path / "new", Text("fr")).siren == YVETOT


def test_words_that_fit_several_are_refused(study, tmp_path):
    with pytest.raises(InputError):
        write_new_territory(study, "Caux", tmp_path / "new", Text("fr"))


def test_lists_in_a_workbook_and_under_a_title_are_emptied_too(study, tmp_path):
    former = shutil.copytree(study.folder, tmp_path / "former")
    chain = former / "chains" / "wood-energy"
    pd.read_csv(chain / "customers.csv", dtype=str).to_excel(chain / "customers.xlsx", index=False)
    (chain / "customers.csv").unlink()
    sites = chain / "candidate_sites.csv"
    sites.write_text("Sites du territoire\n" + sites.read_text(encoding="utf-8"), encoding="utf-8")
    write_new_territory(coopgeo.open_study(former), YVETOT, tmp_path / "new", Text("fr"))
    made = tmp_path / "new" / "chains" / "wood-energy"
    assert not (made / "customers.xlsx").exists()
    for name in ("customers", "candidate_sites"):
        emptied, full = (pd.read_csv(folder / f"{name}.csv") for folder in (made, study.folder / "chains/wood-energy"))
        assert emptied.empty
        assert set(full.columns) <= set(emptied.columns)


def test_quantities_of_communes_of_the_first_territory_are_emptied_and_their_columns_stay(study, tmp_path):
    former = shutil.copytree(study.folder, tmp_path / "former")
    own = former / "chains" / "textile" / "basis_by_commune.csv"
    own.write_text("insee,beds,source,status\n76114,120,planning-hypothesis,assumed\n", encoding="utf-8")
    write_new_territory(coopgeo.open_study(former), YVETOT, tmp_path / "new", Text("fr"))
    emptied = pd.read_csv(tmp_path / "new" / "chains" / "textile" / "basis_by_commune.csv")
    assert emptied.empty
    assert {"insee", "beds"} <= set(emptied.columns)
    assert not (tmp_path / "new" / "chains" / "organic" / "basis_by_commune.csv").exists()  # none is made up
