"""Boundaries as QGIS, publishers and spreadsheets leave them: read for what they are, or named."""

import json

import geopandas as gpd
import pytest
from conftest import ROOT
from small_study import write_small_study

import coopgeo
from coopgeo.errors import InputError
from coopgeo.study.boundaries import insee_code
from study.layers import boundaries, feature, parishes, square


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("76114", "76114"),
        (76114, "76114"),
        (76114.0, "76114"),
        (1001, "01001"),
        ("1001", "01001"),
        ("76 114 ", "76114"),
        ("\uff12a004", "2A004"),  # a digit of full width
        ("2b033", "2B033"),
        ("", None),
        (" ", None),
        (None, None),
        (True, None),
        (76114.5, None),
        (float("nan"), None),
        (["76114"], None),
    ],
)
def test_a_code_is_read_whatever_it_was_saved_as(value, code):
    assert insee_code(value) == code


def areas_km2(tmp_path, content):
    shapes, said = boundaries(tmp_path, content)
    assert said == ""
    assert shapes.is_valid.all()
    return shapes.area / 1e6


def test_parts_of_a_commune_are_one_boundary(tmp_path):
    whole = areas_km2(tmp_path, parishes())
    parts = areas_km2(tmp_path, [*parishes(), feature(square(1.0, 42.4), insee="90001")])
    assert 90 < parts["90001"] - whole["90001"] < 93  # a tenth of a degree each way, at 42.45 degrees north
    assert parts.drop("90001").equals(whole.drop("90001"))


def test_a_commune_that_stands_twice_is_read_once(tmp_path):
    assert areas_km2(tmp_path, [*parishes(), parishes()[0]]).equals(areas_km2(tmp_path, parishes()))


def test_two_boundaries_of_a_commune_are_named(tmp_path):
    _, said = boundaries(tmp_path, [*parishes(), feature(square(1.5, 42.5), insee="90001")])
    assert said.startswith('id "90001": found features 1 and 5, which lie over one another')


@pytest.mark.parametrize("key", ["INSEE", "INSEE_COM", "code", "codgeo", "ref:INSEE"])
def test_the_code_may_bear_the_name_that_publishers_give_it(tmp_path, key):
    renamed = [feature(one["geometry"], **{key: int(one["properties"]["insee"])}) for one in parishes()]
    assert areas_km2(tmp_path, renamed).equals(areas_km2(tmp_path, parishes()))


def with_codes(*codes):
    return [
        feature(one["geometry"], insee=code, name=one["properties"]["name"])
        for one, code in zip(parishes(), codes, strict=True)
    ]


def test_a_feature_without_a_code_is_named(tmp_path):
    _, said = boundaries(tmp_path, with_codes("90001", "", "90003", "90004"))
    assert said.startswith('insee: found feature 2 ("Encamp") with the code ""; expected the INSEE code')
    assert "\n" not in said  # that the boundary of Encamp is lacking follows from it


def test_a_code_that_no_feature_has_is_named(tmp_path):
    _, said = boundaries(tmp_path, with_codes("90001", "90009", "90003", "90004"))
    assert said == 'id "90002": expected the boundary of this commune, which stands in communes.csv'


def test_a_layer_without_any_code_is_one_fault(tmp_path):
    _, said = boundaries(tmp_path, [feature(one["geometry"], nom="Ordino") for one in parishes()])
    assert said == "insee: found features without it; expected this property on every feature, such as 76114"


def test_features_of_other_communes_are_passed_over(tmp_path):
    tie = {"type": "Polygon", "coordinates": [[[5, 45], [6, 46], [6, 45], [5, 46], [5, 45]]]}
    others = [*parishes(), feature(tie, insee="90077")]
    assert areas_km2(tmp_path, others).equals(areas_km2(tmp_path, parishes()))


def with_geometry(geometry):
    """The parishes, Ordino drawn otherwise."""
    features = parishes()
    features[2]["geometry"] = geometry
    return features


