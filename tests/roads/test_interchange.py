"""Networks to and from networkx, GraphML, GeoPackage and GeoParquet."""

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pytest
import shapely

import coopgeo
from coopgeo.errors import InputError
from coopgeo.roads import CAR, RoadNetwork, read
from coopgeo.roads.vehicles import UNTOLD

from .test_osm import osm


@pytest.fixture
def roads(tmp_path):
    """A small town with a limit, a one-way, a lane for residents and a ferry."""
    path = tmp_path / "town.osm"
    ways = [
        ([1, 2, 3], {"highway": "primary", "bridge": "viaduct", "maxweight": "19", "ref": "D982", "name": "Quai"}),
        ([3, 4, 5], {"highway": "residential", "oneway": "yes", "hgv": "destination"}),
        ([5, 6], {"route": "ferry", "duration": "8", "motor_vehicle": "yes"}),
        ([6, 1], {"highway": "tertiary", "surface": "gravel", "maxheight": "3.8"}),
    ]
    path.write_text(osm(*ways), encoding="utf-8")
    return read(path)


def same(one, two):
    """Two networks hold the same nodes and edges, whatever the order of the edges."""
    assert sorted(one.nodes.index) == sorted(two.nodes.index)
    pd.testing.assert_frame_equal(
        one.nodes[["access", "joined"]].sort_index(), two.nodes[["access", "joined"]].sort_index(), check_names=False
    )
    assert one.nodes.geometry.sort_index().geom_equals_exact(two.nodes.geometry.sort_index(), 1e-6).all()
    columns = ["u", "v", "highway", "length_m", "time_s", *UNTOLD, *({"bridge"} & set(one.edges) & set(two.edges))]
    first, second = (roads.edges.sort_values(["u", "v", "length_m"], ignore_index=True) for roads in (one, two))
    pd.testing.assert_frame_equal(pd.DataFrame(first[columns]), pd.DataFrame(second[columns]), check_dtype=False)
    assert shapely.equals_exact(first.geometry.to_numpy(), second.geometry.to_numpy(), 1e-6).all()


def test_networkx_and_back(roads):
    graph = roads.to_networkx()
    assert graph.graph["crs"] == roads.nodes.crs.to_string()
    parallel = graph.get_edge_data(1, 3) or graph.get_edge_data(1, 2)
    assert {"osmid", "highway", "oneway", "reversed", "length", "travel_time", "geometry", "name", "ref"} <= set(
        parallel[0]
    )
    same(RoadNetwork.from_networkx(graph, CAR), roads)


def test_the_atlas_and_back(study):
    roads = study.roads()
    same(RoadNetwork.from_networkx(roads.to_networkx(), roads.vehicle), roads)


def test_graphml_of_osmnx_and_back(roads, tmp_path):
    path = tmp_path / "roads.graphml"
    osmnx.save_graphml(roads.to_networkx(), path)
    same(read(path), roads)


def test_osmnx_uses_our_graphs(roads):
    """What osmnx does with a graph works with ours."""
    nodes, edges = osmnx.graph_to_gdfs(roads.to_networkx())
    assert len(nodes) == len(roads.nodes)
    assert len(edges) == len(roads.edges)
    shortest = osmnx.shortest_path(roads.to_networkx(), 1, 5, weight="travel_time")
    assert shortest[0] == 1
    assert shortest[-1] == 5


