"""A chain is begun by a command, runs as it is, and becomes another one by tables and settings alone."""

import csv
import json
import os
import re
import shutil

import geopandas as gpd
import openpyxl
import pytest
import tomlkit
from conftest import ROOT
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.errors import InputError
from coopgeo.exports.results_json import results
from coopgeo.study import chain_settings, schemas
from coopgeo.study.new_chain import GUIDE, TEMPLATES, write_new_chain
from coopgeo.text import Text
from coopgeo.text.messages import said
from terminal import furniture


def command(*words):
    return CliRunner().invoke(app, list(map(str, words)))


def copied(tmp_path_factory):
    return shutil.copytree(ROOT / "data" / "raw", tmp_path_factory.mktemp("study") / "mine")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study with a new chain from each template, nothing in them touched."""
    made = copied(tmp_path_factory)
    for template in TEMPLATES:
        done = command("new-chain", f"like-{template}", "--from", template, "--study", made)
        assert done.exit_code == 0, done.output
    return made


@pytest.fixture(scope="module")
def with_templates(folder):
    return coopgeo.open_study(folder)


@pytest.fixture
def mine(tmp_path_factory):
    return copied(tmp_path_factory)


def test_the_untouched_templates_pass_the_check(folder):
    done = command("check", folder)
    assert done.exit_code == 0, done.output
    assert "chains/like-" not in done.output.replace(f"{folder}", "")  # nor is anything odd in them


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_untouched_template_runs(with_templates, template):
    outcome = coopgeo.run(with_templates, chain=f"like-{template}", alternatives=1)
    assert len(outcome.platforms) == 1
    assert outcome.platforms["tonnes_in"].sum() > 0
    assert outcome.objective.gap < 0.05
    assert with_templates.scenarios_of(f"like-{template}")
    assert outcome.chain.settings.pushes == (template == "textile")


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_figure_of_a_template_is_assumed_and_cites_what_is_there(folder, template):
    made = folder / "chains" / f"like-{template}"
    found = set()
    for path in made.glob("*.toml"):
        found |= set(
            re.findall(r'^(source|status|\w+_status) = "(.*)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        )
    for path in made.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        names = {name for name in (rows[0] if rows else ()) if name.endswith(("source", "status"))}
        found |= {(name, row[name]) for row in rows for name in names if row[name]}
    assert {value for name, value in found if name == "source"} == {"planning-hypothesis"}
    assert {value for name, value in found if name.endswith("status")} == {"assumed"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_places_lie_in_the_territory_and_sites_are_those_to_build_on(with_templates, template):
    study, chain = with_templates, with_templates.chain(f"like-{template}")
    largest = study.territory.sort_values("population", ascending=False).index
    assert set(chain.collection_points["insee"]) == set(largest[: len(chain.collection_points)])
    assert set(chain.customers["insee"]) == set(largest[: len(chain.customers)])
    sites = study.chain(template).candidate_sites
    to_build = sites[sites["gate_fee_eur_t"].isna()] if "gate_fee_eur_t" in sites else sites
    assert list(chain.candidate_sites.index) == list(to_build.index)
    assert "solidarite-textiles" not in chain.candidate_sites.index


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_guide_of_the_folder_names_every_file_and_says_what_each_column_means(folder, template):
    made = folder / "chains" / f"like-{template}"
    guide = (made / GUIDE).read_text(encoding="utf-8")
    assert "[[" not in guide
    assert f"--chain like-{template}" in guide
    material = "wood" if template == "wood-energy" else "plain"
    for path in made.iterdir():
        assert f"`{path.name}`" in guide or path.name == GUIDE
        if path.suffix == ".csv":
            for column in schemas.CHAIN_TABLES[material][path.name].columns:
                assert f"| `{column}` |" in guide, (path.name, column)


def test_comments_are_in_french_and_the_settings_bear_the_name(folder):
    text = (folder / "chains" / "like-textile" / "chain.toml").read_text(encoding="utf-8")
    settings = tomlkit.parse(text)
    assert (settings["id"], settings["fr"]) == ("like-textile", "Like textile")
    assert len(re.findall("^#", text, re.MULTILINE)) > 15
    assert "à remplacer d'abord" in text


@pytest.mark.parametrize("template", ["textile", "organic"])
def test_no_word_of_the_chain_that_it_is_like_stands_in_a_template(folder, template):
    for path in (folder / "chains" / f"like-{template}").iterdir():
        words = path.read_text(encoding="utf-8").casefold().replace(f"like-{template}", "").replace("canteen,", "")
        words = words.replace("like textile", "").replace("like organic", "").replace("plaquettes", "chips")
        words = re.sub("«.(textile|alimentation bio).»", "", words)  # where sites come from
        if path.name != GUIDE:
            found = re.search(r"textile|vêtement|cantine|légume|\bbio\b|refashion|bois|wood|moisture|mwh", words)
            assert found is None, (path.name, found)


def test_a_vehicle_or_kind_that_the_study_lacks_is_replaced_by_one_that_it_has(mine):
    for path, old, new in (
        ("roads/vehicles.csv", "box-12t,", "box-13t,"),
        ("roads/speeds.csv", "box-12t,", "box-13t,"),
    ):
        text = (mine / path).read_text(encoding="utf-8")
        (mine / path).write_text(text.replace(old, new), encoding="utf-8")
    for path in (mine / "chains" / "textile" / "chain.toml",):
        path.write_text(path.read_text(encoding="utf-8").replace('"box-12t"', '"box-13t"'), encoding="utf-8")
    write_new_chain(mine, "new")
    study = coopgeo.open_study(mine)
    assert study.chain("new").settings.rounds.inbound.vehicle == study.settings.truck


FAULTS = [
    ("Mobilier Scolaire", "la nouvelle filière", "par exemple « mobilier-scolaire »"),
    ("../outside", "minuscules sans accent"),
    ("chains/new", "minuscules sans accent"),
    ("été", "par exemple « ete »"),
    ("-a", "minuscules"),
    ("a--b", "minuscules"),
    ("a" * 41, "40 signes au plus"),
    ("all", "réservé"),
    ("nul", "réservé"),
    ("textile", "qu'aucune filière de l'étude ne porte"),
    ("", "minuscules"),
]


@pytest.mark.parametrize(("name", *[f"w{at}" for at in range(2)]), [(*fault, "")[:3] for fault in FAULTS])
def test_a_name_that_is_none_or_taken_is_refused(folder, name, w0, w1):
    before = sorted(os.walk(folder))
    with pytest.raises(InputError) as refused:
        write_new_chain(folder, name)
    assert w0 in said(refused.value, "fr").replace("’", "'").replace("\u202f", " ").replace("\xa0", " ")
    assert w1 in said(refused.value, "fr").replace("’", "'").replace("\u202f", " ").replace("\xa0", " ")
    assert sorted(os.walk(folder)) == before


def test_all_that_is_wrong_is_said_at_once_in_both_languages(tmp_path):
    book = tmp_path / "dossier.xlsx"
    book.write_bytes(b"PK")
    words = ("new-chain", "Mobilier", "--from", "textil", "--study", book)
    french, english = command(*words), command(*words, "--lang", "en")
    assert (french.exit_code, english.exit_code) == (1, 1)
    assert "la nouvelle filière : 3 fautes" in french.output.replace("\xa0", " ")
    assert "coopgeo init mon-etude" in french.output
    assert "coopgeo workbook nouveau.xlsx" in french.output
    assert "the new chain has 3 faults" in english.output
    assert 'the name "Mobilier"' in english.output
    assert "textile" in english.output
    assert list(tmp_path.iterdir()) == [book]


def test_without_a_study_folder_it_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command("new-chain", "new")
    assert done.exit_code == 1
    assert "coopgeo init" in done.output
    assert not list(tmp_path.iterdir())


def test_the_study_that_an_installation_carries_is_not_written_to(tmp_path, monkeypatch):
    installed = tmp_path / "shipped_study"
    installed.mkdir()
    monkeypatch.setattr("coopgeo.study.new_chain.shipped_study", lambda: installed)
    with pytest.raises(InputError, match="a study of your own"):
        write_new_chain(installed, "new")


def test_a_study_with_faults_and_one_without_the_hypothesis_are_refused_and_left_alone(mine):
    sources = mine / "sources.csv"
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text.replace("planning-hypothesis,", "other-hypothesis,", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"planning-hypothesis"):
        write_new_chain(mine, "new")
    assert sorted(path.name for path in (mine / "chains").iterdir()) == sorted(TEMPLATES)


def test_what_does_not_fit_the_study_is_said_and_nothing_is_left(mine, monkeypatch):
    monkeypatch.setattr("coopgeo.study.new_chain._USE", {})  # places then lie nowhere
    with pytest.raises(InputError, match=r"chains/new/collection_points.csv"):
        write_new_chain(mine, "new")
    assert sorted(path.name for path in (mine / "chains").iterdir()) == sorted(TEMPLATES)


def test_the_study_of_another_territory_takes_a_new_chain(mine):
    study = coopgeo.open_study(mine)
    settings = mine / "study.toml"
    text = settings.read_text(encoding="utf-8").replace('epci = ["200010700"]', 'epci = ["247600620"]')
    settings.write_text(text, encoding="utf-8")
    write_new_chain(mine, "new")
    opened = coopgeo.open_study(mine)
    codes = set(opened.chain("new").collection_points["insee"])
    assert codes <= set(opened.territory.index)
    assert not codes & set(study.territory.index)


def test_a_workbook_of_the_study_has_the_new_chain(folder, tmp_path):
    book = tmp_path / "dossier.xlsx"
    assert command("workbook", book, "--study", folder).exit_code == 0
    again = coopgeo.open_study(book)
    assert again.chain("like-organic").settings == coopgeo.open_study(folder).chain("like-organic").settings


# -- A fourth chain, as the guide makes it ---------------------------------------------------------------------------


def test_both_guides_give_the_same_tables_and_settings():
    def without_remarks(lang):
        return [(file, added, re.sub(" *#.*", "", content)) for file, added, content in furniture.blocks(lang)]

    assert without_remarks("fr") == without_remarks("en")
    assert {file for file, _, _ in furniture.blocks()} == {
        "sources.csv", "kinds.csv", "collection_points.csv", "resources.csv", "harvest_costs.csv", "chain.toml",
        "customers.csv", "outlets.csv", "platform_sizes.csv",
    }  # fmt: skip


@pytest.fixture(scope="module")
def school_furniture(tmp_path_factory):
    made = copied(tmp_path_factory)
    done = command("new-chain", furniture.NAME, "--from", "textile", "--study", made)
    assert done.exit_code == 0, done.output
    furniture.fill_in(made)
    return made


@pytest.fixture(scope="module")
def furniture_outcome(school_furniture):
    return coopgeo.run(coopgeo.open_study(school_furniture), chain=furniture.NAME, alternatives=1)


def test_the_chain_of_the_guide_passes_the_check(school_furniture):
    done = command("check", school_furniture)
    assert done.exit_code == 0, done.output


def test_its_figures_are_those_reckoned_by_hand_in_the_guide(furniture_outcome):
    tonnes = 10_000 * 0.003 * 0.8  # pupils, t each a year, share handed over
    assert furniture_outcome.platforms["tonnes_in"].sum() == pytest.approx(tonnes) == pytest.approx(24)
    stages = furniture_outcome.cost.stages_eur_year
    sales = tonnes * (0.5 * 1500 + 0.3 * 150 - 0.15 * 60)
    assert stages["sales"] == pytest.approx(-sales) == pytest.approx(-18_864)
    assert stages["waste"] == pytest.approx(tonnes * 0.05 * 150) == pytest.approx(180)
    assert stages["support"] == pytest.approx(-tonnes * 100)
    assert stages["roadside"] == pytest.approx(tonnes * 30)
    for guide in furniture.GUIDES.values():
        text = guide.read_text(encoding="utf-8").replace(",", " ")
        assert "18 864" in text
        assert "**24 t" in text


def test_its_results_tell_of_it_alone(furniture_outcome):
    told = results(furniture_outcome, Text("fr"))
    assert told["study"]["chain"] == furniture.NAME
    assert told["study"]["unit"] == "t"
    assert told["platforms"][0]["tonnes_in"] == pytest.approx(24)


def test_the_command_writes_its_page_workbook_and_layers(school_furniture, tmp_path):
    words = ("run", "--study", school_furniture, "--chain", furniture.NAME, "--out", tmp_path)
    done = command(*words)
    assert done.exit_code == 0, done.output
    made = tmp_path / furniture.NAME
    page = (made / "carte.html").read_text(encoding="utf-8")
    for said_there in (
        "Atelier de réparation",
        "Écoles, collèges et lycées",
        "Acheteur de mobilier",
    ):
        assert said_there in page
    assert not re.search(r"chaufferie|plaquette|humidité|MWh|textile", page)  # boards of wood are an output of it
    cells = [
        str(cell)
        for sheet in openpyxl.load_workbook(made / "tableaux.xlsx", read_only=True)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert "Atelier de réparation" in cells
    assert not [cell for cell in cells if re.search(r"chaufferie|plaquette|humidité|MWh", cell, re.IGNORECASE)]
    assert "collection_points" in set(gpd.list_layers(made / "couches.gpkg")["name"])
    told = json.loads((made / "results.json").read_text(encoding="utf-8"))
    assert told["cost"]["stages"]["sales"] == pytest.approx(-18_864)


def test_its_own_words_and_kinds_are_those_of_its_tables(furniture_outcome):
    chain, study = furniture_outcome.chain, furniture_outcome.study
    assert isinstance(chain.settings, chain_settings.PlainChain)
    assert chain.settings.texts["fr"]["stage.platform"] == "Atelier de réparation"
    assert study.kinds.loc["school_furniture", "name_fr"] == "Écoles, collèges et lycées"
    assert set(chain.collection_points["kind"]) == {"school_furniture"}
    assert {parameter.source for _, parameter in chain.parameters} == {"mobilier-hypothesis"}
