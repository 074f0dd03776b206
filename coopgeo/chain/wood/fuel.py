"""Wood as a material of a chain: it dries in store, is burnt in boilers, and counts without its water."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.chain.costs import payload
from coopgeo.chain.material import Co2
from coopgeo.chain.wood.formulas import (
    bulk_density,
    co2_per_useful_mwh,
    dry_mass,
    dry_mass_kept,
    energy_content,
    fuel_energy,
    months_to_dry,
)
from coopgeo.roads import Vehicle
from coopgeo.study.wood_settings import WoodParameters

_ROUNDING = 1e-9  # of a moisture


@dataclass(frozen=True)
class Wood:
    """Wood of a chain, as `coopgeo.chain.material.Material` asks; its tare is its moisture.

    Parameters
    ----------
    parameters : WoodParameters
    """

    parameters: WoodParameters
    unit: str = "MWh"

    @property
    def delivered_tare(self) -> float:
        """Moisture of the chips delivered."""
        return self.parameters.delivered_moisture.value

    def load_t(self, tare: ArrayLike, vehicle: Vehicle) -> Floats:
        """Tonnes of chips on a trip, limited by the volume of the vehicle or by its payload."""
        return payload(
            bulk_density(tare, dry_kg_map=self.parameters.dry_kg_map.value),
            volume_m3=vehicle.volume_m3,
            payload_t=vehicle.payload_t,
            fill=self.parameters.fill.value,
        )

    def platform_yield(self, products: Sequence[str], tare: ArrayLike) -> Floats:  # noqa: ARG002 - all dry alike
        """Dry tonnes delivered per dry tonne that arrives, after drying to the moisture delivered.

        Wood that arrives drier than that is blended in and loses nothing.
        """
        return dry_mass_kept(self.months_in_store(tare), loss_per_month=self.loss_per_month())

    def capacity_kept_t(self, sizes: pd.DataFrame) -> Floats:
        """Dry tonnes that each size can deliver in a year.

        A loose cubic metre of chips holds the same dry mass at any moisture: wetter wood needs no larger hall.
        """
        by_volume = (sizes["store_m3"] * sizes["turns_year"]).to_numpy(float) * self.kept_kg_m3() / 1000
        by_mass = dry_mass(sizes["capacity_t_year"].to_numpy(float), self.delivered_tare)
        return np.where(np.isnan(by_volume), by_mass, by_volume)

    def units_per_t(self, tare: ArrayLike) -> Floats:
        """MWh in a tonne of chips at a moisture, lower heating value."""
        return energy_content(tare, dry_mj_kg=self.parameters.dry_mj_kg.value)

    def demand(self, customers: pd.DataFrame) -> pd.DataFrame:
        """What the boilers burn: a tonnage at a moisture, where it is given, wins over power, hours and efficiency.

        Returns
        -------
        DataFrame
            `wanted_units` (MWh of wood, lower heating value), `kept_t` (dry) and `tonnes` as the platform delivers
            them, `useful_mwh` (heat drawn from it).
        """
        columns = ("tonnes_year", "moisture", "power_kw", "full_load_h", "efficiency")
        tonnes_year, own_moisture, power_kw, full_load_h, efficiency = (
            customers[name].to_numpy(float) for name in columns
        )
        dry_mj_kg, moisture = self.parameters.dry_mj_kg.value, self.delivered_tare
        own_moisture = np.where(np.isnan(own_moisture), moisture, own_moisture)
        by_mass = tonnes_year * energy_content(own_moisture, dry_mj_kg=dry_mj_kg)
        fuel_mwh = np.where(np.isnan(by_mass), fuel_energy(power_kw, full_load_h, efficiency), by_mass)
        tonnes = fuel_mwh / energy_content(moisture, dry_mj_kg=dry_mj_kg)
        figures = {"wanted_units": fuel_mwh, "kept_t": tonnes * (1 - moisture), "tonnes": tonnes}
        return pd.DataFrame({**figures, "useful_mwh": fuel_mwh * efficiency}, index=customers.index)

    def most_tare(self, customers: pd.DataFrame) -> Floats:
        """Moisture of the wettest chips that each customer takes; that of the platform where it is not known."""
        moisture = customers["moisture"].to_numpy(float)
        return np.where(np.isnan(moisture), self.delivered_tare, moisture)

    def supplier_tare(self, suppliers: pd.DataFrame) -> Floats:
        """Moisture of the chips of each outside supplier."""
        return suppliers["moisture"].to_numpy(float)

    def direct_kept(self) -> float:
        """Share of the dry mass that logs at a landing have left when they are dry."""
        return 1.0 - (self.parameters.direct_loss.value if self.parameters.direct_loss else 0.0)

    def months_in_store(self, tare: ArrayLike) -> Floats:
        """Months that wood which arrives at a moisture dries before it is delivered; 0 if it is dry enough."""
        return months_to_dry(
            tare,
            self.delivered_tare,
            equilibrium=self.parameters.equilibrium_moisture.value,
            tau_months=self.parameters.drying_months.value,
        )

    def loss_per_month(self) -> float:
        """Share of the dry mass lost in a month under cover."""
        return self.parameters.loss_per_month.value

    def kept_kg_m3(self) -> float:
        """Dry mass of a loose cubic metre of chips, at any moisture."""
        return self.parameters.dry_kg_map.value

    def contradicts(self, customers: pd.DataFrame) -> bool:
        """Whether chips are wetter than a boiler takes them, or drier than the store makes them."""
        delivered = self.delivered_tare
        wettest = customers["moisture"].to_numpy(float)
        too_wet = bool((wettest < delivered - _ROUNDING).any())
        return delivered <= self.parameters.equilibrium_moisture.value or too_wet

    def co2(self, diesel_l: float, units: float, demand: pd.DataFrame, served: Floats) -> Co2:  # noqa: ARG002
        """Greenhouse gas of the useful heat, counted up from diesel and fire, and by the standard factor."""
        parameters = self.parameters
        fuel_mwh, useful_mwh = (float(demand[name] @ served) for name in ("wanted_units", "useful_mwh"))
        emitted_t = diesel_l * parameters.diesel_kg_l.value / 1000
        if not fuel_mwh:
            return Co2(emitted_t, np.nan, 0.0, np.nan, 0.0)
        kg = co2_per_useful_mwh(
            diesel_l,
            fuel_mwh,
            useful_mwh,
            kg_l=parameters.diesel_kg_l.value,
            combustion_kg_mwh=parameters.combustion_kg_mwh.value,
        )
        standard = parameters.wood_standard_kg_mwh.value * fuel_mwh / useful_mwh
        gas = parameters.gas_kg_mwh.value / parameters.gas_efficiency.value
        avoided_t, standard_avoided_t = ((gas - own) * useful_mwh / 1000 for own in (kg, standard))
        return Co2(emitted_t, kg, avoided_t, standard, standard_avoided_t)
