"""Two stages with one platform to open: every choice is worked out in full, so that the ranking of all is proved.

With one platform open all customers are served from it, so that deliveries cost sum_k D_k d_jk whatever comes in. What
comes in is the cheapest way to fill D = sum_k D_k: sources in the order of their cost per unit delivered, c_ij / a_i,
each as far as it goes (a fractional knapsack; G. B. Dantzig, Operations Research 5, 1957). All platforms at once are a
sort and two sums.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask

_ROUNDING = 1e-9  # of all demand: supply or capacity that falls short by less is enough


class Flows(NamedTuple):
    """What goes to a platform, from it, straight, and what stays unmet: by source, customer, pair, customer."""

    inbound: Floats
    outbound: Floats
    direct: Floats
    unmet: Floats


@dataclass(frozen=True, eq=False)
class SinglePlatforms:
    """What each platform costs when it alone is open.

    Attributes
    ----------
    value : ndarray, shape (platforms + 1,)
        Cost in all, the last without any platform; `inf` where that cannot serve all customers, or was not worked out
        in time.
    bound : ndarray, shape (platforms + 1,)
        It cannot cost less; `inf` where it is proved that it cannot serve all customers.
    flows : callable
        From the number of a platform (or of none) to the flows where it alone is open; None if they are not known.
    """

    value: Floats
    bound: Floats
    flows: Callable[[int], Flows | None]

    def ranked(self, group: Ints) -> Ints:
        """The best platform of each group that can serve all, cheapest first; equal costs in the order of columns.

        No platform at all is a group of its own, the last one.
        """
        return best_of_each(self.value, group)


def best_of_each(value: Floats, group: Ints) -> Ints:
    """The cheapest of each group, cheapest first; equal costs in their order, infinite ones left out."""
    order = np.argsort(value, kind="stable")
    order = order[np.isfinite(value[order])]
    return order[np.sort(np.unique(group[order], return_index=True)[1])]


def single_platforms(
    inbound: Floats,
    outbound: Floats,
    demand: Floats,
    supply: Floats,
    capacity: Floats,
    opening: Floats,
    yield_: Floats,
    allowed: Mask,
) -> SinglePlatforms:
    """Work out what each platform costs when it alone is open.

    Parameters
    ----------
    inbound : ndarray, shape (sources, platforms)
        Cost per unit that leaves the source; `inf` = not allowed.
    outbound : ndarray, shape (platforms, customers)
    demand : ndarray, shape (customers,)
    supply, yield_ : ndarray, shape (sources,)
    capacity, opening : ndarray, shape (platforms,)
    allowed : ndarray of bool, shape (platforms + 1,)
        Platforms that may be the open one, and whether none may be.
    """
    total = float(demand.sum())
    usable = np.isfinite(inbound) & (supply * yield_ > 0)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        per_unit = np.where(usable, inbound / yield_[:, None], np.inf)
    order = np.argsort(per_unit, axis=0, kind="stable")
    # More than all demand no source ships; what came before is summed as it is taken, so that no large supply hides it.
    offered = np.where(usable, np.minimum(supply * yield_, total)[:, None], 0.0)
    in_order = np.take_along_axis(offered, order, axis=0)
    before = np.zeros_like(in_order)
    np.cumsum(in_order[:-1], axis=0, out=before[1:])
    taken = np.empty_like(offered)
    np.put_along_axis(taken, order, np.clip(total - before, 0.0, in_order), axis=0)
    deliveries = np.where(demand > 0, outbound * np.where(demand > 0, demand, 1.0), 0.0).sum(axis=1)
    value = (taken * np.where(taken > 0, per_unit, 0.0)).sum(axis=0) + deliveries + opening
    enough = np.minimum(offered.sum(axis=0), capacity) >= total * (1 - _ROUNDING)
    shipped = np.divide(taken, yield_[:, None], out=np.zeros_like(taken), where=taken > 0)
    value = np.where(allowed, np.append(np.where(enough, value, np.inf), 0.0 if total == 0 else np.inf), np.inf)
    straight, unmet = np.zeros((len(supply), len(demand))), np.zeros_like(demand)
    shipped = np.append(shipped, np.zeros((len(supply), 1)), axis=1)
    return SinglePlatforms(value, value, lambda site: Flows(shipped[:, site], demand, straight, unmet))
