"""Roads that may be used at the ends of a trip only ("sauf desserte"), as layers of one plain graph.

A trip starts in the layer of the ends where its first place touches such a road, passes to the roads that are open to through traffic, and from
there to the layer of arrival; it never comes back. Any engine for plain graphs then keeps the rule exactly:

    leaving (end roads)  ->  through roads  ->  arriving (end roads)
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coopgeo.travel import Floats, Graph, Ints, Topology


@dataclass(frozen=True, eq=False)
class Layers:
    """Nodes and edges of a road network as nodes and arcs to search.

    Attributes
    ----------
    topology : Topology
    edge : ndarray of int, shape (arcs,)
        Position of the edge that an arc stands for; -1 for a passage from one layer to the next.
    leave, arrive : ndarray of int, shape (nodes,)
        Where a trip from a node starts, and where one to it ends.
    ends_only : ndarray of bool, shape (edges,)
    """

    topology: Topology
    edge: Ints
    leave: Ints
    arrive: Ints
    ends_only: NDArray[np.bool_]

    @classmethod
    def of(cls, u: Ints, v: Ints, xy: Floats, ends_only: NDArray[np.bool_], cache: Path | None) -> "Layers":
        """Lay out the edges u -> v between the nodes at `xy`, of which some may be used at the ends of a trip only."""
        n = len(xy)
        through, ends = np.flatnonzero(~ends_only), np.flatnonzero(ends_only)
        zone = np.unique(np.concatenate([u[ends], v[ends]]))
        leave, arrive = np.arange(n), np.arange(n)
        leave[zone] = n + np.arange(len(zone))
        arrive[zone] = n + len(zone) + np.arange(len(zone))
        tail = np.concatenate([u[through], leave[u[ends]], arrive[u[ends]], leave[zone], zone])
        head = np.concatenate([v[through], leave[v[ends]], arrive[v[ends]], zone, arrive[zone]])
        edge = np.concatenate([through, ends, ends, np.full(2 * len(zone), -1)])
        topology = Topology(n + 2 * len(zone), tail, head, np.concatenate([xy, xy[zone], xy[zone]]), cache)
        return cls(topology, edge, leave, arrive, ends_only)

    def weighted(self, weight: Floats) -> Graph:
        """The layers with one weight for each edge; to pass between layers costs nothing."""
        return Graph.weighted(self.topology, np.where(self.edge < 0, 0.0, weight[self.edge]))
