"""Own lines in memory, a vehicle from a few values, and the CRS that a network gets."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coopgeo.errors import InputError
from coopgeo.roads import CAR, RoadNetwork, Vehicle, read

HELSINKI = gpd.GeoDataFrame(
    {"NATURE": ["Route", "Route"], "kind": ["primary", "residential"], "SENS": ["Double", "Direct"]},
    geometry=[
        shapely.LineString([(24.90, 60.20), (24.95, 60.20), (24.99, 60.21)]),
        shapely.LineString([(24.95, 60.20), (24.95, 60.22)]),
    ],
    crs="EPSG:4326",
)
COLUMNS = {"columns": {"highway": "kind", "oneway": "SENS"}, "oneway": {"forth": ["Direct"]}}


def test_lines_in_memory_are_those_of_a_file(tmp_path):
    path = tmp_path / "roads.gpkg"
    HELSINKI.to_file(path)
    own = RoadNetwork.from_lines(HELSINKI.rename_geometry("shape"), columns=COLUMNS, spacing_m=0)
    file = read(path, columns=COLUMNS, spacing_m=0)
    assert own.edges.drop(columns="geometry").equals(file.edges.drop(columns="geometry"))
    assert len(own.edges) == 5
    assert own.nodes.geometry.geom_equals_exact(file.nodes.geometry, 1e-6).all()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (HELSINKI, "lines has 1 fault\n  highway: expected the class of each road"),
        (HELSINKI.geometry, "lines: found GeoSeries; expected a GeoDataFrame"),
        (gpd.GeoDataFrame({"highway": ["primary"]}), "found no geometry"),
        (HELSINKI.set_crs(None, allow_override=True).rename(columns={"kind": "highway"}), "found .no CRS."),
        (HELSINKI.rename(columns={"kind": "highway"}).set_geometry(HELSINKI.representative_point()), "found no line"),
    ],
)
def test_lines_that_are_none_are_refused(lines, words):
    with pytest.raises(InputError, match=words):
        RoadNetwork.from_lines(lines)


@pytest.mark.parametrize(
    ("drawn_in", "asked", "got"),
    [
        ("EPSG:4326", None, "EPSG:32635"),
        ("EPSG:3067", None, "EPSG:3067"),  # in metres and true to scale
        ("EPSG:3857", None, "EPSG:32635"),  # in metres, twice too long
        ("EPSG:2154", None, "EPSG:32635"),  # 3 % too long so far from France
        ("EPSG:4326", "EPSG:2154", "EPSG:2154"),
        ("EPSG:4326", 3067, "EPSG:3067"),
    ],
)
def test_the_crs_is_that_of_the_data_unless_it_is_given(drawn_in, asked, got):
    roads = RoadNetwork.from_lines(HELSINKI.to_crs(drawn_in), columns=COLUMNS, crs=asked)
    assert roads.nodes.crs == got
    back = RoadNetwork.from_networkx(roads.to_networkx())
    assert back.nodes.crs == (got if got != "EPSG:2154" else "EPSG:32635")
    if asked is None:
        drawn = roads.edges.geometry.length.to_numpy()
        np.testing.assert_allclose(drawn, roads.edges["length_m"], rtol=2e-3)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2225", "Lambert", 3.5])
def test_a_crs_without_metres_is_refused(crs):
    with pytest.raises(InputError, match=r"crs: found .*expected a CRS in metres"):
        RoadNetwork.from_lines(HELSINKI, columns=COLUMNS, crs=crs)


def test_a_vehicle_is_a_few_values():
    van = Vehicle("van", gross_t=3.5, cost_eur_km=0.4)
    assert (van.name_fr, van.name_en, van.load_unload_h) == ("van", "van", 0.0)
    assert van.speeds_kmh == CAR.speeds_kmh
    roads = RoadNetwork.from_lines(HELSINKI, van, columns=COLUMNS)
    np.testing.assert_allclose(roads.edges["cost_eur"], roads.edges["length_m"] * 0.4 / 1000, atol=1e-6)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"speeds_kmh": {"primary": 50, "residential": 30}}, r"speeds_kmh\[unclassified\]: found .none."),
        ({"speeds_kmh": {**CAR.speeds_kmh, "unclassified": 0}}, r"speeds_kmh\[unclassified\]"),
        ({"speeds_kmh": {"unclassified": 50}}, 'vehicle "van", speeds_kmh: found no speed for primary, residential'),
        ({"speeds_kmh": {**CAR.speeds_kmh, "primary": -5}}, r"speeds_kmh\[primary\]: found -5"),
        ({"speeds_kmh": 50}, "speeds_kmh: found 50; expected a speed for each class"),
        ({"gross_t": 0}, "gross_t: found 0; expected the weight"),
        ({"cost_eur_km": np.nan}, "cost_eur_km: found nan"),
        ({"cost_eur_h": "dear"}, 'cost_eur_h: found "dear"'),
        ({"name_fr": 44}, "name_fr: found 44"),
    ],
)
def test_a_vehicle_that_cannot_drive_is_refused(values, words):
    with pytest.raises(InputError, match=words):
        RoadNetwork.from_lines(HELSINKI, Vehicle("van", **values), columns=COLUMNS)


def test_columns_that_differ_in_case_alone_are_not_guessed_between():
    lines = HELSINKI.assign(Access="no", access="yes")
    with pytest.raises(InputError, match="access: found Access, access; expected one column of this name"):
        RoadNetwork.from_lines(lines, columns=COLUMNS)
