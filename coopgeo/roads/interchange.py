"""Road networks as other tools know them: networkx graphs named as by osmnx, GraphML, GeoPackage, GeoParquet."""

import gzip
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import shapely

from coopgeo.errors import Column, Faults, InputError, Message
from coopgeo.roads.attributes import as_number, class_of, is_one_row_a_road, own_column, strictest, tags_of, texts
from coopgeo.roads.cutting import NO_ACCESS_FROM, RoadTables
from coopgeo.roads.geopackage import write_geopackage
from coopgeo.roads.limits import Unread, shown
from coopgeo.roads.projection import lonlat_of, metric_crs
from coopgeo.roads.survey import surveyed
from coopgeo.roads.tags import (
    HIGHWAYS,
    anyone,
    both_rules,
    class_directions,
    class_directions_of_edge,
    directions,
    is_read,
)
from coopgeo.roads.vehicles import UNTOLD
from coopgeo.scratch import scratch_in, settle

_NETWORKX_NAMES = {"length_m": "length", "time_s": "travel_time"}
# What networkx raises on files that are not what it expects.
_NOT_GRAPHML = (
    ET.ParseError, nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
    RecursionError, EOFError, zlib.error,
)  # fmt: skip
_UNDATED = "1970-01-01"


def to_networkx(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame) -> nx.MultiDiGraph:
    """A networkx graph as osmnx has them.

    Parameters
    ----------
    nodes, edges : GeoDataFrame
        Of a `RoadNetwork`.

    Returns
    -------
    MultiDiGraph
        Nodes with `x`, `y` (in the CRS of the network, which the graph names); edges with `osmid`, `highway`,
        `oneway`, `length` (m), `travel_time` (s), `geometry`, and the other columns under their own names.
    """
    graph = nx.MultiDiGraph(crs=nodes.crs.to_string())
    at = nodes.drop(columns="geometry").assign(x=nodes.geometry.x, y=nodes.geometry.y)
    graph.add_nodes_from(zip(at.index.tolist(), at.to_dict("records"), strict=True))
    pairs = pd.MultiIndex.from_frame(edges[["u", "v"]])
    attributes = edges.drop(columns=["u", "v"]).rename(columns=_NETWORKX_NAMES)
    attributes = pd.DataFrame(attributes).assign(
        oneway=~pd.MultiIndex.from_frame(edges[["v", "u"]]).isin(pairs), reversed=False
    )
    if "osmid" not in attributes:
        attributes["osmid"] = np.arange(len(attributes))
    graph.add_edges_from((u, v, row) for (u, v), row in zip(pairs, attributes.to_dict("records"), strict=True))
    return graph


def from_networkx(graph: nx.Graph, *, crs: Any = None, name: str = "graph") -> RoadTables:
    """Nodes and edges of a networkx graph that osmnx, or `to_networkx`, made.

    Parameters
    ----------
    graph : MultiDiGraph, or another kind of networkx graph
        `crs` of the graph, `x` and `y` of each node, `length` (m) and `highway` of each edge; other attributes are
        read as tags of OpenStreetMap. Where osmnx has merged ways, an attribute is a list: the slowest class and the
        strictest limit count. In an undirected graph, `oneway` says which edges go one way only.
    crs : anything that pyproj takes, or None
        Metric CRS of the result; by default that of the roads where it is in metres and
        true to scale within 1 %, else their UTM zone.
    name : str
        What to call the graph in messages.

    Raises
    ------
    InputError
        If something is lacking; lists every fault.
    """
    if not isinstance(graph, nx.Graph):
        kind = type(graph).__name__
        raise InputError(Message("{name}: found a {kind}; expected a networkx graph of roads", name=name, kind=kind))
    graph = _with_plain_ids(graph)
    faults, unread = Faults(name), Unread()
    own = _crs_of(graph, faults)
    points = _points(graph, own, faults)
    edges = _edges(graph, faults)
    faults.raise_if_any()
    if not edges:
        raise InputError(
            Message("{name}: found no road that a vehicle drives on; expected the roads of a network", name=name)
        )
    rows, shapes = _rows(graph, edges, unread)
    crs = metric_crs(crs, lonlat_of(points, name), own=own)
    points, drawn = points.to_crs(crs), gpd.GeoSeries(shapes, crs=own).to_crs(crs)
    table = pd.DataFrame(rows)
    ends = np.stack([shapely.get_coordinates(points.loc[table[end]].to_numpy()) for end in ("u", "v")], axis=1)
    straight = gpd.GeoSeries(shapely.linestrings(ends), crs=crs)
    table = gpd.GeoDataFrame(table, geometry=drawn.where(drawn.notna(), straight), crs=crs)
    local = table.loc[~table["highway"].isin(NO_ACCESS_FROM), ["u", "v"]].to_numpy()
    told = [texts(data.get("access")) for _, data in graph.nodes(data=True)]
    access = [
        at_will if not words else words[0] == "yes"
        for words, at_will in zip(told, points.index.isin(local.ravel()), strict=True)
    ]
    names = [next(iter(texts(data.get("name"))), "") for _, data in graph.nodes(data=True)]
    nodes = gpd.GeoDataFrame({"name": names, "access": access}, index=points.index, geometry=points, crs=crs)
    return surveyed(nodes, table, unread)


