"""The sites of each demand point, nearest first: what the bound and the swaps walk along."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coopgeo.siting.solution import Floats, Ints

_MOST_ENTRIES = 60_000_000  # 12 bytes each
_CHUNK_ENTRIES = 2_000_000


@dataclass(frozen=True)
class Nearest:
    """For each demand point, some sites in the order of their cost.

    Attributes
    ----------
    columns : ndarray of int, shape (sites kept,)
        Columns of the cost matrix that the lists speak of; `site` counts within these.
    site : ndarray of int32, shape (points, length)
    cost : ndarray, shape (points, length)
        Demand times unit cost, ascending along each row.
    count : ndarray of int32, shape (points,)
        Entries of each row that mean something; 0 for points without demand.
    cap : ndarray, shape (points,)
        Cost up to which a row is complete: infinite unless the row was cut short.
    """

    columns: Ints
    site: NDArray[np.int32]
    cost: Floats
    count: NDArray[np.int32]
    cap: Floats

    @classmethod
    def of(cls, unit_cost: Floats, demand: Floats, columns: Ints, length: int) -> "Nearest":
        """Sort the first `length` sites of each point, among `columns`."""
        points, sites = len(demand), len(columns)
        length = max(2, min(sites, length, _MOST_ENTRIES // max(points, 1)))
        length = min(length, sites)
        site, cost = np.empty((points, length), dtype=np.int32), np.empty((points, length))
        everything = sites == unit_cost.shape[1]
        step = max(1, _CHUNK_ENTRIES // sites)
        for at in range(0, points, step):
            rows = slice(at, at + step)
            part = unit_cost[rows] if everything else unit_cost[rows, columns]
            if length < sites:
                some = np.argpartition(part, length - 1, axis=1)[:, :length]
                order = np.take_along_axis(some, np.argsort(np.take_along_axis(part, some, axis=1), axis=1, kind="stable"), axis=1)
            else:
                order = np.argsort(part, axis=1, kind="stable")
            site[rows] = order
            cost[rows] = np.take_along_axis(part, order, axis=1)
        count = np.where(demand > 0, np.isfinite(cost).sum(axis=1), 0).astype(np.int32)
        cut_short = (count == length) & (length < sites)
        with np.errstate(invalid="ignore"):  # no demand times an infinite cost: a row that counts for nothing
            cost *= demand[:, None]
        return cls(columns, site, cost, count, np.where(cut_short, cost[:, -1], np.inf))
