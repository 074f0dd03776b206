"""The cheapest path through periods: one choice in each, what each costs there, and what each step to the next costs.

Solved backwards in the periods (R. Bellman, Dynamic Programming, 1957): exact, whatever the costs are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coopgeo.arrays import Floats, Ints


class Path(NamedTuple):
    """The choice of each period, and what the path costs in all; infinite if there is no path."""

    choices: Ints
    value: float


def cheapest_path(costs: Floats, steps: Sequence[Floats]) -> Path:
    """Find the cheapest path.

    Parameters
    ----------
    costs : ndarray, shape (periods, choices)
        What a choice costs in a period; `inf` where it is not allowed.
    steps : sequence of ndarray, each of shape (choices, choices)
        What it costs to come from the row's choice of one period to the column's choice of the next.

    Returns
    -------
    Path
        Of equally cheap paths, the one whose choices come first.

    Examples
    --------
    >>> cheapest_path(np.array([[1.0, 3.0], [9.0, 3.0]]), [np.array([[0.0, 5.0], [5.0, 0.0]])])
    Path(choices=array([1, 1]), value=6.0)
    """
    rest = costs[-1]
    best: list[Ints] = []
    for cost, step in zip(costs[-2::-1], reversed(steps), strict=True):
        onward = step + rest
        best.append(onward.argmin(axis=1))
        rest = cost + onward.min(axis=1)
    choices = [int(rest.argmin())]
    for following in reversed(best):
        choices.append(int(following[choices[-1]]))
    return Path(np.array(choices), float(rest.min()))
