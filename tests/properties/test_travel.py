"""Weights, matrices, trees and paths of small graphs against networkx, by both engines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo import travel
from coopgeo.errors import NoPathError
from coopgeo.travel.graph import CLOSED
from tests.travel.graphs import built, graphs, reference, rounded

ENGINES = ("hierarchy", "dijkstra")


@given(graphs())
def test_no_path_reaches_the_mark_for_no_way(case):
    graph, all_pairs = built(case), reference(case)
    assert (all_pairs[np.isfinite(all_pairs)] * graph.per_unit < CLOSED).all()


@given(graphs())
def test_rounding_is_half_a_unit_at_most(case):
    graph, given_weights, kept = built(case), case[3], rounded(case)
    open_to = np.isfinite(kept)
    np.testing.assert_allclose(kept[open_to], given_weights[open_to], atol=0.5000001 / graph.per_unit, rtol=1e-12)
    longest = np.max(reference(case), where=np.isfinite(reference(case)), initial=0)
    assert (given_weights[~open_to] > longest).all()


@given(graphs())
def test_both_engines_equal_networkx(case):
    everyone, graph = np.arange(case[0]), built(case)
    by_hierarchy, by_dijkstra = (travel.matrix(graph, everyone, everyone, engine=engine) for engine in ENGINES)
    np.testing.assert_array_equal(by_hierarchy, by_dijkstra)
    np.testing.assert_allclose(by_dijkstra, reference(case), rtol=1e-12, atol=1e-12)


@given(graphs(), st.data())
def test_a_part_of_the_matrix_is_that_part(case, data):
    n, *_ = case
    some = st.lists(st.integers(0, n - 1), min_size=1, max_size=12)
    sources, targets = np.array(data.draw(some)), np.array(data.draw(some))
    everyone, graph = np.arange(n), built(case)
    for engine in ENGINES:
        whole = travel.matrix(graph, everyone, everyone, engine=engine)
        np.testing.assert_array_equal(
            travel.matrix(graph, sources, targets, engine=engine), whole[np.ix_(sources, targets)]
        )


@given(graphs(), st.floats(0, 20))
def test_trees_are_rows_and_columns_of_the_matrix_within_the_limit(case, limit):
    everyone, graph = np.arange(case[0]), built(case)
    matrix = travel.matrix(graph, everyone, everyone)
    for node in everyone:
        np.testing.assert_array_equal(travel.tree(graph, node), matrix[node])
        np.testing.assert_array_equal(travel.tree(graph, node, reverse=True), matrix[:, node])
        within = travel.tree(graph, node, limit=limit)
        np.testing.assert_array_equal(within, np.where(matrix[node] <= limit, matrix[node], np.inf))


@given(graphs())
def test_paths_are_connected_and_as_long_as_the_matrix_says(case):
    n, u, v, _ = case
    graph, all_pairs, weight = built(case), reference(case), rounded(case)
    for i in range(n):
        for j in range(n):
            if np.isinf(all_pairs[i, j]):
                with pytest.raises(NoPathError):
                    travel.path(graph, i, j)
                continue
            arcs = travel.path(graph, i, j)
            assert weight[arcs].sum() == pytest.approx(all_pairs[i, j])
            if i != j:
                stops = [*u[arcs], v[arcs[-1]]]
                assert stops[0] == i
                assert stops[-1] == j
                assert list(v[arcs[:-1]]) == list(u[arcs[1:]])


@given(graphs())
def test_nodes_of_a_strong_part_reach_each_other_and_no_others_do(case):
    part, all_pairs = travel.strong_parts(built(case)), reference(case)
    mutual = np.isfinite(all_pairs) & np.isfinite(all_pairs.T)
    np.testing.assert_array_equal(part[:, None] == part, mutual)
