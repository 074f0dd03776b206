"""Service areas: the ground within some time, length or cost of a facility, to it or from it."""

from collections.abc import Hashable, Sequence
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.arrays import Floats
from coopgeo.catchments import outlines
from coopgeo.catchments.places import Amounts, amounts_of_facilities, check_roads, facilities_of, is_number, shown
from coopgeo.catchments.spots import Direction, Spots, cut_edges
from coopgeo.errors import Faults, InputError, Message
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads.joining import joints_of, with_road_numbers
from coopgeo.roads.points import Points, point_of

Overlap = Literal["overlapping", "split", "merged"]
ALL = "all"  # facility of merged areas
_MOST_WIDTH_M = 10_000.0
_LINE_M = 20.0  # half the width of a barrier that is a line


def service_areas(
    roads: RoadNetwork,
    facilities: Points,
    breaks: Sequence[float] | float,
    *,
    by: str = "time_s",
    direction: Direction = "to",
    overlap: Overlap = "overlapping",
    rings: bool = False,
    start_cost: Amounts | None = None,
    barriers: gpd.GeoSeries | gpd.GeoDataFrame | None = None,
    vehicle: Vehicle | None = None,
    width_m: float = outlines.WIDTH_M,
) -> gpd.GeoDataFrame:
    """Draw the ground around the roads within some breaks of facilities.

    Parameters
    ----------
    roads : RoadNetwork
    facilities : GeoSeries or GeoDataFrame
        Points in any CRS, indexed by unique ids of any kind.
    breaks : sequence of float, or float
        Times (s), lengths (m) or costs (€), more than 0.
    by : {"time_s", "length_m", "cost_eur"}
        What is counted: any numeric column of the edges.
    direction : {"to", "from"}
        Travel to the facility (who can bring something?) or from it (whom can it serve?).
    overlap : {"overlapping", "split", "merged"}
        Each facility on its own; each spot to its nearest facility (equal costs: the first id in sorted order); all
        facilities as one.
    rings : bool
        Only what lies between one break and the one before, instead of all within a break.
    start_cost : mapping of id to float, or Series, optional
        Cost that is spent before the roads are reached, or at the gate; 0 where it is not told.
    barriers : GeoSeries or GeoDataFrame, optional
        Lines and polygons that roads may not cross; the ground of polygons (water) is not claimed.
    vehicle : Vehicle, optional
        Another vehicle than that of the network.
    width_m : float
        How far from a road that is reached the ground is claimed, 150 to 10,000; what is farther than 150 m only where
        no road that is not reached lies nearer. For networks that lack the small roads, such as the atlas.

    Returns
    -------
    GeoDataFrame
        One row a facility and break (one a break if merged, `facility` "all"), in the order of ids and breaks;
        columns `facility`, `break_value`, `geometry` (valid polygons in the CRS of the network, empty where nothing
        is reached). The ground lies within `width_m` of a road that is reached; outlines are off by 25 m at most.
        Every node reached lies inside, every node not reached is cut out with 4 m around it (unless the two lie
        nearer to each other). Areas of shorter breaks lie within those of longer ones; split areas do not overlap.

    Raises
    ------
    InputError
        If an argument is wrong, an id repeats, or a facility lies off the network; lists every fault.
    """
    points, spent, values = _checked(roads, facilities, breaks, direction, overlap, rings, start_cost, width_m)
    roads, water = _with_barriers(roads if vehicle is None else roads.seen_by(vehicle), barriers)
    roads.graph(by)  # checks the weight
    spots = Spots.of(roads, by)
    nodes_xy = shapely.get_coordinates(roads.nodes.geometry.to_numpy())
    cost: dict[Hashable, tuple[Floats, Floats]] = {}
    for at, (name, before) in enumerate(zip(points.index, spent, strict=True)):
        origin = spots.origin(points.iloc[[at]], direction)
        at_node = spots.costs_at_nodes(origin, values[-1])
        cost[name] = spots.costs(origin, at_node) + before, at_node + before
    least = np.minimum.reduce([at_spot for at_spot, _ in cost.values()])
    if overlap == "merged":
        both = (np.minimum.reduce([one[which] for one in cost.values()]) for which in (0, 1))
        cost = {ALL: (next(both), next(both))}
    elif overlap == "split":
        cost = _split(cost)
    parts = []
    for name, (at_spot, at_node) in cost.items():
        within = shapely.MultiPolygon()
        for value in values:
            reached = at_spot <= value
            rivals = spots.xy[(least <= value) & ~reached] if overlap == "split" else spots.xy[:0]
            area = outlines.around(spots.xy[reached], rivals, spots.xy[~reached], nodes_xy, at_node <= value, width_m)
            area = _dry(area, water, spots.xy[reached])
            larger = area if within.is_empty else shapely.union(area, within)  # nested to the last digit
            parts.append((name, value, shapely.difference(larger, within) if rings else larger))
            within = larger
    table = gpd.GeoDataFrame(
        pd.DataFrame(parts, columns=["facility", "break_value", "geometry"]), geometry="geometry", crs=roads.nodes.crs
    )
    table = _apart(table) if overlap == "split" else table
    return table.set_geometry(
        gpd.GeoSeries([_ground_only(area) for area in table.geometry], index=table.index, crs=table.crs)
    )


