"""Straight deliveries: wood that goes past every platform, from collection point or outside supplier to a boiler.

What lies as logs at a landing dries there, is chipped there and goes to the boilers that take it at that moisture
(`direct_moisture` of a product). Outside suppliers (`suppliers.csv`) sell chips ex works. Amounts are dry tonnes as a
platform delivers them: wetter wood counts for less, as the boiler draws less heat from it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.chain.haulage import PRICES_INDEXED_BEFORE, haul_to_each
from coopgeo.chain.wood import dry_mass, energy_content
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.study import Chain
from coopgeo.study.settings import WoodParameters

BOUGHT = ""  # the product of wood that is bought outside


def sources(chain: Chain, lots: pd.DataFrame, *, outside: bool) -> pd.DataFrame:
    """Everything that wood comes from: the lots at the collection points, then the outside suppliers if asked for.

    Parameters
    ----------
    chain : Chain
    lots : DataFrame
        As in `collection.Collection`.
    outside : bool
        Whether wood may be bought from `suppliers.csv`.

    Returns
    -------
    DataFrame
        The columns of `lots` (of a supplier: `point` is its id, `product` is `BOUGHT`, `roadside_eur_kept_t` its
        price),
        `direct_moisture` (moisture on a straight way, NaN where there is none) and `direct_kept` (share of the dry mass
        that is left until then).
    """
    loss, products = chain.parameters.direct_loss, chain.settings.products
    by_product = {name: product.direct_moisture for name, product in products.items()}
    own = lots.assign(
        direct_moisture=lots["product"].map(by_product).astype(float),
        direct_kept=1.0 - (loss.value if loss else 0.0),
    )
    if not outside or chain.suppliers.empty:
        return own
    suppliers = chain.suppliers.sort_index()
    moisture = suppliers["moisture"].to_numpy(float)
    old = suppliers["price_year"].to_numpy(float) < PRICES_INDEXED_BEFORE
    index = np.where(old, chain.parameters.price_index.value, 1.0)  # as the costs of the harvest
    bought = pd.DataFrame(
        {
            "point": suppliers.index,
            "product": BOUGHT,
            "moisture": moisture,
            "kept_t": dry_mass(suppliers["tonnes_year"].to_numpy(float), moisture),
            "roadside_eur_kept_t": suppliers["value"].to_numpy(float) * index / (1 - moisture),
            "diesel_l_kept_t": 0.0,
            "direct_moisture": moisture,
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
        Haulage alone, € per dry tonne that leaves the source; `inf` where the boiler does not take the wood as it is,
        or no road leads.
    yield_ : ndarray, shape (N, K)
        Dry tonnes as a platform would deliver them, by their energy, per dry tonne that leaves the source.
    """

    haul_eur_kept_t: Floats
    yield_: Floats


def straight_ways(
    table: pd.DataFrame, ways: Ways, vehicles: list[Vehicle], wettest: Floats, parameters: WoodParameters
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
    wettest : ndarray, shape (K,)
        Moisture of the wettest chips that each customer takes.
    parameters : WoodParameters
    """
    moisture, kept = (table[name].to_numpy(float) for name in ("direct_moisture", "direct_kept"))
    goes = ~np.isnan(moisture)
    arriving = np.where(goes, moisture, 0.0)
    haul = haul_to_each(ways, vehicles, arriving[:, None], parameters) * kept[:, None]
    allowed = goes[:, None] & (arriving[:, None] <= wettest[None, :])
    mwh_kept_t, delivered = (
        energy_content(at, dry_mj_kg=parameters.dry_mj_kg.value) / (1 - at)
        for at in (arriving, np.asarray(parameters.delivered_moisture.value))
    )
    share = kept * mwh_kept_t / delivered
    return Straight(np.where(allowed, haul, np.inf), np.repeat(share[:, None], len(vehicles), axis=1))
