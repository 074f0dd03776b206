"""A place joins the road it lies on: what one finds is what one finds on a network that is cut there."""

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from coopgeo.errors import InputError
from coopgeo.roads import RoadNetwork
from coopgeo.roads.joining import joints_of
from coopgeo.roads.vehicles import ACCESS_WINDING

from .test_network import CRS, TRUCK, network, points

WEIGHTS = ("length_m", "time_s", "cost_eur")


def made(at, links, **more):
    """A network of streets: `links` are ends, metres and whether one drives one way only."""
    rows = [
        (u, v, "primary", float(metres)) for a, b, metres, one in links for u, v in ((a, b), (b, a))[: 1 if one else 2]
    ]
    lines = [shapely.LineString([at[u], at[v]]) for u, v, *_ in rows]
    edges = gpd.GeoDataFrame(rows, columns=["u", "v", "highway", "length_m"], geometry=lines, crs=CRS)
    nodes = gpd.GeoDataFrame(
        {"access": True}, index=list(at), geometry=[shapely.Point(p) for p in at.values()], crs=CRS
    )
    return RoadNetwork.for_vehicle(nodes, edges.assign(**more), TRUCK, name="streets")


@st.composite
def streets(draw):
    """A ring of streets, so that one gets everywhere, with some across, one-way or not, and spots upon them."""
    n = draw(st.integers(3, 7))
    at = {i: (1000 * np.cos(2 * np.pi * i / n), 1000 * np.sin(2 * np.pi * i / n)) for i in range(n)}
    one_way = draw(st.booleans())
    links = [(i, (i + 1) % n, draw(st.integers(1000, 3000)), one_way) for i in range(n)]
    for i in range(n):
        j = draw(st.integers(0, n - 1))
        if j not in (i, (i + 1) % n, (i - 1) % n) and not any({i, j} == {a, b} for a, b, *_ in links):
            links.append((i, j, draw(st.integers(1000, 3000)), draw(st.booleans())))
    spot = st.tuples(st.integers(0, n - 1), st.integers(1, 9).map(lambda tenth: tenth / 10))
    return at, links, draw(st.lists(spot, min_size=2, max_size=6))


def split_at(at, links, spots):
    """The graph in which each spot is a node of its own."""
    graph, cut = nx.DiGraph(), {}
    for link, share in dict.fromkeys(spots):
        cut.setdefault(link, []).append((share, (link, share)))
    for number, (a, b, metres, one) in enumerate(links):
        stops = [(0.0, a), *sorted(cut.get(number, [])), (1.0, b)]
        for (begin, u), (end, v) in pairwise(stops):
            for tail, head in ((u, v), (v, u))[: 1 if one else 2]:
                known = graph.get_edge_data(tail, head, {"length": np.inf})["length"]
                graph.add_edge(tail, head, length=min(known, (end - begin) * metres))
    return graph


def spots_on(at, links, spots):
    where = [shapely.LineString([at[links[i][0]], at[links[i][1]]]).interpolate(t, normalized=True) for i, t in spots]
    return gpd.GeoSeries(where, crs=CRS)


@settings(max_examples=60)
@given(streets())
def test_the_figures_are_those_of_a_network_that_is_cut_there(case):
    at, links, spots = case
    roads, places, graph = made(at, links), spots_on(*case), split_at(*case)
    expected = [[nx.shortest_path_length(graph, spot, other, "length") for other in spots] for spot in spots]
    for engine in ("hierarchy", "dijkstra"):
        np.testing.assert_allclose(roads.matrix(places, places, "length_m", engine=engine), expected, atol=0.01)
    paths = roads.paths(places.iloc[:-1], places.iloc[1:], "length_m")
    np.testing.assert_allclose(paths.length_m, np.diag(expected, 1), atol=0.01)
    for direction in ("from", "to"):
        reach, turned = (
            roads.tree(places[0], "length_m", direction=direction),
            graph if direction == "from" else graph.reverse(),
        )
        lengths = nx.single_source_dijkstra_path_length(turned, spots[0], weight="length")
        np.testing.assert_allclose(reach.to_numpy(), [lengths[node] for node in reach.index], atol=0.01)


