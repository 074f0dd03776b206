"""Facility location: sites with an opening cost, and perhaps a capacity, against the cost of serving from afar.

    min  sum_i w_i sum_j c_ij x_ij + sum_j f_j y_j
    s.t. sum_j x_ij = 1                              every point is served
         x_ij <= min(1, K_j / w_i) y_j               by open sites only (x_ij <= y_j where points have one site each)
         sum_i w_i x_ij <= K_j y_j                   within their capacity
         sum_j min(K_j, W) y_j >= W                  which together suffices for all demand W (implied, but sharpens the bound)
         sum_{j in group} y_j <= 1,  sum_j y_j = p   one size a site; p sites, if p is given
         0 <= x <= 1, whole where points have one site each;  y in {0, 1}

Sources: M. L. Balinski, Management Science 12 (1965); J. M. Y. Leung and T. L. Magnanti, Mathematical Programming 44 (1989) for the links;
K. Holmberg, M. Ronnqvist, D. Yuan, European J. of Operational Research 113 (1999) for single source.

Without capacities and groups every point goes to its nearest open site, and `uncapacitated.py` solves the problem. Otherwise HiGHS does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from coopgeo.errors import Faults, InfeasibleError
from coopgeo.siting import checks
from coopgeo.siting.cover import exclude
from coopgeo.siting.linear import Answer, Model
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Floats, Ints, Mask, Solution, judged, listed, mask_of
from coopgeo.siting.uncapacitated import Uncapacitated

_NEARLY_NOTHING = 1e-9


@dataclass(frozen=True)
class FacilityLocation:
    """A checked problem with capacities or groups.

    Attributes
    ----------
    unit_cost : ndarray, shape (points, sites)
    demand : ndarray, shape (points,)
    opening, capacity : ndarray, shape (sites,)
    single_source : bool
    p : int, optional
    group : ndarray of int, shape (sites,)
        Label of the place of each column; at most one of a place opens.
    required, forbidden : ndarray of bool, shape (sites,)
        A required column stands for its place: some column of the place opens.
    """

    unit_cost: Floats
    demand: Floats
    opening: Floats
    capacity: Floats
    single_source: bool
    p: int | None
    group: Ints
    required: Mask
    forbidden: Mask

    @property
    def most_is_best(self) -> bool:
        """The least cost is."""
        return False

    def best(self, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None) -> list[Solution]:
        """Find the `k` best distinct sets of places, or as many as there are; best first."""
        watch, found = Watch(time_limit_s, progress), list[Solution]()
        self._refuse_what_cannot_be_served()
        while len(found) < k and not (found and watch.over):
            solution = self._solve(watch, rel_gap, [frozenset(self.group[one.sites].tolist()) for one in found])
            if solution is None:
                if not found:
                    raise InfeasibleError(self._shortage(watch))
                break
            found.append(solution)
        return found

    def narrowed(self, *, required: Sequence[int] = (), forbidden: Sequence[int] = ()) -> "FacilityLocation":
        """The same problem with further sites required or forbidden."""
        n = len(self.opening)
        return replace(self, required=self.required | mask_of(required, n), forbidden=self.forbidden | mask_of(forbidden, n))

    def same_site(self, site: int) -> Sequence[int]:
        """All sizes of the place of a column."""
        return np.flatnonzero(self.group == self.group[site]).tolist()

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a given set of sites."""
        n = len(self.opening)
        mask = mask_of(sites, n)
        return replace(self, p=None, group=np.arange(n), required=mask, forbidden=~mask).best(1)[0]

    def _solve(self, watch: Watch, rel_gap: float, excluded: Sequence[frozenset[int]]) -> Solution | None:
        model, x, y = self.model(excluded)
        answer = model.solve(watch, rel_gap=rel_gap)
        if answer is None:
            return None
        return self._solution(answer, x, np.flatnonzero(answer.x[y] > 0.5), rel_gap, watch)

    def pairs(self) -> tuple[Ints, Ints]:
        """Points and sites of the pairs that may be used."""
        usable = np.isfinite(self.unit_cost) & ~self.forbidden & (self.demand > 0)[:, None]
        if self.single_source:
            usable &= self.demand[:, None] <= self.capacity
        point, site = np.nonzero(usable)
        return point, site

    def model(self, excluded: Sequence[frozenset[int]], unmet_cost: float | None = None) -> tuple[Model, Ints, Ints]:
        """The model of the module's head; with `unmet_cost`, only unmet demand costs anything."""
        point, site = self.pairs()
        wanted, total = np.flatnonzero(self.demand > 0), float(self.demand.sum())
        model, free = Model(), 0.0 if unmet_cost else 1.0
        x = model.variables(free * self.demand[point] * self.unit_cost[point, site], 0.0, 1.0, whole=self.single_source)
        y = model.variables(free * self.opening, 0.0, np.where(self.forbidden, 0.0, 1.0), whole=True)
        row = np.searchsorted(wanted, point)
        served = [(row, x, 1.0)]
        if unmet_cost:
            unmet = model.variables(unmet_cost * self.demand[wanted], 0.0, 1.0)
            served.append((np.arange(len(wanted)), unmet, 1.0))
        model.rows(np.ones(len(wanted)), 1.0, *served)
        share = np.ones(len(x)) if self.single_source else np.minimum(1.0, self.capacity[site] / self.demand[point])
        link = np.arange(len(x))
        model.rows(np.full(len(x), -np.inf), 0.0, (link, x, 1.0), (link, y[site], -share))
        tight = np.flatnonzero(self.capacity < total)
        if len(tight):
            inside = np.isin(site, tight)
            row = np.searchsorted(tight, site[inside])
            model.rows(
                np.full(len(tight), -np.inf), 0.0, (row, x[inside], self.demand[point[inside]]), (np.arange(len(tight)), y[tight], -self.capacity[tight])
            )
            if not unmet_cost:
                model.rows(total, np.inf, (0, y, np.minimum(self.capacity, total)))
        at_least = np.zeros(int(self.group.max()) + 1)
        at_least[self.group[self.required]] = 1.0
        model.rows(at_least, 1.0, (self.group, y, 1.0))
        if self.p is not None:
            model.rows(self.p, self.p, (0, y, 1.0))
        exclude(model, y, excluded, self.group)
        return model, x, y

    def _solution(self, answer: Answer, x: Ints, sites: Ints, rel_gap: float, watch: Watch) -> Solution:
        point, site = self.pairs()
        share = np.where(answer.x[x] > (0.5 if self.single_source else _NEARLY_NOTHING), answer.x[x], 0.0)
        if self.single_source:
            share = np.rint(share)
        used = share > 0
        amount = self.demand[point] * share
        value = float(np.dot(amount[used], self.unit_cost[point[used], site[used]])) + float(self.opening[sites].sum())
        bound = min(answer.bound, value)
        if self.single_source and all(np.equal(part, np.rint(part)).all() for part in (self.opening, self.demand[point] * self.unit_cost[point, site])):
            bound = min(np.ceil(bound - 1e-6), value)
        gap, status = judged(value, bound, rel_gap, proved=answer.proved)
        assignment, flows = None, (csr_array((amount[used], (point[used], site[used])), shape=self.unit_cost.shape),)
        if self.single_source:
            near = self.unit_cost[:, sites]
            assignment = np.where(np.isfinite(near).any(axis=1), sites[near.argmin(axis=1)], -1) if len(sites) else np.full(len(self.demand), -1)
            assignment[point[used]] = site[used]
        return Solution(value, bound, gap, status, sites, assignment=assignment, flows=flows, seconds=watch.seconds)

    def _refuse_what_cannot_be_served(self) -> None:
        wanted = self.demand > 0
        reached = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.capacity > 0)).any(axis=1)
        lacking = np.flatnonzero(wanted & ~reached)
        if len(lacking):
            raise InfeasibleError(f"demand points {listed(lacking)} are out of reach of every site that may open")
        if self.single_source:
            fits = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.demand[:, None] <= self.capacity)).any(axis=1)
            large = np.flatnonzero(wanted & ~fits)
            if len(large):
                raise InfeasibleError(f"demand points {listed(large)} are larger than the capacity of every site in reach")
        places = np.zeros(int(self.group.max()) + 1)
        np.maximum.at(places, self.group[~self.forbidden], self.capacity[~self.forbidden])
        most = np.sort(places)[::-1][: self.p].sum()
        if most < self.demand.sum() * (1 - 1e-12):
            these = "all sites that may open" if self.p is None else f"the {self.p} largest sites that may open"
            raise InfeasibleError(f"capacity is short: {these} hold {most:.6g} of {self.demand.sum():.6g}, {self.demand.sum() - most:.6g} too little")

    def _shortage(self, watch: Watch) -> str:
        """Say who lacks what."""
        wanted = np.flatnonzero(self.demand > 0)
        model, _, _ = self.model((), unmet_cost=1.0)
        answer = model.solve(Watch(max(1.0, watch.left_s)))
        if answer is None:
            return "no set of sites meets p, required, forbidden and groups together"
        unmet = answer.x[-len(wanted) :] * self.demand[wanted]
        lacking = unmet > 1e-6 * self.demand[wanted]
        if not lacking.any():
            return "no set of sites meets p, required, forbidden, groups and capacities together"
        whole = ", each from one site" if self.single_source else ""
        who = "; ".join(f"{i} lacks {short:.6g}" for i, short in zip(wanted[lacking][:20], unmet[lacking][:20], strict=True))
        return f"the sites in reach cannot serve all demand points{whole}: at least {unmet.sum():.6g} of {self.demand.sum():.6g} is lacking (points: {who})"


