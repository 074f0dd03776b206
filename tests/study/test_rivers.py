"""Rivers of a study: lines or surfaces, none or several, named by their files."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from made_up import CRS, at
from small_study import FRAME

from coopgeo.errors import Faults
from coopgeo.study.checks import check_banks
from coopgeo.study.rivers import read_rivers, river_files, rivers_of, together
from study.layers import feature, rivers

LINE = {"type": "LineString", "coordinates": [[1.79, 42.34], [1.41, 42.34]]}
SURFACE = {
    "type": "Polygon",
    "coordinates": [[[1.79, 42.339], [1.41, 42.339], [1.41, 42.341], [1.79, 42.341], [1.79, 42.339]]],
}
FAR = {"type": "LineString", "coordinates": [[5.0, 45.0], [5.1, 45.0]]}


def made(tmp_path, content):
    features, said = rivers(tmp_path, content)
    assert said == ""
    return rivers_of(features, FRAME)


@pytest.mark.parametrize(
    "geometry",
    [
        LINE,
        SURFACE,
        {"type": "MultiLineString", "coordinates": [LINE["coordinates"]]},
        {"type": "MultiPolygon", "coordinates": [SURFACE["coordinates"]]},
        {"type": "GeometryCollection", "geometries": [LINE, SURFACE]},
        {"type": "Polygon", "coordinates": [[*SURFACE["coordinates"][0][:-1]]]},
    ],
    ids=["line", "surface", "lines", "surfaces", "collection", "unclosed"],
)
def test_a_river_has_a_course_whatever_it_is_drawn_as(tmp_path, geometry):
    (course,) = made(tmp_path, [feature(geometry)])["course"]
    assert course.length == pytest.approx(31_300, rel=0.02)


def test_features_of_one_name_are_one_river(tmp_path):
    west, east = ({"type": "LineString", "coordinates": [[x, 42.34], [1.6, 42.34]]} for x in (1.41, 1.79))
    told = made(
        tmp_path,
        [
            feature(west, name="Riu", of_fr="du Riu", of_en="of the Riu"),
            feature(east, name="Riu"),
            feature({"type": "LineString", "coordinates": [[1.5, 42.3], [1.5, 42.33]]}),
        ],
    )
    assert told.index.tolist() == ["Riu", "river"]  # the file gives its name to what has none
    assert told["of_fr"].tolist() == ["du Riu", ""]
    assert told.loc["Riu", "course"].length == pytest.approx(31_300, rel=0.02)


def test_a_river_that_goes_on_outside_the_frame_is_read(tmp_path):
    assert len(made(tmp_path, [feature(LINE, name="Riu"), feature(FAR, name="Riu")])) == 1


def test_no_file_is_no_river():
    assert rivers_of(together([], CRS), FRAME).empty


@pytest.mark.parametrize(
    ("features", "words"),
    [
        (
            [feature({"type": "Point", "coordinates": [1.5, 42.4]}, nom="Gué")],
            'found feature 1 ("Gué"), a Point; expected',
        ),
        ([feature(LINE), feature(None)], "found feature 2 without a geometry"),
        ([feature({"type": "LineString", "coordinates": [[1.5, 42.4]]})], "whose geometry cannot be drawn"),
        ([feature({"type": "LineString", "coordinates": [[1.5, 42.4]] * 2})], "a LineString; expected a line"),
        ([feature(FAR)], "found a river at 5, 45; expected a river in the frame of study.toml"),
        (
            [feature({"type": "LineString", "coordinates": [place[::-1] for place in LINE["coordinates"]]})],
            "longitude and latitude look swapped",
        ),
        ([feature({"type": "LineString", "coordinates": [[1.5, 42.4], [1.5, 181]]})], "coordinates such as 1.5, 181"),
        ([feature({"type": "LineString", "coordinates": [[1.5, 42.4], [1.5, -90]]})], "far from the frame"),
        ([feature(LINE, mouth="ouest")], 'mouth: found "ouest"; expected one of west, east, south, north'),
    ],
)
def test_what_is_no_river_is_named(tmp_path, features, words):
    read, said = rivers(tmp_path, features)
    assert read is None
    assert words in said


def test_a_missing_file_is_named(tmp_path):
    faults = Faults("river.geojson")
    assert read_rivers(tmp_path / "river.geojson", "river", CRS, FRAME, faults) is None
    assert faults.lines[0].startswith("expected this file")


@pytest.mark.parametrize(
    ("named", "files", "words"),
    [
        ([], [], ""),
        (None, [], ""),
        (
            ["territory/a.geojson", "territory\\b.GeoJSON", "territory/a.geojson"],
            ["territory/a.geojson", "territory/b.GeoJSON"],
            "",
        ),
        (
            ["../a.geojson"],
            [],
            'study.toml: barriers: found "../a.geojson"; expected GeoJSON files in the study folder',
        ),
        (["/etc/a.geojson"], [], "expected GeoJSON files in the study folder"),
        (["territory/a.shp"], [], "expected GeoJSON files in the study folder"),
        (["territory/communes.geojson"], [], "expected the files of rivers"),
    ],
)
def test_the_files_that_are_named_are_read_once_each(tmp_path, named, files, words):
    faults = Faults("study")
    assert river_files(tmp_path, named, faults) == files
    assert words in "\n".join(faults.lines)
    assert bool(faults) == bool(words)


def test_a_layer_that_no_entry_speaks_of_is_not_passed_over(tmp_path):
    (tmp_path / "territory").mkdir()
    (tmp_path / "territory" / "communes.geojson").touch()
    faults = Faults("study")
    assert river_files(tmp_path, None, faults) == []
    assert not faults
    (tmp_path / "territory" / "riu.geojson").touch()
    assert river_files(tmp_path, None, faults) == []
    assert (
        "expected the files of rivers, barriers = ['territory/riu.geojson'], or barriers = [] for none"
        in faults.lines[0]
    )
    assert river_files(tmp_path, [], Faults("study")) == []


def km(east, north):
    return at(1000 * east, 1000 * north)


def over_the_river(bank, *drawn, boundary=None):
    """What is said of a place 3 km north of a river whose commune has its town hall 2 km south of it."""
    communes = gpd.GeoDataFrame(
        {"name": ["Amont"], "bank": bank, "chef_lieu": [km(10, -2)]},
        index=["1"],
        geometry=[boundary or shapely.box(*km(5, -5).coords[0], *km(15, -0.1).coords[0])],
        crs=CRS,
    )
    place = gpd.GeoDataFrame({"insee": ["1"], "lon": 0.5, "lat": 49.5}, index=["site"], geometry=[km(10, 3)], crs=CRS)
    named = gpd.GeoDataFrame({"course": list(drawn)}, geometry=list(drawn), crs=CRS)
    faults = Faults("sites.csv")
    check_banks(faults, pd.DataFrame(place.drop(columns="geometry")), place, communes, named)
    return "\n".join(faults.lines)


def river_at(north):
    return shapely.LineString([km(0, north), km(20, north)])


@pytest.mark.parametrize(
    ("bank", "words"),
    [
        ("left", "expected a place on the left bank"),
        ("right", "on the right bank"),
        ("", "on the bank of its town hall"),
    ],
)
def test_a_slip_over_the_river_is_found(bank, words):
    said = over_the_river(bank, river_at(0))
    assert 'id "site", lon, lat: found 0.5, 49.5, over the river from the town hall of Amont' in said
    assert words in said


def test_a_commune_on_both_banks_may_have_places_on_both():
    both = shapely.box(*km(5, -5).coords[0], *km(15, 5).coords[0])
    assert over_the_river("straddles", river_at(0)) == ""
    assert over_the_river("", river_at(0), boundary=both) == ""
    assert over_the_river("left", river_at(0), boundary=both) != ""  # the table knows better than a rough boundary


def test_each_of_two_rivers_counts():
    assert over_the_river("left", river_at(0), river_at(1)) != ""
    assert over_the_river("left", shapely.union(river_at(0), river_at(1))) == ""  # the two arms of a loop
    assert over_the_river("left", river_at(7)) == ""
    assert over_the_river("left") == ""
