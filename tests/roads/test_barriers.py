"""The line that a river bars, whatever it is drawn as."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coopgeo.roads.barriers import barrier_of, course

LINE = shapely.LineString([(0, 0), (12_000, 3_000), (20_000, -2_000), (32_000, 0)])
BANKS = shapely.buffer(LINE, 100, cap_style="flat", join_style="mitre")
PIECES = [shapely.box(x, -100, x + 8_000, 100) for x in (0, 8_000, 16_000.4, 24_000)]  # one 40 cm off
ISLAND = shapely.box(9_000, -60, 11_000, 60)


def across(x, y=0.0, half=500.0):
    return shapely.LineString([(x, y - half), (x, y + half)])


def times_crossed(line, barrier):
    return sum(not part.is_empty for part in shapely.get_parts(shapely.intersection(line, barrier)))


def test_a_line_is_its_own_course():
    assert course(np.array([LINE])).equals_exact(LINE)


def test_the_course_of_a_surface_runs_along_its_middle():
    middle = course(np.array([BANKS]))
    assert shapely.hausdorff_distance(shapely.segmentize(middle, 100), shapely.segmentize(LINE, 100)) < 150
    assert middle.length == pytest.approx(LINE.length, rel=0.02)


@pytest.mark.parametrize(
    "shapes",
    [
        [shapely.box(0, -100, 32_000, 100)],
        PIECES,
        [shapely.MultiPolygon(PIECES[::2]), *PIECES[1::2]],
        [shapely.box(0, -100, 32_000, 100).difference(ISLAND)],
        [PIECES[0], shapely.LineString([(7_900, 0), (32_000, 0)])],
    ],
    ids=["one piece", "four pieces", "several collections", "an island", "a surface that goes on as a line"],
)
def test_every_way_over_a_surface_crosses_its_course_once(shapes):
    barrier = course(np.array([part for shape in shapes for part in shapely.get_parts(shape)]))
    assert [times_crossed(across(x), barrier) for x in range(500, 31_500, 310)] == [1] * 100


def test_docks_are_no_branches_of_a_river():
    dock = shapely.box(15_000, 100, 15_080, 1_200)
    barrier = course(np.array([shapely.union(shapely.box(0, -100, 32_000, 100), dock)]))
    assert times_crossed(shapely.LineString([(14_500, 800), (15_500, 800)]), barrier) == 0
    assert times_crossed(across(10_000), barrier) == 1


def test_one_goes_round_a_pond():
    pond = shapely.Point(0, 0).buffer(300)
    assert course(np.array([pond])).is_empty
    assert course(np.array([pond, LINE])).equals(LINE)


@pytest.mark.parametrize(
    ("mouth", "beyond"),
    [("west", (-40_000, 0)), ("east", (90_000, 0)), ("south", (20_000, -9_000)), ("north", (12_000, 9_000))],
)
def test_the_banks_stay_apart_beyond_a_mouth(mouth, beyond):
    x, y = beyond
    over = across(x, y) if y == 0 else shapely.LineString([(x - 500, y), (x + 500, y)])
    assert times_crossed(over, course(np.array([LINE]))) == 0
    assert times_crossed(over, course(np.array([LINE]), mouth)) == 1


def test_a_territory_without_a_river_has_no_barrier():
    assert barrier_of(gpd.GeoSeries([], crs="EPSG:2154")) is None
    assert barrier_of(gpd.GeoSeries([shapely.LineString()], crs="EPSG:2154")) is None
    assert barrier_of(gpd.GeoSeries([LINE, across(5_000)], crs="EPSG:2154")).geom_type == "MultiLineString"
