"""The routes of an outcome: the way of each flow over the network, and what passes on each road."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.arrays import Ints
from coopgeo.roads import RoadNetwork
from coopgeo.roads.paths import Paths

STAGES_DRIVEN = ("inbound", "outbound", "direct")


def flow_paths(
    networks: Mapping[str, RoadNetwork], flows: pd.DataFrame, places: gpd.GeoSeries
) -> dict[str, tuple[Ints, Paths]]:
    """The way of each flow, as its vehicle drives it.

    Parameters
    ----------
    networks : mapping of str to RoadNetwork
        The roads as each vehicle sees them.
    flows : DataFrame
        `origin`, `destination`: labels of `places`; `vehicle`: a key of `networks`.
    places : GeoSeries

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
        `stage`, `tonnes` and `trips` a year of each flow.
    paths : mapping of str to (ndarray of int, Paths)
        As `flow_paths` gives them.
    crs : CRS
        Of the roads.

    Returns
    -------
    GeoDataFrame
        One row a road and stage: `stage`, `highway`, `ref`, `crossing`, `tonnes`, `lorries_year` (loaded and empty).
    """
    tables = [(ways.table(), rows) for rows, ways in paths.values()]
    driven = [table.assign(pair=rows[table["pair"]]) for table, rows in tables if len(table)]
    columns = ["stage", "highway", "ref", "crossing", "tonnes", "lorries_year"]
    if not driven:
        return gpd.GeoDataFrame(pd.DataFrame(columns=columns), geometry=gpd.GeoSeries([], crs=crs))
    table = pd.concat(driven, ignore_index=True)
    ends = np.sort(table[["u", "v"]].astype(str).to_numpy(), axis=1)
    road = pd.DataFrame({"stage": flows["stage"].to_numpy(object)[table["pair"]], "a": ends[:, 0], "b": ends[:, 1]})
    road = road.assign(**{name: table[name].to_numpy(object) for name in ("highway", "ref", "crossing")})
    number = road.groupby(list(road), sort=True).ngroup().to_numpy()
    first = np.unique(number, return_index=True)[1]
    tonnes, trips = (flows[name].to_numpy()[table["pair"]] for name in ("tonnes", "trips"))
    loads = road.iloc[first].drop(columns=["a", "b"]).reset_index(drop=True)
    loads = loads.assign(tonnes=np.bincount(number, tonnes), lorries_year=2 * np.bincount(number, trips))
    return gpd.GeoDataFrame(loads, geometry=table.geometry.to_numpy()[first], crs=crs)


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
