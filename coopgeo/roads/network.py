"""`RoadNetwork`: a directed road network as one vehicle sees it, and what one asks of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from coopgeo import travel
from coopgeo.arrays import Floats, Ints
from coopgeo.errors import Faults, InputError
from coopgeo.roads.paths import Paths
from coopgeo.roads.through_traffic import Layers
from coopgeo.roads.vehicles import Vehicle, completed, drive

if TYPE_CHECKING:
    import networkx as nx

ACCESS_HIGHWAY = "unclassified"  # class of the way between a place and the node it is snapped to
ACCESS_WINDING = 1.3  # road / straight length on the plateau, general knowledge; a planning hypothesis
_SNAP_CANDIDATES = 32


def note_off_road(faults: Faults, id: str, metres: float, max_snap_m: float) -> None:
    """Note a place that lies too far from the roads."""
    nearest = f"nearest: {metres:.0f} m" if np.isfinite(metres) else "the nearest lie over the river"
    expected = "a place near the network; mend its coordinates, or take a road file that reaches it"
    faults.add(id=id, found=f"no road node within {max_snap_m:g} m ({nearest})", expected=expected)


@dataclass(frozen=True)
class RoadNetwork:
    """A road network as one vehicle sees it.

    Attributes
    ----------
    nodes : GeoDataFrame
        Indexed by node id; columns `name`, `access` (False = no place may be joined here, as on a motorway), `joined`
        (of the largest part in which the vehicle gets from everywhere to everywhere), `geometry` (points). Places are
        snapped to nodes that have both.
    edges : GeoDataFrame
        One row a direction; columns `u`, `v` (node ids), `highway`, `ref`, `name`, `crossing` (id of a bridge or
        ferry, or ""), `length_m`, `time_s`, `cost_eur`, `toll_eur`, the limits of `vehicles.UNTOLD`, `geometry`. An
        edge with an infinite `time_s` is closed to the vehicle, whatever the weight asked for; one whose
        `max_through_t` is below the vehicle's weight is open at the ends of a trip only.
    vehicle : Vehicle
    name : str
        What the network was made from: "atlas" or a file name.
    barrier : shapely geometry, optional
        Line that the way from a place to its node may not cross (a river).
    unread : tuple of str
        Limits of the file that could not be understood and are not applied.
    cache : Path, optional
        Folder for what is prepared once and used by later processes.
    """

    nodes: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    vehicle: Vehicle
    name: str
    barrier: shapely.Geometry | None = None
    unread: tuple[str, ...] = ()
    cache: Path | None = None
    _layers: Layers | None = field(default=None, repr=False, compare=False)
    _graphs: dict[str, travel.Graph] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def for_vehicle(
        cls, nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, vehicle: Vehicle, *, name: str, **more: Any
    ) -> "RoadNetwork":
        """The network of `nodes` and `edges` as a vehicle sees it.

        Parameters
        ----------
        nodes : GeoDataFrame
            `access` at least (`name` if known), indexed by node id.
        edges : GeoDataFrame
            `u`, `v`, `highway`, `length_m`, and what is known of the columns of `vehicles.UNTOLD`.
        vehicle : Vehicle
        name : str
        **more
            Other attributes.
        """
        roads = cls(nodes, drive(completed(edges), vehicle), vehicle, name, **more)
        return replace(
            roads, nodes=nodes.assign(joined=roads._largest_part()), _layers=roads.layers, _graphs=roads._graphs
        )

    def seen_by(self, vehicle: Vehicle) -> "RoadNetwork":
        """The same roads as another vehicle sees them, with what is closed on them; a speed factor belongs to the vehicle and is not kept."""
        more = {"barrier": self.barrier, "unread": self.unread, "cache": self.cache}
        return RoadNetwork.for_vehicle(self.nodes, self.edges, vehicle, name=self.name, **more)

    @cached_property
    def layers(self) -> Layers:
        """The network as arrays to search; shared by all changes of it."""
        if self._layers is not None:
            return self._layers
        u, v = (self.nodes.index.get_indexer(self.edges[end]) for end in ("u", "v"))
        ends_only = self.edges["max_through_t"].to_numpy(float) < self.vehicle.gross_t
        through = ~ends_only & np.isfinite(self.edges["time_s"].to_numpy(float))
        return Layers.of(
            u,
            v,
            shapely.get_coordinates(self.nodes.geometry.to_numpy()),
            ends_only=ends_only,
            through=through,
            cache=self.cache,
        )

    def graph(self, weight: str = "time_s") -> travel.Graph:
        """The network as a graph, with one numeric column of the edges as weight."""
        if weight not in self._graphs:
            if weight not in self.edges or not pd.api.types.is_numeric_dtype(self.edges[weight]):
                raise InputError(
                    f'weight: found "{weight}"; expected a numeric column of the edges, such as time_s, length_m or cost_eur'
                )
            values = np.where(np.isfinite(self.edges["time_s"]), self.edges[weight].to_numpy(float), np.inf)
            self._graphs[weight] = self.layers.weighted(values)
        return self._graphs[weight]

    def _largest_part(self) -> NDArray[np.bool_]:
        """Nodes from which, and to which, the vehicle gets from the largest part in which every node reaches every other."""
        part = travel.strong_parts(self.graph())[: len(self.nodes)]  # of the through roads
        middle = int(np.argmax(part == np.bincount(part).argmax()))
        to, back = (np.isfinite(travel.tree(self.graph(), middle, reverse=reverse)) for reverse in (False, True))
        return np.asarray(to[self.layers.arrive] & back[self.layers.leave])

    @property
    def stray(self) -> gpd.GeoDataFrame:
        """Edges outside the largest part, to which no place is snapped: closed to the vehicle, cut off by the frame, or badly drawn."""
        joined = self.nodes["joined"]
        return self.edges[~(joined.loc[self.edges["u"]].to_numpy() & joined.loc[self.edges["v"]].to_numpy())]

    @cached_property
    def _anchors(self) -> tuple[Ints, cKDTree]:
        """Positions of the nodes that places may be snapped to, and a tree of where they are."""
        positions = np.flatnonzero(self.nodes["access"].to_numpy(bool) & self.nodes["joined"].to_numpy(bool))
        return positions, cKDTree(shapely.get_coordinates(self.nodes.geometry.to_numpy()[positions]))

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
        node, snap_m = self._snapped(points)
        faults = Faults("points")
        for label, metres in zip(points.index, snap_m, strict=True):
            if not metres <= max_snap_m:
                note_off_road(faults, str(label), metres, max_snap_m)
        faults.raise_if_any()
        chosen = self.nodes.iloc[node]
        return gpd.GeoDataFrame(
            {"node": chosen.index, "snap_m": snap_m},
            geometry=chosen.geometry.to_numpy(),
            index=points.index,
            crs=self.nodes.crs,
        )

    def off_road(self, points: gpd.GeoSeries, *, max_snap_m: float = 10_000.0) -> pd.Series:
        """Points that `snap` would refuse, with the metres to their nearest node (`inf`: none on the same side of the barrier); same index."""
        _, snap_m = self._snapped(points)
        return pd.Series(snap_m, index=points.index, name="snap_m")[~(snap_m <= max_snap_m)]

    def _snapped(self, points: gpd.GeoSeries) -> tuple[Ints, Floats]:
        if points.crs is None:
            raise InputError(
                'points: found no CRS; expected one, such as points.set_crs("EPSG:4326") for longitudes and latitudes'
            )
        here = points.to_crs(self.nodes.crs)
        faults = Faults("points")
        for label in here.index[(here.is_empty | here.isna()).to_numpy()]:
            faults.add(id=str(label), column="geometry", found="nothing", expected="a point")
        faults.raise_if_any()
        return self._nearest(shapely.get_coordinates(here.to_numpy()))

    def _nearest(self, xy: Floats) -> tuple[Ints, Floats]:
        """Position of the nearest node on the same side of the barrier, and its distance; `inf` if none of the nearest is."""
        positions, nearest = self._anchors
        if not len(positions):
            return np.zeros(len(xy), dtype=np.intp), np.full(len(xy), np.inf)
        snap_m, node = nearest.query(xy)
        cut = np.flatnonzero(self._crosses_barrier(xy, nearest.data[node]))
        if len(cut):
            k = min(_SNAP_CANDIDATES, len(positions))
            distance, candidate = (np.reshape(a, (len(cut), k)) for a in nearest.query(xy[cut], k=k))
            away = self._crosses_barrier(np.repeat(xy[cut], k, axis=0), nearest.data[candidate.ravel()]).reshape(
                len(cut), k
            )
            best = np.where(away, np.inf, distance).argmin(axis=1)
            rows = np.arange(len(cut))
            snap_m[cut], node[cut] = np.where(away, np.inf, distance)[rows, best], candidate[rows, best]
        return positions[node], snap_m

    def _crosses_barrier(self, here: Floats, there: Floats) -> NDArray[np.bool_]:
        if self.barrier is None:
            return np.zeros(len(here), dtype=bool)
        return np.asarray(shapely.intersects(shapely.linestrings(np.stack([here, there], axis=1)), self.barrier))

    def matrix(
        self,
        origins: gpd.GeoSeries,
        destinations: gpd.GeoSeries,
        weight: str = "time_s",
        *,
        max_snap_m: float = 10_000.0,
        engine: travel.Engine | None = None,
    ) -> Floats:
        """Least weight from each origin to each destination, the way to and from the network included.

        Parameters
        ----------
        origins, destinations : GeoSeries
            Points in any CRS.
        weight : str
            Numeric column of the edges: "time_s", "length_m", "cost_eur" (running cost of the vehicle, one way).
        max_snap_m : float
            Farthest a place may lie from a node, metres.
        engine : {"hierarchy", "dijkstra"}, optional
            As in `travel.matrix`; the figures are the same.

        Returns
        -------
        ndarray of float, shape (len(origins), len(destinations))
            `inf` where no open road leads.
        """
        start, end = self.snap(origins, max_snap_m=max_snap_m), self.snap(destinations, max_snap_m=max_snap_m)
        u, v = (self.nodes.index.get_indexer(snapped["node"]) for snapped in (start, end))
        between = travel.matrix(self.graph(weight), self.layers.leave[u], self.layers.arrive[v], engine=engine)
        total = (
            between
            + self.access(start["snap_m"].to_numpy(), weight)[:, None]
            + self.access(end["snap_m"].to_numpy(), weight)
        )
        same_i, same_j = np.nonzero(u[:, None] == v)
        xy, to = (shapely.get_coordinates(s.to_crs(self.nodes.crs).to_numpy()) for s in (origins, destinations))
        total[same_i, same_j] = self.access(np.hypot(*(xy[same_i] - to[same_j]).T), weight)
        return np.asarray(total)

    def access(self, straight_m: np.ndarray, weight: str) -> np.ndarray:
        """Weight of the way between a place and its node, or between two places of one node, from its straight metres."""
        length_m = straight_m * ACCESS_WINDING
        time_s = length_m / (self.vehicle.speeds_kmh[ACCESS_HIGHWAY] / 3.6)
        known = {
            "length_m": length_m,
            "time_s": time_s,
            "cost_eur": self.vehicle.one_way_eur(length_m, time_s, np.zeros_like(length_m)),
        }
        return known.get(weight, np.zeros_like(length_m))

    def path(
        self, origin: shapely.Point, destination: shapely.Point, weight: str = "time_s", *, max_snap_m: float = 10_000.0
    ) -> gpd.GeoDataFrame:
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
            The columns of `edges`; where a place lies off the network, the first and last row have the highway
            "access" and
        coordinates for `u` and `v`.

        Raises
        ------
        NoPathError
            If no open road leads there.
        """
        start, end = (gpd.GeoSeries([point], crs=self.nodes.crs) for point in (origin, destination))
        return self.paths(start, end, weight, max_snap_m=max_snap_m).frame()

    def paths(
        self,
        origins: gpd.GeoSeries,
        destinations: gpd.GeoSeries,
        weight: str = "time_s",
        *,
        max_snap_m: float = 10_000.0,
    ) -> Paths:
        """Best ways between origins and destinations, row by row, with one search for each distinct origin.

        Parameters
        ----------
        origins, destinations : GeoSeries
            Points in any CRS, as many of one as of the other: row i of both is a pair.
        weight, max_snap_m
            As in `matrix`.

        Returns
        -------
        Paths
            Arrays: lengths, times, edges; `lines()` draws the ways, `frame(i)` is what `path` gives for a pair.

        Raises
        ------
        InputError
            If there are more of one than of the other, or a point lies off the network.
        """
        if len(origins) != len(destinations):
            raise InputError(
                f"paths: found {len(origins)} origins and {len(destinations)} destinations; expected as many of both"
            )
        ends = [self.snap(places, max_snap_m=max_snap_m)["node"] for places in (origins, destinations)]
        nodes = np.stack([self.nodes.index.get_indexer(node) for node in ends], axis=1)
        places = [shapely.get_coordinates(ends.to_crs(self.nodes.crs).to_numpy()) for ends in (origins, destinations)]
        apart = nodes[:, 0] != nodes[:, 1]
        found, edges = np.ones(len(nodes), dtype=bool), np.zeros(len(nodes), dtype=np.intp)
        leave, arrive = self.layers.leave[nodes[apart, 0]], self.layers.arrive[nodes[apart, 1]]
        arcs, arc_offsets, found[apart] = travel.paths(self.graph(weight), leave, arrive)
        edge = self.layers.edge[arcs]
        before = np.concatenate([[0], np.cumsum(edge >= 0)])  # a passage between layers is no edge
        edges[apart] = np.diff(before[arc_offsets])
        offsets = np.concatenate([[0], np.cumsum(edges)])
        return Paths(self, origins.index, edge[edge >= 0], offsets, found, nodes, np.stack(places, axis=1))

    def tree(
        self,
        place: shapely.Point,
        weight: str = "time_s",
        *,
        limit: float = np.inf,
        direction: Literal["from", "to"] = "from",
        max_snap_m: float = 10_000.0,
    ) -> pd.Series:
        """Least weight between a place and every node of the network.

        Parameters
        ----------
        place : shapely.Point
            In the CRS of the network.
        weight, max_snap_m
            As in `matrix`; the way between the place and the network is counted.
        limit : float
            Nodes that lie farther are left out.
        direction : {"from", "to"}
            Travel from the place to the nodes, or from the nodes to the place.

        Returns
        -------
        Series of float
            Indexed by node id, the nodes within the limit only.
        """
        if direction not in ("from", "to"):
            raise InputError(f'direction: found "{direction}"; expected from or to')
        snapped = self.snap(gpd.GeoSeries([place], crs=self.nodes.crs), max_snap_m=max_snap_m)
        start = self.nodes.index.get_loc(snapped["node"].iloc[0])
        access = float(self.access(snapped["snap_m"].to_numpy(), weight)[0])
        here, there = (
            (self.layers.arrive, self.layers.leave) if direction == "to" else (self.layers.leave, self.layers.arrive)
        )
        reach = (
            access
            + travel.tree(
                self.graph(weight), int(here[start]), limit=max(0.0, limit - access), reverse=direction == "to"
            )[there]
        )
        return pd.Series(reach, index=self.nodes.index, name=weight)[reach <= limit]

    def to_networkx(self) -> "nx.MultiDiGraph":
        """The network as a networkx graph with the attribute names of osmnx; see `interchange.to_networkx`."""
        from coopgeo.roads import interchange  # noqa: PLC0415 - osmnx takes most of a second to import

        return interchange.to_networkx(self.nodes, self.edges)

    @classmethod
    def from_networkx(
        cls, graph: "nx.MultiDiGraph", vehicle: Vehicle, *, crs: str = "EPSG:2154", name: str = "graph"
    ) -> "RoadNetwork":
        """The network of a graph that osmnx or `to_networkx` made; see `interchange.from_networkx`."""
        from coopgeo.roads import interchange  # noqa: PLC0415 - osmnx takes most of a second to import

        tables = interchange.from_networkx(graph, crs=crs, name=name)
        return cls.for_vehicle(tables.nodes, tables.edges, vehicle, name=name, unread=tuple(tables.unread))

    def to_file(self, path: Path | str) -> None:
        """Write the network for a GIS: GeoPackage (`.gpkg`, layers nodes and edges) or GeoParquet (`.parquet`, the nodes in a file beside)."""
        from coopgeo.roads import interchange  # noqa: PLC0415 - osmnx takes most of a second to import

        interchange.write_network(self.nodes, self.edges, Path(path))

    def with_changes(
        self,
        *,
        closed: Collection[str] = (),
        closed_edges: NDArray[np.bool_] | None = None,
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
        closed_edges : array of bool, shape (len(edges),), optional
            True for each edge that is closed, such as `roads.edges["name"] == "Rue des Halles"`.
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
        known = sorted(set(self.edges["crossing"].unique()) - {""})
        faults = Faults("with_changes")
        for name, given in (("closed", closed), ("max_weight_t", limits), ("toll_eur", tolls)):
            for crossing in sorted(set(given) - set(known)):
                faults.add(column=name, found=crossing, expected=f"one of the crossings {', '.join(known)}")
        if not speed_factor > 0:
            faults.add(column="speed_factor", found=speed_factor, expected="more than 0")
        works = np.zeros(len(self.edges), dtype=bool) if closed_edges is None else np.asarray(closed_edges)
        if works.shape != (len(self.edges),) or works.dtype != bool:
            faults.add(
                column="closed_edges",
                found=f"{works.dtype} of shape {works.shape}",
                expected=f"true or false for each of the {len(self.edges)} edges",
            )
        faults.raise_if_any()
        at, names = pd.factorize(self.edges["crossing"])
        told = {"max_weight_t": limits, "toll_eur": tolls}
        given = {
            column: np.array([values.get(name, np.nan) for name in names], dtype=float)[at]
            for column, values in told.items()
        }
        changed = self.edges.assign(
            **{column: np.where(np.isnan(new), self.edges[column], new) for column, new in given.items()}
        )
        ferry = (self.edges["highway"] == "ferry").to_numpy() & (not ferries)
        changed["max_weight_t"] = np.where(
            np.isin(names, list(closed))[at] | ferry | works, 0.0, changed["max_weight_t"]
        )
        speeds = {highway: speed * speed_factor for highway, speed in self.vehicle.speeds_kmh.items()}
        vehicle = replace(self.vehicle, speeds_kmh=speeds)
        return replace(self, edges=drive(changed, vehicle), vehicle=vehicle, _layers=self.layers, _graphs={})
