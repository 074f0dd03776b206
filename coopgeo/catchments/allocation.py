"""Allocation: which facility serves which place, by travel on the roads."""

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.arrays import Floats, Ints
from coopgeo.catchments.places import (
    Amounts,
    amounts_of_facilities,
    amounts_of_places,
    check_number,
    check_roads,
    chosen,
    facilities_of,
    in_order,
)
from coopgeo.errors import Faults, InfeasibleError, Message
from coopgeo.roads import RoadNetwork
from coopgeo.roads.joining import with_road_numbers
from coopgeo.roads.points import Points, points_of


def allocate(
    roads: RoadNetwork,
    places: Points,
    facilities: Points,
    *,
    by: str = "time_s",
    max_cost: float = np.inf,
    demand: pd.Series | None = None,
    capacity: Amounts | None = None,
) -> pd.DataFrame:
    """Give each place to its nearest facility over the roads, or, under capacities, all at the least total cost.

    Parameters
    ----------
    roads : RoadNetwork
    places, facilities : GeoSeries or GeoDataFrame
        Points in any CRS; facilities indexed by unique ids of any kind.
    by : str
        Weight that "nearest" is measured in, from the place to the facility: "time_s", "length_m" or "cost_eur".
    max_cost : float
        Farthest a place may be, in the unit of `by`, 0 or more.
    demand : Series of float, optional
        Amount of each place (tonnes, inhabitants), indexed like `places`; 1 each by default.
    capacity : mapping of id to float, or Series, optional
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
        If there is no facility, an id repeats, an amount or `max_cost` is wrong, or a point lies off the network.
    InfeasibleError
        If the facilities in reach cannot take what the places in reach bring; says how much is lacking.
    """
    check_roads(roads)
    faults = Faults("allocate")
    points = points_of(places, roads.nodes.crs, name="places")
    ordered = facilities_of(faults, roads, facilities)
    brought = amounts_of_places(faults, points, demand)
    room = amounts_of_facilities(faults, ordered, capacity, np.inf, column="capacity", finite=False)
    check_number(faults, "max_cost", max_cost)
    faults.raise_if_any()
    origins, ends = with_road_numbers(points, places), with_road_numbers(ordered, facilities)
    cost = roads.matrix(origins, ends, weight=by)
    cost[cost > max_cost] = np.inf
    if capacity is None:
        row, nearest, share = np.arange(len(points)), cost.argmin(axis=1), brought
    else:
        row, nearest, share = _least_total(ordered.index, cost, brought, room)
    least = cost[row, nearest]
    table = {"facility": chosen(ordered.index, nearest, least), "cost": least, "amount": share}
    return pd.DataFrame(table, index=points.index[row])


def _least_total(ids: pd.Index, cost: Floats, brought: Floats, room: Floats) -> tuple[Ints, Ints, Floats]:
    """Rows, facilities and amounts of the cheapest way to bring everything that has a facility in reach."""
    reached = np.isfinite(cost).any(axis=1)
    if not reached.any():
        return np.arange(len(cost)), np.zeros(len(cost), dtype=np.intp), brought
    everyone = np.ones(len(ids), dtype=bool)
    capacity = np.minimum(room, brought.sum())
    try:
        found = siting.facility_location(
            cost[reached], brought[reached], np.zeros(len(ids)), capacity=capacity, required=everyone, rel_gap=0.0
        )
    except InfeasibleError as error:
        rooms = [
            Message("{facility} {most:.6g}", facility=str(label), most=float(most))
            for label, most in zip(ids, room, strict=True)
        ]
        raise InfeasibleError(
            Message(
                "the places bring {total:.6g}, more than the facilities in their reach can take ({rooms}): {why}",
                total=float(brought[reached].sum()),
                rooms=rooms,
                why=error.args[0],
            )
        ) from None
    flows = found.flows[0].tocoo()
    served = np.flatnonzero(reached)[flows.row]
    alone = np.setdiff1d(np.arange(len(cost)), served)  # out of reach, or with nothing to bring
    row, facility = np.concatenate([served, alone]), np.concatenate([flows.col, cost[alone].argmin(axis=1)])
    share = np.concatenate([flows.data, brought[alone]])
    order = np.lexsort((facility, row))
    return row[order], facility[order], share[order]


def summarise(allocation: pd.DataFrame, facilities: gpd.GeoSeries | gpd.GeoDataFrame) -> pd.DataFrame:
    """Sum an allocation by facility.

    Parameters
    ----------
    allocation : DataFrame
        What `allocate` gave.
    facilities : GeoSeries or GeoDataFrame
        The facilities, so that those that serve nobody are listed too.

    Returns
    -------
    DataFrame
        Indexed by facility in sorted order, with a last row for what no facility reaches (index missing) if there is
        any; columns `places` (number), `amount`, `mean_cost` (weighted by amount), `max_cost`, `share` (of all
        amounts).
    """
    _check_allocation(allocation, facilities)
    held = allocation.assign(spent=allocation["cost"].where(allocation["amount"] > 0, 0.0) * allocation["amount"])
    groups = held.groupby(held["facility"].astype(object), dropna=False, sort=False)
    table = pd.DataFrame(
        {
            "places": groups.size(),
            "amount": groups["amount"].sum(),
            "spent": groups["spent"].sum(),
            "max_cost": groups["cost"].max(),
        }
    )
    out_of_reach = table[table.index.isna()]
    table = table.reindex(in_order(facilities.index))
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


def _check_allocation(allocation: pd.DataFrame, facilities: gpd.GeoSeries | gpd.GeoDataFrame) -> None:
    faults = Faults("summarise")
    if not isinstance(allocation, pd.DataFrame) or not {"facility", "cost", "amount"} <= set(allocation.columns):
        faults.add(column="allocation", expected=Message("what allocate gave: columns facility, cost and amount"))
    if not isinstance(facilities, gpd.GeoSeries | gpd.GeoDataFrame) or not facilities.index.is_unique:
        faults.add(
            column="facilities", expected=Message("the facilities that were allocated to, indexed by unique ids")
        )
    faults.raise_if_any()
    for label in pd.Index(allocation["facility"].dropna().unique()).difference(facilities.index, sort=False):
        faults.add(column="facility", found=label, expected=Message("the id of a facility"))
    faults.raise_if_any()
