"""The phased problem, solved by HiGHS branch and cut with strong links in each period; model: see `phased.py`.

With one platform open at most, each choice of each period is worked out as in the static problem, and the plan is the
cheapest path through them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import LEAST_S, PROVED_GAP
from coopgeo.siting.engine.linear import Answer, Model, choose_sites
from coopgeo.siting.engine.phase_path import cheapest_path
from coopgeo.siting.engine.stages import Stages
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import PhasedSolution, how_much, judged, listed, usual

_FLOW_TOLERANCE = 1e-9
_SMALL_FIRST = 1e-3  # cost of serving the largest customer, against 1 for leaving it out
_NEARLY_NOTHING = 1e-6  # share of a demand that is rounding


class _Period(NamedTuple):
    """The variables of one period, and the pairs that its flows belong to."""

    into: tuple[Ints, Ints]
    out: tuple[Ints, Ints]
    straight: tuple[Ints, Ints]
    f: Ints
    g: Ints
    h: Ints
    y: Ints
    u: Ints


@dataclass(frozen=True, eq=False)
class PhasedStages:
    """A checked phased problem; see `phased.py` for the meaning of each array.

    Attributes
    ----------
    inbound : ndarray, shape (periods, sources, platforms)
    outbound : ndarray, shape (periods, platforms, customers)
    direct : ndarray, shape (periods, sources, customers)
        Infinite where nothing may go straight.
    direct_yield : ndarray, shape (sources, customers)
    demand, supply : ndarray, shapes (periods, customers) and (periods, sources)
    running, investment : ndarray, shape (periods, platforms)
    discount, investment_discount : ndarray, shape (periods,)
    capacity : ndarray, shape (platforms,)
    yield_ : ndarray, shape (sources,)
    group : ndarray of int, shape (platforms,)
    p : int, optional
    unmet_cost : ndarray, shape (customers,)
        Infinite for a customer who must be served.
    required, forbidden : ndarray of bool, shape (platforms,)
    kept_share : float
    may_close : bool
    """

    inbound: Floats
    outbound: Floats
    direct: Floats
    direct_yield: Floats
    demand: Floats
    supply: Floats
    running: Floats
    investment: Floats
    discount: Floats
    investment_discount: Floats
    capacity: Floats
    yield_: Floats
    group: Ints
    p: int | None
    unmet_cost: Floats
    required: Mask
    forbidden: Mask
    kept_share: float
    may_close: bool

    def solve(self, watch: Watch, rel_gap: float, plan: Mask | None = None) -> PhasedSolution:
        """The best plan, or the best use of a given one: which platform is open in which period."""
        self._refuse_what_cannot_be_served(plan)
        if plan is None and self.p is not None and self.p <= 1 and (one := self._of_one(watch, rel_gap)):
            return one
        model, periods = self._model(plan)
        answer = model.solve(watch, rel_gap=rel_gap)
        if answer is None:
            raise self._shortage(watch, plan)
        return self._solution(answer, periods, rel_gap, watch)

    def _of_one(self, watch: Watch, rel_gap: float) -> PhasedSolution | None:
        """The best plan of one platform at most, or of none; None if that was not worked out in time."""
        worth = [self._static(t).alone(watch, one=self.p == 1, none=True) for t in range(len(self.demand))]
        steps = [_times(price, self._switch(t)) for t, price in enumerate(self.investment_discount)]
        paths = []
        for yearly in ([one.value for one in worth], [one.bound for one in worth]):
            costs = _times(self.discount[:, None], np.array(yearly))
            costs[0] += steps[0][-1]  # before the first period there is none
            paths.append(cheapest_path(costs, steps[1:]))
        value, bound = paths
        if np.isinf(value.value):
            if np.isinf(bound.value):
                raise self._shortage(watch, None)
            return None
        plan = value.choices[:, None] == np.arange(len(self.group))  # the last choice is none of them
        found = self.solve(watch.part(least_s=LEAST_S), rel_gap, plan)
        gap, status = judged(found.value, min(bound.value, found.value), max(rel_gap, PROVED_GAP))
        return replace(found, bound=min(bound.value, found.value), gap=gap, status=status, seconds=watch.seconds)

    def _static(self, t: int) -> Stages:
        """The problem of one period."""
        priced, straight = np.isfinite(self.unmet_cost).any(), np.isfinite(self.direct[t]).any()
        return Stages(
            inbound=self.inbound[t],
            outbound=self.outbound[t],
            demand=self.demand[t],
            supply=self.supply[t],
            source_opening=np.zeros_like(self.supply[t]),
            capacity=self.capacity,
            opening=self.running[t],
            yield_=self.yield_,
            group=self.group,
            p=None,
            unmet_cost=self.unmet_cost if priced else None,
            direct=self.direct[t] if straight else None,
            direct_yield=self.direct_yield if straight else None,
            required=self.required,
            forbidden=self.forbidden,
        )

    def _switch(self, t: int) -> Floats:
        """What it costs to come to a period with one platform and to go on with another; the last is none."""
        n, (small, large) = len(self.group), self._switches()
        opens = np.append(self.investment[t], 0.0)
        cost = np.tile(opens, (n + 1, 1)) if self.may_close else np.full((n + 1, n + 1), np.inf)
        cost[small, large] = np.minimum(cost[small, large], self._enlargement(t, small, large))
        cost[n] = opens
        np.fill_diagonal(cost, 0.0)
        return cost

    def invested(self, plan: Mask) -> Floats:
        """What each platform costs in the period in which it opens, undiscounted: shape (periods, platforms)."""
        paid, before = np.zeros_like(self.investment), np.zeros(len(self.group), dtype=bool)
        for t, now in enumerate(plan):
            for j in np.flatnonzero(now & ~before):
                former = np.flatnonzero(before & (self.group == self.group[j]))
                paid[t, j] = self.investment[t, j]
                if len(former) and (not self.may_close or self.capacity[j] >= self.capacity[former[0]]):
                    paid[t, j] = min(paid[t, j], self._enlargement(t, former[0], j))
            before = now
        return paid

    def _enlargement(self, t: int, small: Ints | np.intp, large: Ints | np.intp) -> Floats:
        """What the larger size costs in place of the smaller one, whose works serve on in part."""
        return np.maximum(0.0, self.investment[t, large] - self.kept_share * self.investment[t, small])

    def _switches(self) -> tuple[Ints, Ints]:
        """Pairs of sizes of one place of which the second, as large or larger, may take the place of the first."""
        same = self.group[:, None] == self.group[None]
        np.fill_diagonal(same, val=False)
        first, second = np.nonzero(same & (self.capacity[None] >= self.capacity[:, None]))
        return first, second

    def _model(self, plan: Mask | None) -> tuple[Model, list[_Period]]:
        model, unit = Model(), usual(self.demand)
        periods = [self._period(model, unit, t, plan) for t in range(len(self.demand))]
        self._steps(model, [period.y for period in periods])
        return model, periods

    def _period(self, model: Model, unit: float, t: int, plan: Mask | None) -> _Period:
        """The static problem of a period, its costs discounted; amounts are counted in units."""
        weight, (sources, platforms), customers = self.discount[t], self.inbound[t].shape, self.demand.shape[1]
        demand, total = self.demand[t] / unit, float(self.demand[t].sum()) / unit
        may = ~self.forbidden if plan is None else plan[t]
        capacity = np.minimum(self.capacity / unit, total)
        supply = np.minimum(self.supply[t] / unit, self._needed(t, total))
        into = np.nonzero(np.isfinite(self.inbound[t]) & may & (supply > 0)[:, None])
        out = np.nonzero(np.isfinite(self.outbound[t]) & may[:, None] & (demand > 0))
        f = model.variables(weight * unit * self.inbound[t][into])
        g = model.variables(weight * unit * self.outbound[t][out])
        y = model.variables(weight * self.running[t], may if plan is not None else 0.0, may, whole=True)
        straight = np.nonzero(
            np.isfinite(self.direct[t]) & (supply > 0)[:, None] & (self.direct_yield > 0) & (demand > 0)
        )
        h = model.variables(weight * unit * self.direct[t][straight])
        priced = np.isfinite(self.unmet_cost)
        u = model.variables(weight * unit * np.where(priced, self.unmet_cost, 0.0), 0.0, np.where(priced, demand, 0.0))
        model.rows(np.full(sources, -np.inf), supply, (into[0], f, 1.0), (straight[0], h, 1.0))
        model.rows(np.zeros(platforms), 0.0, (into[1], f, self.yield_[into[0]]), (out[0], g, -1.0))
        served = ((out[1], g, 1.0), (straight[1], h, self.direct_yield[straight]))
        model.rows(demand, demand, *served, (np.arange(customers), u, 1.0))
        model.rows(np.full(platforms, -np.inf), 0.0, (out[0], g, 1.0), (np.arange(platforms), y, -capacity))
        link = np.arange(len(g))
        most = np.minimum(demand[out[1]], capacity[out[0]])
        model.rows(np.full(len(g), -np.inf), 0.0, (link, g, 1.0), (link, y[out[0]], -most))
        if not len(h) and not priced.any():
            model.rows(total, np.inf, (0, y, capacity))
        if plan is None:
            choose_sites(model, y, self.group, self.required, None)
            if self.p is not None:
                model.rows(-np.inf, self.p, (0, y, 1.0))
        return _Period((into[0], into[1]), (out[0], out[1]), (straight[0], straight[1]), f, g, h, y, u)

    def _needed(self, t: int, total: float) -> Floats:
        """Units that each source ships at most to meet all demand, by the way that yields least; 0 if none yields.

        More than that no source ships; a large supply would hide the others.
        """
        straight = np.where(np.isfinite(self.direct[t]), self.direct_yield, 0.0)
        shares = np.column_stack([self.yield_, straight])
        least = np.where(shares > 0, shares, np.inf).min(axis=1)
        with np.errstate(over="ignore"):
            return np.where(np.isfinite(least), total / np.maximum(least, 1e-300), 0.0)

    def _steps(self, model: Model, y: Sequence[Ints]) -> None:
        """From period to period a platform opens, stays, is enlarged or, if it may, closes; what is built is paid."""
        n, (small, large) = len(self.group), self._switches()
        each = np.arange(n)
        for t, now in enumerate(y):
            price = self.investment_discount[t]
            opened = model.variables(price * self.investment[t])
            if t == 0:
                model.rows(np.zeros(n), 0.0, (each, now, 1.0), (each, opened, -1.0))
                continue
            stays = model.variables(np.zeros(n))
            grows = model.variables(price * self._enlargement(t, small, large))
            closes = model.variables(np.zeros(n), 0.0, np.inf if self.may_close else 0.0)
            left = ((each, stays, 1.0), (small, grows, 1.0), (each, closes, 1.0))
            model.rows(np.zeros(n), 0.0, (each, y[t - 1], -1.0), *left)
            come = ((each, stays, 1.0), (large, grows, 1.0), (each, opened, 1.0))
            model.rows(np.zeros(n), 0.0, (each, now, -1.0), *come)

    def _solution(self, answer: Answer, periods: list[_Period], rel_gap: float, watch: Watch) -> PhasedSolution:
        unit, x = usual(self.demand), answer.x
        plan = np.array([x[period.y] > 0.5 for period in periods])
        flows = []
        for period in periods:
            parts = [(period.f, period.into, self.inbound[0].shape), (period.g, period.out, self.outbound[0].shape)]
            if np.isfinite(self.direct).any():
                parts.append((period.h, period.straight, self.direct[0].shape))
            flows.append(tuple(_flow(unit * x[part], unit, pairs, shape) for part, pairs, shape in parts))
        unmet = np.array([unit * x[period.u] for period in periods]) if np.isfinite(self.unmet_cost).any() else None
        bound = max(0.0, answer.bound)  # no cost is negative: that much is known without any time
        gap, status = judged(answer.value, bound, rel_gap, proved=answer.proved)
        return PhasedSolution(
            answer.value, bound, gap, status, plan, self.invested(plan), tuple(flows), unmet, watch.seconds
        )

    def _refuse_what_cannot_be_served(self, plan: Mask | None) -> None:
        for t in range(len(self.demand)):
            supplied = (np.isfinite(self.inbound[t]) & (self.supply[t] * self.yield_ > 0)[:, None]).any(axis=0)
            usable = supplied & (~self.forbidden if plan is None else plan[t])
            straight = np.isfinite(self.direct[t]) & (self.supply[t][:, None] * self.direct_yield > 0)
            reached = np.isfinite(self.outbound[t][usable]).any(axis=0) | straight.any(axis=0)
            alone = np.flatnonzero((self.demand[t] > 0) & ~reached & np.isinf(self.unmet_cost))
            if len(alone):
                what = Message(
                    "no platform that can be supplied reaches customers {customers}", customers=listed(alone)
                )
                raise InfeasibleError(Message("period {period}: {what}", period=str(t), what=what))

    def _shortage(self, watch: Watch, plan: Mask | None) -> CoopgeoError:
        """Say who lacks what, and when."""
        if np.isfinite(self.unmet_cost).all():
            if plan is not None:
                return InfeasibleError(Message("the plan closes, or makes smaller, what must stay open or grow"))
            return InfeasibleError(Message("no plan meets p, required, forbidden and groups together"))
        try:
            best = self.without_costs().solve(watch.part(least_s=LEAST_S), PROVED_GAP, plan)
        except InfeasibleError as error:
            return error
        except CoopgeoError:
            return InfeasibleError(Message("demand cannot be met; who lacks what was not found out in time"))
        assert best.unmet is not None  # a price on unmet demand was given
        lacking = np.where(np.isinf(self.unmet_cost), best.unmet, 0.0)
        period, customer = np.nonzero(lacking > _NEARLY_NOTHING * self.demand)
        if not len(period):
            return CoopgeoError(
                Message("no answer was found: amounts or costs differ too much in size to be computed with")
            )
        return InfeasibleError(
            Message(
                "demand cannot be met in every period: {how_much} {unmet:.6g} of {demand:.6g} is lacking ({who})",
                how_much=how_much(least=best.status == "optimal"),
                unmet=float(lacking.sum()),
                demand=float(self.demand.sum()),
                who=[
                    Message(
                        "period {period}, customer {place}: {amount:.6g}",
                        period=str(int(t)),
                        place=str(int(k)),
                        amount=float(lacking[t, k]),
                    )
                    for t, k in zip(period, customer, strict=True)
                ],
            )
        )

    def without_costs(self) -> "PhasedStages":
        """The same problem in which only unmet demand of those who must be served costs, 1 a unit, the small first."""
        last = _SMALL_FIRST * self.demand / max(float(self.demand.max()), 1e-300)
        return replace(
            self,
            inbound=np.where(np.isfinite(self.inbound), 0.0, np.inf),
            outbound=np.where(np.isfinite(self.outbound), last[:, None], np.inf),
            direct=np.where(np.isfinite(self.direct), last[:, None] * self.direct_yield, np.inf),
            running=np.zeros_like(self.running),
            investment=np.zeros_like(self.investment),
            discount=np.ones_like(self.discount),
            unmet_cost=np.where(np.isinf(self.unmet_cost), 1.0, 0.0),
        )


def _times(weight: Floats | float, costs: Floats) -> Floats:
    """Costs times a weight that may be 0; what is not allowed stays so."""
    return np.multiply(weight, costs, out=np.full(costs.shape, np.inf), where=np.isfinite(costs))


def _flow(amounts: Floats, unit: float, pairs: tuple[Ints, Ints], shape: tuple[int, ...]) -> csr_array:
    kept = amounts > _FLOW_TOLERANCE * unit
    return csr_array((amounts[kept], (pairs[0][kept], pairs[1][kept])), shape=shape)
