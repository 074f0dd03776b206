"""The fuel of a chain against others, per MWh of useful heat; the capital of the heating is left out on both sides."""

import numpy as np
import pandas as pd

from coopgeo.plan.accounts import Cost
from coopgeo.plan.confidence import Confidence
from coopgeo.plan.placement import Placement

OWN = "own"  # the fuel of the chain among the others
COMPUTED = "computed"
_FIGURES = ("low", "value", "high")
_COLUMNS = (
    "name_fr", "name_en", "fuel_eur_mwh", "efficiency", "heat_low_eur_mwh", "heat_eur_mwh", "heat_high_eur_mwh",
    "difference_eur_mwh", "taxes", "price_year", "note", "source", "status",
)  # fmt: skip


def heat_prices(placement: Placement, cost: Cost, confidence: Confidence | None = None) -> pd.DataFrame:
    """What a MWh of useful heat costs in fuel: that of the chain as delivered, then each fuel of `heat_prices.csv`.

    A price of fuel divided by its efficiency; that of the chain by what its customers make of it. Heating plants,
    their upkeep and their subsidies are left out. That of the chain is told without taxes, other fuels as their row
    says (`taxes`): differences are not corrected for them, nor for years.

    Parameters
    ----------
    placement : Placement
    cost : Cost
        Of its answer.
    confidence : Confidence, optional
        What draws tell of the answer: the range of its fuel is that of 9 draws in 10, unknown without draws.

    Returns
    -------
    DataFrame
        Indexed by fuel, "own" first: `name_fr`, `name_en`, `fuel_eur_mwh`, `efficiency`, `heat_eur_mwh` with
        `heat_low_eur_mwh` and `heat_high_eur_mwh`, `difference_eur_mwh` (the fuel less that of the chain), `taxes`
        ("included", "excluded", blank where it is not known), `price_year`, `source` (empty for that of the chain) and
        `status`.
        No row where there is no other fuel to hold it against.
    """
    others, demand = placement.chain.heat_prices, placement.demand
    if "useful_mwh" not in demand or others.empty:
        return pd.DataFrame(columns=list(_COLUMNS)).rename_axis("id")
    efficiency = float(demand["useful_mwh"].sum() / demand["wanted_units"].sum())
    drawn = confidence.eur_per_unit if confidence else {}
    range_eur_mwh = {"low": drawn.get("p5", np.nan), "value": cost.eur_per_unit, "high": drawn.get("p95", np.nan)}
    own = pd.DataFrame(
        {
            "name_fr": "", "name_en": "", **range_eur_mwh, "efficiency": efficiency, "taxes": "excluded",
            "price_year": float(placement.study.settings.date[:4]), "note": "", "source": "", "status": COMPUTED,
        },
        index=pd.Index([OWN], name="id"),
    )  # fmt: skip
    table = pd.concat([own, others.reindex(columns=own.columns, fill_value="")])
    low, value, high = (table[name].to_numpy(float) / table["efficiency"].to_numpy(float) for name in _FIGURES)
    return pd.DataFrame(
        {
            "name_fr": table["name_fr"], "name_en": table["name_en"], "fuel_eur_mwh": table["value"].astype(float),
            "efficiency": table["efficiency"].astype(float), "heat_low_eur_mwh": low, "heat_eur_mwh": value,
            "heat_high_eur_mwh": high, "difference_eur_mwh": value - value[0],
            "taxes": table["taxes"], "price_year": table["price_year"].astype(float), "note": table["note"],
            "source": table["source"], "status": table["status"],
        }
    )  # fmt: skip