def _with_plain_ids(graph: nx.Graph) -> nx.Graph:
    """The same graph with ids that a table can be indexed by: whole numbers of 64 bits, or texts."""
    nodes = list(graph.nodes)
    if all(type(node) is int and abs(node) < 2**63 for node in nodes) or all(isinstance(node, str) for node in nodes):
        return graph
    if all(
        isinstance(node, (int, np.integer)) and not isinstance(node, bool) and abs(int(node)) < 2**63 for node in nodes
    ):
        return nx.relabel_nodes(graph, {node: int(node) for node in nodes})
    return nx.convert_node_labels_to_integers(graph)


def _crs_of(graph: nx.Graph, faults: Faults) -> pyproj.CRS | None:
    if "crs" not in graph.graph:
        faults.add(column=Column("crs"), expected=Message('a graph attribute "crs", as osmnx writes it'))
        return None
    try:
        return pyproj.CRS(graph.graph["crs"])
    except pyproj.exceptions.CRSError:
        faults.add(
            column=Column("crs"),
            found=shown(graph.graph["crs"]),
            expected=Message("a coordinate reference system, such as EPSG:4326"),
        )
    return None


def _points(graph: nx.Graph, crs: pyproj.CRS | None, faults: Faults) -> gpd.GeoSeries:
    """Where the nodes lie."""
    most = {"x": 180.0, "y": 90.0} if crs is not None and crs.is_geographic else {"x": np.inf, "y": np.inf}
    places = np.full((graph.number_of_nodes(), 2), np.nan)
    for at, (node, data) in enumerate(graph.nodes(data=True)):
        for column, key in enumerate(("x", "y")):
            number = as_number(data.get(key))
            if number is None or not abs(number) <= most[key] or np.isinf(number):
                found = None if data.get(key) is None else shown(data[key])
                faults.add(
                    id=shown(node), column=Column(key), found=found, expected=Message("a coordinate on every node")
                )
            else:
                places[at, column] = number
    return gpd.GeoSeries(gpd.points_from_xy(*places.T), index=pd.Index(list(graph.nodes), name="id"), crs=crs)


_Edge = tuple[Any, Any, dict[str, Any], dict[str, str]]


def _edges(graph: nx.Graph, faults: Faults) -> list[_Edge]:
    """The edges on which a vehicle drives: their ends, attributes, and tags."""
    if not graph.number_of_edges():
        faults.add(found=Message('"no edge"'), expected=Message("the roads of a network"))
    kept = []
    for u, v, data in graph.edges(data=True):
        edge, tags = f"{shown(u)} -> {shown(v)}", tags_of(data)
        highway, length = class_of(tags), as_number(data.get("length"))
        if highway is None:
            faults.add(
                id=edge,
                column=Column("highway"),
                found=shown(data.get("highway")),
                expected=Message("one of {classes}, ferry", classes=sorted(HIGHWAYS)),
            )
        if highway != "" and (length is None or not 0 <= length < np.inf):
            faults.add(
                id=edge,
                column=Column("length"),
                found=data.get("length")
                if length is not None
                else None
                if data.get("length") is None
                else shown(data["length"]),
                expected=Message("metres, 0 or more, on every edge: osmnx.distance.add_edge_lengths"),
            )
        if highway:
            kept.append((u, v, data, tags))
    return kept


def _rows(graph: nx.Graph, edges: list[_Edge], unread: Unread) -> tuple[list[dict[str, Any]], list[Any]]:
    """One row a direction, with its line where one is drawn."""
    once = not graph.is_directed() or is_one_row_a_road(
        [u for u, *_ in edges],
        [v for _, v, *_ in edges],
        [_is_two_way(tags) for *_, tags in edges],
        [data["length"] for _, _, data, _ in edges],
    )
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    guessed = undrawn = 0
    for u, v, data, tags in edges:
        way = next(iter(texts(data.get("osmid"))), f"{shown(u)} -> {shown(v)}")
        line = _line(data.get("geometry"))
        undrawn += line is None and bool(texts(data.get("geometry")))
        forth, back, start, end = True, False, u, v
        general = directions(way, tags, unread)
        by_class = (class_directions if once else class_directions_of_edge)(way, tags, general, unread)
        if once:
            forth, back = anyone(by_class)
            swapped = False if graph.is_directed() else _is_swapped(graph, u, v, data, line)
            guessed += swapped is None and forth != back
            start, end = (v, u) if swapped else (u, v)
        as_drawn, against = both_rules(way, tags, by_class, unread)
        if texts(data.get("reversed")) == ["yes"] and not once:
            as_drawn, against = against, as_drawn
        own = {name: own_column(way, name, data[name], unread) for name in UNTOLD if name in data and not is_read(name)}
        more = {"highway": class_of(tags), "osmid": _osmid(data), "length_m": as_number(data["length"]), **own}
        if forth:
            rows.append({"u": start, "v": end, **strictest(as_drawn, more)})
            shapes.append(line)
        if back:
            rows.append({"u": end, "v": start, **strictest(against, more)})
            shapes.append(None if line is None else shapely.reverse(line))
    if guessed:
        unread.findings.append(
            Message.of_number(
                "{count} one-way road of an undirected graph has no direction: it is taken from its first node",
                "{count} one-way roads of an undirected graph have no direction: they are taken from their first node",
                guessed,
            )
        )
    if undrawn:
        unread.findings.append(
            Message.of_number(
                "{count} road has a line that cannot be read: it is drawn straight",
                "{count} roads have a line that cannot be read: they are drawn straight",
                undrawn,
            )
        )
    return rows, shapes


