"""Sets of columns that cover every row, as few or as cheap as can be: what all problems with a radius rest on.

Points that the same sites cover are one row, rows that others imply and sites that others outdo are left out, HiGHS
does the rest.

Source of the reductions: J. E. Beasley, European J. of Operational Research 31 (1987).
"""

from collections.abc import Sequence

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import CoopgeoError, InfeasibleError, Message
from coopgeo.siting.engine.linear import Answer, Model, exclude
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import out_of_time

_DENSE_PRODUCT = 4e9  # multiplications that comparing all pairs of rows or columns may take


def outdone(covers: Mask, cost: Floats) -> Mask:
    """Columns that another one outdoes: it covers all that they cover, costs no more (of equals, the first stays)."""
    count = covers.shape[1]
    if covers.shape[0] * count**2 > _DENSE_PRODUCT:
        return np.zeros(count, dtype=bool)
    ones = covers.astype(np.float32)
    inside = (ones.T @ ones) == covers.sum(axis=0)[:, None]  # [j, k]: all that j covers, k covers too
    inside &= cost[:, None] >= cost[None, :]
    equal = inside & inside.T
    return (inside & ~equal).any(axis=1) | np.tril(equal, -1).any(axis=1)


def reduced(covers: Mask, cost: Floats) -> tuple[Mask, Ints]:
    """Leave out rows that others imply and columns that others outdo; the smaller matrix and its columns."""
    columns = np.arange(covers.shape[1])
    covers = np.unique(covers, axis=0)
    while True:
        idle = outdone(covers, cost[columns])
        covers, columns = covers[:, ~idle], columns[~idle]
        # A row whose sites are all among those of another row makes that other row idle.
        implied = outdone(~covers.T, np.zeros(len(covers)))
        covers = covers[~implied]
        if not idle.any() and not implied.any():
            return covers, columns


def fewest(
    covers: Mask,
    cost: Floats,
    watch: Watch,
    *,
    excluded: Sequence[frozenset[int]] = (),
    at_most: int | None = None,
    exactly: int | None = None,
    rel_gap: float = 1e-6,
) -> tuple[Ints, Answer] | None:
    """Least cost set of columns that covers every row; None if there is none.

    Parameters
    ----------
    covers : ndarray of bool, shape (rows, columns)
    cost : ndarray, shape (columns,)
    watch : Watch
    excluded : sequence of frozenset of int
        Sets of columns that are not to be the answer.
    at_most : int, optional
        Any set of this many columns will do, and none of more.
    exactly : int, optional
        Number of columns; any set of so many will do.
    rel_gap : float
    """
    if not covers.any(axis=1).all():
        return None
    start = None
    if excluded or exactly is not None:
        rows, columns = np.unique(covers, axis=0), np.arange(covers.shape[1])
    else:
        if at_most is not None:
            some = cheapest_first(covers, cost)
            if some.sum() <= at_most:
                return np.flatnonzero(some), Answer(some, float(some.sum()), 0.0, proved=False)
        rows, columns = reduced(covers, cost)
        start = cheapest_first(rows, cost[columns]) if at_most is None else None
    model = Model()
    y = model.variables(cost[columns], 0.0, 1.0, whole=True)
    row, column = np.nonzero(rows)
    model.rows(np.ones(len(rows)), np.inf, (row, y[column], 1.0))
    if at_most is not None:
        model.rows(0.0, at_most, (0, y, 1.0))
    if exactly is not None:
        model.rows(exactly, exactly, (0, y, 1.0))
    exclude(model, y, excluded)
    answer = model.solve(watch, rel_gap=rel_gap, target=at_most if exactly is None else exactly, start=start)
    return None if answer is None else (columns[answer.x[y] > 0.5], answer)


def cheapest_first(rows: Mask, cost: Floats) -> Floats:
    """A first cover: again and again the column that costs least for each further row; the variables of the model."""
    chosen, left = np.zeros(rows.shape[1]), np.ones(len(rows))
    cost = np.maximum(cost, 1e-9 * float(cost.max(initial=0.0))) if cost.any() else np.ones_like(cost)
    while left.any():
        j = int(((left @ rows) / cost).argmax())
        chosen[j] = 1.0
        left[rows[:, j]] = 0.0
    return chosen


def too_few(p: int, least: float, watch: Watch) -> CoopgeoError:
    """What to raise when p sites were not found to reach every point: it takes `least` sites at least."""
    needed = np.ceil(least - 1e-6)  # minus infinity if a limit left no time for a bound
    if needed > p:
        return InfeasibleError(
            Message(
                "p = {p} sites cannot reach every demand point; at least {needed:.0f} are needed",
                p=p,
                needed=float(needed),
            )
        )
    return out_of_time(watch.seconds)
