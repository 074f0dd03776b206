"""Sites with capacities and opening costs, each demand point served by one of them alone.

Model: see `facility.py`. If demand could be split it would cost less: `capacitated.py` tells how much at least, the
sites that would be best then give a first answer, and its bound tells which sites cannot be in a better one. What is
left is given to HiGHS, with the links x_ij <= y_j and the row that all capacities together hold all demand.

Sources: J. M. Y. Leung and T. L. Magnanti, Mathematical Programming 44 (1989) for the links; K. Holmberg, M.
Ronnqvist, D. Yuan, European J. of Operational Research 113 (1999) for the problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Ints
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import PROVED_GAP
from coopgeo.siting.engine.capacitated import Capacitated
from coopgeo.siting.engine.next_best import Excluded, rank
from coopgeo.siting.engine.transport import Places
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, judged, listed, mask_of

_SHARE_SPLIT, _SHARE_FIRST = 0.2, 0.2  # of the time left: for the problem with split demand, for a first answer
_FIRST_GAP = 1e-3  # of a first answer, within its sites


@dataclass(frozen=True, eq=False)
class SingleSource(Places):
    """A checked problem with capacities in which no demand is split."""

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of places, or as many as there are, best first."""
        self.refuse_what_cannot_be_served()

        def solve(excluded: Excluded, watch: Watch) -> Solution | None:
            return self.by_highs(watch, rel_gap, excluded) if excluded else self._from_split(watch, rel_gap)

        found = rank(k, watch, rel_gap, solve, lambda sites: self.group[sites])
        if not found:
            raise InfeasibleError(self.shortage(watch))
        return found

    def warm(self) -> None:
        """Compile the bound of the problem in which demand may be split."""
        self._split().warm()

    def _split(self) -> Capacitated:
        """The problem in which demand may be split, among the sites that can take a point whole."""
        cost = np.where(self.demand[:, None] <= self.capacity, self.unit_cost, np.inf)
        return Capacitated(
            cost, self.demand, self.opening, self.capacity, self.p, self.group,
            required=self.required, forbidden=self.forbidden,
        )  # fmt: skip

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a set of sites."""
        return self.only(np.asarray(sites, dtype=np.intp)).ranked(1, Watch(np.inf), PROVED_GAP)[0]

    def refuse_what_cannot_be_served(self) -> None:
        """Raise `InfeasibleError` for points that no site can serve, or if all capacities are too small together."""
        fits = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.demand[:, None] <= self.capacity)).any(axis=1)
        reached = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.capacity > 0)).any(axis=1)
        large = np.flatnonzero((self.demand > 0) & reached & ~fits)
        super().refuse_what_cannot_be_served()
        if len(large):
            raise InfeasibleError(
                Message(
                    "demand points {points} are larger than the capacity of every site in reach", points=listed(large)
                )
            )

    def pairs(self) -> tuple[Ints, Ints]:
        """Points and sites of the pairs that may be used."""
        point, site = super().pairs()
        fits = self.demand[point] <= self.capacity[site]
        return point[fits], site[fits]

    @property
    def whole(self) -> bool:
        """Demand is not split."""
        return True

    def _from_split(self, watch: Watch, rel_gap: float) -> Solution | None:
        """Solve with the help of the problem in which demand may be split."""
        split = self._split()
        try:
            relaxed = split.ranked(1, watch.part(share=_SHARE_SPLIT), rel_gap)[0]
        except CoopgeoError:  # no answer, or not in time: the whole model will tell
            return self.by_highs(watch, rel_gap)
        try:
            first = self.only(relaxed.sites).by_highs(watch.part(share=_SHARE_FIRST), _FIRST_GAP)
        except CoopgeoError:
            first = None
        if first is None:
            first = self._filled(relaxed.sites, watch) or self._filled(np.flatnonzero(~self.forbidden), watch)
        if first is None:
            return self.by_highs(watch, rel_gap, bound=relaxed.bound)
        closed, opened = split.fixed_below(first.value, watch)
        n = len(self.opening)
        left = replace(
            self,
            forbidden=self.forbidden | mask_of(np.setdiff1d(closed, first.sites), n),
            required=self.required | mask_of(np.intersect1d(opened, first.sites), n),
        )
        return left.by_highs(watch, rel_gap, first=first, bound=relaxed.bound)

    def by_highs(
        self,
        watch: Watch,
        rel_gap: float,
        excluded: Sequence[frozenset[int]] = (),
        *,
        first: Solution | None = None,
        bound: float = 0.0,
    ) -> Solution | None:
        """Solve by HiGHS, without the sets of places excluded."""
        (point, site), (model, x, y) = self.pairs(), self.model(excluded)
        start = None
        if first is not None and first.assignment is not None:
            start = np.zeros(model.width)
            start[x], start[y[first.sites]] = first.assignment[point] == site, 1.0
        answer = model.solve(watch, rel_gap=rel_gap, start=start)
        if answer is None:
            return None
        sites, used = np.flatnonzero(answer.x[y] > 0.5), answer.x[x] > 0.5
        bound = max(answer.bound, bound)
        if all(
            np.equal(part, np.rint(part)).all()
            for part in (self.opening, self.demand[point] * self.unit_cost[point, site])
        ):
            bound = float(np.ceil(bound - 1e-6))
        return self._solution_of(
            sites, point[used], site[used], bound, rel_gap, watch, proved=answer.proved or bound > answer.bound
        )

    def _filled(self, sites: Ints, watch: Watch) -> Solution | None:
        """A plain answer with a set of sites, if the set is allowed."""
        if (self.p is not None and len(sites) != self.p) or len(np.unique(self.group[sites])) < len(sites):
            return None
        filled = self.fill(sites)
        if filled is None:
            return None
        point, site = filled[1].nonzero()
        return self._solution_of(sites, point, site, 0.0, 0.0, watch, proved=False)

    def _solution_of(
        self, sites: Ints, point: Ints, site: Ints, bound: float, rel_gap: float, watch: Watch, *, proved: bool
    ) -> Solution:
        value = float(np.dot(self.demand[point], self.unit_cost[point, site])) + float(self.opening[sites].sum())
        gap, status = judged(value, min(bound, value), rel_gap, proved=proved)
        near = self.unit_cost[:, sites]
        assignment = (
            np.where(np.isfinite(near).any(axis=1), sites[near.argmin(axis=1)], -1)
            if len(sites)
            else np.full(len(self.demand), -1)
        )
        assignment[point] = site
        flows = csr_array((self.demand[point], (point, site)), shape=self.unit_cost.shape)
        return Solution(
            value, min(bound, value), gap, status, sites, assignment=assignment, flows=(flows,), seconds=watch.seconds
        )