def _osmid(data: Mapping[str, Any]) -> object:
    first = next(iter(texts(data.get("osmid"))), "")
    number = first.removeprefix("-")
    return int(first) if number.isdecimal() and len(number) < 19 else first


def _is_two_way(tags: Mapping[str, str]) -> bool | None:
    """Whether an edge says that it may be driven both ways; None if it says nothing."""
    return None if "oneway" not in tags else directions("", tags, Unread()) == (True, True)


def _line(geometry: object) -> shapely.LineString | None:
    """The line of an edge, from a geometry or its text; None where there is none that can be used."""
    if isinstance(geometry, str):
        with np.errstate(invalid="ignore"):
            geometry = shapely.from_wkt(geometry, on_invalid="ignore")
    if isinstance(geometry, shapely.MultiLineString):
        geometry = shapely.line_merge(geometry)
    whole = isinstance(geometry, shapely.LineString) and not geometry.is_empty
    return shapely.force_2d(geometry) if whole and np.isfinite(shapely.get_coordinates(geometry)).all() else None


def _is_swapped(
    graph: nx.Graph, u: Any, v: Any, data: Mapping[str, Any], line: shapely.LineString | None
) -> bool | None:
    """Whether an undirected edge was drawn from its second node to its first; None where nothing tells."""
    drawn = str(data.get("from")), str(data.get("to"))
    if drawn in ((str(u), str(v)), (str(v), str(u))):
        return drawn != (str(u), str(v))
    if line is None or line.is_ring:
        return None
    start = shapely.get_coordinates(line)[0]
    away = [np.hypot(*(start - [float(graph.nodes[node]["x"]), float(graph.nodes[node]["y"])])) for node in (u, v)]
    return bool(away[1] < away[0])


def read_graphml(path: Path, *, crs: Any) -> RoadTables:
    """Read a GraphML file of osmnx or networkx; see `from_networkx`.

    Raises
    ------
    InputError
        If the file is no GraphML of roads, or something is lacking.
    """
    try:
        with (gzip.open if path.suffix.lower() == ".gz" else open)(path, "rb") as file:
            graph = nx.read_graphml(file, force_multigraph=True)
    except (*_NOT_GRAPHML, OSError) as error:
        expected = Message("a whole GraphML file as osmnx.save_graphml writes it; save it again")
        found = f"{type(error).__name__} {shown(error)}"
        raise InputError(
            Message("{path}: found {error}; expected {expected}", path=str(path), error=found, expected=expected)
        ) from None
    names = {node: int(node) for node in graph if _is_whole(node)}
    graph = nx.relabel_nodes(graph, names if len(names) == len(graph) else {})
    return from_networkx(graph, crs=crs, name=str(path))


def _is_whole(node: str) -> bool:
    """Whether an id is a number written in the one usual way, of 64 bits."""
    digits = node.removeprefix("-")
    return digits.isdecimal() and digits.isascii() and len(digits) < 19 and str(int(node)) == node


def write_network(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, path: Path) -> None:
    """Write a network for a GIS, as GeoPackage or GeoParquet.

    A `.gpkg` has the layers `nodes` and `edges`; a `.parquet` the edges, with a file `-nodes` beside it.

    Raises
    ------
    InputError
        If the file name ends in something else.
    """
    if path.suffix.lower() not in (".gpkg", ".parquet"):
        raise InputError(
            Message(
                "{path}: found the ending '{ending}'; expected .gpkg or .parquet", path=str(path), ending=path.suffix
            )
        )
    with scratch_in(path.parent) as scratch:
        new = scratch / path.name
        if path.suffix.lower() == ".gpkg":
            write_geopackage({"nodes": nodes.reset_index(), "edges": edges}, new, date=_UNDATED)
        else:
            beside = path.with_name(f"{path.stem}-nodes.parquet")
            edges.to_parquet(new)
            nodes.to_parquet(new.with_name(beside.name))
            settle(new.with_name(beside.name), beside)
        settle(new, path)
