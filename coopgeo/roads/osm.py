"""OpenStreetMap files (PBF, XML, compressed or not) through osmium.

Turn restrictions and rules that change with time are not read.
"""

from pathlib import Path
from typing import Any

import numpy as np
import osmium

from coopgeo.errors import InputError
from coopgeo.roads.cutting import SPACING_M, Lines, RoadTables, cut
from coopgeo.roads.tags import Unread, directions, drivable, rules


def read_osm(path: Path, *, crs: Any, spacing_m: float = SPACING_M) -> RoadTables:
    """Read the roads of an OpenStreetMap file.

    Parameters
    ----------
    path : Path
        `.osm.pbf`, `.osm`, `.osm.gz` or another form that osmium reads.
    crs : anything that pyproj takes, or None
        Metric CRS of the result; None estimates it.
    spacing_m : float
        As in `cut`.

    Returns
    -------
    RoadTables
        Nodes indexed by OSM node id; edges with `osmid`; `crossing` is "way-<id>" on ferries.

    Raises
    ------
    InputError
        If the file cannot be read, is cut, or holds no road.
    """
    unread = Unread()
    try:
        lines = _lines(path, unread)
    except (RuntimeError, OSError, ValueError) as error:
        raise InputError(
            f"{path}: found {str(error).strip()}; "
            "expected a whole OpenStreetMap file (.osm.pbf, .osm, .osm.gz); download it again"
        ) from None
    if not lines.vertices:
        raise InputError(f"{path}: found no road; expected an extract with ways tagged highway")
    nodes, edges = cut(lines, crs, spacing_m=spacing_m)
    return RoadTables(nodes, edges, unread.lines())


def _lines(path: Path, unread: Unread) -> Lines:
    lines = Lines()
    key_filter = osmium.filter.KeyFilter("highway", "route")
    for way in (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(key_filter)
    ):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags = dict(way.tags)
        inside = [node for node in way.nodes if node.location.valid()]
        if drivable(tags) is None or len(inside) < 2:
            continue
        forth, back = directions(tags)
        row = {**rules(way.id, tags, unread), "osmid": way.id, "forth": forth, "back": back}
        lines.add(
            row,
            np.array([node.ref for node in inside], dtype=np.int64),
            np.array([(node.lon, node.lat) for node in inside]),
        )
    return lines
