"""Linear programs over the shares of players, where only those coalitions stand that turn out to matter.

A game of 14 players has 16,383 coalitions and its programs a dozen columns: few rows are tight. Rows are added as they
are broken, the worst first, until none is.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog

from coopgeo.arrays import Floats, Ints
from coopgeo.errors import CoopgeoError, Message

TOLERANCE = 1e-9  # of numbers of about 1
_MOST_NEW = 40  # rows that are added at once
_WITHOUT_ANSWER = (2, 3)  # of SciPy: infeasible, unbounded


class Rows(NamedTuple):
    """Rows `matrix x >= sides`."""

    matrix: Floats
    sides: Floats


class Solved(NamedTuple):
    """A program that was solved: its variables, its value, and the price of each row that stood in it.

    Attributes
    ----------
    x : ndarray
    value : float
    standing : ndarray of int
        Which rows stood in it.
    prices : ndarray
        By how much the value falls as the side of each of them does; 0 or more.
    always : ndarray
        The same of the rows that always stand.
    """

    x: Floats
    value: float
    standing: Ints
    prices: Floats
    always: Floats


def minimum(
    costs: Floats, rows: Rows, start: Ints, *, equal: Rows | None = None, always: Rows | None = None
) -> Solved | None:
    """Minimise `costs x` under many rows.

    Parameters
    ----------
    costs : ndarray, shape (variables,)
    rows : Rows
        Those that stand as far as they are broken otherwise.
    start : ndarray of int
        Which of them stand from the beginning.
    equal : Rows, optional
        What must hold with equality.
    always : Rows, optional
        Rows that stand always.

    Returns
    -------
    Solved or None
        None if nothing fulfils the rows, or the value has no bound.
    """
    none = Rows(np.zeros((0, len(costs))), np.zeros(0))
    held, standing = always or none, np.unique(start)
    while True:
        both = Rows(np.vstack([rows.matrix[standing], held.matrix]), np.concatenate([rows.sides[standing], held.sides]))
        found = _solved(costs, both, equal or none)
        if found is None and len(standing) < len(rows.sides):
            standing = np.arange(len(rows.sides))  # a few rows may leave it without a bound that all of them give
            continue
        if found is None:
            return None
        broken = rows.sides - rows.matrix @ found.x
        worst = np.argsort(-broken, kind="stable")[:_MOST_NEW]
        new = np.setdiff1d(worst[broken[worst] > TOLERANCE], standing)
        if not len(new):
            prices = -np.minimum(found.ineqlin.marginals, 0.0)
            return Solved(found.x, float(found.fun), standing, prices[: len(standing)], prices[len(standing) :])
        standing = np.union1d(standing, new)


def _solved(costs: Floats, rows: Rows, equal: Rows) -> Any:
    """What SciPy's HiGHS gives; None without a solution."""
    options = {"primal_feasibility_tolerance": TOLERANCE / 10, "dual_feasibility_tolerance": TOLERANCE / 10}
    for presolve in (True, False):  # presolving may leave open whether there is no solution or no bound
        found = linprog(
            costs,
            A_ub=-rows.matrix,
            b_ub=-rows.sides,
            A_eq=equal.matrix if len(equal.sides) else None,
            b_eq=equal.sides if len(equal.sides) else None,
            bounds=(None, None),
            method="highs",
            options=options | {"presolve": presolve},
        )
        if found.status == 0:
            return found
        if found.status in _WITHOUT_ANSWER:
            return None
    raise CoopgeoError(Message("no answer was found: amounts or costs differ too much in size to be computed with"))
