"""Set cover: the cheapest open sites such that every point lies near enough to one of them.

    min  sum_j f_j y_j   s.t.  sum_{j covers i} y_j >= 1 for every i,  y_j in {0, 1}

Source: C. Toregas, R. Swain, C. ReVelle, L. Bergman, Operations Research 19 (1971). Solved in `engine/covering.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.errors import Faults
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.covering import CheapestCover
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution


class SetCover(Problem):
    """The cheapest sites that have every point within a radius; the fewest, if none has a price.

    Parameters
    ----------
    distance : array_like, shape (points, sites)
        Distance or time; `inf` = not allowed.
    radius : float
        Largest distance at which a point is covered, in the unit of `distance`.
    opening : array_like, shape (sites,), optional
        Cost of opening each site; 1 each by default.
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open.

    Raises
    ------
    InputError
        If an argument is wrong.

    Examples
    --------
    >>> SetCover([[0, 5, 3], [4, 2, 3], [9, 3, 1]], 3).alternatives(2)[1].regret
    1.0
    """

    def __init__(
        self,
        distance: ArrayLike,
        radius: float,
        *,
        opening: ArrayLike | None = None,
        required: Sites = (),
        forbidden: Sites = (),
    ) -> None:
        faults = Faults("set_cover")
        matrix = arguments.cost_matrix(faults, "distance", distance)
        sites = matrix.shape[1]
        must, never = arguments.site_masks(faults, required, forbidden, sites)
        arguments.number_of_sites(faults, None, np.arange(sites), must, never, may_be_free=True)
        reach = arguments.positive(faults, "radius", radius)
        cost = arguments.per_point(faults, "opening", opening, sites, 1.0)
        arguments.countable(faults, "opening", cost)
        faults.raise_if_any()
        super().__init__(CheapestCover(matrix, reach, cost, required=must, forbidden=never))


def set_cover(
    distance: ArrayLike,
    radius: float,
    *,
    opening: ArrayLike | None = None,
    required: Sites = (),
    forbidden: Sites = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the cheapest sites that have every point within a radius; the fewest, if none has a price.

    Parameters
    ----------
    distance, radius, opening, required, forbidden
        As in `SetCover`.
    time_limit_s, rel_gap, progress
        As in `SetCover.solve`.

    Returns
    -------
    Solution
        `value` = sum of opening costs; `assignment` = nearest open site of each point.

    Raises
    ------
    InputError
        Before any solver starts, if an argument is wrong.
    InfeasibleError
        If some points are near no site that may open; says which.

    Examples
    --------
    >>> answer = set_cover([[0, 5, 3], [4, 2, 3], [9, 3, 1]], 3)
    >>> answer.value, answer.sites
    (1.0, array([2]))
    """
    problem = SetCover(distance, radius, opening=opening, required=required, forbidden=forbidden)
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
