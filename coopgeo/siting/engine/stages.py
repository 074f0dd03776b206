"""The two-stage problem, solved by HiGHS branch and cut with strong links; model: see `two_stage.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import LEAST_S, PROVED_GAP, Engine
from coopgeo.siting.engine.linear import Answer, Model, choose_sites, exclude
from coopgeo.siting.engine.next_best import rank
from coopgeo.siting.engine.single_platform import SinglePlatforms, single_platforms
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, how_much, judged, lack, listed, mask_of, usual

_FLOW_TOLERANCE = 1e-9
_SMALL_FIRST = 1e-3  # cost of serving the largest customer, against 1 for leaving it out


@dataclass(frozen=True, eq=False)
class Stages(Engine):
    """A checked two-stage problem; see `two_stage.py` for the meaning of each array.

    Attributes
    ----------
    inbound : ndarray, shape (sources, platforms)
    outbound : ndarray, shape (platforms, customers)
    demand, supply, source_opening, capacity, opening, yield_ : ndarray
    group : ndarray of int, shape (platforms,)
        Label of the group of each platform; at most one of a group opens.
    p : int, optional
    unmet_cost : float, optional
    required : ndarray of bool, shape (platforms,)
        A required platform stands for its group: some platform of the group opens.
    """

    inbound: Floats
    outbound: Floats
    demand: Floats
    supply: Floats
    source_opening: Floats
    capacity: Floats
    opening: Floats
    yield_: Floats
    group: Ints
    p: int | None
    unmet_cost: float | None = None

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of places, or as many as there are, best first."""
        if self.unmet_cost is None:
            self._refuse_what_cannot_be_served()
        if (
            self.p == 1
            and self.unmet_cost is None
            and not self.source_opening.any()
            and (one := self._of_one(k, watch))
        ):
            return one
        found = rank(
            k,
            watch,
            rel_gap,
            lambda excluded, watch: self._solve(watch, rel_gap, excluded),
            lambda sites: self.group[sites],
        )
        if not found:
            raise self._shortage(watch)
        return found

    def _of_one(self, k: int, watch: Watch) -> list[Solution]:
        """The `k` best platforms where one is to open, each worked out in full."""
        must = np.isin(self.group, self.group[self.required]) if self.required.any() else np.ones_like(self.forbidden)
        allowed = must & ~self.forbidden
        arrays = (self.inbound, self.outbound, self.demand, self.supply, self.capacity, self.opening, self.yield_)
        worth = single_platforms(*arrays, allowed)
        return [self._alone(int(site), worth, watch) for site in worth.ranked(self.group)[:k]]

    def _alone(self, site: int, worth: SinglePlatforms, watch: Watch) -> Solution:
        """The solution with one platform alone."""
        flows = np.zeros_like(self.inbound), np.zeros_like(self.outbound)
        flows[0][:, site], flows[1][site] = worth.shipped[:, site], self.demand
        value = float(worth.value[site])
        sparse = tuple(csr_array(flow) for flow in flows)
        return Solution(value, value, 0.0, "optimal", np.array([site]), flows=sparse, seconds=watch.seconds)

    def same_site(self, site: int) -> Sequence[int]:
        """All sizes of the place of a platform."""
        return np.flatnonzero(self.group == self.group[site]).tolist()

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a set of platforms."""
        n = len(self.opening)
        mask = mask_of(sites, n)
        return replace(self, p=None, group=np.arange(n), required=mask, forbidden=~mask).ranked(
            1, Watch(np.inf), PROVED_GAP
        )[0]

    def without_costs(self) -> "Stages":
        """The same problem in which only unmet demand costs, 1 a unit, and small customers are served first.

        Its unmet demand is the least there is, and falls on the largest customers: the ones to look at.
        """
        last = _SMALL_FIRST * self.demand / max(float(self.demand.max()), 1e-300)
        return replace(
            self,
            inbound=np.where(np.isfinite(self.inbound), 0.0, np.inf),
            outbound=np.where(np.isfinite(self.outbound), last, np.inf),
            opening=np.zeros_like(self.opening),
            source_opening=np.zeros_like(self.source_opening),
            unmet_cost=1.0,
        )

    def _refuse_what_cannot_be_served(self) -> None:
        usable = ~self.forbidden & (np.isfinite(self.inbound) & (self.supply * self.yield_ > 0)[:, None]).any(axis=0)
        alone = np.flatnonzero((self.demand > 0) & ~np.isfinite(self.outbound[usable]).any(axis=0))
        if len(alone):
            raise InfeasibleError(
                Message("no platform that can be supplied reaches customers {customers}", customers=listed(alone))
            )

    def _shortage(self, watch: Watch) -> CoopgeoError:
        """Say who lacks what."""
        if self.unmet_cost is not None:
            return InfeasibleError(Message("no set of platforms meets p, required, forbidden and groups together"))
        try:
            best = self.without_costs().ranked(1, watch.part(least_s=LEAST_S), PROVED_GAP)[0]
        except InfeasibleError as error:
            return error
        except CoopgeoError:
            return InfeasibleError(Message("demand cannot be met; who lacks what was not found out in time"))
        assert best.unmet is not None  # a price on unmet demand was given
        lacking = np.flatnonzero(best.unmet > 1e-6 * self.demand)
        if not len(lacking):
            return CoopgeoError(
                Message("no answer was found: amounts or costs differ too much in size to be computed with")
            )
        return InfeasibleError(
            Message(
                "demand cannot be met: {how_much} {unmet:.6g} of {demand:.6g} is lacking "
                "(customers: {who}); all sources together can deliver {deliverable:.6g} after losses",
                how_much=how_much(least=best.status == "optimal"),
                unmet=float(best.unmet.sum()),
                demand=float(self.demand.sum()),
                who=[lack(int(k), best.unmet[k]) for k in lacking],
                deliverable=float(self.supply @ self.yield_),
            )
        )

    def _solve(self, watch: Watch, rel_gap: float, excluded: Sequence[frozenset[int]]) -> Solution | None:
        into, out = np.nonzero(np.isfinite(self.inbound)), np.nonzero(np.isfinite(self.outbound))
        (sources, platforms), customers, ones = self.inbound.shape, len(self.demand), np.ones
        model, unit = Model(), usual(self.demand)  # amounts are counted in this unit
        demand, capacity = self.demand / unit, np.minimum(self.capacity, self.demand.sum()) / unit
        # More than all demand no source ships, and nothing where it yields nothing: else a sliver of a source would do.
        with np.errstate(over="ignore"):
            needed = np.where(self.yield_ > 0, self.demand.sum() / np.maximum(self.yield_, 1e-300), 0.0)
        supply = np.minimum(self.supply, needed) / unit
        f, g = model.variables(unit * self.inbound[into]), model.variables(unit * self.outbound[out])
        y = model.variables(self.opening, 0.0, np.where(self.forbidden, 0.0, 1.0), whole=True)
        z = model.variables(self.source_opening, 0.0, 1.0, whole=self.source_opening > 0)
        u = model.variables(
            np.full(customers, unit * (self.unmet_cost or 0.0)),
            0.0,
            np.zeros(customers) if self.unmet_cost is None else demand,
        )
        model.rows(np.full(sources, -np.inf), 0.0, (into[0], f, 1.0), (np.arange(sources), z, -supply))
        model.rows(np.zeros(platforms), 0.0, (into[1], f, self.yield_[into[0]]), (out[0], g, -1.0))
        model.rows(demand, demand, (out[1], g, 1.0), (np.arange(customers), u, 1.0))
        model.rows(np.full(platforms, -np.inf), 0.0, (out[0], g, 1.0), (np.arange(platforms), y, -capacity))
        link = np.arange(len(g))
        model.rows(
            np.full(len(g), -np.inf),
            0.0,
            (link, g, ones(len(g))),
            (link, y[out[0]], -np.minimum(demand[out[1]], capacity[out[0]])),
        )
        if self.unmet_cost is None:
            total = float(demand.sum())
            model.rows(total, np.inf, (0, y, np.minimum(capacity, total)))
            model.rows(total, np.inf, (0, z, supply * self.yield_))
        choose_sites(model, y, self.group, self.required, self.p)
        exclude(model, y, excluded, self.group)
        answer = model.solve(watch, rel_gap=rel_gap)
        return None if answer is None else self._solution(answer, (f, g, y, u), into, out, rel_gap, watch)

    def _solution(
        self,
        answer: Answer,
        parts: tuple[Ints, Ints, Ints, Ints],
        into: tuple[Ints, ...],
        out: tuple[Ints, ...],
        rel_gap: float,
        watch: Watch,
    ) -> Solution:
        unit = usual(self.demand)
        f, g, y, u = (answer.x[part] * amount for part, amount in zip(parts, (unit, unit, 1.0, unit), strict=True))
        flows = []
        for shipped, pairs, shape in ((f, into, self.inbound.shape), (g, out, self.outbound.shape)):
            kept = shipped > _FLOW_TOLERANCE * unit
            flows.append(csr_array((shipped[kept], (pairs[0][kept], pairs[1][kept])), shape=shape))
        bound = max(0.0, answer.bound)  # no cost is negative: that much is known without any time
        gap, status = judged(answer.value, bound, rel_gap, proved=answer.proved)
        unmet = None if self.unmet_cost is None else u
        return Solution(
            answer.value,
            bound,
            gap,
            status,
            np.flatnonzero(y > 0.5),
            flows=tuple(flows),
            unmet=unmet,
            seconds=watch.seconds,
        )
