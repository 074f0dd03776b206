"""OpenStreetMap files as tools and people leave them: order, ids, lacking nodes, deleted objects, versions, endings."""

import bz2
import gzip
import json

import numpy as np
import osmium
import pytest

from coopgeo.errors import InputError
from coopgeo.roads import read
from coopgeo.roads.osm_objects import FORMS

LON = {number: 0.5 + 0.015 * number for number in range(10)}  # about 1,087 m apart at 49.5 degrees


def node(id, place, more=""):
    return f'<node id="{id}" lat="49.5" lon="{LON[place]}" {more}/>'


def way(id, refs, more="", highway="primary"):
    inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{id}" {more}>{inner}<tag k="highway" v="{highway}"/></way>'


def write(path, *objects):
    path.write_text(f'<osm version="0.6">{"".join(objects)}</osm>', encoding="utf-8")
    return path


def pairs(path):
    """Each road with its ids, and its length in steps between neighbouring places."""
    edges = read(path, spacing_m=np.inf).edges
    assert set(zip(edges["v"], edges["u"], strict=True)) == set(zip(edges["u"], edges["v"], strict=True))
    return {
        (u, v): round(length / 1086.5, 2)
        for u, v, length in zip(edges["u"], edges["v"], edges["length_m"], strict=True)
        if u < v
    }


@pytest.mark.parametrize(
    "objects",
    [
        [way(10, [1, 2, 3]), node(1, 1), node(2, 2), node(3, 3)],
        [node(3, 3), node(1, 1), way(10, [1, 2, 3]), node(2, 2)],
        [node(3, 3), node(2, 2), node(1, 1), way(10, [1, 2, 3])],
    ],
)
def test_objects_come_in_any_order(tmp_path, objects):
    assert pairs(write(tmp_path / "roads.osm", *objects)) == {(1, 3): 2}


@pytest.mark.parametrize("ids", [(-1, -2, -3), (1, -2, 3), (-7, 5, 4_000_000_000_000_000), (1 << 62, -(1 << 62), 2)])
def test_objects_have_any_id(tmp_path, ids):
    """The bend is kept too, whatever its id."""
    bend = f'<node id="{ids[1]}" lat="49.51" lon="{LON[2]}"/>'
    found = pairs(write(tmp_path / "roads.osm", node(ids[0], 1), bend, node(ids[2], 3), way(-9, ids)))
    assert list(found) == [tuple(sorted((ids[0], ids[2])))]
    assert found.popitem()[1] == pytest.approx(2 * 1.434, abs=0.02)


def test_a_way_is_cut_where_nodes_are_lacking(tmp_path):
    """Lacking in the middle, at an end, and one deleted or beyond the world: never a straight road over the gap."""
    beyond = f'<node id="9" lat="95" lon="{LON[9]}"/>'
    objects = [*(node(place, place) for place in (1, 2, 5, 6)), beyond]
    path = write(tmp_path / "roads.osm", *objects, way(10, [8, 1, 2, 3, 4, 5, 6, 9, 2]))
    assert pairs(path) == {(1, 2): 1, (5, 6): 1}
    assert read(path).unread == ("1 road is cut where the file lacks its nodes (way 10; nodes that are lacking: 4)",)


def test_ways_without_any_node_say_what_to_ask_for(tmp_path):
    with pytest.raises(InputError, match=r"expected the nodes too: ask Overpass for \(\._;>;\); out;"):
        read(write(tmp_path / "roads.osm", way(10, [1, 2])))


@pytest.mark.parametrize("more", ['action="delete"', "action='delete'", 'visible="false"'])
def test_what_is_deleted_is_gone(tmp_path, more):
    objects = [node(place, place) for place in range(1, 5)] + [node(5, 5, more)]
    path = write(
        tmp_path / "roads.osm", *objects, way(10, [1, 2], 'action="modify"'), way(11, [2, 3], more), way(12, [3, 4, 5])
    )
    assert pairs(path) == {(1, 2): 1, (3, 4): 1}


HISTORY = [
    node(1, 1, 'version="2"'),
    node(1, 9, 'version="1"'),
    node(2, 2, 'version="1"'),
    node(3, 3, 'version="1"'),
    way(10, [1, 2], 'version="3"'),
    way(10, [1, 3], 'version="1"'),
    way(11, [2, 3], 'version="1"'),
    '<way id="11" version="2" visible="false"/>',
    way(12, [1, 3], 'version="1"'),
    way(12, [1, 3], 'version="2"', highway="footway"),
]


@pytest.mark.parametrize("name", ["roads.osm", "roads.osh", "roads.osh.pbf"])
def test_of_several_versions_the_last_counts_in_any_order(tmp_path, name):
    path = write(tmp_path / "made.osh", *HISTORY)
    if name.endswith("pbf"):
        with osmium.SimpleWriter(str(tmp_path / name)) as writer:
            for thing in osmium.FileProcessor(str(path)):
                writer.add(thing)
    else:
        path.rename(tmp_path / name)
    assert pairs(tmp_path / name) == {(1, 2): 1}


