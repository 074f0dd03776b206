"""A whole study as one workbook: nothing is lost on the way there and back, and mistakes are told by sheet."""

import json
import re
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
from conftest import PATIENCE_S, ROOT, needs
from small_study import CHAIN, write_small_study

import coopgeo
from coopgeo.errors import InputError
from coopgeo.study import write_workbook
from coopgeo.study.workbook import titles
from coopgeo.study.workbook_read import layers_of
from coopgeo.text import LANGS, Text
from coopgeo.text.messages import said
from tests.wood_text import wood_text

OFFICE = shutil.which("soffice")
NOTES = 'id;nom du contact;=1+1;vide\necole;"Mme Petit, 02 35";0,50;\npiscine;007;"deux\nlignes";\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study with what a planner adds: columns of notes, a figure of seventeen digits, a long boundary."""
    folder = write_small_study(ROOT / "data" / "raw", tmp_path_factory.mktemp("study") / "raw")
    customers = folder / CHAIN / "customers.csv"
    table, notes = (
        pd.read_csv(customers, dtype=str, keep_default_na=False),
        pd.read_csv(pd.io.common.StringIO(NOTES), sep=";", dtype=str, keep_default_na=False),
    )
    table = table.merge(notes, on="id")
    table.loc[0, "power_kw"] = "200.00000000000003"
    table.to_csv(customers, index=False)
    path = folder / "territory" / "communes.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    layer["features"][0]["properties"] |= {"note": "à deux  pas, «\u00a0là\u00a0»", "many": [1, 2.5, None]}
    ring = layer["features"][1]["geometry"]["coordinates"][0]
    (west, south), (east, _) = ring[0], ring[1]
    steps = 3_000
    ring[1:1] = [[west + (east - west) * step / steps, south] for step in range(1, steps)]
    path.write_text(json.dumps(layer), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def study(folder):
    return coopgeo.open_study(folder)


@pytest.fixture(scope="module")
def workbook(study, tmp_path_factory):
    return write_workbook(study, tmp_path_factory.mktemp("workbook") / "dossier.xlsx")


def assert_same(study, other):
    assert other.inputs.settings == study.inputs.settings
    assert other.inputs.chains == study.inputs.chains
    assert other.inputs.tables.keys() == study.inputs.tables.keys()
    for path, table in study.inputs.tables.items():
        pd.testing.assert_frame_equal(other.inputs.tables[path], table, check_exact=True, obj=path)
    assert layers_of(other.folder) == layers_of(study.folder)
    pd.testing.assert_frame_equal(pd.DataFrame(other.communes), pd.DataFrame(study.communes))
    pd.testing.assert_frame_equal(pd.DataFrame(other.rivers), pd.DataFrame(study.rivers))


@pytest.mark.parametrize("rivers", [[], ["river-2"], ["river", "river-2"]])
def test_the_rivers_of_a_study_come_back(tmp_path, rivers):
    folder = write_small_study(ROOT / "data" / "raw", tmp_path / "raw")
    drawn, settings = folder / "territory" / "seine.geojson", folder / "study.toml"
    files = [f"territory/{name}.geojson" for name in rivers]
    for file in files:
        layer = json.loads(drawn.read_text(encoding="utf-8"))
        layer["features"][0]["properties"]["name"] = file
        (folder / file).write_text(json.dumps(layer), encoding="utf-8")
    drawn.unlink()
    words = settings.read_text(encoding="utf-8").replace('["territory/seine.geojson"]', json.dumps(files))
    settings.write_text(words, encoding="utf-8")
    study = coopgeo.open_study(folder)
    assert len(study.rivers) == len(rivers)
    book = write_workbook(study, tmp_path / "dossier.xlsx")
    assert_same(study, coopgeo.open_study(book))
    sheets = [title for title in openpyxl.load_workbook(book, read_only=True).sheetnames if "Cours d’eau" in title]
    assert len(sheets) == len(rivers)


def test_a_study_comes_back_as_it_was(study, workbook, tmp_path):
    back = coopgeo.open_study(workbook)
    assert_same(study, back)
    assert back.folder == workbook
    again = write_workbook(back, tmp_path / "again.xlsx")
    assert_same(study, coopgeo.open_study(again))


def test_a_study_comes_back_from_a_workbook_in_english(study, tmp_path):
    assert_same(study, coopgeo.open_study(write_workbook(study, tmp_path / "file.xlsx", lang="en")))


def test_a_study_comes_back_from_libreoffice(study, workbook, tmp_path):
    needs(OFFICE is not None, "LibreOffice (Debian: libreoffice-calc)")
    command = [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(workbook)]
    subprocess.run(command, check=True, timeout=PATIENCE_S, capture_output=True)
    saved = tmp_path / workbook.name
    assert saved.read_bytes() != workbook.read_bytes()
    assert_same(study, coopgeo.open_study(saved))


def test_the_workbook_gives_the_same_results(study, workbook):
    there, back = (coopgeo.run(one, alternatives=1) for one in (study, coopgeo.open_study(workbook)))
    assert back.solution.value == there.solution.value
    assert list(back.platforms["name"]) == list(there.platforms["name"])
    assert back.cost == there.cost


def test_what_was_changed_in_python_stands_in_the_workbook(study, tmp_path):
    changed = study.with_values(delivered_moisture=0.25)
    back = coopgeo.open_study(write_workbook(changed, tmp_path / "changed.xlsx"))
    assert back.chain().parameters.delivered_moisture.value == 0.25
    assert back.inputs.chains == changed.inputs.chains


def test_two_chains_have_sheets_of_their_own(folder, tmp_path):
    two = shutil.copytree(folder, tmp_path / "raw")
    names = ["wood-energy", *(f"a-chain-with-a-long-name-{which}" for which in ("one", "two"))]
    for name in names[1:]:
        other = shutil.copytree(folder / CHAIN, two / "chains" / name)
        text = (other / "chain.toml").read_text(encoding="utf-8")
        (other / "chain.toml").write_text(text.replace('id = "wood-energy"', f'id = "{name}"'), encoding="utf-8")
    study = coopgeo.open_study(two)
    assert sorted(study.chains) == sorted(names)
    assert_same(study, coopgeo.open_study(write_workbook(study, tmp_path / "two.xlsx")))


def test_titles_of_sheets_are_short_and_no_two_alike():
    files = [f"chains/{'x' * 40}{at}/customers.csv" for at in range(12)] + ["a/Sources.csv", "sources.csv"]
    found = list(titles(files, Text("fr")).values())
    assert len({title.casefold() for title in found}) == len(files)
    assert max(map(len, found)) <= 31


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_planner_sees(study, tmp_path, lang):
    book = openpyxl.load_workbook(write_workbook(study, tmp_path / "dossier.xlsx", lang=lang))
    text = wood_text(lang)
    page = book[text("table.customers")]
    header = {cell.value: cell for cell in page[1]}
    power, status = header[text("column.power_kw")], header[text("column.status")]
    assert "(kW)" in power.value
    assert "power_kw" in power.comment.text
    assert "`" not in power.comment.text
    assert page.cell(2, status.column).value == text("status.assumed")
    rules = {next(iter(rule.sqref.ranges)).min_col: rule for rule in page.data_validations.dataValidation}
    words = ",".join(text(f"status.{one}") for one in ("attested", "computed", "assumed"))
    assert rules[status.column].formula1 == f'"{words}"'
    assert text("table.sources") in rules[header[text("column.source")].column].formula1
    assert text("table.communes") in rules[header[text("column.insee")].column].formula1
    assert rules[power.column].type == "decimal"
    assert book.sheetnames[0] == text("table.contents")
    links = {cell.value for cell in book.worksheets[0]["A"]}
    assert set(book.sheetnames[1:]) <= links


def test_every_file_has_a_title_in_both_languages(study, tmp_path):
    for lang in LANGS:
        names = openpyxl.load_workbook(write_workbook(study, tmp_path / f"{lang}.xlsx", lang=lang)).sheetnames
        assert len(names) > 20
        assert all(re.match("[A-ZÀ-Ý]", name) for name in names), names


CUSTOMERS, SETTINGS, ASSUMPTIONS = "Chaufferies et usines", "Réglages", "Hypothèses"
MISTAKES = [
    (CUSTOMERS, "H3", "30O", "ligne 3 (id « piscine »), Puissance bois (kW) (power_kw) : trouvé « 30O »"),
    (CUSTOMERS, "V2", "incertain", "ligne 2 (id « ecole »), Statut (status) : trouvé « incertain »"),
    (CUSTOMERS, "D2", "99999", "ligne 2 (id « ecole »), Code INSEE (insee) : trouvé « 99999 »"),
    (CUSTOMERS, "U2", "inconnue", "ligne 2 (id « ecole »), Source (source) : trouvé « inconnue »"),
    (ASSUMPTIONS, "E3", "beaucoup", "ligne 3 (id « near_min »), Valeur : trouvé « beaucoup »"),
    (ASSUMPTIONS, "E3", "32.000", "ligne 3 (id « near_min »), Valeur : trouvé « 32.000 »"),
    (ASSUMPTIONS, "E3", "42 %", "ligne 3 (id « near_min »), Valeur : trouvé « 42 % »"),
    (ASSUMPTIONS, "E3", "1_000", "ligne 3 (id « near_min »), Valeur : trouvé « 1_000 »"),
    (ASSUMPTIONS, "D3", 900, "ligne 3 (id « near_min »)"),
    (SETTINGS, "B2", None, "ligne 2 (id « Nom »), Valeur"),
    (SETTINGS, "D2", "couleur", "ligne 2 (id « Nom »), Valeur"),
    ("Notes des mots", "C3", 4, "ligne 3 (id « hazard »), Note (0 à 1) : trouvé 4 ;"),
    ("Produits", "D2", "surfaces", "ligne 2 (id « forest-broadleaf »), Compté à partir de : trouvé « surfaces »"),
    ("Contours", "B4", '{"type":', "ligne 4 (id « 90002 Encamp »), Contour (GeoJSON) (geojson)"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "words"), MISTAKES)
def test_a_mistake_is_told_by_sheet_row_and_french_heading(workbook, tmp_path, sheet, cell, value, words):
    def change(book):
        book[sheet][cell] = value

    with pytest.raises(InputError) as raised:
        coopgeo.open_study(spoilt(workbook, tmp_path / "spoilt.xlsx", change))
    assert f"feuille « {sheet} » : {words}" in plain(raised.value)


def row_again(book):
    sheet = book[ASSUMPTIONS]
    sheet.append([cell.value for cell in sheet[3]])


def entry_again(book):
    sheet = book[SETTINGS]
    sheet.append([cell.value for cell in sheet[3]])


def heading_again(book):
    sheet = book[ASSUMPTIONS]
    sheet.cell(sheet["E3"].row - 2 if sheet["E1"].value == "Valeur" else 2, sheet.max_column + 1, "Valeur")


def file_again(book):
    sheet = book.worksheets[0]
    row = next(row for row in sheet.iter_rows() if any(cell.value == "sources.csv" for cell in row))
    sheet.append([cell.value for cell in row])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (row_again, f"feuille « {ASSUMPTIONS} » : ligne"),
        (entry_again, f"feuille « {SETTINGS} » : ligne"),
        (heading_again, f"feuille « {ASSUMPTIONS} » : Valeur"),
        (file_again, "trouvé plusieurs feuilles pour sources.csv"),
    ],
)
def test_what_stands_twice_is_told_and_not_guessed(workbook, tmp_path, change, words):
    with pytest.raises(InputError) as raised:
        coopgeo.open_study(spoilt(workbook, tmp_path / "spoilt.xlsx", change))
    lines = [line for line in plain(raised.value).splitlines() if words in line]
    assert len(lines) == 1
    assert "une seule fois ; supprimez l’autre" in lines[0]


