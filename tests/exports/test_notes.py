"""Columns that a planner keeps for notes, whatever their names, in the layers of a run."""

import pandas as pd
import pyogrio
import pytest
from conftest import ROOT
from small_study import write_small_study

import coopgeo
from coopgeo.exports.gis_layers import output_layers, write_geoparquet, write_layers
from coopgeo.exports.notes import with_free_names
from tests.wood_text import wood_text

HOSTILE = [
    "fid", "FID", "ogc_fid", "rowid", "geometry", "Geometry", "geom", "score", "Excluded", "index", "Index", "ID",
    "self", "tonnes", "platform", "commune", "size", "chef_lieu", "available_kept_t", "forest_note", "minutes",
    "level_0", "row", "crs", 'a"b', "à voir", "n" * 80 + "1", "n" * 80 + "2", "geometry_note",
]  # fmt: skip


@pytest.fixture(scope="module")
def noted(tmp_path_factory):
    """An outcome of the small study whose tables all have these columns."""
    folder = write_small_study(ROOT / "data" / "raw", tmp_path_factory.mktemp("noted") / "study")
    for path in folder.rglob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        names = [name for name in HOSTILE if name not in table.columns]
        notes = pd.DataFrame({name: f"note {at}" for at, name in enumerate(names)}, index=table.index)
        table.join(notes).to_csv(path, index=False)
    return coopgeo.run(coopgeo.open_study(folder), alternatives=0)


def test_notes_do_not_reach_what_is_computed(noted):
    assert not set(noted.chain.candidate_sites.columns) & {"fid", "score", "self", "row"}
    assert "forest_note" not in noted.study.communes.columns


def test_layers_hold_the_notes_under_names_that_are_free(noted, tmp_path):
    write_layers(noted, tmp_path / "couches.gpkg", wood_text("fr"))
    (tmp_path / "parquet").mkdir()
    write_geoparquet(noted, tmp_path / "geo")
    for name, layer in output_layers(noted).items():
        written = pyogrio.read_dataframe(tmp_path / "couches.gpkg", layer=name)
        assert len(written) == len(layer)
        assert sorted(written.columns) == sorted(layer.columns)
        assert layer.columns.str.casefold().is_unique
    sites = pyogrio.read_dataframe(tmp_path / "couches.gpkg", layer="candidate_sites").set_index("id")
    assert sites["fid_note"].tolist() == sites["fid_note"].tolist() == ["note 0"] * 2
    assert sites["score"].dtype.kind == "f"
    assert set(sites["score_note"]) == {f"note {HOSTILE.index('score')}"}
    assert set(sites["à voir"]) == {f"note {HOSTILE.index('à voir')}"}


def test_a_name_is_kept_unless_it_is_taken():
    notes = pd.DataFrame([range(6)], columns=["owner", "Name", "name", "FID", " \x00", "w" * 70])
    names = with_free_names(notes, ["name"]).columns.tolist()
    assert names == ["owner", "Name_note", "name_note1", "FID_note", "note", "w" * 60]


def test_more_notes_than_a_layer_holds_are_left_out(noted, monkeypatch):
    monkeypatch.setattr("coopgeo.exports.notes._MOST", 2)
    assert [name for name in output_layers(noted)["customers"] if name.endswith("_note")] == ["fid_note"]


def test_communes_bear_their_codes(noted):
    assert output_layers(noted)["communes"]["insee"].tolist() == list(noted.study.territory.index)


def test_qgis_shows_the_columns_in_words(noted, tmp_path):
    write_layers(noted, tmp_path / "couches.gpkg", wood_text("fr"))
    styles = pyogrio.read_dataframe(tmp_path / "couches.gpkg", layer="layer_styles").set_index("f_table_name")
    assert '<alias field="minutes" index="9" name="Trajet (min)"' in styles.loc["flows", "styleQML"]
    assert 'styleCategories="Symbology|Labeling|Fields"' in styles.loc["flows", "styleQML"]