@settings(max_examples=40)
@given(streets())
def test_a_path_is_one_line_from_spot_to_spot_and_adds_up_to_the_matrix(case):
    roads, places = made(*case[:2]), spots_on(*case)
    matrix = {weight: roads.matrix(places, places, weight) for weight in WEIGHTS}
    for i, j in pairwise(range(len(places))):
        for weight in WEIGHTS:
            driven = roads.path(places[i], places[j], weight)
            assert driven[weight].sum() == pytest.approx(matrix[weight][i, j], abs=0.01)
        ends = [line.coords for line in driven.geometry]
        for before, after in pairwise(ends):
            np.testing.assert_allclose(before[-1], after[0], atol=1e-3)
        if ends:
            np.testing.assert_allclose(
                [ends[0][0], ends[-1][-1]], [places[i].coords[0], places[j].coords[0]], atol=1e-3
            )


@settings(max_examples=40)
@given(streets())
def test_a_place_on_its_road_never_goes_farther_than_by_the_end_of_it(case):
    """To the end of its road it is no farther than straight there with the winding of small ways, and then on."""
    at, links, spots = case
    straight = [
        (a, b, shapely.Point(at[a]).distance(shapely.Point(at[b])) * 1.2, one) for a, b, _, one in links if not one
    ]
    if len(straight) < len(links):
        return
    roads, places = made(at, straight), spots_on(at, straight, spots)
    by_node = roads.snap(places)
    ends = roads.matrix(by_node, by_node, "length_m")
    access = by_node["snap_m"].to_numpy() * ACCESS_WINDING
    by_road = roads.matrix(places, places, "length_m")
    assert (by_road <= access[:, None] + ends + access + 0.01).all()


def test_places_upon_nodes_go_from_node_to_node():
    roads = network()
    nodes = roads.nodes[roads.nodes["joined"]].geometry
    for weight in WEIGHTS:
        column = [roads.tree(node, weight)[nodes.index] for node in nodes]
        np.testing.assert_allclose(roads.matrix(nodes, nodes, weight), column)
    assert joints_of(roads, nodes).out.edge.tolist() == [-1] * 4


def test_two_places_of_one_road_go_along_it_in_the_direction_that_is_open():
    at = {"a": (0, 0), "b": (1000, 0), "c": (1000, 1000)}
    roads = made(at, [("a", "b", 1100, True), ("b", "c", 1000, True), ("c", "a", 1500, True)])
    west, east = points((200, 0)), points((700, 0))
    assert roads.matrix(west, east, "length_m")[0, 0] == pytest.approx(0.5 * 1100)
    assert roads.matrix(east, west, "length_m")[0, 0] == pytest.approx(0.3 * 1100 + 1000 + 1500 + 0.2 * 1100)
    driven = roads.path(west[0], east[0], "length_m")
    assert driven["length_m"].tolist() == [pytest.approx(550)]
    assert driven.geometry.iloc[0].equals_exact(shapely.LineString([(200, 0), (700, 0)]), 1e-6)
    assert driven[["u", "v"]].to_numpy().tolist() == [["200 0", "700 0"]]


def test_the_way_from_a_place_off_the_road_leads_straight_to_it():
    at = {"a": (0, 0), "b": (1000, 0)}
    roads = made(at, [("a", "b", 1000, False)])
    place, end = points((300, 100)), points((1000, 0))
    assert roads.matrix(place, end, "length_m")[0, 0] == pytest.approx(130 + 700)
    driven = roads.path(place[0], end[0], "length_m")
    assert driven["highway"].tolist() == ["access", "primary"]
    assert [list(line.coords) for line in driven.geometry] == [[(300, 100), (300, 0)], [(300, 0), (1000, 0)]]
    assert driven["time_s"].sum() == pytest.approx(130 / 10 + 700 / (60 / 3.6))


