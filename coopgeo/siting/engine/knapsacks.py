"""A lower bound on the cost of serving demand that may be split, from sites with capacities, by Lagrangian relaxation.

Model. Points i with demand w_i, sites j with capacity K_j and opening cost f_j, a_ij = units of i served from j:

    min  sum c_ij a_ij + sum f_j y_j
    s.t. sum_j a_ij = w_i                    with a price u_i a unit
         sum_j K_j y_j >= sum_i w_i          with a price l a unit (implied, but it sharpens the bound)
         sum_i a_ij <= K_j y_j,  0 <= a_ij <= w_i y_j,  sum_{j in place} y_j <= 1 (= 1),  y_j in {0, 1}  [, sum_j y_j
         = p]

At given prices each site fills its capacity with the points that pay most, a knapsack that may be cut: v_j(u) = f_j +
min sum_i (c_ij - u_i) a_ij. Opening site j is worth r_j = v_j - l K_j, its reduced cost, and

    bound(u, l) = sum_i u_i w_i + l sum_i w_i + the least sum of r_j over sets of sites that places (and p) allow.

The best l for given u is found by bisection; the best u is sought by a subgradient method whose direction keeps part
of the direction before.

Sources: J. E. Beasley, European J. of Operational Research 33 (1988); S. Gortz and A. Klose, INFORMS J. on Computing
24 (2012).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coopgeo.arrays import Floats, Ints
from coopgeo.siting.engine.compiled import compiled
from coopgeo.siting.engine.lagrangian import CLOSED, KEPT_DIRECTION, LAST_STEP, OPEN, halved

_PROGRESS = 1e-3  # share of the way to the target that counts as progress
_ROUNDING = 1e-9  # share of the demand that capacities may lack by rounding
_BISECTIONS = 40
_HIGHEST = 10.0  # times the value aimed at: what all demand of one point may be priced at


class Sites(NamedTuple):
    """The sites of a capacitated problem and the points they serve; compiled code takes it as it is.

    Attributes
    ----------
    cost : ndarray, shape (sites, points)
        Cost of a unit of demand; `inf` for a pair that is not allowed.
    demand : ndarray, shape (points,)
        More than 0.
    least : ndarray, shape (points,)
        Least cost of a unit: no price below it is of use.
    capacity : ndarray, shape (sites,)
        No more than all demand.
    opening : ndarray, shape (sites,)
    place : ndarray of int, shape (sites,)
        Number of the place that each site is a size of.
    must : ndarray of bool, shape (places,)
        Places at which a site has to open.
    p : int
        Number of open sites; -1 if free.
    """

    cost: Floats
    demand: Floats
    least: Floats
    capacity: Floats
    opening: Floats
    place: Ints
    must: NDArray[np.bool_]
    p: int


# Plain loops: whole-array assignments in compiled code take many times longer to compile, and a first run waits for
# that.


@compiled
def _fill(room: float, worth: Floats, who: Ints, count: int, demand: Floats, amount: Floats) -> float:
    """Fill a capacity with the points of least worth (negative), only the last one cut; sum of amount times worth."""
    total, low, high = 0.0, 0, count
    while low < high and room > 0.0:
        a, b, c = worth[low], worth[(low + high) // 2], worth[high - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        left, right, k, below = low, high, low, 0.0
        while k < right:
            if worth[k] < pivot:
                worth[k], worth[left], who[k], who[left] = worth[left], worth[k], who[left], who[k]
                below += demand[who[left]]
                left += 1
                k += 1
            elif worth[k] > pivot:
                right -= 1
                worth[k], worth[right], who[k], who[right] = worth[right], worth[k], who[right], who[k]
            else:
                k += 1
        if below > room:
            high = left
            continue
        for k in range(low, right):
            units = min(room, demand[who[k]])
            amount[who[k]] = units
            total += units * worth[k]
            room -= units
        low = right
    return total


@compiled
def _values(sites: Sites, u: Floats, state: NDArray[np.int8], value: Floats, amount: Floats) -> None:
    """What each site is worth at prices u, and what it would serve."""
    points = len(u)
    worth, who = np.empty(points), np.empty(points, np.int64)
    for j in range(len(value)):
        if state[j] == CLOSED:
            continue
        count = 0
        for i in range(points):
            amount[j, i] = 0.0
            if sites.cost[j, i] < u[i]:
                worth[count], who[count] = sites.cost[j, i] - u[i], i
                count += 1
        value[j] = sites.opening[j] + _fill(sites.capacity[j], worth, who, count, sites.demand, amount[j])


@compiled
def _choose(
    sites: Sites, state: NDArray[np.int8], value: Floats, price: float, best: Ints, chosen: NDArray[np.bool_]
) -> tuple[float, float]:
    """Choose the best set of sites when capacity is worth `price` a unit; their reduced costs and capacities summed.

    The best site of each place is written to `best`, -1 if all are closed.
    """
    places = len(best)
    forced = 0
    r = np.empty(places)
    must = np.empty(places, np.bool_)
    for q in range(places):
        best[q], r[q], must[q] = -1, np.inf, sites.must[q]
    for j in range(len(value)):
        chosen[j] = False
        q = sites.place[j]
        own = value[j] - price * sites.capacity[j]
        if state[j] != CLOSED and (best[q] < 0 or own < r[q]):
            best[q], r[q] = j, own
        if state[j] == OPEN:
            must[q] = True
    for q in range(places):
        forced += must[q]
    total, capacity, missing = 0.0, 0.0, sites.p - forced
    order = np.argsort(r) if sites.p >= 0 else np.arange(places)
    for q in order:
        j = best[q]
        if j < 0:
            continue
        if must[q] or (sites.p < 0 and r[q] < 0.0) or (sites.p >= 0 and missing > 0):
            chosen[j] = True
            total += r[q]
            capacity += sites.capacity[j]
            missing -= not must[q]
    return total, capacity


@compiled
def _choose_enough(
    sites: Sites, state: NDArray[np.int8], value: Floats, all_demand: float, best: Ints, chosen: NDArray[np.bool_]
) -> tuple[float, float]:
    """Choose sites whose capacities suffice, at the best price of capacity; that part of the bound, and the price."""
    total, capacity = _choose(sites, state, value, 0.0, best, chosen)
    enough = all_demand * (1 - _ROUNDING)
    if capacity >= enough:
        return total, 0.0
    low, high = 0.0, 0.0
    for j in range(len(value)):
        if state[j] != CLOSED and sites.capacity[j] > 0.0:
            high = max(high, abs(value[j]) / sites.capacity[j])
    high = max(2 * high, 1e-300)
    for _ in range(200):  # what is asked for can be had, so this ends
        total, capacity = _choose(sites, state, value, high, best, chosen)
        if capacity >= enough:
            break
        low, high = high, 2 * high
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        total, capacity = _choose(sites, state, value, middle, best, chosen)
        if capacity >= enough:
            high = middle
        else:
            low = middle
    total, _ = _choose(sites, state, value, high, best, chosen)
    return total + high * all_demand, high


@compiled
def ascend_split(  # noqa: C901, PLR0912 (one loop over steps)
    sites: Sites,
    state: NDArray[np.int8],
    target: float,
    enough: float,
    patience: int,
    steps: int,
    smallest: float,
    pace: Floats,
    u: Floats,
    best_u: Floats,
    best_r: Floats,
    best_chosen: NDArray[np.bool_],
    share: Floats,
) -> tuple[float, int]:
    """Raise the bound by at most `steps` subgradient steps.

    Parameters
    ----------
    sites : Sites
    state : ndarray of int8, shape (sites,)
        CLOSED, FREE or OPEN; where a site is OPEN the others of its place are CLOSED. The sites left can hold all
        demand.
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
    u : ndarray, shape (points,)
        Prices: kept from call to call.
    best_u, best_r, best_chosen : ndarray
        Out: prices, reduced costs and sites of the best bound of this call.
    share : ndarray, shape (sites,)
        Share of the last steps that opened each site: kept from call to call.

    Returns
    -------
    tuple of float and int
        The best bound of this call, and the steps done.
    """
    m, n = sites.cost.shape
    value, amount, direction, short = np.zeros(m), np.zeros((m, n)), np.zeros(n), np.zeros(n)
    chosen, at_place = np.zeros(m, np.bool_), np.empty(len(sites.must), np.int64)
    all_demand = 0.0
    for i in range(n):
        all_demand += sites.demand[i]
    best, done = -1e300, 0
    for _ in range(steps):
        done += 1
        _values(sites, u, state, value, amount)
        bound, price = _choose_enough(sites, state, value, all_demand, at_place, chosen)
        for i in range(n):
            bound += u[i] * sites.demand[i]
        for j in range(m):
            share[j] += LAST_STEP * (chosen[j] - share[j])
        if bound > best:
            best = bound
            for i in range(n):
                best_u[i] = u[i]
            for j in range(m):
                best_r[j] = value[j] - price * sites.capacity[j]
                best_chosen[j] = chosen[j]
            if best >= enough:
                break
        if halved(pace, bound, _PROGRESS * abs(target - bound), patience):
            if pace[0] < smallest:
                break
            for i in range(n):
                u[i], direction[i] = best_u[i], 0.0
        for i in range(n):
            short[i] = sites.demand[i]
        for j in range(m):
            if chosen[j]:
                for i in range(n):
                    short[i] -= amount[j, i]
        left, length = 0.0, 0.0
        for i in range(n):
            left += short[i] * short[i]
            direction[i] = short[i] + KEPT_DIRECTION * direction[i]
            length += direction[i] * direction[i]
        if (
            left <= (_ROUNDING * all_demand) ** 2 or length <= (_ROUNDING * all_demand) ** 2
        ):  # every point is served in full: no prices are better
            break
        step = pace[0] * max(target - bound, 1e-9 * abs(target)) / length
        for i in range(n):  # prices out of all proportion would lose the bound in rounding
            u[i] = min(max(u[i] + step * direction[i], sites.least[i]), _HIGHEST * abs(target) / sites.demand[i])
    return best, done
