"""The roads as spots a few steps apart, each with what it costs to get there: what service areas are drawn from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely

from coopgeo.arrays import Floats, Ints
from coopgeo.roads import RoadNetwork

Direction = Literal["to", "from"]
_SPACING_M = 40.0
_SAME_PLACE_M = 0.5  # spots of the two directions of a road that lie nearer are one
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots along all edges of a network.

    Attributes
    ----------
    roads : RoadNetwork
    by : str
        Weight of the edges that costs are counted in.
    xy : ndarray, shape (spots, 2)
    edge, spot : ndarray of int, shape (samples,)
        Position of the edge and of the spot of each sample; samples of one edge follow each other.
    share : ndarray, shape (samples,)
        How far along its edge a sample lies, 0 to 1.
    first : ndarray of int, shape (edges + 1,)
        First sample of each edge.
    """

    roads: RoadNetwork
    by: str
    xy: Floats
    edge: Ints
    spot: Ints
    share: Floats
    first: Ints

    @classmethod
    def of(cls, roads: RoadNetwork, by: str) -> "Spots":
        """Lay spots along the edges that are open, their ends and bends included."""
        lines = shapely.segmentize(roads.edges.geometry.to_numpy(), _SPACING_M)
        xy, edge = shapely.get_coordinates(lines, return_index=True)
        step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
        first = np.searchsorted(edge, np.arange(len(lines) + 1))
        step[first[:-1]] = 0.0
        along = np.cumsum(step)
        along -= along[first[:-1]][edge]
        length = along[first[1:] - 1][edge]
        share = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
        x, y = np.rint((xy - xy.min(axis=0, initial=0.0)) / _SAME_PLACE_M).astype(np.int64).T
        _, places, spot = np.unique(x * (y.max(initial=0) + 1) + y, return_index=True, return_inverse=True)
        return cls(roads, by, xy[places], edge.astype(np.intp), spot.astype(np.intp), share, first)

    @cached_property
    def weight(self) -> Floats:
        """Cost of passing each edge, `inf` where it is closed."""
        edges = self.roads.edges
        return np.where(np.isfinite(edges["time_s"]), edges[self.by].to_numpy(float), np.inf)

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Positions of the nodes that each edge leaves and enters."""
        index, edges = self.roads.nodes.index, self.roads.edges
        return index.get_indexer(edges["u"]), index.get_indexer(edges["v"])

    def costs_at_nodes(self, facility: shapely.Point, limit: float, direction: Direction) -> Floats:
        """Cost between a facility and each node, `inf` beyond the limit and the edges that lead over it."""
        reach = np.full(len(self.roads.nodes), np.inf)
        finite = self.weight[np.isfinite(self.weight)]
        tree = self.roads.tree(facility, self.by, limit=limit + float(finite.max(initial=0.0)), direction=direction)
        reach[self.roads.nodes.index.get_indexer(tree.index)] = tree.to_numpy()
        return reach

    def used(self, at_node: Floats, direction: Direction) -> tuple[Ints, Floats, Floats]:
        """Edges that one can begin, the cost at their near end, and the cost of passing them whole."""
        u, v = self.ends
        near, far = (at_node[v], at_node[u]) if direction == "to" else (at_node[u], at_node[v])
        passes = np.isfinite(near) & np.isfinite(self.weight)
        # Where the far end costs more than by this edge, the edge may not be passed from here (it is for those who
        # have business on it).
        passes[passes] &= ~(np.isfinite(far[passes]) & (far[passes] > (near + self.weight)[passes] * (1 + _ROUNDING)))
        edges = np.flatnonzero(passes)
        return edges, near[edges], self.weight[edges]

    def costs(self, at_node: Floats, direction: Direction) -> Floats:
        """Cost between a facility and each spot, from its costs at the nodes."""
        edges, near, weight = self.used(at_node, direction)
        count = self.first[edges + 1] - self.first[edges]
        samples = np.repeat(self.first[edges] - np.r_[0, np.cumsum(count)[:-1]], count) + np.arange(count.sum())
        share = self.share[samples]
        cost = np.repeat(near, count) + np.repeat(weight, count) * (1 - share if direction == "to" else share)
        reach = np.full(len(self.xy), np.inf)
        np.minimum.at(reach, self.spot[samples], cost)
        return reach


def cut_edges(spots: Spots, at_node: Floats, limit: float, direction: Direction) -> gpd.GeoDataFrame:
    """Edges reached within a limit, cut exactly where it is reached, with the `share` of each that is reached."""
    edges, near, weight = spots.used(at_node, direction)
    share = np.where(
        weight > 0, np.clip((limit - near) / np.where(weight > 0, weight, 1.0), 0.0, 1.0), 1.0 * (near <= limit)
    )
    edges, share = edges[share > 0], share[share > 0]
    table = spots.roads.edges.iloc[edges].assign(share=share)
    lines = table.geometry.to_numpy().copy()
    part = share < 1
    for at in np.flatnonzero(part):
        begin, end = (1 - share[at], 1.0) if direction == "to" else (0.0, share[at])
        lines[at] = shapely.ops.substring(lines[at], begin, end, normalized=True)
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=lines, crs=spots.roads.edges.crs)