def test_an_object_that_stands_twice_counts_once(tmp_path):
    objects = [node(1, 1), node(2, 2), node(1, 1), way(10, [1, 2]), way(10, [1, 2])]
    assert len(read(write(tmp_path / "roads.osm", *objects)).edges) == 2


def test_positions_that_ways_bear_themselves(tmp_path):
    """`out geom` of Overpass, and `out tags geom`, which names no node."""
    inner = "".join(f'<nd ref="{place}" lat="49.5" lon="{LON[place]}"/>' for place in (1, 2))
    side = f'<nd ref="2"/><nd ref="3" lat="49.5" lon="{LON[3]}"/>'
    tag = '<tag k="highway" v="primary"/>'
    path = write(tmp_path / "roads.osm", f'<way id="1">{inner}{tag}</way><way id="2">{side}{tag}</way>', node(2, 2))
    assert pairs(path) == {(1, 2): 1, (2, 3): 1}
    nameless = "".join(
        f'<way id="{at}"><nd lat="49.5" lon="{LON[at]}"/><nd lat="49.5" lon="{LON[at + 1]}"/>{tag}</way>'
        for at in (1, 2)
    )
    assert list(pairs(write(tmp_path / "tags.osm", nameless)).values()) == [1, 1]
    assert len(read(tmp_path / "tags.osm").nodes) == 3


@pytest.mark.parametrize("name", ["answer.json", "ANSWER.OSM.JSON"])
def test_answers_of_overpass_in_json(tmp_path, name):
    shape = [{"lat": 49.5, "lon": LON[1]}, None, {"lat": 49.5, "lon": LON[4]}, {"lat": 49.5, "lon": LON[5]}]
    elements = [
        {"type": "way", "id": 10, "nodes": [1, 2, 4, 5], "geometry": shape, "tags": {"highway": "primary"}},
        {"type": "way", "id": 11, "nodes": [5, 6], "tags": {"highway": "primary"}},
        {"type": "node", "id": 6, "lat": 49.5, "lon": LON[6]},
        {"type": "node", "id": 5, "lat": 49.5, "lon": LON[5]},
        {"type": "way", "id": 12, "geometry": shape[2:], "tags": {"highway": "footway"}},
    ]
    path = tmp_path / name
    path.write_text(json.dumps({"version": 0.6, "elements": elements}), encoding="utf-8")
    assert pairs(path) == {(4, 5): 1, (5, 6): 1}
    path.write_text(json.dumps({"elements": elements, "remark": "runtime error: timed out"}), encoding="utf-8")
    with pytest.raises(InputError, match="that the server broke off"):
        read(path)


def test_an_answer_in_xml_that_was_broken_off(tmp_path):
    objects = [node(1, 1), node(2, 2), way(10, [1, 2]), "<remark>runtime error: out of memory</remark>"]
    with pytest.raises(InputError, match="that the server broke off"):
        read(write(tmp_path / "roads.osm", *objects))


@pytest.mark.parametrize("change", [str.upper, str.title, str])
@pytest.mark.parametrize("ending", sorted(set(FORMS) - {".o5m"}))
def test_endings_in_any_case(tmp_path, ending, change):
    whole = write(tmp_path / "made.osm", node(1, 1), node(2, 2), way(10, [1, 2]))
    path = tmp_path / change(f"extract{ending}")
    content = whole.read_bytes()
    if ending == ".pbf":
        with osmium.SimpleWriter(str(tmp_path / "made.osm.pbf")) as writer:
            for thing in osmium.FileProcessor(str(whole)):
                writer.add(thing)
        content = (tmp_path / "made.osm.pbf").read_bytes()
    packed = gzip.compress if ending.endswith("gz") else bz2.compress if ending.endswith("bz2") else bytes
    path.write_bytes(packed(content))
    assert pairs(path) == {(1, 2): 1}


def test_a_vertex_on_the_other_side_of_the_world_is_no_road(tmp_path):
    far = '<node id="3" lat="9.5" lon="0.6"/>'
    path = write(tmp_path / "roads.osm", node(1, 1), node(2, 2), far, way(10, [1, 2, 3]))
    assert pairs(path) == {(1, 2): 1}
    assert read(path).unread == ("1 road is cut where it is drawn straight over more than 100 km",)


@pytest.mark.parametrize("lon", ["nan", "12 t", "1e6", ""])
def test_a_coordinate_that_is_none_is_refused(tmp_path, lon):
    path = write(tmp_path / "roads.osm", f'<node id="1" lat="49.5" lon="{lon}"/>', node(2, 2), way(10, [1, 2]))
    with pytest.raises(InputError, match="expected"):
        read(path)


@pytest.mark.parametrize("ids", [[1, 2, 3], [1]])
def test_a_way_with_fewer_positions_than_nodes_or_more_is_refused(tmp_path, ids):
    shape = [{"lat": 49.5, "lon": LON[2]}, {"lat": 49.5, "lon": LON[3]}]
    way = {"type": "way", "id": 10, "nodes": ids, "geometry": shape, "tags": {"highway": "primary"}}
    path = tmp_path / "cut.json"
    path.write_text(json.dumps({"elements": [way]}), encoding="utf-8")
    with pytest.raises(InputError, match=rf"found {len(ids)} nodes and 2 positions of way 10"):
        read(path)
