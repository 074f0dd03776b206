"""Roads for who has business there only ("sauf desserte"), as layers of one plain graph.

A place is inside such a zone if no road open to through traffic touches it. A trip from inside starts in the layer of
leaving, a trip to the inside ends in the layer of arriving, and what lies between are the through roads; no trip
comes back to a layer. Any engine for plain graphs then keeps the rule exactly:

    leaving (roads of the zones)  ->  through roads  ->  arriving (roads of the zones)
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from coopgeo.arrays import Floats, Ints
from coopgeo.travel import Graph, Topology


@dataclass(frozen=True, eq=False)
class ThroughTraffic:
    """Nodes and edges of a road network as nodes and arcs to search.

    Attributes
    ----------
    topology : Topology
    edge : ndarray of int, shape (arcs,)
        Position of the edge that an arc stands for; -1 for a passage from one layer to the next.
    leave, arrive : ndarray of int, shape (nodes,)
        Where a trip from a node starts, and where one to it ends.
    leaving, arriving : ndarray of int, shape (nodes,)
        Where a trip goes on that comes to a node from inside a zone, and where one is that enters a zone by it.
    ends_only : ndarray of bool, shape (edges,)
        Edges that may be used at the ends of a trip only.
    inside : ndarray of bool, shape (nodes,)
        Nodes that such edges touch, and no other edge that is open.
    """

    topology: Topology
    edge: Ints
    leave: Ints
    arrive: Ints
    leaving: Ints
    arriving: Ints
    ends_only: NDArray[np.bool_]
    inside: NDArray[np.bool_]

    @classmethod
    def on(
        cls, nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, gross_t: float, *, cache: Path | None
    ) -> "ThroughTraffic":
        """Lay out the nodes and edges of a `RoadNetwork` for a vehicle of some weight in tonnes."""
        u, v = (nodes.index.get_indexer(edges[end]) for end in ("u", "v"))
        heaviest, lightest = (edges[limit].to_numpy(float) for limit in ("max_through_t", "min_through_t"))
        ends_only = (heaviest < gross_t) | (lightest >= gross_t)
        through = ~ends_only & np.isfinite(edges["time_s"].to_numpy(float))
        xy = shapely.get_coordinates(nodes.geometry.to_numpy())
        return cls.of(u, v, xy, ends_only=ends_only, through=through, cache=cache)

    @classmethod
    def of(
        cls,
        u: Ints,
        v: Ints,
        xy: Floats,
        *,
        ends_only: NDArray[np.bool_],
        through: NDArray[np.bool_],
        cache: Path | None = None,
    ) -> "ThroughTraffic":
        """Lay out a network.

        Parameters
        ----------
        u, v : ndarray of int, shape (edges,)
        xy : ndarray of float, shape (nodes, 2)
        ends_only, through : ndarray of bool, shape (edges,)
            Edges for the ends of a trip only, and edges that are open to through traffic; an edge may be neither
            (closed, until a change opens it).
        cache : Path, optional
            As in `Topology`.
        """
        n = len(xy)
        ends, others = np.flatnonzero(ends_only), np.flatnonzero(~ends_only)
        zone = np.unique(np.concatenate([u[ends], v[ends]]))
        inside = np.zeros(n, dtype=bool)
        inside[zone] = True
        inside[u[through]] = inside[v[through]] = False
        leaving, arriving = np.arange(n), np.arange(n)
        leaving[zone] = n + np.arange(len(zone))
        arriving[zone] = n + len(zone) + np.arange(len(zone))
        tail = np.concatenate([u[others], leaving[u[ends]], arriving[u[ends]], leaving[zone], zone])
        head = np.concatenate([v[others], leaving[v[ends]], arriving[v[ends]], zone, arriving[zone]])
        edge = np.concatenate([others, ends, ends, np.full(2 * len(zone), -1)])
        topology = Topology(n + 2 * len(zone), tail, head, np.concatenate([xy, xy[zone], xy[zone]]), cache)
        leave, arrive = (np.where(inside, layer, np.arange(n)) for layer in (leaving, arriving))
        return cls(topology, edge, leave, arrive, leaving, arriving, ends_only, inside)

    def weighted(self, weight: Floats) -> Graph:
        """The layers with one weight for each edge; to pass between layers costs nothing."""
        return Graph.weighted(self.topology, np.where(self.edge < 0, 0.0, weight[self.edge]))
