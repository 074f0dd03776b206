"""Vehicles: what they carry, what they cost, how fast they are by class of road, and which roads are closed to them."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from coopgeo.costs import running_cost
from coopgeo.errors import InputError


@dataclass(frozen=True)
class Vehicle:
    """A kind of vehicle, a row of `vehicles.csv` with its speeds of `speeds.csv`.

    Attributes
    ----------
    id, name_fr, name_en : str
    gross_t : float
        Weight fully loaded, tonnes; compared with weight limits.
    volume_m3, payload_t : float
        Room and payload.
    cost_eur_km, cost_eur_h : float
        Cost of a kilometre and of an hour, driver included.
    load_unload_h : float
        Hours of loading and unloading on a trip.
    diesel_l_km : float
        Litres of diesel per kilometre, mean of loaded and empty.
    speeds_kmh : mapping of str to float
        Effective speed by `highway` class; 0 or absent = closed to this vehicle.
    """

    id: str
    name_fr: str
    name_en: str
    gross_t: float
    volume_m3: float
    payload_t: float
    cost_eur_km: float
    cost_eur_h: float
    load_unload_h: float
    diesel_l_km: float
    speeds_kmh: Mapping[str, float]

    def one_way_eur(self, length_m: np.ndarray, time_s: np.ndarray, toll_eur: np.ndarray) -> np.ndarray:
        """Running cost of a way driven once, €."""
        return running_cost(length_m, time_s, toll_eur, eur_km=self.cost_eur_km, eur_h=self.cost_eur_h)


def drive(edges: gpd.GeoDataFrame, vehicle: Vehicle) -> gpd.GeoDataFrame:
    """Add what a vehicle meets on each edge: time and running cost, `inf` where it may not go.

    Parameters
    ----------
    edges : GeoDataFrame
        Columns `highway`, `length_m`, `toll_eur`, `max_weight_t`, `fixed_time_s` (time that stands for the whole
        edge, as on a ferry with its wait; 0 = by speed), and `max_speed_kmh` if the source knows legal limits.
    vehicle : Vehicle

    Returns
    -------
    GeoDataFrame
        The same edges with `time_s` and `cost_eur`.

    Raises
    ------
    InputError
        If a class of road has no speed for this vehicle.
    """
    unknown = sorted(set(edges["highway"]) - set(vehicle.speeds_kmh))
    if unknown:
        raise InputError(f'speeds.csv: found no speed of "{vehicle.id}" for {", ".join(unknown)}; expected a row for each class of road')
    speed_m_s = edges["highway"].map(dict(vehicle.speeds_kmh)).to_numpy(float) / 3.6
    if "max_speed_kmh" in edges:
        speed_m_s = np.minimum(speed_m_s, edges["max_speed_kmh"].to_numpy(float) / 3.6)
    fixed_s = edges["fixed_time_s"].to_numpy(float)
    length_m = edges["length_m"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        time_s = np.where(fixed_s > 0, fixed_s, length_m / speed_m_s)
    closed = (speed_m_s <= 0) | (edges["max_weight_t"].to_numpy(float) < vehicle.gross_t)
    time_s = np.where(closed, np.inf, time_s)
    cost_eur = vehicle.one_way_eur(length_m, time_s, edges["toll_eur"].to_numpy(float))
    return edges.assign(time_s=time_s, cost_eur=cost_eur)
