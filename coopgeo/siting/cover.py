"""Covering: a point is covered by an open site that is near enough.

Set cover       min  sum_j f_j y_j            s.t.  sum_{j covers i} y_j >= 1 for every i,            y_j in {0, 1}
Maximal cover   max  sum_i w_i z_i            s.t.  sum_{j covers i} y_j >= z_i,  sum_j y_j = p,  y_j in {0, 1}, 0 <=
z_i <= 1

Points that the same sites cover are one row, rows that others imply and sites that others outdo are left out, HiGHS
does the rest.

Sources: C. Toregas, R. Swain, C. ReVelle, L. Bergman, Operations Research 19 (1971); R. Church and C. ReVelle, Papers
of the Regional Science Association 32 (1974); reductions: J. E. Beasley, European J. of Operational Research 31
(1987).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, Faults, InfeasibleError
from coopgeo.siting import arguments
from coopgeo.siting.engine.linear import Answer, Model, exclude
from coopgeo.siting.engine.ranking import rank
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Solution, judged, listed, mask_of, refuse_contradictions

_DENSE_PRODUCT = 4e9  # multiplications that comparing all pairs of rows or columns may take


def _outdone(covers: Mask, cost: Floats) -> Mask:
    """Columns that another column outdoes: it covers all that they cover and costs no more (of equals, the first stays)."""
    count = covers.shape[1]
    if covers.shape[0] * count**2 > _DENSE_PRODUCT:
        return np.zeros(count, dtype=bool)
    ones = covers.astype(np.float32)
    inside = (ones.T @ ones) == covers.sum(axis=0)[:, None]  # [j, k]: all that j covers, k covers too
    inside &= cost[:, None] >= cost[None, :]
    equal = inside & inside.T
    return (inside & ~equal).any(axis=1) | np.tril(equal, -1).any(axis=1)


def reduced(covers: Mask, cost: Floats) -> tuple[Mask, Ints]:
    """Leave out rows that other rows imply and columns that others outdo, again and again; the smaller matrix and its columns."""
    columns = np.arange(covers.shape[1])
    covers = np.unique(covers, axis=0)
    while True:
        idle = _outdone(covers, cost[columns])
        covers, columns = covers[:, ~idle], columns[~idle]
        # A row whose sites are all among those of another row makes that other row idle.
        implied = _outdone(~covers.T, np.zeros(len(covers)))
        covers = covers[~implied]
        if not idle.any() and not implied.any():
            return covers, columns


def fewest(covers: Mask, cost: Floats, watch: Watch, *, excluded: Sequence[frozenset[int]] = (), at_most: int | None = None,
           exactly: int | None = None, rel_gap: float = 1e-6) -> tuple[Ints, Answer] | None:  # fmt: skip
    """Least cost set of columns that covers every row; None if there is none.

    Parameters
    ----------
    covers : ndarray of bool, shape (rows, columns)
    cost : ndarray, shape (columns,)
    watch : Watch
    excluded : sequence of frozenset of int
        Sets of columns that are not to be the answer.
    at_most : int, optional
        Any set of this many columns will do, and none of more.
    exactly : int, optional
        Number of columns; any set of so many will do.
    rel_gap : float
    """
    if not covers.any(axis=1).all():
        return None
    start = None
    if excluded or exactly is not None:
        rows, columns = np.unique(covers, axis=0), np.arange(covers.shape[1])
    else:
        if at_most is not None:
            some = cheapest_first(covers, cost)
            if some.sum() <= at_most:
                return np.flatnonzero(some), Answer(some, float(some.sum()), 0.0, proved=False)
        rows, columns = reduced(covers, cost)
        start = cheapest_first(rows, cost[columns]) if at_most is None else None
    model = Model()
    y = model.variables(cost[columns], 0.0, 1.0, whole=True)
    row, column = np.nonzero(rows)
    model.rows(np.ones(len(rows)), np.inf, (row, y[column], 1.0))
    if at_most is not None:
        model.rows(0.0, at_most, (0, y, 1.0))
    if exactly is not None:
        model.rows(exactly, exactly, (0, y, 1.0))
    exclude(model, y, excluded)
    answer = model.solve(watch, rel_gap=rel_gap, target=at_most if exactly is None else exactly, start=start)
    return None if answer is None else (columns[answer.x[y] > 0.5], answer)


@dataclass(frozen=True)
class Cover:
    """A checked covering problem.

    Attributes
    ----------
    distance : ndarray, shape (points, sites)
    radius : float
    demand : ndarray, shape (points,)
        Demand of each point; None in a set cover, where every point counts.
    opening : ndarray, shape (sites,)
    p : int, optional
        Number of sites of a maximal cover.
    required, forbidden : ndarray of bool, shape (sites,)
    """

    distance: Floats
    radius: float
    demand: Floats | None
    opening: Floats
    p: int | None
    required: Mask
    forbidden: Mask

    @property
    def most_is_best(self) -> bool:
        """A maximal cover is."""
        return self.demand is not None

    def best(
        self, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None
    ) -> list[Solution]:
        """Find the `k` best distinct sets of sites, or as many as there are; best first."""
        refuse_contradictions(self.p, self.required, self.forbidden)
        watch, solve = Watch(time_limit_s, progress), self._most if self.most_is_best else self._least
        return rank(k, watch, lambda excluded: solve(watch, rel_gap, excluded))

    def narrowed(self, *, required: Sequence[int] = (), forbidden: Sequence[int] = ()) -> "Cover":
        """The same problem with further sites required or forbidden."""
        n = len(self.opening)
        return replace(
            self, required=self.required | mask_of(required, n), forbidden=self.forbidden | mask_of(forbidden, n)
        )

    def same_site(self, site: int) -> Sequence[int]:
        """Each column is a place of its own."""
        return [site]

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """Demand covered by a given set of sites, or what the set costs if it covers everything."""
        return self._solution(np.unique(np.asarray(sites, dtype=np.intp)), None, 0.0, Watch(0.0), proved=True)

    def _solution(self, sites: Ints, bound: float | None, rel_gap: float, watch: Watch, *, proved: bool) -> Solution:
        near: Floats = np.where(self.distance[:, sites] <= self.radius, self.distance[:, sites], np.inf)
        reached: Mask = np.asarray(np.isfinite(near).any(axis=1))
        if self.demand is None and not reached.all():
            raise InfeasibleError(
                f"demand points {listed(np.flatnonzero(~reached))} are not within {self.radius:g} of sites {listed(sites)}"
            )
        value = float(self.opening[sites].sum()) if self.demand is None else float(self.demand[reached].sum())
        # What the bound lacks of the value of the very answer is rounding.
        bound = value if bound is None else max(bound, value) if self.most_is_best else min(bound, value)
        gap, status = judged(value, bound, rel_gap, proved=proved)
        assignment = np.where(reached, sites[near.argmin(axis=1)], -1) if len(sites) else np.full(len(reached), -1)
        return Solution(value, bound, gap, status, sites, assignment=assignment, seconds=watch.seconds)

    def _least(self, watch: Watch, rel_gap: float, excluded: list[frozenset[int]]) -> Solution | None:
        covers = self.distance <= self.radius
        allowed = np.flatnonzero(~self.forbidden)
        lacking = np.flatnonzero(~covers[:, allowed].any(axis=1))
        if len(lacking):
            raise InfeasibleError(
                f"demand points {listed(lacking)} are within {self.radius:g} of no site that may open"
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

    def _most(self, watch: Watch, rel_gap: float, excluded: list[frozenset[int]]) -> Solution | None:
        assert self.demand is not None
        assert self.p is not None
        must, free = np.flatnonzero(self.required), np.flatnonzero(~self.required & ~self.forbidden)
        missing = self.p - len(must)
        if not missing:
            return None if excluded else self.evaluate(must.tolist())
        covers = self.distance <= self.radius
        left = (self.demand > 0) & ~covers[:, must].any(axis=1)
        sure = float(self.demand[~left].sum())
        rows, which = np.unique(covers[np.ix_(left, free)], axis=0, return_inverse=True)
        weight = np.bincount(which.ravel(), self.demand[left], minlength=len(rows)).astype(np.float64)
        columns = np.arange(len(free)) if excluded else np.flatnonzero(~_outdone(rows, np.zeros(len(free))))
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


def _within(free: Ints, must: Ints, excluded: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Sets of sites, told as places within `free`."""
    return [frozenset(np.searchsorted(free, sorted(sites - set(must.tolist()))).tolist()) for sites in excluded]