def plain(error):
    return said(error, "fr").replace("\u00a0", " ").replace("\u202f", " ")


def spoilt(workbook, path, change):
    book = openpyxl.load_workbook(workbook)
    change(book)
    book.save(path)
    return path


def rename(book):
    book["Communes"].title = "Les communes"


def cut(book):
    book["Contours"].delete_rows(2, 9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.remove(book[ASSUMPTIONS]), "Hypothèses : attendu : cette feuille"),
        (rename, "Communes : trouvé des feuilles d’un autre nom : Les communes"),
        (lambda book: book.remove(book["Sommaire"]), "attendu : une feuille « Sommaire »"),
        (lambda book: book["Sommaire"].delete_rows(10), "attendu : une feuille pour study.toml, et son nom"),
        (cut, "feuille « Contours » : attendu : une ligne qui dit ce qu’est la couche"),
    ],
)
def test_what_is_lacking_is_named(workbook, tmp_path, change, words):
    with pytest.raises(InputError) as raised:
        coopgeo.open_study(spoilt(workbook, tmp_path / "spoilt.xlsx", change))
    assert words in plain(raised.value)


def retype(book):
    """What a spreadsheet makes of what a planner types: numbers as texts, codes as numbers, dates, capitals, spaces."""
    page = book[CUSTOMERS]
    page["D2"], page["E2"], page["V2"], page["H3"] = 90001, "1.5218", " Supposé", "300"
    page["C3"] = "piscine"
    book[SETTINGS]["B4"] = pd.Timestamp("2026-11-22").to_pydatetime()
    book[SETTINGS]["B6"] = 999999999
    book[SETTINGS]["B7"] = "1,4 42,3 ; 1,8; 42,66"
    page = book[ASSUMPTIONS]
    (row,) = [cell.row for cell in page["A"] if cell.value == "delivered_moisture"]
    page[f"J{row}"], page[f"E{row}"], page[f"F{row}"] = "SUPPOSÉ", "0,3", "30 %"


