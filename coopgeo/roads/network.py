"""`RoadNetwork`: a directed road network as one vehicle sees it, and what one asks of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from coopgeo import travel
from coopgeo.errors import Faults, InputError, NoPathError
from coopgeo.roads.vehicles import Vehicle, drive

ACCESS_HIGHWAY = "unclassified"  # class of the way between a place and the node it is snapped to
ACCESS_WINDING = 1.3  # road / straight length on the plateau, general knowledge; a planning hypothesis
_SNAP_CANDIDATES = 32


@dataclass(frozen=True)
class RoadNetwork:
    """A road network as one vehicle sees it.

    Attributes
    ----------
    nodes : GeoDataFrame
        Indexed by node id; columns `name`, `access` (False = no place may be joined here, as on a motorway), `anchor` (places are
        snapped here: of the largest part in which the vehicle gets from everywhere to everywhere), `geometry` (points).
    edges : GeoDataFrame
        One row a direction; columns `u`, `v` (node ids), `highway`, `ref`, `crossing` (id of a bridge or ferry, or ""),
        `length_m`, `time_s`, `cost_eur`, `toll_eur`, `max_weight_t`, `fixed_time_s`, `geometry`. An edge with an infinite
        `time_s` is closed to the vehicle, whatever the weight asked for.
    vehicle : Vehicle
    name : str
        What the network was made from: "atlas" or a file name.
    barrier : shapely geometry, optional
        Line that the way from a place to its node may not cross (a river).
    unread : tuple of str
        Limits of the file that could not be understood and are not applied.
    """

    nodes: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    vehicle: Vehicle
    name: str
    barrier: shapely.Geometry | None = None
    unread: tuple[str, ...] = ()
    _graphs: dict[str, travel.Graph] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def for_vehicle(cls, nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, vehicle: Vehicle, *, name: str, **more: Any) -> "RoadNetwork":
        """The network of `nodes` and `edges` (without `time_s` and `cost_eur`) as a vehicle sees it; `more` are other attributes."""
        roads = cls(nodes, drive(edges, vehicle), vehicle, name, **more)
        anchor = nodes["access"].to_numpy(bool) & travel.largest_strong_component(roads.graph())
        return replace(roads, nodes=nodes.assign(anchor=anchor))

    def seen_by(self, vehicle: Vehicle) -> "RoadNetwork":
        """The same roads as another vehicle sees them."""
        return RoadNetwork.for_vehicle(self.nodes, self.edges, vehicle, name=self.name, barrier=self.barrier, unread=self.unread)

    def graph(self, weight: str = "time_s") -> travel.Graph:
        """The network as arrays, with one numeric column of the edges as weight."""
        if weight not in self._graphs:
            if weight not in self.edges or not pd.api.types.is_numeric_dtype(self.edges[weight]):
                raise InputError(f'weight: found "{weight}"; expected a numeric column of the edges, such as time_s, length_m or cost_eur')
            values = np.where(np.isfinite(self.edges["time_s"]), self.edges[weight].to_numpy(float), np.inf)
            u, v = (self.nodes.index.get_indexer(self.edges[end]) for end in ("u", "v"))
            self._graphs[weight] = travel.Graph.build(len(self.nodes), u, v, values)
        return self._graphs[weight]

    def snap(self, points: gpd.GeoSeries, *, max_snap_m: float = 10_000.0) -> gpd.GeoDataFrame:
        """Nearest node of each point that the vehicle can use, on the same side of the barrier.

        Parameters
        ----------
        points : GeoSeries
            Points in any CRS.
        max_snap_m : float
            Farthest a node may lie, metres.

        Returns
        -------
        GeoDataFrame
            Same index; columns `node` (id), `snap_m` (straight distance), `geometry` (the node).

        Raises
        ------
        InputError
            If a point has no CRS, is empty or lies too far from every node; lists every such point.
        """
        if points.crs is None:
            raise InputError('points: found no CRS; expected one, such as points.set_crs("EPSG:4326") for longitudes and latitudes')
        here = points.to_crs(self.nodes.crs)
        faults = Faults("points")
        for label in here.index[(here.is_empty | here.isna()).to_numpy()]:
            faults.add(id=str(label), column="geometry", found="nothing", expected="a point")
        faults.raise_if_any()
        positions = np.flatnonzero(self.nodes["anchor"])
        at = shapely.get_coordinates(self.nodes.geometry.to_numpy())[positions]
        xy = shapely.get_coordinates(here.to_numpy())
        k = min(_SNAP_CANDIDATES, len(positions))
        distance, candidate = (np.reshape(a, (len(xy), k)) for a in cKDTree(at).query(xy, k=k))
        cut = self._crosses_barrier(xy, at[candidate])
        distance = np.where(cut, np.inf, distance)
        best = distance.argmin(axis=1)
        rows = np.arange(len(xy))
        snap_m, node = distance[rows, best], positions[candidate[rows, best]]
        for label, metres in zip(here.index, snap_m, strict=True):
            if not metres <= max_snap_m:
                faults.add(
                    id=str(label),
                    found=f"no road node within {max_snap_m:g} m (nearest: {metres:.0f} m)",
                    expected="a place near the network; mend its coordinates, or raise max_snap_m",
                )
        faults.raise_if_any()
        chosen = self.nodes.iloc[node]
        return gpd.GeoDataFrame({"node": chosen.index, "snap_m": snap_m}, geometry=chosen.geometry.to_numpy(), index=points.index, crs=self.nodes.crs)

    def _crosses_barrier(self, xy: np.ndarray, candidates: np.ndarray) -> np.ndarray:
        if self.barrier is None:
            return np.zeros(candidates.shape[:2], dtype=bool)
        ways = np.stack([np.broadcast_to(xy[:, None], candidates.shape), candidates], axis=2)
        return np.asarray(shapely.intersects(shapely.linestrings(ways), self.barrier))

    def matrix(self, origins: gpd.GeoSeries, destinations: gpd.GeoSeries, weight: str = "time_s", *, max_snap_m: float = 10_000.0) -> travel.Floats:
        """Least weight from each origin to each destination, the way to and from the network included.

        Parameters
        ----------
        origins, destinations : GeoSeries
            Points in any CRS.
        weight : str
            Numeric column of the edges: "time_s", "length_m", "cost_eur" (running cost of the vehicle, one way).
        max_snap_m : float
            Farthest a place may lie from a node, metres.

        Returns
        -------
        ndarray of float, shape (len(origins), len(destinations))
            `inf` where no open road leads.
        """
        start, end = self.snap(origins, max_snap_m=max_snap_m), self.snap(destinations, max_snap_m=max_snap_m)
        u, v = (self.nodes.index.get_indexer(snapped["node"]) for snapped in (start, end))
        between = travel.matrix(self.graph(weight), u, v)
        total = between + self._access(start["snap_m"].to_numpy(), weight)[:, None] + self._access(end["snap_m"].to_numpy(), weight)
        same_i, same_j = np.nonzero(u[:, None] == v)
        xy, to = (shapely.get_coordinates(s.to_crs(self.nodes.crs).to_numpy()) for s in (origins, destinations))
        total[same_i, same_j] = self._access(np.hypot(*(xy[same_i] - to[same_j]).T), weight)
        return np.asarray(total)

    def _access(self, straight_m: np.ndarray, weight: str) -> np.ndarray:
        """Weight of the way between a place and its node, or between two places of one node."""
        length_m = straight_m * ACCESS_WINDING
        time_s = length_m / (self.vehicle.speeds_kmh[ACCESS_HIGHWAY] / 3.6)
        known = {"length_m": length_m, "time_s": time_s, "cost_eur": self.vehicle.one_way_eur(length_m, time_s, np.zeros_like(length_m))}
        return known.get(weight, np.zeros_like(length_m))

    def path(self, origin: shapely.Point, destination: shapely.Point, weight: str = "time_s", *, max_snap_m: float = 10_000.0) -> gpd.GeoDataFrame:
        """Edges of the best way between two points, in order, the ways to and from the network included.

        Parameters
        ----------
        origin, destination : shapely.Point
            In the CRS of the network.
        weight, max_snap_m
            As in `matrix`; the sum of the path's weights equals the matrix.

        Returns
        -------
        GeoDataFrame
            The columns of `edges`; where a place lies off the network, the first and last row have the highway "access" and
        coordinates for `u` and `v`.

        Raises
        ------
        NoPathError
            If no open road leads there.
        """
        ends = self.snap(gpd.GeoSeries([origin, destination], crs=self.nodes.crs), max_snap_m=max_snap_m)
        u, v = self.nodes.index.get_indexer(ends["node"])
        if u == v:
            return self._access_row(origin, destination)
        try:
            middle = self.edges.iloc[travel.path(self.graph(weight), u, v)]
        except NoPathError:
            raise NoPathError(f'no road open to "{self.vehicle.id}" leads from {ends["node"].iloc[0]} to {ends["node"].iloc[1]}') from None
        parts = [self._access_row(origin, ends.geometry.iloc[0]), middle, self._access_row(ends.geometry.iloc[1], destination)]
        return gpd.GeoDataFrame(pd.concat([p for p in parts if len(p)], ignore_index=True), crs=self.nodes.crs)

    def _access_row(self, start: shapely.Point, end: shapely.Point) -> gpd.GeoDataFrame:
        straight_m = np.array([shapely.distance(start, end)])
        weights = {weight: self._access(straight_m, weight) for weight in ("length_m", "time_s", "cost_eur")}
        row = {
            "u": f"{start.x:.0f} {start.y:.0f}",
            "v": f"{end.x:.0f} {end.y:.0f}",
            "highway": "access",
            "ref": "",
            "crossing": "",
            **weights,
            "toll_eur": 0.0,
            "max_weight_t": np.inf,
            "fixed_time_s": 0.0,
        }
        frame = gpd.GeoDataFrame(row, geometry=[shapely.LineString([start, end])], crs=self.nodes.crs)
        return frame[straight_m > 0]

    def with_changes(
        self,
        *,
        closed: Collection[str] = (),
        ferries: bool = True,
        max_weight_t: Mapping[str, float] | None = None,
        toll_eur: Mapping[str, float] | None = None,
        speed_factor: float = 1.0,
    ) -> "RoadNetwork":
        """Same topology and same anchors of places, other rules: a bridge closed, a weight limit, the ferries at rest, a toll, slower roads.

        Parameters
        ----------
        closed : collection of str
            Ids of crossings (bridges, ferries) that are closed.
        ferries : bool
            False stops every ferry.
        max_weight_t, toll_eur : mapping of str to float
            Crossing id to its weight limit in tonnes, or to the toll of one passage in euros.
        speed_factor : float
            Multiplies every speed (0.8 = a fifth slower).

        Raises
        ------
        InputError
            If a crossing is unknown or the factor is not above 0.
        """
        limits, tolls = dict(max_weight_t or {}), dict(toll_eur or {})
        known = sorted(set(self.edges["crossing"]) - {""})
        faults = Faults("with_changes")
        for name, given in (("closed", closed), ("max_weight_t", limits), ("toll_eur", tolls)):
            for crossing in sorted(set(given) - set(known)):
                faults.add(column=name, found=crossing, expected=f"one of the crossings {', '.join(known)}")
        if not speed_factor > 0:
            faults.add(column="speed_factor", found=speed_factor, expected="more than 0")
        faults.raise_if_any()
        crossing = self.edges["crossing"]
        changed = self.edges.assign(
            max_weight_t=crossing.map(limits).astype(float).fillna(self.edges["max_weight_t"]),
            toll_eur=crossing.map(tolls).astype(float).fillna(self.edges["toll_eur"]),
        )
        shut = crossing.isin(list(closed)) | ((self.edges["highway"] == "ferry") & (not ferries))
        changed.loc[shut, "max_weight_t"] = 0.0
        speeds = {highway: speed * speed_factor for highway, speed in self.vehicle.speeds_kmh.items()}
        vehicle = replace(self.vehicle, speeds_kmh=speeds)
        return replace(self, edges=drive(changed, vehicle), vehicle=vehicle, _graphs={})
