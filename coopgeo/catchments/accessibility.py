"""Accessibility: how well places are served, and how far the reaches of facilities overlap."""

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.catchments.places import (
    Amounts,
    amounts_of_facilities,
    amounts_of_places,
    check_number,
    check_roads,
    chosen,
    facilities_of,
)
from coopgeo.errors import Faults
from coopgeo.roads import RoadNetwork
from coopgeo.roads.joining import with_road_numbers
from coopgeo.roads.points import Points, points_of


def accessibility(
    roads: RoadNetwork,
    places: Points,
    facilities: Points,
    within: float,
    *,
    by: str = "time_s",
    demand: pd.Series | None = None,
    supply: Amounts | None = None,
) -> pd.DataFrame:
    """Tell how far each place is from the nearest facility, how many lie within a break, and its share of them.

    Parameters
    ----------
    roads : RoadNetwork
    places, facilities : GeoSeries or GeoDataFrame
        Points in any CRS; facilities indexed by unique ids of any kind.
    within : float
        The break, in the unit of `by`, more than 0.
    by : str
    demand : Series of float, optional
        Amount of each place (inhabitants), indexed like `places`; 1 each by default.
    supply : mapping of id to float, or Series, optional
        What each facility has to give; 1 each by default, nothing where a facility is not named.

    Returns
    -------
    DataFrame
        Same index as `places`; columns `nearest` (id, missing if no road leads to one), `cost` (to it, in the unit of
        `by`), `count` (facilities within the break), `supply_per_demand` (the two-step floating catchment: of each
        facility within the break its supply over all demand within its break).

    Raises
    ------
    InputError
        If an argument is wrong, or a point lies off the network.

    Notes
    -----
    Two-step floating catchment area: W. Luo and F. Wang, Environment and Planning B 30 (2003). Places times their
    value add up to the supply of all facilities that someone reaches.
    """
    faults = Faults("accessibility")
    points, ordered, asking = _checked(faults, roads, places, facilities, within, demand)
    stock = amounts_of_facilities(faults, ordered, supply, 1.0 if supply is None else 0.0, column="supply", finite=True)
    faults.raise_if_any()
    origins, ends = with_road_numbers(points, places), with_road_numbers(ordered, facilities)
    cost = roads.matrix(origins, ends, weight=by)
    reach = cost <= within
    asked = reach.T @ asking
    per_demand = np.divide(stock, asked, out=np.zeros_like(stock), where=asked > 0)
    nearest = cost.argmin(axis=1)
    least = cost[np.arange(len(points)), nearest]
    return pd.DataFrame(
        {
            "nearest": chosen(ordered.index, nearest, least),
            "cost": least,
            "count": reach.sum(axis=1),
            "supply_per_demand": reach @ per_demand,
        },
        index=points.index,
    )


def overlap(
    roads: RoadNetwork,
    places: Points,
    facilities: Points,
    within: float,
    *,
    by: str = "time_s",
    demand: pd.Series | None = None,
) -> pd.DataFrame:
    """Tell how much lies within a break of both of two facilities.

    Parameters
    ----------
    roads, places, facilities, within, by, demand
        As in `accessibility`.

    Returns
    -------
    DataFrame
        Facilities in sorted order as index and columns; amounts that both reach, on the diagonal what each reaches.

    Raises
    ------
    InputError
        If an argument is wrong, or a point lies off the network.
    """
    faults = Faults("overlap")
    points, ordered, asking = _checked(faults, roads, places, facilities, within, demand)
    faults.raise_if_any()
    origins, ends = with_road_numbers(points, places), with_road_numbers(ordered, facilities)
    cost = roads.matrix(origins, ends, weight=by)
    reach = (cost <= within).astype(float)
    return pd.DataFrame(reach.T @ (asking[:, None] * reach), index=ordered.index, columns=ordered.index)


def _checked(
    faults: Faults,
    roads: RoadNetwork,
    places: Points,
    facilities: Points,
    within: float,
    demand: pd.Series | None,
) -> tuple[gpd.GeoSeries, gpd.GeoSeries, Floats]:
    """Places, facilities in the order of their ids, and the amount of each place."""
    check_roads(roads)
    points = points_of(places, roads.nodes.crs, name="places")
    ordered = facilities_of(faults, roads, facilities)
    check_number(faults, "within", within, above=True)
    return points, ordered, amounts_of_places(faults, points, demand)
