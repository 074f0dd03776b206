"""Joining: the point of a road at which a place joins it, and the parts of the road that lead there and away.

A place joins the road it lies on, not the nearest node: its foot is the nearest point of a road that may be joined from
the side, on the place's own side of the river. The network is not rebuilt for it. Each direction of the road in which
the vehicle may drive is one way to set out (from the foot to the end of the edge) and one to come in (from the
beginning of the edge to the foot); searches go between those ends of edges, and the least sum counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import Faults, Message
from coopgeo.roads.cutting import NO_ACCESS_FROM
from coopgeo.roads.points import Points, look_like_degrees, measure, point_of, points_of
from coopgeo.roads.snapping import Anchors, crosses, note_off_road
from coopgeo.roads.through_traffic import ThroughTraffic

if TYPE_CHECKING:
    from coopgeo.roads.network import RoadNetwork

ACCESS_ROAD = "access_road"  # column of a table of places: number of the road that each joins, blank = the nearest
_SAME_M = (
    1e-3  # a foot nearer to the end of its edge is that end; edges nearer to a foot pass it; places nearer are one
)
_MOST_NAMED = 5


@dataclass(frozen=True, eq=False)
class Ends:
    """Parts of edges by which places are left, or come to; one place after the other, one at least for each.

    Attributes
    ----------
    place : ndarray of int, shape (ends,)
        Position of the place.
    edge : ndarray of int, shape (ends,)
        Position of the edge that is driven in part; -1 where a place is joined at a node.
    begin, end : ndarray of float, shape (ends,)
        Shares of the edge between which it is driven, 0 to 1.
    node : ndarray of int, shape (ends,)
        Position of the node at which the search goes on.
    layer : ndarray of int, shape (ends,)
        The same node in the layers of `ThroughTraffic`.
    """

    place: Ints
    edge: Ints
    begin: Floats
    end: Floats
    node: Ints
    layer: Ints

    @cached_property
    def first(self) -> Ints:
        """First row of each place."""
        return np.flatnonzero(np.diff(self.place, prepend=-1))

    @cached_property
    def count(self) -> Ints:
        """Rows of each place."""
        return np.diff(self.first, append=len(self.place))

    def driven(self, weight: Floats) -> Floats:
        """Weight of each part, from the weights of whole edges."""
        driven = np.zeros(len(self.edge))
        on_edge = self.edge >= 0
        driven[on_edge] = weight[self.edge[on_edge]] * (self.end - self.begin)[on_edge]
        return driven


@dataclass(frozen=True, eq=False)
class Joints:
    """Where places join the roads.

    Attributes
    ----------
    index : Index
        Labels of the places.
    xy, foot : ndarray of float, shape (places, 2)
        The places, and where they join the roads, in the CRS of the network.
    straight_m : ndarray of float, shape (places,)
        Straight metres between the two.
    road : ndarray of int, shape (places,)
        The same number for places of one road; negative at a node.
    out, into : Ends
        How the places are left, and how they are come to.
    """

    index: pd.Index
    xy: Floats
    foot: Floats
    straight_m: Floats
    road: Ints
    out: Ends
    into: Ends

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, eq=False)
class Joiner:
    """The edges and nodes of a network at which places may join it, as it is before any change.

    Attributes
    ----------
    nodes, edges : GeoDataFrame
        As in `RoadNetwork`. An edge that a change closes later stays the road of its places: nobody gets there, where
        it is closed in both directions.
    layers : ThroughTraffic
    """

    nodes: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    layers: ThroughTraffic

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Positions of the nodes that each edge leaves and enters."""
        return self.nodes.index.get_indexer(self.edges["u"]), self.nodes.index.get_indexer(self.edges["v"])

    @cached_property
    def joinable(self) -> Ints:
        """Positions of the edges that may be joined from the side."""
        u, v = self.ends
        edges, joined = self.edges, self.nodes["joined"].to_numpy(bool)
        mask = ~edges["highway"].isin(NO_ACCESS_FROM).to_numpy() & (edges["crossing"] == "").to_numpy()
        for above_or_below in ("bridge", "tunnel"):
            if above_or_below in edges:
                mask &= ~edges[above_or_below].to_numpy(bool)
        return np.flatnonzero(mask & np.isfinite(edges["time_s"].to_numpy(float)) & joined[u] & joined[v])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The edges of `joinable`."""
        return shapely.STRtree(self.edges.geometry.to_numpy()[self.joinable])

    @cached_property
    def by_number(self) -> Mapping[str, Ints]:
        """Positions of the edges of each road by its number, without blanks and in capitals."""
        edges: dict[str, list[Ints]] = {}
        number, texts = pd.factorize(self.edges["ref"].fillna("").astype(str))
        order, starts = np.argsort(number, kind="stable"), np.cumsum(np.bincount(number, minlength=len(texts)))[:-1]
        for text, rows in zip(texts, np.split(order, starts), strict=True):
            for ref in sorted({_plain(part) for part in text.split(";")} - {""}):
                edges.setdefault(ref, []).append(rows)
        return {ref: np.sort(np.concatenate(parts)) for ref, parts in edges.items()}

    @cached_property
    def _between(self) -> tuple[Ints, Ints]:
        """The pair of nodes of each joinable edge as one number, sorted; and which edge stands there."""
        u, v = (end[self.joinable] for end in self.ends)
        pair = np.minimum(u, v) * len(self.nodes) + np.maximum(u, v)
        order = np.argsort(pair, kind="stable")
        return pair[order], self.joinable[order]

    def nearest_edge(
        self, xy: Floats, barrier: shapely.Geometry | None, limit_m: float, among: Ints | None = None
    ) -> tuple[Ints, Floats]:
        """Edge of the nearest point of a road on the same side of a barrier, and its distance; -1 and `inf`: none."""
        at = self.joinable if among is None else among
        tree = self.tree if among is None else shapely.STRtree(self.edges.geometry.to_numpy()[at])
        points = shapely.points(xy)
        edge, metres = np.full(len(xy), -1, dtype=np.intp), np.full(len(xy), np.inf)
        (place, found), away_m = tree.query_nearest(points, return_distance=True, all_matches=True)
        _keep_nearest(edge, metres, place, at[found], away_m)
        lines = self.edges.geometry.to_numpy()
        near = np.flatnonzero(edge >= 0)
        cut = near[crosses(xy[near], _feet(lines[edge[near]], points[near]), barrier)]
        reach_m, (edge[cut], metres[cut]) = metres.copy(), (-1, np.inf)
        farthest_m = np.hypot(*np.ptp(shapely.bounds(lines[at]).reshape(-1, 2), axis=0)) if len(cut) else 0.0
        while len(cut):  # twice as far, until a road on this side is found
            reach_m[cut] = 2 * np.maximum(reach_m[cut], 1.0)
            place, found = tree.query(points[cut], predicate="dwithin", distance=reach_m[cut])
            place, found = cut[place], at[found]
            free = ~crosses(xy[place], _feet(lines[found], points[place]), barrier)
            place, found = place[free], found[free]
            _keep_nearest(edge, metres, place, found, shapely.distance(points[place], lines[found]))
            cut = cut[(edge[cut] < 0) & (reach_m[cut] <= min(limit_m, reach_m[cut].min() + farthest_m))]
        return edge, metres

    def nearest(self, xy: Floats, anchors: Anchors, limit_m: float) -> tuple[Ints, Ints, Floats]:
        """Edge that each place joins, -1 where its nearest node lies nearer; that node; the metres to the joint."""
        edge, edge_m = self.nearest_edge(xy, anchors.barrier, limit_m)
        node, node_m = anchors.nearest(xy)
        return np.where(node_m < edge_m, -1, edge), node, np.minimum(edge_m, node_m)

    def named(
        self, xy: Floats, ref: str, barrier: shapely.Geometry | None, limit_m: float
    ) -> tuple[Ints, Floats, Mask]:
        """Nearest edge of the road with a number, -1 where this vehicle finds none within the limit; its distance.

        The last array is True where there is no such road at all, for whatever vehicle.
        """
        every = self.by_number.get(ref, np.empty(0, dtype=np.intp))
        edge, metres = self.nearest_edge(xy, barrier, limit_m, np.intersect1d(every, self.joinable))
        near = np.zeros(len(xy), dtype=bool)
        if len(every):
            road = shapely.multilinestrings(self.edges.geometry.to_numpy()[every])
            near = np.asarray(shapely.distance(shapely.points(xy), road) <= limit_m)
        return np.where(metres <= limit_m, edge, -1), metres, ~near

    def numbers_near(self, xy: Floats, limit_m: float) -> list[str]:
        """Numbers of the roads nearest to a place, the nearest first."""
        found = self.tree.query(shapely.Point(xy), predicate="dwithin", distance=limit_m)
        edge = self.joinable[found]
        away_m = shapely.distance(self.edges.geometry.to_numpy()[edge], shapely.Point(xy))
        refs = self.edges["ref"].to_numpy(object)[edge[np.argsort(away_m, kind="stable")]]
        return list(dict.fromkeys(str(ref) for ref in refs if ref))[:_MOST_NAMED]

    def joints(self, points: gpd.GeoSeries, edge: Ints, node: Ints) -> Joints:
        """Where places join the roads that were found for them: an edge, or where that is -1 a node."""
        lines, places, (u, v) = self.edges.geometry.to_numpy(), points.to_numpy(), self.ends
        node, inner = node.copy(), np.flatnonzero(edge >= 0)
        along_m = shapely.line_locate_point(lines[edge[inner]], places[inner])
        left_m = shapely.length(lines[edge[inner]]) - along_m
        for at_end, end in ((left_m <= _SAME_M, v), (along_m <= _SAME_M, u)):
            node[inner[at_end]] = end[edge[inner[at_end]]]
        inner = inner[(left_m > _SAME_M) & (along_m > _SAME_M)]
        foot = shapely.get_coordinates(self.nodes.geometry.to_numpy()[node])
        foot[inner] = _feet(lines[edge[inner]], places[inner])
        row, passing = self._passing(edge[inner], foot[inner])
        at = inner[row]
        share = shapely.line_locate_point(lines[passing], shapely.points(foot[at]), normalized=True)
        whole, layers, zone = np.full((2, len(at)), [[0.0], [1.0]]), self.layers, self.layers.ends_only[passing]
        leave, arrive = (np.where(zone, inside[end[passing]], outside[end[passing]]) for inside, outside, end in (
            (layers.leaving, layers.leave, v), (layers.arriving, layers.arrive, u)))  # fmt: skip
        road = -1 - node
        road[inner] = passing[np.searchsorted(at, inner)]
        others = np.setdiff1d(np.arange(len(places)), inner)
        xy = shapely.get_coordinates(places)
        return Joints(
            points.index, xy, foot, np.hypot(*(xy - foot).T), road,
            out=_ends(at, (passing, share, whole[1], v[passing], leave), others, node[others], layers.leave),
            into=_ends(at, (passing, whole[0], share, u[passing], arrive), others, node[others], layers.arrive),
        )  # fmt: skip

    def _passing(self, edge: Ints, foot: Floats) -> tuple[Ints, Ints]:
        """Position of a foot and of an edge for each edge that passes it and has the ends of the edge found for it."""
        pairs, standing = self._between
        u, v = (end[edge] for end in self.ends)
        pair = np.minimum(u, v) * len(self.nodes) + np.maximum(u, v)
        first, last = (np.searchsorted(pairs, pair, side=side) for side in ("left", "right"))
        row = np.repeat(np.arange(len(edge)), last - first)
        found = standing[
            np.repeat(first - np.cumsum(last - first) + (last - first), last - first) + np.arange(len(row))
        ]
        passes = shapely.distance(self.edges.geometry.to_numpy()[found], shapely.points(foot[row])) <= _SAME_M
        row, found = row[passes], found[passes]
        # Where through traffic passes, one direction for those who have business there is of no use (see `layers`).
        zone = self.layers.ends_only[found]
        through = np.zeros(len(edge), dtype=bool)
        through[row[~zone]] = True
        kept = ~(zone & through[row])
        return row[kept], found[kept]


def _ends(at: Ints, parts: tuple[np.ndarray, ...], others: Ints, node: Ints, layer: Ints) -> Ends:
    """Parts of edges, and places at nodes among them, in the order of the places."""
    none = np.full(len(others), -1), np.zeros(len(others)), np.zeros(len(others)), node, layer[node]
    place = np.concatenate([at, others])
    order = np.argsort(place, kind="stable")
    return Ends(place[order], *(np.concatenate(both)[order] for both in zip(parts, none, strict=True)))


def joints_of(roads: "RoadNetwork", points: Points, *, max_snap_m: float = 10_000.0, name: str = "points") -> Joints:
    """Where places join the roads: the nearest point of a road, on the same side of the barrier.

    Motorways, trunk roads, their slip roads, ferries, bridges and tunnels are joined at their ends only.

    Parameters
    ----------
    roads : RoadNetwork
    points : GeoSeries or GeoDataFrame
        Points in any CRS; a bare shapely Point in that of the network. A column `access_road` names the road that each
        place joins by its number (`ref`), blank for the nearest. Where the road is there but closed to the vehicle,
        and in a network without any number, the nearest is joined.
    max_snap_m : float
        Farthest a road may lie, metres.
    name : str
        What to call the places in messages.

    Raises
    ------
    InputError
        If a point has no CRS, is empty, lies too far from every road, or names a road that is not there; lists every
        such point.
    """
    joints, faults = _joined(roads, points, max_snap_m, name)
    faults.raise_if_any()
    return joints


def off_road(roads: "RoadNetwork", points: Points, max_snap_m: float) -> pd.Series:
    """Points that lie too far from the roads, with the metres to the nearest; see `RoadNetwork.off_road`."""
    max_snap_m, projected = measure("max_snap_m", max_snap_m), points_of(points, roads.nodes.crs)
    _, _, metres = roads.joiner.nearest(shapely.get_coordinates(projected.to_numpy()), roads.anchors, max_snap_m)
    return pd.Series(metres, index=projected.index, name="snap_m")[~(metres <= max_snap_m)]


def joint_of(roads: "RoadNetwork", place: Points, *, max_snap_m: float = 10_000.0, name: str = "place") -> Joints:
    """Where one place joins the roads; an `InputError` if there are several, or none."""
    point_of(place, roads.nodes.crs, name=name)
    return joints_of(roads, place, max_snap_m=max_snap_m, name=name)


def joint_faults(roads: "RoadNetwork", points: Points, *, max_snap_m: float = 10_000.0, name: str = "points") -> Faults:
    """What `joints_of` would refuse."""
    return _joined(roads, points, max_snap_m, name)[1]


def _joined(roads: "RoadNetwork", places: Points, max_snap_m: float, name: str) -> tuple[Joints, Faults]:
    """Where places join the roads, and the places that do not."""
    max_snap_m, points = measure("max_snap_m", max_snap_m), points_of(places, roads.nodes.crs, name=name)
    joiner, anchors, refs = roads.joiner, roads.anchors, road_numbers(places)
    xy, faults = shapely.get_coordinates(points.to_numpy()), Faults(name)
    edge, node, metres = joiner.nearest(xy, anchors, max_snap_m)
    degrees = look_like_degrees(points)
    for at in np.flatnonzero(~(metres <= max_snap_m)):
        note_off_road(faults, str(points.index[at]), metres[at], max_snap_m, degrees=bool(degrees[at]))
    for ref in sorted(set(refs) - {""}) if joiner.by_number else ():
        asked = np.array([at for at, other in enumerate(refs) if other == ref])
        own, _, nowhere = joiner.named(xy[asked], ref, anchors.barrier, max_snap_m)
        edge[asked[own >= 0]] = own[own >= 0]
        for at in asked[nowhere & (metres[asked] <= max_snap_m)]:
            near = joiner.numbers_near(xy[at], max_snap_m)
            expected = Message("the number of a road within {limit:g} m, or nothing for the nearest; "
                               "the nearest are {refs}", limit=float(max_snap_m), refs=near)  # fmt: skip
            faults.add(id=str(points.index[at]), column=ACCESS_ROAD, found=ref, expected=expected)
    return joiner.joints(points, edge, node), faults


def road_numbers(places: Points) -> list[str]:
    """Number of the road that each place is to join, from the column `access_road` of a table; "" = the nearest."""
    if not isinstance(places, gpd.GeoDataFrame) or ACCESS_ROAD not in places:
        return [""] * (1 if isinstance(places, shapely.Point) else len(places))
    return [_plain(text) for text in places[ACCESS_ROAD].fillna("").astype(str)]


def with_road_numbers(points: gpd.GeoSeries, places: Points) -> gpd.GeoSeries | gpd.GeoDataFrame:
    """Points taken from a table of places, in any order, with the roads that the table names for them."""
    if not isinstance(places, gpd.GeoDataFrame) or ACCESS_ROAD not in places:
        return points
    named = places[ACCESS_ROAD] if places.index.equals(points.index) else places[ACCESS_ROAD].loc[points.index]
    return gpd.GeoDataFrame({ACCESS_ROAD: named.to_numpy(object)}, geometry=points.array, index=points.index)


def together(start: Joints, end: Joints, i: Ints, j: Ints) -> Mask:
    """Pairs of places of one road, or of one node, that lie nearer to each other than their ways to the road are long.

    They are joined directly.
    """
    apart_m = np.hypot(*(start.xy[i] - end.xy[j]).T)
    return np.asarray((start.road[i] == end.road[j]) & (apart_m <= start.straight_m[i] + end.straight_m[j] + _SAME_M))


def _plain(ref: str) -> str:
    """A number of a road without blanks and in capitals: d 982 -> D982."""
    return re.sub(r"\s", "", ref).upper()


def _feet(lines: np.ndarray, points: np.ndarray) -> Floats:
    """Nearest point of each line to the point in the same place, shape (lines, 2)."""
    return shapely.get_coordinates(shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points)))


def _keep_nearest(edge: Ints, metres: Floats, place: Ints, found: Ints, away_m: Floats) -> None:
    """Enter the nearest edge found for each place; of equally near ones the first of the table."""
    order = np.lexsort((found, away_m, place))
    each, first = np.unique(place[order], return_index=True)
    edge[each], metres[each] = found[order][first], away_m[order][first]
