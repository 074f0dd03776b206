"""Road networks as other tools know them: networkx graphs named as by osmnx, GraphML, GeoPackage, GeoParquet."""

import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import pyproj
import shapely

from coopgeo.errors import Faults, InputError
from coopgeo.roads.cutting import NO_ACCESS_FROM, RoadTables
from coopgeo.roads.geopackage import write_geopackage
from coopgeo.roads.projection import metric_crs
from coopgeo.roads.tags import FERRY, HIGHWAYS, KEYS, Unread, rules
from coopgeo.roads.vehicles import UNTOLD

_NETWORKX_NAMES = {"length_m": "length", "time_s": "travel_time"}
_SLOWEST_LAST = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
)
_BOOLEANS = {"True": "yes", "False": "no"}
_ADDED = ("toll_eur", "fixed_time_s")
_STRICT = ("no", "private", "destination", "delivery")
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


def from_networkx(graph: nx.MultiDiGraph, *, crs: Any = None, name: str = "graph") -> RoadTables:
    """Nodes and edges of a networkx graph that osmnx, or `to_networkx`, made.

    Parameters
    ----------
    graph : MultiDiGraph
        `crs` of the graph, `x` and `y` of each node, `length` (m) and `highway` of each edge; other attributes are
        read as tags of OpenStreetMap. Where osmnx has merged ways, an attribute is a list: the slowest class and the
        strictest limit count.
    crs : anything that pyproj takes, optional
        Metric CRS of the result; by default that of the roads where it is in metres and
        true to scale within 1 %, else their UTM zone.
    name : str
        What to call the graph in messages.

    Raises
    ------
    InputError
        If something is lacking; lists every fault.
    """
    faults = Faults(name)
    _check_graph(graph, faults)
    faults.raise_if_any()
    unread = Unread()
    rows = [{"u": u, "v": v, **_edge_columns(data, unread)} for u, v, data in graph.edges(data=True)]
    ids = pd.Index([*graph.nodes], name="id")
    points = gpd.GeoSeries(
        gpd.points_from_xy(*zip(*((data["x"], data["y"]) for _, data in graph.nodes(data=True)), strict=True)),
        index=ids,
    )
    points = points.set_crs(graph.graph["crs"])
    crs = metric_crs(crs, shapely.get_coordinates(points.to_crs("EPSG:4326").to_numpy()), own=points.crs)
    points = points.to_crs(crs)
    drawn = gpd.GeoSeries(
        [data.get("geometry") for _, _, data in graph.edges(data=True)], crs=graph.graph["crs"]
    ).to_crs(crs)
    edges = pd.DataFrame(rows)
    ends = np.stack([shapely.get_coordinates(points.loc[edges[end]].to_numpy()) for end in ("u", "v")], axis=1)
    straight = gpd.GeoSeries(shapely.linestrings(ends), crs=crs)
    edges = gpd.GeoDataFrame(edges, geometry=drawn.where(drawn.notna(), straight), crs=crs)
    local = edges.loc[~edges["highway"].isin(NO_ACCESS_FROM), ["u", "v"]].to_numpy()
    access = pd.Series([data.get("access") for _, data in graph.nodes(data=True)], index=ids, dtype=object)
    known = access.isin([True, False, "True", "False"])
    access = access.isin([True, "True"]).where(known, np.isin(ids, local))
    names = [str(data.get("name", "")) for _, data in graph.nodes(data=True)]
    nodes = gpd.GeoDataFrame({"name": names, "access": access.astype(bool)}, index=ids, geometry=points, crs=crs)
    return RoadTables(nodes, edges, unread.lines())


def _check_graph(graph: nx.MultiDiGraph, faults: Faults) -> None:
    if "crs" not in graph.graph:
        faults.add(column="crs", expected='a graph attribute "crs", as osmnx writes it')
    else:
        try:
            pyproj.CRS(graph.graph["crs"])
        except pyproj.exceptions.CRSError:
            faults.add(
                column="crs", found=str(graph.graph["crs"]), expected="a coordinate reference system, such as EPSG:4326"
            )
    if not graph.number_of_edges():
        faults.add(found="no edge", expected="the roads of a network")
    for node, data in graph.nodes(data=True):
        for key in ("x", "y"):
            if not _is_number(data.get(key)):
                faults.add(id=str(node), column=key, found=data.get(key), expected="a coordinate on every node")
    for u, v, data in graph.edges(data=True):
        edge = f"{u} -> {v}"
        if not _is_number(data.get("length")) or float(data["length"]) < 0:
            faults.add(
                id=edge,
                column="length",
                found=data.get("length"),
                expected="metres, 0 or more, on every edge: osmnx.distance.add_edge_lengths",
            )
        if _slowest(data.get("highway")) is None:
            faults.add(
                id=edge,
                column="highway",
                found=str(data.get("highway")),
                expected=f"one of {', '.join(sorted(HIGHWAYS))}, ferry",
            )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and bool(np.isfinite(value))


