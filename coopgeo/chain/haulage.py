"""Haulage and harvest: what a tonne costs, and burns, along a way; arithmetic on ways and prices."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from coopgeo.chain.costs import haulage_per_tonne
from coopgeo.chain.fuel import dearer_eur_l
from coopgeo.chain.material import Material
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.study import Chain

PRICES_INDEXED_BEFORE = 2015


def harvest_per_tonne(chain: Chain) -> pd.DataFrame:
    """What a tonne as received costs and burns up to the collection point, by product.

    Returns
    -------
    DataFrame
        Indexed by product, in sorted order: `eur_t` (€ per tonne, today's euros, at the price of diesel), `diesel_l_t`
        (litres per tonne). A fee that comes with the goods pays for the work on them at most: what is left of it is no
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
    one_way_eur: np.ndarray,
    tare: float | np.ndarray,
    vehicle: Vehicle,
    material: Material,
    return_load_share: float = 0.0,
) -> np.ndarray:
    """Cost of haulage, € per kept tonne, of goods of a tare, from the running cost of the way there.

    Parameters
    ----------
    one_way_eur : ndarray
        Running cost of the way there, €, of any shape.
    tare : float or ndarray
        Share of the mass that does not count, of a shape that broadcasts with the ways.
    vehicle : Vehicle
    material : Material
        Says how much a vehicle takes on.
    return_load_share : float
        Share of the ways back that another load pays.

    Returns
    -------
    ndarray
        € per kept tonne, of the shape that ways and tare broadcast to; `inf` where no way leads.
    """
    per_tonne = haulage_per_tonne(
        one_way_eur,
        material.load_t(tare, vehicle),
        load_unload_h=vehicle.load_unload_h,
        eur_h=vehicle.cost_eur_h,
        return_load_share=return_load_share,
    )
    return np.asarray(per_tonne / (1 - np.asarray(tare)))


def haul_to_each(
    ways: Ways,
    vehicles: Sequence[Vehicle],
    tare: float | np.ndarray,
    material: Material,
    return_load_share: float = 0.0,
) -> np.ndarray:
    """Cost of haulage to customers that each have a vehicle of their own, € per kept tonne hauled.

    Parameters
    ----------
    ways : Ways, shape (origins, customers)
    vehicles : sequence of Vehicle
        What delivers to each customer.
    tare : float or ndarray, shape (origins, 1)
    material : Material
    return_load_share : float

    Returns
    -------
    ndarray, shape (origins, customers)
        `inf` where no way leads.
    """
    eur = np.empty(ways.length_m.shape)
    ids = np.array([vehicle.id for vehicle in vehicles], dtype=object)
    for vehicle in {vehicle.id: vehicle for vehicle in vehicles}.values():
        to = ids == vehicle.id
        eur[:, to] = haul_per_kept_tonne(ways.columns(to).cost_eur(vehicle), tare, vehicle, material, return_load_share)
    return eur


def haul_diesel_per_kept_tonne(
    length_m: np.ndarray,
    tare: float | np.ndarray,
    vehicle: Vehicle,
    material: Material,
    return_load_share: float = 0.0,
) -> np.ndarray:
    """Litres of diesel per kept tonne hauled over a way, there and back.

    Parameters
    ----------
    length_m : ndarray
        Length of the way there, metres, of any shape.
    tare : float or ndarray
        Share of the mass that does not count, of a shape that broadcasts with the ways.
    vehicle : Vehicle
    material : Material
        Says how much a vehicle takes on.
    return_load_share : float
        Share of the ways back that another load pays.

    Returns
    -------
    ndarray
        Litres per kept tonne, of the shape that ways and tare broadcast to.
    """
    ways = 2 - return_load_share
    trips = 1 / (material.load_t(tare, vehicle) * (1 - np.asarray(tare)))
    return np.asarray(ways * length_m / 1000 * vehicle.diesel_l_km * trips)
