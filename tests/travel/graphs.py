"""Small graphs that hypothesis draws, and what networkx says of them."""

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from coopgeo import travel

WEIGHTS = st.one_of(st.sampled_from([0.0, 1.0, 1.0, 2.5, 4.0, np.inf]), st.floats(0.02, 1e4))


@st.composite
def graphs(draw):
    """A directed multigraph (n, u, v, weight) with loops, ties, zero weights, closed arcs and unreachable parts."""
    n = draw(st.integers(2, 9))
    arc = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), WEIGHTS)
    arcs = draw(st.lists(arc, min_size=1, max_size=26))
    u, v, weight = (np.array(part) for part in zip(*arcs, strict=True))
    return n, u.astype(np.intp), v.astype(np.intp), weight.astype(float)


def built(case):
    n, u, v, weight = case
    return travel.Graph.weighted(travel.Topology(n, u, v), weight)


def rounded(case):
    """The weights as the graph keeps them."""
    graph = built(case)
    return graph.as_weights(graph.units)


def reference(case):
    """All pairs by networkx, with the weights as the graph keeps them."""
    n, u, v, _ = case
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(
        (a, b, w) for a, b, w in zip(u.tolist(), v.tolist(), rounded(case).tolist(), strict=True) if np.isfinite(w)
    )
    found = dict(nx.all_pairs_dijkstra_path_length(graph))
    return np.array([[found[i].get(j, np.inf) for j in range(n)] for i in range(n)])
