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
        Indexed by customer id: `fuel_mwh` (lower heating value), `useful_mwh` (heat drawn from it), `dry_t` and
        `tonnes`, both as the platform delivers them (parameter `delivered_moisture`).
    """
    customers, parameters = chain.served().sort_index(), chain.parameters
    dry_mj_kg, moisture = parameters.dry_mj_kg.value, parameters.delivered_moisture.value
    by_mass = customers["tonnes_year"] * energy_content(customers["moisture"].fillna(moisture), dry_mj_kg=dry_mj_kg)
    by_power = fuel_energy(customers["power_kw"], customers["full_load_h"], customers["efficiency"])
    fuel_mwh = by_mass.where(by_mass.notna(), by_power)
    tonnes = fuel_mwh / float(energy_content(moisture, dry_mj_kg=dry_mj_kg))
    useful = fuel_mwh * customers["efficiency"]
    return pd.DataFrame(
        {"fuel_mwh": fuel_mwh, "useful_mwh": useful, "dry_t": tonnes * (1 - moisture), "tonnes": tonnes}
    ).astype(np.float64)