RING = square(1.4, 42.4, 0.3)["coordinates"][0]
HOLE = [[1.4, 42.4], [1.5, 42.45], [1.5, 42.5], [1.4, 42.4]]  # touches the ring in one point
READ = {
    "an unclosed ring": ({"type": "Polygon", "coordinates": [RING[:-1]]}, 1),
    "heights": ({"type": "Polygon", "coordinates": [[[*place, 12.5] for place in RING]]}, 1),
    "a hole that touches the ring": ({"type": "Polygon", "coordinates": [RING, HOLE]}, 0.9722),
    "a boundary that turns back on itself": (
        {"type": "Polygon", "coordinates": [[*RING[:3], RING[1], *RING[2:]]]},
        1,
    ),
    "polygons with a side in common": (
        {"type": "MultiPolygon", "coordinates": [square(x, 42.4, 0.15)["coordinates"] for x in (1.4, 1.55)]},
        0.5,
    ),
    "a collection with a polygon in it": (
        {
            "type": "GeometryCollection",
            "geometries": [square(1.4, 42.4, 0.3), {"type": "Point", "coordinates": RING[0]}],
        },
        1,
    ),
}


@pytest.mark.parametrize(("geometry", "share"), READ.values(), ids=READ)
def test_a_boundary_is_mended_where_its_area_stays(tmp_path, geometry, share):
    whole = areas_km2(tmp_path, with_geometry(square(1.4, 42.4, 0.3)))
    assert areas_km2(tmp_path, with_geometry(geometry))["90003"] == pytest.approx(share * whole["90003"], rel=2e-3)


NAMED = {
    "a boundary that crosses itself": (
        {"type": "Polygon", "coordinates": [[[1.3, 42.3], [1.7, 42.7], [1.7, 42.3], [1.3, 42.7], [1.3, 42.3]]]},
        'id "90003": found feature 3 ("Ordino"), whose boundary crosses itself',
    ),
    "a point": ({"type": "Point", "coordinates": [1.5, 42.5]}, "a Point without an area; expected a polygon"),
    "a line": ({"type": "LineString", "coordinates": RING}, "a LineString without an area; expected a polygon"),
    "a flat polygon": ({"type": "Polygon", "coordinates": [[*RING[:2], RING[0], RING[1], RING[0]]]}, "without an area"),
    "nothing": (None, 'found feature 3 ("Ordino") without a geometry'),
    "an empty polygon": ({"type": "Polygon", "coordinates": []}, "with an empty geometry"),
    "a line of one point": ({"type": "LineString", "coordinates": [[1.5, 42.5]]}, "whose geometry cannot be drawn"),
    "a ring of two points": ({"type": "Polygon", "coordinates": [RING[:2]]}, "whose geometry cannot be drawn"),
    "texts": ({"type": "Polygon", "coordinates": [[["1", "2"]] * 4]}, "whose geometry cannot be drawn"),
    "longitudes alone": ({"type": "Polygon", "coordinates": [[[1.5]] * 4]}, "whose geometry cannot be drawn"),
    "a number beyond all numbers": ({"type": "Point", "coordinates": [10**400, 1]}, "whose geometry cannot be drawn"),
    "a kind that is none": ({"type": "Circle", "coordinates": [1.5, 42.5]}, "whose geometry cannot be drawn"),
    "a text": ("POINT (1 1)", "whose geometry cannot be drawn"),
    "a vertex off the earth": (
        {"type": "Polygon", "coordinates": [[[1e15, 42.4], *RING[1:4], [1e15, 42.4]]]},
        "with a vertex at 1e+15, 42.4; expected degrees",
    ),
    "a vertex far away": (
        {"type": "Polygon", "coordinates": [[[14.9, 42.4], *RING[1:4], [14.9, 42.4]]]},
        'id "90003": found a vertex at 14.9, 42.4; expected a place about the frame',
    ),
    "a latitude before its longitude": (
        {"type": "Polygon", "coordinates": [[place[::-1] for place in RING]]},
        "longitude and latitude look swapped",
    ),
}


@pytest.mark.parametrize(("geometry", "words"), NAMED.values(), ids=NAMED)
def test_what_is_no_boundary_is_named(tmp_path, geometry, words):
    shapes, said = boundaries(tmp_path, with_geometry(geometry))
    assert shapes is None
    assert words in said
    assert "\n" not in said