def test_places_nearer_to_each_other_than_to_their_road_are_joined_directly():
    roads = made({"a": (0, 0), "b": (1000, 0)}, [("a", "b", 1000, False)])
    yard, boiler = points((300, 400)), points((330, 440))
    assert roads.matrix(yard, boiler, "length_m")[0, 0] == pytest.approx(50 * 1.3)
    assert roads.path(yard[0], boiler[0]).geometry.tolist() == [shapely.LineString([yard[0], boiler[0]])]


def test_motorways_ferries_and_bridges_are_joined_at_their_ends_only():
    """On the north bank half-way along the ferry: the road of the bank is joined, not the water."""
    roads = network()
    assert joints_of(roads, points((6010, 300))).foot.tolist() == [[6000, 1000]]
    at = {"a": (0, 0), "b": (1000, 0)}
    for columns in ({"highway": "motorway"}, {"bridge": True}, {"tunnel": True}, {"crossing": "bridge"}):
        vehicle = TRUCK.__class__(**{**vars(TRUCK), "speeds_kmh": {**TRUCK.speeds_kmh, "motorway": 90.0}})
        plain = made(at, [("a", "b", 1000, False)])
        special = RoadNetwork.for_vehicle(
            plain.nodes[["access", "geometry"]], plain.edges.assign(**columns), vehicle, name="x"
        )
        assert joints_of(special, points((400, 10))).foot.tolist() == [[0, 0]], columns
        assert joints_of(plain, points((400, 10))).foot.tolist() == [[400, 0]]


def test_the_nearest_road_over_the_river_is_not_joined():
    at = {"a": (0, 0), "b": (1000, 0), "c": (1000, -900), "d": (0, -900)}
    links = [("a", "b", 1000, False), ("b", "c", 900, False), ("c", "d", 1000, False), ("d", "a", 900, False)]
    roads = made(at, links)
    place = points((500, -100))
    river = shapely.LineString([(10, -50), (990, -50)])
    assert joints_of(roads, place).foot.tolist() == [[500, 0]]
    over = RoadNetwork.for_vehicle(roads.nodes, roads.edges, TRUCK, name="river", barrier=river)
    assert joints_of(over, place).foot.tolist() == [[0, -100]] or joints_of(over, place).foot.tolist() == [[1000, -100]]
    moat = shapely.box(400, -200, 600, -20).exterior
    shut = RoadNetwork.for_vehicle(roads.nodes, roads.edges, TRUCK, name="moat", barrier=moat)
    with pytest.raises(InputError, match="the nearest lie over the river"):
        joints_of(shut, place)


def test_a_road_that_a_change_closes_stays_the_road_of_its_places():
    at = {"a": (0, 0), "b": (1000, 0), "c": (1000, 300), "d": (0, 300)}
    links = [("a", "b", 1000, False), ("b", "c", 300, False), ("c", "d", 1000, False), ("d", "a", 300, False)]
    roads = made(at, links)
    place, end = points((500, 10)), points((1000, 300))
    closed = roads.with_changes(closed_edges=((roads.edges["u"] == "a") & (roads.edges["v"] == "b")).to_numpy())
    assert closed.matrix(end, place, "length_m")[0, 0] == pytest.approx(13 + 500 + 300)
    assert closed.matrix(place, end, "length_m")[0, 0] == pytest.approx(13 + 500 + 300 + 1000)
    street = roads.edges["u"].isin(["a", "b"]) & roads.edges["v"].isin(["a", "b"])
    assert np.isinf(roads.with_changes(closed_edges=street.to_numpy()).matrix(place, end, "length_m")).all()


