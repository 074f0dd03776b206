"""Least-cost matrices, trees and paths. Unreachable is `inf`."""

from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InputError, Message, NoPathError, check_kind
from coopgeo.travel import hierarchy
from coopgeo.travel.graph import CLOSED, Graph, node_positions

Engine = Literal["hierarchy", "dijkstra"]

_BLOCK_BYTES = 256 * 2**20
_NO_PREDECESSOR = -9999  # SciPy's mark for "no node before this one"


def matrix(graph: Graph, sources: Ints, targets: Ints, *, engine: Engine | None = None) -> Floats:
    """Least cost from every source to every target.

    Parameters
    ----------
    graph : Graph
    sources, targets : ndarray of int
        Node positions; repeats are searched once.
    engine : {"hierarchy", "dijkstra"}, optional
        A contraction hierarchy, or SciPy's Dijkstra; the figures are the same. By default the hierarchy where its
        package is installed.

    Returns
    -------
    ndarray of float, shape (len(sources), len(targets))
        `inf` where no path exists.

    Raises
    ------
    InputError
        If the engine is unknown or not installed, or a position is no node.
    """
    sources, targets = checked_nodes(graph, sources, targets)
    found = _room_for(len(sources), len(targets))
    for at, rows in _row_blocks(graph, sources, targets, engine):
        found[at] = rows
    return found


