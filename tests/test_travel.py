"""Travel on small graphs, held against networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo import travel
from coopgeo.errors import NoPathError


@st.composite
def graphs(draw):
    """A directed multigraph with ties, zero weights, closed edges and unreachable parts."""
    n = draw(st.integers(2, 8))
    edge = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.sampled_from([0.0, 1.0, 1.0, 2.5, 4.0, np.inf]))
    edges = draw(st.lists(edge, min_size=1, max_size=24))
    u, v, weight = (np.array(part) for part in zip(*edges, strict=True))
    return n, u.astype(np.intp), v.astype(np.intp), weight.astype(float)


def reference(n, u, v, weight):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from((a, b, w) for a, b, w in zip(u.tolist(), v.tolist(), weight.tolist(), strict=True) if np.isfinite(w))
    found = dict(nx.all_pairs_dijkstra_path_length(graph))
    return np.array([[found[i].get(j, np.inf) for j in range(n)] for i in range(n)])


@given(graphs())
def test_matrix_equals_networkx(case):
    n, u, v, weight = case
    graph = travel.Graph.build(n, u, v, weight)
    everyone = np.arange(n)
    np.testing.assert_allclose(travel.matrix(graph, everyone, everyone), reference(*case))


@given(graphs(), st.data())
def test_a_part_of_the_matrix_is_that_part(case, data):
    n, u, v, weight = case
    graph = travel.Graph.build(n, u, v, weight)
    some = st.lists(st.integers(0, n - 1), min_size=1, max_size=12)
    sources, targets = np.array(data.draw(some)), np.array(data.draw(some))
    np.testing.assert_allclose(travel.matrix(graph, sources, targets), reference(*case)[np.ix_(sources, targets)])


@given(graphs())
def test_paths_are_connected_and_as_long_as_the_matrix_says(case):
    n, u, v, weight = case
    graph, all_pairs = travel.Graph.build(n, u, v, weight), reference(*case)
    for i in range(n):
        for j in range(n):
            if np.isinf(all_pairs[i, j]):
                with pytest.raises(NoPathError):
                    travel.path(graph, i, j)
                continue
            edges = travel.path(graph, i, j)
            assert weight[edges].sum() == pytest.approx(all_pairs[i, j])
            if i != j:
                stops = [*u[edges], v[edges[-1]]]
                assert stops[0] == i
                assert stops[-1] == j
                assert list(v[edges[:-1]]) == list(u[edges[1:]])


@given(graphs())
def test_largest_strong_component(case):
    n, u, v, weight = case
    graph = travel.Graph.build(n, u, v, weight)
    inside = np.flatnonzero(travel.largest_strong_component(graph))
    all_pairs = reference(*case)
    assert np.isfinite(all_pairs[np.ix_(inside, inside)]).all()
    mutual = np.isfinite(all_pairs) & np.isfinite(all_pairs.T)
    assert len(inside) == mutual.sum(axis=1).max()
