"""OpenStreetMap files: what the tags mean for a lorry, and what is said of a file that cannot be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.errors import InputError
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads import read as read_file
from coopgeo.roads.limits import LIMITS, Unread, quantity
from coopgeo.roads.osm import read_osm
from coopgeo.roads.tags import rules

CRS = "EPSG:2154"
SPEEDS = {"primary": 60.0, "residential": 25.0, "ferry": 10.0, "unclassified": 38.0, "motorway": 82.0, "track": 10.0}
LORRY = Vehicle("lorry", "camion", "lorry", 44, 90, 26, 1.0, 60.0, 1.0, 0.33, SPEEDS)


def osm(*ways, nodes=9):
    """A file of nodes in a row from west to east, about 1,083 m apart, and ways given as (node ids, tags)."""
    points = "".join(f'<node id="{i}" version="1" lat="49.5" lon="{0.5 + 0.015 * i}"/>' for i in range(1, nodes + 1))
    lines = ""
    for number, (refs, tags) in enumerate(ways, start=100):
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + "".join(
            f'<tag k="{k}" v="{v}"/>' for k, v in tags.items()
        )
        lines += f'<way id="{number}" version="1">{inner}</way>'
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{points}{lines}</osm>'


@pytest.fixture
def read(tmp_path):
    def reader(*ways):
        path = tmp_path / "roads.osm"
        path.write_text(osm(*ways), encoding="utf-8")
        tables = read_osm(path, crs=CRS, spacing_m=np.inf)
        return tables.nodes, tables.edges, tables.unread

    return reader


def limits(edges):
    return edges.set_index(["u", "v"])["max_weight_t"].to_dict()


def test_ways_are_split_where_they_meet(read):
    _, edges, unread = read(
        ([1, 2, 3, 4, 5], {"highway": "primary", "ref": "D1"}), ([3, 9], {"highway": "residential"})
    )
    pieces = set(zip(edges["u"], edges["v"], strict=True))
    assert pieces == {(1, 3), (3, 1), (3, 5), (5, 3), (3, 9), (9, 3)}
    one = edges.query("u == 1").iloc[0]
    assert one["length_m"] == pytest.approx(2 * 1086.5, rel=2e-3)
    assert one.geometry.length == pytest.approx(one["length_m"], rel=2e-3)
    assert len(one.geometry.coords) == 3
    assert unread == ["1 end of a road lies within a metre of another road without joining it, at 0.57500 49.50000"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"oneway": "yes"}, {(1, 2)}),
        ({"oneway": "-1"}, {(2, 1)}),
        ({"oneway": "no"}, {(1, 2), (2, 1)}),
        ({"junction": "roundabout"}, {(1, 2)}),
        ({"highway": "motorway"}, {(1, 2)}),
        ({"highway": "motorway", "oneway": "no"}, {(1, 2), (2, 1)}),
    ],
)
def test_one_way_roads(read, tags, expected):
    _, edges, _ = read(([1, 2], {"highway": "primary"} | tags))
    assert set(zip(edges["u"], edges["v"], strict=True)) == expected


@pytest.mark.parametrize(
    ("tags", "tonnes"),
    [
        ({}, np.inf),
        ({"maxweight": "3.5"}, 3.5),
        ({"maxweight": "3.5 t"}, 3.5),
        ({"maxweight": "7,5t"}, 7.5),
        ({"maxweight": "7500 kg"}, 7.5),
        ({"maxweight": "none"}, np.inf),
        ({"maxweightrating:hgv": "12"}, 12),
        ({"maxweight": "19", "maxweight:hgv": "7.5"}, 7.5),
        ({"hgv": "no"}, 3.5),
        ({"hgv": "destination"}, np.inf),
        ({"access": "private"}, 0),
        ({"access": "no", "hgv": "yes"}, np.inf),
        ({"access": "no", "motor_vehicle": "yes"}, np.inf),
        ({"motor_vehicle": "forestry"}, 0),
        ({"maxweight": "7.5;3.5"}, 3.5),
        ({"motor_vehicle": "agricultural;forestry"}, 0),
        ({"motor_vehicle": "agricultural;yes"}, np.inf),
        ({"hgv": "no;private"}, 3.5),
        ({"maxweight": "16535 lbs"}, 16535 * 0.00045359237),
        ({"maxweightrating": "26", "maxweight:conditional": "none @ destination"}, np.inf),
        ({"hgv:conditional": "no @ (weight>7.5)"}, 7.5),
        ({"route": "ferry", "highway": "", "foot": "yes"}, 0),
        ({"route": "ferry", "highway": "", "foot": "yes", "motor_vehicle": "yes"}, np.inf),
    ],
)
def test_limits_of_weight_and_access(read, tags, tonnes):
    _, edges, unread = read(([1, 2], {"highway": "primary"} | tags))
    assert set(edges["max_weight_t"]) == {tonnes}
    assert unread == []


@pytest.mark.parametrize(
    ("tags", "tonnes"),
    [
        ({}, np.inf),
        ({"access": "destination"}, 0),
        ({"motor_vehicle": "delivery"}, 0),
        ({"access": "destination", "motor_vehicle": "yes"}, np.inf),
        ({"access": "destination", "hgv": "designated"}, np.inf),
        ({"hgv": "destination"}, 3.5),
        ({"access": "agricultural;destination"}, 0),
        ({"access": "destination", "hgv": "no"}, 0),
        ({"access": "no", "hgv": "delivery"}, 3.5),
        ({"maxweight": "19", "maxweight:conditional": "none @ (destination)"}, 19),
    ],
)
def test_limits_of_who_may_pass_through(read, tags, tonnes):
    _, edges, unread = read(([1, 2], {"highway": "primary"} | tags))
    assert set(edges["max_through_t"]) == {tonnes}
    assert unread == []


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ({"maxheight": "3.5"}, "max_height_m", 3.5),
        ({"maxheight": "3,5 m"}, "max_height_m", 3.5),
        ({"maxheight": "11'6\""}, "max_height_m", 3.5052),
        ({"maxheight": "12'"}, "max_height_m", 3.6576),
        ({"maxheight": "13 ft"}, "max_height_m", 3.9624),
        ({"maxheight": "default"}, "max_height_m", np.inf),
        ({"maxheight": "4.2", "maxheight:physical": "4"}, "max_height_m", 4),
        ({"maxwidth": "2.3m"}, "max_width_m", 2.3),
        ({"maxlength": "12 m"}, "max_length_m", 12),
        ({"maxaxleload": "10 t"}, "max_axle_load_t", 10),
        ({"maxspeed": "50"}, "max_speed_kmh", 50),
        ({"maxspeed": "30 mph"}, "max_speed_kmh", 48.28032),
        ({"maxspeed": "FR:urban"}, "max_speed_kmh", 50),
        ({"maxspeed": "90", "maxspeed:hgv": "70"}, "max_speed_kmh", 70),
        ({"maxspeed": "none"}, "max_speed_kmh", np.inf),
        ({"toll": "yes"}, "tolled_over_t", 0),
        ({"toll:hgv": "yes"}, "tolled_over_t", 3.5),
        ({"toll": "no"}, "tolled_over_t", np.inf),
        ({"tracktype": "grade2"}, "tracktype", "grade2"),
        ({"surface": "gravel"}, "unpaved", True),
        ({"surface": "asphalt"}, "unpaved", False),
    ],
)
def test_other_limits(read, tags, column, value):
    _, edges, unread = read(([1, 2], {"highway": "primary"} | {k: v.replace('"', "&quot;") for k, v in tags.items()}))
    assert edges[column].iloc[0] == (value if isinstance(value, (str, bool)) else pytest.approx(value))
    assert unread == []


@pytest.mark.parametrize("value", ["heavy", "3.5 tonnes metriques", "-3", "0", "3..5", "12'6'", "1e999", "² t"])
def test_garbage_is_reported_not_fatal(read, value):
    for key in ("maxweight", "maxaxleload", "maxheight", "maxwidth", "maxlength", "maxspeed", "maxspeed:hgv"):
        _, edges, unread = read(([1, 2], {"highway": "primary", key: value}))
        assert unread == [f"way 100: {key}={value}"]
        assert np.isinf(
            edges[["max_weight_t", "max_axle_load_t", "max_height_m", "max_width_m", "max_length_m", "max_speed_kmh"]]
        ).all(axis=None)


@given(st.text(max_size=12))
def test_no_text_is_fatal(value):
    """Whatever a mapper writes is a limit above 0, none, or reported."""
    unread = Unread()
    for unit in LIMITS.values():
        assert quantity(1, "maxweight", value, unit, unread) > 0
    rules(
        1,
        {
            "highway": "track",
            "maxweight:conditional": value,
            "hgv:conditional": value,
            "access": value,
            "hgv": value,
            "tracktype": value,
        },
        unread,
    )
    rules(1, {"route": "ferry", "duration": value}, unread)


def test_long_roads_get_nodes_between(tmp_path):
    path = tmp_path / "roads.osm"
    path.write_text(osm(([1, 2, 3, 4, 5, 6, 7, 8, 9], {"highway": "primary"})), encoding="utf-8")
    for spacing_m, count in ((np.inf, 2), (0, 9), (250, 9), (2500, 5)):
        tables = read_osm(path, crs=CRS, spacing_m=spacing_m)
        assert len(tables.nodes) == count
        assert len(tables.edges) == 2 * (count - 1)
        assert tables.edges["length_m"].sum() == pytest.approx(2 * 8 * 1086.5, rel=1e-3)


def test_what_cannot_be_understood_is_reported_and_not_applied(read):
    _, edges, unread = read(
        ([1, 2], {"highway": "primary", "maxweight": "heavy"}), ([2, 3], {"highway": "primary", "maxspeed": "FR urban"})
    )
    assert unread == ["way 100: maxweight=heavy", "way 101: maxspeed=FR urban"]
    assert np.isinf(edges["max_weight_t"]).all()


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("10", 600), ("00:10", 600), ("00:10:30", 630), ("PT10M", 600), (None, 0), ("0S", 0), ("10 min", 0)],
)
def test_ferries(read, duration, seconds):
    tags = {"route": "ferry"} | ({"duration": duration} if duration else {})
    _, edges, _ = read(([1, 2], tags), ([2, 3], {"highway": "primary"}))
    ferry = edges[edges["highway"] == "ferry"]
    assert set(ferry["crossing"]) == {"way-100"}
    assert set(ferry["fixed_time_s"]) == {seconds}


def test_a_lorry_keeps_to_the_legal_speed_and_its_own(read):
    nodes, edges, _ = read(
        ([1, 2], {"highway": "primary", "maxspeed": "30"}), ([2, 3], {"highway": "primary", "maxspeed": "110"})
    )
    roads = RoadNetwork.for_vehicle(nodes, edges, LORRY, name="test")
    km_h = roads.edges["length_m"] / roads.edges["time_s"] * 3.6
    assert km_h.tolist() == pytest.approx([30, 30, 60, 60], rel=1e-5)


def test_no_place_is_snapped_to_a_motorway(read):
    nodes, _, _ = read(([1, 2, 3], {"highway": "motorway", "oneway": "no"}), ([3, 4], {"highway": "primary"}))
    assert nodes["access"].to_dict() == {1: False, 3: True, 4: True}


def test_footpaths_and_squares_are_no_roads(read):
    _, edges, _ = read(
        ([1, 2], {"highway": "footway"}),
        ([2, 3], {"highway": "primary"}),
        ([3, 4, 3], {"highway": "service", "area": "yes"}),
    )
    assert set(edges["highway"]) == {"primary"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "expected a whole OpenStreetMap file"),
        (b"not xml at all", "expected a whole OpenStreetMap file"),
        (osm(([1, 2], {"highway": "primary"})).encode()[:-30], "expected a whole OpenStreetMap file"),
        (
            (
                b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                b'<osm version="0.6"><node id="1" lat="1" lon="&b;"/></osm>'
            ),
            "expected",
        ),
        (osm().encode(), "found no road"),
        (osm(([1, 2], {"highway": "footway"})).encode(), "found no road"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, content, words):
    path = tmp_path / "spoilt.osm"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_osm(path, crs=CRS)


@pytest.mark.parametrize("name", ["andorra.osm.pbf", "Helsinki.osm.pbf", "monaco.osm.gz", "rouen/rouen_center.osm"])
def test_real_extracts_are_read_and_routed(shared, study, name):
    """Matrix and paths agree on a real extract, and most of it holds together."""
    path = shared / "bench" / "roads" / name
    roads = read_file(path, study.vehicles["semi-44t"])
    assert roads.name == path.name
    inside = roads.nodes.iloc[np.linspace(0, len(roads.nodes) - 1, 40).astype(int)].geometry
    for changed in (roads, roads.with_changes(speed_factor=0.7), roads.seen_by(study.vehicles["car"])):
        for weight in ("time_s", "length_m", "cost_eur"):
            matrix = changed.matrix(inside, inside, weight, max_snap_m=20_000)
            assert np.isfinite(matrix).all()
            np.testing.assert_array_equal(
                matrix, changed.matrix(inside, inside, weight, max_snap_m=20_000, engine="dijkstra")
            )
    matrix = roads.matrix(inside, inside, max_snap_m=20_000)
    edges = roads.path(inside.iloc[0], inside.iloc[-1], max_snap_m=20_000)
    assert edges["time_s"].sum() == pytest.approx(matrix[0, -1], rel=1e-9)
    at = roads.snap(inside, max_snap_m=20_000)["node"]
    nodes = roads.nodes.geometry[at]
    first = nodes.iloc[:1]
    for direction, row in (("from", roads.matrix(first, nodes)[0]), ("to", roads.matrix(nodes, first)[:, 0])):
        np.testing.assert_allclose(roads.tree(first.iloc[0], direction=direction).loc[at], row, rtol=1e-12, atol=1e-9)
    assert (roads.tree(first.iloc[0], limit=60.0) <= 60).all()


def test_a_cut_pbf(shared, tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes((shared / "bench" / "roads" / "andorra.osm.pbf").read_bytes()[:200_000])
    with pytest.raises(InputError, match="expected a whole OpenStreetMap file"):
        read_osm(path, crs=CRS)


@pytest.mark.parametrize(
    ("highway", "read_as"),
    [("Residential", "residential"), ("residential;service", "service"), ("PRIMARY_LINK; primary", "primary_link")],
)
def test_a_class_in_another_case_or_one_of_several(read, highway, read_as):
    _, edges, unread = read(([1, 2], {"highway": highway}))
    assert set(edges["highway"]) == {read_as}
    assert unread == []


def test_classes_that_are_not_known_are_told_with_their_number(read):
    odd = [([1, 2], {"highway": highway}) for highway in ("residental", "residental", "yes", "footway")]
    _, edges, unread = read(*odd, ([2, 3], {"highway": "primary"}))
    assert len(edges) == 2
    assert unread == [
        "highway=residental: 2 ways of a class of road that is not known are passed over",
        "highway=yes: 1 way of a class of road that is not known is passed over",
    ]