def costs(graph: Graph, sources: Ints, targets: Ints) -> Floats:
    """Least cost from each source to the target in the same place.

    Parameters
    ----------
    graph : Graph
    sources, targets : ndarray of int, shape (pairs,)
        Node positions.

    Returns
    -------
    ndarray of float, shape (pairs,)
        `inf` where no path exists.

    Raises
    ------
    InputError
        If a position is no node.
    """
    sources, targets = checked_nodes(graph, sources, targets)
    found = np.empty(len(sources))
    starts, rank = np.unique(sources, return_inverse=True)
    step = max(1, _BLOCK_BYTES // (20 * max(1, len(np.unique(targets)))))
    for begin in range(0, len(starts), step):
        pair = np.flatnonzero((rank >= begin) & (rank < begin + step))
        ends, column = np.unique(targets[pair], return_inverse=True)
        found[pair] = matrix(graph, starts[begin : begin + step], ends)[rank[pair] - begin, column]
    return found


def _room_for(sources: int, targets: int) -> Floats:
    try:
        return np.empty((sources, targets))
    except (MemoryError, ValueError):  # the latter beyond what an address can count
        raise CoopgeoError(
            Message(
                "found no memory for {sources} x {targets} costs ({gigabytes:.0f} GB); expected fewer: "
                "matrix_blocks writes them to files, block by block",
                sources=sources,
                targets=targets,
                gigabytes=8e-9 * sources * targets,
            )
        ) from None


def checked_nodes(graph: Graph, sources: ArrayLike, targets: ArrayLike) -> tuple[Ints, Ints]:
    """Sources and targets as positions of nodes; an `InputError` names what is none."""
    n = checked_graph(graph).topology.n
    return node_positions(sources, n, name="sources"), node_positions(targets, n, name="targets")


def checked_graph(graph: object) -> Graph:
    """A graph, or an `InputError`."""
    check_kind("graph", graph, Graph, Message("a Graph, as Graph.weighted makes it"))
    assert isinstance(graph, Graph)
    return graph


def _row_blocks(graph: Graph, sources: Ints, targets: Ints, engine: Engine | None) -> Iterator[tuple[slice, Floats]]:
    """Rows of the matrix, some at a time, so that what a search needs stays small."""
    rows, row_bytes = _engine(graph, targets, engine)
    step = max(1, _BLOCK_BYTES // row_bytes)
    for begin in range(0, len(sources), step):
        at = slice(begin, min(begin + step, len(sources)))
        starts, back = _once(sources[at])
        found = graph.as_weights(rows(starts))
        yield at, found if back is None else found[back]


def _engine(graph: Graph, targets: Ints, engine: Engine | None) -> tuple[Callable[[Ints], NDArray[Any]], int]:
    """What gives the rows of some sources, and the bytes that it needs for one."""
    if engine is not None and str(engine) not in get_args(Engine):
        raise InputError(Message('engine: found "{engine}"; expected hierarchy or dijkstra', engine=str(engine)))
    customized = None if engine == "dijkstra" else graph.weighted_hierarchy
    if customized is not None:
        ends, back = _once(targets)
        columns = slice(None) if back is None else back
        return lambda starts: hierarchy.distances(customized, starts, ends)[:, columns], 20 * len(targets) + 1
    if engine == "hierarchy" and len(graph.units):
        raise InputError(Message("engine: found no package pyroutingkit; install it, or leave the engine out"))
    return lambda starts: dijkstra(graph.forward, indices=starts)[:, targets], 8 * graph.topology.n


def _once(nodes: Ints) -> tuple[Ints, Ints | None]:
    """The nodes without repeats, and the place of each in them; None if there is no repeat."""
    each, back = np.unique(nodes, return_inverse=True)
    return (nodes, None) if len(each) == len(nodes) else (each, back)


def tree(graph: Graph, node: int, *, limit: float = np.inf, reverse: bool = False) -> Floats:
    """Least cost from one node to every node, or from every node to it.

    Parameters
    ----------
    graph : Graph
    node : int
    limit : float
        Farther nodes are not searched.
    reverse : bool
        True: from every node to this one, as goods travel to a platform.

    Returns
    -------
    ndarray of float, shape (n,)
        `inf` where no path exists within the limit.
    """
    node = node_positions([node], checked_graph(graph).topology.n, name="node")[0]
    if not isinstance(limit, int | float | np.number) or isinstance(limit, bool) or not limit >= 0:
        raise InputError(Message("limit: found {limit}; expected 0 or more", limit=limit))
    ways: csr_array = graph.backward if reverse else graph.forward
    units = float(min(limit, CLOSED / graph.per_unit)) * graph.per_unit
    return graph.as_weights(dijkstra(ways, indices=node, limit=units))


def path(graph: Graph, source: int, target: int) -> Ints:
    """Positions of the arcs of a least-cost path, in order.

    Raises
    ------
    NoPathError
        If the target cannot be reached.
    """
    start = node_positions([source], checked_graph(graph).topology.n, name="source")
    arcs, _, found = paths(graph, start, node_positions([target], graph.topology.n, name="target"))
    if not found[0]:
        raise NoPathError(Message("no path from node {source} to node {target}", source=source, target=target))
    return arcs


def paths(graph: Graph, sources: Ints, targets: Ints) -> tuple[Ints, Ints, Mask]:
    """Least-cost paths from each source to the target in the same place, with one search for each distinct source.

    Parameters
    ----------
    graph : Graph
    sources, targets : ndarray of int, shape (pairs,)
        Node positions.

    Returns
    -------
    arcs : ndarray of int
        Positions of the arcs of all paths, in order.
    offsets : ndarray of int, shape (pairs + 1,)
        Path i is `arcs[offsets[i]:offsets[i + 1]]`; nothing where the target is the source or cannot be reached.
    found : ndarray of bool, shape (pairs,)
        False where the target cannot be reached.

    Raises
    ------
    InputError
        If a position is no node, or there are more sources than targets, or fewer.
    """
    sources, targets = checked_nodes(graph, sources, targets)
    if len(sources) != len(targets):
        raise InputError(
            Message(
                "paths: found {sources} sources and {targets} targets; expected as many of both",
                sources=len(sources),
                targets=len(targets),
            )
        )
    starts, rank = np.unique(sources, return_inverse=True)
    found = np.ones(len(sources), dtype=bool)
    walked: list[tuple[Ints, Ints, Ints]] = []  # pair, tail and head of every arc, from the targets back
    step = max(1, _BLOCK_BYTES // (12 * graph.topology.n))
    for begin in range(0, len(starts), step):
        _, before = dijkstra(graph.forward, indices=starts[begin : begin + step], return_predecessors=True)
        pair = np.flatnonzero((rank >= begin) & (rank < begin + step) & (sources != targets))
        node, row = targets[pair], rank[pair] - begin
        found[pair] = before[row, node] != _NO_PREDECESSOR
        pair, node, row = (array[found[pair]] for array in (pair, node, row))
        while len(pair):
            tail = before[row, node].astype(np.intp)
            walked.append((pair, tail, node))
            under_way = tail != sources[pair]
            pair, node, row = pair[under_way], tail[under_way], row[under_way]
    if not walked:
        return np.empty(0, dtype=np.intp), np.zeros(len(sources) + 1, dtype=np.intp), found
    of, tail, head = (np.concatenate(parts)[::-1] for parts in zip(*walked, strict=True))
    order = np.argsort(of, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(sources)))])
    return graph.arcs_between(tail[order], head[order]), offsets, found


def strong_parts(graph: Graph) -> Ints:
    """Number of the part that each node belongs to; the nodes of a part all reach each other.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    ways = graph.forward
    # The structure alone counts: SciPy drops explicit zeros here, so the arcs of weight 0 get a weight of 1.
    pattern = csr_array((np.ones_like(ways.data), ways.indices, ways.indptr), shape=ways.shape)
    _, part = connected_components(pattern, directed=True, connection="strong")
    return np.asarray(part, dtype=np.intp)
