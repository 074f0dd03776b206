"""The p-center: p open sites such that the farthest point is as near to its site as can be.

    min  r   s.t.  every point lies within r of an open site,  sum_j y_j = p,  y_j in {0, 1}

Source: E. Minieka, SIAM Review 12 (1970). Solved in `engine/center.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.errors import Faults
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.center import Center
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution


class PCenter(Problem):
    """The p sites that leave no point farther than need be.

    Parameters
    ----------
    distance : array_like, shape (points, sites)
        Distance or time; `inf` = not allowed.
    p : int
        Number of sites to open.
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open.

    Raises
    ------
    InputError
        If an argument is wrong.

    Examples
    --------
    >>> PCenter([[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1).evaluate([0]).value
    9.0
    """

    def __init__(self, distance: ArrayLike, p: int, *, required: Sites = (), forbidden: Sites = ()) -> None:
        faults = Faults("p_center")
        matrix = arguments.cost_matrix(faults, "distance", distance)
        sites = matrix.shape[1]
        must, never = arguments.site_masks(faults, required, forbidden, sites)
        number = arguments.number_of_sites(faults, p, np.arange(sites), must, never)
        faults.raise_if_any()
        assert number is not None  # p may not be free
        super().__init__(Center(matrix, number, required=must, forbidden=never))


def p_center(
    distance: ArrayLike,
    p: int,
    *,
    required: Sites = (),
    forbidden: Sites = (),
    time_limit_s: float = 60.0,
    progress: Report | None = None,
) -> Solution:
    """Choose the p sites that leave no point farther than need be.

    Parameters
    ----------
    distance, p, required, forbidden
        As in `PCenter`.
    time_limit_s, progress
        As in `PCenter.solve`.

    Returns
    -------
    Solution
        `value` = largest distance of a point to its nearest open site; `assignment` = that site.

    Raises
    ------
    InputError
        Before any solver starts, if an argument is wrong.
    InfeasibleError
        If no p sites reach every point; says which points, or how many sites it takes.

    Examples
    --------
    >>> answer = p_center([[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1)
    >>> answer.value, answer.bound, answer.sites
    (6.0, 6.0, array([1]))
    """
    problem = PCenter(distance, p, required=required, forbidden=forbidden)
    return problem.solve(time_limit_s=time_limit_s, progress=progress)
