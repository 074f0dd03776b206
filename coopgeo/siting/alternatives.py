"""What else could be done, and what it would cost: the next best sets of sites, insisting on a site, doing without one.

All of these are optima of the same problem with sites ruled in or out, so they are proved in the same way as the best
answer, with the same status.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from coopgeo.errors import CoopgeoError, Faults, InfeasibleError
from coopgeo.siting import arguments
from coopgeo.siting.cover import max_cover, max_cover_problem, set_cover, set_cover_problem
from coopgeo.siting.facility import facility_location, facility_location_problem
from coopgeo.siting.p_center import p_center, p_center_problem
from coopgeo.siting.p_median import p_median, p_median_problem
from coopgeo.siting.progress import Report, Watch
from coopgeo.siting.solution import Problem, Solution
from coopgeo.siting.two_stage import two_stage, two_stage_problem

_PROBLEMS: dict[Callable[..., Solution], Callable[..., Problem]] = {
    p_median: p_median_problem,
    p_center: p_center_problem,
    max_cover: max_cover_problem,
    set_cover: set_cover_problem,
    facility_location: facility_location_problem,
    two_stage: two_stage_problem,
}
_MOST_SHOWN = 60
_LIMITS = ("time_limit_s", "rel_gap", "progress")


@dataclass(frozen=True)
class Alternative:
    """Another answer, and how much worse than the best it is.

    Attributes
    ----------
    solution : Solution
    regret : float
        How much worse than the best answer, never negative. Proved if both solutions are.
    """

    solution: Solution
    regret: float


def problem_of(problem_or_call: Problem | partial[Solution]) -> Problem:
    """Turn a call such as `partial(p_median, cost, 5)` into the problem it would solve; a problem stays what it is.

    Raises
    ------
    InputError
        If the arguments of the call are wrong.

    Examples
    --------
    >>> problem_of(partial(p_median, [[0, 1], [1, 0]], 1)).p
    1
    """
    if isinstance(problem_or_call, Problem):
        return problem_or_call
    function = getattr(problem_or_call, "func", None)
    if function not in _PROBLEMS:
        names = ", ".join(sorted(known.__name__ for known in _PROBLEMS))
        faults = Faults("problem")
        faults.add(
            found=f"{problem_or_call}"[:_MOST_SHOWN], expected=f"a problem, or functools.partial of one of {names}"
        )
        faults.raise_if_any()
    options = {name: value for name, value in problem_or_call.keywords.items() if name not in _LIMITS}
    return _PROBLEMS[problem_or_call.func](*problem_or_call.args, **options)


def alternatives(
    problem_or_call: Problem | partial[Solution],
    k: int,
    *,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> list[Alternative]:
    """Find the k best distinct sets of sites, the best one first.

    Parameters
    ----------
    problem_or_call : Problem or functools.partial
        A problem, or the call that would solve it: `partial(p_median, cost, 5)`.
    k : int
        How many sets. Sizes of one place count as one.
    time_limit_s, rel_gap : float
        Limits of the whole search.
    progress : callable, optional
        Called with a `Progress` now and then.

    Returns
    -------
    list of Alternative
        Fewer than `k` if there are no more, or if the time was up.

    Raises
    ------
    InputError, InfeasibleError
        As the function that solves the problem.

    Examples
    --------
    >>> ranking = alternatives(partial(p_median, [[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1), 3)
    >>> [(other.solution.sites.tolist(), other.regret) for other in ranking]
    [([1], 0.0), ([0], 3.0), ([2], 6.0)]
    """
    arguments.limits(time_limit_s, rel_gap)
    if not isinstance(k, int | np.integer) or k < 1:
        faults = Faults("alternatives")
        faults.add(column="k", found=k, expected="a whole number, 1 or more")
        faults.raise_if_any()
    problem = problem_of(problem_or_call)
    sign = -1.0 if problem.most_is_best else 1.0
    found = sorted(
        problem.best(k, time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress), key=lambda one: sign * one.value
    )
    return [Alternative(other, abs(other.value - found[0].value)) for other in found]


def insist(
    problem_or_call: Problem | partial[Solution],
    sites: Iterable[int],
    *,
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
) -> dict[int, Alternative | None]:
    """What it would cost to insist on a site, for each of some sites.

    Parameters
    ----------
    problem_or_call : Problem or functools.partial
    sites : iterable of int
        Sites to insist on, one at a time.
    time_limit_s, rel_gap : float
        Limits of the whole search.

    Returns
    -------
    dict of int to Alternative or None
        For each site the best answer with it (with some size of its place), None if there is none; the regret is 0
        for the sites of a best answer. Sites that the time did not allow are left out.

    Examples
    --------
    >>> insist(partial(p_median, [[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1), [2])[2].regret
    6.0
    """
    arguments.limits(time_limit_s, rel_gap)
    problem = problem_of(problem_or_call)
    asked = _checked("insist", problem, sites)
    return _each(problem, {site: problem.narrowed(required=[site]) for site in asked}, time_limit_s, rel_gap)


def tolerances(
    problem_or_call: Problem | partial[Solution], *, time_limit_s: float = 60.0, rel_gap: float = 1e-6
) -> dict[int, Alternative | None]:
    """How much dearer each chosen site may become before the answer changes, and to what it changes.

    Parameters
    ----------
    problem_or_call : Problem or functools.partial
    time_limit_s, rel_gap : float
        Limits of the whole search.

    Returns
    -------
    dict of int to Alternative or None
        For each site of the best answer the best answer without it (all sizes of its place). The regret is what the
        site may cost more: any answer with the site grows dearer by the same amount, any answer without it stays.
        None if there is no answer without it.

    Examples
    --------
    >>> tolerances(partial(p_median, [[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1))[1].regret
    3.0
    """
    arguments.limits(time_limit_s, rel_gap)
    problem, watch = problem_of(problem_or_call), Watch(time_limit_s)
    best = problem.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap)[0]
    return _each(
        problem,
        {int(site): problem.narrowed(forbidden=problem.same_site(site)) for site in best.sites},
        watch.left_s,
        rel_gap,
        best,
    )


def evaluate(problem_or_call: Problem | partial[Solution], sites: Iterable[int]) -> Solution:
    """The best use of a given set of sites, such as the one there already is.

    Parameters
    ----------
    problem_or_call : Problem or functools.partial
    sites : iterable of int
        Just these sites are open, whatever `p`, `required` and `forbidden` say.

    Returns
    -------
    Solution
        Its bound is that of the set given, not of the problem.

    Examples
    --------
    >>> evaluate(partial(p_median, [[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1), [0, 2]).value
    3.0
    """
    problem = problem_of(problem_or_call)
    return problem.evaluate(_checked("evaluate", problem, sites))


def _checked(name: str, problem: Problem, sites: Iterable[int]) -> list[int]:
    """Sites asked about, in order, each once; raises `InputError`."""
    faults = Faults(name)
    mask = arguments.site_mask(faults, "sites", list(sites), len(problem.forbidden))
    faults.raise_if_any()
    return np.flatnonzero(mask).tolist()


def _each(
    problem: Problem, cases: dict[int, Problem], time_limit_s: float, rel_gap: float, best: Solution | None = None
) -> dict[int, Alternative | None]:
    watch, found = Watch(time_limit_s), dict[int, Solution | None]()
    best = best or problem.best(1, time_limit_s=time_limit_s, rel_gap=rel_gap)[0]
    for site, case in cases.items():
        if watch.over:
            break
        try:
            solution = case.best(1, time_limit_s=watch.left_s, rel_gap=rel_gap)[0]
        except InfeasibleError:
            found[site] = None
            continue
        except CoopgeoError:  # no time left for an answer
            break
        found[site] = solution
        if solution.status == "feasible" and not watch.over:  # stopped by hand
            break
    values = [one.value for one in (best, *found.values()) if one is not None]
    first = (
        max(values) if problem.most_is_best else min(values)
    )  # within the gap asked for, one of these may be better than the best
    return {site: None if one is None else Alternative(one, abs(one.value - first)) for site, one in found.items()}
