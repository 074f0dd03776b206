"""Better and better answers by exchanging one open site for a closed one, opening one, or closing one.

What every move would bring is kept up to date from move to move instead of being computed anew: gain[j] of opening j,
loss[s] of closing the site in slot s, extra[j, s] of doing both at once. The first move that helps is made.

Sources: M. G. C. Resende, R. F. Werneck, European J. of Operational Research 174 (2006); E. Schubert, P. J.
Rousseeuw, Information Systems 101 (2021) for making the first move that helps.
"""

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.siting.engine.compiled import compiled
from coopgeo.siting.engine.nearest import Nearest

_ROUNDING = 1e-9  # share of the value below which a profit may be rounding


@compiled
def nearest_cost(near: Nearest, unit_cost: Floats, demand: Floats, sites: Ints, chosen: Mask) -> float:
    """Cost of serving each point from its nearest chosen site; `sites` are their columns in the matrix."""
    total = 0.0
    for i in range(len(demand)):
        cost = np.inf if near.length[i] > 0 else 0.0
        for k in range(near.length[i]):
            if chosen[near.site[i, k]]:
                cost = near.cost[i, k]
                break
        if cost == np.inf and near.length[i] == near.site.shape[1]:  # the list may have been cut short: ask the matrix
            for j in sites:
                cost = min(cost, demand[i] * unit_cost[i, j])
        total += cost
    return total


@compiled
def two_nearest(
    near: Nearest, unit_cost: Floats, demand: Floats, slot: Ints, slots: Ints, far: float, i: int
) -> tuple[float, int, float, int]:
    """Costs and slots of the two nearest open sites of point i; `far` and -1 where there is none."""
    d1, s1, d2, s2 = far, -1, far, -1
    for k in range(near.length[i]):
        s = slot[near.site[i, k]]
        if s >= 0:
            if s1 < 0:
                d1, s1 = near.cost[i, k], s
            else:
                d2, s2 = near.cost[i, k], s
                break
    if s2 < 0 and near.length[i] == near.site.shape[1]:  # the list may have been cut short: ask the matrix
        d1, s1, d2, s2 = far, -1, far, -1
        for s in range(len(slots)):
            if slots[s] >= 0:
                c = demand[i] * unit_cost[i, near.columns[slots[s]]]
                if c < d1:
                    d2, s2, d1, s1 = d1, s1, c, s
                elif c < d2:
                    d2, s2 = c, s
    return d1, s1, d2, s2


@compiled
def _count_in(
    near: Nearest, i: int, d1: float, s1: int, d2: float, sign: float, gain: Floats, loss: Floats, extra: Floats
) -> None:
    """Add (or take back) what point i contributes to every move."""
    loss[s1] += sign * (d2 - d1)  # slot -1, the last, stands for "not served"
    for k in range(near.length[i]):
        c = near.cost[i, k]
        if c >= d2:
            break
        j = near.site[i, k]
        if c < d1:
            gain[j] += sign * (d1 - c)
            extra[j, s1] += sign * (d2 - d1)
        else:
            extra[j, s1] += sign * (d2 - c)


@compiled
def _best_move(
    j: int,
    opening: Floats,
    movable: Mask,
    keep_number: bool,
    slot: Ints,
    slots: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
) -> tuple[float, int, int]:
    """The best move that opens site j, or closes it: profit, slot to open it in, slot to close; -1 for none."""
    best, into, out = -np.inf, -1, -1
    if slot[j] >= 0:
        if not keep_number:
            best, out = opening[j] - loss[slot[j]], slot[j]
        return best, into, out
    for s in range(len(slots)):
        if slots[s] < 0:
            if not keep_number and gain[j] - opening[j] > best:
                best, into, out = gain[j] - opening[j], s, -1
        elif movable[slots[s]]:
            profit = gain[j] - opening[j] + extra[j, s] - loss[s] + opening[slots[s]]
            if profit > best:
                best, into, out = profit, s, s
    return best, into, out


@compiled
def _move(j: int, into: int, out: int, slot: Ints, slots: Ints) -> None:
    if out >= 0:
        slot[slots[out]] = -1
        slots[out] = -1
    if into >= 0:
        slot[j] = into
        slots[into] = j


@compiled
def improve(  # noqa: C901, PLR0912 (one loop over moves; a call would copy its state)
    near: Nearest,
    unit_cost: Floats,
    demand: Floats,
    opening: Floats,
    movable: Mask,
    keep_number: bool,
    far: float,
    most: int,
    after: int,
    slots: Ints,
) -> tuple[Floats, Floats, int, int]:
    """Make moves until none helps, or `most` are made.

    Parameters
    ----------
    near : Nearest
    unit_cost : ndarray, shape (points, all sites)
    demand : ndarray, shape (points,)
    opening : ndarray, shape (sites,)
    movable : ndarray of bool, shape (sites,)
        Sites that may be opened or closed.
    keep_number : bool
        Only exchanges: the number of open sites stays.
    far : float
        Cost of a point that no open site serves.
    most : int
        Number of moves.
    after : int
        Site tried last, in an earlier call; -1 at first.
    slots : ndarray of int, shape (slots,)
        In and out: the open sites, -1 for an empty slot.

    Returns
    -------
    tuple of ndarray, ndarray, int and int
        Costs of each point's two nearest open sites, moves made, site tried last.
    """
    points, sites, room = len(demand), len(movable), len(slots)
    slot, total = np.full(sites, -1, np.int64), 0.0
    for s in range(room):
        if slots[s] >= 0:
            slot[slots[s]] = s
            total += opening[slots[s]]
    d_first, first, d_second, second = (
        np.zeros(points),
        np.full(points, -1, np.int64),
        np.zeros(points),
        np.full(points, -1, np.int64),
    )
    gain, loss, extra = np.zeros(sites), np.zeros(room + 1), np.zeros((sites, room + 1))
    for i in range(points):
        if near.length[i] > 0:
            d_first[i], first[i], d_second[i], second[i] = two_nearest(near, unit_cost, demand, slot, slots, far, i)
            _count_in(near, i, d_first[i], first[i], d_second[i], 1.0, gain, loss, extra)
            total += d_first[i]
    moves, idle, j, rounding = 0, 0, after, _ROUNDING * total
    while idle < sites and moves < most:
        idle += 1
        j = (j + 1) % sites
        if not movable[j]:
            continue
        profit, into, out = _best_move(j, opening, movable, keep_number, slot, slots, gain, loss, extra)
        if profit <= rounding:
            continue
        _move(j, into, out, slot, slots)
        for i in range(points):
            if near.length[i] == 0:
                continue
            d1, s1, d2, s2 = d_first[i], first[i], d_second[i], second[i]
            if out >= 0 and out in (s1, s2):
                d1, s1, d2, s2 = two_nearest(near, unit_cost, demand, slot, slots, far, i)
            elif into >= 0:
                c = demand[i] * unit_cost[i, near.columns[j]]
                if c < d1:
                    d1, s1, d2, s2 = c, into, d1, s1
                elif c < d2:
                    d2, s2 = c, into
            if d1 != d_first[i] or s1 != first[i] or d2 != d_second[i]:
                _count_in(near, i, d_first[i], first[i], d_second[i], -1.0, gain, loss, extra)
                _count_in(near, i, d1, s1, d2, 1.0, gain, loss, extra)
            d_first[i], first[i], d_second[i], second[i] = d1, s1, d2, s2
        moves += 1
        idle = 0
    return d_first, d_second, moves, j
