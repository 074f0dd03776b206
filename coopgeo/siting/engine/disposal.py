"""Where outputs go: the cheapest use of outlets with capacities, and what is left for waste; model: see `push.py`.

Where one platform takes in all there is, how much there is of each output is known, and an outlet takes one output: the
outputs do without each other. Each goes to its outlets in the order of their unit costs, as far as these go and cost no
more than waste (a fractional knapsack; G. B. Dantzig, Operations Research 5, 1957).
"""

from typing import NamedTuple

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask


class Disposal(NamedTuple):
    """What each platform gives to outlets and to waste, and what that costs, if it alone has all of each output.

    Attributes
    ----------
    taken : ndarray, shape (platforms, outlets)
    wasted : ndarray, shape (platforms, outputs)
    cost : ndarray, shape (platforms,)
    """

    taken: Floats
    wasted: Floats
    cost: Floats


class Last(NamedTuple):
    """The cheapest way without limit for each output of each platform, and the outlets with a limit that beat it.

    Attributes
    ----------
    cost : ndarray, shape (platforms, outputs)
        Of a unit.
    outlet : ndarray of int, shape (platforms, outputs)
        The outlet that it goes to; -1 for waste.
    better : ndarray of bool, shape (platforms, outlets)
    """

    cost: Floats
    outlet: Ints
    better: Mask


def cheapest_disposal(
    amounts: Floats, outlet_cost: Floats, outlet_output: Ints, outlet_capacity: Floats, waste_cost: Floats
) -> Disposal:
    """Work out for every platform the cheapest way of getting rid of known amounts of the outputs.

    Parameters
    ----------
    amounts, waste_cost : ndarray, shape (outputs,)
    outlet_cost : ndarray, shape (platforms, outlets)
        Cost per unit, negative where it pays; `inf` = not allowed.
    outlet_output : ndarray of int, shape (outlets,)
    outlet_capacity : ndarray, shape (outlets,)
    """
    platforms = len(outlet_cost)
    taken, wasted, cost = np.zeros_like(outlet_cost), np.zeros((platforms, len(amounts))), np.zeros(platforms)
    for output, amount in enumerate(amounts):
        outlets = np.flatnonzero(outlet_output == output)
        price = np.column_stack([outlet_cost[:, outlets], np.full(platforms, waste_cost[output])])
        order = np.argsort(price, axis=1, kind="stable")
        offered = np.minimum(np.append(outlet_capacity[outlets], np.inf), amount)[order]
        before = np.zeros_like(offered)
        np.cumsum(offered[:, :-1], axis=1, out=before[:, 1:])
        used = np.empty_like(offered)
        np.put_along_axis(used, order, np.clip(amount - before, 0.0, offered), axis=1)
        taken[:, outlets], wasted[:, output] = used[:, :-1], used[:, -1]
        cost += (used * np.where(used > 0, price, 0.0)).sum(axis=1)
    return Disposal(taken, wasted, cost)


def last_ways(
    amounts: Floats, outlet_cost: Floats, outlet_output: Ints, outlet_capacity: Floats, waste_cost: Floats
) -> Last:
    """Find for every platform what becomes of the outputs where the outlets with a limit are full.

    Parameters as of `cheapest_disposal`; an outlet that can take all there is has no limit.
    """
    cost = np.tile(waste_cost, (len(outlet_cost), 1))
    outlet = np.full(cost.shape, -1)
    limited = outlet_capacity < amounts[outlet_output]
    for k in np.flatnonzero(~limited):
        output, price = outlet_output[k], outlet_cost[:, k]
        nearer = (price < cost[:, output]) | ((price == cost[:, output]) & (outlet[:, output] < 0))
        cost[nearer, output], outlet[nearer, output] = price[nearer], k
    return Last(cost, outlet, limited & (outlet_capacity > 0) & (outlet_cost < cost[:, outlet_output]))