def test_a_graph_that_osmnx_simplified():
    """Merged ways have lists: the slowest class, the strictest access and the least limit count."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=0.5, y=49.5)
    graph.add_node(2, x=0.51, y=49.5)
    merged = {
        "osmid": [10, 11],
        "highway": ["primary", "residential"],
        "length": 725.0,
        "maxspeed": ["80", "30"],
        "access": ["yes", "destination"],
    }
    graph.add_edge(1, 2, **merged)
    graph.add_edge(2, 1, osmid=10, highway="primary", length=725.0)
    edge = RoadNetwork.from_networkx(graph, CAR).edges.iloc[0]
    assert (edge["highway"], edge["max_speed_kmh"], edge["max_through_t"]) == ("residential", 30, 0)
    assert edge.geometry.length == pytest.approx(725, rel=0.01)


def test_faults_of_a_graph_are_listed_at_once():
    graph = nx.MultiDiGraph()
    graph.add_node(1, x=0.5)
    graph.add_node(2, x=0.51, y=49.5)
    graph.add_edge(1, 2, highway="primary")
    graph.add_edge(2, 1, highway="moon", length=-4)
    with pytest.raises(InputError) as error:
        RoadNetwork.from_networkx(graph, CAR, name="town")
    assert "town has 5 faults" in str(error.value)
    for words in (
        "crs: expected",
        "y: expected a coordinate",
        "length: expected metres",
        "length: found -4",
        'found "moon"',
    ):
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "expected a whole GraphML file"),
        (b"<graphml>", "expected a whole GraphML file"),
        (
            b'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"></graphml>',
            "expected a whole GraphML file",
        ),
        (
            (
                b'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
                b'<graph edgedefault="directed"/></graphml>'
            ),
            "no edge",
        ),
    ],
)
def test_a_graphml_that_cannot_be_used(tmp_path, content, words):
    path = tmp_path / "roads.graphml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read(path)


def test_an_xml_bomb(tmp_path):
    """Entities that would grow to 10^10 letters are refused by the parser, at once."""
    layers = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 11))
    bomb = f'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY l0 "aaaaaaaaaa">{layers}]>'
    for name, body in (
        ("roads.graphml", "<graphml>&l10;</graphml>"),
        ("roads.osm", '<osm version="0.6"><node id="1" lat="1" lon="1" user="&l10;"/></osm>'),
    ):
        path = tmp_path / name
        path.write_text(bomb + body)
        with pytest.raises(InputError, match="expected a whole"):
            read(path)


def test_missing_lengths(roads, tmp_path):
    graph = roads.to_networkx()
    for *_, data in graph.edges(data=True):
        data.pop("length")
    path = tmp_path / "roads.graphml"
    osmnx.save_graphml(graph, path)
    with pytest.raises(InputError, match="length: expected metres, 0 or more, on every edge") as error:
        read(path)
    assert f"and {len(roads.edges) - 3} more" in str(error.value)


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.parquet"])
def test_files_for_a_gis(roads, tmp_path, name):
    path = tmp_path / "out" / name
    roads.to_file(path)
    edges = gpd.read_parquet(path) if name.endswith("parquet") else gpd.read_file(path, layer="edges")
    nodes = (
        gpd.read_parquet(path.with_name("roads-nodes.parquet"))
        if name.endswith("parquet")
        else gpd.read_file(path, layer="nodes")
    )
    assert edges.crs == nodes.crs == roads.nodes.crs
    np.testing.assert_allclose(edges["time_s"], roads.edges["time_s"])
    assert edges["max_weight_t"].tolist() == roads.edges["max_weight_t"].tolist()
    assert len(nodes) == len(roads.nodes)
    before = path.read_bytes()
    roads.to_file(path)
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".writing-*"))


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.parquet"])
def test_files_for_a_gis_are_read_back(roads, tmp_path, name):
    """The same travel times and limits, one-ways included."""
    roads.to_file(tmp_path / name)
    places = roads.nodes.geometry[roads.nodes["access"]]
    again = read(tmp_path / name)
    np.testing.assert_allclose(again.matrix(places, places), roads.matrix(places, places), rtol=1e-5)
    for limit in ("max_weight_t", "max_height_m", "max_through_t", "fixed_time_s"):
        assert sorted(again.edges[limit].unique()) == sorted(roads.edges[limit].unique())
    assert again.unread == ()


def test_merged_edges_of_our_own_graph(tmp_path, roads):
    """osmnx merges our edges: limits keep the least, tolls and waits add up."""
    graph = nx.MultiDiGraph(crs="EPSG:2154")
    for node, x in enumerate((0.0, 1000.0)):
        graph.add_node(node, x=500_000 + x, y=6_900_000.0)
    merged = {
        "max_weight_t": [float("inf"), 19.0],
        "toll_eur": [0.0, 7.0],
        "unpaved": [True, False],
        "name": ["Pont", "Quai"],
    }
    graph.add_edge(0, 1, osmid=[1, 2], highway="primary", length=1000.0, **merged)
    graph.add_edge(1, 0, osmid=3, highway="primary", length=1000.0)
    osmnx.save_graphml(graph, tmp_path / "merged.graphml")
    for network in (RoadNetwork.from_networkx(graph, CAR), read(tmp_path / "merged.graphml")):
        edge = network.edges.iloc[0]
        assert (edge["max_weight_t"], edge["toll_eur"], bool(edge["unpaved"])) == (19, 7, True)


def test_an_ending_that_is_not_known(roads, tmp_path):
    with pytest.raises(InputError, match=r"expected \.gpkg or \.parquet"):
        roads.to_file(tmp_path / "roads.doc")
    for name in ("roads.doc", "roads"):
        (tmp_path / name).write_text("")
        with pytest.raises(InputError, match="an ending that is not known"):
            read(tmp_path / name)
    for name in ("nothing.osm", "x" * 5000 + ".osm", "no\0name.osm"):
        with pytest.raises(InputError, match="found no such file") as error:
            read(tmp_path / name)
        assert len(str(error.value)) < 300
    with pytest.raises(InputError, match="found an address; expected a file: download it first"):
        read("http://example.org/roads.osm.pbf")
    with pytest.raises(InputError, match="expected a CRS in metres"):
        read(tmp_path / "town.osm", crs="EPSG:4326")
    assert coopgeo.InputError is InputError
