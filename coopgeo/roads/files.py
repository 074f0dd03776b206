"""Files of roads: which reader for which ending."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from coopgeo.errors import InputError, Message, check_kind
from coopgeo.roads.crossings import with_crossings
from coopgeo.roads.cutting import SPACING_M, RoadTables
from coopgeo.roads.limits import shown
from coopgeo.roads.line_files import existing
from coopgeo.roads.lines import read_lines
from coopgeo.roads.network import RoadNetwork
from coopgeo.roads.osm import read_osm
from coopgeo.roads.osm_objects import FORMS
from coopgeo.roads.projection import in_metres
from coopgeo.roads.vehicles import CAR, Vehicle

_GRAPHML = (".graphml", ".graphml.gz")
_LINES = (".gpkg", ".shp", ".parquet", ".geoparquet", ".geojson", ".fgb")
_SHOWN = (".osm", ".pbf", ".osm.gz", ".osm.bz2", ".osm.xml", ".o5m", ".osh", ".json", ".graphml", *_LINES)
_HEAD = 4096  # bytes in which an answer of Overpass names its elements


def read(
    path: Path | str,
    vehicle: Vehicle = CAR,
    *,
    crs: Any = None,
    spacing_m: float = SPACING_M,
    columns: Path | Mapping[str, Any] | None = None,
    barrier: shapely.Geometry | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    cache: Path | None = None,
) -> RoadNetwork:
    """Read a file of roads as one vehicle sees them.

    Parameters
    ----------
    path : Path
        OpenStreetMap (`.osm.pbf`, `.osm`, `.osm.gz`, `.json` of Overpass), GraphML of osmnx (`.graphml`), or lines
        (`.gpkg`, `.shp`, `.parquet`; see `lines.py`); the case of the ending does not matter.
    vehicle : Vehicle
        By default a car at legal speeds.
    crs : anything that pyproj takes, optional
        Metric CRS of the network; by default that of the roads where it is in metres and
        true to scale within 1 %, else their UTM zone.
    spacing_m : float
        Long roads are cut at a vertex about every so many metres, so that places lie near a node: 0 makes each vertex
        a node, `inf` only those where roads meet. Not for GraphML, whose nodes stand.
    columns : Path or mapping, optional
        For lines: which column says what.
    barrier : shapely geometry, optional
        Line in `crs` that the way from a place to the network may not cross (a river).
    crossings : GeoDataFrame, optional
        Known bridges and ferries of that river; see `with_crossings`.
    cache : Path, optional
        Folder in which the preparation of long searches is kept.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    InputError
        If the file cannot be used; lists every fault.
    """
    check_kind("path", path, str | Path, Message("the path of a file of roads"))
    check_kind("vehicle", vehicle, Vehicle, Message("a Vehicle, such as one of Study.vehicles"))
    file = _file(path)
    if crs is not None:
        in_metres(crs)
    elif barrier is not None:
        raise InputError(Message("crs: found none; expected that of the barrier, in metres"))
    tables = _tables(file, crs, spacing_m, columns)
    more: dict[str, Any] = {"unread": tuple(tables.unread), "barrier": barrier, "cache": cache}
    edges = tables.edges if crossings is None or barrier is None else with_crossings(tables.edges, crossings, barrier)
    return RoadNetwork.for_vehicle(tables.nodes, edges, vehicle, name=file.name, **more)


def _file(path: Path | str) -> Path:
    """The file of a path, whose name may differ in case or Unicode form."""
    if "://" in str(path):
        raise InputError(
            Message(
                "{path}: found an address; expected a file: download it first, or use coopgeo fetch roads",
                path=shown(path),
            )
        )
    try:
        file = existing(Path(path))
        known = file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        known = False
    if not known:
        raise InputError(
            Message(
                "{path}: found no such file; "
                "expected a file of roads (.osm.pbf, .osm, .graphml, .gpkg, .shp, .parquet)",
                path=shown(path),
            )
        )
    return file


def _tables(path: Path, crs: Any, spacing_m: float, columns: Path | Mapping[str, Any] | None) -> RoadTables:
    name = path.name.lower()
    if name.endswith(_GRAPHML):
        from coopgeo.roads.interchange import read_graphml  # noqa: PLC0415 - networkx is needed for nothing else

        return read_graphml(path, crs=crs)
    if name.endswith(_LINES) or (name.endswith(".json") and not _is_overpass(path)):
        return read_lines(path, crs=crs, spacing_m=spacing_m, columns=columns)
    if name.endswith((*FORMS, ".json")):
        return read_osm(path, crs=crs, spacing_m=spacing_m)
    raise InputError(
        Message(
            "{path}: found an ending that is not known; expected one of {endings}",
            path=shown(path),
            endings=list(_SHOWN),
        )
    )


def _is_overpass(path: Path) -> bool:
    """Whether a JSON file holds objects of OpenStreetMap, not features."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return b'"elements"' in head and b'"FeatureCollection"' not in head
