"""A plain material: its tonnes are its tonnes, it does not change in store, and a platform may lose a part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.chain.costs import payload
from coopgeo.chain.material import Co2
from coopgeo.roads import Vehicle
from coopgeo.study.chain_settings import PlainParameters, PlainProduct


@dataclass(frozen=True)
class Plain:
    """A plain material, as `coopgeo.chain.material.Material` asks.

    Parameters
    ----------
    parameters : PlainParameters
    products : mapping of str to PlainProduct
    unit : str
        Unit that the chain delivers.
    """

    parameters: PlainParameters
    products: Mapping[str, PlainProduct]
    unit: str = "t"
    delivered_tare: float = 0.0

    def load_t(self, tare: ArrayLike, vehicle: Vehicle) -> Floats:
        """Tonnes on a trip, limited by the payload of the vehicle, and by its volume where `load_kg_m3` is known."""
        shape, density = np.zeros(np.shape(tare)), self.parameters.load_kg_m3
        if density is None:
            return shape + vehicle.payload_t
        room = {"volume_m3": vehicle.volume_m3, "payload_t": vehicle.payload_t}
        return payload(shape + density.value, **room, fill=1.0)

    def platform_yield(self, products: Sequence[str], tare: ArrayLike) -> Floats:
        """Tonnes delivered per tonne that arrives: `yield_share` of each product."""
        known = {name: product.yield_share for name, product in self.products.items()}
        shares = np.array([known.get(name, 1.0) for name in products], dtype=np.float64)
        return np.asarray(shares.reshape(np.shape(tare)))

    def capacity_kept_t(self, sizes: pd.DataFrame) -> Floats:
        """Tonnes that each size can pass in a year."""
        return sizes["capacity_t_year"].to_numpy(float)

    @property
    def _tonnes_per_unit(self) -> float:
        """Tonnes of a unit delivered: `kg_per_unit`, of which this chain is asked for `demand_share`."""
        kg, share = self.parameters.kg_per_unit, self.parameters.demand_share
        if kg is None:
            return 1.0
        return kg.value / 1000 * (share.value if share else 1.0)

    def units_per_t(self, tare: ArrayLike) -> Floats:
        """Units in a tonne: one where the unit is the tonne."""
        return np.full(np.shape(tare), 1 / self._tonnes_per_unit)

    def demand(self, customers: pd.DataFrame) -> pd.DataFrame:
        """What customers ask for: `tonnes_year` where it is given, else `units_year`."""
        per_unit = self._tonnes_per_unit
        given_t, units = (customers[name].to_numpy(float) for name in ("tonnes_year", "units_year"))
        tonnes = np.where(np.isnan(given_t), units * per_unit, given_t)
        figures = {"wanted_units": tonnes / per_unit, "kept_t": tonnes, "tonnes": tonnes}
        return pd.DataFrame(figures, index=customers.index)

    def most_tare(self, customers: pd.DataFrame) -> Floats:
        """No customer minds a tare that there is not."""
        return np.zeros(len(customers))

    def supplier_tare(self, suppliers: pd.DataFrame) -> Floats:
        """No tare."""
        return np.zeros(len(suppliers))

    def direct_kept(self) -> float:
        """All of it."""
        return 1.0

    def months_in_store(self, tare: ArrayLike) -> Floats:
        """None."""
        return np.zeros(np.shape(tare))

    def loss_per_month(self) -> float:
        """Nothing."""
        return 0.0

    def kept_kg_m3(self) -> None:
        """Stock is not looked at."""
        return

    def contradicts(self, customers: pd.DataFrame) -> bool:  # noqa: ARG002 - nothing can
        """Never."""
        return False

    def co2(self, diesel_l: float, units: float, demand: pd.DataFrame, served: Floats) -> Co2:  # noqa: ARG002
        """Greenhouse gas of the diesel; nothing is said to be saved, as nothing burnt is replaced."""
        kg = diesel_l * self.parameters.diesel_kg_l.value
        return Co2(kg / 1000, kg / units if units else np.nan)
