"""Sites with capacities and opening costs that share the demand of the points, split where that is cheaper.

Model: see `facility.py` and `knapsacks.py`, whose bound says how far an answer is from the best and fixes sites;
`branch.py` searches what is left, to the proof. Before HiGHS is asked what a set of sites costs (`transport.py`), some
subgradient steps try to show that the set is not good enough.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from scipy.sparse import csr_array

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError
from coopgeo.siting.engine.branch import BranchAndBound, State, Step, first_share, states
from coopgeo.siting.engine.compiled import compile_now
from coopgeo.siting.engine.knapsacks import Sites, ascend_split
from coopgeo.siting.engine.lagrangian import CLOSED, FREE, OPEN
from coopgeo.siting.engine.transport import NEARLY_NOTHING, Places
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, judged, out_of_time

_ROOT_PATIENCE, _ROOT_SMALLEST, _ROOT_STEPS = 20, 1e-3, 50
_SET_STEPS = 100  # to show that a set of sites is not good enough; a transport problem takes longer
_NEIGHBOURS = 6  # sites that an answer might do without, or lacks, tried in the beginning
_NODES_A_TRY = 4  # nodes for each answer that is tried on the way
_CALL_ENTRIES = 100_000_000  # pairs that a compiled call may pass: clock and Ctrl-C are looked at in between


@dataclass(frozen=True, eq=False)
class Capacitated(Places):
    """A checked problem with capacities or groups, in which demand may be split."""

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of places, or as many as there are, best first."""
        self.refuse_what_cannot_be_served()
        search = _PlaceSearch(self, k, watch, rel_gap)
        search.search()
        return [self._solution(*search.answers[key], search.bound, rel_gap, watch) for key in search.pool]

    def warm(self) -> None:
        """Compile the bound."""
        compile_now(_compiled)

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """The best use of a set of sites."""
        chosen = np.unique(np.asarray(sites, dtype=np.intp))
        self.only(chosen).refuse_what_cannot_be_served()
        shipped = self.ship(chosen, Watch(np.inf))
        if shipped is None:
            raise InfeasibleError(self.only(chosen).shortage(Watch(np.inf)))
        return self._solution(chosen, *shipped, shipped[0], 0.0, Watch(np.inf))

    def fixed_below(self, limit: float, watch: Watch) -> tuple[Ints, Ints]:
        """Sites that cannot, and sites that must, be open in an answer that costs less than `limit`."""
        search = _PlaceSearch(self, 1, watch, 0.0)
        search.keep((), limit)
        search.start()
        for _ in search.climb():
            if watch.over or search.bound >= search.cut:
                break
        return search.columns[search.state == CLOSED], search.columns[search.state == OPEN]

    @staticmethod
    def _solution(
        sites: Ints, value: float, amounts: csr_array, bound: float, rel_gap: float, watch: Watch
    ) -> Solution:
        gap, status = judged(value, min(bound, value), rel_gap)
        return Solution(value, min(bound, value), gap, status, sites, flows=(amounts,), seconds=watch.seconds)


@cache
def _compiled() -> None:
    """Solve a problem so small that nothing but compiling takes time."""
    neither = np.zeros(2, dtype=bool)
    small = Capacitated(
        1.0 - np.eye(2),
        np.ones(2),
        np.ones(2),
        np.full(2, 2.0),
        None,
        np.arange(2),
        required=neither,
        forbidden=neither,
    )
    small.ranked(1, Watch(np.inf), 0.0)


