"""Facility location: sites with an opening cost, and perhaps a capacity, against the cost of serving from afar.

    min  sum_i w_i sum_j c_ij x_ij + sum_j f_j y_j
    s.t. sum_j x_ij = 1                              every point is served
         x_ij <= y_j                                 by open sites only
         sum_i w_i x_ij <= K_j y_j                   within their capacity
         sum_{j in group} y_j <= 1,  sum_j y_j = p   one size a site; p sites, if p is given
         0 <= x <= 1, whole where points have one site each;  y in {0, 1}

Source: M. L. Balinski, Management Science 12 (1965).

Without capacities and groups every point goes to its nearest open site (`engine/uncapacitated.py`). With them, demand
is split where that is cheaper (`engine/capacitated.py`) or each point has one site (`engine/single_source.py`).
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.errors import Faults
from coopgeo.siting import arguments
from coopgeo.siting.arguments import Sites
from coopgeo.siting.engine.base import Engine
from coopgeo.siting.problem import Problem
from coopgeo.siting.progress import Report
from coopgeo.siting.solution import Solution


class FacilityLocation(Problem):
    """The sites that serve all demand at the least cost of opening and serving.

    Parameters
    ----------
    unit_cost : array_like, shape (points, sites)
        Cost of a unit of demand of a point served from a site; `inf` = not allowed.
    demand : array_like, shape (points,)
        Units of demand; None for 1 each. A point without demand may stay out of reach.
    opening : array_like, shape (sites,)
        Cost of opening each site; None if opening costs nothing.
    capacity : array_like, shape (sites,), optional
        Units of demand that each site can serve, `inf` for no limit; no limits by default.
    single_source : bool
        Whether each point is served by one site alone.
    p : int, optional
        Number of sites to open; free by default.
    groups : array_like, shape (sites,), optional
        Sites with the same label exclude each other (sizes of one platform).
    required, forbidden : indices or boolean mask
        Sites that must, or may not, open. A required site with a group stands for the group.

    Raises
    ------
    InputError
        If an array has the wrong shape, a NaN or a negative entry, or p does not fit.

    Examples
    --------
    >>> problem = FacilityLocation([[1, 4], [4, 1]], [10, 10], [5, 30], capacity=[20, 20])
    >>> problem.solve().sites, problem.insist([1])[1].regret
    (array([0]), 0.0)
    """

    def __init__(
        self,
        unit_cost: ArrayLike,
        demand: ArrayLike | None,
        opening: ArrayLike | None,
        *,
        capacity: ArrayLike | None = None,
        single_source: bool = False,
        p: int | None = None,
        groups: ArrayLike | None = None,
        required: Sites = (),
        forbidden: Sites = (),
    ) -> None:
        # numba takes half a second and 80 MB to import
        from coopgeo.siting.engine.capacitated import Capacitated  # noqa: PLC0415
        from coopgeo.siting.engine.single_source import SingleSource  # noqa: PLC0415
        from coopgeo.siting.engine.uncapacitated import Uncapacitated  # noqa: PLC0415

        faults = Faults("facility_location")
        matrix = arguments.cost_matrix(faults, "unit_cost", unit_cost)
        points, sites = matrix.shape
        must, never = arguments.site_masks(faults, required, forbidden, sites)
        group = arguments.labels(faults, "groups", groups, sites)
        number = arguments.number_of_sites(faults, p, group, must, never, may_be_free=True)
        weight = arguments.per_point(faults, "demand", demand, points, 1.0)
        arguments.countable(faults, "unit_cost", matrix, weight)
        fixed = arguments.per_point(faults, "opening", opening, sites, 0.0)
        arguments.countable(faults, "opening", fixed)
        room = arguments.rooms(faults, "capacity", capacity, sites)
        faults.raise_if_any()
        engine: Engine
        if np.isinf(room).all() and len(np.unique(group)) == sites:
            engine = Uncapacitated(matrix, weight, fixed, number, required=must, forbidden=never)
        else:
            kind = SingleSource if single_source else Capacitated
            engine = kind(matrix, weight, fixed, room, number, group, required=must, forbidden=never)
        super().__init__(engine)


def facility_location(
    unit_cost: ArrayLike,
    demand: ArrayLike | None,
    opening: ArrayLike | None,
    *,
    capacity: ArrayLike | None = None,
    single_source: bool = False,
    p: int | None = None,
    groups: ArrayLike | None = None,
    required: Sites = (),
    forbidden: Sites = (),
    time_limit_s: float = 60.0,
    rel_gap: float = 1e-6,
    progress: Report | None = None,
) -> Solution:
    """Choose the sites that serve all demand at the least cost of opening and serving.

    Parameters
    ----------
    unit_cost, demand, opening, capacity, single_source, p, groups, required, forbidden
        As in `FacilityLocation`.
    time_limit_s, rel_gap, progress
        As in `FacilityLocation.solve`.

    Returns
    -------
    Solution
        `value` = sum of demand times unit cost, plus opening; `assignment` where each point has one site, `flows` =
        (points x sites,) where it may be split.

    Raises
    ------
    InputError
        Before any solver starts, if an array has the wrong shape, a NaN or a negative entry, or p does not fit.
    InfeasibleError
        If the demand cannot be served; says which points are out of reach, or how much capacity is lacking.

    Examples
    --------
    >>> answer = facility_location([[1, 4], [4, 1]], [10, 10], [5, 30], capacity=[15, 20])
    >>> answer.value, answer.status, answer.sites
    (55.0, 'optimal', array([0, 1]))
    """
    problem = FacilityLocation(
        unit_cost, demand, opening, capacity=capacity, single_source=single_source, p=p, groups=groups,
        required=required, forbidden=forbidden,
    )  # fmt: skip
    return problem.solve(time_limit_s=time_limit_s, rel_gap=rel_gap, progress=progress)
