"""Every point is served by its nearest open site: the p-median and the uncapacitated problem, solved with proof.

Model: see `lagrangian.py`. Swaps give answers, the Lagrangian bound says how far they are from the best and fixes
sites; `branch.py` searches what is left, and `radii.py` solves it where that search gets long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine import radii
from coopgeo.siting.engine.base import Engine
from coopgeo.siting.engine.branch import BranchAndBound, State, Step, first_share, states
from coopgeo.siting.engine.compiled import compile_now
from coopgeo.siting.engine.covers import fewest, too_few
from coopgeo.siting.engine.lagrangian import CLOSED, FREE, OPEN, ascend_nearest
from coopgeo.siting.engine.nearest import Nearest
from coopgeo.siting.engine.swaps import improve, nearest_cost
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, judged, listed, out_of_reach, refuse_contradictions

_ROOT_PATIENCE, _ROOT_SMALLEST = 30, 1e-4
_CALL_ENTRIES = 300_000_000  # entries of lists that a compiled call may pass: clock and Ctrl-C are looked at in between
_MOST_RADII = 300_000  # entries of lists that the program of `radii.py` may take up
_NEAR_PROOF = 0.01  # gap, as a share of the value, that such a program closes; it shares the bound that leaves it
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Uncapacitated(Engine):
    """A checked problem: demand points as rows, candidate sites as columns.

    Attributes
    ----------
    unit_cost : ndarray, shape (points, sites)
        `inf` for a pair that is not allowed.
    demand : ndarray, shape (points,)
    opening : ndarray, shape (sites,)
    p : int, optional
        Number of open sites; free if None.
    seed : int
        Of the first answer that the swaps start from.
    """

    unit_cost: Floats
    demand: Floats
    opening: Floats
    p: int | None
    seed: int = 0

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of sites, or as many as there are, best first."""
        refuse_contradictions(self.p, self.required, self.forbidden)
        if self.forbidden.all():
            return [self.answer(np.arange(0), None, rel_gap, 0.0)]
        return _SiteSearch(self, k, watch, rel_gap).run()

    def warm(self) -> None:
        """Compile the swaps and the bound."""
        compile_now(_compiled)

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """Value of a set of sites, whatever `p`, `required` and `forbidden` say."""
        return self.answer(np.unique(np.asarray(sites, dtype=np.intp)), None, 0.0, 0.0)

    def answer(self, sites: Ints, bound: float | None, rel_gap: float, seconds: float) -> Solution:
        """The solution that opens `sites`; `bound` defaults to its own value."""
        value, assignment = self.served(sites)
        lacking = np.flatnonzero((assignment < 0) & (self.demand > 0))
        if len(lacking):
            if not len(sites):
                raise out_of_reach(lacking)
            raise InfeasibleError(
                Message(
                    "demand points {points} are out of reach of sites {sites}",
                    points=listed(lacking),
                    sites=listed(sites),
                )
            )
        bound = value if bound is None else min(bound, value)
        gap, status = judged(value, bound, rel_gap)
        return Solution(value, bound, gap, status, sites, assignment=assignment, seconds=seconds)

    def served(self, sites: Ints) -> tuple[float, Ints]:
        """Cost of serving each point from its nearest of `sites`, and that site (-1: none in reach)."""
        if len(sites) == 0:
            return (np.inf if (self.demand > 0).any() else 0.0), np.full(len(self.demand), -1, dtype=np.intp)
        near = np.empty(len(self.demand), dtype=np.intp)
        step = max(1, 2_000_000 // len(sites))
        for at in range(0, len(near), step):
            near[at : at + step] = self.unit_cost[at : at + step, sites].argmin(axis=1)
        cost = self.unit_cost[np.arange(len(near)), sites[near]].astype(np.float64)
        reached, some = np.isfinite(cost), self.demand > 0
        value = float(np.dot(self.demand[some], cost[some])) + float(self.opening[sites].sum())
        return value, np.where(reached, sites[near], -1)


class _SiteSearch(BranchAndBound):
    """One search for the `k` best sets of sites."""

    def __init__(self, problem: Uncapacitated, k: int, watch: Watch, rel_gap: float) -> None:
        super().__init__(k, watch, rel_gap, whole=_whole(problem))
        self.problem, self.p = problem, -1 if problem.p is None else problem.p
        self.far = (
            10 * max(_largest(problem), float(problem.opening.max(initial=0.0))) or 1.0
        )  # dearer than any service
        allowed = np.flatnonzero(~problem.forbidden)
        self._keep(allowed, states(problem.required[allowed]), self._length(len(allowed)))
        reached = self.near.length > 0
        self.bound = float(self.near.cost[reached, 0].sum())  # every point at its nearest site
        lacking = np.flatnonzero((problem.demand > 0) & ~reached)
        if len(lacking):
            raise out_of_reach(lacking)

    def run(self) -> list[Solution]:
        """Search, and tell the answers."""
        self.search()
        return [
            self.problem.answer(np.array(sites, dtype=np.intp), self.bound, self.rel_gap, self.watch.seconds)
            for sites in self.pool
        ]

    def _length(self, sites: int) -> int:
        """Sites a point that the bound and the swaps will look at: several times as many as lie about one open site."""
        return sites if self.p < 0 else max(200, 6 * sites // self.p)

    def _keep(self, columns: Ints, state: State, length: int) -> None:
        """Go on with these columns of the matrix only."""
        problem = self.problem
        beyond = float(problem.opening.max()) if self.p < 0 else 0.0
        highest = max(self.far, self.value if self.pool else 0.0)
        self.near = Nearest.of(problem.unit_cost, problem.demand, columns, length, beyond, highest)
        self.state, self.opening = state, self.problem.opening[columns]

    def offer(self, chosen: Mask, u: Floats | None = None) -> None:  # noqa: ARG002 (prices tell nothing here)
        """Keep a set of sites if it is among the k best."""
        mark = np.packbits(chosen).tobytes()
        if mark in self.seen:
            return
        self.seen.add(mark)
        sites = self.near.columns[chosen]
        if nearest_cost(self.near, self.problem.unit_cost, self.problem.demand, sites, chosen) + self.opening[
            chosen
        ].sum() > self.limit * (1 + _ROUNDING):
            return
        self.keep(tuple(sites.tolist()), self.problem.served(sites)[0])

    def start(self) -> None:
        """A first answer, and prices to start from: what each point would pay at its second nearest open site."""
        problem = self.problem
        columns, free = self.near.columns, np.flatnonzero(self.state == FREE)
        must = np.flatnonzero(self.state == OPEN)
        some = min(len(columns), max(len(must) + 1, int(np.sqrt(len(columns))))) if self.p < 0 else self.p
        rng = np.random.default_rng(problem.seed)
        chosen = np.zeros(len(columns), dtype=bool)
        chosen[must] = True
        chosen[rng.choice(free, some - len(must), replace=False)] = True
        near, second = self._improve(chosen)
        if (near >= self.far).any():
            chosen[:] = self._covering()
            near, second = self._improve(chosen)
        self.u = np.minimum(np.where(second < self.far, second, near), self.near.cap)
        self.direction = np.zeros_like(self.u)
        if self.k > 1:
            self._fill(chosen)

    def _improve(self, chosen: Mask, barred: int = -1) -> tuple[Floats, Floats]:
        """Improve an answer by moves, in place; costs of each point's two nearest sites."""
        near, problem, keep_number = self.near, self.problem, self.p >= 0
        movable = (self.state == FREE) & (np.arange(len(chosen)) != barred)
        last, cost = -1, np.inf
        while True:
            opened = np.flatnonzero(chosen)
            slots = np.full(len(opened) if keep_number else min(2 * len(opened) + 8, len(chosen)), -1, dtype=np.intp)
            slots[: len(opened)] = opened
            most = int(np.clip(_CALL_ENTRIES // (len(near.cost) + len(chosen) * len(slots)), 8, 200 + 2 * len(chosen)))
            first, second, moves, last = improve(
                near, problem.unit_cost, problem.demand, self.opening, movable, keep_number, self.far, most, last, slots
            )
            chosen[:] = False
            chosen[slots[slots >= 0]] = True
            full = not keep_number and (slots >= 0).all() and len(slots) < len(chosen)
            before, cost = cost, float(first.sum() + self.opening[chosen].sum())
            if (
                (moves < most and not full) or cost >= before or self.watch.over
            ):  # where costs differ too much in size, rounding might go round in circles
                break
        if not (first >= self.far).any():
            self.offer(chosen)
        return first, second

    def _fill(self, chosen: Mask) -> None:
        """Fill the pool with neighbours of an answer: the best without one of its sites, then exchanges, openings."""
        for j in np.flatnonzero(chosen & (self.state == FREE))[: 10 + self.k]:
            if self.watch.over:
                return
            without = chosen.copy()
            without[j] = False
            others = np.flatnonzero(~chosen & (self.state == FREE))
            if self.p >= 0:
                if not len(others):
                    break
                without[others[0]] = True
            self._improve(without, barred=int(j))
        out = np.flatnonzero(chosen & (self.state == FREE))
        for j in np.flatnonzero(~chosen & (self.state == FREE)):
            for leaving in out if self.p >= 0 else (-1,):
                if len(self.pool) == self.k or self.watch.over:
                    return
                other = chosen.copy()
                other[j] = True
                if leaving >= 0:
                    other[leaving] = False
                self.offer(other)

    def _covering(self) -> Mask:
        """A set of sites that reaches every point, where swaps found none; raises `InfeasibleError` if p cannot."""
        problem, columns = self.problem, self.near.columns
        must, free = self.state == OPEN, np.flatnonzero(self.state == FREE)
        reach = np.isfinite(problem.unit_cost[np.ix_(problem.demand > 0, columns)])
        chosen = must.copy()
        if self.p < 0:
            chosen[:] = True
            return chosen
        found = fewest(reach[np.ix_(~reach[:, must].any(axis=1), free)], np.ones(len(free)), self.watch.part())
        assert found is not None  # every point has a site in reach
        needed = int(must.sum()) + len(found[0])
        chosen[free[found[0]]] = True
        if needed > self.p:
            raise too_few(self.p, int(must.sum()) + found[1].bound, self.watch)
        chosen[np.flatnonzero(~chosen)[: self.p - needed]] = True
        return chosen

    def prices(self, kept: NDArray[np.float32]) -> Floats:
        """Prices of a node above, within what is allowed now."""
        return np.minimum(kept, self.near.cap)

    def ascend(
        self, state: State, u: Floats, pace: Floats, patience: int, steps: int, direction: Floats | None = None
    ) -> Step:
        """Some subgradient steps from prices `u`, which they change."""
        near, m = self.near, len(state)
        best_u, r, chosen = u.copy(), np.empty(m), np.zeros(m, dtype=bool)
        share = first_share(state)
        direction = np.zeros_like(u) if direction is None else direction
        limit = self.limit if np.isfinite(self.limit) else self.far
        bound, done = ascend_nearest(near, self.opening, state, self.p, limit, self.cut, patience, steps,
                             _ROOT_SMALLEST, pace, u, direction, best_u, r, chosen, share)  # fmt: skip
        self.steps += done
        return Step(bound, best_u, r, chosen, share)

    def ascend_root(self) -> bool:
        """Raise the bound of the whole problem, look for answers, fix sites; whether anything is left to search."""
        pace, highest = np.array([1.0, 0.0, -1e300]), -np.inf
        while True:
            most = int(np.clip(_CALL_ENTRIES // self.near.cost.size, 5, 100))
            bound, u, r, chosen, _ = self.ascend(self.state, self.u, pace, _ROOT_PATIENCE, most, self.direction)
            if bound > highest:
                highest, self.root_u = bound, u
                self.raise_bound(bound)
            self._improve(chosen.copy())
            self.fix(self.state, r, chosen, bound)
            self.watch.tell(self.steps, self.value, min(self.bound, self.value))
            if self.bound >= self.cut or self.settle(self.state):
                self.close()
                return False
            if self.watch.over:
                return False
            if pace[0] < _ROOT_SMALLEST:
                self._compress()
                self.root_u = np.minimum(self.root_u, self.near.cap)
                return True
            left = self.state != CLOSED
            if left.sum() < 0.6 * len(left):
                self._compress()

    def _compress(self) -> None:
        left = self.state != CLOSED
        self.seen.clear()
        self._keep(self.near.columns[left], self.state[left], self._length(int(left.sum())))
        self.u = np.minimum(self.u, self.near.cap)

    def fix(self, state: State, r: Floats, chosen: Mask, bound: float) -> None:
        """Close or open the free sites without which, or with which, nothing better than `limit` is left."""
        inside, outside = (state == FREE) & chosen, (state == FREE) & ~chosen
        if self.p < 0:
            state[outside & (bound + r >= self.cut)] = CLOSED
            state[inside & (bound - r >= self.cut)] = OPEN
            return
        dearest = r[inside].max(initial=-np.inf)
        cheapest = r[outside].min(initial=np.inf)
        state[outside & (bound + r - dearest >= self.cut)] = CLOSED
        state[inside & (bound - r + cheapest >= self.cut)] = OPEN

    def solved_otherwise(self) -> bool:
        """Solve the program over distances (see `radii.py`) with what the root has left, deeper until it is exact."""
        if self.k > 1 or self.value - self.bound > _NEAR_PROOF * abs(self.value):
            return False
        required, p = self.state == OPEN, None if self.p < 0 else self.p
        served = self.problem.unit_cost[:, list(next(iter(self.pool)))].min(axis=1) if self.pool else np.zeros(0)
        rank = (self.near.cost <= (served * self.problem.demand)[:, None]).sum(axis=1)
        depth = np.maximum(2 * rank, 8)
        while radii.entries(self.near, depth) <= _MOST_RADII:
            try:
                found = radii.solve(
                    self.near, self.opening, required, p, depth, self.watch.part(share=0.5), 0.5 * self.rel_gap
                )
            except CoopgeoError:  # no answer in time: the one at hand stands
                return False
            if found is not None:
                self.offer(found.chosen)
                self.raise_bound(found.bound)
            if found is None or self.bound >= self.cut:
                self.close()
                return True
            if self.watch.over or (depth >= self.near.length).all():
                return False
            depth = 2 * depth
        return False

    def settle(self, state: State, u: Floats | None = None) -> bool:  # noqa: ARG002 (prices tell nothing here)
        """Evaluate a branch in which nothing is left to decide, or drop one without answer; whether it was such."""
        opened, free = int((state == OPEN).sum()), int((state == FREE).sum())
        if self.p < 0:
            if free:
                return False
            self.offer(state == OPEN)
            return True
        if opened > self.p or opened + free < self.p:
            return True
        if opened == self.p:
            self.offer(state == OPEN)
            return True
        if opened + free == self.p:
            self.offer(state != CLOSED)
            return True
        return False


@cache
def _compiled() -> None:
    """Solve a problem so small that nothing but compiling takes time."""
    neither = np.zeros(2, dtype=bool)
    small = Uncapacitated(1.0 - np.eye(2), np.ones(2), np.ones(2), None, required=neither, forbidden=neither)
    small.ranked(1, Watch(np.inf), 0.0)


def _whole(problem: Uncapacitated) -> bool:
    """Whether every answer has a whole value."""
    if not (
        np.equal(problem.demand, np.rint(problem.demand)).all()
        and np.equal(problem.opening, np.rint(problem.opening)).all()
    ):
        return False
    return all(np.equal(row, np.rint(row)).all() for row in problem.unit_cost)


def _largest(problem: Uncapacitated) -> float:
    """Largest finite cost of serving a point."""
    rows = zip(problem.unit_cost, problem.demand, strict=True)
    return max(
        (float(row[np.isfinite(row)].max(initial=0.0)) * float(demand) for row, demand in rows if demand > 0),
        default=0.0,
    )
