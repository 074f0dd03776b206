"""Allocation: which facility serves which place, by travel on the roads."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.catchments.places import amounts, check_facilities
from coopgeo.errors import Faults, InfeasibleError
from coopgeo.roads import RoadNetwork


def allocate(
    roads: RoadNetwork,
    places: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
    *,
    by: str = "time_s",
    max_cost: float = np.inf,
    demand: pd.Series | None = None,
    capacity: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Give each place to its nearest facility over the roads, or, under capacities, all places to facilities at the least total cost.

    Parameters
    ----------
    roads : RoadNetwork
    places, facilities : GeoSeries
        Points in any CRS; facilities indexed by unique ids.
    by : str
        Weight that "nearest" is measured in, from the place to the facility: "time_s", "length_m" or "cost_eur".
    max_cost : float
        Farthest a place may be, in the unit of `by`.
    demand : Series of float, optional
        Amount of each place (tonnes, inhabitants), indexed like `places`; 1 each by default.
    capacity : mapping of id to float, optional
        Amount that each facility can take; a facility that is not told takes any. The least total is that of amount
        times cost, proved.

    Returns
    -------
    DataFrame
        Same index as `places`, in the same order; columns `facility` (id, missing out of reach), `cost` (in the unit
        of `by`, inf out of reach) and `amount`. Equal costs go to the first id in sorted order. Under capacities a
        place that is split has a row for each of its facilities.

    Raises
    ------
    InputError
        If there is no facility, an id repeats, an amount is wrong, or a point lies off the network.
    InfeasibleError
        If the facilities in reach cannot take what the places in reach bring; says how much is lacking.
    """
    ordered, brought = _checked(places, facilities, demand, capacity)
    cost = roads.matrix(places, ordered, weight=by)
    cost[cost > max_cost] = np.inf
    if capacity is None:
        nearest = cost.argmin(axis=1)
        row, share = np.arange(len(places)), brought
    else:
        row, nearest, share = _least_total(places, ordered, cost, brought, capacity)
    least = cost[row, nearest]
    chosen = np.where(np.isfinite(least), ordered.index.to_numpy(dtype=object)[nearest], None)
    return pd.DataFrame({"facility": chosen, "cost": least, "amount": share}, index=places.index[row])


def _checked(
    places: gpd.GeoSeries, facilities: gpd.GeoSeries, demand: pd.Series | None, capacity: Mapping[str, float] | None
) -> tuple[gpd.GeoSeries, np.ndarray]:
    """Facilities in the order of their ids, and the amount of each place."""
    faults = Faults("allocate")
    check_facilities(faults, facilities)
    brought = amounts(faults, places, demand)
    for label, room in (capacity or {}).items():
        if label not in facilities.index:
            faults.add(column="capacity", found=label, expected="the id of a facility")
        if not room >= 0:
            faults.add(id=str(label), column="capacity", found=room, expected="0 or more")
    faults.raise_if_any()
    return facilities.sort_index(), brought


def _least_total(
    places: gpd.GeoSeries,
    facilities: gpd.GeoSeries,
    cost: np.ndarray,
    brought: np.ndarray,
    capacity: Mapping[str, float],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, facilities and brought of the cheapest way to bring everything that has a facility in reach."""
    room = np.array([capacity.get(label, np.inf) for label in facilities.index])
    reached = np.isfinite(cost).any(axis=1)
    if not reached.any():
        return np.arange(len(places)), np.zeros(len(places), dtype=np.intp), brought
    problem = siting.FacilityLocation(
        cost[reached],
        brought[reached],
        np.zeros(len(facilities)),
        capacity=np.minimum(room, brought.sum()),
        groups=np.arange(len(facilities)),
    )
    try:
        flows = problem.evaluate(range(len(facilities))).flows[0].tocoo()
    except InfeasibleError as error:
        within = [f"{label} {room[at]:.6g}" for at, label in enumerate(facilities.index)]
        total = brought[reached].sum()
        raise InfeasibleError(
            f"the places bring {total:.6g}, more than the facilities in their reach can take ({', '.join(within)}): {error}"
        ) from None
    served = np.flatnonzero(reached)[flows.row]
    alone = np.setdiff1d(np.arange(len(places)), served)  # out of reach, or with nothing to bring
    row, facility = np.concatenate([served, alone]), np.concatenate([flows.col, cost[alone].argmin(axis=1)])
    share = np.concatenate([flows.data, brought[alone]])
    order = np.lexsort((facility, row))
    return row[order], facility[order], share[order]


def summarise(allocation: pd.DataFrame, facilities: gpd.GeoSeries) -> pd.DataFrame:
    """Sum an allocation by facility.

    Parameters
    ----------
    allocation : DataFrame
        What `allocate` gave.
    facilities : GeoSeries
        The facilities, so that those that serve nobody are listed too.

    Returns
    -------
    DataFrame
        Indexed by facility in sorted order, with a last row for what no facility reaches (index missing) if there is
        any; columns `places` (number), `amount`, `mean_cost` (weighted by amount), `max_cost`, `share` (of all
        amounts).
    """
    held = allocation.assign(spent=allocation["cost"].where(allocation["amount"] > 0, 0.0) * allocation["amount"])
    groups = held.groupby(held["facility"].astype(object), dropna=False, sort=True)
    table = pd.DataFrame(
        {
            "places": groups.size(),
            "amount": groups["amount"].sum(),
            "spent": groups["spent"].sum(),
            "max_cost": groups["cost"].max(),
        }
    )
    out_of_reach = table[table.index.isna()]
    table = table.reindex(facilities.index.sort_values())
    table[["places", "amount", "spent"]] = table[["places", "amount", "spent"]].fillna(0.0)
    table = pd.concat([table, out_of_reach]) if len(out_of_reach) else table
    total = float(table["amount"].sum())
    return pd.DataFrame(
        {
            "places": table["places"].astype(int),
            "amount": table["amount"],
            "mean_cost": (table["spent"] / table["amount"].where(table["amount"] > 0)),
            "max_cost": table["max_cost"],
            "share": table["amount"] / total if total else 0.0,
        }
    )
