"""Maximal cover and set cover, reduced and solved by HiGHS; models: see `max_cover.py` and `set_cover.py`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import InfeasibleError, Message
from coopgeo.siting.engine.base import Engine
from coopgeo.siting.engine.covers import fewest, outdone
from coopgeo.siting.engine.linear import Model, exclude
from coopgeo.siting.engine.next_best import rank
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, judged, listed, refuse_contradictions


@dataclass(frozen=True, eq=False)
class CheapestCover(Engine):
    """A checked set cover.

    Attributes
    ----------
    distance : ndarray, shape (points, sites)
    radius : float
    opening : ndarray, shape (sites,)
    """

    distance: Floats
    radius: float
    opening: Floats

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of sites, or as many as there are, best first."""
        refuse_contradictions(None, self.required, self.forbidden)
        return rank(k, watch, rel_gap, lambda excluded, watch: self._least(watch, rel_gap, excluded))

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """What a set of sites costs if it covers everything."""
        return self._solution(np.unique(np.asarray(sites, dtype=np.intp)), np.inf, 0.0, Watch(0.0), proved=True)

    def _solution(self, sites: Ints, bound: float, rel_gap: float, watch: Watch, *, proved: bool) -> Solution:
        assignment = _nearest(self.distance, self.radius, sites)
        lacking = np.flatnonzero(assignment < 0)
        if len(lacking):
            raise InfeasibleError(
                Message(
                    "demand points {points} are not within {radius:g} of sites {sites}",
                    points=listed(lacking),
                    radius=self.radius,
                    sites=listed(sites),
                )
            )
        value = float(self.opening[sites].sum())
        bound = min(bound, value)  # what it lies above the value of the very answer is rounding
        gap, status = judged(value, bound, rel_gap, proved=proved)
        return Solution(value, bound, gap, status, sites, assignment=assignment, seconds=watch.seconds)

    def _least(self, watch: Watch, rel_gap: float, excluded: list[frozenset[int]]) -> Solution | None:
        covers = self.distance <= self.radius
        allowed = np.flatnonzero(~self.forbidden)
        lacking = np.flatnonzero(~covers[:, allowed].any(axis=1))
        if len(lacking):
            raise InfeasibleError(
                Message(
                    "demand points {points} are within {radius:g} of no site that may open",
                    points=listed(lacking),
                    radius=self.radius,
                )
            )
        must = np.flatnonzero(self.required)
        free = np.flatnonzero(~self.required & ~self.forbidden)
        open_rows = ~covers[:, must].any(axis=1)
        spent = float(self.opening[must].sum())
        if not excluded and not open_rows.any():
            return self._solution(must, spent, rel_gap, watch, proved=True)
        if excluded and not len(free):
            return None
        found = fewest(
            covers[np.ix_(open_rows, free)],
            self.opening[free],
            watch,
            excluded=_within(free, must, excluded),
            rel_gap=rel_gap,
        )
        if found is None:
            return None
        chosen, answer = found
        bound = spent + max(0.0, answer.bound)
        if np.equal(self.opening, np.rint(self.opening)).all():
            bound = float(np.ceil(bound - 1e-6)) + 0.0  # no negative zero
        return self._solution(
            np.sort(np.concatenate([must, free[chosen]])), bound, rel_gap, watch, proved=answer.proved
        )


@dataclass(frozen=True, eq=False)
class MostCovered(Engine):
    """A checked maximal cover.

    Attributes
    ----------
    distance : ndarray, shape (points, sites)
    radius : float
    demand : ndarray, shape (points,)
    p : int
    """

    distance: Floats
    radius: float
    demand: Floats
    p: int
    most_is_best = True

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of sites, or as many as there are, best first."""
        refuse_contradictions(self.p, self.required, self.forbidden)
        return rank(k, watch, rel_gap, lambda excluded, watch: self._most(watch, rel_gap, excluded), most_is_best=True)

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """Demand covered by a set of sites."""
        return self._solution(np.unique(np.asarray(sites, dtype=np.intp)), 0.0, 0.0, Watch(0.0), proved=True)

    def _solution(self, sites: Ints, bound: float, rel_gap: float, watch: Watch, *, proved: bool) -> Solution:
        assignment = _nearest(self.distance, self.radius, sites)
        value = float(self.demand[assignment >= 0].sum())
        bound = max(bound, value)  # what it lacks of the value of the very answer is rounding
        gap, status = judged(value, bound, rel_gap, proved=proved)
        return Solution(value, bound, gap, status, sites, assignment=assignment, seconds=watch.seconds)

    def _most(self, watch: Watch, rel_gap: float, excluded: list[frozenset[int]]) -> Solution | None:
        must, free = np.flatnonzero(self.required), np.flatnonzero(~self.required & ~self.forbidden)
        missing = self.p - len(must)
        if not missing:
            return None if excluded else self.evaluate(must.tolist())
        covers = self.distance <= self.radius
        left = (self.demand > 0) & ~covers[:, must].any(axis=1)
        sure = float(self.demand[~left].sum())
        rows, which = np.unique(covers[np.ix_(left, free)], axis=0, return_inverse=True)
        weight = np.bincount(which.ravel(), self.demand[left], minlength=len(rows)).astype(np.float64)
        columns = np.arange(len(free)) if excluded else np.flatnonzero(~outdone(rows, np.zeros(len(free))))
        number = min(missing, len(columns))
        model = Model()
        y, share = model.variables(np.zeros(len(columns)), 0.0, 1.0, whole=True), model.variables(-weight, 0.0, 1.0)
        row, column = np.nonzero(rows[:, columns])
        model.rows(np.zeros(len(rows)), np.inf, (row, y[column], 1.0), (np.arange(len(rows)), share, -1.0))
        model.rows(number, number, (0, y, 1.0))
        exclude(model, y, _within(free, must, excluded))
        start = None if excluded else _greedy(rows[:, columns], weight, number)
        answer = model.solve(watch, rel_gap=rel_gap, offset=sure, sign=-1.0, start=start)
        if answer is None:
            return None
        chosen = columns[answer.x[y] > 0.5]
        spare = np.setdiff1d(np.arange(len(free)), chosen)[
            : missing - len(chosen)
        ]  # sites that add nothing, to make up the number
        bound = min(sure - answer.bound, float(self.demand.sum()))
        if np.equal(self.demand, np.rint(self.demand)).all():
            bound = float(np.floor(bound + 1e-6))
        return self._solution(
            np.sort(np.concatenate([must, free[chosen], free[spare]])), bound, rel_gap, watch, proved=answer.proved
        )


def _nearest(distance: Floats, radius: float, sites: Ints) -> Ints:
    """Nearest of `sites` within the radius of each point, -1 where there is none."""
    if not len(sites):
        return np.full(len(distance), -1)
    column = distance[:, sites].argmin(axis=1)
    within: Mask = distance[np.arange(len(distance)), sites[column]] <= radius
    return np.where(within, sites[column], -1)


def _within(free: Ints, must: Ints, excluded: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Sets of sites, as places within `free`."""
    return [frozenset(np.searchsorted(free, sorted(sites - set(must.tolist()))).tolist()) for sites in excluded]


def _greedy(rows: Mask, weight: Floats, number: int) -> Floats:
    """A first maximal cover: again and again the column that adds most; the variables of the model."""
    chosen, left = np.zeros(rows.shape[1]), weight.copy()
    for _ in range(number):
        gain = np.where(chosen > 0, -1.0, left @ rows)
        j = int(gain.argmax())
        chosen[j] = 1.0
        left[rows[:, j]] = 0.0
    return np.concatenate([chosen, rows @ chosen > 0])
