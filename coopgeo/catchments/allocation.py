"""Allocation: which facility serves which place, by travel on the roads."""

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.errors import Faults
from coopgeo.roads import RoadNetwork


def allocate(roads: RoadNetwork, places: gpd.GeoSeries, facilities: gpd.GeoSeries, *, by: str = "time_s", max_cost: float = np.inf) -> pd.DataFrame:
    """Give each place to its nearest facility over the roads.

    Parameters
    ----------
    roads : RoadNetwork
    places, facilities : GeoSeries
        Points in any CRS; facilities indexed by unique ids.
    by : str
        Weight that "nearest" is measured in, from the place to the facility: "time_s", "length_m" or "cost_eur".
    max_cost : float
        Farthest a place may be, in the unit of `by`.

    Returns
    -------
    DataFrame
        Same index as `places`; columns `facility` (id, None out of reach) and `cost` (in the unit of `by`, inf out of reach).
        Equal costs go to the first id in sorted order.

    Raises
    ------
    InputError
        If there is no facility, an id repeats, or a point lies off the network.
    """
    faults = Faults("allocate")
    if facilities.empty:
        faults.add(column="facilities", found="none", expected="one at least")
    for label in facilities.index[facilities.index.duplicated()]:
        faults.add(column="facilities", found=label, expected="ids that differ")
    faults.raise_if_any()
    ordered = facilities.sort_index()
    cost = roads.matrix(places, ordered, weight=by)
    nearest = cost.argmin(axis=1)
    least = cost[np.arange(len(places)), nearest]
    reached = least <= max_cost
    chosen = np.where(reached, ordered.index.to_numpy(dtype=object)[nearest], None)
    return pd.DataFrame({"facility": chosen, "cost": np.where(reached, least, np.inf)}, index=places.index)
