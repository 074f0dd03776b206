"""The main job on a real OpenStreetMap file: a small study in Andorra, planned, exported, and read back."""

import json

import numpy as np
import pytest
from conftest import ROOT
from small_study import write_small_study

import coopgeo
from coopgeo.exports import export
from coopgeo.words.sentences import remark_text
from tests.wood_text import wood_text

MOST_MAP_BYTES = 5_000_000


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("andorra")
    (folder / "processed").mkdir()
    return coopgeo.open_study(write_small_study(ROOT / "data" / "raw", folder / "raw"))


@pytest.fixture
def extract(shared):
    return str(shared / "bench" / "roads" / "andorra.osm.pbf")


def test_the_main_job_runs_unchanged(small, extract, tmp_path):
    outcome = coopgeo.run(small, roads=extract)
    folder = export(outcome, tmp_path)
    told = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert told["study"]["roads"] == "andorra.osm.pbf"
    assert told["objective"]["status"] == "optimal"
    assert sum(told["cost"]["stages"].values()) == pytest.approx(told["objective"]["value_eur_year"], rel=1e-6)
    minutes = [point["minutes_to_platform"] for point in told["collection_points"]]
    assert [minute for minute in minutes if minute is not None]  # a point that sends nothing has none
    assert (folder / "carte.html").stat().st_size < MOST_MAP_BYTES
    assert "atlas schématique" not in (folder / "carte.html").read_text(encoding="utf-8")
    remarks = [remark_text(remark, wood_text("fr")) for remark in outcome.remarks]
    assert any("ne sont pas reliées au reste du réseau" in remark for remark in remarks)


def test_minutes_are_those_of_the_roads(small, extract):
    """What the outcome says of the way to the platform is what the network says, by both engines."""
    outcome = coopgeo.run(small, roads=extract)
    roads, points = small.roads(extract), small.chain().collection_points.sort_index().geometry
    site = small.chain().candidate_sites.geometry.loc[outcome.platforms.index]
    told = outcome.collection_points.sort_index()["minutes_to_platform"].to_numpy()
    sends = np.isfinite(told)
    assert sends.any()
    for engine in ("hierarchy", "dijkstra"):
        minutes = roads.matrix(points, site, engine=engine)[:, 0] / 60
        np.testing.assert_allclose(told[sends], minutes[sends], rtol=1e-6)


def test_the_preparation_is_kept_beside_the_study(small, extract):
    small.roads(extract).matrix(small.chefs_lieux, small.chefs_lieux)
    assert list((small.folder.parent / "processed").rglob("order-*.bin"))


def test_a_village_that_the_roads_do_not_reach_is_named(small, extract):
    """A place ten kilometres off every road of the file is refused by name, before anything is computed."""
    away = small.with_row("customers", "ecole", lon=1.60, lat=42.345)
    with pytest.raises(coopgeo.InputError, match=r'"ecole".*no road within'):
        coopgeo.run(away, roads=extract)


def test_roads_of_another_country_are_refused_in_one_line(study, extract):
    with pytest.raises(
        coopgeo.InputError, match=r"found roads between 1\.4. and 1\.7. east.*expected roads of the communes"
    ):
        study.roads(extract)
