"""The sites of each demand point, nearest first: what the bound and the swaps walk along."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgeo.arrays import Floats, Ints

_MOST_ENTRIES = 60_000_000  # 12 bytes each
_CHUNK_ENTRIES = 2_000_000


class Nearest(NamedTuple):
    """For each demand point, some sites in the order of their cost; compiled code takes it as it is.

    Attributes
    ----------
    columns : ndarray of int, shape (sites kept,)
        Columns of the cost matrix that the lists speak of; `site` counts within these.
    site : ndarray of int32, shape (points, length)
    cost : ndarray, shape (points, length)
        Demand times unit cost, ascending along each row.
    length : ndarray of int32, shape (points,)
        Entries of each row that mean something; 0 for points without demand.
    cap : ndarray, shape (points,)
        Highest price to ask of a point. Where its list was cut short, the last cost: more would make the bound wrong.
        Else the last cost and `beyond`, above which every site is worth opening for this point alone and nothing is
        won; `highest` where some sites are out of its reach.
    """

    columns: Ints
    site: NDArray[np.int32]
    cost: Floats
    length: NDArray[np.int32]
    cap: Floats

    @classmethod
    def of(
        cls, unit_cost: Floats, demand: Floats, columns: Ints, most: int, beyond: float, highest: float
    ) -> "Nearest":
        """Sort the first `most` sites of each point, among `columns`."""
        points, sites = len(demand), len(columns)
        most = min(sites, max(2, min(most, _MOST_ENTRIES // max(points, 1))))
        site, cost = np.empty((points, most), dtype=np.int32), np.empty((points, most))
        everything = sites == unit_cost.shape[1]
        step = max(1, _CHUNK_ENTRIES // sites)
        for at in range(0, points, step):
            rows = slice(at, at + step)
            part = unit_cost[rows] if everything else unit_cost[rows, columns]
            if most < sites:
                some = np.argpartition(part, most - 1, axis=1)[:, :most]
                order = np.take_along_axis(
                    some, np.argsort(np.take_along_axis(part, some, axis=1), axis=1, kind="stable"), axis=1
                )
            else:
                order = np.argsort(part, axis=1, kind="stable")
            site[rows] = order
            cost[rows] = np.take_along_axis(part, order, axis=1)
        length = np.where(demand > 0, np.isfinite(cost).sum(axis=1), 0).astype(np.int32)
        with np.errstate(invalid="ignore"):  # no demand times an infinite cost: a row that counts for nothing
            cost *= demand[:, None]
        cap = np.where(length == most, cost[:, -1] + (beyond if most == sites else 0.0), highest)
        return cls(columns, site, cost, length, cap)
