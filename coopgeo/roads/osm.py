"""OpenStreetMap files (PBF, XML, compressed or not) through osmium, and answers of Overpass in JSON.

Objects may come in any order, with any ids; of several versions the last counts, and what is deleted is gone. Turn
restrictions and rules that change with time are not read.
"""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from coopgeo.errors import InputError, Message
from coopgeo.roads.attributes import class_of, one_class, plain
from coopgeo.roads.cutting import SPACING_M, Lines, RoadTables, cut
from coopgeo.roads.limits import Unread, shown
from coopgeo.roads.osm_objects import OsmWays, from_json, from_osmium
from coopgeo.roads.survey import surveyed
from coopgeo.roads.tags import anyone, both_rules, class_directions, directions, drivable


def read_osm(path: Path, *, crs: Any, spacing_m: float = SPACING_M) -> RoadTables:
    """Read the roads of an OpenStreetMap file.

    Parameters
    ----------
    path : Path
        `.osm.pbf`, `.osm`, `.osm.gz` or another form that osmium reads; `.json` of Overpass.
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
    try:
        ways = from_json(path) if path.suffix.lower() == ".json" else from_osmium(path)
    except InputError:
        raise
    except (RuntimeError, OSError, ValueError, SyntaxError, EOFError, osmium.InvalidLocationError) as error:
        raise InputError(
            Message(
                "{path}: found {error}; "
                "expected a whole OpenStreetMap file (.osm.pbf, .osm, .osm.gz); download it again",
                path=str(path),
                error=shown(error),
            )
        ) from None
    unread = Unread()
    lines = _lines(ways, unread)
    if not lines.vertices and ways.lacking:
        raise InputError(
            Message(
                "{path}: found roads without the nodes they run through; "
                "expected the nodes too: ask Overpass for (._;>;); out;",
                path=str(path),
            )
        )
    if not lines.vertices:
        raise InputError(Message("{path}: found no road; expected an extract with ways tagged highway", path=str(path)))
    nodes, edges = cut(lines, crs, unread, spacing_m=spacing_m)
    return surveyed(nodes, edges, unread)


def _lines(ways: OsmWays, unread: Unread) -> Lines:
    """The roads among the ways: each cut where nodes are lacking, never drawn over the gap."""
    lines = Lines()
    gaps, lacking = [], 0
    unknown: Counter[str] = Counter()
    for way in ways.ways:
        tags = {key: plain(value) for key, value in way.tags.items()}
        if "highway" in tags:
            tags["highway"] = one_class(tags["highway"])
        if drivable(tags) is None:
            if "highway" in tags and class_of(tags) is None:
                unknown[way.tags["highway"]] += 1
            continue
        known = np.isfinite(way.lonlat[:, 0])
        lacking += int((~known).sum())
        if not known.all():
            gaps.append(way.id)
        by_class = class_directions(way.id, tags, directions(way.id, tags, unread), unread)
        forth, back = anyone(by_class)
        as_drawn, against = both_rules(way.id, tags, by_class, unread)
        row = {**as_drawn, "osmid": way.id, "forth": forth, "back": back}
        other = None if against is as_drawn else {**row, **against}
        bounds = [0, *(np.flatnonzero(np.diff(known)) + 1).tolist(), len(known)]
        for start, stop in pairwise(bounds):
            if stop - start > 1 and known[start]:
                lines.add(row, way.refs[start:stop], way.lonlat[start:stop], other)
    for highway, count in sorted(unknown.items()):
        unread.findings.append(
            Message.of_number(
                "highway={highway}: {count} way of a class of road that is not known is passed over",
                "highway={highway}: {count} ways of a class of road that is not known are passed over",
                count,
                highway=shown(highway),
            )
        )
    if gaps:
        unread.findings.append(
            Message.of_number(
                "{count} road is cut where the file lacks its nodes (way {first}; nodes that are lacking: {nodes})",
                "{count} roads are cut where the file lacks their nodes "
                "(the first: way {first}; nodes that are lacking: {nodes})",
                len(gaps),
                first=str(gaps[0]),
                nodes=lacking,
            )
        )
    ways.lacking = lacking
    return lines
