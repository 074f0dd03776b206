"""The year month by month: what comes in, what customers take, what lies in the hall; array arithmetic.

The year repeats itself in twelve equal months; within a month goods come in and leave evenly. What comes in at age 0 is
ready at age m (`Material.months_in_store`) and has lost (1 - loss)^age of its mass on the way, as the placement counts
it. The stock of what is ready is the least that never runs out at the end of a month.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import exprel

from coopgeo.arrays import Floats
from coopgeo.chain.material import as_received
from coopgeo.plan.accounts import straight_flows
from coopgeo.plan.placement import Placement
from coopgeo.plan.shipped import shipped
from coopgeo.siting import Solution
from coopgeo.study import Chain
from coopgeo.study.chain_schemas import MONTHS

_YEAR = len(MONTHS)


@dataclass(frozen=True, eq=False)
class Stock:
    """The months of a year at P platforms, kept tonnes; months along the last axis, January first.

    Attributes
    ----------
    sites : ndarray of object, shape (P,)
        Ids, in the order of `Accounts.sites`.
    coming_kept_t, leaving_kept_t : ndarray, shape (P, 12)
        What comes in, and what goes to the customers.
    ripening_kept_t, ready_kept_t : ndarray, shape (P, 12)
        What lies there at the end of the month: not ready still, and ready.
    direct_t : ndarray, shape (12,)
        What goes straight to the customers, tonnes as they get it.
    hall_m3, turns_year : ndarray, shape (P,)
        What the hall of the size chosen holds, and how often a year it is said to be filled; NaN where not known.
    kept_t_m3 : float
        Kept mass of a cubic metre in the hall.
    tare : float
        Of what leaves.
    even : tuple of str
        Kinds of customers whose season is not known: their demand is spread evenly.
    """

    sites: np.ndarray
    coming_kept_t: Floats
    leaving_kept_t: Floats
    ripening_kept_t: Floats
    ready_kept_t: Floats
    direct_t: Floats
    hall_m3: Floats
    turns_year: Floats
    kept_t_m3: float
    tare: float
    even: tuple[str, ...]

    @property
    def stock_m3(self) -> Floats:
        """What lies in the hall at the end of each month, shape (P, 12)."""
        return (self.ripening_kept_t + self.ready_kept_t) / self.kept_t_m3

    @property
    def stock_t(self) -> Floats:
        """The same in tonnes as delivered, shape (P, 12)."""
        return as_received(self.ripening_kept_t + self.ready_kept_t, self.tare)

    @property
    def leaving_t(self) -> Floats:
        """What goes to the customers, tonnes as delivered, shape (P, 12)."""
        return as_received(self.leaving_kept_t, self.tare)

    @property
    def peak_m3(self) -> Floats:
        """The hall that the year needs, shape (P,)."""
        return self.stock_m3.max(axis=1)

    @property
    def turns(self) -> Floats:
        """How often a year a hall of that volume is filled and emptied, shape (P,); `inf` where nothing need lie."""
        out_m3 = self.leaving_kept_t.sum(axis=1) / self.kept_t_m3
        return np.divide(out_m3, self.peak_m3, out=np.full(len(out_m3), np.inf), where=self.peak_m3 > 0)


def ripening(coming: Floats, months: Floats, loss_per_month: float) -> tuple[Floats, Floats]:
    """What of the goods that come in month by month lies ripening, and what gets ready.

    Parameters
    ----------
    coming : ndarray, shape (N, 12)
        Kept tonnes that come in by month, of N lots.
    months : ndarray, shape (N,)
        How long each ripens.
    loss_per_month : float
        Share of the mass that is lost in a month.

    Returns
    -------
    ndarray, ndarray, shape (N, 12)
        Kept tonnes that are not ready at the end of each month, and that get ready in it.

    Examples
    --------
    Twelve tonnes that come in January ripen for a month and a half: half of them get ready in February, half in March.

    >>> coming = np.zeros((1, 12))
    >>> coming[0, 0] = 12.0
    >>> lying, ready = ripening(coming, np.array([1.5]), 0.0)
    >>> print(lying[0, :4], ready[0, :4])
    [12.  6.  0.  0.] [0. 6. 6. 0.]
    """
    kept = 1 - loss_per_month
    age = np.arange(int(months.max(initial=0)) + 2)
    unready = np.clip(months[:, None] - age, 0, 1)  # part of what came in so many months before that is not ready yet
    mean_kept = (
        unready * exprel(unready * np.log(kept)) if kept < 1 else unready
    )  # within the month: integral of kept^u
    got_ready = np.diff(unready, axis=1, prepend=1.0) * -1
    return (
        _by_age(coming, kept**age * mean_kept),
        _by_age(coming, got_ready) * (kept**months)[:, None],
    )


def _by_age(coming: Floats, part: Floats) -> Floats:
    """Sum over ages of the part of what came in that many months before, in a year that repeats itself."""
    total = np.zeros_like(coming)
    for age in range(part.shape[1]):
        total += part[:, age, None] * np.roll(coming, age, axis=1)
    return total


def least_stock(coming: Floats, leaving: Floats) -> Floats:
    """The least stock that never runs out, at the end of each month of a year that repeats itself.

    Parameters
    ----------
    coming, leaving : ndarray, shape (..., 12)
        With the same sum over the year.

    Returns
    -------
    ndarray, shape (..., 12)

    Examples
    --------
    A tonne comes in each month, and all goes in December: eleven tonnes lie there at the end of November.

    >>> leaving = np.zeros(12)
    >>> leaving[11] = 12
    >>> least_stock(np.ones(12), leaving).astype(int).tolist()
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0]
    """
    change = np.cumsum(coming - leaving, axis=-1)
    return np.asarray(change - change.min(axis=-1, keepdims=True))


def seasons(chain: Chain, kinds: Sequence[str]) -> Floats:
    """Part of the year's goods of each kind of customer or collection point by month, shape (kinds, 12).

    A kind of which `seasons.csv` has no row is spread evenly.
    """
    shares = np.full((len(kinds), _YEAR), 1 / _YEAR)
    if not chain.seasons.empty:
        table = chain.seasons.set_index("kind")[list(MONTHS)].astype(float)
        row = table.index.get_indexer(list(kinds))
        own = table.to_numpy()[row[row >= 0]]
        shares[row >= 0] = own / own.sum(axis=1, keepdims=True)
    return shares


def stock(placement: Placement, solution: Solution) -> Stock:
    """Work out the year of a solution of `placement.problem`; of no platform where stock is not looked at."""
    chain, material = placement.chain, placement.material
    kept_kg_m3 = material.kept_kg_m3()
    if kept_kg_m3 is None:
        return _no_stock()
    opened = solution.sites
    into, out = solution.flows[0].toarray()[:, opened], solution.flows[1].toarray()[opened]
    come, points = placement.sources, chain.collection_points
    kinds = points["kind"].reindex(come["point"]).fillna("").to_numpy(str)  # an outside supplier has none
    arriving = into[:, :, None] * seasons(chain, kinds)[:, None, :]
    n, p, _ = arriving.shape
    months = np.repeat(material.months_in_store(come["tare"].to_numpy(float)), p)
    lying, ready = (
        part.reshape(n, p, _YEAR).sum(axis=0)
        for part in ripening(arriving.reshape(n * p, _YEAR), months, material.loss_per_month())
    )
    customers = chain.customers["kind"].reindex(placement.demand.index).to_numpy(str)
    by_month = seasons(chain, customers)
    leaving = out @ by_month
    size = chain.platform_sizes.loc[placement.options["size"].iloc[opened]]
    known = set() if chain.seasons.empty else set(chain.seasons["kind"])
    return Stock(
        sites=placement.options["site"].to_numpy(object)[opened],
        coming_kept_t=arriving.sum(axis=0),
        leaving_kept_t=leaving,
        ripening_kept_t=lying,
        ready_kept_t=least_stock(ready, leaving),
        direct_t=_direct_t(placement, solution, by_month),
        hall_m3=size["store_m3"].to_numpy(float),
        turns_year=size["turns_year"].to_numpy(float),
        kept_t_m3=kept_kg_m3 / 1000,
        tare=material.delivered_tare,
        even=tuple(sorted(set(map(str, customers)) - known)),
    )


def _no_stock() -> Stock:
    """The year of no platform."""
    nothing, month = np.zeros((0, _YEAR)), np.zeros(_YEAR)
    none = np.zeros(0)
    return Stock(np.zeros(0, dtype=object), nothing, nothing, nothing, nothing, month, none, none, 1.0, 0.0, ())


def _direct_t(placement: Placement, solution: Solution, by_month: Floats) -> Floats:
    direct = shipped(placement, solution).direct
    if direct is None:
        return np.zeros(_YEAR)
    _, customer, kept_t, tare = straight_flows(placement, direct)
    return np.asarray(as_received(kept_t, tare) @ by_month[customer])
