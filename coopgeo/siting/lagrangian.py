"""A lower bound on the cost of serving every point from its nearest open site, by Lagrangian relaxation.

Model. Points i, sites j, c_ij = demand times unit cost, f_j = opening cost:

    min  sum c_ij x_ij + sum f_j y_j   s.t.  sum_j x_ij = 1,  0 <= x_ij <= y_j,  y_j in {0, 1}  [, sum_j y_j = p]

With a price u_i on each sum_j x_ij = 1, the rest falls apart by site: opening j is worth r_j(u) = f_j + sum_i min(0, c_ij - u_i), its reduced cost, and

    bound(u) = sum_i u_i + the sum of the p smallest r_j  (of all negative r_j, if p is free)

for any u. The best u is sought by a subgradient method whose direction keeps part of the direction before.

Sources: G. Cornuejols, M. L. Fisher, G. L. Nemhauser, Management Science 23 (1977); J. E. Beasley, European J. of Operational Research 65 (1993);
P. M. Camerini, L. Fratta, F. Maffioli, Mathematical Programming Study 3 (1975) for the direction.
"""

import numpy as np
from numba import njit

CLOSED, FREE, OPEN = -1, 0, 1
_KEPT_DIRECTION = 0.7  # share of the direction before that is kept; 0.3 to 0.9 do about as well on p-median graphs


@njit(cache=True)
def ascend(site, cost, count, cap, opening, state, p, target, enough, patience, steps, smallest, pace, u, direction, best_u, best_r, best_chosen, share):
    """Raise the bound by at most `steps` subgradient steps.

    Parameters
    ----------
    site, cost, count, cap
        Lists of `Nearest`.
    opening : ndarray, shape (sites,)
    state : ndarray of int8, shape (sites,)
        CLOSED, FREE or OPEN.
    p : int
        Number of open sites; -1 if free.
    target : float
        Value aimed at (that of the best answer known).
    enough : float
        Stop as soon as the bound reaches this.
    patience : int
        Steps without progress after which the step length is halved.
    steps : int
    smallest : float
        Stop when the step length has fallen below this.
    pace : ndarray, shape (3,)
        Step length, steps without progress, bound before the last progress: kept from call to call.
    u, direction : ndarray, shape (points,)
        Prices and direction: kept from call to call.
    best_u, best_r, best_chosen : ndarray
        Out: prices, reduced costs and sites of the best bound of this call.

    Returns
    -------
    tuple of float and int
        The best bound of this call, and the steps done.
    """
    points, sites = len(u), len(state)
    r, chosen = np.empty(sites), np.zeros(sites, np.bool_)
    missing = p
    for j in range(sites):
        if state[j] == OPEN:
            missing -= 1
    low, who = np.empty(max(missing, 0) + 1), np.empty(max(missing, 0) + 1, np.int64)
    gradient = np.empty(points)
    best = -1e300
    done = 0
    for _ in range(steps):
        done += 1
        r[:] = opening
        bound = 0.0
        for i in range(points):
            price = u[i]
            bound += price
            for k in range(count[i]):
                c = cost[i, k]
                if c >= price:
                    break
                r[site[i, k]] += c - price
        if p < 0:
            for j in range(sites):
                chosen[j] = state[j] == OPEN or (state[j] == FREE and r[j] < 0.0)
                if chosen[j]:
                    bound += r[j]
        else:
            found = 0  # the smallest reduced costs of free sites, kept in order
            for j in range(sites):
                chosen[j] = state[j] == OPEN
                if chosen[j]:
                    bound += r[j]
                elif state[j] == FREE and missing > 0 and (found < missing or r[j] < low[found - 1]):
                    at = min(found, missing - 1)
                    while at > 0 and low[at - 1] > r[j]:
                        low[at], who[at] = low[at - 1], who[at - 1]
                        at -= 1
                    low[at], who[at] = r[j], j
                    found = min(found + 1, missing)
            for a in range(found):
                chosen[who[a]] = True
                bound += low[a]
        for j in range(sites):
            share[j] += 0.1 * (chosen[j] - share[j])
        if bound > best:
            best = bound
            best_u[:], best_r[:], best_chosen[:] = u, r, chosen
            if best >= enough:
                break
        if bound > pace[2] + 1e-5 * abs(target - bound):
            pace[1], pace[2] = 0, bound
        else:
            pace[1] += 1
            if pace[1] >= patience:
                pace[0] *= 0.5
                pace[1] = 0
                if pace[0] < smallest:
                    break
        length = 0.0
        for i in range(points):
            price, short = u[i], 1.0
            if count[i] == 0:
                short = 0.0
            for k in range(count[i]):
                if cost[i, k] >= price:
                    break
                if chosen[site[i, k]]:
                    short -= 1.0
            gradient[i] = short
            direction[i] = short + _KEPT_DIRECTION * direction[i]
            length += direction[i] * direction[i]
        if length <= 0.0:
            break
        step = pace[0] * max(target - bound, 1e-9 * abs(target)) / length
        for i in range(points):
            if count[i] > 0:
                u[i] = min(max(u[i] + step * direction[i], cost[i, 0]), cap[i])
    return best, done
