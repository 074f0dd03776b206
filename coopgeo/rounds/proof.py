"""Closer lower bounds of what rounds cost, for one plan: the closed forms of `bounds`, with prices of the stops.

Each stop is entered once and left once. With a price p_i on it, whatever the price, a bound is

- by a tree (Held and Karp 1970, The traveling-salesman problem and minimum spanning trees, Operations Research 18,
  1138-1162; for rounds Fisher 1994, Optimal solution of vehicle routing problems using minimum K-trees, Operations
  Research 42, 626-642): the spanning bound of `bounds` with ways of c_ij + p_i + p_j, less 2 sum p. A plan has K rounds
  or more: where a way from the depot, with the start of a round, costs less than nothing, so do more rounds;
- by walks: see `walks`.

The prices climb (subgradient, steps as in Polyak 1969). The least number of rounds is raised first: m rounds are too
few if the tree bound of the time that at least m rounds take exceeds m shifts.
"""

from collections.abc import Callable

import numpy as np

from coopgeo.arrays import Floats, Ints
from coopgeo.rounds.arguments import UNITS, Task, load_units, tenths

_STALE, _SHORTEST = 12, 0.02  # steps without progress before steps are halved; where climbing ends
_PROGRESS = 1e-4
_GRAIN = 200  # weights that a vehicle or a shift is divided into; more is closer and slower


def closer(task: Task, load_t: Floats, value: float, *, steps: int) -> float:
    """A lower bound of the cost of rounds that serve each stop once.

    Parameters
    ----------
    task : Task
        With one depot; every stop is served.
    load_t : ndarray, shape (stops,)
        No larger than the capacity.
    value : float
        What rounds are known to cost.
    steps : int

    Returns
    -------
    float
    """
    fleet, stops = task.fleet, len(load_t)
    count = _least_number(task, load_t, steps)
    paid_eur = stops * fleet.stop_eur
    goal = value - paid_eur

    def tree(price: Floats) -> tuple[float, Floats]:
        return _tree(task.way_eur, price, count, fleet.start_eur)

    bound = _climbed(tree, np.zeros(stops), goal, steps)
    if bound < goal * (1 - 1e-9):
        bound = max(bound, _by_walks(task, load_t, count, goal, steps))
    return bound + paid_eur


def _least_number(task: Task, load_t: Floats, steps: int) -> int:
    """No plan has fewer rounds."""
    fleet, stops = task.fleet, len(load_t)
    count = max(int(np.ceil(load_units(load_t, fleet).sum() / UNITS)), 1)
    if np.isinf(fleet.shift_s):
        return count
    tenth = np.where(np.isfinite(task.way_eur), tenths(task.time_s), np.inf)
    shift, start, at_stops = (float(tenths(part)) for part in (fleet.shift_s, fleet.depot_s, fleet.stop_s))

    def are_too_few(rounds: int) -> bool:
        def time(price: Floats) -> tuple[float, Floats]:
            return _tree(tenth, price, rounds, start)

        room = rounds * shift - stops * at_stops
        return _climbed(time, np.zeros(stops), room * 1.1, steps, room) > room + 0.5

    while count < stops and are_too_few(count):
        count += 1
    return count


def _climbed(
    bound_of: Callable[[Floats], tuple[float, Floats]],
    price: Floats,
    goal: float,
    steps: int,
    enough: float = np.inf,
    least: Floats | float = -np.inf,
) -> float:
    """The best bound of some steps; `bound_of` gives it with its slope in each price."""
    best, best_price, step, stale = 0.0, price, 1.0, 0
    for _ in range(steps):
        bound, slope = bound_of(price)
        stale = 0 if bound > best + _PROGRESS * abs(goal) else stale + 1
        if bound > best:
            best, best_price = bound, price
        slope = np.where((price <= least) & (slope < 0), 0.0, slope)
        steep = float(slope @ slope)
        if best > enough + 0.5 or steep == 0 or bound >= goal:
            break
        if stale == _STALE:
            step, stale, price = step / 2, 0, best_price
            if step < _SHORTEST:
                break
            continue
        price = np.maximum(price + step * (goal - bound) / steep * slope, least)
    return best


def _tree(ways: Floats, price: Floats, count: int, start: float) -> tuple[float, Floats]:
    """The bound by a spanning tree and `count` first ways or more, and how often each stop is met beyond twice."""
    stops = len(price)
    symmetric = np.minimum(ways, ways.T)[1:, 1:] + price + price[:, None]
    first = ways[0, 1:] + price
    near = np.minimum(ways[0, 1:], ways[1:, 0]) + price
    joined_to, left, met, total = np.full(stops, -1), np.ones(stops, dtype=bool), np.full(stops, -2.0), 0.0
    for _ in range(stops):
        stop = int(np.where(left, near, np.inf).argmin())
        left[stop] = False
        total += float(near[stop])
        met[stop] += 1
        if joined_to[stop] >= 0:
            met[joined_to[stop]] += 1
        nearer = symmetric[stop] < near
        near, joined_to = np.where(nearer, symmetric[stop], near), np.where(nearer, stop, joined_to)
    rounds = max(count, int((first + start < 0).sum()))
    begun = np.argsort(first, kind="stable")[:rounds]
    met[begun] += 1
    return total + float(first[begun].sum()) + rounds * start - 2 * float(price.sum()), met


def _by_walks(task: Task, load_t: Floats, count: int, goal: float, steps: int) -> float:
    from coopgeo.rounds.walks import walks  # noqa: PLC0415 - numba takes half a second and 80 MB to import

    cost = np.ascontiguousarray(task.way_eur)
    cost[0, 1:] += task.fleet.start_eur
    weight, most = max(_weights(task, load_t), key=lambda pair: float(pair[0].sum()) / pair[1])
    prices, limits = np.zeros(len(load_t) + 1), np.full(len(load_t) + 1, -np.inf)  # of the stops, then of a round
    limits[-1] = 0.0

    def bound_of(price: Floats) -> tuple[float, Floats]:
        ratio, passed, rounds = walks(cost, price[:-1].copy(), float(price[-1]), weight, most)
        bound = count * float(price[-1]) + float(price[:-1].sum() + weight @ ratio)
        return bound, np.append(1.0 - passed, count - rounds)

    return _climbed(bound_of, prices, goal, steps, least=limits)


def _weights(task: Task, load_t: Floats) -> list[tuple[Ints, int]]:
    """Whole numbers, 1 or more, whose sum over any round is within a limit: by load, and by time where it is limited.

    Loads are rounded down; each weight is then 1 more, and the limit as many more as a round can have stops. By time,
    a stop takes its own and the shortest way that leads there.
    """
    fleet, units = task.fleet, load_units(load_t, task.fleet)
    at_most = max(int((np.cumsum(np.sort(units)) <= UNITS).sum()), 1)
    found = [((units * _GRAIN // UNITS).astype(np.intp) + 1, _GRAIN + at_most)]
    if np.isfinite(fleet.shift_s):
        legs = tenths(np.where(np.isfinite(task.time_s), task.time_s, np.inf))
        np.fill_diagonal(legs, np.inf)
        work = legs[:, 1:].min(axis=0) + tenths(fleet.stop_s)
        room = tenths(fleet.shift_s) - tenths(fleet.depot_s) - legs[1:, 0].min()
        if room > 0:
            by_time = np.floor(work / room * _GRAIN).astype(np.intp)
            if (by_time >= 1).all():
                found.append((by_time, _GRAIN))
    return found
