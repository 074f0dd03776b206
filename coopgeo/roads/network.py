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

from coopgeo import travel
from coopgeo.arrays import Floats
from coopgeo.errors import Message, check_kind
from coopgeo.roads import searches
from coopgeo.roads.conditions import changed
from coopgeo.roads.cutting import SPACING_M
from coopgeo.roads.joining import Joiner, Joints, joint_of, joints_of, off_road
from coopgeo.roads.lines import lines_as_roads
from coopgeo.roads.paths import Paths
from coopgeo.roads.points import Points
from coopgeo.roads.snapping import Anchors, snapped
from coopgeo.roads.through_traffic import ThroughTraffic
from coopgeo.roads.vehicles import CAR, Vehicle, checked, completed, drive

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, eq=False, repr=False)
class RoadNetwork:
    """A road network as one vehicle sees it.

    Attributes
    ----------
    nodes : GeoDataFrame
        Indexed by node id; columns `name`, `access` (False = no place may be joined here, as on a motorway), `joined`
        (of the largest part in which the vehicle gets from everywhere to everywhere), `geometry` (points). Places join
        these, and the roads between nodes that are `joined`.
    edges : GeoDataFrame
        One row a direction; columns `u`, `v` (node ids), `highway`, `ref`, `name`, `crossing` (id of a bridge or
        ferry, or ""), `length_m`, `time_s`, `cost_eur`, `toll_eur`, the limits of `vehicles.UNTOLD`, `geometry`. An
        edge with an infinite `time_s` is closed to the vehicle, whatever the weight asked for; one whose
        `max_through_t` is below the vehicle's weight is open at the ends of a trip only.
    vehicle : Vehicle
    name : str
        What the network was made from: "atlas" or a file name.
    barrier : shapely geometry, optional
        Line that the way from a place to the roads may not cross (a river).
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
    _through_traffic: ThroughTraffic | None = field(default=None)
    _joiner: Joiner | None = field(default=None)
    _graphs: dict[str, travel.Graph] = field(default_factory=dict)

    def __repr__(self) -> str:
        size = f"{len(self.nodes):,} nodes, {len(self.edges):,} edges, {self.nodes.crs.to_string()}"
        return f'RoadNetwork("{self.name}" as "{self.vehicle.id}" sees it: {size})'

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
        roads = cls(nodes, drive(completed(edges), checked(vehicle)), vehicle, name, **more)
        return replace(
            roads,
            nodes=nodes.assign(joined=roads._largest_part()),
            _through_traffic=roads.through_traffic,
            _graphs=roads._graphs,
        )

    def seen_by(self, vehicle: Vehicle) -> "RoadNetwork":
        """The same roads, and what is closed on them, as another vehicle sees them; a speed factor is not kept."""
        check_kind("vehicle", vehicle, Vehicle, Message("a Vehicle, such as one of Study.vehicles"))
        more: dict[str, Any] = {"name": self.name, "barrier": self.barrier, "unread": self.unread, "cache": self.cache}
        return RoadNetwork.for_vehicle(self.nodes, self.edges, vehicle, **more)

    @cached_property
    def through_traffic(self) -> ThroughTraffic:
        """The network as arrays to search; shared by all changes of it."""
        if self._through_traffic is not None:
            return self._through_traffic
        return ThroughTraffic.on(self.nodes, self.edges, self.vehicle.gross_t, cache=self.cache)

    def graph(self, weight: str = "time_s") -> travel.Graph:
        """The network as a graph, with one numeric column of the edges as weight."""
        if not isinstance(weight, str) or weight not in self._graphs:
            self._graphs[weight] = self.through_traffic.weighted(searches.open_weight(self, weight))
        return self._graphs[weight]

    def _largest_part(self) -> NDArray[np.bool_]:
        """Nodes that the vehicle reaches from the largest part in which all reach each other, and gets back from."""
        part = travel.strong_parts(self.graph())[: len(self.nodes)]  # of the through roads
        middle = int(np.argmax(part == np.bincount(part).argmax()))
        to, back = (np.isfinite(travel.tree(self.graph(), middle, reverse=reverse)) for reverse in (False, True))
        return np.asarray(to[self.through_traffic.arrive] & back[self.through_traffic.leave])

    @property
    def stray(self) -> gpd.GeoDataFrame:
        """Edges to which no place is snapped: closed to the vehicle, cut off by the frame, or badly drawn."""
        joined = self.nodes["joined"]
        return self.edges[~(joined.loc[self.edges["u"]].to_numpy() & joined.loc[self.edges["v"]].to_numpy())]

    @cached_property
    def anchors(self) -> Anchors:
        """The nodes that places may be joined to."""
        return Anchors.of(self.nodes, self.barrier)

    @cached_property
    def joiner(self) -> Joiner:
        """The roads and nodes that places may join; shared by all changes of the network."""
        return self._joiner or Joiner(self.nodes, self.edges, self.through_traffic)

    def snap(self, points: Points, *, max_snap_m: float = 10_000.0) -> gpd.GeoDataFrame:
        """Nearest node of each point that the vehicle can use, on the same side of the barrier.

        Parameters
        ----------
        points : GeoSeries or GeoDataFrame
            Points in any CRS; a bare shapely Point in that of the network.
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
        return snapped(self.nodes, self.anchors, points, max_snap_m)

    def off_road(self, points: Points, *, max_snap_m: float = 10_000.0) -> pd.Series:
        """Points that lie too far from the roads, with the metres to the nearest.

        Parameters
        ----------
        points, max_snap_m
            As in `snap`.

        Returns
        -------
        Series of float
            Index of the points concerned; `inf` where no road within the limit lies on the same side of the barrier.
        """
        return off_road(self, points, max_snap_m)

    def matrix(
        self,
        origins: Points,
        destinations: Points,
        weight: str = "time_s",
        *,
        max_snap_m: float = 10_000.0,
        engine: travel.Engine | None = None,
    ) -> Floats:
        """Least weight from each origin to each destination, the way to and from the network included.

        Parameters
        ----------
        origins, destinations : GeoSeries or GeoDataFrame
            Points in any CRS; each joins the nearest point of a road (see `joining`), or of the road whose number a
            column `access_road` names.
        weight : str
            Numeric column of the edges: "time_s", "length_m", "cost_eur" (running cost of the vehicle, one way).
        max_snap_m : float
            Farthest a place may lie from a road, metres.
        engine : {"hierarchy", "dijkstra"}, optional
            As in `travel.matrix`; the figures are the same.

        Returns
        -------
        ndarray of float, shape (len(origins), len(destinations))
            `inf` where no open road leads.
        """
        start, end = self._both(origins, destinations, max_snap_m)
        return searches.matrix(self, start, end, weight, engine)

    def _both(self, origins: Points, destinations: Points, max_snap_m: float) -> tuple[Joints, Joints]:
        start = joints_of(self, origins, max_snap_m=max_snap_m, name="origins")
        return start, joints_of(self, destinations, max_snap_m=max_snap_m, name="destinations")

    def path(
        self, origin: Points, destination: Points, weight: str = "time_s", *, max_snap_m: float = 10_000.0
    ) -> gpd.GeoDataFrame:
        """Edges of the best way between two points, in order, the ways to and from the network included.

        Parameters
        ----------
        origin, destination : shapely.Point, or GeoSeries or GeoDataFrame of one row
            A bare Point is in the CRS of the network.
        weight, max_snap_m
            As in `matrix`; the sum of the path's weights equals the matrix.

        Returns
        -------
        GeoDataFrame
            The columns of `edges`; the first and last are cut where the places join them. Where a place lies off the
            roads, the first or last row has the highway "access". Ends that are no nodes have coordinates for `u`, `v`.

        Raises
        ------
        NoPathError
            If no open road leads there.
        """
        ends = {"origin": origin, "destination": destination}
        start, end = (joint_of(self, place, max_snap_m=max_snap_m, name=name) for name, place in ends.items())
        return Paths.between(self, start, end, weight).frame()

    def paths(
        self,
        origins: Points,
        destinations: Points,
        weight: str = "time_s",
        *,
        max_snap_m: float = 10_000.0,
    ) -> Paths:
        """Best ways between origins and destinations, row by row, with one search for each distinct origin.

        Parameters
        ----------
        origins, destinations : GeoSeries or GeoDataFrame
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
        return Paths.between(self, *self._both(origins, destinations, max_snap_m), weight)

    def tree(
        self,
        place: Points,
        weight: str = "time_s",
        *,
        limit: float = np.inf,
        direction: Literal["from", "to"] = "from",
        max_snap_m: float = 10_000.0,
    ) -> pd.Series:
        """Least weight between a place and every node of the network.

        Parameters
        ----------
        place : shapely.Point, or GeoSeries or GeoDataFrame of one row
            A bare Point is in the CRS of the network.
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
        joint = joint_of(self, place, max_snap_m=max_snap_m)
        return searches.tree(self, joint, weight, limit=limit, direction=direction)

    @classmethod
    def from_lines(
        cls,
        lines: gpd.GeoDataFrame,
        vehicle: Vehicle = CAR,
        *,
        crs: Any = None,
        spacing_m: float = SPACING_M,
        columns: Path | Mapping[str, Any] | None = None,
        name: str = "lines",
    ) -> "RoadNetwork":
        """The network of road lines in memory, joined wherever they share a vertex.

        Parameters
        ----------
        lines : GeoDataFrame
            Lines in any CRS, with what `roads.read` asks of a file of lines: `highway` at least.
        vehicle, crs, spacing_m, columns
            As in `roads.read`.
        name : str
            What the network is called.

        Raises
        ------
        InputError
            If the lines or the columns cannot be used; lists every fault.
        """
        tables = lines_as_roads(lines, crs=crs, spacing_m=spacing_m, columns=columns, name=name)
        return cls.for_vehicle(tables.nodes, tables.edges, vehicle, name=name, unread=tuple(tables.unread))

    def to_networkx(self) -> "nx.MultiDiGraph":
        """The network as a networkx graph with the attribute names of osmnx; see `interchange.to_networkx`."""
        from coopgeo.roads import interchange  # noqa: PLC0415 - osmnx takes most of a second to import

        return interchange.to_networkx(self.nodes, self.edges)

    @classmethod
    def from_networkx(
        cls, graph: "nx.MultiDiGraph", vehicle: Vehicle = CAR, *, crs: Any = None, name: str = "graph"
    ) -> "RoadNetwork":
        """The network of a graph that osmnx or `to_networkx` made.

        Parameters
        ----------
        graph : MultiDiGraph
            With `crs`, `x` and `y` of nodes, `length` (m) and `highway` of edges; the rest is read as tags.
        vehicle, crs
            As in `coopgeo.roads.read`.
        name : str
            What to call the network in messages.
        """
        from coopgeo.roads import interchange  # noqa: PLC0415 - osmnx takes most of a second to import

        tables = interchange.from_networkx(graph, crs=crs, name=name)
        return cls.for_vehicle(tables.nodes, tables.edges, vehicle, name=name, unread=tuple(tables.unread))

    def to_file(self, path: Path | str) -> None:
        """Write the network for a GIS: `.gpkg` (layers nodes and edges) or `.parquet` (the nodes in a file beside)."""
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
        """Same roads under other rules: a bridge closed, a weight limit, the ferries at rest, a toll, slower roads.

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
        edges = changed(
            self.edges, closed=closed, closed_edges=closed_edges, ferries=ferries, max_weight_t=max_weight_t or {},
            toll_eur=toll_eur or {}, speed_factor=speed_factor,
        )  # fmt: skip
        own, layers, joiner = self.vehicle.slowed(speed_factor), self.through_traffic, self.joiner
        return replace(self, edges=drive(edges, own), vehicle=own, _through_traffic=layers, _joiner=joiner, _graphs={})
