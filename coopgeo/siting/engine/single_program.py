"""One platform to open where flows may also go straight, or demand stay unmet: a linear program for each platform.

The programs differ in the costs to and from the platform and in its capacity, and are solved as a series. Sizes of one
place differ in capacity alone. The optimum of one serves for a smaller one that still has room for it, and for all
larger ones if more capacity is worth nothing.
"""

import numpy as np

from coopgeo.arrays import Floats, Mask
from coopgeo.siting.engine.linear import Model
from coopgeo.siting.engine.series import Proved, Series
from coopgeo.siting.engine.single_platform import Flows
from coopgeo.siting.progress import Watch
from coopgeo.siting.solution import usual


class SingleProgram:
    """The linear program of a platform that alone is open.

    Parameters
    ----------
    inbound, outbound, direct, direct_yield : ndarray
        As in `two_stage.py`.
    demand, yield_ : ndarray
    supply : ndarray, shape (sources,)
        What each source can be used for; no more than all customers could need of it.
    price : ndarray, shape (customers,)
        Of a unit of unmet demand; `inf` where none may be.
    """

    def __init__(
        self,
        *,
        inbound: Floats,
        outbound: Floats,
        direct: Floats,
        direct_yield: Floats,
        demand: Floats,
        supply: Floats,
        yield_: Floats,
        price: Floats,
    ) -> None:
        sources, customers = direct.shape
        every = np.concatenate([part[np.isfinite(part)] for part in (inbound, outbound, direct, price)])
        self._unit, self._cost_unit = usual(demand), usual(every)
        needs, has = demand / self._unit, supply / self._unit
        # What costs more straight than unmet never goes straight.
        with np.errstate(invalid="ignore"):  # inf times 0, where direct is ruled out
            self._pairs = pairs = np.nonzero(np.isfinite(direct) & (direct < price * direct_yield))
        gets = direct_yield[pairs]
        model = Model()
        self._f, self._g = model.variables(np.zeros(sources)), model.variables(np.zeros(customers))
        self._h = model.variables(direct[pairs] / self._cost_unit)
        priced = np.isfinite(price)
        self._u = model.variables(np.where(priced, price / self._cost_unit, 0.0), 0.0, np.where(priced, np.inf, 0.0))
        model.rows(np.full(sources, -np.inf), has, (np.arange(sources), self._f, 1.0), (pairs[0], self._h, 1.0))
        model.rows(0.0, 0.0, (0, self._f, yield_), (0, self._g, -1.0))
        customer = np.arange(customers)
        model.rows(needs, needs, (customer, self._g, 1.0), (customer, self._u, 1.0), (pairs[1], self._h, gets))
        model.rows(-np.inf, 0.0, (0, self._g, 1.0))
        self._capacity_row = model.height - 1
        most = np.concatenate([has, needs, np.minimum(has[pairs[0]], needs[pairs[1]] / gets), needs])
        self._series, self._shape = Series(model, most), direct.shape
        useful, first = np.where((yield_ > 0)[:, None], inbound, np.inf), dict[bytes, int]()
        costs = np.concatenate([useful.T, outbound], axis=1) / self._cost_unit
        self._costs = np.append(costs, np.full((1, costs.shape[1]), np.inf), axis=0)  # the last: no platform at all
        self._place = np.array([first.setdefault(costs.tobytes(), at) for at, costs in enumerate(self._costs)])
        self._open_place = -1

    def alone(self, capacity: Floats, allowed: Mask, watch: Watch) -> tuple[Floats, Floats]:
        """Value and bound of the flows with each platform that is allowed, and last with none; without opening costs.

        Both are infinite where there is no solution or the platform is not allowed; where nothing was proved the value
        is infinite and the bound 0.
        """
        value, bound = np.full(len(capacity), np.inf), np.where(allowed, 0.0, np.inf)
        place = self._place
        order = np.lexsort((capacity, place))
        order = order[allowed[order]]
        for turn, sizes in enumerate(np.split(order, np.flatnonzero(np.diff(place[order])) + 1)):
            last: tuple[float, Proved] | None = None
            for site in sizes[:: 1 if turn % 2 else -1]:  # to and fro: the next place begins with a like capacity
                if last is None or not self._serves(*last, capacity[site]):
                    found = None if watch.over else self.solve(int(site), capacity[site], watch)
                    last = None if found is None else (float(capacity[site]), found)
                if last is not None:
                    value[site], bound[site] = self._in_full(last[1].value), self._in_full(last[1].bound)
        return value, bound

    def solve(self, site: int, capacity: float, watch: Watch) -> Proved | None:
        """The optimum with one platform open, in the units of the program; None if nothing was proved."""
        if self._place[site] != self._open_place:
            self._series.price(np.concatenate([self._f, self._g]), self._costs[site])
            self._open_place = self._place[site]
        self._series.limit(self._capacity_row, capacity / self._unit)
        return self._series.solve(watch)

    def flows(self, site: int, capacity: float, watch: Watch) -> Flows | None:
        """The flows with one platform open; None if nothing was proved."""
        found = self.solve(site, capacity, watch)
        if found is None or found.value == np.inf:
            return None
        direct = np.zeros(self._shape)
        direct[self._pairs] = found.x[self._h] * self._unit
        f, g, u = (found.x[part] * self._unit for part in (self._f, self._g, self._u))
        return Flows(f, g, direct, u)

    def _serves(self, capacity: float, found: Proved, other: float) -> bool:
        """Whether the optimum for one capacity is that for another one as well."""
        if other > capacity:
            return bool(found.duals[self._capacity_row] == 0)
        return found.value == np.inf or float(found.x[self._g].sum()) * self._unit <= other

    def _in_full(self, value: float) -> float:
        return value * self._unit * self._cost_unit
