"""What a geopandas user brings: frames, any CRS, any labels, and what is no point is named in words."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from coopgeo.catchments import accessibility, allocate, overlap, reached_edges, service_areas, summarise
from coopgeo.errors import InputError

from .test_network import CRS, network, points

CALLS = {
    "snap": lambda roads, p: roads.snap(p),
    "off_road": lambda roads, p: roads.off_road(p),
    "matrix, origins": lambda roads, p: roads.matrix(p, SITES),
    "matrix, destinations": lambda roads, p: roads.matrix(SITES, p),
    "path": lambda roads, p: roads.path(p, SITES.iloc[:1]),
    "paths": lambda roads, p: roads.paths(p, SITES.iloc[:1]),
    "tree": lambda roads, p: roads.tree(p),
    "reached_edges": lambda roads, p: reached_edges(roads, p, 100.0),
    "allocate, places": lambda roads, p: allocate(roads, p, SITES),
    "allocate, facilities": lambda roads, p: allocate(roads, SITES, p),
    "service_areas": lambda roads, p: service_areas(roads, p, [300.0]),
    "accessibility": lambda roads, p: accessibility(roads, p, SITES, 300.0),
    "overlap": lambda roads, p: overlap(roads, SITES, p, 300.0),
}
SITES = points((10, 1000), (5900, -1000)).set_axis([7, 3])


def one(shape, crs=CRS):
    return gpd.GeoSeries([shape], index=["mairie"], crs=crs)


BAD = [
    (one(shapely.box(0, 0, 1, 1)), r'id "mairie".*found a Polygon; expected points; take .representative_point\(\)'),
    (one(shapely.LineString([(0, 0), (1, 1)])), "found a LineString"),
    (one(shapely.MultiPoint([(0, 0)])), "found a MultiPoint"),
    (one(shapely.Point(np.nan, 3)), 'id "mairie"'),
    (one(shapely.Point(1e308, 1e308)), 'id "mairie".*found "1e.308 1e.308"; expected finite coordinates'),
    (one(shapely.Point(np.inf, 3)), 'id "mairie".*found "inf 3"; expected finite coordinates'),
    (one(shapely.Point(1.0, 91.0), "EPSG:4326"), 'id "mairie".*found "1 91"; expected finite.*latitude from -90 to 90'),
    (one(shapely.Point(1e308, 1.0), "EPSG:4326"), 'id "mairie"'),
    (one(None), 'id "mairie".*found nothing; expected a point'),
    (one(shapely.Point()), 'id "mairie".*found nothing'),
    (one(shapely.Point(0, 0), None), "found no CRS"),
    (None, "found NoneType; expected a GeoSeries or GeoDataFrame of points"),
    ([shapely.Point(0, 0)], "found list; expected a GeoSeries"),
    ("mairie", "found str; expected a GeoSeries"),
    (pd.DataFrame({"x": [1]}), "found DataFrame; expected a GeoSeries"),
    (gpd.GeoDataFrame({"x": [1]}), "found a GeoDataFrame without geometry"),
]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(("places", "words"), BAD, ids=[str(k) for k in range(len(BAD))])
def test_what_is_no_point_is_refused_in_words(call, places, words):
    with pytest.raises(InputError, match=words):
        call(network(), places)


def answer(call, places):
    found = call(network(), places)
    found = found.table() if hasattr(found, "table") else found
    return pd.DataFrame(found).to_string()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_frames_and_any_crs_give_the_same(call):
    place = points((6000, 1400)).set_axis(["mairie"])
    plain = answer(call, place)
    frame = gpd.GeoDataFrame({"people": [3]}, index=place.index, geometry=place).rename_geometry("where")
    assert answer(call, frame) == plain
    there_and_back = place.to_crs("EPSG:4326")
    call(network(), there_and_back)


def test_a_bare_point_is_in_the_crs_of_the_network():
    roads, (bare, other) = network(), points((6000, 1400), (0, -1000))
    pd.testing.assert_series_equal(roads.tree(bare), roads.tree(one(bare).to_crs("EPSG:4326")), atol=1e-3)
    assert roads.path(bare, one(other))["time_s"].sum() == roads.path(bare, other)["time_s"].sum()


def test_a_bare_point_in_degrees_is_told_so():
    far = network().nodes.geometry.translate(500_000, 6_900_000)
    roads = network()
    edges = roads.edges.set_geometry(roads.edges.geometry.translate(500_000, 6_900_000))
    away = type(roads).for_vehicle(roads.nodes.set_geometry(far), edges, roads.vehicle, name="away")
    with pytest.raises(InputError, match=r"these look like degrees: say their CRS, as in GeoSeries\(\[point\]"):
        away.tree(shapely.Point(0.7, 49.5))


@pytest.mark.parametrize(
    "labels", [[7, 3], [("a", 1), ("a", 2)], ["x", 2], pd.to_datetime(["2026-01-02", "2026-01-01"])]
)
def test_labels_of_any_kind_come_back(labels):
    roads, index = network(), pd.Index(labels, tupleize_cols=False)
    sites, places = SITES.set_axis(index), points((100, 1000), (5800, -1000), (0, -900)).set_axis([30, 10, 20])
    known, start = dict.fromkeys(index, 5.0), dict.fromkeys(index, 60.0)
    assert roads.snap(sites).index.equals(index)
    assert set(service_areas(roads, sites, 300.0, start_cost=start)["facility"]) == set(index)
    found = allocate(roads, places, sites, capacity=known)
    assert found.index.tolist() == [30, 10, 20]
    assert set(found["facility"]) == set(index)
    assert set(summarise(found, sites).index) == set(index)
    nearest = accessibility(roads, places, sites, 600.0, supply=pd.Series(known))["nearest"]
    assert set(nearest) == set(index)
    assert set(overlap(roads, places, sites, 600.0).index) == set(index)


def test_capacity_may_be_a_series():
    places = points((100, 1000), (200, 1000), (300, 1000))
    capacity = {7: 1.0, 3: 5.0}
    by_series = allocate(network(), places, SITES, capacity=pd.Series(capacity))
    pd.testing.assert_frame_equal(by_series, allocate(network(), places, SITES, capacity=capacity))
    assert (by_series["facility"] == 3).sum() == 2


def test_service_areas_merge_with_the_facilities():
    areas = service_areas(network(), SITES, [300.0, 600.0], start_cost={7: 299.9})
    merged = areas.merge(
        pd.DataFrame({"name": ["seven", "three"]}, index=SITES.index), left_on="facility", right_index=True
    )
    assert merged.groupby("name").size().to_dict() == {"seven": 2, "three": 2}
    area = areas[areas["break_value"] == 300].set_index("facility").area
    assert area[7] < area[3] / 10


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda roads: allocate(roads, SITES, SITES, max_cost=np.nan), "max_cost: found nan"),
        (lambda roads: allocate(roads, SITES, SITES, max_cost=-1), "max_cost: found -1"),
        (lambda roads: allocate(roads, SITES, SITES, capacity=[1, 2]), "capacity: found a list"),
        (lambda roads: allocate(roads, SITES, SITES, capacity={7: np.nan}), 'id "7".*capacity: found nan'),
        (lambda roads: allocate(roads, SITES, SITES, capacity={7: "much"}), 'id "7".*capacity: found "much"'),
        (lambda roads: allocate(roads, SITES, SITES, demand=3.0), "demand: found a float; expected a Series"),
        (lambda roads: allocate(roads, SITES, SITES, demand=pd.Series(["x", 1], index=[7, 3])), 'demand: found "x"'),
        (lambda roads: allocate(roads, SITES, SITES, by=["time_s"]), "expected a numeric column"),
        (
            lambda roads: accessibility(roads, SITES, SITES, 60.0, supply={"typo": 5, 7: -2}),
            'found "typo".*\n.*found -2',
        ),
        (lambda roads: accessibility(roads, SITES, SITES, "an hour"), 'within: found "an hour"'),
        (lambda roads: accessibility(roads, SITES, SITES, 10**400), "within: found 1000.*; expected a number above 0"),
        (lambda roads: roads.tree(SITES.iloc[:1], direction=np.ones(2)), "direction: found"),
        (lambda roads: roads.snap(SITES, max_snap_m="far"), "max_snap_m: found far; expected 0 or more"),
        (lambda roads: roads.off_road(SITES, max_snap_m=None), "max_snap_m: found None; expected 0 or more"),
        (lambda roads: service_areas(roads, SITES, [60.0], direction=pd.NA), "direction: found <NA>; expected one of"),
        (lambda roads: service_areas(roads, SITES, [60.0], rings="yes"), 'rings: found "yes"; expected True or False'),
        (
            lambda roads: service_areas(roads, SITES, [60.0], barriers=gpd.GeoDataFrame({"x": [1]})),
            "barriers: found no geometry",
        ),
        (
            lambda roads: allocate(roads, SITES, SITES.set_axis([np.nan, 1.0])),
            "facilities: found a row without an id; expected an id for each",
        ),
        (lambda roads: service_areas(roads, SITES, [300.0], start_cost={0: 60}), "start_cost: found 0"),
        (
            lambda roads: service_areas(roads, SITES, [300.0], width_m=1e9),
            "width_m: found 1000000000.0; expected 150 to",
        ),
        (lambda roads: service_areas(roads, SITES, ["far"]), 'breaks: found "far"'),
        (lambda roads: service_areas(roads, SITES, [60.0], barriers=[1]), "barriers: found list"),
        (lambda roads: reached_edges(roads, SITES.iloc[:1], np.inf), "limit: found inf"),
        (lambda roads: roads.tree(SITES.iloc[:1], limit=-1), "limit: found -1"),
        (lambda roads: roads.tree(SITES), "place: found 2 points; expected one"),
        (lambda _: summarise(SITES, SITES), "allocation"),
        (lambda roads: summarise(allocate(roads, SITES, SITES), SITES.iloc[:1]), "facility: found 3"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(InputError, match=words):
        call(network())


def test_a_network_is_short_and_itself():
    roads = network()
    assert repr(roads) == f'RoadNetwork("test" as "truck" sees it: 5 nodes, 8 edges, {CRS})'
    assert roads != network()