def cheapest_first(rows: Mask, cost: Floats) -> Floats:
    """A first cover: again and again the column that costs least for each further row; the variables of the model."""
    chosen, left = np.zeros(rows.shape[1]), np.ones(len(rows))
    cost = np.maximum(cost, 1e-9 * float(cost.max(initial=0.0))) if cost.any() else np.ones_like(cost)
    while left.any():
        j = int(((left @ rows) / cost).argmax())
        chosen[j] = 1.0
        left[rows[:, j]] = 0.0
    return chosen


def too_few(p: int, least: float, watch: Watch) -> CoopgeoError:
    """What to raise when p sites were not found to reach every point: it takes `least` sites at least."""
    needed = int(np.ceil(least - 1e-6))
    if needed > p:
        return InfeasibleError(f"p = {p} sites cannot reach every demand point; at least {needed} are needed")
    return CoopgeoError(f"no answer was found within {watch.seconds:.3g} s; allow more time")


def _greedy(rows: Mask, weight: Floats, number: int) -> Floats:
    """A first maximal cover: again and again the column that adds most; the variables of the model."""
    chosen, left = np.zeros(rows.shape[1]), weight.copy()
    for _ in range(number):
        gain = np.where(chosen > 0, -1.0, left @ rows)
        j = int(gain.argmax())
        chosen[j] = 1.0
        left[rows[:, j]] = 0.0
    return np.concatenate([chosen, rows @ chosen > 0])


