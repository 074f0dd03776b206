"""Many ways at once are the ways of each pair."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from scipy.sparse.csgraph import dijkstra

from coopgeo import travel
from coopgeo.errors import InputError, NoPathError
from coopgeo.roads import RoadNetwork, read

from .test_network import CRS, TRUCK, network, points

SIDE, STEP_M = 6, 500.0


@pytest.fixture(scope="module")
def lattice():
    """Equal streets, so that there are many best ways, and a yard for residents behind them."""
    at = {(i, j): (i * STEP_M, j * STEP_M) for i in range(SIDE) for j in range(SIDE)} | {(9, 9): (-900.0, -900.0)}
    links = [(a, (a[0] + di, a[1] + dj)) for a in at for di, dj in ((1, 0), (0, 1)) if (a[0] + di, a[1] + dj) in at]
    rows = [(u, v, np.inf) for a, b in links for u, v in ((a, b), (b, a))]
    rows += [((0, 0), (9, 9), 3.5), ((9, 9), (0, 0), 3.5)]
    names = {node: f"{node[0]}-{node[1]}" for node in at}
    edges = gpd.GeoDataFrame(
        [(names[u], names[v], "primary", STEP_M, limit) for u, v, limit in rows],
        columns=["u", "v", "highway", "length_m", "max_through_t"],
        geometry=[shapely.LineString([at[u], at[v]]) for u, v, _ in rows],
        crs=CRS,
    )
    nodes = gpd.GeoDataFrame({"access": True}, index=names.values(), geometry=shapely.points([*at.values()]), crs=CRS)
    return RoadNetwork.for_vehicle(nodes, edges, TRUCK, name="lattice")


@pytest.fixture(scope="module")
def pairs():
    rng = np.random.default_rng(4)
    origins, destinations = rng.uniform(-900, SIDE * STEP_M, (2, 60, 2))
    origins[40:] = origins[:20]  # origins that repeat
    destinations[5] = origins[5]  # one place twice
    destinations[6] = origins[6] + 1.0  # two places of one node
    origins[7], destinations[8] = (500.0, 500.0), (1000.0, 1500.0)  # upon a node
    labels = [f"place {i % 7}" for i in range(60)]
    return tuple(gpd.GeoSeries(shapely.points(xy), index=labels, crs=CRS) for xy in (origins, destinations))


@pytest.mark.parametrize("weight", ["time_s", "length_m", "cost_eur"])
def test_many_ways_are_the_ways_of_each_pair(lattice, pairs, weight):
    origins, destinations = pairs
    paths, lines = lattice.paths(origins, destinations, weight), lattice.paths(origins, destinations, weight).lines()
    assert lines.index.equals(origins.index)
    for at, (origin, destination) in enumerate(zip(origins, destinations, strict=True)):
        frame = paths.frame(at)
        assert paths.offsets[at + 1] - paths.offsets[at] == (frame["highway"] != "access").sum()
        stops = [origin, *(shapely.Point(line.coords[-1]) for line in frame.geometry)]
        for line, stop in zip(frame.geometry, stops, strict=False):
            assert stop.distance(shapely.Point(line.coords[0])) < 1e-6
        assert stops[-1].distance(destination) < 1e-6
        drawn = (
            shapely.line_merge(shapely.multilinestrings(list(frame.geometry))) if len(frame) else shapely.LineString()
        )
        assert shapely.equals_identical(lines.iloc[at], drawn)
        assert frame[weight].sum() == paths.total(weight)[at]
        assert frame["time_s"].sum() == paths.time_s[at]
        assert frame["length_m"].sum() == paths.length_m[at]
        assert_geodataframe_equal(frame, lattice.path(origin, destination, weight))
    np.testing.assert_allclose(paths.total(weight), np.diag(lattice.matrix(origins, destinations, weight)))


def test_the_table_is_all_frames_one_below_the_other(lattice, pairs):
    paths = lattice.paths(*pairs)
    frames = [paths.frame(at).assign(pair=at) for at in range(len(paths))]
    together = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)[paths.table().columns]
    assert_geodataframe_equal(paths.table(), together, check_like=False)


def test_pairs_without_a_way_are_inf_and_missing_and_leave_the_others_alone():
    roads = network().with_changes(closed=["bridge"], ferries=False)
    north, south = points((0, 1000), (200, 1200)), points((6000, -1000), (6000, 1000))
    paths = roads.paths(north, south)
    assert paths.found.tolist() == [False, True]
    assert np.isfinite(paths.length_m).tolist() == [False, True]
    assert paths.lines().isna().tolist() == [True, False]
    assert set(paths.table()["pair"]) == {1}
    with pytest.raises(NoPathError, match='no road open to "truck" leads from a to d'):
        paths.frame(0)


def test_no_pair_gives_no_way():
    none = points()
    paths = network().paths(none, none)
    assert len(paths) == len(paths.lines()) == len(paths.table()) == len(paths.time_s) == 0


def test_one_origin_for_two_destinations_is_refused():
    with pytest.raises(InputError, match="found 1 origins and 2 destinations"):
        network().paths(points((0, 1000)), points((0, 1000), (6000, 1000)))


@pytest.mark.parametrize("block_bytes", [1, 10**9])
def test_arcs_of_many_pairs_are_those_of_each(monkeypatch, block_bytes):
    monkeypatch.setattr("coopgeo.travel.search._BLOCK_BYTES", block_bytes)
    rng = np.random.default_rng(2)
    u, v = rng.integers(0, 40, (2, 90))
    graph = travel.Graph.weighted(travel.Topology(40, u, v), rng.integers(0, 4, 90).astype(float))
    sources, targets = rng.integers(0, 40, (2, 200))
    arcs, offsets, found = travel.paths(graph, sources, targets)
    for at, (i, j) in enumerate(zip(sources, targets, strict=True)):
        _, before = dijkstra(graph.forward, indices=i, return_predecessors=True)
        nodes = [j]
        while before[nodes[0]] >= 0:
            nodes.insert(0, before[nodes[0]])
        steps = arcs[offsets[at] : offsets[at + 1]]
        assert found[at] == (nodes[0] == i)
        assert [*u[steps], *v[steps[-1:]]] == (nodes if found[at] and i != j else [])
        parallel = [graph.units[(u == a) & (v == b)].min() for a, b in pairwise(nodes)]
        assert not len(steps) or graph.units[steps].tolist() == parallel


@pytest.mark.parametrize("column", ["zz", "highway", "geometry", 3, None, ["length_m"]])
def test_a_column_that_cannot_be_summed_is_named(lattice, pairs, column):
    with pytest.raises(InputError, match=r"column: found .*; expected a numeric column of the edges"):
        lattice.paths(*pairs).total(column)


@pytest.mark.parametrize("at", [60, -61, 1.5, "a", None, slice(2)])
def test_a_pair_that_is_not_there_is_named(lattice, pairs, at):
    with pytest.raises(InputError, match=r"at: found .*; expected the position of one of 60 pairs"):
        lattice.paths(*pairs).frame(at)


def test_pairs_are_counted_from_the_end_as_well(lattice, pairs):
    paths = lattice.paths(*pairs)
    for at in (59, 7):
        assert_geodataframe_equal(paths.frame(at - 60), paths.frame(at))


def test_a_vehicle_or_a_path_of_another_kind_is_named(lattice):
    with pytest.raises(InputError, match='vehicle: found "semi-44t"; expected a Vehicle'):
        lattice.seen_by("semi-44t")
    with pytest.raises(InputError, match="path: found None; expected the path"):
        read(None)
