"""Checks that the functions on places and facilities share."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coopgeo.errors import Faults


def check_facilities(faults: Faults, facilities: gpd.GeoSeries) -> None:
    """There is a facility, and no two have the same id."""
    if not len(facilities):
        faults.add(column="facilities", found="none", expected="one at least")
    for label in facilities.index[facilities.index.duplicated()]:
        faults.add(column="facilities", found=label, expected="ids that differ")


def amounts(faults: Faults, places: gpd.GeoSeries, demand: pd.Series | None) -> NDArray[np.float64]:
    """Amount of each place: 1 if no demand is given."""
    if demand is None:
        return np.ones(len(places))
    if not demand.index.equals(places.index):
        faults.add(column="demand", found=f"{len(demand)} amounts", expected="the index of the places")
        return np.ones(len(places))
    given = demand.to_numpy(dtype=float)
    for label in places.index[~(np.isfinite(given) & (given >= 0))]:
        faults.add(id=str(label), column="demand", found=demand[label], expected="a number, 0 or more")
    return given
