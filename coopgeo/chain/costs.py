"""Euros, CO2 and jobs of a supply chain, from masses, distances and times.

All figures are per year unless a name says otherwise.
"""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.roads.vehicles import running_cost

__all__ = [
    "capital_recovery_factor",
    "haulage_per_tonne",
    "payload",
    "running_cost",
]


def payload(density_kg_m3: ArrayLike, *, volume_m3: float, payload_t: float, fill: float) -> Floats:
    """Tonnes that a vehicle takes on, limited by its volume or by its payload.

    Parameters
    ----------
    density_kg_m3 : array_like
        Mass of a loose cubic metre as received, kg.
    volume_m3, payload_t : float
        Room and payload of the vehicle.
    fill : float
        Share of the volume that gets filled.

    Examples
    --------
    >>> print(payload([150.0, 261.5, 350.0], volume_m3=90, payload_t=26, fill=0.95).round(2))
    [12.82 22.36 26.  ]
    """
    by_volume = volume_m3 * fill * np.asarray(density_kg_m3, dtype=np.float64) / 1000
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
    30 km at 50 km/h in a 90 m³ moving floor, 22.36 t on a trip:

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
