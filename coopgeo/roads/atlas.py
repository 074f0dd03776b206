"""The embedded road atlas: a schematic network compiled from tables, for where no road extract can be had.

Nodes are the chefs-lieux of the communes and named junctions. Edges are (a) the main roads of `axes.csv`, from way
point to way point, (b) a local mesh between neighbours, the Gabriel graph of the nodes: two nodes are joined where
the circle on their segment as diameter holds no other node (Gabriel & Sokal 1969, Syst. Zool. 18(3):259-278), and (c)
the bridges and ferries of `crossings.csv`, the only edges that pass the river. The length of a road is its straight
length times the winding factor of its class, or its own.
"""

import itertools
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree

from coopgeo.arrays import Mask
from coopgeo.errors import Faults, Message

# A link between neighbouring chefs-lieux is as a rule a departmental road, which OpenStreetMap classes tertiary here;
# unclassified roads serve hamlets and farms, which the atlas does not know.
MESH_HIGHWAY = "tertiary"
JUNCTION_KINDS = ("interchange", "bridgehead", "ferry_landing", "junction", "bend")
CROSSING_KINDS = ("bridge", "ferry")
_MESH_ROUNDING = 1e-9
_EDGE_COLUMNS = ["u", "v", "highway", "ref", "name", "crossing", "length_m", "toll_eur", "max_weight_t", "fixed_time_s"]


