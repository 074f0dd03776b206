"""Snapping: the node at which a place joins the roads, on its own side of a river."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import Faults, Message
from coopgeo.roads.points import Points, look_like_degrees, measure, points_of

_CANDIDATES = 32


def note_off_road(faults: Faults, id: str, metres: float, max_snap_m: float, *, degrees: bool = False) -> None:
    """Note a place that lies too far from the roads."""
    nearest = Message("nearest: {metres:.0f} m", metres=float(metres))
    if not np.isfinite(metres):
        nearest = Message("the nearest lie over the river")
    found = Message("no road within {limit:g} m ({nearest})", limit=float(max_snap_m), nearest=nearest)
    expected = Message("a place near the network; mend its coordinates, or take a road file that reaches it")
    if degrees:
        expected = Message(
            '{expected}; these look like degrees: say their CRS, as in GeoSeries([point], crs="EPSG:4326")',
            expected=expected,
        )
    faults.add(id=id, found=found, expected=expected)


@dataclass(frozen=True, eq=False)
class Anchors:
    """Nodes that places may be snapped to.

    Attributes
    ----------
    positions : ndarray of int
        Positions of the nodes in their network.
    tree : cKDTree
        Where they lie.
    barrier : shapely geometry, optional
        Line that the way from a place to its node may not cross.
    """

    positions: Ints
    tree: cKDTree
    barrier: shapely.Geometry | None

    @classmethod
    def of(cls, nodes: gpd.GeoDataFrame, barrier: shapely.Geometry | None) -> "Anchors":
        """The nodes that may be joined, and lie in the part where one gets everywhere."""
        positions = np.flatnonzero(nodes["access"].to_numpy(bool) & nodes["joined"].to_numpy(bool))
        return cls(positions, cKDTree(shapely.get_coordinates(nodes.geometry.to_numpy()[positions])), barrier)

    def nearest(self, xy: Floats) -> tuple[Ints, Floats]:
        """Position of the nearest node on the same side of the barrier, and its distance; `inf` if there is none."""
        if not len(self.positions):
            return np.zeros(len(xy), dtype=np.intp), np.full(len(xy), np.inf)
        snap_m, node = self.tree.query(xy)
        cut = np.flatnonzero(crosses(xy, self.tree.data[node], self.barrier))
        if len(cut):
            k = min(_CANDIDATES, len(self.positions))
            distance, candidate = (np.reshape(found, (len(cut), k)) for found in self.tree.query(xy[cut], k=k))
            over = crosses(np.repeat(xy[cut], k, axis=0), self.tree.data[candidate.ravel()], self.barrier)
            distance = np.where(over.reshape(len(cut), k), np.inf, distance)
            rows, best = np.arange(len(cut)), distance.argmin(axis=1)
            snap_m[cut], node[cut] = distance[rows, best], candidate[rows, best]
        return self.positions[node], snap_m


def crosses(start: Floats, end: Floats, barrier: shapely.Geometry | None) -> Mask:
    """Straight ways that cross a barrier."""
    if barrier is None:
        return np.zeros(len(start), dtype=bool)
    return np.asarray(shapely.intersects(shapely.linestrings(np.stack([start, end], axis=1)), barrier))


def snapped(nodes: gpd.GeoDataFrame, anchors: Anchors, points: Points, max_snap_m: float) -> gpd.GeoDataFrame:
    """Nearest anchor of each point; see `RoadNetwork.snap`."""
    max_snap_m = measure("max_snap_m", max_snap_m)
    projected = points_of(points, nodes.crs)
    node, snap_m = anchors.nearest(shapely.get_coordinates(projected.to_numpy()))
    far, faults = ~(snap_m <= max_snap_m), Faults("points")
    degrees = look_like_degrees(projected)
    for label, metres, degree in zip(projected.index[far], snap_m[far], degrees[far], strict=True):
        note_off_road(faults, str(label), metres, max_snap_m, degrees=degree)
    faults.raise_if_any()
    chosen = nodes.iloc[node]
    columns = {"node": chosen.index, "snap_m": snap_m}
    return gpd.GeoDataFrame(columns, geometry=chosen.geometry.to_numpy(), index=projected.index, crs=nodes.crs)