def set_cover_problem(
    distance: ArrayLike,
    radius: float,
    *,
    opening: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
) -> Cover:
    """Check the arguments of `set_cover` and gather every fault; raises `InputError`."""
    faults = Faults("set_cover")
    matrix = arguments.cost_matrix(faults, "distance", distance)
    sites = matrix.shape[1]
    must, never = arguments.site_masks(faults, required, forbidden, sites)
    arguments.number_of_sites(faults, None, np.arange(sites), must, never, may_be_free=True)
    arguments.positive(faults, "radius", radius)
    cost = arguments.per_point(faults, "opening", opening, sites, 1.0)
    faults.raise_if_any()
    return Cover(matrix, float(radius), None, cost, None, must, never)


def max_cover_problem(
    distance: ArrayLike,
    p: int,
    radius: float,
    *,
    demand: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
) -> Cover:
    """Check the arguments of `max_cover` and gather every fault; raises `InputError`."""
    faults = Faults("max_cover")
    matrix = arguments.cost_matrix(faults, "distance", distance)
    points, sites = matrix.shape
    must, never = arguments.site_masks(faults, required, forbidden, sites)
    arguments.number_of_sites(faults, p, np.arange(sites), must, never)
    arguments.positive(faults, "radius", radius)
    weight = arguments.per_point(faults, "demand", demand, points, 1.0)
    faults.raise_if_any()
    return Cover(matrix, float(radius), weight, np.zeros(sites), p, must, never)


def max_cover(
    distance: ArrayLike,
    p: int,
    radius: float,
    *,
    demand: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the p sites that have the most demand within a radius.

    Parameters
    ----------
    distance : array_like, shape (points, sites)
        Distance or time; `inf` = not allowed.
    p : int
        Number of sites to open.
    radius : float
        Largest distance at which a point is covered, in the unit of `distance`.
    demand : array_like, shape (points,), optional
        Demand of each point; 1 each by default.
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open.
    time_limit_s, rel_gap : float
        Limits of the search.
    progress : callable, optional
        Called with a `Progress` now and then.

    Returns
    -------
    Solution
        `value` = demand covered; `bound` lies above it; `assignment` = nearest open site of each covered point, -1 of
        the others.

    Raises
    ------
    InputError
        Before any solver starts, if an argument is wrong.

    Examples
    --------
    >>> answer = max_cover([[0, 5], [4, 2], [9, 3]], 1, 4, demand=[10, 1, 2])
    >>> answer.value, answer.sites, answer.assignment
    (11.0, array([0]), array([ 0,  0, -1]))
    """
    arguments.limits(time_limit_s, rel_gap)
    problem = max_cover_problem(distance, p, radius, demand=demand, required=required, forbidden=forbidden)
    return problem.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)[0]


def set_cover(
    distance: ArrayLike,
    radius: float,
    *,
    opening: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the cheapest sites that have every point within a radius; the fewest, if none has a price.

    Parameters
    ----------
    distance : array_like, shape (points, sites)
        Distance or time; `inf` = not allowed.
    radius : float
        Largest distance at which a point is covered, in the unit of `distance`.
    opening : array_like, shape (sites,), optional
        Cost of opening each site; 1 each by default.
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open.
    time_limit_s, rel_gap : float
        Limits of the search.
    progress : callable, optional
        Called with a `Progress` now and then.

    Returns
    -------
    Solution
        `value` = sum of opening costs; `assignment` = nearest open site of each point.

    Raises
    ------
    InputError
        Before any solver starts, if an argument is wrong.
    InfeasibleError
        If some points are near no site that may open; says which.

    Examples
    --------
    >>> answer = set_cover([[0, 5, 3], [4, 2, 3], [9, 3, 1]], 3)
    >>> answer.value, answer.sites
    (1.0, array([2]))
    """
    arguments.limits(time_limit_s, rel_gap)
    problem = set_cover_problem(distance, radius, opening=opening, required=required, forbidden=forbidden)
    return problem.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)[0]
