"""What every location problem can be asked: the best answer, the next best, insisting on a site, doing without one.

All of these are optima of the same problem with sites ruled in or out, so they are proved in the same way as the best
answer, with the same status.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from coopgeo.arrays import Mask
from coopgeo.errors import CoopgeoError, Faults, InfeasibleError, Message
from coopgeo.siting import arguments
from coopgeo.siting.engine.base import Engine
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Solution


@dataclass(frozen=True)
class Ranked:
    """An answer, and how much worse than the best it is.

    Attributes
    ----------
    solution : Solution
    regret : float
        How much worse than the best answer, never negative. Proved if both solutions are.
    """

    solution: Solution
    regret: float


class Problem:
    """A location problem whose arguments were checked; it can be asked as often as one likes.

    Parameters
    ----------
    engine : Engine
        What solves it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def most_is_best(self) -> bool:
        """Whether a larger value is better."""
        return self._engine.most_is_best

    @property
    def required(self) -> Mask:
        """The sites that must open, as a mask."""
        return self._engine.required

    @property
    def forbidden(self) -> Mask:
        """The sites that may not open, as a mask."""
        return self._engine.forbidden

    def warm(self) -> None:
        """Compile what the search needs, once in an environment; every search begins with it, outside its limit."""
        self._engine.warm()

    def solve(self, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None) -> Solution:
        """Find the best answer.

        Parameters
        ----------
        time_limit_s : float
            Seconds that the search may take; compiling, once in an environment, is not counted.
        rel_gap : float
            Relative distance of value and bound that counts as a proof.
        progress : callable, optional
            Called with a `Progress` now and then.

        Returns
        -------
        Solution

        Raises
        ------
        InfeasibleError
            If there is no answer; says what is lacking.
        CoopgeoError
            If the time was up before any answer was found.
        """
        return self.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)[0]

    def best(
        self, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None
    ) -> list[Solution]:
        """Find the `k` best distinct sets of sites in one search; the best one found is the first, whatever the limit.

        Parameters
        ----------
        k : int
            How many sets. Sizes of one place count as one.
        time_limit_s, rel_gap, progress
            As in `solve`, for the whole search.

        Returns
        -------
        list of Solution
            Fewer than `k` if there are no more, or if the time was up. The bound of each holds for all sets but those
            before it.
        """
        watch = self._watch(time_limit_s, rel_gap, progress)
        if not arguments.is_whole(k) or k < 1:
            faults = Faults("alternatives")
            faults.add(column="k", found=k, expected=Message("a whole number, 1 or more"))
            faults.raise_if_any()
        return self._engine.ranked(int(k), watch, float(rel_gap))

    def alternatives(
        self, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None
    ) -> list[Ranked]:
        """Find the `k` best distinct sets of sites, the best one first, each with its regret.

        Parameters
        ----------
        k : int
            How many sets. Sizes of one place count as one.
        time_limit_s, rel_gap, progress
            As in `solve`, for the whole search.

        Returns
        -------
        list of Ranked
            Fewer than `k` if there are no more, or if the time was up.
        """
        found = self.best(k, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
        return [Ranked(solution, abs(solution.value - found[0].value)) for solution in found]

    def insist(
        self, sites: Iterable[int], *, time_limit_s: float = 60.0, rel_gap: float = 1e-6
    ) -> dict[int, Ranked | None]:
        """Find what it would cost to insist on a site, for each of some sites.

        Parameters
        ----------
        sites : iterable of int
            Sites to insist on, one at a time.
        time_limit_s, rel_gap : float
            As in `solve`, for the whole search.

        Returns
        -------
        dict of int to Ranked or None
            For each site the best answer with it (with some size of its place), None if there is none; the regret is
            0 for the sites of a best answer. Sites that the time did not allow are left out.
        """
        watch = self._watch(time_limit_s, rel_gap)
        cases = {site: self._engine.narrowed(required=[site]) for site in self._sites("insist", sites)}
        return self._each(cases, self._engine.ranked(1, watch, float(rel_gap))[0], watch, rel_gap)

    def tolerances(self, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6) -> dict[int, Ranked | None]:
        """Find how much dearer each chosen site may become before the answer changes, and to what it changes.

        Parameters
        ----------
        time_limit_s, rel_gap : float
            As in `solve`, for the whole search.

        Returns
        -------
        dict of int to Ranked or None
            For each site of the best answer the best answer without it (all sizes of its place). The regret is what
            the site may cost more: any answer with the site grows dearer by the same amount, any answer without it
            stays. None if there is no answer without it.
        """
        watch, engine = self._watch(time_limit_s, rel_gap), self._engine
        best = engine.ranked(1, watch, float(rel_gap))[0]
        cases = {int(site): engine.narrowed(forbidden=engine.same_site(site)) for site in best.sites}
        return self._each(cases, best, watch, rel_gap)

    def evaluate(self, sites: Iterable[int]) -> Solution:
        """The best use of a set of sites, such as the one there already is.

        Parameters
        ----------
        sites : iterable of int
            Just these sites are open, whatever `p`, `required` and `forbidden` say.

        Returns
        -------
        Solution
            Its bound is that of the set, not of the problem.
        """
        return self._engine.evaluate(self._sites("evaluate", sites))

    def _watch(self, time_limit_s: float, rel_gap: float, progress: Report | None = None) -> Watch:
        """Check the limits, compile, then start the clock."""
        limit_s = arguments.limits(time_limit_s, rel_gap)
        self._engine.warm()
        return Watch(limit_s, progress)

    def _sites(self, name: str, sites: Iterable[int]) -> list[int]:
        """Sites asked about, in order, each once; raises `InputError`."""
        faults = Faults(name)
        mask = arguments.site_mask(faults, "sites", sites, len(self.forbidden))
        faults.raise_if_any()
        return np.flatnonzero(mask).tolist()

    def _each(self, cases: dict[int, Engine], best: Solution, watch: Watch, rel_gap: float) -> dict[int, Ranked | None]:
        """The best answer of each case, as far as the time allows."""
        found = dict[int, Solution | None]()
        for site, case in cases.items():
            if watch.over:
                break
            try:
                found[site] = case.ranked(1, watch.part(), float(rel_gap))[0]
            except InfeasibleError:
                found[site] = None
            except CoopgeoError:  # no time left for an answer
                break
        values = [solution.value for solution in (best, *found.values()) if solution is not None]
        # Within the gap asked for, one of these may be better than the best.
        first = max(values) if self.most_is_best else min(values)
        return {
            site: None if solution is None else Ranked(solution, abs(solution.value - first))
            for site, solution in found.items()
        }