def test_what_a_spreadsheet_makes_of_cells_is_read(study, workbook, tmp_path):
    back = coopgeo.open_study(spoilt(workbook, tmp_path / "retyped.xlsx", retype))
    assert back.inputs.settings == study.inputs.settings
    assert back.inputs.chains == study.inputs.chains
    pd.testing.assert_frame_equal(back.chain().customers, study.chain().customers)


def add(book):
    page = book[CUSTOMERS]
    new = [cell.value for cell in page[2]]
    page.append(["college", "Collège", *new[2:]])
    page.cell(1, 30, "À rappeler")


def test_a_row_and_a_column_more(workbook, tmp_path):
    back = coopgeo.open_study(spoilt(workbook, tmp_path / "more.xlsx", add))
    assert list(back.chain().customers.index) == ["ecole", "piscine", "college"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("dossier.ods", "un nom qui finit par .xlsx"), ("dossier.xlsx", "il y a déjà quelque chose")],
)
def test_a_workbook_is_written_to_a_new_file_of_its_kind(study, tmp_path, name, words):
    (tmp_path / "dossier.xlsx").write_bytes(b"work")
    with pytest.raises(InputError) as raised:
        write_workbook(study, tmp_path / name)
    assert words in plain(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["dossier.xlsx"]
    assert (tmp_path / "dossier.xlsx").read_bytes() == b"work"


def test_a_cell_that_no_spreadsheet_takes_is_named(study, tmp_path):
    changed = study.changed({"customers": {"ecole": {"note": "x" * 40_000}}})
    with pytest.raises(InputError, match=r"Chaufferies et usines, Remarque, row 2: found 40000 letters"):
        write_workbook(changed, tmp_path / "long.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere.xlsx", None, "coopgeo workbook"),
        ("empty.xlsx", b"", "un classeur abîmé"),
        ("text.xlsx", b"id;name\n", "un classeur abîmé"),
        ("study.ods", b"PK", "un fichier qui n’est pas un classeur .xlsx"),
    ],
)
def test_what_is_no_workbook_is_said(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as raised:
        coopgeo.open_study(tmp_path / name)
    assert words in plain(raised.value)


def several_mistakes(book):
    rename(book)
    book.remove(book["Sources"])
    book[CUSTOMERS]["H3"] = "30O"
    cut(book)


def test_a_lacking_sheet_hides_no_other_fault(workbook, tmp_path):
    with pytest.raises(InputError) as raised:
        coopgeo.open_study(spoilt(workbook, tmp_path / "spoilt.xlsx", several_mistakes))
    words = plain(raised.value)
    assert words.splitlines()[0].endswith("4 fautes")
    assert "Communes : trouvé des feuilles d’un autre nom : Les communes ; attendu : cette feuille" in words
    assert "si c’est la feuille « Les communes », renommez-la « Communes »" in words
    assert "Sources : trouvé des feuilles d’un autre nom : Les communes ; attendu : cette feuille" in words
    assert "ligne 3 (id « piscine »), Puissance bois (kW) (power_kw) : trouvé « 30O »" in words
    assert "feuille « Contours » : attendu : une ligne qui dit ce qu’est la couche" in words


@pytest.mark.parametrize("lang", LANGS)
def test_a_note_that_is_called_as_a_heading_comes_back(folder, tmp_path, lang):
    noted = shutil.copytree(folder, tmp_path / "raw")
    customers = noted / CHAIN / "customers.csv"
    table = pd.read_csv(customers, dtype=str, keep_default_na=False)
    table.insert(1, "Nom", "à moi")
    table.assign(**{"Name ": "mine", "Puissance bois": "12"}).to_csv(customers, index=False)
    study = coopgeo.open_study(noted)
    assert set(study.inputs.tables[f"{CHAIN}/customers"]["Nom"]) == {"à moi"}
    assert_same(study, coopgeo.open_study(write_workbook(study, tmp_path / "dossier.xlsx", lang=lang)))


def test_a_study_that_says_nothing_of_rivers_comes_back_so(tmp_path):
    folder = write_small_study(ROOT / "data" / "raw", tmp_path / "raw")
    (folder / "territory" / "seine.geojson").unlink()
    settings = folder / "study.toml"
    lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("barriers")]
    settings.write_text("\n".join(lines), "utf-8")
    study = coopgeo.open_study(folder)
    assert study.settings.barriers is None
    assert_same(study, coopgeo.open_study(write_workbook(study, tmp_path / "dossier.xlsx")))