def reached_edges(
    roads: RoadNetwork,
    facility: Points,
    limit: float,
    *,
    by: str = "time_s",
    direction: Direction = "to",
) -> gpd.GeoDataFrame:
    """Edges that are reached within a limit, cut exactly where it is reached.

    Parameters
    ----------
    roads : RoadNetwork
    facility : shapely.Point, or GeoSeries or GeoDataFrame of one row
        A bare Point is in the CRS of the network.
    limit : float
        In the unit of `by`, 0 or more.
    by, direction
        As in `service_areas`.

    Returns
    -------
    GeoDataFrame
        The columns of `roads.edges`; `share` of each edge that is reached (0 to 1), `geometry` that part of it.
    """
    check_roads(roads)
    if not (is_number(limit) and 0 <= limit < np.inf):
        raise InputError(Message("limit: found {limit}; expected a number, 0 or more", limit=str(limit)))
    facility = with_road_numbers(point_of(facility, roads.nodes.crs, name="facility"), facility)
    roads.graph(by)  # checks the weight
    spots = Spots.of(roads, by)
    origin = spots.origin(facility, direction)
    return cut_edges(spots, origin, spots.costs_at_nodes(origin, limit), limit)


def _checked(
    roads: RoadNetwork,
    facilities: Points,
    breaks: Sequence[float] | float,
    direction: str,
    overlap: str,
    rings: object,
    start_cost: Amounts | None,
    width_m: float,
) -> tuple[gpd.GeoSeries | gpd.GeoDataFrame, Floats, list[float]]:
    """Facilities in the order of their ids, what each has spent before the roads, and the breaks in order."""
    check_roads(roads)
    faults = Faults("service_areas")
    points = facilities_of(faults, roads, facilities)
    values = _breaks(faults, breaks)
    for column, found, known in (
        ("direction", direction, get_args(Direction)),
        ("overlap", overlap, get_args(Overlap)),
    ):
        if not isinstance(found, str) or found not in known:
            faults.add(column=column, found=shown(found), expected=Message("one of {choices}", choices=list(known)))
    if not isinstance(rings, bool):
        faults.add(column="rings", found=shown(rings), expected=Message("True or False"))
    if not (is_number(width_m) and outlines.WIDTH_M <= width_m <= _MOST_WIDTH_M):
        expected = Message("{least:g} to {most:g} metres", least=outlines.WIDTH_M, most=_MOST_WIDTH_M)
        faults.add(column="width_m", found=width_m, expected=expected)
    spent = amounts_of_facilities(faults, points, start_cost, 0.0, column="start_cost", finite=True)
    faults.raise_if_any()
    points = with_road_numbers(points, facilities)
    joints_of(roads, points)
    return points, spent, values


