"""The k best sets of sites, one search after another, each without the sets found before.

For problems that a general solver solves.
"""

from collections.abc import Callable
from dataclasses import replace

from coopgeo.arrays import Ints
from coopgeo.errors import CoopgeoError
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution, judged

Excluded = list[frozenset[int]]
_SHARE_FIRST = 0.7  # of the time, for the best answer where others are asked for too


def rank(
    k: int,
    watch: Watch,
    rel_gap: float,
    solve: Callable[[Excluded, Watch], Solution | None],
    places: Callable[[Ints], Ints] = lambda sites: sites,
    *,
    most_is_best: bool = False,
) -> list[Solution]:
    """Solve again and again; the solutions, best first.

    Parameters
    ----------
    k : int
    watch : Watch
        Once it is over nothing is begun any more, but for the first search, which alone is told of.
    rel_gap : float
    solve : callable
        From the sets not to be found again, and a clock, to the best other one; None if there is none.
    places : callable
        From sites to the places that tell one set from another.
    most_is_best : bool

    Raises
    ------
    CoopgeoError
        If the very first search ended without an answer; later ones just end the list.
    """
    found: list[Solution] = []
    keys: Excluded = []
    while len(found) < k and not (found and watch.over):
        part = watch.part() if found else watch.part(share=1.0 if k == 1 else _SHARE_FIRST, heard=True)
        try:
            solution = solve(keys, part)
        except CoopgeoError:
            if not found:
                raise
            break
        if solution is None:
            break
        found.append(solution)
        keys = [*keys, frozenset(places(solution.sites).tolist())]
    return _in_order(found, rel_gap, most_is_best=most_is_best)


def _in_order(found: list[Solution], rel_gap: float, *, most_is_best: bool) -> list[Solution]:
    """Best first, where a limit let a later search find the better answer.

    Its own bound leaves out the sets found before it: the bound of an answer is that of the last search that left out
    no set but those that now stand before it.
    """
    sign = -1.0 if most_is_best else 1.0
    order = sorted(range(len(found)), key=lambda i: sign * found[i].value)  # stable: ties stay
    answers = []
    for at, i in enumerate(order):
        before = set(order[:at])
        search = max(j for j in range(len(found)) if set(range(j)) <= before)
        if search == i:
            answers.append(found[i])
            continue
        value = found[i].value
        bound = sign * min(sign * found[search].bound, sign * value)
        gap, status = judged(value, bound, rel_gap, proved=found[i].status == found[search].status == "optimal")
        answers.append(replace(found[i], bound=bound, gap=gap, status=status))
    return answers
