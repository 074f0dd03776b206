"""The roads as spots a few steps apart, each with what it costs to get there: what service areas are drawn from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from shapely.ops import substring

from coopgeo.arrays import Floats, Ints
from coopgeo.roads import RoadNetwork, searches
from coopgeo.roads.joining import Ends, Joints, joints_of
from coopgeo.roads.points import Points

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

    def origin(self, facility: Points, direction: Direction) -> "Origin":
        """Where a facility joins the roads."""
        joint = joints_of(self.roads, facility)
        ends = joint.into if direction == "to" else joint.out
        return Origin(joint, direction, float(self.roads.vehicle.access(joint.straight_m, self.by)[0]), ends)

    def costs_at_nodes(self, origin: "Origin", limit: float) -> Floats:
        """Cost between a facility and each node, `inf` beyond the limit and the edges that lead over it."""
        reach = np.full(len(self.roads.nodes), np.inf)
        finite = self.weight[np.isfinite(self.weight)]
        farthest = limit + float(finite.max(initial=0.0))
        tree = searches.tree(self.roads, origin.joint, self.by, limit=farthest, direction=origin.direction)
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

    def costs(self, origin: "Origin", at_node: Floats) -> Floats:
        """Cost between a facility and each spot, from its costs at the nodes."""
        direction = origin.direction
        edges, near, weight = self.used(at_node, direction)
        count = self.first[edges + 1] - self.first[edges]
        samples = np.repeat(self.first[edges] - np.r_[0, np.cumsum(count)[:-1]], count) + np.arange(count.sum())
        share = self.share[samples]
        cost = np.repeat(near, count) + np.repeat(weight, count) * (1 - share if direction == "to" else share)
        reach = np.full(len(self.xy), np.inf)
        np.minimum.at(reach, self.spot[samples], cost)
        for edge, begin, end in origin.parts:  # of the edge that the facility lies on
            along = np.arange(self.first[edge], self.first[edge + 1])
            along = along[(self.share[along] >= begin) & (self.share[along] <= end)]
            off = end - self.share[along] if direction == "to" else self.share[along] - begin
            np.minimum.at(reach, self.spot[along], origin.access + self.weight[edge] * off)
        return reach


@dataclass(frozen=True, eq=False)
class Origin:
    """A facility on the roads.

    Attributes
    ----------
    joint : Joints
        Where it joins them, one place.
    direction : {"to", "from"}
    access : float
        Cost of the way between the facility and the roads.
    ends : Ends
        The parts of edges that lead to it, or away.
    """

    joint: Joints
    direction: Direction
    access: float
    ends: Ends

    @property
    def parts(self) -> list[tuple[int, float, float]]:
        """Edge, begin and end of each part of an edge that leads to the facility, or away."""
        ends = self.ends
        rows = zip(ends.edge.tolist(), ends.begin.tolist(), ends.end.tolist(), strict=True)
        return [(edge, begin, end) for edge, begin, end in rows if edge >= 0]


def cut_edges(spots: Spots, origin: Origin, at_node: Floats, limit: float) -> gpd.GeoDataFrame:
    """Edges reached within a limit, cut exactly where it is reached, with the `share` of each that is reached."""
    to = origin.direction == "to"
    edges, near, weight = spots.used(at_node, origin.direction)
    share = _reached(limit - near, weight)
    reached = {edge: [(1 - part, 1.0) if to else (0.0, part)] for edge, part in zip(edges, share, strict=True) if part}
    for edge, begin, end in origin.parts:
        left = float(_reached(np.array([limit - origin.access]), spots.weight[[edge]])[0])
        piece = (max(begin, end - left), end) if to else (begin, min(end, begin + left))
        if left > 0 and np.isfinite(spots.weight[edge]):
            reached[edge] = _joined([*reached.get(edge, []), piece])
    at = sorted(reached)
    table = spots.roads.edges.iloc[at]
    lines = table.geometry.to_numpy().copy()
    for row, edge in enumerate(at):
        if reached[edge] != [(0.0, 1.0)]:
            pieces = [substring(lines[row], *piece, normalized=True) for piece in reached[edge]]
            lines[row] = pieces[0] if len(pieces) == 1 else shapely.multilinestrings(pieces)
    table = table.assign(share=[sum(end - begin for begin, end in reached[edge]) for edge in at])
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=lines, crs=spots.roads.edges.crs)


def _reached(left: Floats, weight: Floats) -> Floats:
    """Share of edges that can be driven with what is left of a limit at their near end."""
    driven = np.clip(left / np.where(weight > 0, weight, 1.0), 0.0, 1.0)
    return np.where(weight > 0, driven, 1.0 * (left >= 0))


def _joined(pieces: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Pieces of an edge from its beginning on, those that meet made one."""
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(pieces):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined
