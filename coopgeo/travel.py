"""Least-cost travel on a directed graph in plain arrays: matrices, trees and paths, by SciPy's Dijkstra.

Unreachable is `inf`. Nodes are positions 0..n-1; an edge may have any weight of 0 or more, and of parallel edges the cheapest counts.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from coopgeo.errors import NoPathError

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

_BLOCK_BYTES = 256 * 2**20
_NO_PREDECESSOR = -9999  # SciPy's mark for "no node before this one"


@dataclass(frozen=True)
class Graph:
    """A directed graph with one weight per edge, ready for many searches.

    Attributes
    ----------
    forward, backward : csr_array
        Weights of the edges that can be used, and of the same edges turned round; shape (n, n).
    edge_at : csr_array
        For each pair of `forward`, 1 + the position of the edge that was kept.
    """

    forward: csr_array
    backward: csr_array
    edge_at: csr_array

    @classmethod
    def build(cls, n: int, u: Ints, v: Ints, weight: Floats) -> "Graph":
        """Build the graph of the edges whose weight is finite.

        Parameters
        ----------
        n : int
            Number of nodes.
        u, v : ndarray of int, shape (m,)
            Positions of the first and last node of each edge.
        weight : ndarray of float, shape (m,)
            Weight of each edge, 0 or more; `inf` closes an edge.
        """
        order = np.lexsort((weight, v, u))
        order = order[np.isfinite(weight[order]) & (u[order] != v[order])]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(u[order]) != 0) | (np.diff(v[order]) != 0)
        kept = order[first]
        forward = csr_array((weight[kept], (u[kept], v[kept])), shape=(n, n))
        edge_at = csr_array((kept + 1, (u[kept], v[kept])), shape=(n, n))
        return cls(forward, forward.T.tocsr(), edge_at)

    @property
    def size(self) -> int:
        """Number of nodes."""
        return int(self.forward.shape[0])


def matrix(graph: Graph, sources: Ints, targets: Ints) -> Floats:
    """Least cost from every source to every target.

    Parameters
    ----------
    graph : Graph
    sources, targets : ndarray of int
        Node positions; repeats are searched once.

    Returns
    -------
    ndarray of float, shape (len(sources), len(targets))
        `inf` where no path exists.
    """
    if len(np.unique(sources)) > len(np.unique(targets)):
        return _rows(graph.backward, targets, sources).T.copy()
    return _rows(graph.forward, sources, targets)


def _rows(weights: csr_array, sources: Ints, targets: Ints) -> Floats:
    starts, back = np.unique(sources, return_inverse=True)
    block = max(1, _BLOCK_BYTES // (8 * weights.shape[0]))
    rows = [dijkstra(weights, indices=starts[i : i + block])[:, targets] for i in range(0, len(starts), block)]
    found = np.concatenate(rows) if rows else np.empty((0, len(targets)))
    return np.asarray(found[back])


def path(graph: Graph, source: int, target: int) -> Ints:
    """Positions of the edges of a least-cost path, in order.

    Raises
    ------
    NoPathError
        If the target cannot be reached.
    """
    if source == target:
        return np.empty(0, dtype=np.intp)
    _, before = dijkstra(graph.forward, indices=source, return_predecessors=True)
    if before[target] == _NO_PREDECESSOR:
        raise NoPathError(f"no path from node {source} to node {target}")
    nodes = [target]
    while nodes[-1] != source:
        nodes.append(int(before[nodes[-1]]))
    return np.array([graph.edge_at[u, v] - 1 for v, u in pairwise(nodes)][::-1], dtype=np.intp)


def largest_strong_component(graph: Graph) -> NDArray[np.bool_]:
    """Mask of the nodes of the largest part in which every node reaches every other."""
    # The structure alone counts: SciPy drops explicit zeros here, so the edges of length 0 get a weight of 1.
    pattern = csr_array((np.ones_like(graph.forward.data), graph.forward.indices, graph.forward.indptr), shape=graph.forward.shape)
    _, label = connected_components(pattern, directed=True, connection="strong")
    return np.asarray(label == np.bincount(label).argmax())
