"""Least weights between places over a network, the ways to and from the roads included."""

from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo import travel
from coopgeo.arrays import Floats
from coopgeo.errors import InputError, Message
from coopgeo.roads.points import measure
from coopgeo.roads.snapping import near

if TYPE_CHECKING:
    from coopgeo.roads.network import RoadNetwork


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


def matrix(
    roads: "RoadNetwork",
    origins: gpd.GeoSeries,
    destinations: gpd.GeoSeries,
    weight: str,
    max_snap_m: float,
    engine: travel.Engine | None,
) -> Floats:
    """Least weight from each origin to each destination, points in the CRS of the network; see `RoadNetwork.matrix`."""
    graph, layers = roads.graph(weight), roads.through_traffic
    (_, u, start_m), (_, v, end_m) = (
        near(roads.nodes, roads.anchors, points, max_snap_m) for points in (origins, destinations)
    )
    between = travel.matrix(graph, layers.leave[u], layers.arrive[v], engine=engine)
    access, leaving = (roads.vehicle.access(snap_m, weight) for snap_m in (start_m, end_m))
    total = between + access[:, None] + leaving
    same_i, same_j = np.nonzero(u[:, None] == v)
    xy, to = (shapely.get_coordinates(points.to_numpy()) for points in (origins, destinations))
    total[same_i, same_j] = roads.vehicle.access(np.hypot(*(xy[same_i] - to[same_j]).T), weight)
    return np.asarray(total)


def tree(
    roads: "RoadNetwork", snapped: gpd.GeoDataFrame, weight: str, *, limit: float, direction: Literal["from", "to"]
) -> pd.Series:
    """Least weight between a place that is snapped and every node within a limit; see `RoadNetwork.tree`."""
    if not isinstance(direction, str) or direction not in ("from", "to"):
        raise InputError(Message('direction: found "{direction}"; expected from or to', direction=str(direction)))
    limit = measure("limit", limit)
    graph, layers, back = roads.graph(weight), roads.through_traffic, direction == "to"
    position = roads.nodes.index.get_loc(snapped["node"].iloc[0])
    access = float(roads.vehicle.access(snapped["snap_m"].to_numpy(), weight)[0])
    near, far = (layers.arrive, layers.leave) if back else (layers.leave, layers.arrive)
    found = travel.tree(graph, int(near[position]), limit=max(0.0, limit - access), reverse=back)
    reach = access + found[far]
    return pd.Series(reach, index=roads.nodes.index, name=weight)[reach <= limit]
