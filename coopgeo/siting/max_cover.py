"""Maximal cover: p open sites such that most demand lies near enough to one of them.

    max  sum_i w_i z_i   s.t.  sum_{j covers i} y_j >= z_i,  sum_j y_j = p,  y_j in {0, 1},  0 <= z_i <= 1

Source: R. Church and C. ReVelle, Papers of the Regional Science Association 32 (1974). Solved in
`engine/covering.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.errors import Faults
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.covering import MostCovered
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution


class MaxCover(Problem):
    """The p sites that have the most demand within a radius.

    Parameters
    ----------
    distance : array_like, shape (points, sites)
        Distance or time; `inf` = not allowed.
    p : int
        Number of sites to open.
    radius : float
        Largest distance at which a point is covered, in the unit of `distance`.
    demand : array_like, shape (points,), optional
        Demand of each point; 1 each by default.
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open.

    Raises
    ------
    InputError
        If an argument is wrong.

    Examples
    --------
    >>> MaxCover([[0, 5], [4, 2], [9, 3]], 1, 4).evaluate([1]).value
    2.0
    """

    def __init__(
        self,
        distance: ArrayLike,
        p: int,
        radius: float,
        *,
        demand: ArrayLike | None = None,
        required: Sites = (),
        forbidden: Sites = (),
    ) -> None:
        faults = Faults("max_cover")
        matrix = arguments.cost_matrix(faults, "distance", distance)
        points, sites = matrix.shape
        must, never = arguments.site_masks(faults, required, forbidden, sites)
        number = arguments.number_of_sites(faults, p, np.arange(sites), must, never)
        reach = arguments.positive(faults, "radius", radius)
        weight = arguments.per_point(faults, "demand", demand, points, 1.0)
        arguments.countable(faults, "demand", weight)
        faults.raise_if_any()
        assert number is not None  # p may not be free
        super().__init__(MostCovered(matrix, reach, weight, number, required=must, forbidden=never))


def max_cover(
    distance: ArrayLike,
    p: int,
    radius: float,
    *,
    demand: ArrayLike | None = None,
    required: Sites = (),
    forbidden: Sites = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the p sites that have the most demand within a radius.

    Parameters
    ----------
    distance, p, radius, demand, required, forbidden
        As in `MaxCover`.
    time_limit_s, rel_gap, progress
        As in `MaxCover.solve`.

    Returns
    -------
    Solution
        `value` = demand covered; `bound` lies above it; `assignment` = nearest open site of each covered point, -1 of
        the others.

    Raises
    ------
    InputError
        Before any solver starts, if an argument is wrong.

    Examples
    --------
    >>> answer = max_cover([[0, 5], [4, 2], [9, 3]], 1, 4, demand=[10, 1, 2])
    >>> answer.value, answer.sites, answer.assignment
    (11.0, array([0]), array([ 0,  0, -1]))
    """
    problem = MaxCover(distance, p, radius, demand=demand, required=required, forbidden=forbidden)
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
