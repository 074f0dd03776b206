"""Places with capacities that serve demand points: what a set of them costs, and what is lacking.

What a set of sites costs is a transport problem, which HiGHS solves. Model of the whole: see `facility.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import LEAST_S, Engine
from coopgeo.siting.engine.linear import Model, choose_sites, exclude
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import how_much, lack, mask_of, out_of_reach, usual

NEARLY_NOTHING = 1e-9  # share of the demand that is rounding
_UNSERVED = 1e-6  # share of a demand that HiGHS may leave unserved by rounding


class Unmet(NamedTuple):
    """The least that stays unserved: by which sites, how much of each point, and what is proved of it.

    Attributes
    ----------
    sites : ndarray of int
    amounts : ndarray, shape (points,)
    certain : bool
        Whether every set of sites has to leave some demand unserved.
    least : bool
        Whether none leaves less.
    """

    sites: Ints
    amounts: Floats
    certain: bool
    least: bool


@dataclass(frozen=True, eq=False)
class Places(Engine):
    """A checked problem with capacities or groups.

    Attributes
    ----------
    unit_cost : ndarray, shape (points, sites)
    demand : ndarray, shape (points,)
    opening, capacity : ndarray, shape (sites,)
    p : int, optional
    group : ndarray of int, shape (sites,)
        Label of the place of each column; at most one of a place opens.
    required : ndarray of bool, shape (sites,)
        A required column stands for its place: some column of the place opens.
    """

    unit_cost: Floats
    demand: Floats
    opening: Floats
    capacity: Floats
    p: int | None
    group: Ints

    @property
    def whole(self) -> bool:
        """Demand may be split."""
        return False

    def same_site(self, site: int) -> Sequence[int]:
        """All sizes of the place of a column."""
        return np.flatnonzero(self.group == self.group[site]).tolist()

    def only(self, sites: Ints) -> Self:
        """The same problem with just these sites open."""
        n = len(self.opening)
        mask = mask_of(sites, n)
        return replace(self, p=None, group=np.arange(n), required=mask, forbidden=~mask)

    def ship(self, sites: Ints, watch: Watch) -> tuple[float, csr_array] | None:
        """Least cost of serving all demand from a set of sites, opening included, and amounts; None if they cannot."""
        points = np.flatnonzero(self.demand > 0)
        cost, opening = self.unit_cost[np.ix_(points, sites)].astype(np.float64), float(self.opening[sites].sum())
        row, column = np.nonzero(np.isfinite(cost) & (self.capacity[sites] > 0))
        if len(np.unique(row)) < len(points):
            return None
        model = Model()
        if not len(points):
            return opening, csr_array(self.unit_cost.shape)
        if watch.over:
            raise CoopgeoError(Message("no time is left"))
        unit = usual(self.demand)
        x = model.variables(unit * cost[row, column])
        model.rows(self.demand[points] / unit, self.demand[points] / unit, (row, x, 1.0))
        model.rows(np.full(len(sites), -np.inf), self.capacity[sites] / unit, (column, x, 1.0))
        answer = model.solve(watch)
        if answer is None:
            return None
        used = answer.x > NEARLY_NOTHING
        shipped, row, column = unit * answer.x[used], row[used], column[used]
        return float(np.dot(shipped, cost[row, column])) + opening, csr_array(
            (shipped, (points[row], sites[column])), shape=self.unit_cost.shape
        )

    def fill(self, sites: Ints) -> tuple[float, csr_array] | None:
        """Some way of serving all demand from a set of sites, as `ship` gives the best.

        One point after another, those first that lose most by waiting. None if that leaves demand unserved.
        """
        points, room = np.flatnonzero(self.demand > 0), self.capacity[sites].astype(np.float64)
        cost = self.unit_cost[np.ix_(points, sites)].astype(np.float64)
        order = np.argsort(cost, axis=1, kind="stable")
        two = np.sort(np.partition(cost, min(1, len(sites) - 1), axis=1)[:, :2], axis=1)
        loses = np.nan_to_num(two[:, -1] - two[:, 0], nan=0.0, posinf=np.inf)
        rows, columns, units = [], [], []
        for i in np.argsort(-loses, kind="stable"):
            left = float(self.demand[points[i]])
            for j in order[i]:
                if left <= 0 or not np.isfinite(cost[i, j]):
                    break
                part = min(left, room[j]) if not self.whole or room[j] >= left else 0.0
                if part > 0:
                    rows.append(i)
                    columns.append(j)
                    units.append(part)
                    room[j] -= part
                    left -= part
            if left > 0:
                return None
        value = float(np.dot(units, cost[rows, columns])) + float(self.opening[sites].sum())
        return value, csr_array((units, (points[rows], sites[columns])), shape=self.unit_cost.shape)

    def pairs(self) -> tuple[Ints, Ints]:
        """Points and sites of the pairs that may be used."""
        point, site = np.nonzero(np.isfinite(self.unit_cost) & ~self.forbidden & (self.demand > 0)[:, None])
        return point, site

    def model(self, excluded: Sequence[frozenset[int]], unmet_cost: float | None = None) -> tuple[Model, Ints, Ints]:
        """The whole model for HiGHS; with `unmet_cost`, only unmet demand costs anything."""
        point, site = self.pairs()
        some, total = np.flatnonzero(self.demand > 0), float(self.demand.sum())
        model, free, unit = Model(), 0.0 if unmet_cost else 1.0, usual(self.demand)
        x = model.variables(free * self.demand[point] * self.unit_cost[point, site], 0.0, 1.0, whole=self.whole)
        y = model.variables(free * self.opening, 0.0, np.where(self.forbidden, 0.0, 1.0), whole=True)
        row = np.searchsorted(some, point)
        served = [(row, x, 1.0)]
        if unmet_cost:
            unmet = model.variables(unmet_cost * self.demand[some] / unit, 0.0, 1.0)
            served.append((np.arange(len(some)), unmet, 1.0))
        model.rows(np.ones(len(some)), 1.0, *served)
        link = np.arange(len(x))
        model.rows(np.full(len(x), -np.inf), 0.0, (link, x, 1.0), (link, y[site], -1.0))
        tight = np.flatnonzero(self.capacity < total)
        if len(tight):
            inside = np.isin(site, tight)
            row = np.searchsorted(tight, site[inside])
            load, room = self.demand[point[inside]] / unit, self.capacity[tight] / unit
            model.rows(
                np.full(len(tight), -np.inf), 0.0, (row, x[inside], load), (np.arange(len(tight)), y[tight], -room)
            )
            if not unmet_cost:
                model.rows(total / unit, np.inf, (0, y, np.minimum(self.capacity, total) / unit))
        choose_sites(model, y, self.group, self.required, self.p)
        exclude(model, y, excluded, self.group)
        return model, x, y

    def refuse_what_cannot_be_served(self) -> None:
        """Raise `InfeasibleError` for points out of reach, or if all capacities are too small together."""
        lacking = self.out_of_reach()
        if len(lacking):
            raise out_of_reach(lacking)
        self.refuse_too_little_room(self.p)

    def out_of_reach(self) -> Ints:
        """The points with a demand that no site with a capacity may serve."""
        reached = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.capacity > 0)).any(axis=1)
        return np.flatnonzero((self.demand > 0) & ~reached)

    def refuse_too_little_room(self, number: int | None, rounding: float = 1e-12) -> None:
        """Raise `InfeasibleError` if the largest sites that may open, so many or all, are too small together."""
        places = np.zeros(int(self.group.max()) + 1)
        enough = np.minimum(self.capacity, self.demand.sum())  # of more than all demand nothing comes
        np.maximum.at(places, self.group[~self.forbidden], enough[~self.forbidden])
        most = np.sort(places)[::-1][:number].sum()
        if most < self.demand.sum() * (1 - rounding):
            these = Message("all sites that may open")
            if number is not None:
                these = Message("the {p} largest sites that may open", p=number)
            raise InfeasibleError(
                Message(
                    "capacity is short: {these} hold {most:.6g} of {demand:.6g}, {lacking:.6g} too little",
                    these=these,
                    most=float(most),
                    demand=float(self.demand.sum()),
                    lacking=float(self.demand.sum() - most),
                )
            )

    def least_unmet(self, watch: Watch) -> Unmet | None:
        """Sites that leave the least demand unserved, and what each point lacks.

        None if no set of sites is allowed at all.

        Raises
        ------
        CoopgeoError
            If the limit came before any answer.
        """
        some = np.flatnonzero(self.demand > 0)
        model, _, y = self.model((), unmet_cost=1.0)
        answer = model.solve(watch.part(least_s=LEAST_S))
        if answer is None:
            return None
        unmet = np.zeros(len(self.demand))
        unmet[some] = answer.x[len(answer.x) - len(some) :] * self.demand[some]
        unmet[unmet <= _UNSERVED * self.demand] = 0.0
        sure = answer.proved or answer.bound > _UNSERVED * float(self.demand.sum()) / usual(self.demand)
        return Unmet(np.flatnonzero(answer.x[y] > 0.5), unmet, sure and bool(unmet.any()), answer.proved)

    def shortage(self, watch: Watch) -> Message:
        """Say who lacks what, where it is known that there is no answer."""
        try:
            least = self.least_unmet(watch)
        except CoopgeoError:
            return Message("no set of sites can serve all demand; who lacks what was not found out in time")
        if least is None:
            return Message("no set of sites meets p, required, forbidden and groups together")
        unmet = least.amounts
        lacking = np.flatnonzero(unmet)
        if not len(lacking):
            return Message("no set of sites meets p, required, forbidden, groups and capacities together")
        what = Message("the sites in reach cannot serve all demand points")
        if self.whole:
            what = Message("the sites in reach cannot serve all demand points, each from one site")
        return Message(
            "{what}: {how_much} {unmet:.6g} of {demand:.6g} is lacking (points: {who})",
            what=what,
            how_much=how_much(least=least.least),
            unmet=float(unmet.sum()),
            demand=float(self.demand.sum()),
            who=[lack(i, unmet[i]) for i in lacking[:20]],
        )
