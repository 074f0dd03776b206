"""Accessibility: how well places are served, and how far the reaches of facilities overlap."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.catchments.places import amounts, check_facilities
from coopgeo.errors import Faults
from coopgeo.roads import RoadNetwork


def accessibility(
    roads: RoadNetwork,
    places: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
    within: float,
    *,
    by: str = "time_s",
    demand: pd.Series | None = None,
    supply: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Tell for each place how far the nearest facility is, how many lie within a break, and how much of what they have falls to it.

    Parameters
    ----------
    roads : RoadNetwork
    places, facilities : GeoSeries
        Points in any CRS; facilities indexed by unique ids.
    within : float
        The break, in the unit of `by`, more than 0.
    by : str
    demand : Series of float, optional
        Amount of each place (inhabitants), indexed like `places`; 1 each by default.
    supply : mapping of id to float, optional
        What each facility has to give; 1 each by default.

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
    cost, ordered, asking = _checked(roads, places, facilities, within, by, demand)
    given = np.array([1.0 if supply is None else float(supply.get(label, 0.0)) for label in ordered.index])
    reach = cost <= within
    asked = reach.T @ asking
    per_demand = np.divide(given, asked, out=np.zeros_like(given), where=asked > 0)
    nearest = cost.argmin(axis=1)
    least = cost[np.arange(len(places)), nearest]
    names = np.where(np.isfinite(least), ordered.index.to_numpy(dtype=object)[nearest], None)
    return pd.DataFrame(
        {"nearest": names, "cost": least, "count": reach.sum(axis=1), "supply_per_demand": reach @ per_demand},
        index=places.index,
    )


def overlap(
    roads: RoadNetwork,
    places: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
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
    cost, ordered, asking = _checked(roads, places, facilities, within, by, demand)
    reach = (cost <= within).astype(float)
    return pd.DataFrame(reach.T @ (asking[:, None] * reach), index=ordered.index, columns=ordered.index)


def _checked(
    roads: RoadNetwork,
    places: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
    within: float,
    by: str,
    demand: pd.Series | None,
) -> tuple[np.ndarray, gpd.GeoSeries, np.ndarray]:
    """Costs of places by facilities, the facilities in the order of their ids, and the amount of each place."""
    faults = Faults("accessibility")
    check_facilities(faults, facilities)
    asking = amounts(faults, places, demand)
    if not within > 0:
        faults.add(column="within", found=within, expected="a number above 0")
    faults.raise_if_any()
    ordered = facilities.sort_index()
    return roads.matrix(places, ordered, weight=by), ordered, asking
