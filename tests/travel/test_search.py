"""Matrices, trees and paths by both engines: known sums, questions that are refused."""

import numpy as np
import pytest

from coopgeo import travel
from coopgeo.errors import CoopgeoError, InputError

ENGINES = ("hierarchy", "dijkstra")


def test_known_sums_of_rome(shared):
    """DIMACS-9 Rome 1999: the sums of all distances from two nodes, which anyone can recompute."""
    arcs = np.loadtxt(
        (
            line[2:]
            for line in (shared / "bench" / "roads" / "rome99.gr").read_text().splitlines()
            if line.startswith("a ")
        ),
        dtype=int,
    )
    graph = travel.Graph.weighted(travel.Topology(3353, arcs[:, 0] - 1, arcs[:, 1] - 1), arcs[:, 2].astype(float))
    for engine in ENGINES:
        sums = travel.matrix(graph, np.array([0, 3352]), np.arange(3353), engine=engine).sum(axis=1)
        assert sums.tolist() == [116_006_476, 33_624_198]


def test_many_sources_are_worked_off_in_blocks(monkeypatch):
    """A search that may hold one row only gives the same matrix."""
    rng = np.random.default_rng(1)
    u, v = rng.integers(0, 40, (2, 150))
    graph = travel.Graph.weighted(travel.Topology(40, u, v), rng.uniform(0, 9, 150))
    sources = np.array([3, 1, 1, 39, 0, 3])
    whole = travel.matrix(graph, sources, np.arange(40))
    monkeypatch.setattr("coopgeo.travel.search._BLOCK_BYTES", 1)
    for engine in ENGINES:
        np.testing.assert_array_equal(travel.matrix(graph, sources, np.arange(40), engine=engine), whole)


def test_no_source_no_target_no_arc():
    graph = travel.Graph.weighted(travel.Topology(3, np.empty(0, np.intp), np.empty(0, np.intp)), np.empty(0))
    none, all_three = np.empty(0, np.intp), np.arange(3)
    assert travel.matrix(graph, none, all_three).shape == (0, 3)
    assert travel.matrix(graph, all_three, none).shape == (3, 0)
    np.testing.assert_array_equal(travel.matrix(graph, all_three, all_three), np.where(np.eye(3), 0, np.inf))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda graph: travel.matrix(graph, np.array([0, 9]), np.array([1])),
            "sources: found 9; expected positions of nodes, 0 to 2",
        ),
        (lambda graph: travel.matrix(graph, np.array([0]), np.array([-1])), "targets: found -1"),
        (lambda graph: travel.matrix(graph, np.array([0]), np.array([1]), engine="abacus"), 'engine: found "abacus"'),
        (lambda graph: travel.tree(graph, 7), "node: found 7"),
        (lambda graph: travel.path(graph, 0, 7), "target: found 7"),
        (lambda graph: travel.path(graph, -1, 0), "source: found -1"),
        (lambda graph: travel.path(graph, 0.5, 1), "source: found float64"),
        (lambda graph: travel.matrix(graph, np.array([0.0]), np.array([1])), "sources: found float64 of shape"),
        (lambda graph: travel.matrix(graph, None, np.array([1])), "sources: found object"),
        (lambda graph: travel.matrix(graph, np.array([[0]]), np.array([1])), "sources: found int64 of shape"),
        (lambda graph: travel.paths(graph, np.array([0, 1]), np.array([1])), "found 2 sources and 1 targets"),
        (lambda graph: travel.tree(graph, 0, limit=np.nan), "limit: found nan"),
        (lambda graph: travel.tree(graph, 0, limit="far"), "limit: found far"),
        (lambda graph: travel.tree(graph, [0]), "node: found int64 of shape"),
        (lambda graph: travel.matrix(graph, [[0], [1, 2]], [1]), "sources: found object of shape"),
        (lambda graph: travel.matrix(graph, np.ma.masked_array([0, 1], [0, 1]), [1]), "sources: found masked entries"),
        (lambda graph: travel.matrix(graph, [True], [1]), "sources: found bool"),
        (lambda graph: travel.matrix(graph, ["0"], [1]), "sources: found <U1"),
        (lambda graph: travel.matrix(graph, [10**30], [1]), "sources: found object"),
        (lambda graph: travel.matrix(graph, [0], [1], engine=np.ones(2)), "engine: found"),
        (lambda _: travel.matrix(None, [0], [1]), "graph: found None; expected a Graph"),
        (lambda graph: travel.tree(graph.topology, 0), "graph: found a Topology; expected a Graph"),
        (lambda _: travel.path("graph", 0, 1), 'graph: found "graph"; expected a Graph'),
        (
            lambda graph: travel.matrix_blocks(graph, [0], [1], None),
            "folder: found None; expected the path of a folder",
        ),
        (lambda graph: travel.matrix_blocks(graph, [0], [1], "x", block_sources=True), "block_sources: found True"),
        (lambda graph: travel.matrix_blocks(graph, [0], [1], "x", block_sources=2.0), "block_sources: found 2.0"),
        (lambda graph: travel.matrix_blocks(graph, [0], [1], "nowhere", block_sources=0), "block_sources: found 0"),
        (lambda graph: travel.matrix_blocks(graph, [0], [1], "nowhere", block_sources=-1), "block_sources: found -1"),
    ],
)
def test_wrong_questions_are_refused(call, words):
    graph = travel.Graph.weighted(travel.Topology(3, np.array([0, 1]), np.array([1, 2])), np.array([1.0, 2.0]))
    with pytest.raises(InputError, match=words):
        call(graph)


