"""Read the roads of an OpenStreetMap file (PBF, XML, compressed or not) as the nodes and edges of a `RoadNetwork`.

Ways are split where they meet; what lies between two meetings is one edge. Rules for vehicles are read as limits: a road closed to motor
vehicles has a weight limit of 0 t, `hgv=no` one of 3.5 t. Turn restrictions, time-dependent rules and `destination` (taken as open) are not read.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coopgeo.errors import InputError

HIGHWAYS = frozenset(
    [c + link for c in ("motorway", "trunk", "primary", "secondary", "tertiary") for link in ("", "_link")]
    + ["unclassified", "residential", "living_street", "service", "track"]
)
_CLOSED = frozenset(["no", "private", "forestry", "agricultural", "customers", "military", "emergency"])
_HEAVY_T = 3.5  # goods vehicles above this weight are what the key hgv is about
_NO_ACCESS_FROM = ("motorway", "motorway_link", "trunk", "trunk_link", "ferry")
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}
_KM_H = {"": 1.0, "km/h": 1.0, "kph": 1.0, "mph": 1.609344}
_NO_LIMIT = frozenset(["none", "default", "unsigned", "no", "signals", "variable", "walk"])


@dataclass
class _Ways:
    """The ways of a file, as columns."""

    tags: list[dict[str, object]] = field(default_factory=list)
    refs: list[NDArray[np.int64]] = field(default_factory=list)
    lonlat: list[NDArray[np.float64]] = field(default_factory=list)


def read_osm(path: Path, *, crs: str) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[str]]:
    """Read an OpenStreetMap file.

    Parameters
    ----------
    path : Path
        `.osm.pbf`, `.osm`, `.osm.gz` or another form that osmium reads.
    crs : str
        Metric CRS of the result; lengths are geodesic, whatever the CRS.

    Returns
    -------
    nodes : GeoDataFrame
        Indexed by OSM node id; `name`, `access`, points.
    edges : GeoDataFrame
        One row a direction: `u`, `v`, `highway`, `ref`, `name`, `crossing` (ferries: "way-<id>"), `length_m`, `toll_eur` (0: OSM knows no
        tariffs), `max_weight_t`, `max_speed_kmh`, `fixed_time_s`, lines.
    unread : list of str
        Values of limits that could not be understood, each once with the way that has it.

    Raises
    ------
    InputError
        If the file cannot be read, is cut, or holds no road.
    """
    unread: dict[str, str] = {}
    try:
        ways = _ways(path, unread)
    except (RuntimeError, OSError, ValueError) as error:
        raise InputError(f"{path}: found {str(error).strip()}; expected a whole OpenStreetMap file (.osm.pbf, .osm, .osm.gz); download it again") from None
    if not ways.refs:
        raise InputError(f"{path}: found no road; expected an extract with ways tagged highway")
    nodes, edges = _split(ways, crs)
    return nodes, edges, sorted(unread.values())


def _ways(path: Path, unread: dict[str, str]) -> _Ways:
    ways = _Ways()
    wanted = osmium.filter.KeyFilter("highway", "route")
    for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(wanted):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags = dict(way.tags)
        highway = "ferry" if tags.get("route") == "ferry" else tags.get("highway", "")
        inside = [node for node in way.nodes if node.location.valid()]
        if (highway not in HIGHWAYS and highway != "ferry") or tags.get("area") == "yes" or len(inside) < 2:
            continue
        ways.tags.append(_rules(way.id, highway, tags, unread))
        ways.refs.append(np.array([node.ref for node in inside], dtype=np.int64))
        ways.lonlat.append(np.array([(node.lon, node.lat) for node in inside]))
    return ways


def _rules(way: int, highway: str, tags: dict[str, str], unread: dict[str, str]) -> dict[str, object]:
    """What the tags of a way mean for a vehicle."""
    general = next((tags[key] for key in ("motor_vehicle", "vehicle", "access") if key in tags), "yes")
    heavy = tags.get("hgv", tags.get("goods", ""))
    closed = general in _CLOSED and heavy not in ("yes", "designated")
    limits = [0.0] if closed else [_HEAVY_T] if heavy in _CLOSED else [np.inf]
    weight_keys = ("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv")
    limits += [_quantity(way, key, tags.get(key), _TONNES, unread) for key in weight_keys]
    speeds = [_quantity(way, key, tags.get(key), _KM_H, unread) for key in ("maxspeed", "maxspeed:hgv")]
    oneway = tags.get("oneway", "yes" if tags.get("junction") in ("roundabout", "circular") or highway == "motorway" else "no")
    return {
        "highway": highway,
        "ref": tags.get("ref", ""),
        "name": tags.get("name", ""),
        "crossing": f"way-{way}" if highway == "ferry" else "",
        "max_weight_t": min(limits),
        "max_speed_kmh": min(speeds),
        "fixed_time_s": _duration_s(way, tags.get("duration"), unread) if highway == "ferry" else 0.0,
        "forth": oneway not in ("-1", "reverse"),
        "back": oneway in ("no", "false", "0", "-1", "reverse", "reversible", "alternating"),
    }


def _quantity(way: int, key: str, value: str | None, units: dict[str, float], unread: dict[str, str]) -> float:
    """A limit as OpenStreetMap writes it: 3.5, "3.5 t", "none"; `inf` if there is none or it cannot be understood."""
    if value is None or value in _NO_LIMIT or ":" in value:
        return np.inf
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*([a-z/]*)\s*", value.lower())
    if found is None or found[2] not in units:
        unread.setdefault(f"{key}={value}", f"way {way}: {key}={value}")
        return np.inf
    return float(found[1].replace(",", ".")) * units[found[2]]


def _duration_s(way: int, value: str | None, unread: dict[str, str]) -> float:
    """Duration of a ferry: minutes, hh:mm, hh:mm:ss or ISO 8601; 0 (by speed) if there is none."""
    if value is None:
        return 0.0
    try:
        return float(value) * 60 if value.strip().isdigit() else float(pd.Timedelta(value if value.count(":") != 1 else f"{value}:00").total_seconds())
    except ValueError:
        unread.setdefault(f"duration={value}", f"way {way}: duration={value}")
        return 0.0


def _split(ways: _Ways, crs: str) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Cut the ways where they meet, and give each piece a direction, a length and a line."""
    sizes = np.array([len(refs) for refs in ways.refs])
    way = np.repeat(np.arange(len(sizes)), sizes)
    refs, lonlat = np.concatenate(ways.refs), np.concatenate(ways.lonlat)
    ends = np.zeros(len(refs), dtype=bool)
    ends[np.cumsum(sizes) - 1] = ends[np.cumsum(sizes) - sizes] = True
    ids, inverse, count = np.unique(refs, return_inverse=True, return_counts=True)
    meets = ends | (count[inverse] > 1)
    step_m = np.append(pyproj.Geod(ellps="WGS84").inv(*lonlat[:-1].T, *lonlat[1:].T)[2], 0.0)
    along = np.concatenate([[0.0], np.cumsum(step_m)])
    stops = np.flatnonzero(meets)
    start, stop = stops[:-1], stops[1:]
    joined = way[start] == way[stop]
    start, stop = start[joined], stop[joined]
    xy = np.column_stack(pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*lonlat.T))
    points = stop - start + 1
    within = np.arange(points.sum()) - np.repeat(np.cumsum(points) - points, points)
    lines = shapely.linestrings(xy[np.repeat(start, points) + within], indices=np.repeat(np.arange(len(start)), points))
    told = pd.DataFrame(ways.tags).iloc[way[start]].reset_index(drop=True)
    pieces = gpd.GeoDataFrame(told.assign(u=refs[start], v=refs[stop], length_m=along[stop] - along[start], toll_eur=0.0), geometry=lines, crs=crs)
    forth = pieces[pieces["forth"]]
    back = pieces[pieces["back"]].rename(columns={"u": "v", "v": "u"})
    back = back.set_geometry(shapely.reverse(back.geometry.to_numpy()), crs=crs)
    edges = pd.concat([forth, back]).drop(columns=["forth", "back"]).sort_index(kind="stable").reset_index(drop=True)
    used = np.unique(edges[["u", "v"]].to_numpy())
    first = np.zeros(len(ids), dtype=np.intp)
    first[inverse[::-1]] = np.arange(len(refs))[::-1]
    where = first[np.searchsorted(ids, used)]
    local = edges[~edges["highway"].isin(_NO_ACCESS_FROM)]
    access = np.isin(used, local[["u", "v"]].to_numpy())
    nodes = gpd.GeoDataFrame({"name": "", "access": access}, index=pd.Index(used, name="id"), geometry=shapely.points(xy[where]), crs=crs)
    return nodes, gpd.GeoDataFrame(edges, crs=crs)
