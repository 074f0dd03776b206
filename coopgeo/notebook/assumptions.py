"""The assumptions that decide most, each a control and a change of a study (see `Study.changed`)."""

from collections.abc import Mapping
from typing import Any

import ipywidgets

from coopgeo.chain.haulage import PRICES_INDEXED_BEFORE
from coopgeo.notebook.controls import box, positions, slider
from coopgeo.notebook.wood_assumptions import wood_changes, wood_sliders
from coopgeo.study import Chain
from coopgeo.study.scenarios import multiplied_demand
from coopgeo.study.texts import chain_words

Change = dict[str, dict[Any, Any]]  # values by table and row
_SHARES = tuple(at / 20 for at in range(11))  # 0 to 50 %
_DEMANDS = tuple(at / 20 for at in range(10, 31))  # half to one and a half
_STEP = {"diesel": 0.1, "price_index": 0.01}
_CUSTOMER = "customer "  # what the name of a box begins with, before the id of its customer


def decisive_sliders(chain: Chain) -> dict[str, ipywidgets.Widget]:
    """Sliders of subsidy, demand, old prices, diesel, and of what decides most of the material of a chain.

    They stand where the study stands, and each has only positions that it can be changed to; a chain without a price
    of diesel has no slider of it. Their names are the arguments of `decisive_changes`.
    """
    parameters, text = chain.parameters, chain_words(chain, "fr")
    diesel, index = parameters.diesel_eur_l, parameters.price_index
    sliders = {
        "subsidy": slider(parameters.subsidy_share.fr, _SHARES, text.percent, parameters.subsidy_share.value),
        "demand": slider(text("notebook.demand"), _DEMANDS, text.percent, 1.0),
        "price_index": slider(
            text("notebook.price_index", year=PRICES_INDEXED_BEFORE),
            positions(index.low, index.high, _STEP["price_index"]),
            lambda at: text.number(at, 2),
            index.value,
        ),
    }
    if diesel is not None:
        prices = positions(diesel.low, diesel.high, _STEP["diesel"])
        sliders["diesel"] = slider(
            text("notebook.diesel"), prices, lambda at: f"{text.number(at, 2)} €/l", diesel.value
        )
    return {**sliders, **wood_sliders(chain)}


def customer_boxes(chain: Chain) -> dict[str, ipywidgets.Widget]:
    """A box for each customer that may take no part (`probability` of `customers.csv`): ticked, it does.

    Their names are arguments of `decisive_changes` too.
    """
    served = chain.served()
    potential = served[served["probability"].to_numpy(float) < 1]  # blank: certain
    return {f"{_CUSTOMER}{id}": box(name) for id, name in potential["name"].items()}


def decisive_changes(
    chain: Chain, *, subsidy: float, demand: float, price_index: float, diesel: float | None = None, **others: Any
) -> Change:
    """The change of a study that the sliders and boxes ask for.

    Parameters
    ----------
    chain : Chain
    subsidy : float
        Share of the investment.
    demand : float
        Factor of the demand of every customer served.
    price_index : float
        What old costs are multiplied by.
    diesel : float, optional
        Euros a litre.
    **others
        What the sliders of the material say; whether each of `customer_boxes` takes part.
    """
    boxes = {name: others.pop(name) for name in list(others) if name.startswith(_CUSTOMER)}
    absent = [name.removeprefix(_CUSTOMER) for name, ticked in boxes.items() if not ticked]
    parameters = {"subsidy_share": subsidy, "price_index": price_index}
    changes: list[Mapping[str, Mapping[Any, Any]]] = [
        {"parameters": parameters if diesel is None else {**parameters, "diesel_eur_l": diesel}},
        {"customers": multiplied_demand(chain.served(), demand)},
        *wood_changes(**others),
        {"customers": {id: {"role": "shown"} for id in absent}},
    ]
    whole: Change = {}
    for change in changes:
        for table, rows in change.items():
            whole.setdefault(table, {}).update(rows)
    return whole
