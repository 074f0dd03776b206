"""The problem of nearest open sites as a whole program over how far each point must go: small where many sites open.

For each point, z_k is 1 if no site within its k-th distance is open; it then pays the step to the next distance. Only
the first distances stand in the program: what lies beyond is counted as near as the last of them, so its value bounds
that of the problem, and is that of the problem if no point of the answer goes beyond.

Source: S. Elloumi, A tighter formulation of the p-median problem, Journal of Combinatorial Optimization 19 (2010);
S. Garcia, M. Labbe and A. Marin, Solving large p-median problems with a radius formulation, INFORMS Journal on
Computing 23 (2011).
"""

from typing import NamedTuple

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.siting.engine.linear import Model
from coopgeo.siting.engine.nearest import Nearest
from coopgeo.siting.progress import Watch


class Found(NamedTuple):
    """The sites of an answer (mask over the columns of the lists), and a bound on every answer."""

    chosen: Mask
    bound: float


def entries(near: Nearest, depth: Ints) -> int:
    """Entries of the lists that a program of some depth takes up."""
    return int(np.minimum(depth, near.length).sum())


def solve(
    near: Nearest, opening: Floats, required: Mask, p: int | None, depth: Ints, watch: Watch, rel_gap: float
) -> Found | None:
    """Solve the program; None if nothing reaches every point.

    Parameters
    ----------
    near : Nearest
    opening : ndarray, shape (sites,)
    required : ndarray of bool, shape (sites,)
    p : int, optional
        Number of open sites; free if None.
    depth : ndarray of int, shape (points,)
        Sites of each point's list that stand in the program, 1 or more.
    watch : Watch
    rel_gap : float

    Raises
    ------
    CoopgeoError
        If the limit came before any answer.
    """
    depth = np.minimum(depth, near.length)
    point, rank = np.nonzero(np.arange(near.site.shape[1]) < depth[:, None])
    cost, site = near.cost[point, rank], near.site[point, rank]
    first = rank == 0
    begins = first | np.r_[True, cost[1:] > cost[:-1]]  # a new distance of a point
    level = np.cumsum(begins) - 1  # of each entry
    level_cost, level_first = cost[begins], first[begins]
    last = np.r_[level_first[1:], True]
    step = np.where(last, 0.0, np.r_[level_cost[1:], 0.0] - level_cost)
    ends = near.length < near.site.shape[1]  # the list holds every site in reach, and others are out of it
    must = last & (ends & (depth == near.length))[point[begins]]

    model = Model()
    y = model.variables(opening, np.where(required, 1.0, 0.0), 1.0, whole=True)
    z = model.variables(step, 0.0, np.where(must, 0.0, 1.0))
    at = np.arange(len(z))
    model.rows(
        np.where(level_first, 1.0, 0.0),
        np.inf,
        (at, z, 1.0),
        (at[~level_first], z[at[~level_first] - 1], -1.0),
        (level, y[site], 1.0),
    )
    if p is not None:
        model.rows(p, p, (0, y, 1.0))
    nearest = float(level_cost[level_first].sum())
    answer = model.solve(watch, rel_gap=rel_gap, offset=nearest)
    return None if answer is None else Found(answer.x[y] > 0.5, nearest + answer.bound)
