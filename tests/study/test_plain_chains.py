"""What is said of a chain of a plain material that is spoilt: what is wrong with it, once, in French too."""

import re
import tomllib

import openpyxl
import pytest

from coopgeo.errors import InputError
from coopgeo.study import open_study, write_workbook
from coopgeo.study.settings import ScenarioSettings
from coopgeo.text import Text
from coopgeo.text.messages import said

TEXTILE, ORGANIC = "chains/textile", "chains/organic"


def spoil(path, words, others):
    """Write other words in place of some that stand in a file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(words) == 1, words
    path.write_text(text.replace(words, others), encoding="utf-8")


def lines(folder, lang="fr"):
    """The faults of a study, with plain spaces and without the heading."""
    with pytest.raises(InputError) as error:
        open_study(folder)
    return [re.sub(r"[\u00a0\u202f]", " ", line).strip() for line in said(error.value, lang).splitlines()[1:]]


TOML = {
    "lacking": ('fr = "Textile"\n', "", "fr: expected this entry"),
    "unknown": ('flow = "push"', 'flow = "push"\ncolour = "red"', "an entry that is known"),
    "no TOML": ('unit = "t"', "unit = t", 'texts in quotes: name = "text"'),
    "no TOML, material spoilt": ('material = "plain"', "material = plain", 'texts in quotes: name = "text"'),
    "no TOML, material left out": (
        'material = "plain"\nflow = "push"',
        "flow = push",
        'texts in quotes: name = "text"',
    ),
    "of no material": ('material = "plain"', 'material = "textile"', 'found "textile"; expected one of wood, plain'),
    "nor a word": ('material = "plain"', "material = 3", "found 3; expected one of wood, plain"),
    "material left out": ('material = "plain"\nflow = "push"', 'flow = "pushes"', "expected one of pull, push"),
}


@pytest.mark.parametrize(("words", "others", "expected"), TOML.values(), ids=TOML.keys())
def test_one_fault_of_the_settings_brings_no_faults_of_tables(folder, words, others, expected):
    spoil(folder / TEXTILE / "chain.toml", words, others)
    (fault,) = lines(folder, "en")
    assert fault.startswith("chains/textile/chain.toml: ")
    assert expected in fault


def test_a_chain_whose_entries_are_of_a_plain_one_need_not_say_so(folder):
    spoil(folder / TEXTILE / "chain.toml", 'material = "plain"\n', "")
    assert open_study(folder).chain("textile").settings.pushes


def test_the_tables_of_a_plain_chain_are_checked_by_its_own_even_with_spoilt_settings(folder):
    spoil(folder / TEXTILE / "chain.toml", 'fr = "Textile"\n', "")
    spoil(folder / TEXTILE / "outlets.csv", "400,680,900,€/t", "400,beaucoup,900,€/t")
    assert ["beaucoup" in fault for fault in lines(folder)] == [False, True]


def test_a_workbook_of_a_material_that_is_none_has_one_fault(folder, tmp_path):
    path = write_workbook(open_study(folder), tmp_path / "study.xlsx", lang="fr")
    book = openpyxl.load_workbook(path)
    pushes = Text("fr")("flow.push")
    sheets = [sheet for sheet in book if any(row[1:2] == (pushes,) for row in sheet.iter_rows(values_only=True))]
    (cell,) = [row[1] for row in sheets[0].iter_rows() if row[3].value == "material"]
    cell.value = "textile"
    book.save(path)
    (fault,) = lines(path, "en")
    assert 'found "textile"; expected one of wood, plain' in fault


LIMIT = '\n[limits]\ninbound_min = 60\nsource = "planning-hypothesis"\nstatus = "assumed"\n'
BASIS = 'basis = "population"'
COPY = "insee,population,source,status\n76114,11618,planning-hypothesis,assumed\n"
SPOILT = {
    "a plant without a fee": (
        "textile/candidate_sites.csv",
        ("assumed,150,500", "assumed,,500"),
        "ce que l’installation demande par tonne, 0 ou plus, puisque son type est « existing_plant »",
    ),
    "a room without a fee": (
        "textile/candidate_sites.csv",
        ("22,assumed,,,'9,7 ha", "22,assumed,,500,'9,7 ha"),
        "ce que l’installation demande par tonne, 0 ou plus, puisque plant_t_year dit ce qu’elle prend",
    ),
    "a fee below 0": ("textile/candidate_sites.csv", ("assumed,150,500", "assumed,-5,500"), "attendu : 0 ou plus"),
    "a text to count from": (
        "textile/chain.toml",
        (BASIS, 'basis = "kind"'),
        "trouvé « kind » ; attendu : un de ceux-ci : population, area_ha",
    ),
    "a place to count from": (
        "textile/chain.toml",
        (BASIS, 'basis = "lon"'),
        "trouvé « lon » ; attendu : un de ceux-ci : population, area_ha",
    ),
    "straight beside rounds": (
        "organic/chain.toml",
        ("\n[products.fruit]", "\ndirect = true\n[products.fruit]"),
        "products.vegetables.direct : attendu : pas de direct = true avec rounds.outbound",
    ),
    "a limit within rounds": (
        "textile/chain.toml",
        ("\n[rounds.inbound]", f"{LIMIT}\n[rounds.inbound]"),
        "limits.inbound_min : trouvé 60 ; attendu : pas de limite",
    ),
    "kilograms": (
        "textile/resources.csv",
        ("0.0031,0.0042,0.006,t/habitant/an", "3.1,4.2,6,kg/habitant/an"),
        "trouvé « kg/habitant/an » ; attendu : des tonnes, dans l’unité et dans les nombres : 4,2 kg font 0,0042 t",
    ),
    "two demands": (
        "organic/customers.csv",
        ("served,,130122", "served,12,130122"),
        "trouvé 12 et 130122 ; attendu : l’un des deux seulement",
    ),
    "a rival as outlet": (
        "textile/customers.csv",
        (",49.487,served,,,,,,assumed,Débouché", ",49.487,competitor,,,,,,assumed,Débouché"),
        "trouvé « friperies-export » ; attendu : l’identifiant d’un client",
    ),
}


@pytest.mark.parametrize(("file", "words", "expected"), SPOILT.values(), ids=SPOILT.keys())
def test_what_cannot_be_is_said_once(folder, file, words, expected):
    spoil(folder / "chains" / file, *(one.replace("'9,7", '"9,7') for one in words))
    (fault,) = lines(folder)
    assert expected in fault


def test_an_output_may_not_be_called_as_what_the_outputs_leave(folder):
    spoil(folder / TEXTILE / "chain.toml", "[outputs.recovery]", "[outputs.waste]")
    fault = lines(folder)[0]
    assert "outputs.waste : trouvé « waste » ; attendu : un autre identifiant, par exemple « residues »" in fault


def test_a_fee_on_a_site_of_another_kind_is_one_of_a_plant(folder):
    spoil(folder / TEXTILE / "candidate_sites.csv", '22,assumed,,,"9,7 ha', '22,assumed,12,500,"9,7 ha')
    assert open_study(folder).chain("textile").candidate_sites.loc["grande-campagne-est", "gate_fee_eur_t"] == 12


def test_a_column_of_its_own_may_not_hide_one_of_the_territory(folder):
    (folder / TEXTILE / "basis_by_commune.csv").write_text(COPY, encoding="utf-8")
    (fault,) = lines(folder)
    assert "population" in fault
    assert "un nom qu’aucune colonne de communes.csv ni de forest_by_commune.csv ne porte" in fault


@pytest.mark.parametrize("rows", [0, None], ids=["no row", "no file"])
def test_a_chain_that_pushes_has_an_outlet(folder, rows):
    path = folder / TEXTILE / "outlets.csv"
    head = path.read_text(encoding="utf-8").splitlines()[0]
    path.unlink() if rows is None else path.write_text(f"{head}\n", encoding="utf-8")
    (fault,) = lines(folder)
    assert "un tableau sans débouché qui prenne quoi que ce soit ; attendu : au moins une ligne" in fault


def test_who_is_no_customer_any_more_is_held_against_the_outlets(folder):
    study = open_study(folder)
    outlets = list(dict.fromkeys(study.chain("textile").outlets["customer"]))
    aside = study.changed({"customers": {outlets[0]: {"role": "shown"}}}, chain="textile")
    assert outlets[0] not in aside.chain("textile").served().index
    with pytest.raises(InputError, match="no outlet that takes anything"):
        study.changed({"customers": {id: {"role": "shown"} for id in outlets}}, chain="textile")
    with pytest.raises(InputError, match=r"outlets\.csv: "):
        study.changed({"customers": {outlets[0]: {"role": "competitor"}}}, chain="textile")


def test_a_share_that_is_none_is_told_how_it_is_written(folder):
    spoil(
        folder / ORGANIC / "resources.csv",
        "0.3,0.6,0.9,part,,organic-hypothesis,assumed\nfruit,grown",
        "30,60,90,,,organic-hypothesis,assumed\nfruit,grown",
    )
    assert any("30 % s’écrivant 0,30" in fault for fault in lines(folder))


def test_a_scenario_may_be_named_in_french_alone(folder):
    path = folder / TEXTILE / "scenarios.toml"
    spoil(path, 'en = "Platform of the territory alone"\n', "")
    spoil(path, 'why_en = "What sorting at home would cost, without the plants that exist."\n', "")
    scenario = ScenarioSettings(**tomllib.loads(path.read_text(encoding="utf-8"))).scenarios["own-platform"]
    assert (scenario.en, scenario.why_en) == (scenario.fr, scenario.why_fr)
    assert scenario.why_fr.startswith("Ce que coûterait")
