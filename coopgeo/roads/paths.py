"""`Paths`: the best ways between many pairs of places, as plain arrays until lines or tables of them are asked for."""

import operator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from coopgeo import travel
from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import InputError, Message, NoPathError
from coopgeo.roads.joining import Ends, Joints, together
from coopgeo.roads.searches import numbers, open_weight
from coopgeo.roads.vehicles import UNTOLD

if TYPE_CHECKING:
    from coopgeo.roads.network import RoadNetwork

ACCESS = "access"  # `highway` of the way between a place and the network
# Columns that tell of the whole edge, and of a part of it in proportion.
_SHARED = ("length_m", "time_s", "cost_eur", "toll_eur", "toll_due_eur", "fixed_time_s")


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
    begin, end : ndarray of float, shape of edge
        Shares of each edge between which it is driven: 0 and 1, but for the first and last edge of a way.
    offsets : ndarray of int, shape (pairs + 1,)
        Pair i has `edge[offsets[i]:offsets[i + 1]]`: nothing where both places join the roads at one spot, or are
        joined directly.
    found : ndarray of bool, shape (pairs,)
        False where no open road leads.
    nodes : ndarray of int, shape (pairs, 2)
        Positions in `roads.nodes` of the ends of edges that the search went between.
    turns : ndarray of float, shape (pairs, 4, 2)
        Coordinates of the origin, of where the roads are joined and left, and of the destination, in the CRS of the
        network; a way that is direct joins them at the destination.
    weight : str
        What the ways are the best by.
    """

    roads: "RoadNetwork" = field(repr=False)
    index: pd.Index = field(repr=False)
    edge: Ints = field(repr=False)
    begin: Floats = field(repr=False)
    end: Floats = field(repr=False)
    offsets: Ints = field(repr=False)
    found: Mask = field(repr=False)
    nodes: Ints = field(repr=False)
    turns: Floats = field(repr=False)
    weight: str

    @classmethod
    def between(cls, roads: "RoadNetwork", origins: Joints, destinations: Joints, weight: str) -> "Paths":
        """Search the ways between places that have joined the roads; see `RoadNetwork.paths`."""
        if len(origins) != len(destinations):
            raise InputError(
                Message(
                    "paths: found {origins} origins and {destinations} destinations; expected as many of both",
                    origins=len(origins),
                    destinations=len(destinations),
                )
            )
        every = np.arange(len(origins))
        direct = together(origins, destinations, every, every)
        out, into, layers = origins.out, destinations.into, roads.through_traffic
        o, d, along, found = _best_ends(roads, out, into, weight)
        searched = np.flatnonzero(found & ~along & ~direct)
        arcs, arc_offsets, _ = travel.paths(roads.graph(weight), out.layer[o[searched]], into.layer[d[searched]])
        passed, pair = layers.edge[arcs], np.repeat(searched, np.diff(arc_offsets))
        whole = passed >= 0  # a passage between layers is no edge
        still = along & (out.begin[o] == into.end[d])  # both at one spot
        first = np.flatnonzero(found & ~direct & ~still & (out.edge[o] >= 0))
        last = np.flatnonzero(found & ~direct & ~along & (into.edge[d] >= 0))
        pairs = np.concatenate([first, pair[whole], last])
        edge = np.concatenate([out.edge[o[first]], passed[whole], into.edge[d[last]]])
        begin = np.concatenate([out.begin[o[first]], np.zeros(whole.sum()), into.begin[d[last]]])
        end = np.concatenate([np.where(along, into.end[d], out.end[o])[first], np.ones(whole.sum()), into.end[d[last]]])
        order = np.argsort(pairs, kind="stable")
        offsets = np.concatenate([[0], np.cumsum(np.bincount(pairs, minlength=len(origins)))])
        feet = np.stack([origins.foot, destinations.foot], axis=1)
        feet[direct] = destinations.xy[direct][:, None]
        turns = np.concatenate([origins.xy[:, None], feet, destinations.xy[:, None]], axis=1)
        nodes = np.stack([out.node[o], into.node[d]], axis=1)
        return cls(
            roads, origins.index, edge[order], begin[order], end[order], offsets, found | direct, nodes, turns, weight
        )

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def pair(self) -> Ints:
        """Position of the pair that each of `edge` belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @cached_property
    def start_m(self) -> Floats:
        """Straight metres between each origin and the roads, or its destination where the way is direct."""
        return np.asarray(np.hypot(*(self.turns[:, 0] - self.turns[:, 1]).T))

    @cached_property
    def end_m(self) -> Floats:
        """Straight metres between the roads and each destination."""
        return np.asarray(np.hypot(*(self.turns[:, 2] - self.turns[:, 3]).T))

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
        driven = numbers(self.roads.edges, column, "column")[self.edge] * (self.end - self.begin)
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
        straight = (shapely.linestrings(self.turns[:, at : at + 2]) for at in (0, 2))
        pair, value, order = self._in_order(self._driven_lines, *straight)
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
            `roads.edges`. Of an edge that is driven in part, the row has that part's length, time, cost, tolls, weight
            and line. Where a place lies off the roads, the first or last row of its way has the highway "access". Ends
            that are no nodes have coordinates for `u` and `v`.
        """
        middle = self._driven_rows()
        parts = [self._access_rows(0, self.start_m), middle, self._access_rows(2, self.end_m)]
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
        alone = {name: getattr(self, name)[[at]] for name in ("index", "found", "nodes", "turns")}
        part = slice(self.offsets[at], self.offsets[at + 1])
        alone |= {name: getattr(self, name)[part] for name in ("edge", "begin", "end")}
        return replace(self, offsets=np.array([0, part.stop - part.start]), **alone).table().drop(columns="pair")

    @cached_property
    def _cut(self) -> Ints:
        """Positions in `edge` of those that are driven in part."""
        return np.flatnonzero((self.begin > 0) | (self.end < 1))

    @cached_property
    def _driven_lines(self) -> np.ndarray:
        """Line of each of `edge`, as far as it is driven."""
        lines = self.roads.edges.geometry.to_numpy()[self.edge]
        for at in self._cut:
            lines[at] = substring(lines[at], self.begin[at], self.end[at], normalized=True)
        return lines

    def _driven_rows(self) -> gpd.GeoDataFrame:
        """Rows of the edges, as far as they are driven."""
        rows, cut = self.roads.edges.iloc[self.edge].assign(pair=self.pair).reset_index(drop=True), self._cut
        if not len(cut):
            return rows
        rows = rows.set_geometry(gpd.GeoSeries(self._driven_lines, index=rows.index, crs=rows.crs))
        share = np.where(np.isin(np.arange(len(rows)), cut), self.end - self.begin, 1.0)
        shared = [name for name in dict.fromkeys([*_SHARED, self.weight]) if name in rows]
        rows = rows.assign(**{name: rows[name] * share for name in shared})
        for column, at, turn in (("u", cut[self.begin[cut] > 0], 1), ("v", cut[self.end[cut] < 1], 2)):
            ends = rows[column].to_numpy(object)
            ends[at] = _named(self.turns[self.pair[at], turn])
            rows[column] = ends
        return rows

    def _in_order(self, driven: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[Ints, np.ndarray, Ints]:
        """Pair and value of each part of every way, as the rows of `table`, and the order that they come in."""
        first, last = (np.flatnonzero(self.found & (metres > 0)) for metres in (self.start_m, self.end_m))
        pair = np.concatenate([first, self.pair, last])
        return pair, np.concatenate([start[first], driven, end[last]]), np.argsort(pair, kind="stable")

    def _access_rows(self, turn: int, straight_m: Floats) -> gpd.GeoDataFrame:
        """Rows of the straight ways between places and the roads, from one of `turns` to the next."""
        pair = np.flatnonzero(self.found & (straight_m > 0))
        weights = {
            name: self.roads.vehicle.access(straight_m[pair], name) for name in ("length_m", "time_s", "cost_eur")
        }
        ends = self.turns[pair, turn : turn + 2]
        u, v = (_named(ends[:, end]) for end in (0, 1))
        rows = pd.DataFrame({"u": u, "v": v, "highway": ACCESS, "pair": pair}).assign(**UNTOLD, **weights)
        return gpd.GeoDataFrame(rows, geometry=shapely.linestrings(ends), crs=self.roads.nodes.crs)


def _best_ends(roads: "RoadNetwork", out: Ends, into: Ends, weight: str) -> tuple[Ints, Ints, Mask, Mask]:
    """Which ends of edges the best way of each pair goes between, if it stays on one edge, and if there is a way.

    Of equal ways the first in the order of the edges is taken.
    """
    ways = out.count * into.count
    pair = np.repeat(np.arange(len(ways)), ways)
    number = np.arange(len(pair)) - np.repeat(np.cumsum(ways) - ways, ways)
    o, d = out.first[pair] + number // into.count[pair], into.first[pair] + number % into.count[pair]
    passed = open_weight(roads, weight)
    cost = travel.costs(roads.graph(weight), out.layer[o], into.layer[d])
    cost += out.driven(passed)[o] + into.driven(passed)[d]
    along = (out.edge[o] >= 0) & (out.edge[o] == into.edge[d]) & (out.begin[o] <= into.end[d])
    cost[along] = passed[out.edge[o[along]]] * (into.end[d[along]] - out.begin[o[along]])
    best = np.lexsort((cost, pair))[np.cumsum(ways) - ways]
    return o[best], d[best], along[best], np.isfinite(cost[best])


def _named(xy: Floats) -> list[str]:
    """Coordinates as the name of a spot that is no node."""
    return [f"{x:.0f} {y:.0f}" for x, y in xy]
