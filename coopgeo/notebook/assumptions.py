"""The assumptions that decide most, each a slider and a change of a study (see `Study.changed`)."""

from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from coopgeo.chain.haulage import PRICES_INDEXED_BEFORE
from coopgeo.notebook.controls import slider
from coopgeo.study import Chain, Study
from coopgeo.text import Text

Change = dict[str, dict[Any, Any]]  # values by table and row
_HEDGES = ("hedge", "managed-share")
_SHARES = tuple(at / 20 for at in range(11))  # 0 to 50 %
_DEMANDS = tuple(at / 20 for at in range(10, 31))  # half to one and a half
_DIESEL_EUR_L = tuple(at / 10 for at in range(-3, 11))
_MOISTURE_STEP = 0.01


def decisive_sliders(chain: Chain) -> dict[str, ipywidgets.Widget]:
    """Sliders of subsidy, demand, hedges, diesel and moisture, standing where the study stands.

    Each has only positions that the study can be changed to; a chain without hedges has no slider of them. Their names
    are the arguments of `decisive_changes`.
    """
    text, parameters = Text("fr"), chain.parameters
    sliders = {
        "subsidy": slider(parameters.subsidy_share.fr, _SHARES, text.percent, parameters.subsidy_share.value),
        "demand": slider(text("notebook.demand"), _DEMANDS, text.percent, 1.0),
        "diesel": slider(
            text("notebook.diesel"),
            _DIESEL_EUR_L,
            lambda eur: f"{'+' if eur > 0 else ''}{text.number(eur, 2)} €/l",
            0.0,
        ),
        "moisture": slider(
            parameters.delivered_moisture.fr, _moistures(chain), text.percent, parameters.delivered_moisture.value
        ),
    }
    managed = hedges_managed(chain)
    if managed is not None:
        sliders["hedges"] = slider(text("notebook.hedges"), [at / 20 for at in range(1, 13)], text.percent, managed)
    return sliders


def decisive_changes(
    study: Study,
    chain: Chain,
    *,
    subsidy: float,
    demand: float,
    diesel: float,
    moisture: float,
    hedges: float | None = None,
) -> Change:
    """The change of a study that the sliders ask for.

    Parameters
    ----------
    study : Study
    chain : Chain
    subsidy : float
        Share of the investment.
    demand : float
        Factor of the demand of every boiler served.
    diesel : float
        Euros more a litre.
    moisture : float
        Of the chips delivered.
    hedges : float, optional
        Share of the hedges that is managed.
    """
    changes: list[Mapping[str, Mapping[Any, Any]]] = [
        {"parameters": {"subsidy_share": subsidy, "delivered_moisture": moisture}},
        scaled_demand(chain, demand),
        dearer_diesel(study, chain, diesel),
        {} if hedges is None else more_hedges(hedges),
    ]
    whole: Change = {}
    for change in changes:
        for table, rows in change.items():
            whole.setdefault(table, {}).update(rows)
    return whole


def scaled_demand(chain: Chain, factor: float) -> Change:
    """The demand of every boiler served, times a factor: its power, and its tonnes where these are given."""
    columns = ("power_kw", "tonnes_year")
    return {
        "customers": {
            name: {column: float(row[column]) * factor for column in columns if row[column] > 0}
            for name, row in chain.served().iterrows()
        }
    }


def more_hedges(share: float) -> Change:
    """Another share of the hedges managed for wood energy."""
    return {"resources": {_HEDGES: {"value": share}}}


def hedges_managed(chain: Chain) -> float | None:
    """The share of the hedges that is managed for wood energy; None for a chain without hedges."""
    factors = chain.resources
    found = factors.loc[(factors["product"] == _HEDGES[0]) & (factors["factor"] == _HEDGES[1]), "value"]
    return None if found.empty else float(found.iloc[0])


def hedge_wood(balance: pd.DataFrame) -> float:
    """Wood of hedges in a balance of the resource that is left for the chain, dry t/year."""
    return float(balance.loc[balance["product"] == _HEDGES[0], "available_dry_t"].sum())


def dearer_diesel(study: Study, chain: Chain, eur_l: float) -> Change:
    """Diesel that costs some euros more a litre, wherever the chain burns it: vehicles, harvest, loader.

    The litres are those of `vehicles.csv`, `harvest_costs.csv` and the parameter `loader_l_t`. What is added to an old
    price of the harvest is divided by `price_index`, which multiplies it afterwards.
    """
    parameters, steps = chain.parameters, chain.harvest_costs
    columns = ("product", "step", "value", "diesel_l_t", "price_year")
    harvest = {
        (product, step): {
            "value": value + eur_l * litres / (parameters.price_index.value if year < PRICES_INDEXED_BEFORE else 1.0)
        }
        for product, step, value, litres, year in zip(*(steps[name] for name in columns), strict=True)
        if litres > 0
    }
    vehicles = {
        name: {"cost_eur_km": vehicle.cost_eur_km + eur_l * vehicle.diesel_l_km}
        for name, vehicle in study.vehicles.items()
    }
    loader = parameters.handling_eur_t.value + eur_l * parameters.loader_l_t.value
    return {"harvest_costs": harvest, "vehicles": vehicles, "parameters": {"handling_eur_t": loader}}


def _moistures(chain: Chain) -> list[float]:
    """What chips can be delivered at: wetter than drying leads to, no wetter than each boiler takes."""
    parameters = chain.parameters
    least = parameters.equilibrium_moisture.value + _MOISTURE_STEP
    taken = chain.served()["moisture"].min()
    most = parameters.delivered_moisture.high if np.isnan(taken) else float(taken)
    steps = int((most - least) / _MOISTURE_STEP + 1e-9) + 1
    return [round(least + at * _MOISTURE_STEP, 4) for at in range(steps)]
