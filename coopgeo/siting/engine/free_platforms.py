"""What flows cost at least where every platform is open for nothing: a bound that outlives the problem it was made for.

The dual of that transport has prices under limits that do not depend on how much anyone has or asks for: prices found
for some customers bound what others cost, so that few of many problems need one solved of their own.

    max  sum D_k p_k - sum S_i m_i
    s.t. a_i r_j - m_i <= c_ij,  p_k - r_j <= d_jk,  b_ik p_k - m_i <= e_ik,  p_k <= U_k,  m >= 0

with the names of `two_stage.py`; r_j is the price of a unit that leaves platform j.
"""

from typing import NamedTuple

import numpy as np

from coopgeo.arrays import Floats
from coopgeo.errors import CoopgeoError
from coopgeo.siting.engine.linear import Model
from coopgeo.siting.engine.stages import Stages
from coopgeo.siting.progress import Watch

_DEAR = 1e3  # times the dearest way: the price of a unit that cannot be had, which keeps a bound finite


class _Prices(NamedTuple):
    """Of a unit that each customer asks for, and of one that each source has."""

    asked: Floats
    had: Floats


class FreePlatforms:
    """Bounds of the flows of a two-stage problem and of its parts; what was found for one helps with the next.

    Parameters
    ----------
    stages : Stages
        Of all customers, sources and platforms. A part has no more of any of them.
    """

    def __init__(self, stages: Stages) -> None:
        allowed = np.flatnonzero(~stages.forbidden)
        inside = [allowed[stages.group[allowed] == place] for place in np.unique(stages.group[allowed])]
        sources, customers = len(stages.supply), len(stages.demand)
        nothing = np.full((sources, customers), np.inf)
        self._yield = stages.yield_
        self._inbound = np.array([stages.inbound[:, some].min(axis=1) for some in inside]).reshape(-1, sources).T
        self._outbound = np.array([stages.outbound[some].min(axis=0) for some in inside]).reshape(-1, customers)
        self._direct = nothing if stages.direct is None else stages.direct
        self._share = np.ones_like(nothing) if stages.direct_yield is None else stages.direct_yield
        costs = np.concatenate([part.ravel() for part in (self._inbound, self._outbound, self._direct)])
        dearest = float(costs[np.isfinite(costs)].max(initial=1.0)) / max(float(self._share.min()), 1e-3)
        price = np.full(customers, np.inf) if stages.unmet_cost is None else stages.unmet_cost
        self._most = np.minimum(price, _DEAR * dearest)
        self._known: list[_Prices] = []

    def known(self, demand: Floats, supply: Floats) -> float:
        """The best bound that the prices found so far give of some amounts, shape (customers,) and (sources,)."""
        return max((float(demand @ one.asked - supply @ one.had) for one in self._known), default=0.0)

    def bound(self, demand: Floats, supply: Floats, watch: Watch) -> float:
        """The best bound there is of some amounts, or that is known where time is up; its prices are kept."""
        known = self._found(demand, supply, watch)
        if known is not None:
            self._known.append(known)
        return self.known(demand, supply)

    def _found(self, demand: Floats, supply: Floats, watch: Watch) -> _Prices | None:
        """The prices that bound some amounts best."""
        asks, has = demand > 0, supply > 0
        model = Model()
        asked = model.variables(-demand, -np.inf, np.where(asks, self._most, 0.0))
        had = model.variables(supply, 0.0, np.where(has, np.inf, 0.0))
        at = model.variables(np.zeros(self._inbound.shape[1]), -np.inf, np.inf)
        source, place = np.nonzero(np.isfinite(self._inbound) & has[:, None])
        row = np.arange(len(source))
        model.rows(
            -np.inf, self._inbound[source, place], (row, at[place], self._yield[source]), (row, had[source], -1.0)
        )
        place, customer = np.nonzero(np.isfinite(self._outbound) & asks)
        row = np.arange(len(place))
        model.rows(-np.inf, self._outbound[place, customer], (row, asked[customer], 1.0), (row, at[place], -1.0))
        source, customer = np.nonzero(np.isfinite(self._direct) & has[:, None] & asks)
        if len(source):
            row, share = np.arange(len(source)), self._share[source, customer]
            model.rows(-np.inf, self._direct[source, customer], (row, asked[customer], share), (row, had[source], -1.0))
        try:
            answer = model.solve(watch)
        except CoopgeoError:  # not in time
            return None
        return None if answer is None else self._made_feasible(answer.x[asked], answer.x[at], asks)

    def _made_feasible(self, asked: Floats, at: Floats, asks: np.ndarray) -> _Prices:
        """Prices that keep all limits to the last digit, of those who were not asked about too."""
        most = np.minimum(self._most, (self._outbound + at[:, None]).min(axis=0, initial=np.inf))
        asked = np.where(asks, np.minimum(asked, most), -np.inf)
        by_platform = (self._yield[:, None] * at - self._inbound).max(axis=1, initial=0.0)
        with np.errstate(invalid="ignore"):
            straight = np.where(np.isfinite(self._direct) & asks, self._share * asked - self._direct, -np.inf)
        had = np.maximum(by_platform, straight.max(axis=1, initial=0.0))
        free = np.where(np.isfinite(self._direct), (self._direct + had[:, None]) / self._share, np.inf)
        return _Prices(np.where(asks, asked, np.minimum(most, free.min(axis=0, initial=np.inf))), had)
