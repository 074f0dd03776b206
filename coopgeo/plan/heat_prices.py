"""Wood against other fuels, per MWh of useful heat; the capital of the boilers is left out on both sides."""

import numpy as np
import pandas as pd

from coopgeo.plan.accounts import Cost
from coopgeo.plan.confidence import Confidence
from coopgeo.plan.placement import Placement

COMPUTED = "computed"
_FIGURES = ("low", "value", "high")


def heat_prices(placement: Placement, cost: Cost, confidence: Confidence | None = None) -> pd.DataFrame:
    """What a MWh of useful heat costs in fuel: the wood of the chain delivered, then each fuel of `heat_prices.csv`.

    A price of fuel divided by the efficiency of its boiler; the wood by what its boilers make of it. Boilers, their
    upkeep and their subsidies are left out. The wood is told without taxes, other fuels as their row says (`taxes`):
    differences are not corrected for them, nor for years.

    Parameters
    ----------
    placement : Placement
    cost : Cost
        Of its answer.
    confidence : Confidence, optional
        What draws tell of the answer: the range of the wood is that of 9 draws in 10, unknown without draws.

    Returns
    -------
    DataFrame
        Indexed by fuel, "wood" first: `name_fr`, `name_en`, `fuel_eur_mwh`, `efficiency`, `heat_eur_mwh` with
        `heat_low_eur_mwh` and `heat_high_eur_mwh`, `difference_eur_mwh` (the fuel less the wood), `taxes`
        ("included", "excluded", blank where it is not known), `price_year`, `source` (empty for the wood) and `status`.
        No row where there is no other fuel to hold the wood against.
    """
    others, demand = placement.chain.heat_prices, placement.demand
    efficiency = float(demand["useful_mwh"].sum() / demand["fuel_mwh"].sum())
    drawn = confidence.eur_per_unit if confidence else {}
    range_eur_mwh = {"low": drawn.get("p5", np.nan), "value": cost.eur_per_mwh, "high": drawn.get("p95", np.nan)}
    wood = pd.DataFrame(
        {
            "name_fr": "", "name_en": "", **range_eur_mwh, "efficiency": efficiency, "taxes": "excluded",
            "price_year": float(placement.study.settings.date[:4]), "note": "", "source": "", "status": COMPUTED,
        },
        index=pd.Index(["wood"], name="id"),
    )  # fmt: skip
    if others.empty:
        wood = wood.iloc[:0]
    table = pd.concat([wood, others.reindex(columns=wood.columns, fill_value="")])
    low, value, high = (table[name].to_numpy(float) / table["efficiency"].to_numpy(float) for name in _FIGURES)
    return pd.DataFrame(
        {
            "name_fr": table["name_fr"], "name_en": table["name_en"], "fuel_eur_mwh": table["value"].astype(float),
            "efficiency": table["efficiency"].astype(float), "heat_low_eur_mwh": low, "heat_eur_mwh": value,
            "heat_high_eur_mwh": high, "difference_eur_mwh": value - (value[0] if len(value) else np.nan),
            "taxes": table["taxes"], "price_year": table["price_year"].astype(float), "note": table["note"],
            "source": table["source"], "status": table["status"],
        }
    )  # fmt: skip
