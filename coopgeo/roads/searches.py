"""Least weights between places over a network, the ways to and from the roads included."""

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from coopgeo import travel
from coopgeo.arrays import Floats, Ints
from coopgeo.errors import InputError, Message
from coopgeo.roads.joining import Ends, Joints, together
from coopgeo.roads.points import measure

if TYPE_CHECKING:
    from coopgeo.roads.network import RoadNetwork

_BLOCK_CELLS = 2**25  # of a matrix between the ends of edges, computed at once: 256 MB


def numbers(edges: pd.DataFrame, column: str, argument: str = "weight") -> Floats:
    """A numeric column of the edges.

    Parameters
    ----------
    edges : DataFrame
    column : str
    argument : str
        What to call the column in messages.

    Returns
    -------
    ndarray of float, shape (len(edges),)

    Raises
    ------
    InputError
        If there is no such column, or it holds no numbers.
    """
    known = isinstance(column, str) and column in edges
    if not known or not pd.api.types.is_numeric_dtype(edges[column]):
        raise InputError(
            Message(
                '{argument}: found "{column}"; expected a numeric column of the edges, such as time_s or cost_eur',
                argument=argument,
                column=str(column),
            )
        )
    return edges[column].to_numpy(float)


def open_weight(roads: "RoadNetwork", weight: str) -> Floats:
    """A numeric column of the edges; `inf` where they are closed to the vehicle."""
    return np.where(np.isfinite(roads.edges["time_s"]), numbers(roads.edges, weight), np.inf)


def matrix(
    roads: "RoadNetwork", start: Joints, end: Joints, weight: str, engine: travel.Engine | None = None
) -> Floats:
    """Least weight from each origin to each destination; see `RoadNetwork.matrix`."""
    total = np.empty((len(start), len(end)))
    step = max(1, _BLOCK_CELLS // max(1, 2 * len(end.into.place)))
    for begin in range(0, len(start), step):
        rows = np.flatnonzero((start.out.place >= begin) & (start.out.place < begin + step))
        total[begin : begin + step] = _from_some(roads, start.out, rows, end.into, weight, engine)
    total += roads.vehicle.access(start.straight_m, weight)[:, None] + roads.vehicle.access(end.straight_m, weight)
    i, j = _equal(start.road, end.road)
    direct = together(start, end, i, j)
    i, j = i[direct], j[direct]
    total[i, j] = roads.vehicle.access(np.hypot(*(start.xy[i] - end.xy[j]).T), weight)
    return total


def _from_some(
    roads: "RoadNetwork", out: Ends, rows: Ints, into: Ends, weight: str, engine: travel.Engine | None
) -> Floats:
    """Least weight on the roads from the places of some rows of `out` to all of `into`."""
    graph, passed = roads.graph(weight), open_weight(roads, weight)
    between = travel.matrix(graph, out.layer[rows], into.layer, engine=engine)
    between += out.driven(passed)[rows][:, None] + into.driven(passed)
    i, j = _equal(out.edge[rows], into.edge)
    along = (out.edge[rows][i] >= 0) & (out.begin[rows][i] <= into.end[j])
    i, j = i[along], j[along]
    between[i, j] = passed[into.edge[j]] * (into.end[j] - out.begin[rows][i])  # along the edge both lie on
    first = np.flatnonzero(np.diff(out.place[rows], prepend=-1))
    best = _least(between, first, np.diff(first, append=len(rows)), axis=0)
    return _least(best, into.first, into.count, axis=1)


def _least(values: Floats, first: Ints, count: Ints, *, axis: int) -> Floats:
    """Least of each group of neighbours, of two mostly: far faster than `reduceat`."""
    least = values.take(first, axis=axis)
    for more in range(1, count.max(initial=1)):
        np.minimum(least, values.take(first + np.minimum(more, count - 1), axis=axis), out=least)
    return least


def _equal(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Positions in two arrays of all pairs of equal numbers."""
    order = np.argsort(other, kind="stable")
    first, last = (np.searchsorted(other[order], one, side=side) for side in ("left", "right"))
    i = np.repeat(np.arange(len(one)), last - first)
    return i, order[np.arange(len(i)) - np.repeat(np.cumsum(last - first) - last, last - first)]


def tree(
    roads: "RoadNetwork", place: Joints, weight: str, *, limit: float, direction: Literal["from", "to"]
) -> pd.Series:
    """Least weight between a place that has joined the roads and every node in a limit; see `RoadNetwork.tree`."""
    if not isinstance(direction, str) or direction not in ("from", "to"):
        raise InputError(Message('direction: found "{direction}"; expected from or to', direction=str(direction)))
    limit = measure("limit", limit)
    graph, layers, back = roads.graph(weight), roads.through_traffic, direction == "to"
    ends = place.into if back else place.out
    begun = float(roads.vehicle.access(place.straight_m, weight)[0]) + ends.driven(open_weight(roads, weight))
    far = layers.leave if back else layers.arrive
    reach = np.full(len(roads.nodes), np.inf)
    for node, spent in zip(ends.layer, begun, strict=True):
        if np.isfinite(spent):
            found = travel.tree(graph, int(node), limit=max(0.0, limit - spent), reverse=back)
            reach = np.minimum(reach, spent + found[far])
    return pd.Series(reach, index=roads.nodes.index, name=weight)[reach <= limit]
