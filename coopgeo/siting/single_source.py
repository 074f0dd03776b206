"""Sites with capacities and opening costs, each demand point served by one of them alone.

Model: see `facility.py`; the whole of it is given to HiGHS, with the links x_ij <= y_j and the row that all capacities together hold all demand.

Sources: J. M. Y. Leung and T. L. Magnanti, Mathematical Programming 44 (1989) for the links; K. Holmberg, M. Ronnqvist, D. Yuan, European J. of
Operational Research 113 (1999) for the problem.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from coopgeo.errors import InfeasibleError
from coopgeo.siting.capacitated import Capacitated
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.ranking import rank
from coopgeo.siting.solution import Ints, Solution, judged, listed


class SingleSource(Capacitated):
    """A checked problem with capacities in which no demand is split."""

    def best(self, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None) -> list[Solution]:
        """Find the `k` best distinct sets of places, or as many as there are; best first."""
        watch = Watch(time_limit_s, progress)
        self.refuse_what_cannot_be_served()
        found = rank(k, watch, lambda excluded: self._solve(watch, rel_gap, excluded), lambda sites: self.group[sites])
        if not found:
            raise InfeasibleError(self.shortage(watch))
        return found

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a given set of sites."""
        return self.only(np.asarray(sites, dtype=np.intp)).best(1)[0]

    def refuse_what_cannot_be_served(self) -> None:
        """Raise `InfeasibleError` for points that no site can serve, or if all capacities are too small together."""
        fits = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.demand[:, None] <= self.capacity)).any(axis=1)
        reached = (np.isfinite(self.unit_cost) & ~self.forbidden & (self.capacity > 0)).any(axis=1)
        large = np.flatnonzero((self.demand > 0) & reached & ~fits)
        super().refuse_what_cannot_be_served()
        if len(large):
            raise InfeasibleError(f"demand points {listed(large)} are larger than the capacity of every site in reach")

    def pairs(self) -> tuple[Ints, Ints]:
        """Points and sites of the pairs that may be used."""
        point, site = super().pairs()
        fits = self.demand[point] <= self.capacity[site]
        return point[fits], site[fits]

    @property
    def whole(self) -> bool:
        """Demand is not split."""
        return True

    def _solve(self, watch: Watch, rel_gap: float, excluded: Sequence[frozenset[int]]) -> Solution | None:
        model, x, y = self.model(excluded)
        answer = model.solve(watch, rel_gap=rel_gap)
        if answer is None:
            return None
        sites, (point, site) = np.flatnonzero(answer.x[y] > 0.5), self.pairs()
        used = answer.x[x] > 0.5
        value = float(np.dot(self.demand[point[used]], self.unit_cost[point[used], site[used]])) + float(self.opening[sites].sum())
        bound = min(answer.bound, value)
        if all(np.equal(part, np.rint(part)).all() for part in (self.opening, self.demand[point] * self.unit_cost[point, site])):
            bound = min(float(np.ceil(bound - 1e-6)), value)
        gap, status = judged(value, bound, rel_gap, proved=answer.proved)
        near = self.unit_cost[:, sites]
        assignment = np.where(np.isfinite(near).any(axis=1), sites[near.argmin(axis=1)], -1) if len(sites) else np.full(len(self.demand), -1)
        assignment[point[used]] = site[used]
        flows = csr_array((self.demand[point[used]], (point[used], site[used])), shape=self.unit_cost.shape)
        return Solution(value, bound, gap, status, sites, assignment=assignment, flows=(flows,), seconds=watch.seconds)
