"""The assumptions that decide most, each a control and a change of a study (see `Study.changed`)."""

from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from coopgeo.chain.haulage import PRICES_INDEXED_BEFORE
from coopgeo.notebook.controls import box, slider
from coopgeo.study import Chain
from coopgeo.study.scenarios import multiplied_demand
from coopgeo.study.wood_settings import WoodParameters
from coopgeo.text import Text

Change = dict[str, dict[Any, Any]]  # values by table and row
_HEDGES = ("hedge", "managed-share")
_SHARES = tuple(at / 20 for at in range(11))  # 0 to 50 %
_DEMANDS = tuple(at / 20 for at in range(10, 31))  # half to one and a half
_HEDGE_SHARES = tuple(at / 20 for at in range(1, 13))
_STEP = {"moisture": 0.01, "diesel": 0.1, "price_index": 0.01}
_BOILER = "boiler "  # what the name of a box begins with, before the id of its boiler
_TEXT = Text("fr")


def decisive_sliders(chain: Chain) -> dict[str, ipywidgets.Widget]:
    """Sliders of subsidy, demand, diesel, moisture, old prices and hedges, standing where the study stands.

    Each has only positions that the study can be changed to; a chain without hedges, or without a price of diesel, has
    no slider of them. Their names are the arguments of `decisive_changes`.
    """
    parameters = chain.parameters
    assert isinstance(parameters, WoodParameters)
    diesel, index, hedges = parameters.diesel_eur_l, parameters.price_index, hedges_managed(chain)
    sliders = {
        "subsidy": slider(parameters.subsidy_share.fr, _SHARES, _TEXT.percent, parameters.subsidy_share.value),
        "demand": slider(_TEXT("notebook.demand"), _DEMANDS, _TEXT.percent, 1.0),
        "moisture": slider(
            parameters.delivered_moisture.fr, _moistures(chain), _TEXT.percent, parameters.delivered_moisture.value
        ),
        "price_index": slider(
            _TEXT("notebook.price_index", year=PRICES_INDEXED_BEFORE),
            _between(index.low, index.high, _STEP["price_index"]),
            lambda at: _TEXT.number(at, 2),
            index.value,
        ),
    }
    if diesel is not None:
        prices = _between(diesel.low, diesel.high, _STEP["diesel"])
        sliders["diesel"] = slider(
            _TEXT("notebook.diesel"), prices, lambda at: f"{_TEXT.number(at, 2)} €/l", diesel.value
        )
    if hedges is not None:
        sliders["hedges"] = slider(_TEXT("notebook.hedges"), _HEDGE_SHARES, _TEXT.percent, hedges)
    return sliders


def boiler_boxes(chain: Chain) -> dict[str, ipywidgets.Widget]:
    """A box for each boiler that may not be built (`probability` of `customers.csv`): ticked, it is.

    Their names are arguments of `decisive_changes` too.
    """
    served = chain.served()
    potential = served[served["probability"].to_numpy(float) < 1]  # blank: certain
    return {f"{_BOILER}{id}": box(name) for id, name in potential["name"].items()}


def decisive_changes(
    chain: Chain,
    *,
    subsidy: float,
    demand: float,
    moisture: float,
    price_index: float,
    diesel: float | None = None,
    hedges: float | None = None,
    **boilers: bool,
) -> Change:
    """The change of a study that the sliders and boxes ask for.

    Parameters
    ----------
    chain : Chain
    subsidy : float
        Share of the investment.
    demand : float
        Factor of the demand of every boiler served.
    moisture : float
        Of the chips delivered.
    price_index : float
        What old costs are multiplied by.
    diesel : float, optional
        Euros a litre.
    hedges : float, optional
        Share of the hedges that is managed.
    **boilers : bool
        Whether each of `boiler_boxes` is built.
    """
    parameters = {"subsidy_share": subsidy, "delivered_moisture": moisture, "price_index": price_index}
    absent = [name.removeprefix(_BOILER) for name, built in boilers.items() if not built]
    changes: list[Mapping[str, Mapping[Any, Any]]] = [
        {"parameters": parameters if diesel is None else {**parameters, "diesel_eur_l": diesel}},
        {"customers": multiplied_demand(chain.served(), demand)},
        {} if hedges is None else more_hedges(hedges),
        {"customers": {id: {"role": "shown"} for id in absent}},
    ]
    whole: Change = {}
    for change in changes:
        for table, rows in change.items():
            whole.setdefault(table, {}).update(rows)
    return whole


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
    return float(balance.loc[balance["product"] == _HEDGES[0], "available_kept_t"].sum())


def _moistures(chain: Chain) -> list[float]:
    """What chips can be delivered at: wetter than drying leads to, no wetter than each boiler takes."""
    parameters = chain.parameters
    assert isinstance(parameters, WoodParameters)
    least = parameters.equilibrium_moisture.value + _STEP["moisture"]
    taken = chain.served()["moisture"].min()
    most = parameters.delivered_moisture.high if np.isnan(taken) else float(taken)
    return _between(least, most, _STEP["moisture"])


def _between(low: float, high: float, step: float) -> list[float]:
    """Positions from a low end up to a high one."""
    return [round(low + at * step, 4) for at in range(int((high - low) / step + 1e-9) + 1)]
