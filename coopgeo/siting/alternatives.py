"""The questions to a problem as functions: `alternatives(problem, 3)` is `problem.alternatives(3)`."""

from collections.abc import Iterable

from coopgeo.errors import Faults, Message
from coopgeo.siting.problem import Problem, Ranked
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution

_MOST_SHOWN = 60


def alternatives(
    problem: Problem, k: int, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6, progress: Report | None = None
) -> list[Ranked]:
    """Find the k best distinct sets of sites: `Problem.alternatives`.

    Examples
    --------
    >>> from coopgeo.siting import PMedian
    >>> ranking = alternatives(PMedian([[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1), 3)
    >>> [(other.solution.sites.tolist(), other.regret) for other in ranking]
    [([1], 0.0), ([0], 3.0), ([2], 6.0)]
    """
    return _asked(problem).alternatives(k, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)


def insist(
    problem: Problem, sites: Iterable[int], *, time_limit_s: float = 60.0, rel_gap: float = 1e-6
) -> dict[int, Ranked | None]:
    """Find what it would cost to insist on each of some sites: `Problem.insist`."""
    return _asked(problem).insist(sites, time_limit_s=time_limit_s, rel_gap=rel_gap)


def tolerances(problem: Problem, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6) -> dict[int, Ranked | None]:
    """Find how much dearer each chosen site may become: `Problem.tolerances`."""
    return _asked(problem).tolerances(time_limit_s=time_limit_s, rel_gap=rel_gap)


def evaluate(problem: Problem, sites: Iterable[int]) -> Solution:
    """The best use of a set of sites: `Problem.evaluate`."""
    return _asked(problem).evaluate(sites)


def _asked(problem: object) -> Problem:
    if not isinstance(problem, Problem):
        faults = Faults("problem")
        expected = Message("a problem, such as PMedian(unit_cost, p)")
        faults.add(found=repr(problem)[:_MOST_SHOWN], expected=expected)
        faults.raise_if_any()
    assert isinstance(problem, Problem)
    return problem
