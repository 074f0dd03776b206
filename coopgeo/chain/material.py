"""What a chain moves: how much of a mass counts, how it loads, what a platform keeps of it, what customers ask for.

All rooms reckon in kept tonnes: what is left of a mass without its tare, the share of it that does not count, such
as water; most materials have none, and their kept tonnes are their tonnes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.roads import Vehicle


def as_received(kept_t: ArrayLike, tare: ArrayLike) -> Floats:
    """Tonnes as received that hold some kept tonnes: the inverse of `kept_of`.

    Examples
    --------
    >>> print(as_received(700.0, 0.30).round(6))
    1000.0
    """
    return np.asarray(np.asarray(kept_t, dtype=np.float64) / (1 - np.asarray(tare, dtype=np.float64)))


def kept_of(mass_t: ArrayLike, tare: ArrayLike) -> Floats:
    """Kept tonnes in a mass as received.

    Examples
    --------
    >>> print(kept_of(1000.0, 0.30))
    700.0
    """
    return np.asarray(np.asarray(mass_t, dtype=np.float64) * (1 - np.asarray(tare, dtype=np.float64)))


@dataclass(frozen=True)
class Co2:
    """Greenhouse gas of a year.

    Attributes
    ----------
    emitted_t : float
        Of the diesel of the whole chain, tonnes CO2e.
    kg_per_unit : float
        The same for each unit that customers use, with what its use gives off.
    avoided_t_year : float, optional
        What the chain saves against what it replaces; None for a material that replaces nothing that is counted.
    standard_kg_per_unit, standard_avoided_t_year : float, optional
        The same two by a published standard factor; never to be added to the others.
    """

    emitted_t: float
    kg_per_unit: float
    avoided_t_year: float | None = None
    standard_kg_per_unit: float | None = None
    standard_avoided_t_year: float | None = None


class Material(Protocol):
    """What the rooms ask of a material."""

    @property
    def unit(self) -> str:
        """Unit that the chain delivers, such as "MWh" or "t"."""

    @property
    def delivered_tare(self) -> float:
        """Tare of what the platform delivers."""

    def load_t(self, tare: ArrayLike, vehicle: Vehicle) -> Floats:
        """Tonnes as received on a trip of a vehicle, shape of `tare`."""

    def platform_yield(self, products: Sequence[str], tare: ArrayLike) -> Floats:
        """Kept tonnes delivered per kept tonne that arrives, of lots of these products and tares."""

    def capacity_kept_t(self, sizes: pd.DataFrame) -> Floats:
        """Kept tonnes that each size of platform can pass in a year."""

    def units_per_t(self, tare: ArrayLike) -> Floats:
        """Units of what the chain delivers in a tonne as received, shape of `tare`."""

    def demand(self, customers: pd.DataFrame) -> pd.DataFrame:
        """What customers ask for in a year.

        Returns
        -------
        DataFrame
            Index of `customers`: `wanted_units`, `kept_t` and `tonnes` (as delivered), then columns of the material.
        """

    def most_tare(self, customers: pd.DataFrame) -> Floats:
        """Highest tare that each customer takes; that of the platform where it is not known."""

    def supplier_tare(self, suppliers: pd.DataFrame) -> Floats:
        """Tare of what each outside supplier sells."""

    def direct_kept(self) -> float:
        """Share of the kept tonnes that is left of what goes straight to customers when it arrives."""

    def months_in_store(self, tare: ArrayLike) -> Floats:
        """Months that a lot lies at the platform before it can be delivered, shape of `tare`."""

    def loss_per_month(self) -> float:
        """Share of the kept tonnes lost in a month in store."""

    def kept_kg_m3(self) -> float | None:
        """Kept mass of a cubic metre in the hall; None where stock is not looked at."""

    def contradicts(self, customers: pd.DataFrame) -> bool:
        """Whether values that were drawn contradict one another, so that a study with them would be refused."""

    def co2(self, diesel_l: float, units: float, demand: pd.DataFrame, served: Floats) -> Co2:
        """Greenhouse gas of a year.

        Parameters
        ----------
        diesel_l : float
            Litres burnt by the whole chain.
        units : float
            Units that customers get.
        demand : DataFrame
            As `demand` gives it.
        served : ndarray
            Share of it that each customer gets.
        """