def test_a_street_for_residents_is_left_and_entered_by_those_who_live_there():
    at = {"a": (0, 0), "b": (1000, 0), "c": (1000, 1000)}
    roads = made(at, [("a", "b", 1000, False), ("b", "c", 1000, False), ("c", "a", 1500, False)])
    lane = roads.edges["u"].isin(["a", "c"]) & roads.edges["v"].isin(["a", "c"])
    limited = roads.edges.assign(max_through_t=np.where(lane, 3.5, np.inf))
    lorry = RoadNetwork.for_vehicle(roads.nodes, limited, TRUCK, name="lane")
    yard, a, c = points((500, 500)), points((0, 0)), points((1000, 1000))
    assert lorry.matrix(a, c, "length_m")[0, 0] == pytest.approx(2000)
    assert lorry.matrix(yard, c, "length_m")[0, 0] == pytest.approx(750)
    assert lorry.matrix(a, yard, "length_m")[0, 0] == pytest.approx(750)


@pytest.mark.parametrize("written", ["D982", "d 982", "D 982"])
def test_a_place_may_name_its_road(written):
    roads = network(ref=["D1", "D1", "D982;D7", "D 982", "", "", "", ""])
    places = gpd.GeoDataFrame({"access_road": [written, ""]}, geometry=points((3000, 900), (3000, 900)), crs=CRS)
    south = RoadNetwork.for_vehicle(roads.nodes, roads.edges, TRUCK, name="no river")
    assert joints_of(south, places).foot.tolist() == [[3000, -1000], [3000, 1000]]
    length = south.matrix(places, points((0, -1000)), "length_m")[:, 0]
    assert length[0] == pytest.approx(1900 * 1.3 + 3000)


def test_a_road_that_is_not_there_is_named_with_those_that_are():
    roads = network(ref=["D1", "D1", "D982;D7", "D982", "", "", "", ""])
    places = gpd.GeoDataFrame({"access_road": ["D81"]}, geometry=points((3000, 900)), crs=CRS).set_axis(["depot"])
    with pytest.raises(InputError, match=r'id "depot", access_road: found "D81".*nearest are D1, D982'):
        joints_of(roads, places)
    assert joints_of(network(ref=""), places).foot.tolist() == [[3000, 1000]]  # roads without numbers know none


def test_a_road_with_a_bend_is_cut_where_the_place_lies():
    line = shapely.LineString([(0, 0), (500, 0), (500, 500)])
    edges = gpd.GeoDataFrame({"u": ["a", "b"], "v": ["b", "a"], "highway": "primary", "length_m": 1000.0},
                             geometry=[line, line.reverse()], crs=CRS)  # fmt: skip
    nodes = gpd.GeoDataFrame({"access": True}, index=["a", "b"], geometry=shapely.points([(0, 0), (500, 500)]), crs=CRS)
    roads = RoadNetwork.for_vehicle(nodes, edges, TRUCK, name="bend")
    way = roads.paths(points((500, 200)), points((0, 0))).lines().iloc[0]
    assert way.equals_exact(substring(line, 0, 700).reverse(), 1e-6)


def test_equally_near_roads_are_told_apart_by_the_order_of_the_table():
    at = {"a": (0, 100), "b": (1000, 100), "c": (1000, -100), "d": (0, -100)}
    links = [("a", "b", 1000, False), ("b", "c", 200, False), ("c", "d", 1000, False), ("d", "a", 200, False)]
    assert joints_of(made(at, links), points((500, 0))).foot.tolist() == [[500, 100]]
    assert joints_of(made(at, links[::-1]), points((500, 0))).foot.tolist() == [[500, -100]]


def test_many_places_are_joined_as_each_alone():
    rng = np.random.default_rng(3)
    roads = network()
    places = points(*rng.uniform((-500, 100), (6500, 2000), (40, 2)).tolist())
    alone = [roads.matrix(places.iloc[[i]], places, "cost_eur")[0] for i in range(len(places))]
    np.testing.assert_array_equal(roads.matrix(places, places, "cost_eur"), alone)
