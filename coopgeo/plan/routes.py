"""The routes of an outcome: the way of each flow over the network, and what passes on each road."""

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.roads import RoadNetwork
from coopgeo.roads.paths import Paths


def flow_paths(roads: RoadNetwork, flows: pd.DataFrame, places: gpd.GeoSeries) -> Paths:
    """The way of each flow, as the lorry drives it.

    Parameters
    ----------
    roads : RoadNetwork
    flows : DataFrame
        `origin`, `destination`: labels of `places`.
    places : GeoSeries
    """
    return roads.paths(places.loc[flows["origin"]], places.loc[flows["destination"]], "cost_eur")


def road_loads(flows: pd.DataFrame, paths: Paths) -> gpd.GeoDataFrame:
    """Tonnes and lorry passes a year on each road, both directions together.

    Parameters
    ----------
    flows : DataFrame
        `stage`, `tonnes` and `trips` a year of each flow.
    paths : Paths
        The way of each flow.

    Returns
    -------
    GeoDataFrame
        One row a road and stage: `stage`, `highway`, `ref`, `crossing`, `tonnes`, `lorries_year` (loaded and empty).
    """
    table = paths.table()
    ends = np.sort(table[["u", "v"]].astype(str).to_numpy(), axis=1)
    road = pd.DataFrame({"stage": flows["stage"].to_numpy(object)[table["pair"]], "a": ends[:, 0], "b": ends[:, 1]})
    road = road.assign(**{name: table[name].to_numpy(object) for name in ("highway", "ref", "crossing")})
    number = road.groupby(list(road), sort=True).ngroup().to_numpy()
    first = np.unique(number, return_index=True)[1]
    tonnes, trips = (flows[name].to_numpy()[table["pair"]] for name in ("tonnes", "trips"))
    loads = road.iloc[first].drop(columns=["a", "b"]).reset_index(drop=True)
    loads = loads.assign(tonnes=np.bincount(number, tonnes), lorries_year=2 * np.bincount(number, trips))
    return gpd.GeoDataFrame(loads, geometry=table.geometry.to_numpy()[first], crs=paths.roads.nodes.crs)


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
        One row a road that carries something, the busiest last: `ref`, `highway` (class), `inbound_t`, `outbound_t`
        (t/year), `lorries_year` (passes, loaded and empty, both directions) and `lorries_day` (passes on a day with
        haulage, see the parameter `working_days`), geometry.
    """
    road = road_loads.geometry.normalize().to_wkb()
    tonnes = {
        f"{stage}_t": road_loads["tonnes"].where(road_loads["stage"] == stage, 0.0) for stage in ("inbound", "outbound")
    }
    by = pd.DataFrame(road_loads[["ref", "highway", "lorries_year"]]).assign(**tonnes).groupby(road, sort=True)
    used = (
        by[["inbound_t", "outbound_t", "lorries_year"]]
        .sum()
        .assign(ref=by["ref"].first(), highway=by["highway"].first())
    )
    used["lorries_day"] = used["lorries_year"] / working_days
    shapes = road_loads.geometry.groupby(road, sort=True).first()
    columns = ["ref", "highway", "inbound_t", "outbound_t", "lorries_year", "lorries_day"]
    return (
        gpd.GeoDataFrame(used[columns], geometry=shapes, crs=road_loads.crs)
        .sort_values("lorries_year", kind="stable")
        .reset_index(drop=True)
    )
