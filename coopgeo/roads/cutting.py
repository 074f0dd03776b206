"""Lines cut where they meet: the nodes and edges of a network, whatever file the lines come from."""

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coopgeo.errors import InputError, Message
from coopgeo.roads.limits import Unread
from coopgeo.roads.projection import metric_crs

NO_ACCESS_FROM = ("motorway", "motorway_link", "trunk", "trunk_link", "ferry")
# How far apart nodes may lie where a line has vertices between: half of it is the error of a place on the road.
SPACING_M = 250.0
_LONGEST_STEP_M = 100_000.0  # no road on earth is as straight


@dataclass(frozen=True, eq=False)
class RoadTables:
    """A road network as its source tells it, before any vehicle.

    Attributes
    ----------
    nodes : GeoDataFrame
        Indexed by node id; `name`, `access` (False = no place may be joined here), points in a metric CRS.
    edges : GeoDataFrame
        One row a direction: `u`, `v`, `highway`, `length_m`, what is known of `vehicles.UNTOLD`, lines.
    unread : list of str
        Values of the source that could not be understood and are not applied.
    """

    nodes: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    unread: list[str]


@dataclass
class Lines:
    """Lines as columns: for each line, what is known of it, and the id and position of each of its vertices.

    Each of `rows` has `forth` and `back`, whether the line may be driven as drawn and against it; a vertex of two lines
    has the same id in both. `against` has the rows of lines for which something else holds against their drawing, by
    the position of the line.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    vertices: list[NDArray[np.int64]] = field(default_factory=list)
    lonlat: list[NDArray[np.float64]] = field(default_factory=list)
    against: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(
        self,
        row: dict[str, Any],
        vertices: NDArray[np.int64],
        lonlat: NDArray[np.float64],
        against: dict[str, Any] | None = None,
    ) -> None:
        """Add one line of two vertices or more, degrees of WGS 84."""
        if against is not None:
            self.against[len(self.rows)] = against
        self.rows.append(row)
        self.vertices.append(vertices)
        self.lonlat.append(lonlat)


def cut(
    lines: Lines, crs: Any, unread: Unread, *, spacing_m: float = SPACING_M, own: pyproj.CRS | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Cut lines where they meet, and give each piece a direction, a length and a geometry.

    Parameters
    ----------
    lines : Lines
        One at least.
    crs : anything that pyproj takes, or None
        Metric CRS of the result, None estimates it; lengths are geodesic, whatever the CRS.
    unread : Unread
        Takes the lines that are cut because they are drawn straight over a hundred kilometres.
    spacing_m : float
        Long pieces are cut at a vertex about every so many metres, so that places lie near a node: 0 makes each
        vertex a node, `inf` only those where lines meet or end.
    own : CRS, optional
        What the lines are drawn in.

    Returns
    -------
    nodes, edges : GeoDataFrame
        As in `RoadTables`.

    Raises
    ------
    InputError
        If no line has a length.
    """
    sizes = np.array([len(vertices) for vertices in lines.vertices])
    line = np.repeat(np.arange(len(sizes)), sizes)
    ids, lonlat = np.concatenate(lines.vertices), np.concatenate(lines.lonlat)
    crs = metric_crs(crs, lonlat, own=own)
    along = _along(lonlat)
    used, first, back, count = np.unique(ids, return_index=True, return_inverse=True, return_counts=True)
    meets = count[back] > 1
    meets[np.cumsum(sizes) - 1] = meets[np.cumsum(sizes) - sizes] = True
    gap = _gaps(lines, line, along)
    meets[:-1] |= gap
    meets[1:] |= gap
    stops = np.flatnonzero(_spaced(meets, along, spacing_m))
    start, stop = stops[:-1], stops[1:]
    real = (line[start] == line[stop]) & ((along[stop] > along[start]) | (ids[start] != ids[stop]))
    real &= ~gap[start]
    start, stop = start[real], stop[real]
    if gap.any():
        unread.findings.append(
            Message.of_number(
                "{count} road is cut where it is drawn straight over more than {km} km",
                "{count} roads are cut where they are drawn straight over more than {km} km",
                len(np.unique(line[:-1][gap])),
                km=round(_LONGEST_STEP_M / 1000),
            )
        )
    if not len(start):
        raise InputError(Message("found no road of any length; expected the roads of a network"))
    xy = np.column_stack(pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*lonlat.T))
    ends_of = {"u": ids[start], "v": ids[stop], "length_m": (along[stop] - along[start]).round(3)}
    shapes = _pieces(xy, start, stop)

    def pieces(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
        columns = pd.DataFrame(rows).iloc[line[start]].reset_index(drop=True).assign(**ends_of)
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)

    forth = pieces(lines.rows)
    against = [lines.against.get(at, row) for at, row in enumerate(lines.rows)]
    edges = _by_direction(forth, pieces(against) if lines.against else forth)
    ends = np.unique(edges[["u", "v"]].to_numpy())
    access = np.isin(ends, edges.loc[~edges["highway"].isin(NO_ACCESS_FROM), ["u", "v"]].to_numpy())
    where = xy[first[np.searchsorted(used, ends)]]
    nodes = gpd.GeoDataFrame(
        {"name": "", "access": access}, index=pd.Index(ends, name="id"), geometry=shapely.points(where), crs=crs
    )
    return nodes, edges


def _gaps(lines: Lines, line: NDArray[np.intp], along: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the step from each vertex to the next is too long for a road: a vertex between them is badly placed."""
    road = np.array([row["highway"] != "ferry" for row in lines.rows], dtype=bool)[line]
    return (np.diff(along) > _LONGEST_STEP_M) & road[:-1] & (line[:-1] == line[1:])


def _along(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geodesic metres along all vertices, one line after the other."""
    step_m = pyproj.Geod(ellps="WGS84").inv(*lonlat[:-1].T, *lonlat[1:].T)[2]
    return np.concatenate([[0.0], np.cumsum(step_m)])


def _spaced(stops: NDArray[np.bool_], along: NDArray[np.float64], spacing_m: float) -> NDArray[np.bool_]:
    """The stops, and between them the first vertex after each further `spacing_m` metres."""
    if spacing_m <= 0:
        return np.ones_like(stops)
    since = along - np.maximum.accumulate(np.where(stops, along, 0.0))
    laps = np.floor(since / spacing_m) if np.isfinite(spacing_m) else np.zeros_like(since)
    further = np.zeros_like(stops)
    further[1:] = laps[1:] > laps[:-1]
    return stops | further


def _pieces(xy: NDArray[np.float64], start: NDArray[np.intp], stop: NDArray[np.intp]) -> NDArray[Any]:
    points = stop - start + 1
    within = np.arange(points.sum()) - np.repeat(np.cumsum(points) - points, points)
    return np.asarray(
        shapely.linestrings(xy[np.repeat(start, points) + within], indices=np.repeat(np.arange(len(start)), points))
    )


def _by_direction(drawn: gpd.GeoDataFrame, against: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row for each direction that a piece may be driven in."""
    forth = drawn[drawn["forth"].astype(bool)]
    back = against[against["back"].astype(bool)].rename(columns={"u": "v", "v": "u"})
    back = back.set_geometry(shapely.reverse(back.geometry.to_numpy()), crs=drawn.crs)
    edges = pd.concat([forth, back]).drop(columns=["forth", "back"]).sort_index(kind="stable").reset_index(drop=True)
    return gpd.GeoDataFrame(edges, crs=drawn.crs)
