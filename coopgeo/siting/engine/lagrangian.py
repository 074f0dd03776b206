"""A lower bound on the cost of serving every point from its nearest open site, by Lagrangian relaxation.

Model. Points i, sites j, c_ij = demand times unit cost, f_j = opening cost:

    min  sum c_ij x_ij + sum f_j y_j   s.t.  sum_j x_ij = 1,  0 <= x_ij <= y_j,  y_j in {0, 1}  [, sum_j y_j = p]

With a price u_i on each sum_j x_ij = 1, the rest falls apart by site: opening j is worth r_j(u) = f_j + sum_i min(0,
c_ij - u_i), its reduced cost, and

    bound(u) = sum_i u_i + the sum of the p smallest r_j  (of all negative r_j, if p is free)

for any u. The best u is sought by a subgradient method whose direction keeps part of the direction before.

Sources: G. Cornuejols, M. L. Fisher, G. L. Nemhauser, Management Science 23 (1977); J. E. Beasley, European J. of
Operational Research 65 (1993); P. M. Camerini, L. Fratta, F. Maffioli, Mathematical Programming Study 3 (1975) for
the direction.
"""

import numpy as np
from numpy.typing import NDArray

from coopgeo.arrays import Floats, Mask
from coopgeo.siting.engine.compiled import compiled
from coopgeo.siting.engine.nearest import Nearest

CLOSED, FREE, OPEN = -1, 0, 1
KEPT_DIRECTION = 0.7  # share of the direction before that is kept; 0.3 to 0.9 do about as well on p-median graphs
LAST_STEP = 0.1  # weight of the last step in the share of steps that open a site
_PROGRESS = 1e-5  # share of the way to the target that counts as progress


# Plain loops: whole-array assignments in compiled code take many times longer to compile, and a first run waits for
# that.


@compiled
def _reduced_costs(near: Nearest, opening: Floats, u: Floats, r: Floats) -> float:
    """What opening each site is worth at prices u, into r; the sum of the prices."""
    for j in range(len(r)):
        r[j] = opening[j]
    total = 0.0
    for i in range(len(u)):
        price = u[i]
        total += price
        for k in range(near.length[i]):
            c = near.cost[i, k]
            if c >= price:
                break
            r[near.site[i, k]] += c - price
    return total


@compiled
def _choose_all(r: Floats, state: NDArray[np.int8], chosen: Mask) -> float:
    """Choose the sites that are worth opening; the sum of their reduced costs."""
    total = 0.0
    for j in range(len(r)):
        chosen[j] = state[j] == OPEN or (state[j] == FREE and r[j] < 0.0)
        if chosen[j]:
            total += r[j]
    return total


@compiled
def _choose_number(r: Floats, state: NDArray[np.int8], p: int, chosen: Mask) -> float:
    """Choose the open sites and the free ones of smallest reduced cost, p together; the sum of their reduced costs."""
    total, found, missing = 0.0, 0, p
    for j in range(len(r)):
        if state[j] == OPEN:
            missing -= 1
    low, who = np.empty(max(missing, 0) + 1), np.empty(max(missing, 0) + 1, np.int64)  # in order
    for j in range(len(r)):
        chosen[j] = state[j] == OPEN
        if chosen[j]:
            total += r[j]
        elif state[j] == FREE and missing > 0 and (found < missing or r[j] < low[found - 1]):
            at = min(found, missing - 1)
            while at > 0 and low[at - 1] > r[j]:
                low[at], who[at] = low[at - 1], who[at - 1]
                at -= 1
            low[at], who[at] = r[j], j
            found = min(found + 1, missing)
    for a in range(found):
        chosen[who[a]] = True
        total += low[a]
    return total


@compiled
def _turn(near: Nearest, u: Floats, chosen: Mask, direction: Floats) -> float:
    """Turn the direction towards points that no chosen site serves below their price; its squared length.

    It turns away from those that several serve.
    """
    length = 0.0
    for i in range(len(u)):
        if near.length[i] > 0:
            short = 1.0
            for k in range(near.length[i]):
                if near.cost[i, k] >= u[i]:
                    break
                if chosen[near.site[i, k]]:
                    short -= 1.0
            direction[i] = short + KEPT_DIRECTION * direction[i]
            length += direction[i] * direction[i]
    return length


@compiled
def halved(pace: Floats, bound: float, progress: float, patience: int) -> bool:
    """Whether the step length was halved: the bound has not risen by `progress` in as many steps as `patience` has."""
    if bound > pace[2] + progress:
        pace[1], pace[2] = 0, bound
        return False
    pace[1] += 1
    if pace[1] < patience:
        return False
    pace[0], pace[1] = pace[0] / 2, 0
    return True


@compiled
def ascend_nearest(  # noqa: C901 (one loop over steps)
    near: Nearest,
    opening: Floats,
    state: NDArray[np.int8],
    p: int,
    target: float,
    enough: float,
    patience: int,
    steps: int,
    smallest: float,
    pace: Floats,
    u: Floats,
    direction: Floats,
    best_u: Floats,
    best_r: Floats,
    best_chosen: Mask,
    share: Floats,
) -> tuple[float, int]:
    """Raise the bound by at most `steps` subgradient steps.

    Parameters
    ----------
    near : Nearest
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
    share : ndarray, shape (sites,)
        Share of the last steps that opened each site: kept from call to call.

    Returns
    -------
    tuple of float and int
        The best bound of this call, and the steps done.
    """
    r, chosen = np.empty(len(state)), np.empty(len(state), np.bool_)
    best, done = -1e300, 0
    for _ in range(steps):
        done += 1
        bound = _reduced_costs(near, opening, u, r)
        bound += _choose_all(r, state, chosen) if p < 0 else _choose_number(r, state, p, chosen)
        for j in range(len(share)):
            share[j] += LAST_STEP * (chosen[j] - share[j])
        if bound > best:
            best = bound
            for i in range(len(u)):
                best_u[i] = u[i]
            for j in range(len(r)):
                best_r[j], best_chosen[j] = r[j], chosen[j]
            if best >= enough:
                break
        if halved(pace, bound, _PROGRESS * abs(target - bound), patience) and pace[0] < smallest:
            break
        length = _turn(near, u, chosen, direction)
        if length <= 0.0:
            break
        step = pace[0] * max(target - bound, 1e-9 * abs(target)) / length
        for i in range(len(u)):
            if near.length[i] > 0:
                u[i] = min(max(u[i] + step * direction[i], near.cost[i, 0]), near.cap[i])
    return best, done
