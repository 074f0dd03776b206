"""Where to open facilities, asked with frames: places and candidates in, the chosen sites and who goes where out."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.catchments.allocation import summarise
from coopgeo.catchments.places import (
    amounts_of_facilities,
    amounts_of_places,
    check_number,
    check_roads,
    chosen,
    facilities_of,
    is_number,
    shown,
)
from coopgeo.errors import Faults, InputError, Message
from coopgeo.roads import RoadNetwork
from coopgeo.roads.joining import with_road_numbers
from coopgeo.roads.points import Points, points_of
from coopgeo.siting import Solution
from coopgeo.text.vocabulary import meant_name

_LIMITS = ("time_limit_s", "rel_gap")
# What each problem asks for, and what it may be told besides.
_NEEDED: dict[str, tuple[str, ...]] = {
    "p_median": ("p",),
    "p_center": ("p",),
    "max_cover": ("p", "radius"),
    "set_cover": ("radius",),
    "facility_location": ("opening",),
}
_KNOWN: dict[str, tuple[str, ...]] = {
    "p_median": ("p", *_LIMITS),
    "p_center": ("p", "time_limit_s"),
    "max_cover": ("p", "radius", *_LIMITS),
    "set_cover": ("radius", "opening", *_LIMITS),
    "facility_location": ("opening", "capacity", "single_source", "p", *_LIMITS),
}
_WITH_DEMAND = ("p_median", "max_cover", "facility_location")


@dataclass(frozen=True, eq=False)
class Located:
    """The answer of `locate`; `chosen, allocation = locate(...)` takes it apart.

    Attributes
    ----------
    chosen : GeoDataFrame
        The sites chosen, in the order of their labels: `places`, `amount`, `mean_cost`, `max_cost`, `share` as in
        `summarise`, then the columns of the candidates (under `..._candidate` where one has such a name).
    allocation : DataFrame
        Index of the places; `facility` (label, missing where a place is not served), `cost`, `amount`; a place that
        is split has a row for each of its facilities.
    solution : siting.Solution
        Value, bound and status; its positions are those of the places, and of the candidates in the order of their
        labels.
    """

    chosen: gpd.GeoDataFrame
    allocation: pd.DataFrame
    solution: Solution

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter((self.chosen, self.allocation))

    def __repr__(self) -> str:
        return f"Located({self.chosen.index.tolist()}, {self.solution.status}, value {self.solution.value:g})"


def locate(
    roads: RoadNetwork,
    places: Points,
    candidates: Points,
    problem: str = "p_median",
    *,
    by: str = "time_s",
    demand: pd.Series | None = None,
    max_cost: float = np.inf,
    required: Sequence[Hashable] = (),
    forbidden: Sequence[Hashable] = (),
    **options: Any,
) -> Located:
    """Choose sites among candidates by travel on the roads, and tell who goes where.

    Parameters
    ----------
    roads : RoadNetwork
    places, candidates : GeoSeries or GeoDataFrame
        Points in any CRS; candidates indexed by unique labels of any kind.
    problem : {"p_median", "p_center", "max_cover", "set_cover", "facility_location"}
        The least total of amount times cost; the least of the farthest; the most that lies within a radius; the
        fewest (or cheapest) sites that leave nobody beyond it; the least total with the opening of sites.
    by : str
        Weight of the roads that costs are counted in, from the place to the site: "time_s", "length_m", "cost_eur".
    demand : Series of float, optional
        Amount of each place, indexed like `places`; 1 each by default.
    max_cost : float
        Farthest that a place may be served, in the unit of `by`.
    required, forbidden : sequence of labels
        Candidates that must be, or may not be chosen.
    **options
        `p` (sites to open), `radius` (in the unit of `by`), `opening` (cost of a site: one number, or a mapping or
        Series by label), `capacity` (mapping or Series by label), `single_source`, `time_limit_s`, `rel_gap`: those
        that the problem knows, as in `coopgeo.siting`.

    Returns
    -------
    Located
        `chosen` and `allocation`, two frames under the labels that came in, and the `solution`.

    Raises
    ------
    InputError
        If an argument is wrong or an option unknown to the problem; lists every fault.
    InfeasibleError
        If no choice of sites serves every place that must be served.

    Examples
    --------
    >>> import coopgeo
    >>> study = coopgeo.open_study("data/raw")
    >>> sites, who = coopgeo.locate(study.roads(), study.chefs_lieux[:30], study.chain().candidate_sites, p=2)
    >>> len(sites), len(who), who["facility"].isin(sites.index).all()
    (2, 30, np.True_)
    """
    check_roads(roads)
    faults = Faults("locate")
    if not isinstance(problem, str) or problem not in _KNOWN:
        expected = Message("one of {choices}", choices=list(_KNOWN))
        raise InputError(
            Message('locate: problem: found "{problem}"; expected {expected}', problem=str(problem), expected=expected)
        )
    _check_options(faults, problem, options, demand)
    _check_values(faults, options)
    points = points_of(places, roads.nodes.crs, name="places")
    sites = facilities_of(faults, roads, candidates, name="candidates")
    amount = amounts_of_places(faults, points, demand)
    check_number(faults, "max_cost", max_cost)
    masks = {
        name: _mask(faults, name, labels, sites.index)
        for name, labels in (("required", required), ("forbidden", forbidden))
    }
    asked = {**options, **_amounts(faults, options, sites)}
    faults.raise_if_any()
    cost = roads.matrix(with_road_numbers(points, places), with_road_numbers(sites, candidates), weight=by)
    cost[cost > max_cost] = np.inf
    solution = _solve(problem, cost, amount, asked, masks)
    row, site, share = _shares(solution, amount)
    paid = np.where(site >= 0, cost[row, site], np.inf)
    table = {"facility": chosen(sites.index, site, paid), "cost": paid, "amount": share}
    allocation = pd.DataFrame(table, index=points.index[row])
    return Located(_chosen(candidates, sites, sites.index[solution.sites], allocation), allocation, solution)


def _solve(
    problem: str, cost: Floats, amount: Floats, options: Mapping[str, Any], masks: Mapping[str, Mask]
) -> Solution:
    more = {**options, **masks}
    solve = getattr(siting, problem)
    if problem == "facility_location":
        found: Solution = solve(cost, amount, more.pop("opening"), **more)
    else:
        needed = [more.pop(name) for name in _NEEDED[problem]]
        found = solve(cost, *needed, **({"demand": amount} if problem in _WITH_DEMAND else {}), **more)
    return found


def _check_options(faults: Faults, problem: str, options: Mapping[str, Any], demand: object) -> None:
    """The problem is told what it needs, and nothing that it does not know."""
    known = _KNOWN[problem]
    for name in options:
        if name not in known:
            expected = Message("an option of {problem}: {known}", problem=problem, known=list(known))
            faults.add(column="options", found=name, expected=expected, hint=meant_name(name, known))
    for name in _NEEDED[problem]:
        if options.get(name) is None:
            faults.add(column=name, found=Message("nothing"), expected=Message("what {problem} needs", problem=problem))
    if demand is not None and problem not in _WITH_DEMAND:
        expected = Message("none: {problem} counts places alike", problem=problem)
        faults.add(column="demand", found=Message("amounts"), expected=expected)


def _check_values(faults: Faults, options: Mapping[str, Any]) -> None:
    for name in ("radius", *_LIMITS):
        if options.get(name) is not None:
            check_number(faults, name, options[name])
    p = options.get("p")
    if p is not None and not (is_number(p) and 1 <= p < np.inf and int(p) == p):
        faults.add(column="p", found=shown(p), expected=Message("a whole number of sites, 1 or more"))
    if not isinstance(options.get("single_source", False), bool):
        faults.add(column="single_source", found=shown(options["single_source"]), expected=Message("True or False"))


def _amounts(faults: Faults, options: Mapping[str, Any], sites: gpd.GeoSeries) -> dict[str, Any]:
    """Opening and capacity as arrays in the order of the sites."""
    arrays: dict[str, Any] = {}
    opening, capacity = options.get("opening"), options.get("capacity")
    if is_number(opening):
        opening = dict.fromkeys(sites.index, opening)
    if opening is not None:
        arrays["opening"] = amounts_of_facilities(faults, sites, opening, None, column="opening", finite=True)
    if capacity is not None:
        arrays["capacity"] = amounts_of_facilities(faults, sites, capacity, np.inf, column="capacity", finite=False)
    return arrays


def _mask(faults: Faults, name: str, labels: Sequence[Hashable], index: pd.Index) -> Mask:
    """Candidates that are named."""
    if isinstance(labels, str) or not isinstance(labels, Sequence | pd.Index | pd.Series | np.ndarray | set):
        faults.add(column=name, found=shown(labels), expected=Message("a list of labels of candidates"))
        return np.zeros(len(index), dtype=bool)
    known = set(index)
    for label in labels:
        if not _is_hashable(label) or label not in known:
            found = label if isinstance(label, str | int) else shown(label)
            faults.add(column=name, found=found, expected=Message("the label of a candidate"))
    chosen_labels = {label for label in labels if _is_hashable(label)}
    return np.array([label in chosen_labels for label in index], dtype=bool)


def _is_hashable(label: object) -> bool:
    """Whether a label can be one: a list cannot, nor a tuple that holds one."""
    try:
        hash(label)
    except TypeError:
        return False
    return True


def _shares(solution: Solution, amount: Floats) -> tuple[Ints, Ints, Floats]:
    """Row, site (-1: nobody) and amount of each part that a place sends."""
    if solution.assignment is not None:
        return np.arange(len(amount)), np.asarray(solution.assignment, dtype=np.intp), amount
    flows = solution.flows[0].tocoo()
    idle = np.setdiff1d(np.arange(len(amount)), flows.row)
    row = np.concatenate([flows.row, idle]).astype(np.intp)
    site = np.concatenate([flows.col, np.full(len(idle), -1)]).astype(np.intp)
    share = np.concatenate([flows.data, amount[idle]])
    order = np.lexsort((site, row))
    return row[order], site[order], share[order]


def _chosen(candidates: Points, points: gpd.GeoSeries, labels: pd.Index, allocation: pd.DataFrame) -> gpd.GeoDataFrame:
    """The candidates chosen, with what falls to each."""
    frame = candidates if isinstance(candidates, gpd.GeoDataFrame) else gpd.GeoDataFrame(geometry=points)
    sites = frame.loc[labels]
    sums = summarise(allocation, sites.geometry).reindex(labels)
    clash = {name: f"{name}_candidate" for name in sums.columns if name in sites}
    rest = pd.DataFrame(sites.drop(columns=sites.geometry.name)).rename(columns=clash)
    geometry = sites.geometry.to_numpy()
    return gpd.GeoDataFrame(pd.concat([sums, rest], axis=1), geometry=geometry, crs=sites.crs)
