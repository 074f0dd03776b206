"""The files of an outcome: every key of the contract, every name escaped, the same bytes for the same input."""

import json
import math
import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

import coopgeo
from coopgeo.cli import WHAT_IFS
from coopgeo.exports import export
from coopgeo.exports.gis_layers import LAYERS, output_layers
from coopgeo.exports.note import NOTE
from coopgeo.exports.results_json import results
from coopgeo.exports.run_files import RUN_FILES
from coopgeo.maps.still import map_files
from coopgeo.words.columns import COMPUTED, column_meaning
from tests.wood_text import wood_text

CONTRACT = {
    "study": {"name", "roads", "chain", "coopgeo", "inputs_sha256"},
    "platforms": {"id", "name", "commune", "lon", "lat", "tonnes_in", "tonnes_out", "units"},
    "objective": {"value_eur_year", "bound_eur_year", "gap", "status"},
    "cost": {"eur_per_t", "eur_per_unit", "stages"},
    "co2": {"kg_per_unit", "avoided_t_year"},
    "jobs": {"fte_low", "fte_high", "insertion_fte"},
    "collection_points": {"id", "name", "tonnes", "minutes_to_platform", "catchment_communes"},
    "alternatives": {"sites", "value_eur_year", "regret"},
}


@pytest.fixture(scope="module")
def folder(outcome, tmp_path_factory):
    return export(outcome, tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def hostile(study, tmp_path_factory):
    """The job with names that would do harm in a page, a formula or a layer."""
    chain = study.chain()
    name = '<script>alert("x")</script> =1+1 \'"&` ${1} {{7*7}} {% x %} {# y #} \\ \u202eأهلا 🌲'
    spoilt = study.with_row("customers", chain.served().index[0], name=name).with_row(
        "candidate_sites", chain.candidate_sites.index[0], name="=cmd()" + name
    )
    spoilt = spoilt.with_row("collection_points", chain.collection_points.index[0], name="x" * 300 + "</div></script>")
    outcome = coopgeo.run(spoilt, required=[chain.candidate_sites.index[0]], alternatives=2)
    return name, export(outcome, tmp_path_factory.mktemp("hostile"))


def numbers(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        return [number for branch in tree for number in numbers(branch)]
    return [tree] if isinstance(tree, float) else []


def test_results_have_every_key_of_the_contract(folder):
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    for key, names in CONTRACT.items():
        rows = found[key] if isinstance(found[key], list) else [found[key]]
        assert rows
        for row in rows:
            assert names <= set(row), key
    assert set(found["cost"]["stages"]) == {"roadside", "inbound", "platform", "outbound", "direct"}
    assert found["warnings"]
    assert found["seconds"]["total"] > 0
    assert all(math.isfinite(number) for number in numbers(found))


def test_the_same_input_gives_the_same_bytes(outcome, folder, study, tmp_path):
    again = export(coopgeo.run(study, what_ifs=WHAT_IFS), tmp_path)
    for name in ("carte.html", "tableaux.xlsx", "couches.gpkg"):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name
    for path in (folder / "geoparquet").iterdir():
        assert (again / "geoparquet" / path.name).read_bytes() == path.read_bytes(), path.name
    first, second = (
        {k: v for k, v in json.loads((f / "results.json").read_text()).items() if k != "seconds"}
        for f in (folder, again)
    )
    assert first == second


def test_the_workbook_opens_and_holds_the_figures(folder, outcome):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    assert book.sheetnames[:5] == ["Sommaire", "Synthèse", "Coût", "Plateformes", "Autres sites"]
    cost = {row[0].value: row for row in book["Coût"].iter_rows(min_row=3)}
    assert cost["Total"][1].value == pytest.approx(outcome.objective.value_eur_year)
    assert cost["Total"][2].value == pytest.approx(outcome.cost.eur_per_unit)
    assert cost["Total"][3].value == pytest.approx(outcome.cost.eur_per_t)
    for column in (1, 2, 3, 4):
        stages = sum(row[column].value for name, row in cost.items() if name != "Total")
        assert cost["Total"][column].value == pytest.approx(stages)
    assert len(list(book["Chaufferies"].iter_rows(min_row=3))) == len(outcome.customers)


def test_the_figures_of_the_summary_are_numbers_with_a_unit(folder, outcome):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    rows = {row[0].value: row for row in book["Synthèse"].iter_rows(min_row=3)}
    assert rows["Coût du bois livré"][1].value == pytest.approx(outcome.cost.eur_per_unit)
    assert rows["Coût du bois livré"][2].value == "€/MWh"
    assert rows["Coût annuel de la filière"][1].value == pytest.approx(outcome.objective.value_eur_year)
    assert rows["Coût annuel de la filière"][3].value == "minimum prouvé du modèle"
    assert all(isinstance(row[1].value, int | float) for row in rows.values() if row[2].value)
    assert outcome.platforms["name"].iloc[0] in rows["Plateforme"][3].value


def test_the_contents_name_every_sheet_and_what_it_holds(folder):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    contents = list(book["Sommaire"].iter_rows(min_row=3))
    assert [row[0].value for row in contents] == book.sheetnames[1:]
    for name, about, rows in ([cell.value for cell in row] for row in contents):
        assert about.endswith(".")
        assert book[name]["A1"].value == about
        assert rows == book[name].max_row - 2
        assert book["Sommaire"].cell(2 + book.sheetnames.index(name), 1).hyperlink.location == f"'{name}'!A1"


def test_tables_of_hundreds_of_rows_come_last(folder):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    long = [sheet.max_row > 100 for sheet in book]
    assert any(long)
    first = long.index(True)
    assert first > book.sheetnames.index("Sources")


def test_a_small_amount_is_not_shown_as_nothing_nor_a_year_as_an_amount(folder):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    for sheet in book:
        for row in sheet.iter_rows(min_row=3):
            for cell in row:
                if isinstance(cell.value, float | int) and abs(cell.value) > 5e-4:
                    digits = len(cell.number_format.partition(".")[2])
                    assert round(cell.value, digits) != 0, (sheet.title, cell.coordinate)
    columns = {column[0].value: column[1:] for column in book["Coûts de récolte"].iter_cols(min_row=2)}
    years = columns["Année du prix"]
    assert {cell.number_format for cell in years} == {"0"}
    assert min(cell.value for cell in years) > 2000


def test_columns_are_as_wide_as_what_stands_in_them_up_to_a_line(folder):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    for sheet in book.worksheets[1:]:
        widths = {at: one.width for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1)}
        for column in sheet.iter_cols(min_row=2):
            width = widths[column[0].column]
            longest = max((len(cell.value) for cell in column[1:] if isinstance(cell.value, str)), default=0)
            assert width >= min(longest, 60), (sheet.title, column[0].value)
            assert width < 62
            for cell in column[1:]:
                if isinstance(cell.value, str) and len(cell.value) > 60:
                    assert cell.alignment.wrap_text


def test_the_layers_open(folder, outcome):
    for name in LAYERS:
        layer = gpd.read_file(folder / "couches.gpkg", layer=name)
        assert len(layer)
        assert layer.crs == "EPSG:2154"
    assert len(gpd.read_file(folder / "couches.gpkg", layer="communes")) == 50


def test_geoparquet_holds_the_same_layers(folder):
    for name in LAYERS:
        layer, same = (
            gpd.read_parquet(folder / "geoparquet" / f"{name}.parquet"),
            gpd.read_file(folder / "couches.gpkg", layer=name),
        )
        assert layer.crs == "EPSG:2154"
        assert set(layer.columns) == set(same.columns)
        assert layer.geometry.reset_index(drop=True).geom_equals(same.geometry.reset_index(drop=True)).all()


def test_every_column_of_a_layer_is_documented(outcome):
    columns = {column for layer in output_layers(outcome).values() for column in layer}
    assert all(column_meaning(column).endswith(".") for column in columns)
    assert set(COMPUTED) <= columns


def test_layers_carry_the_styles_that_qgis_reads(folder, outcome):
    styles = pyogrio.read_dataframe(folder / "couches.gpkg", layer="layer_styles", read_geometry=False).set_index(
        "f_table_name"
    )
    assert set(styles.index) == set(LAYERS)
    assert styles["useAsDefault"].all()
    for name, layer in output_layers(outcome).items():
        root = ET.fromstring(styles.loc[name, "styleQML"])
        expressions = [rule.get("filter", "") for rule in root.iter("rule")] + [
            option.get("value") for option in root.iter("Option") if option.get("name") == "expression"
        ]
        expressions += [f'"{root.find("renderer-v2").get("attr")}"'] if root.find("renderer-v2").get("attr") else []
        expressions += [f'"{style.get("fieldName")}"' for style in root.iter("text-style")]
        assert {field for words in expressions for field in re.findall(r'"(\w+)"', words)} <= set(layer.columns), name
        drawn = {symbol.get("name") for symbol in root.iter("symbol")}
        assert {rule.get("symbol") for rule in root.iter("rule")} | {
            part.get("symbol") for part in root.iter("range")
        } == drawn
    kinds = styles.loc["collection_points", "styleQML"]
    assert all(f"'{kind}'" in kinds for kind in outcome.collection_points["kind"])
    assert "supposé" in kinds


def test_the_workbook_is_made_to_be_read_and_printed(folder, outcome):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B3", sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$2"
        formats = {
            cell.number_format for row in sheet.iter_rows(min_row=3) for cell in row if isinstance(cell.value, float)
        }
        assert all(shown.startswith("[$-40C]#,##0") for shown in formats), sheet.title
    keys = {cell.value for cell in book["Sources"]["A"]}
    for sheet in book.worksheets[1:]:
        for column in sheet.iter_cols(min_row=2):
            if column[0].value == "Source":
                sources = [cell.value for cell in column[1:]]
                if sheet.title == "Bois et autres énergies":
                    assert sources.pop(0) == ""  # its first row is the wood of this answer: no source but the run
                    assert sheet["A3"].value == "Plaquettes livrées, d’après cette étude"
                assert set(sources) - {None} <= keys, sheet.title


def test_the_page_is_small_and_names_no_address(folder):
    html = (folder / "carte.html").read_text(encoding="utf-8")
    assert len(html.encode()) < 2_000_000
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", html)
    assert "url(images" not in html


def test_hostile_names_are_text_in_the_page(hostile):
    _, folder = hostile
    html = (folder / "carte.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert len(re.findall(r"<script[ >]", html)) == html.count("</script>")


def test_hostile_names_are_text_in_the_workbook_and_the_layers(hostile):
    name, folder = hostile
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    site = book["Plateformes"]["A3"]
    assert site.value == "=cmd()" + name
    assert site.data_type == "s"
    assert "=cmd()" + name in set(gpd.read_file(folder / "couches.gpkg", layer="platforms")["name"])
    assert "=cmd()" + name in set(gpd.read_parquet(folder / "geoparquet" / "platforms.parquet")["name"])


def test_a_failed_export_leaves_the_old_files(outcome, folder, monkeypatch, tmp_path):
    target = export(outcome, tmp_path)
    before = {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()}

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr("coopgeo.exports.run_files.write_json", broken)
    with pytest.raises(OSError, match="disk full"):
        export(outcome, tmp_path)
    assert {path.name: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_new_run_clears_its_former_layers_and_keeps_the_note(outcome, tmp_path):
    target = tmp_path / outcome.chain.settings.id
    (target / "geoparquet").mkdir(parents=True)
    (target / "geoparquet" / "gone.parquet").write_text("")
    (target / NOTE).write_text("note")
    export(outcome, tmp_path)
    assert {path.name for path in target.iterdir()} == {*RUN_FILES, NOTE}
    assert not set(RUN_FILES) & {NOTE, *map_files(wood_text("fr"))}
    assert {path.stem for path in (target / "geoparquet").iterdir()} == set(LAYERS)


def test_english_on_request(outcome, tmp_path):
    html = (export(outcome, tmp_path, lang="en") / "carte.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert "Legend and layers" in html
    assert "Couches" not in html


def test_warnings_are_in_words(outcome):
    assert all("{" not in warning for warning in results(outcome, wood_text("en"))["warnings"])


def test_a_row_is_as_high_as_its_wrapped_text(folder):
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    long = [
        cell
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows(min_row=3)
        for cell in row
        if cell.alignment.wrap_text
    ]
    assert long
    for cell in long:
        widths = cell.parent.column_dimensions.values()  # one entry for neighbours of one width
        width = next(one.width for one in widths if one.min <= cell.column <= one.max)
        assert cell.parent.row_dimensions[cell.row].height >= 15 * len(str(cell.value)) / width


def test_cells_of_a_row_begin_on_one_line(folder):
    """What is short stands beside the first line of what is long."""
    book = openpyxl.load_workbook(folder / "tableaux.xlsx")
    cells = [cell for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.alignment.vertical for cell in cells if cell.value is not None} == {"top"}
