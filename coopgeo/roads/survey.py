"""What is odd about a network as a whole, said loudly: most of it not joined, ends that do not quite meet."""

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from coopgeo.errors import Message
from coopgeo.roads.cutting import RoadTables
from coopgeo.roads.limits import Unread

_NEAR_M = 1.0  # ends of roads that lie nearer to another road were meant to join it
_LEAST_JOINED = 0.5  # share of the length of the roads


def surveyed(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, unread: Unread) -> RoadTables:
    """The tables of a network, with what is odd about it among what is not read."""
    odd = [*_not_joined(nodes, edges), *_ends_beside_roads(nodes, edges)]
    return RoadTables(nodes, edges, [*odd, *unread.lines()])


def _not_joined(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame) -> list[Message]:
    """Whether less than half of the roads, by length, hang together, whatever their direction."""
    u, v = (nodes.index.get_indexer(edges[end]) for end in ("u", "v"))
    count, part = connected_components(coo_array((np.ones(len(u)), (u, v)), shape=(len(nodes),) * 2), directed=False)
    length_m = np.bincount(part[u], weights=edges["length_m"], minlength=count)
    share = float(length_m.max() / length_m.sum()) if length_m.sum() > 0 else 1.0
    if share >= _LEAST_JOINED:
        return []
    return [
        Message(
            "most of the network is not joined: its largest part is {percent} % of the length of the roads, "
            "in {count} parts; roads join where they share a vertex",
            percent=round(100 * share),
            count=count,
        )
    ]


def _ends_beside_roads(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame) -> list[Message]:
    """Ends of roads that lie within a metre of another road without joining it."""
    u, v = (nodes.index.get_indexer(edges[end]) for end in ("u", "v"))
    one, other = np.minimum(u, v), np.maximum(u, v)
    # Both directions of a road are one road.
    _, first = np.unique(np.column_stack([one, other, edges["length_m"].to_numpy(float)]), axis=0, return_index=True)
    degree = np.bincount(np.concatenate([u[first], v[first]]), minlength=len(nodes))
    ends = np.flatnonzero(degree == 1)
    lines = edges.geometry.to_numpy()[first]
    at, line = shapely.STRtree(lines).query(nodes.geometry.to_numpy()[ends], predicate="dwithin", distance=_NEAR_M)
    foreign = (u[first][line] != ends[at]) & (v[first][line] != ends[at])
    beside = np.unique(ends[at[foreign]])
    if not len(beside):
        return []
    lon, lat = shapely.get_coordinates(nodes.geometry.iloc[beside[:1]].to_crs("EPSG:4326").to_numpy())[0].tolist()
    return [
        Message.of_number(
            "{count} end of a road lies within a metre of another road without joining it, at {lon} {lat}",
            "{count} ends of roads lie within a metre of another road without joining it, the first at {lon} {lat}",
            len(beside),
            lon=f"{lon:.5f}",
            lat=f"{lat:.5f}",
        )
    ]
