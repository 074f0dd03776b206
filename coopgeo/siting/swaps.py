"""Better and better answers by exchanging one open site for a closed one, opening one, or closing one.

What every move would bring is kept up to date from move to move instead of being computed anew: gain[j] of opening j, loss[s] of closing the site in
slot s, extra[j, s] of doing both at once. The first move that helps is made.

Sources: M. G. C. Resende, R. F. Werneck, European J. of Operational Research 174 (2006); E. Schubert, P. J. Rousseeuw, Information Systems 101 (2021)
for making the first move that helps.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def two_nearest(site, cost, count, cap, unit_cost, demand, columns, slot, slots, far, i):
    """Costs and slots of the two nearest open sites of point i; `far` and -1 where there is none."""
    d1, s1, d2, s2 = far, -1, far, -1
    for k in range(count[i]):
        s = slot[site[i, k]]
        if s >= 0:
            if s1 < 0:
                d1, s1 = cost[i, k], s
            else:
                d2, s2 = cost[i, k], s
                break
    if s2 < 0 and cap[i] < np.inf:  # the list was cut short: ask the matrix
        d1, s1, d2, s2 = far, -1, far, -1
        for s in range(len(slots)):
            if slots[s] >= 0:
                c = demand[i] * unit_cost[i, columns[slots[s]]]
                if c < d1:
                    d2, s2, d1, s1 = d1, s1, c, s
                elif c < d2:
                    d2, s2 = c, s
    return d1, s1, d2, s2


@njit(cache=True)
def _count_in(site, cost, count, i, d1, s1, d2, sign, gain, loss, extra):
    """Add (or take back) what point i contributes to every move."""
    loss[s1] += sign * (d2 - d1)  # slot -1, the last, stands for "not served"
    for k in range(count[i]):
        c = cost[i, k]
        if c >= d2:
            break
        j = site[i, k]
        if c < d1:
            gain[j] += sign * (d1 - c)
            extra[j, s1] += sign * (d2 - d1)
        else:
            extra[j, s1] += sign * (d2 - c)


@njit(cache=True)
def improve(site, cost, count, cap, unit_cost, demand, columns, opening, movable, keep_number, far, most, slots):
    """Make moves until none helps, or `most` are made.

    Parameters
    ----------
    site, cost, count, cap, columns
        Lists of `Nearest`.
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
    slots : ndarray of int, shape (slots,)
        In and out: the open sites, -1 for an empty slot.

    Returns
    -------
    tuple of float, ndarray, ndarray and int
        Value, costs of each point's two nearest open sites, moves made.
    """
    points, sites, room = len(demand), len(movable), len(slots)
    slot = np.full(sites, -1, np.int64)
    for s in range(room):
        if slots[s] >= 0:
            slot[slots[s]] = s
    near, first, second, other = np.zeros(points), np.full(points, -1, np.int64), np.zeros(points), np.full(points, -1, np.int64)
    gain, loss, extra = np.zeros(sites), np.zeros(room + 1), np.zeros((sites, room + 1))
    scale = 0.0
    for i in range(points):
        if count[i] > 0:
            near[i], first[i], second[i], other[i] = two_nearest(site, cost, count, cap, unit_cost, demand, columns, slot, slots, far, i)
            _count_in(site, cost, count, i, near[i], first[i], second[i], 1.0, gain, loss, extra)
            scale += near[i]
    moves, idle, j = 0, 0, -1
    while idle < sites and moves < most:
        idle += 1
        j = j + 1 if j + 1 < sites else 0
        if not movable[j]:
            continue
        best, into, out = 1e-9 * scale, -1, -1
        if slot[j] >= 0:
            if not keep_number and opening[j] - loss[slot[j]] > best:
                out = slot[j]
        else:
            for s in range(room):
                if slots[s] < 0:
                    if not keep_number and gain[j] - opening[j] > best:
                        best, into, out = gain[j] - opening[j], s, -1
                elif movable[slots[s]]:
                    profit = gain[j] - opening[j] + extra[j, s] - loss[s] + opening[slots[s]]
                    if profit > best:
                        best, into, out = profit, s, s
        if into < 0 and out < 0:
            continue
        if out >= 0:
            slot[slots[out]] = -1
            slots[out] = -1
        if into >= 0:
            slot[j] = into
            slots[into] = j
        scale = 0.0
        for i in range(points):
            if count[i] == 0:
                continue
            d1, s1, d2, s2 = near[i], first[i], second[i], other[i]
            if out >= 0 and out in (s1, s2):
                d1, s1, d2, s2 = two_nearest(site, cost, count, cap, unit_cost, demand, columns, slot, slots, far, i)
            elif into >= 0:
                c = demand[i] * unit_cost[i, columns[j]]
                if c < d1:
                    d1, s1, d2, s2 = c, into, d1, s1
                elif c < d2:
                    d2, s2 = c, into
            if d1 != near[i] or s1 != first[i] or d2 != second[i]:
                _count_in(site, cost, count, i, near[i], first[i], second[i], -1.0, gain, loss, extra)
                _count_in(site, cost, count, i, d1, s1, d2, 1.0, gain, loss, extra)
                near[i], first[i], second[i] = d1, s1, d2
            other[i] = s2
            scale += d1
        moves += 1
        idle = 0
    value = 0.0
    for s in range(room):
        if slots[s] >= 0:
            value += opening[slots[s]]
    for i in range(points):
        value += near[i]
    return value, near, second, moves
