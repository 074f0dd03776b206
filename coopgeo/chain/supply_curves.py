"""Cost-supply curves ("courbes d'offre"): how much wood comes to a site at which cost, for all candidate sites at once.

Every commune and product within reach of a collection point is one step of a curve, the cheapest first. Tonnes are
those that leave the platform, dried to the moisture delivered; their cost is all that was paid for them up to the
gate of the site: harvest, haul to the collection point, haul to the site, and the dry matter lost in store. The
platform itself is not in it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.chain.collection import Collection
from coopgeo.chain.haulage import harvest_per_tonne, haul_per_kept_tonne
from coopgeo.chain.platforms import storage_yield
from coopgeo.chain.wood import energy_content, wet_mass
from coopgeo.errors import InputError, Message
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.study import Chain

_TIE_DECIMALS = 6  # costs and ways that differ by less are equal: rounding decides no order
_ROUNDING = 1e-9  # of all the wood: a wanted amount that lies above it by less is all of it


@dataclass(frozen=True, eq=False)
class SupplyCurves:
    """The cost-supply curves of some sites.

    Attributes
    ----------
    origins : DataFrame
        One row a commune and product within reach (N rows): `insee`, `product`, `point`, `tonnes` delivered a year.
    sites : Index
        Ids of the sites (S of them).
    cost_eur_t : ndarray, shape (N, S)
        Cost at the gate, € per tonne delivered; `inf` where no road leads.
    minutes, km : ndarray, shape (N, S)
        Way from the commune by its collection point to the site, fastest and shortest.
    mwh_t : float
        Energy of a tonne delivered, lower heating value.
    """

    origins: pd.DataFrame
    sites: pd.Index
    cost_eur_t: Floats
    minutes: Floats
    km: Floats
    mwh_t: float

    @cached_property
    def _tonnes(self) -> Floats:
        return self.origins["tonnes"].to_numpy(dtype=float)

    @property
    def reached_t(self) -> pd.Series:
        """Tonnes a year that come to each site at any cost."""
        return pd.Series(self._tonnes @ np.isfinite(self.cost_eur_t), index=self.sites, name="reached_t")

    def steps(self, site: str) -> pd.DataFrame:
        """The curve of a site.

        Returns
        -------
        DataFrame
            One row a step, cheapest first (equal costs: in the order of products and communes): `insee`, `product`,
            `point`, `tonnes`, `cum_t`, `cum_mwh`, `marginal_eur_t`, `average_eur_t`, `marginal_eur_mwh`,
            `average_eur_mwh`, `minutes`, `km`.

        Raises
        ------
        InputError
            If the site is unknown.
        """
        if site not in self.sites:
            raise InputError(
                Message('site: found "{site}"; expected one of {choices}', site=str(site), choices=list(self.sites))
            )
        at = self.sites.get_loc(site)
        cost = self.cost_eur_t[:, at]
        order = np.argsort(cost.round(_TIE_DECIMALS), kind="stable")[: int(np.isfinite(cost).sum())]
        table = self.origins.iloc[order].reset_index(drop=True)
        total_t = table["tonnes"].cumsum()
        average = (table["tonnes"] * cost[order]).cumsum() / total_t
        return table.assign(
            cum_t=total_t,
            cum_mwh=total_t * self.mwh_t,
            marginal_eur_t=cost[order],
            average_eur_t=average,
            marginal_eur_mwh=cost[order] / self.mwh_t,
            average_eur_mwh=average / self.mwh_t,
            minutes=self.minutes[order, at],
            km=self.km[order, at],
        )

    def wanted(self, tonnes: float) -> pd.DataFrame:
        """What it takes to get some tonnage to each site.

        Parameters
        ----------
        tonnes : float
            Tonnes delivered a year, more than 0.

        Returns
        -------
        DataFrame
            Indexed by site. The cheapest wood that makes up the tonnage: `marginal_eur_t` (the dearest of it),
            `average_eur_t`, `marginal_eur_mwh`, `average_eur_mwh`, and `<product>_t` of each product. The nearest
            wood that makes it up: `minutes` and `km` that one must go for it. NaN where less comes to a site.

        Raises
        ------
        InputError
            If the tonnage is not a number above 0.
        """
        if not 0 < tonnes < np.inf:
            raise InputError(Message("tonnes: found {tonnes}; expected a number above 0", tonnes=tonnes))
        enough = tonnes <= self.reached_t.to_numpy() * (1 + _ROUNDING)
        taken = self._taken(self.cost_eur_t, tonnes)
        used, total = taken > 0, taken.sum(axis=0)
        spent = (taken * np.where(used, self.cost_eur_t, 0.0)).sum(axis=0)
        average = np.divide(spent, total, out=np.full(len(total), np.nan), where=total > 0)
        dearest = np.where(used, self.cost_eur_t, -np.inf).max(axis=0)
        table = {
            "marginal_eur_t": dearest,
            "average_eur_t": average,
            "marginal_eur_mwh": dearest / self.mwh_t,
            "average_eur_mwh": average / self.mwh_t,
        }
        for name, way in (("minutes", self.minutes), ("km", self.km)):
            table[name] = np.where(self._taken(way, tonnes) > 0, way, -np.inf).max(axis=0)
        for product, rows in self.origins.groupby("product", sort=True).indices.items():
            table[f"{product}_t"] = taken[rows].sum(axis=0)
        return pd.DataFrame(
            {name: np.where(enough, column, np.nan) for name, column in table.items()}, index=self.sites
        )

    def _taken(self, rank: Floats, tonnes: float) -> Floats:
        """Tonnes taken of each origin for each site when the lowest in rank go first, shape (N, S)."""
        order = np.argsort(rank.round(_TIE_DECIMALS), axis=0, kind="stable")
        amount = np.where(np.isfinite(np.take_along_axis(rank, order, axis=0)), self._tonnes[order], 0.0)
        before = np.cumsum(amount, axis=0) - amount
        taken = np.empty_like(amount)
        np.put_along_axis(taken, order, np.clip(tonnes - before, 0.0, amount), axis=0)
        return taken


def supply_curves(
    chain: Chain, roads: RoadNetwork, vehicle: Vehicle, collection: Collection, inbound: Ways
) -> SupplyCurves:
    """Draw up the cost-supply curves of all candidate sites of a chain.

    Parameters
    ----------
    chain : Chain
    roads : RoadNetwork
        As the haulage lorry sees it.
    vehicle : Vehicle
        The haulage lorry, at the prices to compute with.
    collection : Collection
        What comes to the collection points, as `collection.collect` gives it.
    inbound : Ways, shape (collection points, candidate sites)
        Both in sorted order.
    """
    parameters, products = chain.parameters, chain.settings.products
    origins = collection.origins.dropna(subset="point").reset_index(drop=True)
    moisture = origins["product"].map({name: product.moisture for name, product in products.items()}).to_numpy(float)
    points, sites = chain.collection_points.geometry.sort_index(), chain.candidate_sites.geometry.sort_index()
    row = points.index.get_indexer(origins["point"])
    way_s, way_m = (roads.matrix(points, sites, weight)[row] for weight in ("time_s", "length_m"))
    haul = haul_per_kept_tonne(inbound.cost_eur(vehicle)[row], moisture[:, None], vehicle, parameters)
    harvest = origins["product"].map(harvest_per_tonne(chain)["eur_t"]).to_numpy(float) / (1 - moisture)
    at_gate = (harvest + origins["haul_eur_kept_t"].to_numpy())[:, None] + haul
    kept_t = origins["kept_t"].to_numpy()
    delivered = parameters.delivered_moisture.value
    tonnes = np.asarray(wet_mass(kept_t * storage_yield(moisture, parameters), delivered))
    return SupplyCurves(
        origins=origins[["insee", "product", "point"]].assign(tonnes=tonnes),
        sites=sites.index,
        cost_eur_t=at_gate * (kept_t / tonnes)[:, None],
        minutes=origins["minutes"].to_numpy()[:, None] + way_s / 60,
        km=origins["km"].to_numpy()[:, None] + way_m / 1000,
        mwh_t=float(energy_content(delivered, dry_mj_kg=parameters.dry_mj_kg.value)),
    )
