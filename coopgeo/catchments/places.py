"""Places and facilities as the functions on catchments take them: points, and amounts under their labels."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.errors import Faults, Message, check_kind
from coopgeo.roads import RoadNetwork
from coopgeo.roads.points import Points, points_of

_MOST_TEXT = 60
Amounts: TypeAlias = Mapping[Any, float] | pd.Series  # under the labels of facilities


def check_roads(roads: object) -> None:
    """Refuse what is no road network.

    Raises
    ------
    InputError
    """
    check_kind("roads", roads, RoadNetwork, Message("a RoadNetwork, as coopgeo.roads.read or Study.roads gives it"))


def facilities_of(faults: Faults, roads: RoadNetwork, facilities: Points, *, name: str = "facilities") -> gpd.GeoSeries:
    """Facilities in the CRS of the network and the order of their ids: there is one, and no two have the same id."""
    points = points_of(facilities, roads.nodes.crs, name=name)
    if not len(points):
        faults.add(column=name, found=Message("none"), expected=Message("one at least"))
    for label in points.index[points.index.duplicated()]:
        faults.add(column=name, found=label, expected=Message("ids that differ"))
    nameless = not isinstance(points.index, pd.MultiIndex) and points.index.hasnans
    if nameless:
        faults.add(column=name, found=Message("a row without an id"), expected=Message("an id for each"))
    return points.loc[in_order(points.index)] if points.index.is_unique and not nameless else points


def in_order(labels: pd.Index) -> pd.Index:
    """Labels sorted; where they are of kinds that do not compare, sorted as texts."""
    try:
        return labels.sort_values()
    except TypeError:
        return labels[np.argsort(labels.map(str), kind="stable")]


def amounts_of_places(faults: Faults, places: gpd.GeoSeries, demand: pd.Series | None) -> Floats:
    """Amount of each place: 1 if no demand is given."""
    if demand is None:
        return np.ones(len(places))
    if not isinstance(demand, pd.Series):
        found = Message("a {kind}", kind=type(demand).__name__)
        faults.add(column="demand", found=found, expected=Message("a Series with the index of the places"))
        return np.ones(len(places))
    if not demand.index.equals(places.index):
        number = Message.of_number("{count} amount", "{count} amounts", len(demand))
        faults.add(column="demand", found=number, expected=Message("the index of the places"))
        return np.ones(len(places))
    amounts = pd.to_numeric(demand, errors="coerce").to_numpy(dtype=float)
    for position in np.flatnonzero(~(np.isfinite(amounts) & (amounts >= 0))):
        label, amount = str(places.index[position]), demand.iloc[position]
        faults.add(id=label, column="demand", found=amount, expected=Message("a number, 0 or more"))
    return amounts


def amounts_of_facilities(
    faults: Faults,
    facilities: gpd.GeoSeries,
    amounts: Amounts | None,
    otherwise: float | None,
    *,
    column: str,
    finite: bool,
) -> Floats:
    """Amount of each facility by id, `otherwise` where there is none; None: a fault, as is what is under no id."""
    default = 0.0 if otherwise is None else otherwise
    if amounts is None:
        return np.full(len(facilities), default)
    if not isinstance(amounts, Mapping | pd.Series):
        found = Message("a {kind}", kind=type(amounts).__name__)
        faults.add(column=column, found=found, expected=Message("a mapping of ids to numbers, or a Series"))
        return np.full(len(facilities), default)
    if isinstance(amounts, pd.Series) and not amounts.index.is_unique:
        faults.add(column=column, found=Message("an id twice"), expected=Message("one amount for each facility"))
    known = dict(amounts.items())
    for label, amount in known.items():
        if label not in facilities.index:
            faults.add(column=column, found=label, expected=Message("the id of a facility"))
        if not (is_number(amount) and amount >= 0 and (not finite or np.isfinite(amount))):
            faults.add(id=str(label), column=column, found=amount, expected=Message("a number, 0 or more"))
    for label in facilities.index if otherwise is None else ():
        if label not in known:
            faults.add(
                id=str(label),
                column=column,
                found=Message("nothing"),
                expected=Message("an amount for each facility"),
            )
    return np.array([float(known[label]) if is_number(known.get(label)) else default for label in facilities.index])


def is_number(value: object) -> bool:
    """Whether a value is a number that floating point holds: no truth value, nor a whole number beyond all measure."""
    if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def shown(value: object) -> object:
    """A value as a message shows it: a text or number as it is, else the beginning of what Python says of it."""
    if value is None:
        return Message("nothing")
    return value if isinstance(value, str | float) else Message("{value}", value=repr(value)[:_MOST_TEXT])


def check_number(faults: Faults, column: str, value: object, *, above: bool = False) -> None:
    """Note what is no number from 0, or above 0."""
    if not (is_number(value) and (value > 0 if above else value >= 0)):  # type: ignore[operator]
        expected = Message("a number above 0") if above else Message("a number, 0 or more")
        faults.add(column=column, found=shown(value), expected=expected)


def chosen(labels: pd.Index, position: np.ndarray, cost: Floats) -> np.ndarray:
    """Labels at positions, missing where the cost is infinite."""
    names = labels.to_numpy(dtype=object)[position]
    names[~np.isfinite(cost)] = None
    return names