@dataclass(frozen=True)
class AtlasTables:
    """The tables that the atlas is compiled from.

    Attributes
    ----------
    communes : GeoDataFrame
        Chefs-lieux (points, any CRS) indexed by INSEE code; columns `name`, `bank` (of its river: left, right or
        anything else, for a commune on both banks or on none).
    junctions : GeoDataFrame
        Points (any CRS) indexed by junction id; columns `name`, `kind`. A `bend` is met by its own axes only, never by
        the local mesh, nor is a `bridgehead` that lies on an axis: it stands high above the roads beside it.
    axes : DataFrame
        Columns `id`, `ref`, `name`, `highway`, `toll_eur_km`, `waypoints` (node ids separated by blanks), and if known
        `winding_factor` (NaN = that of the class); a RangeIndex.
    crossings : DataFrame
        Columns `id`, `name`, `kind` (bridge or ferry), `ref`, `highway`, `from_junction`, `to_junction`, `length_m`
        (blank = straight length x winding factor), `wait_min`, `sailing_min`, `toll_eur`, `max_weight_t` (blank =
        none); a RangeIndex.
    classes : DataFrame
        Columns `highway`, `winding_factor` (road length / straight length).
    barrier : shapely geometry, optional
        The line that only crossings may pass, in `crs` (see `barriers.course`); None without a river.
    crs
        Metric CRS of the network.
    """

    communes: gpd.GeoDataFrame
    junctions: gpd.GeoDataFrame
    axes: pd.DataFrame
    crossings: pd.DataFrame
    classes: pd.DataFrame
    barrier: shapely.Geometry | None
    crs: Any

    @cached_property
    def nodes(self) -> gpd.GeoDataFrame:
        """Chefs-lieux and junctions, in the CRS of the network."""
        return _nodes(self.communes, self.junctions, self.crs)

    @cached_property
    def _places(self) -> dict[str, shapely.Point]:
        """Place of each node by its id, the first where an id stands twice."""
        first = ~self.nodes.index.duplicated()
        return dict(zip(self.nodes.index[first], self.nodes.geometry.to_numpy()[first], strict=True))

    def crossing_lines(self) -> gpd.GeoDataFrame:
        """The bridges and ferries as straight lines from bank to bank: tolls, limits (`inf` = none), waits."""
        links = _crossing_links(self.crossings).fillna({"max_weight_t": np.inf})
        lines = _segments(self.nodes.geometry.loc[links["u"]], self.nodes.geometry.loc[links["v"]])
        return gpd.GeoDataFrame(links, geometry=lines, crs=self.crs)

    def build(self, *, checked: bool = False) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Compile the atlas.

        Parameters
        ----------
        checked : bool
            Whether the tables are known to be without faults, as those of an opened study are.

        Returns
        -------
        nodes : GeoDataFrame
            Indexed by node id (INSEE code or junction id); columns `name`, `kind` ("commune" or the junction's),
            `access` (False at a bend, or a bridgehead on an axis: no place may be tied to it), `geometry`.
        edges : GeoDataFrame
            One row a direction; columns `u`, `v`, `highway`, `ref`, `name`, `crossing` (id, "" on land), `length_m`,
            `toll_eur`, `max_weight_t` (`inf` if none), `fixed_time_s` (wait and sailing of a ferry, 0 on a road),
            `geometry`.

        Raises
        ------
        InputError
            If the tables do not fit together, or an axis crosses the river; lists every fault of the four tables.
        """
        if not checked:
            self.faults().raise_if_any()
        winding = self.classes.set_index("highway")["winding_factor"].astype(float)
        on_axis = self.nodes.index.isin(self.axes["waypoints"].str.split().explode())
        nodes = self.nodes.assign(access=self.nodes["access"] & ~(on_axis & (self.nodes["kind"] == "bridgehead")))
        axis_links, seen = _axis_links(self.axes)
        bank = self.communes["bank"].where(self.communes["bank"].isin(["left", "right"])).reindex(nodes.index)
        mesh_links = _mesh_links(nodes, seen, bank, self.barrier)
        links = pd.concat([axis_links, mesh_links, _crossing_links(self.crossings)], ignore_index=True)
        return nodes, _both_ways(links, nodes, winding)

    def faults(self) -> Faults:
        """Every fault of every table."""
        faults = Faults("roads")
        for part in (self._junction_faults(), self._class_faults(), self._axis_faults(), self._crossing_faults()):
            faults.extend(part)
        return faults

    def _junction_faults(self) -> Faults:
        faults = Faults("junctions.csv")
        twice = self.nodes.index.duplicated()[-len(self.junctions) :] if len(self.junctions) else []
        for row, (id, kind, again) in enumerate(
            zip(self.junctions.index, self.junctions["kind"], twice, strict=True), start=2
        ):
            if again:
                faults.add(
                    row=row,
                    id=id,
                    column="id",
                    found=id,
                    expected=Message("an id that no other junction or commune bears"),
                )
            if kind not in JUNCTION_KINDS:
                faults.add(
                    row=row,
                    id=id,
                    column="kind",
                    found=kind,
                    expected=Message("one of {choices}", choices=JUNCTION_KINDS),
                )
        return faults

    def _class_faults(self) -> Faults:
        faults = Faults("classes.csv")
        twice = self.classes["highway"].duplicated()
        for row, (highway, factor, again) in enumerate(
            zip(self.classes["highway"], self.classes["winding_factor"], twice, strict=True), start=2
        ):
            if again:
                faults.add(
                    row=row, column="highway", found=highway, expected=Message("one row a class; delete the second")
                )
            if not factor >= 1:
                faults.add(
                    row=row,
                    column="winding_factor",
                    found=factor,
                    expected=Message("1 or more (road length / straight length)"),
                )
        if MESH_HIGHWAY not in set(self.classes["highway"]):
            faults.add(
                column="highway",
                expected=Message('a row for "{highway}", the class of the local mesh', highway=MESH_HIGHWAY),
            )
        return faults

    def _highway_fault(self, faults: Faults, row: int, id: str, highway: str) -> None:
        known = list(self.classes["highway"])
        if highway not in known:
            faults.add(
                row=row,
                id=id,
                column="highway",
                found=highway,
                expected=Message("one of the classes {choices} of classes.csv", choices=known),
            )

    def _axis_faults(self) -> Faults:
        faults = Faults("axes.csv")
        known = set(self.nodes.index)
        twice = self.axes["id"].duplicated()
        for row, (axis, again) in enumerate(zip(self.axes.itertuples(), twice, strict=True), start=2):
            stops = str(axis.waypoints).split()
            if again:
                faults.add(
                    row=row, id=axis.id, column="id", found=axis.id, expected=Message("an id of its own, such as a29-2")
                )
            self._highway_fault(faults, row, axis.id, axis.highway)
            if len(stops) < 2:
                faults.add(
                    row=row,
                    id=axis.id,
                    column="waypoints",
                    found=" ".join(stops),
                    expected=Message("2 way points or more, separated by blanks"),
                )
            unknown = [stop for stop in stops if stop not in known]
            for stop in unknown:
                expected = Message(
                    "an id of junctions.csv or an INSEE code of communes.csv; codes are text, 76114 not 76 114"
                )
                faults.add(row=row, id=axis.id, column="waypoints", found=stop, expected=expected)
            if not unknown and len(stops) > 1:
                self._link_faults(faults, row, axis.id, stops)
        return faults

    def _link_faults(self, faults: Faults, row: int, id: str, stops: list[str]) -> None:
        at = [self._places[stop] for stop in stops]
        lines = shapely.linestrings([shapely.get_coordinates(pair) for pair in itertools.pairwise(at)])
        for i in np.flatnonzero(shapely.length(lines) == 0):
            found = f"{stops[i]} {stops[i + 1]}"
            faults.add(
                row=row,
                id=id,
                column="waypoints",
                found=found,
                expected=Message("two different places one after the other"),
            )
        for i in np.flatnonzero(_meets(lines, self.barrier)):
            expected = Message(
                "no link across a river: end the axis at a bridgehead and enter the bridge in crossings.csv"
            )
            faults.add(row=row, id=id, column="waypoints", found=" ".join(stops[i : i + 2]), expected=expected)

    def _crossing_faults(self) -> Faults:
        faults = Faults("crossings.csv")
        known = set(self.junctions.index)
        table = self.crossings
        pairs = pd.Series(
            [frozenset(ends) for ends in zip(table["from_junction"], table["to_junction"], strict=True)], dtype=object
        )
        twice = table["id"].duplicated() | pairs.duplicated()
        for row, (crossing, again) in enumerate(zip(table.itertuples(), twice, strict=True), start=2):
            if again:
                faults.add(
                    row=row,
                    id=crossing.id,
                    found=crossing.id,
                    expected=Message("one row a crossing; delete the second or give it an id and ends of its own"),
                )
            if crossing.kind not in CROSSING_KINDS:
                faults.add(
                    row=row,
                    id=crossing.id,
                    column="kind",
                    found=crossing.kind,
                    expected=Message("one of {choices}", choices=CROSSING_KINDS),
                )
            self._highway_fault(faults, row, crossing.id, crossing.highway)
            for column in ("from_junction", "to_junction"):
                end = getattr(crossing, column)
                if end not in known:
                    faults.add(
                        row=row, id=crossing.id, column=column, found=end, expected=Message("an id of junctions.csv")
                    )
        return faults


def _meets(lines: NDArray[Any], barrier: shapely.Geometry | None) -> Mask:
    return np.zeros(len(lines), dtype=bool) if barrier is None else np.asarray(shapely.intersects(lines, barrier))


def _nodes(communes: gpd.GeoDataFrame, junctions: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    towns = communes[["name", "geometry"]].to_crs(crs).assign(kind="commune")
    named = junctions[["name", "kind", "geometry"]].to_crs(crs)
    nodes = gpd.GeoDataFrame(pd.concat([towns, named]), geometry="geometry", crs=crs)
    return nodes.assign(access=nodes["kind"] != "bend").rename_axis("id")[["name", "kind", "access", "geometry"]]


def _segments(start: gpd.GeoSeries, end: gpd.GeoSeries) -> NDArray[Any]:
    ends = np.stack([shapely.get_coordinates(start.to_numpy()), shapely.get_coordinates(end.to_numpy())], axis=1)
    return np.asarray(shapely.linestrings(ends))


def _pairs(stops: pd.Series) -> pd.DataFrame:
    """Successive stops of each axis; `stops` is indexed by axis."""
    following = stops.groupby(level=0).shift(-1)
    return pd.DataFrame({"u": stops, "v": following})[following.notna()]


def _unordered(links: pd.DataFrame) -> pd.MultiIndex:
    ends = np.sort(links[["u", "v"]].to_numpy(str), axis=1)
    return pd.MultiIndex.from_arrays([ends[:, 0], ends[:, 1]])


def _axis_links(axes: pd.DataFrame) -> tuple[pd.DataFrame, pd.MultiIndex]:
    """Links of the axes, and the pairs of nodes that an axis joins: it is the road between any two of its stops."""
    stops = axes["waypoints"].str.split().explode()
    links = _pairs(stops)
    # Where two axes share a road, the one that stands first in the table gives its name and class.
    links = links[~_unordered(links).duplicated()]
    about = axes.reindex(columns=["highway", "ref", "name", "toll_eur_km", "winding_factor"]).loc[links.index]
    about = about.fillna({"ref": "", "name": "", "toll_eur_km": 0.0})
    on_one = [pair for waypoints in axes["waypoints"] for pair in itertools.combinations(str(waypoints).split(), 2)]
    joined = _unordered(pd.DataFrame(on_one, columns=["u", "v"], dtype=object))
    return pd.concat([links.reset_index(drop=True), about.reset_index(drop=True)], axis=1), joined


def _mesh_links(
    nodes: gpd.GeoDataFrame, axis_pairs: pd.MultiIndex, bank: pd.Series, river: shapely.Geometry | None
) -> pd.DataFrame:
    """Gabriel graph of nodes that places may be tied to, less what the axes join and what would pass the water."""
    met = nodes[nodes["access"]]
    xy = shapely.get_coordinates(met.geometry.to_numpy())
    u, v = _gabriel(xy)
    side = bank.reindex(met.index).to_numpy(object)
    parted = pd.notna(side[u]) & pd.notna(side[v]) & (side[u] != side[v])
    wet = _meets(shapely.linestrings(np.stack([xy[u], xy[v]], axis=1)), river)
    links = pd.DataFrame({"u": met.index.to_numpy()[u], "v": met.index.to_numpy()[v]})[~(parted | wet)]
    links = links[~_unordered(links).isin(axis_pairs)]
    return links.assign(highway=MESH_HIGHWAY)


def _gabriel(xy: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Gabriel graph of points: the Delaunay edges whose diametral circle holds no other point."""
    triangles = Delaunay(xy).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1), axis=0
    )
    u, v = pairs[:, 0].astype(np.intp), pairs[:, 1].astype(np.intp)
    radius = np.hypot(*(xy[u] - xy[v]).T) / 2
    nearest, _ = cKDTree(xy).query((xy[u] + xy[v]) / 2)
    kept = nearest >= radius * (1 - _MESH_ROUNDING)
    return u[kept], v[kept]


