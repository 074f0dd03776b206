"""Haulage and harvest: what a tonne of wood costs, and burns, along a way; arithmetic on ways and prices."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopgeo.chain.costs import haulage_per_tonne, payload
from coopgeo.chain.fuel import dearer_eur_l
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.study import Chain
from coopgeo.study.settings import WoodParameters

PRICES_INDEXED_BEFORE = 2015


def harvest_per_tonne(chain: Chain) -> pd.DataFrame:
    """What a tonne as received costs and burns up to the collection point, by product.

    Returns
    -------
    DataFrame
        Indexed by product, in sorted order: `eur_t` (€ per tonne, today's euros, at the price of diesel), `diesel_l_t`
        (litres per tonne). A fee that comes with the wood pays for the work on it at most: what is left of it is no
        gain of the chain.
    """
    steps, index = chain.harvest_costs, chain.parameters.price_index.value
    extra_eur_l = dearer_eur_l(chain.parameters)
    sums = {product: np.zeros(2) for product in sorted(chain.settings.products)}
    columns = ("product", "price_year", "value", "diesel_l_t", "share")
    for product, year, eur_t, diesel_l_t, share in zip(*(steps[name].tolist() for name in columns), strict=True):
        indexed_eur_t = eur_t * (index if year < PRICES_INDEXED_BEFORE else 1.0) + extra_eur_l * diesel_l_t
        sums[product] += np.array([indexed_eur_t, diesel_l_t]) * (1.0 if np.isnan(share) else share)
    sums = {product: np.maximum(amounts, 0.0) for product, amounts in sums.items()}
    return pd.DataFrame.from_dict(sums, orient="index", columns=["eur_t", "diesel_l_t"]).rename_axis("product")


def haul_per_kept_tonne(
    one_way_eur: np.ndarray, moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters
) -> np.ndarray:
    """Cost of haulage, € per dry tonne, of chips at a moisture, from the running cost of the way there.

    Parameters
    ----------
    one_way_eur : ndarray
        Running cost of the way there, €, of any shape.
    moisture : float or ndarray
        Water / total mass of the chips, of a shape that broadcasts with the ways.
    vehicle : Vehicle
    parameters : WoodParameters
        Its `fill`, `dry_kg_map` and `return_load_share`.

    Returns
    -------
    ndarray
        € per dry tonne, of the shape that ways and moisture broadcast to; `inf` where no way leads.
    """
    per_tonne = haulage_per_tonne(
        one_way_eur,
        load(moisture, vehicle, parameters),
        load_unload_h=vehicle.load_unload_h,
        eur_h=vehicle.cost_eur_h,
        return_load_share=parameters.return_load_share.value,
    )
    return np.asarray(per_tonne / (1 - np.asarray(moisture)))


def haul_to_each(
    ways: Ways, vehicles: Sequence[Vehicle], moisture: float | np.ndarray, parameters: WoodParameters
) -> np.ndarray:
    """Cost of haulage to customers that each have a vehicle of their own, € per dry tonne hauled.

    Parameters
    ----------
    ways : Ways, shape (origins, customers)
    vehicles : sequence of Vehicle
        What delivers to each customer.
    moisture : float or ndarray, shape (origins, 1)
    parameters : WoodParameters

    Returns
    -------
    ndarray, shape (origins, customers)
        `inf` where no way leads.
    """
    eur = np.empty(ways.length_m.shape)
    ids = np.array([vehicle.id for vehicle in vehicles], dtype=object)
    for vehicle in {vehicle.id: vehicle for vehicle in vehicles}.values():
        to = ids == vehicle.id
        eur[:, to] = haul_per_kept_tonne(ways.columns(to).cost_eur(vehicle), moisture, vehicle, parameters)
    return eur


def haul_diesel_per_kept_tonne(
    length_m: np.ndarray, moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters
) -> np.ndarray:
    """Litres of diesel per dry tonne hauled over a way, there and back.

    Parameters
    ----------
    length_m : ndarray
        Length of the way there, metres, of any shape.
    moisture : float or ndarray
        Water / total mass of the chips, of a shape that broadcasts with the ways.
    vehicle : Vehicle
    parameters : WoodParameters
        Its `fill`, `dry_kg_map` and `return_load_share`.

    Returns
    -------
    ndarray
        Litres per dry tonne, of the shape that ways and moisture broadcast to.
    """
    ways = 2 - parameters.return_load_share.value
    trips = 1 / (load(moisture, vehicle, parameters) * (1 - np.asarray(moisture)))
    return np.asarray(ways * length_m / 1000 * vehicle.diesel_l_km * trips)


def load(moisture: float | np.ndarray, vehicle: Vehicle, parameters: WoodParameters) -> np.ndarray:
    """Tonnes as received on a trip of a vehicle.

    Parameters
    ----------
    moisture : float or ndarray
        Water / total mass of the chips.
    vehicle : Vehicle
    parameters : WoodParameters
        Its `fill` and `dry_kg_map`.

    Returns
    -------
    ndarray
        Tonnes, shape of `moisture`.
    """
    return payload(
        moisture,
        volume_m3=vehicle.volume_m3,
        payload_t=vehicle.payload_t,
        fill=parameters.fill.value,
        dry_kg_map=parameters.dry_kg_map.value,
    )