def facility_location_problem(
    unit_cost: ArrayLike,
    demand: ArrayLike,
    opening: ArrayLike,
    *,
    capacity: ArrayLike | None = None,
    single_source: bool = False,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
) -> FacilityLocation | Uncapacitated:
    """Check the arguments of `facility_location` and gather every fault; raises `InputError`."""
    faults = Faults("facility_location")
    matrix = checks.cost_matrix(faults, "unit_cost", unit_cost)
    points, sites = matrix.shape
    must, never = (checks.site_mask(faults, name, given, sites) for name, given in (("required", required), ("forbidden", forbidden)))
    checks.number_of_sites(faults, p, sites, must, never, may_be_free=True)
    weight = checks.per_point(faults, "demand", demand, points, 1.0)
    fixed = checks.per_point(faults, "opening", opening, sites, 0.0)
    room = np.full(sites, np.inf) if capacity is None else checks.amounts(faults, "capacity", capacity, (sites,))
    group = checks.labels(faults, "groups", groups, sites)
    faults.raise_if_any()
    if np.isinf(room).all() and len(np.unique(group)) == sites:
        return Uncapacitated(matrix, weight, fixed, p, must, never)
    return FacilityLocation(matrix, weight, fixed, room, single_source, p, group, must, never)


def facility_location(
    unit_cost: ArrayLike,
    demand: ArrayLike,
    opening: ArrayLike,
    *,
    capacity: ArrayLike | None = None,
    single_source: bool = False,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sequence[int] | Mask = (),
    forbidden: Sequence[int] | Mask = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the sites that serve all demand at the least cost of opening and serving.

    Parameters
    ----------
    unit_cost : array_like, shape (points, sites)
        Cost of a unit of demand of a point served from a site; `inf` = not allowed.
    demand : array_like, shape (points,)
        Units of demand. A point without demand may stay out of reach.
    opening : array_like, shape (sites,)
        Cost of opening each site.
    capacity : array_like, shape (sites,), optional
        Units of demand that each site can serve, `inf` for no limit; no limits by default.
    single_source : bool
        Whether each point is served by one site alone.
    p : int, optional
        Number of sites to open; free by default.
    groups : array_like, shape (sites,), optional
        Sites with the same label exclude each other (sizes of one platform).
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open. A required site with a group stands for the group.
    time_limit_s, rel_gap : float
        Limits of the search.
    progress : callable, optional
        Called with a `Progress` now and then.

    Returns
    -------
    Solution
        `value` = sum of demand times unit cost, plus opening; `assignment` where each point has one site, `flows` = (points x sites,) where it may be split.

    Raises
    ------
    InputError
        Before any solver starts, if an array has the wrong shape, a NaN or a negative entry, or p does not fit.
    InfeasibleError
        If the demand cannot be served; says which points are out of reach, or how much capacity is lacking.

    Examples
    --------
    >>> answer = facility_location([[1, 4], [4, 1]], [10, 10], [5, 30], capacity=[15, 20])
    >>> answer.value, answer.status, answer.sites
    (55.0, 'optimal', array([0, 1]))
    """
    checks.limits(time_limit_s, rel_gap)
    problem = facility_location_problem(unit_cost, demand, opening, capacity=capacity, single_source=single_source, p=p, groups=groups,
                                        required=required, forbidden=forbidden)  # fmt: skip
    return problem.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)[0]