def _breaks(faults: Faults, breaks: Sequence[float] | float) -> list[float]:
    """Breaks in order, each once."""
    each = np.atleast_1d(np.asarray(breaks, dtype=object)).ravel().tolist()
    if not len(each):
        faults.add(column="breaks", found=Message("none"), expected=Message("one at least"))
    wrong = [value for value in each if not is_number(value) or not 0 < value < np.inf]
    for value in wrong:
        faults.add(column="breaks", found=value, expected=Message("a number above 0"))
    return [] if wrong else sorted({float(value) for value in each})


def _with_barriers(
    roads: RoadNetwork, barriers: gpd.GeoSeries | gpd.GeoDataFrame | None
) -> tuple[RoadNetwork, shapely.Geometry | None]:
    """The roads that cross no barrier, and the ground not to be claimed: polygons, and the line of the river."""
    wet = [] if roads.barrier is None else [shapely.buffer(roads.barrier, _LINE_M)]
    if barriers is not None and not isinstance(barriers, gpd.GeoSeries | gpd.GeoDataFrame):
        kind = type(barriers).__name__
        raise InputError(Message("barriers: found {kind}; expected a GeoSeries or GeoDataFrame", kind=kind))
    if isinstance(barriers, gpd.GeoDataFrame) and barriers.active_geometry_name is None:
        raise InputError(Message("barriers: found no geometry; expected lines or polygons: set_geometry(...)"))
    if barriers is not None and len(barriers):
        if barriers.crs is None:
            raise InputError(Message('barriers: found no CRS; expected one, such as barriers.set_crs("EPSG:4326")'))
        shapes = barriers.geometry.dropna().to_crs(roads.nodes.crs).to_numpy()
        wet += [shape if shape.area > 0 else shapely.buffer(shape, _LINE_M) for shape in shapes]
        tree = shapely.STRtree(roads.edges.geometry.to_numpy())
        crossed = np.zeros(len(roads.edges), dtype=bool)
        crossed[tree.query(shapes, predicate="intersects")[1]] = True
        roads = roads.with_changes(closed_edges=crossed)
    return roads, shapely.union_all(wet) if wet else None


def _dry(area: shapely.Geometry, water: shapely.Geometry | None, reached: Floats) -> shapely.Geometry:
    """Ground without the water, and without what lies beyond it and holds no road that is reached."""
    if water is None or not shapely.intersects(area, water):
        return area
    parts = shapely.get_parts(shapely.difference(area, water))
    shapely.prepare(parts)
    return shapely.union_all([part for part in parts if shapely.contains_xy(part, reached).any()])


def _ground_only(area: shapely.Geometry) -> shapely.Geometry:
    """An area without the lines and points that are left where two outlines touch."""
    if area.geom_type != "GeometryCollection":
        return area
    parts = shapely.get_parts(shapely.get_parts(area))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _split(cost: dict[Hashable, tuple[Floats, Floats]]) -> dict[Hashable, tuple[Floats, Floats]]:
    """Each spot and node to its nearest facility only."""
    names = list(cost)
    nearest = [np.argmin([cost[name][which] for name in names], axis=0) for which in (0, 1)]
    return {
        name: (np.where(nearest[0] == at, cost[name][0], np.inf), np.where(nearest[1] == at, cost[name][1], np.inf))
        for at, name in enumerate(names)
    }


def _apart(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take from each split area the slivers that a facility before it has within the same or the longest break."""
    taken: dict[Hashable, shapely.Geometry] = {}
    for name, rows in table.groupby("facility", sort=False):
        before = shapely.union_all(list(taken.values())) if taken else None
        if before is not None:
            table.loc[rows.index, "geometry"] = [shapely.difference(area, before) for area in rows.geometry]
        taken[name] = shapely.union_all(table.loc[rows.index, "geometry"].to_numpy())
    return table
