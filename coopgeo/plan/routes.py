"""The routes of an outcome: the way of each flow over the network, and what passes on each road."""

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from coopgeo.arrays import Ints
from coopgeo.roads import RoadNetwork
from coopgeo.roads.paths import ACCESS, Paths
from coopgeo.roads.ways import Places

_SHARE_DECIMALS = 9  # of a road: joints that are one from both of its directions
_ROAD = ["pair", "highway", "ref", "crossing"]

STAGES_DRIVEN = ("inbound", "outbound", "direct")


def flow_paths(
    networks: Mapping[str, RoadNetwork], flows: pd.DataFrame, places: Places
) -> dict[str, tuple[Ints, Paths]]:
    """The way of each flow, as its vehicle drives it.

    Parameters
    ----------
    networks : mapping of str to RoadNetwork
        The roads as each vehicle sees them.
    flows : DataFrame
        `origin`, `destination`: labels of `places`; `vehicle`: a key of `networks`.
    places : GeoSeries or GeoDataFrame

    Returns
    -------
    dict of str to (ndarray of int, Paths)
        By vehicle: rows of `flows`, and their ways.
    """
    found = {}
    for vehicle, rows in sorted(flows.groupby("vehicle").indices.items()):
        of = flows.iloc[rows]
        ways = networks[vehicle].paths(places.loc[of["origin"]], places.loc[of["destination"]], "cost_eur")
        found[str(vehicle)] = rows, ways
    return found


def flow_lines(paths: Mapping[str, tuple[Ints, Paths]], count: int) -> np.ndarray:
    """The line of each of some number of flows."""
    lines = np.empty(count, dtype=object)
    for rows, ways in paths.values():
        lines[rows] = ways.lines().to_numpy()
    return lines


def road_loads(flows: pd.DataFrame, paths: Mapping[str, tuple[Ints, Paths]], crs: Any) -> gpd.GeoDataFrame:
    """Tonnes and lorry passes a year on each road, both directions and all vehicles together.

    Parameters
    ----------
    flows : DataFrame
        `stage`, `tonnes` and `passes` a year of each flow.
    paths : mapping of str to (ndarray of int, Paths)
        As `flow_paths` gives them.
    crs : CRS
        Of the roads.

    Returns
    -------
    GeoDataFrame
        One row a road and stage: `stage`, `highway`, `ref`, `crossing`, `tonnes`, `lorries_year` (loaded and empty).
    """
    columns = ["stage", "highway", "ref", "crossing", "tonnes", "lorries_year"]
    if not any(len(rows) for rows, _ in paths.values()):
        return gpd.GeoDataFrame(pd.DataFrame(columns=columns), geometry=gpd.GeoSeries([], crs=crs))
    table = _in_pieces(paths.values())
    road = pd.DataFrame({"stage": flows["stage"].to_numpy(object)[table["pair"]]})
    road = road.assign(**{name: table[name].to_numpy(object) for name in ("highway", "ref", "crossing")})
    number = road.assign(line=table.geometry.to_wkb()).groupby([*road, "line"], sort=True).ngroup().to_numpy()
    first = np.unique(number, return_index=True)[1]
    tonnes, passes = (flows[name].to_numpy()[table["pair"]] for name in ("tonnes", "passes"))
    loads = road.iloc[first].reset_index(drop=True)
    loads = loads.assign(tonnes=np.bincount(number, tonnes), lorries_year=np.bincount(number, passes))
    return gpd.GeoDataFrame(loads, geometry=table.geometry.to_numpy()[first], crs=crs)


def _in_pieces(ways: Iterable[tuple[Ints, Paths]]) -> gpd.GeoDataFrame:
    """All ways, road by road, whatever the direction: `pair`, `highway`, `ref`, `crossing`, `geometry`.

    A road that some way joins or leaves between its ends is cut there for all, so that what passes a piece adds up.

    Parameters
    ----------
    ways : iterable of (ndarray of int, Paths)
        Paths, and the number of each of them.
    """
    straight, driven = [], []
    for numbers, paths in ways:
        table = paths.table().assign(pair=lambda rows, of=numbers: of[rows["pair"]])[[*_ROAD, "geometry"]]
        on_road = (table["highway"] != ACCESS).to_numpy()
        whole = paths.roads.edges.geometry.to_numpy()[paths.edge]
        lines = shapely.normalize(whole)
        turned = ~shapely.equals_identical(lines, whole)
        begin, end = (np.where(turned, 1 - a, b) for a, b in ((paths.end, paths.begin), (paths.begin, paths.end)))
        straight.append(table[~on_road].set_geometry(shapely.normalize(table.geometry.to_numpy()[~on_road])))
        driven.append(table[on_road].set_geometry(lines).assign(begin=begin, end=end))
    rows = pd.concat(driven, ignore_index=True)
    lines, number = rows.geometry.to_numpy(), pd.factorize(rows.geometry.to_wkb())[0]
    shares = rows[["begin", "end"]].to_numpy().round(_SHARE_DECIMALS)
    stops = np.unique(np.stack([np.repeat(number, 2), shares.ravel()]), axis=1)
    places = pd.MultiIndex.from_arrays(stops)
    first, last = (places.get_indexer(pd.MultiIndex.from_arrays([number, share])) for share in shares.T)
    row = np.repeat(np.arange(len(rows)), last - first)
    at = np.arange(len(row)) - np.repeat(np.cumsum(last - first) - last, last - first)
    pieces = lines[row]
    for cut in np.flatnonzero((stops[1, at] > 0) | (stops[1, at + 1] < 1)):
        pieces[cut] = substring(pieces[cut], stops[1, at[cut]], stops[1, at[cut] + 1], normalized=True)
    table = pd.concat([rows[_ROAD].iloc[row].assign(geometry=pieces), *straight])
    return gpd.GeoDataFrame(table.sort_values("pair", kind="stable", ignore_index=True), crs=rows.crs)


def loads_by_road(road_loads: gpd.GeoDataFrame, working_days: float) -> gpd.GeoDataFrame:
    """Sum the loads of both stages on each road.

    Parameters
    ----------
    road_loads : GeoDataFrame
        As in `Outcome.road_loads`.
    working_days : float
        Days a year with haulage.

    Returns
    -------
    GeoDataFrame
        One row a road that carries something, the busiest last: `ref`, `highway` (class), `inbound_t`, `outbound_t`,
        `direct_t` (t/year), `lorries_year` (passes, loaded and empty, both directions) and `lorries_day` (passes on a
        day with haulage, see the parameter `working_days`), geometry.
    """
    road = road_loads.geometry.normalize().to_wkb()
    tonnes = {f"{stage}_t": road_loads["tonnes"].where(road_loads["stage"] == stage, 0.0) for stage in STAGES_DRIVEN}
    by = pd.DataFrame(road_loads[["ref", "highway", "lorries_year"]]).assign(**tonnes).groupby(road, sort=True)
    used = by[[*tonnes, "lorries_year"]].sum().assign(ref=by["ref"].first(), highway=by["highway"].first())
    used["lorries_day"] = used["lorries_year"] / working_days
    shapes = road_loads.geometry.groupby(road, sort=True).first()
    columns = ["ref", "highway", *tonnes, "lorries_year", "lorries_day"]
    return (
        gpd.GeoDataFrame(used[columns], geometry=shapes, crs=road_loads.crs)
        .sort_values("lorries_year", kind="stable")
        .reset_index(drop=True)
    )
