"""The p-median: p open sites such that the demand, each point served by its nearest one, travels least.

    min  sum_i w_i sum_j d_ij x_ij   s.t.  sum_j x_ij = 1,  x_ij <= y_j,  sum_j y_j = p,  y_j in {0, 1}

Source: S. L. Hakimi, Operations Research 12 (1964); C. S. ReVelle and R. W. Swain, Geographical Analysis 2 (1970).
Solved in `engine/uncapacitated.py`.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.errors import Faults, Message
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution


class PMedian(Problem):
    """The p sites from which all demand is served at the least cost.

    Parameters
    ----------
    unit_cost : array_like, shape (points, sites)
        Cost of a unit of demand of a point served from a site; `inf` = not allowed.
    p : int
        Number of sites to open.
    demand : array_like, shape (points,), optional
        Units of demand; 1 each by default. A point without demand may stay out of reach.
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open.
    seed : int
        Of the first answer that the search starts from.

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or a negative entry, or p does not fit.

    Examples
    --------
    >>> problem = PMedian([[0, 3, 9], [3, 0, 6], [9, 6, 0]], 1)
    >>> problem.solve().sites
    array([1])
    >>> [(other.solution.sites.tolist(), other.regret) for other in problem.alternatives(3)]
    [([1], 0.0), ([0], 3.0), ([2], 6.0)]
    >>> problem.insist([2])[2].regret
    6.0
    >>> problem.tolerances()[1].regret
    3.0
    >>> problem.evaluate([0, 2]).value
    3.0
    """

    def __init__(
        self,
        unit_cost: ArrayLike,
        p: int,
        *,
        demand: ArrayLike | None = None,
        required: Sites = (),
        forbidden: Sites = (),
        seed: int = 0,
    ) -> None:
        # numba takes half a second and 80 MB to import
        from coopgeo.siting.engine.uncapacitated import Uncapacitated  # noqa: PLC0415

        faults = Faults("p_median")
        matrix = arguments.cost_matrix(faults, "unit_cost", unit_cost)
        points, sites = matrix.shape
        must, never = arguments.site_masks(faults, required, forbidden, sites)
        number = arguments.number_of_sites(faults, p, np.arange(sites), must, never)
        weight = arguments.per_point(faults, "demand", demand, points, 1.0)
        arguments.countable(faults, "unit_cost", matrix, weight)
        if not arguments.is_whole(seed) or seed < 0:
            faults.add(column="seed", found=seed, expected=Message("a whole number, 0 or more"))
        faults.raise_if_any()
        super().__init__(
            Uncapacitated(matrix, weight, np.zeros(sites), number, int(seed), required=must, forbidden=never)
        )


def p_median(
    unit_cost: ArrayLike,
    p: int,
    *,
    demand: ArrayLike | None = None,
    required: Sites = (),
    forbidden: Sites = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    seed: int = 0,
    progress: Report | None = None,
) -> Solution:
    """Choose the p sites from which all demand is served at the least cost.

    Parameters
    ----------
    unit_cost, p, demand, required, forbidden, seed
        As in `PMedian`.
    time_limit_s, rel_gap, progress
        As in `PMedian.solve`.

    Returns
    -------
    Solution
        `value` = sum of demand times unit cost; `assignment` = nearest open site of each point.

    Raises
    ------
    InputError
        Before any solver starts, if an argument is wrong.
    InfeasibleError
        If no p sites reach every point with demand; says which points, or how many sites it takes.

    Examples
    --------
    >>> answer = p_median([[0, 3, 9], [3, 0, 6], [9, 6, 0]], 2, demand=[2, 1, 5])
    >>> answer.value, answer.status, answer.sites, answer.assignment
    (3.0, 'optimal', array([0, 2]), array([0, 0, 2]))
    """
    problem = PMedian(unit_cost, p, demand=demand, required=required, forbidden=forbidden, seed=seed)
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
