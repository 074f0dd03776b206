"""What may change on roads that stay where they are: crossings closed, limits, tolls, ferries at rest, works."""

from collections.abc import Collection, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coopgeo.errors import Faults, Message
from coopgeo.roads.tags import FERRY


def changed(
    edges: gpd.GeoDataFrame,
    *,
    closed: Collection[str],
    closed_edges: NDArray[np.bool_] | None,
    ferries: bool,
    max_weight_t: Mapping[str, float],
    toll_eur: Mapping[str, float],
    speed_factor: float,
) -> gpd.GeoDataFrame:
    """Edges under other rules, before a vehicle drives them; the arguments are those of `RoadNetwork.with_changes`.

    Raises
    ------
    InputError
        If an argument is wrong; lists every fault.
    """
    by_crossing = {"max_weight_t": max_weight_t, "toll_eur": toll_eur}
    works = np.zeros(len(edges), dtype=bool) if closed_edges is None else np.asarray(closed_edges)
    _check(edges, closed, works, by_crossing, speed_factor)
    number, crossings = pd.factorize(edges["crossing"])
    rules = {
        column: np.array([values.get(name, np.nan) for name in crossings], dtype=float)[number]
        for column, values in by_crossing.items()
    }
    after = edges.assign(**{column: np.where(np.isnan(new), edges[column], new) for column, new in rules.items()})
    at_rest = (edges["highway"] == FERRY).to_numpy() & (not ferries)
    shut = np.isin(crossings, list(closed))[number] | at_rest | works
    return after.assign(max_weight_t=np.where(shut, 0.0, after["max_weight_t"]))


def _check(
    edges: gpd.GeoDataFrame,
    closed: Collection[str],
    works: NDArray[np.bool_],
    by_crossing: Mapping[str, Mapping[str, float]],
    speed_factor: float,
) -> None:
    known = sorted(set(edges["crossing"].unique()) - {""})
    faults = Faults("with_changes")
    for column, crossings in {"closed": closed, **by_crossing}.items():
        for crossing in sorted(set(crossings) - set(known)):
            faults.add(
                column=column, found=crossing, expected=Message("one of the crossings {crossings}", crossings=known)
            )
    if not speed_factor > 0:
        faults.add(column="speed_factor", found=speed_factor, expected=Message("more than 0"))
    if works.shape != (len(edges),) or works.dtype != bool:
        faults.add(
            column="closed_edges",
            found=Message("{kind} of shape {shape}", kind=str(works.dtype), shape=str(works.shape)),
            expected=Message("true or false for each of the {count} edges", count=len(edges)),
        )
    faults.raise_if_any()
