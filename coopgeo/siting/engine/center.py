"""The p-center, solved by halving the radius; model: see `p_center.py`.

The best r is one of the distances. Whether p sites cover everything within r is a covering problem; the radii between
the bounds are halved until one is left. Each covering problem looks at some points only, and takes in those that its
answer leaves out, until none is left out or p sites do not cover even the points looked at. Before that, the bounds
are brought near to each other: more than p points of which no site reaches two cannot be covered; covering the most
points first, again and again, takes p sites at some radius.

Source: D. Chen and R. Chen, Computers & Operations Research 36 (2009) for the
growing set of points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.base import LEAST_S, Engine
from coopgeo.siting.engine.covers import cheapest_first, fewest, too_few
from coopgeo.siting.engine.next_best import Excluded, rank
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, judged, listed, mask_of, out_of_reach, out_of_time, refuse_contradictions

_TAKEN_IN = 20  # points at most that join at a time


@dataclass(frozen=True, eq=False)
class Center(Engine):
    """A checked p-center.

    Attributes
    ----------
    distance : ndarray, shape (points, sites)
    p : int
    """

    distance: Floats
    p: int

    def ranked(self, k: int, watch: Watch, rel_gap: float) -> list[Solution]:
        """The `k` best distinct sets of sites, or as many as there are, best first."""
        refuse_contradictions(self.p, self.required, self.forbidden)
        bound = 0.0

        def solve(excluded: Excluded, watch: Watch) -> Solution | None:
            nonlocal bound
            solution = _RadiusSearch(self, watch, excluded, bound).run(rel_gap)
            bound = solution.bound if solution else bound  # a set found later is no better
            return solution

        return rank(k, watch, rel_gap, solve)

    def evaluate(self, sites: Sequence[int]) -> Solution:
        """Largest distance to a set of sites."""
        chosen = np.unique(np.asarray(sites, dtype=np.intp))
        return self.answer(chosen, self.radius(chosen), 0.0, 0.0)

    def radius(self, sites: Ints) -> float:
        """Largest distance of a point to its nearest of `sites`."""
        return float(self.distance[:, sites].min(axis=1, initial=np.inf).max())

    def answer(self, sites: Ints, bound: float, rel_gap: float, seconds: float) -> Solution:
        """The solution that opens `sites`."""
        near = self.distance[:, sites]
        lacking = np.flatnonzero(np.isinf(near).all(axis=1))
        if len(lacking):
            raise InfeasibleError(
                Message(
                    "demand points {points} are out of reach of sites {sites}",
                    points=listed(lacking),
                    sites=listed(sites),
                )
            )
        value = float(near.min(axis=1).max())
        gap, status = judged(value, min(bound, value), rel_gap)
        return Solution(
            value, min(bound, value), gap, status, sites, assignment=sites[near.argmin(axis=1)], seconds=seconds
        )


class _RadiusSearch:
    """One search for the best set of sites that is none of `excluded`."""

    def __init__(self, problem: Center, watch: Watch, excluded: list[frozenset[int]], bound: float) -> None:
        self.problem, self.watch, self.excluded, self.bound = problem, watch, excluded, bound
        self.sites: Ints | None = None
        self.value = np.inf
        self.points: list[int] = []
        self.iteration = 0

    def run(self, rel_gap: float) -> Solution | None:
        """Search until the proof, the limit or Ctrl-C; None if every set is excluded."""
        problem = self.problem
        allowed = np.flatnonzero(~problem.forbidden)
        distance = problem.distance[:, allowed] if len(allowed) < problem.distance.shape[1] else problem.distance
        nearest = distance.min(axis=1)
        if np.isinf(nearest).any():
            raise out_of_reach(np.flatnonzero(np.isinf(nearest)))
        self.bound = max(self.bound, float(nearest.max()))
        try:
            self._spread()
            self._halve(distance)
        except KeyboardInterrupt:
            self.watch.stop()
        except CoopgeoError:  # a covering problem came to no answer within the limit
            if self.sites is None:
                raise
        if self.sites is None:
            return self._none()
        return problem.answer(self.sites, self.bound, rel_gap, self.watch.seconds)

    def _none(self) -> Solution | None:
        if self.watch.over:
            raise out_of_time(self.watch.seconds)
        if self.excluded:
            return None
        raise too_few(self.problem.p, max(self.problem.p + 1, self._needed()), self.watch)

    def _needed(self) -> float:
        problem = self.problem
        free = np.flatnonzero(~problem.required & ~problem.forbidden)
        left = np.isinf(problem.distance[:, problem.required]).all(axis=1)
        found = fewest(
            np.isfinite(problem.distance[np.ix_(left, free)]), np.ones(len(free)), self.watch.part(least_s=LEAST_S)
        )
        assert found is not None  # every point has a site in reach
        return float(problem.required.sum()) + found[1].bound

    def _spread(self) -> None:
        """A first answer: again and again the site nearest to the point that is farthest from the sites so far."""
        distance, never = self.problem.distance, self.problem.forbidden
        chosen = np.flatnonzero(self.problem.required).tolist()
        near = distance[:, chosen].min(axis=1) if chosen else distance.min(axis=1)
        while len(chosen) < self.problem.p:
            point = int(near.argmax())
            self.points.append(point)
            open_to = np.where(never | mask_of(chosen, len(never)), np.inf, distance[point])
            site = (
                int(open_to.argmin())
                if np.isfinite(open_to).any()
                else int(np.flatnonzero(~never & ~mask_of(chosen, len(never)))[0])
            )
            near = np.minimum(near, distance[:, site]) if chosen else distance[:, site].copy()
            chosen.append(site)
        self.points.append(int(near.argmax()))
        self._offer(np.sort(np.array(chosen, dtype=np.intp)))

    def _offer(self, sites: Ints) -> None:
        value = self.problem.radius(sites)
        if value < self.value and frozenset(sites.tolist()) not in self.excluded:
            self.sites, self.value = sites, value

    def _halve(self, distance: Floats) -> None:
        """Halve the radii between bound and value until they meet."""
        radii = np.unique(distance[(distance >= self.bound) & (distance <= min(self.value, np.finfo(np.float64).max))])
        self._pack(distance, radii)
        self._cover_plainly(radii)
        while not self.watch.over:
            radii = radii[(radii >= self.bound) & (radii < self.value)]
            self.watch.tell(self.iteration, self.value, self.bound)
            if not len(radii):
                self.bound = self.value
                return
            middle = (len(radii) - 1) // 2
            if not self._covers(float(radii[middle])):
                self.bound = float(radii[middle + 1]) if middle + 1 < len(radii) else self.value
                if not np.isfinite(self.bound):
                    return

    def _pack(self, distance: Floats, radii: Floats) -> None:
        """Raise the bound: within a radius, more than p points of which no site reaches two cannot be covered."""
        low, high = 0, len(radii)
        while low < high and not self.watch.over:
            middle = (low + high) // 2
            covers = distance <= radii[middle]
            left, count = np.ones(len(covers), dtype=bool), 0
            for point in np.argsort(covers.sum(axis=1), kind="stable"):
                if left[point]:
                    left[covers[:, covers[point]].any(axis=1)] = False
                    count += 1
                if count > self.problem.p:
                    break
            if count > self.problem.p:
                low = middle + 1
                self.bound = max(self.bound, float(radii[low]) if low < len(radii) else self.value)
            else:
                high = middle

    def _cover_plainly(self, radii: Floats) -> None:
        """Improve the answer: the least radius at which covering the most points first takes p sites at most."""
        problem = self.problem
        must, free = np.flatnonzero(problem.required), np.flatnonzero(~problem.required & ~problem.forbidden)
        radii = radii[(radii >= self.bound) & (radii < self.value)]
        low, high = 0, len(radii)
        while low < high and not self.watch.over:
            middle = (low + high) // 2
            rows = (problem.distance[:, must] > radii[middle]).all(axis=1)
            covers = problem.distance[np.ix_(rows, free)] <= radii[middle]
            chosen = (
                cheapest_first(covers, np.ones(len(free))) > 0
                if covers.any(axis=1).all()
                else np.ones(len(free), dtype=bool)
            )
            if chosen.sum() + len(must) <= problem.p:
                high = middle
                spare = free[~chosen][: problem.p - len(must) - int(chosen.sum())]
                self._offer(np.sort(np.concatenate([must, free[chosen], spare])))
            else:
                low = middle + 1

    def _covers(self, radius: float) -> bool:
        """Whether p sites, in a set that is not excluded, cover every point within a radius; keeps the set."""
        problem = self.problem
        must, free = np.flatnonzero(problem.required), np.flatnonzero(~problem.required & ~problem.forbidden)
        missing = problem.p - len(must)
        while True:
            if self.watch.over:
                raise out_of_time(self.watch.seconds)
            self.iteration += 1
            rows = np.array(self.points)
            rows = rows[(problem.distance[np.ix_(rows, must)] > radius).all(axis=1)]
            chosen: Ints | None = np.arange(0)
            if len(rows) or self.excluded:
                chosen = _cover(
                    problem.distance[np.ix_(rows, free)] <= radius,
                    missing,
                    [e - set(must.tolist()) for e in self.excluded],
                    free,
                    self.watch.part(),
                )
            if chosen is None:
                return False
            sites = self._made_up(np.concatenate([must, free[chosen]]), free, radius)
            near = problem.distance[:, sites].min(axis=1)
            self._offer(sites)
            if near.max() <= radius:
                return True
            self.points.extend(self._left_out(near, radius))

    def _made_up(self, sites: Ints, free: Ints, radius: float) -> Ints:
        """Add sites to make up the number: each time one that reaches the farthest point left out, and most others."""
        problem = self.problem
        near = problem.distance[:, sites].min(axis=1, initial=np.inf)
        while len(sites) < problem.p and near.max() > radius:
            left, unused = near > radius, np.setdiff1d(free, sites)
            reaching = unused[problem.distance[near.argmax(), unused] <= radius]
            if not len(reaching):
                break
            best = reaching[(problem.distance[np.ix_(left, reaching)] <= radius).sum(axis=0).argmax()]
            sites = np.append(sites, best)
            near = np.minimum(near, problem.distance[:, best])
        return np.sort(np.concatenate([sites, np.setdiff1d(free, sites)[: problem.p - len(sites)]]))

    def _left_out(self, near: Floats, radius: float) -> Iterator[int]:
        """Points farther than the radius: the farthest, and some that lie in reach of other sites."""
        left = np.where(near > radius, near, -np.inf)
        for _ in range(_TAKEN_IN):
            point = int(left.argmax())
            if np.isneginf(left[point]):
                return
            yield point
            served = self.problem.distance[:, self.problem.distance[point] <= radius].min(axis=1) <= radius
            left[served] = -np.inf
            left[point] = -np.inf


def _cover(covers: Mask, missing: int, excluded: Sequence[frozenset[int]], free: Ints, watch: Watch) -> Ints | None:
    """At most `missing` columns (exactly, where sets are excluded) that cover all rows; None if there are none."""
    if not excluded:
        if missing == 0:
            return None
        found = fewest(covers, np.ones(len(free)), watch, at_most=missing)
        return None if found is None else found[0]
    if missing == 0:
        return None
    inside = [frozenset(np.searchsorted(free, sorted(sites)).tolist()) for sites in excluded]
    found = fewest(covers, np.ones(len(free)), watch, excluded=inside, exactly=missing)
    return None if found is None else found[0]
