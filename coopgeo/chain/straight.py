"""Straight deliveries: goods that go past every platform, from collection point or outside supplier to a customer.

A product may go straight where it has a tare for that (`direct_tare`) and the customer takes it so. Outside suppliers
(`suppliers.csv`) sell ex works. Amounts are kept tonnes as a platform delivers them: what holds fewer units of what the
chain delivers counts for less.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.chain.haulage import PRICES_INDEXED_BEFORE, haul_to_each
from coopgeo.chain.material import Material, kept_of
from coopgeo.chain.materials import material_of
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.study import Chain

BOUGHT = ""  # the product of what is bought outside


def sources(chain: Chain, lots: pd.DataFrame, *, outside: bool) -> pd.DataFrame:
    """Everything that goods come from: the lots at the collection points, then the outside suppliers if asked for.

    Parameters
    ----------
    chain : Chain
    lots : DataFrame
        As in `collection.Collection`.
    outside : bool
        Whether anything may be bought from `suppliers.csv`.

    Returns
    -------
    DataFrame
        The columns of `lots` (of a supplier: `point` is its id, `product` is `BOUGHT`, `roadside_eur_kept_t` its
        price), `direct_tare` (tare on a straight way, NaN where there is none) and `direct_kept` (share of the kept
        tonnes that is left until then).
    """
    material = material_of(chain)
    by_product = {name: product.direct_tare for name, product in chain.settings.products.items()}
    own = lots.assign(
        direct_tare=lots["product"].map(by_product).astype(float),
        direct_kept=material.direct_kept(),
    )
    if not outside or chain.suppliers.empty:
        return own
    suppliers = chain.suppliers.sort_index()
    tare = material.supplier_tare(suppliers)
    old = suppliers["price_year"].to_numpy(float) < PRICES_INDEXED_BEFORE
    index = np.where(old, chain.parameters.price_index.value, 1.0)  # as the costs of the harvest
    bought = pd.DataFrame(
        {
            "point": suppliers.index,
            "product": BOUGHT,
            "tare": tare,
            "kept_t": kept_of(suppliers["tonnes_year"].to_numpy(float), tare),
            "roadside_eur_kept_t": suppliers["value"].to_numpy(float) * index / (1 - tare),
            "diesel_l_kept_t": 0.0,
            "direct_tare": tare,
            "direct_kept": 1.0,
        }
    )
    return pd.concat([own, bought], ignore_index=True)


@dataclass(frozen=True, eq=False)
class Straight:
    """What a straight way from each source to each customer costs and delivers, N sources and K customers.

    Attributes
    ----------
    haul_eur_kept_t : ndarray, shape (N, K)
        Haulage alone, € per kept tonne that leaves the source; `inf` where the customer does not take it as it is,
        or no road leads.
    yield_ : ndarray, shape (N, K)
        Kept tonnes as a platform would deliver them, by the units in them, per kept tonne that leaves the source.
    """

    haul_eur_kept_t: Floats
    yield_: Floats


def straight_ways(
    table: pd.DataFrame,
    ways: Ways,
    vehicles: list[Vehicle],
    most_tare: Floats,
    material: Material,
    return_load_share: float = 0.0,
) -> Straight:
    """Work out the straight ways.

    Parameters
    ----------
    table : DataFrame
        N sources, as `sources` gives them.
    ways : Ways, shape (N, K)
        From each source to each customer, as the vehicle of the customer drives.
    vehicles : list of Vehicle
        What delivers to each customer.
    most_tare : ndarray, shape (K,)
        Highest tare that each customer takes.
    material : Material
    return_load_share : float
        Share of the ways back that another load pays.
    """
    tare, kept = (table[name].to_numpy(float) for name in ("direct_tare", "direct_kept"))
    goes = ~np.isnan(tare)
    arriving = np.where(goes, tare, 0.0)
    haul = haul_to_each(ways, vehicles, arriving[:, None], material, return_load_share) * kept[:, None]
    allowed = goes[:, None] & (arriving[:, None] <= most_tare[None, :])
    units_kept_t, delivered = (
        material.units_per_t(at) / (1 - at) for at in (arriving, np.asarray(material.delivered_tare))
    )
    share = kept * units_kept_t / delivered
    return Straight(np.where(allowed, haul, np.inf), np.repeat(share[:, None], len(vehicles), axis=1))
