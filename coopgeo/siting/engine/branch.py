"""Branch and bound over sites, best bound first: what the problems with a Lagrangian bound share.

The k best sets of sites come from one search, which cuts off only what is worse than the k-th best set found so far.
At every node the bound is raised by some subgradient steps from the prices of the node above; sites whose reduced
cost tells that they cannot, or must, be open in an answer better than that are fixed; the site that was open in about
half of the last steps is decided next. A branch with nothing left to decide is an answer, and is evaluated.
"""

import heapq
from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgeo.arrays import Floats, Mask
from coopgeo.siting.engine.lagrangian import CLOSED, FREE, OPEN
from coopgeo.siting.progress import Watch

State = NDArray[np.int8]  # CLOSED, FREE or OPEN for each site
_NODE_PATIENCE, _NODE_PACE, _NODE_STEPS = 8, 1.5, 30
_LONG_NODES = 300  # from which on another manner is tried, once
_MOST_PRICES = 100_000_000  # prices kept for branches to start from, 4 bytes each
_ROUNDING = 1e-12  # share of a value that may be rounding
_WHOLE = 1e-4  # what a whole number may be off by rounding


class Step(NamedTuple):
    """What some subgradient steps found: a bound, its prices, reduced costs and chosen sites.

    `share` is the share of steps that chose each site.
    """

    bound: float
    u: Floats
    r: Floats
    chosen: Mask
    share: Floats


class BranchAndBound(ABC):
    """One search for the `k` best sets of sites.

    Attributes
    ----------
    pool : dict
        The best sets of sites so far, best first, with their values.
    bound : float
        No set that is not in the pool is better than this.
    whole : bool
        Whether every answer has a whole value.
    state : ndarray of int8, shape (sites,)
        What is fixed in the whole problem.
    steps : int
        Subgradient steps done.
    """

    state: State
    root_u: Floats

    def __init__(self, k: int, watch: Watch, rel_gap: float, *, whole: bool) -> None:
        self.k, self.watch, self.rel_gap, self.whole, self.bound = k, watch, rel_gap, whole, 0.0
        self.pool: dict[tuple[int, ...], float] = {}
        self.seen: set[bytes] = set()
        self.steps = 0
        self.long_nodes: float = _LONG_NODES

    def search(self) -> None:
        """Search until the proof, the limit or Ctrl-C."""
        try:
            self.start()
            if self.ascend_root():
                self._branch()
        except KeyboardInterrupt:
            self.watch.stop()
            if not self.pool:
                raise

    @abstractmethod
    def start(self) -> None:
        """Find first answers."""

    @abstractmethod
    def ascend_root(self) -> bool:
        """Raise the bound of the whole problem and fix sites; whether anything is left to search."""

    @abstractmethod
    def ascend(self, state: State, u: Floats, pace: Floats, patience: int, steps: int) -> Step:
        """Some subgradient steps from prices `u`, which they change."""

    @abstractmethod
    def offer(self, chosen: Mask, u: Floats) -> None:
        """Keep a set of sites if it is among the k best; `u` are good prices for it."""

    @abstractmethod
    def fix(self, state: State, r: Floats, chosen: Mask, bound: float) -> None:
        """Close or open the free sites without which, or with which, nothing better than `limit` is left."""

    @abstractmethod
    def settle(self, state: State, u: Floats) -> bool:
        """Evaluate a branch in which nothing is left to decide, or drop one without answer; whether it was such."""

    def solved_otherwise(self) -> bool:
        """Solve what is left at the root in another manner, after a long search; whether the answer is proved now."""
        return False

    def prices(self, kept: NDArray[np.float32]) -> Floats:
        """Prices to start from, made of those kept from a node above."""
        return kept.astype(np.float64)

    @property
    def value(self) -> float:
        """Value of the best answer so far."""
        return next(iter(self.pool.values()), np.inf)

    @property
    def limit(self) -> float:
        """Value that a further set of sites must beat."""
        return list(self.pool.values())[-1] if len(self.pool) == self.k else np.inf

    @property
    def cut(self) -> float:
        """Bound from which on a branch is cut off: it holds nothing better than `limit` by the gap asked for.

        Whole values lie a unit apart: where that is more than the gap, a bound of anything above `limit` less one
        unit will do.
        """
        limit = self.limit
        if not np.isfinite(limit):
            return np.inf
        slack = max(0.99 * self.rel_gap, _ROUNDING) * abs(limit)
        return limit - (max(slack, 1.0 - _WHOLE) if self.whole and _ROUNDING * abs(limit) < _WHOLE else slack)

    def keep(self, key: tuple[int, ...], value: float) -> None:
        """Put an answer into the pool if it is among the k best."""
        if value < min(self.limit, self.pool.get(key, np.inf)):
            self.pool = dict(sorted({**self.pool, key: value}.items(), key=lambda item: (item[1], item[0]))[: self.k])

    def raise_bound(self, bound: float) -> None:
        """Note a bound on all that is left. Above `cut` it says nothing: what was cut off before lies there."""
        self.bound = max(self.bound, min(bound, self.cut))

    def close(self) -> None:
        """Nothing is left below `cut`."""
        self.bound = max(self.bound, float(np.ceil(self.cut - _WHOLE / 2)) if self.whole else self.cut)

    def _is_solved_otherwise(self) -> bool:
        self.long_nodes = np.inf
        return self.solved_otherwise()

    def _branch(self) -> None:
        """Best bound first, until every branch is cut off."""
        nodes: list[tuple[float, int, State, NDArray[np.float32] | None, int]] = []
        count = 0

        def add(state: State, u: Floats, above: float) -> None:
            nonlocal count
            if self.settle(state, u):
                return
            step = self.ascend(state, u.copy(), np.array([_NODE_PACE, 0.0, -1e300]), _NODE_PATIENCE, _NODE_STEPS)
            if max(step.bound, above) >= self.cut:
                return
            self.offer(step.chosen, step.u)
            self.fix(state, step.r, step.chosen, step.bound)  # with the bound that these reduced costs belong to
            bound = max(step.bound, above)
            if bound < self.cut and not self.settle(state, step.u):
                count += 1
                kept = step.u.astype(np.float32) if len(nodes) * len(u) < _MOST_PRICES else None
                heapq.heappush(nodes, (bound, -count, state, kept, _undecided(state, step.share)))

        add(self.state.copy(), self.root_u, self.bound)
        while nodes and nodes[0][0] < self.cut:
            self.raise_bound(nodes[0][0])
            if self.watch.over or (count >= self.long_nodes and self._is_solved_otherwise()):
                return
            if count % 64 == 0:
                self.watch.tell(self.steps, self.value, min(self.bound, self.value))
            bound, _, state, kept, j = heapq.heappop(nodes)
            u = self.root_u if kept is None else self.prices(kept)
            for side in (OPEN, CLOSED):
                child = state.copy()
                child[j] = side
                add(child, u, bound)
        self.close()


def _undecided(state: State, share: Floats) -> int:
    """The free site to decide next: the one that was open in about half of the last steps."""
    free = np.flatnonzero(state == FREE)
    return int(free[np.argmin(np.abs(share[free] - 0.5))])


def states(required: Mask) -> State:
    """The state of a problem in which nothing but the required sites is decided."""
    return np.where(required, OPEN, FREE).astype(np.int8)


def first_share(state: State) -> Floats:
    """Share of steps that open each site, before any step."""
    return np.where(state == OPEN, 1.0, np.where(state == CLOSED, 0.0, 0.5))
