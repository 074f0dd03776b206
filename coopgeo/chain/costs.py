"""Euros, CO2 and jobs of a supply chain, from masses, distances and times.

All figures are per year unless a name says otherwise.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.chain.wood import bulk_density
from coopgeo.roads.vehicles import running_cost

__all__ = [
    "capital_recovery_factor",
    "co2_per_useful_mwh",
    "fuel_energy",
    "haulage_per_tonne",
    "payload",
    "running_cost",
]


def payload(moisture: ArrayLike, *, volume_m3: float, payload_t: float, fill: float, dry_kg_map: float) -> Floats:
    """Tonnes of chips that a vehicle takes on, limited by its volume or by its payload.

    Parameters
    ----------
    moisture : array_like
        Moisture of the chips (wet basis).
    volume_m3, payload_t : float
        Room and payload of the vehicle.
    fill : float
        Share of the volume that gets filled.
    dry_kg_map : float
        Dry mass of a loose cubic metre, kg.

    Examples
    --------
    >>> print(payload(0.35, volume_m3=90, payload_t=26, fill=0.95, dry_kg_map=170).round(2))
    22.36
    """
    by_volume = volume_m3 * fill * bulk_density(moisture, dry_kg_map=dry_kg_map) / 1000
    return np.asarray(np.minimum(by_volume, payload_t))


def haulage_per_tonne(
    one_way_eur: ArrayLike, payload_t: ArrayLike, *, load_unload_h: float, eur_h: float, return_load_share: float = 0.0
) -> Floats:
    """Cost of haulage, € per tonne as loaded, there loaded and back empty.

    Parameters
    ----------
    one_way_eur : array_like
        Running cost of the way there (see `running_cost`); the way back costs the same.
    payload_t : array_like
        Tonnes carried on a trip.
    load_unload_h : float
        Hours of loading and unloading on a trip.
    eur_h : float
        Cost of an hour of vehicle and driver.
    return_load_share : float
        Share of the ways back that another load pays.

    Examples
    --------
    30 km at 50 km/h in a 90 m³ moving floor, chips at 35 %:

    >>> way = running_cost(30_000, 30 / 50 * 3600, 0, eur_km=0.65, eur_h=50)
    >>> print(haulage_per_tonne(way, 22.36, load_unload_h=1.25, eur_h=50).round(2))
    7.22
    """
    per_trip = np.asarray(one_way_eur, dtype=np.float64) * (2 - return_load_share) + eur_h * load_unload_h
    return np.asarray(per_trip / np.asarray(payload_t, dtype=np.float64))


def capital_recovery_factor(rate: float, years: float) -> float:
    """Yearly payment on a capital of 1: i / (1 - (1 + i)^-n).

    Examples
    --------
    >>> round(capital_recovery_factor(0.04, 15), 4)
    0.0899
    """
    return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)


def fuel_energy(power_kw: ArrayLike, full_load_h: ArrayLike, efficiency: ArrayLike) -> Floats:
    """Energy in the wood that a boiler burns in a year, MWh (lower heating value).

    `power_kw` is the power of the wood boiler itself, so that no share of wood applies.

    Examples
    --------
    >>> print(fuel_energy(1000, 3000, 0.85).round(1))
    3529.4
    """
    useful = np.asarray(power_kw, dtype=np.float64) / 1000 * np.asarray(full_load_h, dtype=np.float64)
    return np.asarray(useful / np.asarray(efficiency, dtype=np.float64))


def co2_per_useful_mwh(
    diesel_l: float, fuel_mwh: float, useful_mwh: float, *, kg_l: float, combustion_kg_mwh: float
) -> float:
    """Greenhouse gas of a MWh of useful heat, kg CO2e, counted up from the diesel of the whole chain.

    Parameters
    ----------
    diesel_l : float
        Litres burnt by harvest, chipping, handling and haulage.
    fuel_mwh, useful_mwh : float
        Energy of the wood burnt and the heat drawn from it.
    kg_l : float
        kg CO2e per litre of diesel, upstream included.
    combustion_kg_mwh : float
        N2O and CH4 of the fire, kg CO2e per MWh of fuel; biogenic CO2 counts 0 by convention.
    """
    return (diesel_l * kg_l + combustion_kg_mwh * fuel_mwh) / useful_mwh
