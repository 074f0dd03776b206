"""`Paths`: the best ways between many pairs of places, as plain arrays until lines or tables of them are asked for."""

import operator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo import travel
from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import InputError, Message, NoPathError
from coopgeo.roads.searches import numbers
from coopgeo.roads.snapping import near
from coopgeo.roads.vehicles import UNTOLD

if TYPE_CHECKING:
    from coopgeo.roads.network import RoadNetwork

ACCESS = "access"  # `highway` of the way between a place and the network


@dataclass(frozen=True, eq=False)
class Paths:
    """Best ways between pairs of places: row i leads from origin i to destination i.

    Attributes
    ----------
    roads : RoadNetwork
    index : Index
        Labels of the origins.
    edge : ndarray of int
        Positions in `roads.edges` of the edges of all pairs, in the order they are driven.
    offsets : ndarray of int, shape (pairs + 1,)
        Pair i has `edge[offsets[i]:offsets[i + 1]]`: nothing where both places are joined to one node.
    found : ndarray of bool, shape (pairs,)
        False where no open road leads.
    nodes : ndarray of int, shape (pairs, 2)
        Positions in `roads.nodes` where the roads are joined and left.
    places : ndarray of float, shape (pairs, 2, 2)
        Coordinates of the origin and of the destination, in the CRS of the network.
    """

    roads: "RoadNetwork" = field(repr=False)
    index: pd.Index = field(repr=False)
    edge: Ints = field(repr=False)
    offsets: Ints = field(repr=False)
    found: Mask = field(repr=False)
    nodes: Ints = field(repr=False)
    places: Floats = field(repr=False)

    @classmethod
    def between(
        cls, roads: "RoadNetwork", origins: gpd.GeoSeries, destinations: gpd.GeoSeries, weight: str, max_snap_m: float
    ) -> "Paths":
        """Search the ways between points in the CRS of the network; see `RoadNetwork.paths`."""
        if len(origins) != len(destinations):
            raise InputError(
                Message(
                    "paths: found {origins} origins and {destinations} destinations; expected as many of both",
                    origins=len(origins),
                    destinations=len(destinations),
                )
            )
        ends = [near(roads.nodes, roads.anchors, points, max_snap_m)[1] for points in (origins, destinations)]
        nodes = np.stack(ends, axis=1)
        apart = nodes[:, 0] != nodes[:, 1]
        found, edges = np.ones(len(nodes), dtype=bool), np.zeros(len(nodes), dtype=np.intp)
        layers = roads.through_traffic
        leave, arrive = layers.leave[nodes[apart, 0]], layers.arrive[nodes[apart, 1]]
        arcs, arc_offsets, found[apart] = travel.paths(roads.graph(weight), leave, arrive)
        edge = layers.edge[arcs]
        before = np.concatenate([[0], np.cumsum(edge >= 0)])  # a passage between layers is no edge
        edges[apart] = np.diff(before[arc_offsets])
        offsets = np.concatenate([[0], np.cumsum(edges)])
        places = np.stack([shapely.get_coordinates(points.to_numpy()) for points in (origins, destinations)], axis=1)
        return cls(roads, origins.index, edge[edge >= 0], offsets, found, nodes, places)

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def pair(self) -> Ints:
        """Position of the pair that each of `edge` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @cached_property
    def start_m(self) -> Floats:
        """Straight metres between each origin and the network, or the destination where both are joined to one node."""
        return _straight_m(self._start)

    @cached_property
    def end_m(self) -> Floats:
        """Straight metres between the network and each destination."""
        return _straight_m(self._end)

    @cached_property
    def length_m(self) -> Floats:
        """Length of each way, the ways to and from the network included; `inf` where no open road leads."""
        return self.total("length_m")

    @cached_property
    def time_s(self) -> Floats:
        """Time of each way, the ways to and from the network included; `inf` where no open road leads."""
        return self.total("time_s")

    def total(self, column: str) -> Floats:
        """Sum of a numeric column of the edges over each way, such as `cost_eur` or `toll_eur`.

        Returns
        -------
        ndarray of float, shape (pairs,)
            `inf` where no open road leads.

        Raises
        ------
        InputError
            If there is no such column, or it holds no numbers.
        """
        driven = numbers(self.roads.edges, column, "column")[self.edge]
        pair, value, order = self._in_order(
            driven, *(self.roads.vehicle.access(m, column) for m in (self.start_m, self.end_m))
        )
        parts = np.split(value[order], np.searchsorted(pair[order], np.arange(1, len(self))))
        return np.where(self.found, [part.sum() for part in parts[: len(self)]], np.inf)

    def lines(self) -> gpd.GeoSeries:
        """The ways drawn.

        Returns
        -------
        GeoSeries
            Index of the origins; a line (several where a way comes back upon itself), empty between two places that
            are one, missing where no open road leads.
        """
        driven = self.roads.edges.geometry.to_numpy()[self.edge]
        pair, value, order = self._in_order(driven, *(shapely.linestrings(ends) for ends in (self._start, self._end)))
        drawn_pairs, rank = np.unique(pair[order], return_inverse=True)
        drawn = np.full(len(self), shapely.LineString(), dtype=object)
        drawn[~self.found] = None
        if len(drawn_pairs):
            drawn[drawn_pairs] = shapely.line_merge(shapely.multilinestrings(value[order], indices=rank))
        return gpd.GeoSeries(drawn, index=self.index, crs=self.roads.nodes.crs)

    def table(self) -> gpd.GeoDataFrame:
        """All ways, edge by edge.

        Returns
        -------
        GeoDataFrame
            One row an edge, in the order they are driven; `pair` (position of the pair) and the columns of
            `roads.edges`. Where a place lies off the network, the first or last row of its way has the highway
            "access" and coordinates for `u` and `v`.
        """
        middle = self.roads.edges.iloc[self.edge].assign(pair=self.pair)
        parts = [self._access_rows(self._start, self.start_m), middle, self._access_rows(self._end, self.end_m)]
        rows = pd.concat([part for part in parts if len(part)] or [middle], ignore_index=True)
        ordered = rows.sort_values("pair", kind="stable", ignore_index=True)
        return gpd.GeoDataFrame(ordered.reindex(columns=["pair", *self.roads.edges.columns]), crs=self.roads.nodes.crs)

    def frame(self, at: int = 0) -> gpd.GeoDataFrame:
        """The way of the pair at a position, edge by edge, as `RoadNetwork.path` gives it.

        Parameters
        ----------
        at : int
            Position of the pair; -1 is the last, as in a list.

        Raises
        ------
        InputError
            If there is no such pair.
        NoPathError
            If no open road leads there.
        """
        try:
            at = range(len(self))[operator.index(at)]
        except (IndexError, TypeError):
            raise InputError(
                Message(
                    "at: found {at}; expected the position of one of {count} pairs, from 0", at=str(at), count=len(self)
                )
            ) from None
        if not self.found[at]:
            u, v = self.roads.nodes.index[self.nodes[at]]
            raise NoPathError(
                Message(
                    'no road open to "{vehicle}" leads from {u} to {v}',
                    vehicle=self.roads.vehicle.id,
                    u=str(u),
                    v=str(v),
                )
            )
        edge = self.edge[self.offsets[at] : self.offsets[at + 1]]
        alone = {name: getattr(self, name)[[at]] for name in ("index", "found", "nodes", "places")}
        return replace(self, edge=edge, offsets=np.array([0, len(edge)]), **alone).table().drop(columns="pair")

    @cached_property
    def _at_nodes(self) -> Floats:
        """Coordinates of `nodes`."""
        return shapely.get_coordinates(self.roads.nodes.geometry.to_numpy()[self.nodes.ravel()]).reshape(-1, 2, 2)

    @cached_property
    def _start(self) -> Floats:
        """Both ends of the straight way from each origin to the roads; shape (pairs, 2, 2)."""
        direct = (self.nodes[:, 0] == self.nodes[:, 1])[:, None]
        onto = np.where(direct, self.places[:, 1], self._at_nodes[:, 0])
        return np.stack([self.places[:, 0], onto], axis=1)

    @cached_property
    def _end(self) -> Floats:
        """Both ends of the straight way from the roads to each destination; shape (pairs, 2, 2)."""
        direct = (self.nodes[:, 0] == self.nodes[:, 1])[:, None]
        off = np.where(direct, self.places[:, 1], self._at_nodes[:, 1])
        return np.stack([off, self.places[:, 1]], axis=1)

    def _in_order(self, driven: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[Ints, np.ndarray, Ints]:
        """Pair and value of each part of every way, as the rows of `table`, and the order that they come in."""
        first, last = (np.flatnonzero(self.found & (metres > 0)) for metres in (self.start_m, self.end_m))
        pair = np.concatenate([first, self.pair, last])
        return pair, np.concatenate([start[first], driven, end[last]]), np.argsort(pair, kind="stable")

    def _access_rows(self, ends: Floats, straight_m: Floats) -> gpd.GeoDataFrame:
        """Rows of the straight ways between places and the network."""
        pair = np.flatnonzero(self.found & (straight_m > 0))
        weights = {
            name: self.roads.vehicle.access(straight_m[pair], name) for name in ("length_m", "time_s", "cost_eur")
        }
        u, v = ([f"{x:.0f} {y:.0f}" for x, y in ends[pair, end]] for end in (0, 1))
        rows = pd.DataFrame({"u": u, "v": v, "highway": ACCESS, "pair": pair}).assign(**UNTOLD, **weights)
        return gpd.GeoDataFrame(rows, geometry=shapely.linestrings(ends[pair]), crs=self.roads.nodes.crs)


def _straight_m(ends: Floats) -> Floats:
    points = shapely.points(ends)
    return np.asarray(shapely.distance(points[:, 0], points[:, 1]))
