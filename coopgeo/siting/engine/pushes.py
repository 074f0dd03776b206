"""The problem of outputs that must go somewhere, solved by HiGHS branch and cut; model: see `push.py`.

What enters which platform is a problem of places with capacities (`transport.py`), the sources being the points. An
output of a platform that no outlet with a limit takes for less goes the one cheapest way: its cost is part of that of
entering the platform. Where outlets pay, every unit of an output costs as much more as the best of them pays, also in
plants that do not split: all of it must go somewhere, so that this adds the same to every answer, and no cost is
negative. With one platform at most all flows are known (`disposal.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import PROVED_GAP
from coopgeo.siting.engine.disposal import Disposal, Last, cheapest_disposal, last_ways
from coopgeo.siting.engine.linear import Answer, Model
from coopgeo.siting.engine.next_best import rank
from coopgeo.siting.engine.single_platform import best_of_each
from coopgeo.siting.engine.transport import NEARLY_NOTHING, Places
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, how_much, judged, lack, listed, usual

_ROUNDING = 1e-9  # of all costs and gains, or of all supply: what differs by less is the same
_MOST_ROUNDS = 3
_MOST_SHOWN = 20


class _Program(NamedTuple):
    """A model, and what its variables stand for.

    Attributes
    ----------
    model : Model
    x, y, g : ndarray of int
        Variables: share of a source that enters a platform, open, units to an outlet.
    pairs : tuple of ndarray of int
        Source and platform of each x.
    outlets : tuple of ndarray of int
        Platform and outlet of each g; only outlets with a limit that beat the last way.
    last : Last
    added : float
        What every answer costs too much in the model, whose costs are 0 or more.
    """

    model: Model
    x: Ints
    y: Ints
    g: Ints
    pairs: tuple[Ints, ...]
    outlets: tuple[Ints, ...]
    last: Last
    added: float


@dataclass(frozen=True, eq=False)
class Pushes(Places):
    """A checked problem; see `push.py`. Of `Places`, the points are the sources, `demand` is what they have.

    Attributes
    ----------
    shares : ndarray, shape (sources, outputs)
    outlet_cost : ndarray, shape (platforms, outlets)
    outlet_output : ndarray of int, shape (outlets,)
    outlet_capacity : ndarray, shape (outlets,)
    waste_cost : ndarray, shape (outputs,)
    splits : ndarray of bool, shape (platforms,)
    at_most : int, optional
    """

    shares: Floats
    outlet_cost: Floats
    outlet_output: Ints
    outlet_capacity: Floats
    waste_cost: Floats
    splits: Mask
    at_most: int | None

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of places, or as many as there are, best first."""
        lacking, most = self.out_of_reach(), self.at_most if self.p is None else self.p
        if len(lacking):
            raise InfeasibleError(Message("sources {sources} reach no platform that may open", sources=listed(lacking)))
        self.refuse_too_little_room(most, _ROUNDING)
        if most == 1:
            found = self._of_few(k, watch)
        else:
            found = rank(
                k,
                watch,
                rel_gap,
                lambda excluded, part: self._solve(part, rel_gap, excluded),
                lambda sites: self.group[sites],
            )
        if not found:
            raise self._no_way_in(watch)
        return found

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a set of platforms."""
        few = 1 if len(sites) == 1 else None
        return replace(self.only(np.asarray(sites, dtype=np.intp)), p=few, at_most=None).ranked(
            1, Watch(np.inf), PROVED_GAP
        )[0]

    def alone(self) -> Floats:
        """What each platform costs when it alone is open; `inf` where it may not be, or cannot take in all there is."""
        return self._alone(self._all_disposed())

    def model(self, excluded: Sequence[frozenset[int]], unmet_cost: float | None = None) -> tuple[Model, Ints, Ints]:
        """The model of what enters which platform; with `unmet_cost`, only what enters none costs anything."""
        model, x, y = super().model(excluded, unmet_cost)
        if self.at_most is not None:
            model.rows(-np.inf, self.at_most, (0, y, 1.0))
        return model, x, y

    @property
    def _amounts(self) -> Floats:
        """What there is of each output if all is split."""
        return self.demand @ self.shares

    def _all_disposed(self) -> Disposal:
        return cheapest_disposal(
            self._amounts, self.outlet_cost, self.outlet_output, self.outlet_capacity, self.waste_cost
        )

    def _alone(self, disposal: Disposal) -> Floats:
        into = self.demand @ np.where((self.demand > 0)[:, None], self.unit_cost, 0.0)
        value = into + self.opening + np.where(self.splits, disposal.cost, 0.0)
        may = ~self.forbidden & (self.capacity >= self.demand.sum() * (1 - _ROUNDING))
        for group in np.unique(self.group[self.required]):
            may &= self.group == group
        return np.where(may, value, np.inf)

    def _of_few(self, k: int, watch: Watch) -> list[Solution]:
        """The `k` best choices where one platform is to open at most: every one of them is worked out."""
        disposal = self._all_disposed()
        none = not self.demand.any() and self.p is None and not self.required.any()
        value = np.append(self._alone(disposal), 0.0 if none else np.inf)
        found = []
        for choice in best_of_each(value, np.append(self.group, self.group.max() + 1))[:k].tolist():
            into, out = np.zeros_like(self.unit_cost), np.zeros_like(self.outlet_cost)
            wasted, sites = np.zeros_like(disposal.wasted), np.arange(len(self.opening))[choice : choice + 1]
            into[:, sites] = self.demand[:, None]
            split = sites[self.splits[sites]]
            out[split], wasted[split] = disposal.taken[split], disposal.wasted[split]
            cost = float(value[choice])
            gap, status = judged(cost, cost, PROVED_GAP)
            flows = self._flows(into, out, wasted)
            found.append(Solution(cost, cost, gap, status, sites, flows=flows, seconds=watch.seconds))
        return found

    def _flows(self, into: Floats, out: Floats, wasted: Floats) -> tuple[csr_array, ...]:
        """The three flows, without what is but rounding."""
        least = NEARLY_NOTHING * usual(self.demand)
        return csr_array(into), *(
            csr_array(np.where(flow > least * self.shares.max(), flow, 0.0)) for flow in (out, wasted)
        )

    def _program(self, excluded: Sequence[frozenset[int]]) -> "_Program":
        """The whole model for HiGHS, without negative costs."""
        amounts, unit, (source, site) = self._amounts, usual(self.demand), self.pairs()
        last = last_ways(amounts, self.outlet_cost, self.outlet_output, self.outlet_capacity, self.waste_cost)
        may_split = (self.splits & ~self.forbidden)[:, None]
        platform, outlet = pairs = np.nonzero(last.better & may_split)
        output = self.outlet_output[outlet]
        cheapest = np.where(may_split, last.cost, 0.0).min(axis=0)
        np.minimum.at(cheapest, output, self.outlet_cost[pairs])
        pays = np.maximum(-cheapest, 0.0)
        limited = np.zeros(last.cost.shape, dtype=bool)
        limited[platform, output] = True
        fixed = np.where(self.splits[:, None], np.where(limited, 0.0, last.cost + pays), pays)
        model, x, y = replace(self, unit_cost=self.unit_cost + self.shares @ fixed.T).model(excluded)
        g = model.variables(unit * (self.outlet_cost[pairs] + pays[output]))
        u = model.variables(unit * (last.cost + pays)[limited])
        row = np.cumsum(limited).reshape(limited.shape) - 1
        outgoing = (row[platform, output], g, -1.0), (np.arange(len(u)), u, -1.0)
        incoming = []
        for one, share in enumerate(self.shares.T):
            inside = limited[site, one]
            incoming.append((row[site[inside], one], x[inside], (self.demand * share / unit)[source[inside]]))
        model.rows(np.zeros(len(u)), 0.0, *incoming, *outgoing)
        room, (used, number), link = (
            self.outlet_capacity / unit,
            np.unique(outlet, return_inverse=True),
            np.arange(len(g)),
        )
        model.rows(np.full(len(used), -np.inf), room[used], (number, g, 1.0))
        model.rows(np.full(len(g), -np.inf), 0.0, (link, g, 1.0), (link, y[platform], -room[outlet]))
        return _Program(model, x, y, g, (source, site), pairs, last, float(amounts @ pays))

    def _solve(self, watch: Watch, rel_gap: float, excluded: Sequence[frozenset[int]]) -> Solution | None:
        program, tight, start = self._program(excluded), rel_gap, None
        for _ in range(_MOST_ROUNDS):
            part = watch if start is None else watch.part()  # whose bounds would begin anew: nobody is told
            answer = program.model.solve(part, rel_gap=tight, start=start, offset=-program.added)
            if answer is None:
                return None
            found = self._solution(program, answer, rel_gap, watch)
            if found.status == "optimal" or not answer.proved or watch.over:
                break
            # It is proved with what was added to the costs, of which the gap is a smaller share.
            tight, start = 0.5 * rel_gap * abs(found.value) / answer.value, answer.x
        return found

    def _solution(self, program: "_Program", answer: Answer, rel_gap: float, watch: Watch) -> Solution:
        """What HiGHS found, at its true cost: what goes the last way follows from what enters and what outlets take."""
        into, out, unit = np.zeros_like(self.unit_cost), np.zeros_like(self.outlet_cost), usual(self.demand)
        into[program.pairs] = answer.x[program.x] * self.demand[program.pairs[0]]
        out[program.outlets] = answer.x[program.g] * unit
        into[into <= NEARLY_NOTHING * unit] = 0.0
        out[out <= NEARLY_NOTHING * unit * self.shares.max()] = 0.0
        taken = out @ (self.outlet_output[:, None] == np.arange(self.shares.shape[1]))
        rest = np.maximum(np.where(self.splits[:, None], into.T @ self.shares, 0.0) - taken, 0.0)
        platform, output = np.nonzero(program.last.outlet >= 0)
        out[platform, program.last.outlet[platform, output]] += rest[platform, output]
        wasted = np.where(program.last.outlet < 0, rest, 0.0)
        sites = np.flatnonzero(answer.x[program.y] > 0.5)
        costs = ((into, self.unit_cost), (out, self.outlet_cost), (wasted, self.waste_cost))
        value = float(self.opening[sites].sum())
        value += sum(float((flow * np.where(flow > 0, cost, 0.0)).sum()) for flow, cost in costs)
        bound = min(value, max(0.0, answer.bound) - program.added)
        if program.added and value - bound <= _ROUNDING * answer.value:
            bound = value
        gap, status = judged(value, bound, rel_gap, proved=answer.proved)
        return Solution(value, bound, gap, status, sites, flows=self._flows(into, out, wasted), seconds=watch.seconds)

    def _no_way_in(self, watch: Watch) -> CoopgeoError:
        """Say what cannot enter any platform."""
        try:
            least = self.least_unmet(watch)
        except CoopgeoError:
            return InfeasibleError(
                Message("no set of platforms can take in all that is collected; what is left was not found out in time")
            )
        if least is None:
            return InfeasibleError(Message("no set of platforms meets p, required, forbidden and groups together"))
        left = np.flatnonzero(least.amounts)
        if not len(left):
            return CoopgeoError(
                Message("no answer was found: amounts or costs differ too much in size to be computed with")
            )
        return InfeasibleError(
            Message(
                "no set of platforms can take in all that is collected: {how_much} {left:.6g} of {supply:.6g} is left "
                "(sources: {who})",
                how_much=how_much(least=least.least),
                left=float(least.amounts.sum()),
                supply=float(self.demand.sum()),
                who=[lack(i, least.amounts[i]) for i in left[:_MOST_SHOWN]],
            )
        )
