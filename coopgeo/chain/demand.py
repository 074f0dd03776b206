"""Demand: the wood that the boilers in scope burn in a year."""

import numpy as np
import pandas as pd

from coopgeo.chain.costs import fuel_energy
from coopgeo.chain.wood import energy_content
from coopgeo.study import Chain


def demand(chain: Chain) -> pd.DataFrame:
    """Yearly demand of each customer to be served.

    A tonnage at a moisture, where it is given, wins over power, hours and efficiency.

    Returns
    -------
    DataFrame
        Indexed by customer id: `fuel_mwh` (lower heating value), `useful_mwh` (heat drawn from it), `kept_t` and
        `tonnes`, both as the platform delivers them (parameter `delivered_moisture`).
    """
    served = np.flatnonzero(chain.customers["role"] == "served")
    served = served[np.argsort(chain.customers.index.to_numpy(object)[served].astype(str), kind="stable")]
    columns = ("tonnes_year", "moisture", "power_kw", "full_load_h", "efficiency")
    tonnes_year, own_moisture, power_kw, full_load_h, efficiency = (
        chain.customers[name].to_numpy(float)[served] for name in columns
    )
    parameters = chain.parameters
    dry_mj_kg, moisture = parameters.dry_mj_kg.value, parameters.delivered_moisture.value
    own_moisture = np.where(np.isnan(own_moisture), moisture, own_moisture)
    by_mass = tonnes_year * energy_content(own_moisture, dry_mj_kg=dry_mj_kg)
    fuel_mwh = np.where(np.isnan(by_mass), fuel_energy(power_kw, full_load_h, efficiency), by_mass)
    tonnes = fuel_mwh / energy_content(moisture, dry_mj_kg=dry_mj_kg)
    figures = {"fuel_mwh": fuel_mwh, "useful_mwh": fuel_mwh * efficiency, "kept_t": tonnes * (1 - moisture)}
    return pd.DataFrame({**figures, "tonnes": tonnes}, index=chain.customers.index[served])
