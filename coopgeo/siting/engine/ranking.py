"""The k best sets of sites, one search after another, each without the sets found before: for problems that a general solver solves."""

from collections.abc import Callable

from coopgeo.arrays import Ints
from coopgeo.errors import CoopgeoError
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import Solution

Excluded = list[frozenset[int]]


def rank(
    k: int,
    watch: Watch,
    solve: Callable[[Excluded], Solution | None],
    places: Callable[[Ints], Ints] = lambda sites: sites,
) -> list[Solution]:
    """Solve again and again; the solutions in the order found.

    Parameters
    ----------
    k : int
    watch : Watch
        Once it is over nothing is begun any more, but for the first search.
    solve : callable
        From the sets not to be found again to the best other one; None if there is none.
    places : callable
        From sites to the places that tell one set from another.

    Raises
    ------
    CoopgeoError
        If the very first search ended without an answer; later ones just end the list.
    """
    found: list[Solution] = []
    while len(found) < k and not (found and watch.over):
        try:
            solution = solve([frozenset(places(one.sites).tolist()) for one in found])
        except CoopgeoError:
            if not found:
                raise
            break
        if solution is None:
            break
        found.append(solution)
    return found
