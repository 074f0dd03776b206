"""The next best answers: what it would cost to choose other sites, proved in the same way as the best answer.

Each further answer is the optimum of the same model with one more row that rules out the set of sites S found before
(sum_{g in S} y_g - sum_{g not in S} y_g <= |S| - 1; E. Balas and R. Jeroslow, SIAM J. Appl. Math. 23, 1972). Sizes of one site are one site.
"""

from collections.abc import Iterator
from dataclasses import replace

from coopgeo.errors import InfeasibleError
from coopgeo.siting.solution import Solution
from coopgeo.siting.two_stage import TwoStage


def alternatives(problem: TwoStage, best: Solution, *, time_limit_s: float = 60.0, rel_gap: float = 1e-6) -> Iterator[Solution]:
    """Answers of `problem` with other sites than `best`, from the cheapest on, until there are no more.

    Parameters
    ----------
    problem : TwoStage
    best : Solution
        The optimum of `problem`.
    time_limit_s, rel_gap : float
        Limits of each search.

    Yields
    ------
    Solution
        The regret of each is its `value` less `best.value`.
    """
    while True:
        used = frozenset(int(g) for g in problem.group[best.sites])
        problem = replace(problem, excluded=(*problem.excluded, used))
        try:
            best = problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap)
        except InfeasibleError:
            return
        yield best
