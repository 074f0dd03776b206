"""Roads for who has business there only: used at the ends of a trip, never in its middle, whatever the engine."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from coopgeo import travel
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads.through_traffic import ThroughTraffic

SPEEDS = {"primary": 36.0, "residential": 36.0, "unclassified": 36.0}
LORRY = Vehicle("lorry", "camion", "lorry", 44, 90, 26, 1.0, 60.0, 1.0, 0.33, SPEEDS)


@st.composite
def networks(draw):
    n = draw(st.integers(2, 7))
    edge = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 9), st.booleans())
    u, v, weight, ends_only = (
        np.array(part) for part in zip(*draw(st.lists(edge, min_size=1, max_size=18)), strict=True)
    )
    return n, u.astype(np.intp), v.astype(np.intp), weight.astype(float), ends_only.astype(bool)


def by_hand(n, u, v, weight, ends_only):
    """Least cost over all ways to leave a zone, to pass through and to enter a zone.

    A zone is only for who starts or ends inside.
    """
    inside = np.isin(np.arange(n), np.concatenate([u[ends_only], v[ends_only]])) & ~np.isin(
        np.arange(n), np.concatenate([u[~ends_only], v[~ends_only]])
    )

    def all_pairs(mask):
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(range(n))
        graph.add_weighted_edges_from(zip(u[mask].tolist(), v[mask].tolist(), weight[mask].tolist(), strict=True))
        found = dict(nx.all_pairs_dijkstra_path_length(graph))
        return np.array([[found[i].get(j, np.inf) for j in range(n)] for i in range(n)])

    ends, through = all_pairs(ends_only), all_pairs(~ends_only)
    stay = np.where(np.eye(n), 0, np.inf)
    leaving, entering = np.where(inside[:, None], ends, stay), np.where(inside, ends, stay)
    first = (leaving[:, :, None] + through[None]).min(axis=1)
    return (first[:, :, None] + entering[None]).min(axis=1)


@given(networks())
def test_layers_keep_the_rule(case):
    n, u, v, weight, ends_only = case
    layers = ThroughTraffic.of(u, v, np.zeros((n, 2)), ends_only=ends_only, through=~ends_only)
    for engine in ("hierarchy", "dijkstra"):
        found = travel.matrix(layers.weighted(weight), layers.leave, layers.arrive, engine=engine)
        np.testing.assert_allclose(found, by_hand(*case))


@pytest.fixture
def town():
    """a - b - c on the main road, 3 km; a lane for residents cuts the corner from a to c by d, 1 km.

    e lies in the lane of d.
    """
    at = {"a": (0, 0), "b": (1500, 0), "c": (1500, 1500), "d": (100, 400), "e": (200, 600)}
    nodes = gpd.GeoDataFrame(
        {"name": "", "access": True}, index=list(at), geometry=[shapely.Point(p) for p in at.values()], crs="EPSG:2154"
    )
    links = [
        ("a", "b", 1500, np.inf),
        ("b", "c", 1500, np.inf),
        ("a", "d", 500, 3.5),
        ("d", "c", 500, 3.5),
        ("d", "e", 100, 3.5),
    ]
    rows = [row for u, v, m, t in links for row in ((u, v, "primary", float(m), t), (v, u, "primary", float(m), t))]
    lines = [shapely.LineString([at[row[0]], at[row[1]]]) for row in rows]
    return nodes, gpd.GeoDataFrame(
        rows, columns=["u", "v", "highway", "length_m", "max_through_t"], geometry=lines, crs="EPSG:2154"
    )


def metres(roads, *names):
    places = roads.nodes.geometry.loc[list(names)]
    return roads.matrix(places.iloc[:1], places.iloc[1:], "length_m")[0].tolist()


def test_a_lorry_goes_round_but_delivers_in_the_lane(town):
    lorry, light = (
        RoadNetwork.for_vehicle(*town, vehicle, name="town")
        for vehicle in (LORRY, Vehicle(**{**vars(LORRY), "gross_t": 3.5}))
    )
    assert metres(lorry, "a", "c", "d", "e") == [3000, 500, 600]
    assert metres(light, "a", "c", "d", "e") == [1000, 500, 600]
    assert metres(lorry, "e", "d", "c") == [100, 600]


def test_paths_trees_and_changes_keep_the_rule(town):
    lorry = RoadNetwork.for_vehicle(*town, LORRY, name="town")
    a, c, e = lorry.nodes.geometry.loc[["a", "c", "e"]]
    assert lorry.path(a, c)[["u", "v"]].to_numpy().tolist() == [["a", "b"], ["b", "c"]]
    assert lorry.path(e, c)[["u", "v"]].to_numpy().tolist() == [["e", "d"], ["d", "c"]]
    assert lorry.tree(a, "length_m").to_dict() == {"a": 0, "b": 1500, "c": 3000, "d": 500, "e": 600}
    assert lorry.tree(e, "length_m", direction="to", limit=600).to_dict() == {"a": 600, "c": 600, "d": 100, "e": 0}
    works = lorry.with_changes(closed_edges=((lorry.edges["u"] == "a") & (lorry.edges["v"] == "d")).to_numpy())
    assert metres(works, "a", "d") == [3500]


def test_a_lane_that_leads_nowhere_else_is_joined(town):
    roads = RoadNetwork.for_vehicle(*town, LORRY, name="town")
    assert roads.nodes["joined"].all()
    assert roads.stray.empty
