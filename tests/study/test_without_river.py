"""A territory without a river, and one whose river is a surface: opened, run and drawn like any other."""

import json

import pytest
from conftest import ROOT
from small_study import write_small_study

import coopgeo
from coopgeo.exports import export
from coopgeo.maps.basemap import drawn_rivers


@pytest.fixture
def folder(tmp_path):
    return write_small_study(ROOT / "data" / "raw", tmp_path / "study")


def without_column(path, name):
    header, *rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    at = header.index(name)
    path.write_text("".join(",".join(row[:at] + row[at + 1 :]) + "\n" for row in (header, *rows)), encoding="utf-8")


def test_no_river_no_bank_no_crossing(folder):
    (folder / "territory" / "seine.geojson").unlink()
    settings = folder / "study.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('["territory/seine.geojson"]', "[]"), encoding="utf-8"
    )
    without_column(folder / "territory" / "communes.csv", "bank")
    for name in ("junctions", "axes", "crossings"):
        path = folder / "roads" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    study = coopgeo.open_study(folder)
    assert study.barrier is None
    assert set(study.communes["bank"]) == {""}
    outcome = coopgeo.run(study, alternatives=0)
    page = (export(outcome, folder / "out") / "carte.html").read_text(encoding="utf-8")
    assert '"Ponts et bacs"' in page


def test_a_surface_is_drawn_as_one_and_bars_the_roads(folder):
    path = folder / "territory" / "seine.geojson"
    ring = [[1.79, 42.339], [1.41, 42.339], [1.41, 42.341], [1.79, 42.341], [1.79, 42.339]]
    layer = json.loads(path.read_text(encoding="utf-8"))
    layer["features"][0] |= {
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"of_fr": "du Riu", "of_en": "of the Riu"},
    }
    path.write_text(json.dumps(layer), encoding="utf-8")
    study = coopgeo.open_study(folder)
    assert (drawn_rivers(study).area > 0).all()
    assert study.barrier.geom_type == "LineString"
    assert study.roads().edges.intersects(study.barrier).sum() == 2  # the bridge, both ways
    page = (export(coopgeo.run(study, alternatives=0), folder / "out") / "carte.html").read_text(encoding="utf-8")
    assert '"Ponts et bacs du Riu"' in page


@pytest.mark.parametrize(("former", "bank"), [("seine_bank", "right"), ("bank", "right"), ("note", "")])
def test_the_bank_may_bear_its_former_name(folder, former, bank):
    path = folder / "territory" / "communes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("area_ha,bank", f"area_ha,{former}"), encoding="utf-8")
    assert set(coopgeo.open_study(folder).communes["bank"]) == {bank}