class _PlaceSearch(BranchAndBound):
    """One search for the `k` best sets of places."""

    def __init__(self, problem: Capacitated, k: int, watch: Watch, rel_gap: float) -> None:
        self.problem = problem
        self.columns, self.points = np.flatnonzero(~problem.forbidden), np.flatnonzero(problem.demand > 0)
        demand = problem.demand[self.points]
        self.all_demand = float(demand.sum())
        cost = np.ascontiguousarray(problem.unit_cost[np.ix_(self.points, self.columns)].T, dtype=np.float64)
        labels, place = np.unique(problem.group[self.columns], return_inverse=True)
        must = np.isin(labels, problem.group[problem.required])
        opening = problem.opening[self.columns]
        capacity = np.minimum(problem.capacity[self.columns], self.all_demand)
        p = -1 if problem.p is None else problem.p
        self.near = Sites(
            cost, demand, cost.min(axis=0, initial=np.inf), capacity, opening, place.astype(np.intp), must, p
        )
        self.reach = np.isfinite(cost) & (capacity > 0)[:, None]
        dearest = np.where(np.isfinite(cost), cost, 0.0).max(axis=0, initial=0.0)
        self.ceiling = 1.01 * (float(np.dot(demand, dearest)) + float(opening.sum())) or 1.0  # no answer costs as much
        super().__init__(k, watch, rel_gap, whole=False)
        self.answers: dict[tuple[int, ...], tuple[Ints, float, csr_array]] = {}
        self.state = states(np.zeros(len(self.columns), dtype=bool))
        self.asked, self.unsure = 0, False

    @property
    def cut(self) -> float:
        """Bound from which on a branch holds nothing better than `limit`, or no answer at all."""
        return min(super().cut, self.ceiling)

    def start(self) -> None:
        """Prices to start from: what each point would pay at the site that is cheapest when it is full."""
        near = self.near
        full = (
            near.cost + np.where(near.capacity > 0, near.opening / np.maximum(near.capacity, 1e-300), np.inf)[:, None]
        )
        self.root_u = full.min(axis=0, initial=np.inf)

    def ascend(self, state: State, u: Floats, pace: Floats, patience: int, steps: int) -> Step:
        """Some subgradient steps from prices `u`, which they change."""
        m = len(state)
        best_u, r, chosen, share = u.copy(), np.zeros(m), np.zeros(m, dtype=bool), first_share(state)
        limit = self.limit if np.isfinite(self.limit) else self.ceiling
        steps = int(np.clip(_CALL_ENTRIES // max(1, self.near.cost.size), 5, steps))
        bound, done = ascend_split(
            self.near, state, limit, self.cut, patience, steps, _ROOT_SMALLEST, pace, u, best_u, r, chosen, share
        )
        self.steps += done
        return Step(bound, best_u, r, chosen, share)

    def ascend_root(self) -> bool:
        """Raise the bound of the whole problem, try the sets it points at, fix sites; whether anything is left."""
        done = self.settle(self.state, self.root_u)
        share = first_share(self.state)
        for step in () if done else self.climb():
            share = step.share
            self._try(step.chosen, step.u)
            self.watch.tell(self.steps, self.value, min(self.bound, self.value))
            done = self.bound >= self.cut or self.settle(self.state, step.u)
            if done or self.watch.over:
                break
        self._make_sure()
        if done:
            self.close()
        if done or self.watch.over:
            return False
        self._try_neighbours(share)
        return True

    def climb(self) -> Iterator[Step]:
        """Raise the bound of the whole problem, some steps at a time, and fix sites after each time."""
        u, pace = self.root_u.copy(), np.array([1.0, 0.0, -1e300])
        while pace[0] >= _ROOT_SMALLEST:
            step = self.ascend(self.state, u, pace, _ROOT_PATIENCE, _ROOT_STEPS)
            if step.bound > self.bound:
                self.root_u = step.u
                self.raise_bound(step.bound)
            self.fix(self.state, step.r, step.chosen, step.bound)
            yield step

    def fix(self, state: State, r: Floats, chosen: Mask, bound: float) -> None:
        """Close or open the free sites without which, or with which, nothing better than `limit` is left."""
        place, must, number = self.near.place, self.near.must, self.near.p >= 0
        r = np.where(state == CLOSED, np.inf, r)
        order = np.lexsort((r, place))
        first = np.searchsorted(place[order], np.arange(len(must)))
        after = np.append(order, 0)[first + 1]
        best = r[order[first]]
        second = np.where((first + 1 < len(order)) & (place[after] == np.arange(len(must))), r[after], np.inf)
        taken = np.zeros(len(must), dtype=bool)
        taken[place[chosen]] = True
        instead = 0.0  # what stands in for a place that does without, or gives way to another one
        given_up = 0.0
        if number:
            forced = must.copy()
            forced[place[state == OPEN]] = True
            instead = best[~taken].min(initial=np.inf)
            given_up = best[taken & ~forced].max(initial=-np.inf)
        with np.errstate(invalid="ignore"):  # of sites that are closed
            if_open = r - np.where(taken, best, given_up)[place]
            if_closed = np.where(must, second, np.minimum(second, instead))[place] - r
        free = state == FREE
        state[free & ~chosen & (bound + if_open >= self.cut)] = CLOSED
        state[free & chosen & (bound + if_closed >= self.cut)] = OPEN

    def settle(self, state: State, u: Floats) -> bool:
        """Evaluate a branch in which nothing is left to decide, or drop one without answer; whether it was such."""
        place, must, p = self.near.place, self.near.must, self.near.p
        opened = np.zeros(len(must), dtype=bool)
        opened[place[state == OPEN]] = True
        full = p >= 0 and (opened | must).sum() == opened.sum() == p
        state[(state == FREE) & (opened[place] | full)] = CLOSED
        left = state != CLOSED
        capacity = np.full(len(must), -1.0)
        np.maximum.at(capacity, place[left], self.near.capacity[left])
        possible = capacity >= 0
        if (must & ~possible).any() or (p >= 0 and not (opened | must).sum() <= p <= possible.sum()):
            return True
        if np.sort(capacity[possible])[::-1][: None if p < 0 else p].sum() < self.all_demand * (1 - NEARLY_NOTHING):
            return True
        if not self.reach[left].any(axis=0).all():
            return True
        if (state == FREE).any():
            return False
        self._try(left, u)
        return True

    def offer(self, chosen: Mask, u: Floats) -> None:
        """Try a set of sites now and then."""
        self.asked += 1
        if self.asked % _NODES_A_TRY == 0 or len(self.pool) < self.k:
            self._try(chosen, u)

    def close(self) -> None:
        """Nothing is left that could be better than `limit`."""
        if not self.unsure:
            super().close()

    def _try(self, chosen: Mask, u: Floats) -> None:
        """Keep a set of sites if it is among the k best."""
        mark = np.packbits(chosen).tobytes()
        if mark in self.seen:
            return
        self.seen.add(mark)
        if (
            self.near.capacity[chosen].sum() < self.all_demand * (1 - NEARLY_NOTHING)
            or not self.reach[chosen].any(axis=0).all()
        ):
            return
        alone = self.ascend(
            np.where(chosen, OPEN, CLOSED).astype(np.int8),
            u.copy(),
            np.array([1.0, 0.0, -1e300]),
            _ROOT_PATIENCE,
            _SET_STEPS,
        )
        if alone.bound < self.cut:
            self._keep(self.columns[chosen])

    def _keep(self, sites: Ints) -> None:
        try:
            shipped = self.problem.ship(sites, self.watch.part())
        except CoopgeoError:  # no time for the best way to share the demand
            self.unsure = True
            shipped = self.problem.fill(sites)
        if shipped is not None:
            key = tuple(np.sort(self.problem.group[sites]).tolist())
            if shipped[0] < self.pool.get(key, np.inf):
                self.answers[key] = (sites, *shipped)
            self.keep(key, shipped[0])

    def _make_sure(self) -> None:
        """Have at least one answer; raises `InfeasibleError` if there is none, `CoopgeoError` if it is not known."""
        if not self.pool and self.near.p < 0 and len(self.near.must) == len(self.near.place):
            self._keep(self.columns)  # all sites, each the only size of its place
        if self.pool:
            return
        least = self.problem.least_unmet(self.watch)
        if least is not None and not least.amounts.any():
            self._keep(least.sites)
        if self.pool:
            return
        if least is not None and not least.certain:
            raise out_of_time(self.watch.seconds)
        raise InfeasibleError(self.problem.shortage(self.watch))

    def _try_neighbours(self, share: Floats) -> None:
        """Try the best set without a site, with one more, or with another one, until none of these is better."""
        place, p = self.near.place, self.near.p
        value = np.inf
        while self.value < value and not self.watch.over:
            value = self.value
            best = np.isin(self.columns, self.answers[next(iter(self.pool))][0])
            free, order = self.state == FREE, np.argsort(share, kind="stable")
            weak, lacking = (
                order[(free & best)[order]][:_NEIGHBOURS],
                order[::-1][(free & ~best)[order[::-1]]][:_NEIGHBOURS],
            )
            for out, into in product((-1, *weak), (-1, *lacking)):
                other = best.copy()
                if out >= 0:
                    other[out] = False
                if into >= 0:
                    other[place == place[into]] = False
                    other[into] = True
                if (p < 0 or other.sum() == p) and not self.near.must[np.setdiff1d(place, place[other])].any():
                    self._try(other, self.root_u)
                if self.value < value or self.watch.over:
                    break