def test_swapped_coordinates_of_all_communes_are_one_fault(tmp_path):
    turned = [
        feature({"type": "Polygon", "coordinates": [[place[::-1] for place in one["geometry"]["coordinates"][0]]]},
                **one["properties"])
        for one in parishes()
    ]  # fmt: skip
    _, said = boundaries(tmp_path, turned)
    assert "none in the frame" in said
    assert "look swapped" in said
    assert "\n" not in said


def in_lambert(name):
    """The parishes in Lambert-93, in a layer that names its CRS."""
    layer = gpd.GeoDataFrame.from_features(parishes(), crs="EPSG:4326").to_crs("EPSG:2154")
    crs = {"type": "name", "properties": {"name": name}}
    return {"type": "FeatureCollection", "crs": crs, "features": json.loads(layer.to_json())["features"]}


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::2154", "EPSG:2154"])
def test_a_layer_may_name_another_crs(tmp_path, name):
    same = areas_km2(tmp_path, in_lambert(name))
    assert same.to_dict() == pytest.approx(areas_km2(tmp_path, parishes()).to_dict())


def test_metres_without_a_crs_are_one_fault(tmp_path):
    _, said = boundaries(tmp_path, {**in_lambert(""), "crs": None})
    assert "expected degrees of longitude and latitude (WGS 84)" in said
    assert "\n" not in said


@pytest.mark.parametrize("name", ["EPSG:9999999", "", "Lambert", 2154, None, ["EPSG:2154"]])
def test_a_crs_that_does_not_exist_is_named(tmp_path, name):
    _, said = boundaries(tmp_path, in_lambert(name))
    assert said.startswith("crs: found")
    assert "expected a CRS that exists" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_an_encoding_of_unicode_is_read(tmp_path, encoding):
    layer = json.dumps({"type": "FeatureCollection", "features": with_codes(*range(90001, 90005))}, ensure_ascii=False)
    areas_km2(tmp_path, layer.replace("Ordino", "Évreux").encode(encoding))


def test_another_encoding_is_named(tmp_path):
    layer = json.dumps({"type": "FeatureCollection", "features": parishes()}, indent=0, ensure_ascii=False)
    before = layer.partition("Ordino")[0]
    _, said = boundaries(tmp_path, layer.replace("Ordino", "Évreux").encode("cp1252"))
    line = before.count("\n") + 1
    assert said.startswith(f"found byte 0xC9 in line {line}, which is not UTF-8; expected GeoJSON in UTF-8")


NO_LAYER = {
    "nothing": ("", "no GeoJSON from line 1, column 1 on"),
    "cut": ('{"type": "FeatureCollection", "features": [', "no GeoJSON from line 1"),
    "a list": ("[]", "no object in braces"),
    "an object": ("{}", "found type null"),
    "another kind": ('{"type": "Topology", "objects": {}}', 'found type "Topology"'),
    "no feature": ('{"type": "FeatureCollection", "features": []}', "found no feature"),
    "no list": ('{"type": "FeatureCollection", "features": {}}', "expected a GeoJSON layer"),
    "no features": ('{"type": "FeatureCollection", "features": [null, 3]}', "found feature 1 without a geometry"),
    "bombs": ('{"features": ' + "[" * 100_000, "brackets within brackets without end"),
    "digits": ('{"type": ' + "9" * 10_000 + "}", "a number of too many digits"),
}


@pytest.mark.parametrize(("text", "words"), NO_LAYER.values(), ids=NO_LAYER)
def test_what_is_no_layer_is_named(tmp_path, text, words):
    shapes, said = boundaries(tmp_path, text)
    assert shapes is None
    assert words in said


def test_a_file_that_is_too_large_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("coopgeo.study.geojson._MOST_BYTES", 100)
    assert "expected at most 0 MB; keep the area of the study" in boundaries(tmp_path, parishes())[1]


def test_a_study_names_its_boundaries(tmp_path):
    folder = write_small_study(ROOT / "data" / "raw", tmp_path / "study")
    (folder / "territory" / "communes.geojson").unlink()
    with pytest.raises(InputError, match=r"territory/communes\.geojson: expected this file"):
        coopgeo.open_study(folder)