def _crossing_links(crossings: pd.DataFrame) -> pd.DataFrame:
    ferry = crossings["kind"] == "ferry"
    minutes = crossings[["wait_min", "sailing_min"]].astype(float).fillna(0.0).sum(axis=1)
    return pd.DataFrame(
        {
            "u": crossings["from_junction"],
            "v": crossings["to_junction"],
            "highway": crossings["highway"],
            "ref": crossings["ref"],
            "name": crossings["name"],
            "crossing": crossings["id"],
            "length_m": crossings["length_m"].astype(float),
            "toll_eur": crossings["toll_eur"].astype(float),
            "max_weight_t": crossings["max_weight_t"].astype(float),
            "fixed_time_s": (60.0 * minutes).where(ferry, 0.0),
        }
    )


def _both_ways(links: pd.DataFrame, nodes: gpd.GeoDataFrame, winding: pd.Series) -> gpd.GeoDataFrame:
    """Lengths, tolls and geometry of the links, then each link in both directions, one after the other."""
    start, end = nodes.geometry.loc[links["u"]], nodes.geometry.loc[links["v"]]
    lines = _segments(start, end)
    factor = links["winding_factor"].fillna(links["highway"].map(winding))
    length_m = links["length_m"].fillna(pd.Series(shapely.length(lines), index=links.index) * factor)
    toll_eur = links["toll_eur"].fillna(links["toll_eur_km"].fillna(0.0) * length_m / 1000)
    blank: dict[Hashable, Any] = {"ref": "", "name": "", "crossing": "", "fixed_time_s": 0.0, "max_weight_t": np.inf}
    there = links.assign(length_m=length_m, toll_eur=toll_eur).fillna(blank)[_EDGE_COLUMNS]
    back = there.assign(u=there["v"], v=there["u"])
    both = pd.concat([there, back]).sort_index(kind="stable").reset_index(drop=True)
    geometry = np.stack([lines, shapely.reverse(lines)], axis=1).ravel()
    return gpd.GeoDataFrame(both, geometry=geometry, crs=nodes.crs)