def _slowest(highway: object) -> str | None:
    """The slowest of the classes of a merged edge."""
    classes = [value for value in _listed(highway) if value in HIGHWAYS or value == FERRY]
    return max(classes, key=lambda value: (value == FERRY, *_rank(value)), default=None)


def _rank(highway: str) -> tuple[int, bool]:
    plain = highway.removesuffix("_link")
    return (_SLOWEST_LAST.index(plain) if plain in _SLOWEST_LAST else -1, plain != highway)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _edge_columns(data: Mapping[str, Any], unread: Unread) -> dict[str, Any]:
    """Our columns of an edge: those it bears itself, else what its tags mean."""
    tags = {key: _strictest(data[key]) for key in KEYS if data.get(key) is not None}
    highway = str(_slowest(data["highway"]))
    tags |= {"route": FERRY} if highway == FERRY else {"highway": highway}
    osmid = _listed(data.get("osmid", ""))[0]
    row = rules(osmid, tags, unread) | {"highway": highway}
    row |= {name: _combined(name, data[name]) for name in UNTOLD if name in data and name not in KEYS}
    return {**row, "osmid": osmid, "length_m": float(data["length"])}


def _combined(name: str, value: object) -> Any:
    """Our own column of merged edges: tolls and waits add up, of limits the least counts, of words the first."""
    values = _listed(value)
    if isinstance(UNTOLD[name], float):
        return sum(values) if name in _ADDED else min(values)
    return any(values) if isinstance(UNTOLD[name], bool) else values[0]


def _strictest(value: object) -> str:
    """One text for the values of merged ways: the strictest access, or all limits, of which the least will count."""
    values = [_BOOLEANS.get(str(one), str(one)) for one in _listed(value)]
    return next((strict for strict in _STRICT if strict in values), ";".join(dict.fromkeys(values)))


def read_graphml(path: Path, *, crs: Any) -> RoadTables:
    """Read a GraphML file that osmnx wrote; see `from_networkx`.

    Raises
    ------
    InputError
        If the file is no GraphML of osmnx, or something is lacking.
    """
    as_float = {name: _floats for name, value in UNTOLD.items() if isinstance(value, float)}
    expected = "a whole GraphML file as osmnx.save_graphml writes it; save it again"
    try:
        graph = osmnx.load_graphml(
            path, node_dtypes={"osmid": _node_id}, edge_dtypes={**as_float, "unpaved": lambda text: str(text) == "True"}
        )
    except (ET.ParseError, nx.NetworkXError, KeyError, ValueError, OSError, TypeError, SyntaxError) as error:
        raise InputError(f"{path}: found {type(error).__name__} {str(error).strip()}; expected {expected}") from None
    return from_networkx(graph, crs=crs, name=str(path))


def _floats(text: object) -> Any:
    """A number, or the list of numbers that osmnx writes for merged edges.

    Where one of them is infinite, osmnx cannot read back the list itself.
    """
    parts = str(text).strip("[]").split(",")
    return float(parts[0]) if len(parts) == 1 else [float(part) for part in parts]


def _node_id(text: str) -> int | str:
    return int(text) if text.lstrip("-").isdecimal() else text


def write_network(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, path: Path) -> None:
    """Write a network for a GIS, as GeoPackage or GeoParquet.

    A `.gpkg` has the layers `nodes` and `edges`; a `.parquet` the edges, with a file `-nodes` beside it.

    Raises
    ------
    InputError
        If the file name ends in something else.
    """
    if path.suffix not in (".gpkg", ".parquet"):
        raise InputError(f"{path}: found the ending {path.suffix!r}; expected .gpkg or .parquet")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as scratch:
        new = Path(scratch) / path.name
        if path.suffix == ".gpkg":
            write_geopackage({"nodes": nodes.reset_index(), "edges": edges}, new, date=_UNDATED)
            new.replace(path)
            return
        beside = path.with_name(f"{path.stem}-nodes.parquet")
        edges.to_parquet(new)
        nodes.to_parquet(new.with_name(beside.name))
        new.with_name(beside.name).replace(beside)
        new.replace(path)
