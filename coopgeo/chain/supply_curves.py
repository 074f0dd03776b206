"""Cost-supply curves ("courbes d'offre"): how much comes to a site at which cost, for all candidate sites at once.

Every commune and product within reach of a collection point is one step of a curve, the cheapest first. Tonnes are
those that leave the platform; their cost is all that was paid for them up to the gate of the site: harvest, haul to
the collection point, haul to the site, and what is lost at the platform. The
platform itself is not in it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.chain.collection import Collection
from coopgeo.chain.haulage import harvest_per_tonne, haul_per_kept_tonne
from coopgeo.chain.material import as_received
from coopgeo.chain.materials import material_of
from coopgeo.errors import InputError, Message
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.study import Chain

_TIE_DECIMALS = 6  # costs and ways that differ by less are equal: rounding decides no order
_ROUNDING = 1e-9  # of all there is: a wanted amount that lies above it by less is all of it


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
    units_t : float
        Units of the chain in a tonne delivered.
    """

    origins: pd.DataFrame
    sites: pd.Index
    cost_eur_t: Floats
    minutes: Floats
    km: Floats
    units_t: float

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
            `point`, `tonnes`, `cum_t`, `cum_units`, `marginal_eur_t`, `average_eur_t`, `marginal_eur_unit`,
            `average_eur_unit`, `minutes`, `km`.

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
            cum_units=total_t * self.units_t,
            marginal_eur_t=cost[order],
            average_eur_t=average,
            marginal_eur_unit=cost[order] / self.units_t,
            average_eur_unit=average / self.units_t,
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
            Indexed by site. The cheapest goods that make up the tonnage: `marginal_eur_t` (the dearest of it),
            `average_eur_t`, `marginal_eur_unit`, `average_eur_unit`, and `<product>_t` of each product. The nearest
            that make it up: `minutes` and `km` that one must go for it. NaN where less comes to a site.

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
            "marginal_eur_unit": dearest / self.units_t,
            "average_eur_unit": average / self.units_t,
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
    products, material = chain.settings.products, material_of(chain)
    return_share = chain.parameters.return_load_share.value
    origins = collection.origins.dropna(subset="point").reset_index(drop=True)
    tare = origins["product"].map({name: product.tare for name, product in products.items()}).to_numpy(float)
    points, sites = chain.collection_points.geometry.sort_index(), chain.candidate_sites.geometry.sort_index()
    row = points.index.get_indexer(origins["point"])
    way_s, way_m = (roads.matrix(points, sites, weight)[row] for weight in ("time_s", "length_m"))
    haul = haul_per_kept_tonne(inbound.cost_eur(vehicle)[row], tare[:, None], vehicle, material, return_share)
    harvest = origins["product"].map(harvest_per_tonne(chain)["eur_t"]).to_numpy(float) / (1 - tare)
    at_gate = (harvest + origins["haul_eur_kept_t"].to_numpy())[:, None] + haul
    kept_t = origins["kept_t"].to_numpy()
    delivered = material.delivered_tare
    tonnes = as_received(kept_t * material.platform_yield(origins["product"].to_list(), tare), delivered)
    return SupplyCurves(
        origins=origins[["insee", "product", "point"]].assign(tonnes=tonnes),
        sites=sites.index,
        cost_eur_t=at_gate * (kept_t / tonnes)[:, None],
        minutes=origins["minutes"].to_numpy()[:, None] + way_s / 60,
        km=origins["km"].to_numpy()[:, None] + way_m / 1000,
        units_t=float(material.units_per_t(delivered)),
    )