def test_a_list_of_positions_will_do():
    graph = travel.Graph.weighted(travel.Topology(3, [0, 1], [1, 2]), [1.0, 2.0])
    np.testing.assert_array_equal(travel.matrix(graph, [0, 1], [2]), [[3.0], [2.0]])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, [], []), "n: found 0; expected one node or more"),
        ((2, [0], [2]), "v: found 2; expected positions of nodes, 0 to 1"),
        ((2, [-1], [1]), "u: found -1"),
        ((2, [0.0], [1.0]), "u: found float64"),
        ((2, [0, 1], [1]), "u, v: found 2 first and 1 last nodes"),
        ((2, [0], [1], np.zeros((3, 2))), "xy: found shape"),
        ((2, [0], [1], [[0, 0], [np.nan, 1]]), "xy: found no place for the nodes 1; expected finite numbers"),
        ((2, [0], [1], [[0, 0], [1e308, 1]]), "xy: found no place for the nodes 1"),
        ((2, [0], [1], [["a", "b"], ["c", "d"]]), "xy: found what are no numbers"),
        ((2.0, [0], [1]), "n: found .2.0.; expected a number of nodes"),
        (("2", [0], [1]), "n: found .2.; expected a number of nodes"),
        ((True, [0], [0]), "n: found .True.; expected a number of nodes"),
        ((2**40, [0], [1]), "n: found 1099511627776; expected one node or more, fewer than"),
        ((2, [0], [1], None, 7), "cache: found 7; expected the path of a folder"),
    ],
)
def test_arcs_that_are_none_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        travel.Topology(*arguments)


@pytest.mark.parametrize("weights", [[1e-9, 1e12, 1.0], [1.0, 1e308, 1.0], [1e308, 1e308, 1e308], [2.0, 3.0, 1e11]])
def test_a_weight_that_wipes_out_the_others_is_refused(weights):
    """Closed roads are inf: a closed road of 1e12 s would make every other time 0."""
    arcs = travel.Topology(3, [0, 1, 2], [1, 2, 0])
    with pytest.raises(InputError, match=r"weight: found .*or inf for an arc that is closed"):
        travel.Graph.weighted(arcs, np.array(weights))
    closed = np.where(np.array(weights) > 1e6, np.inf, weights)
    assert travel.Graph.weighted(arcs, closed).topology is arcs


@pytest.mark.parametrize(
    "weight",
    [
        ["slow"],
        ["1.0"],
        [True],
        [1j],
        [None],
        [[1.0], [1.0, 2.0]],
        [10**400],
        np.array(["2026-11-27"], dtype="datetime64[D]"),
        np.array([5], dtype="timedelta64[m]"),
        np.ma.masked_array([1.0], [True]),
    ],
)
def test_weights_that_are_no_numbers_are_refused(weight):
    with pytest.raises(InputError, match="weight: found what are no numbers"):
        travel.Graph.weighted(travel.Topology(2, [0], [1]), weight)


def test_a_matrix_that_no_memory_holds_is_told_in_words():
    graph = travel.Graph.weighted(travel.Topology(2, [0], [1]), [1.0])
    many = np.zeros(10**8, dtype=np.int8)
    with pytest.raises(CoopgeoError, match=r"found no memory for 100000000 x 100000000 costs \(80000000 GB\)"):
        travel.matrix(graph, many, many)
