"""The tables that a planner gave as sheets in words: resource, costs, competitors, outlets, sizes, assumptions."""

import pandas as pd

from coopgeo.plan.outcome import Outcome
from coopgeo.study import Chain
from coopgeo.study.chain_schemas import EFFECTS, POTENTIALS
from coopgeo.text import Text
from coopgeo.words.sources import sources_used

_OUTLETS = ["customer", "output", "low", "value", "high", "unit", "price_year", "capacity_t_year", "note"]


def _with_range_status(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the status of each range: its own, or that of its row."""
    return table.assign(range_status=table["range_status"].where(table["range_status"] != "", table["status"]))


def input_frames(outcome: Outcome, text: Text, products: dict[str, str]) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """The tables that the planner gave, in words: rows by key of the sheet, and the columns to show of them.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    products : dict of str to str
        Names of the products by id.
    """
    chain, name = outcome.chain, f"name_{text.lang}"
    steps_left, effects = (
        {word: text(f"{what}.{word}") for word in words}
        for what, words in (("potential", POTENTIALS), ("effect", EFFECTS))
    )
    factors = chain.resources.assign(unit=chain.resources["unit"].map(text.unit), name=chain.resources[name]).replace(
        {"product": products, "potential": steps_left, "effect": effects}
    )
    rivals = chain.competitors.assign(
        unit=chain.competitors["unit"].map(text.unit),
        customer=chain.competitors["customer"].map(chain.customers["name"]),
    ).replace({"product": products})
    steps = chain.harvest_costs.assign(
        unit=chain.harvest_costs["unit"].map(text.unit), name=chain.harvest_costs[name]
    ).replace({"product": products})
    sizes = chain.platform_sizes.assign(name=chain.platform_sizes[name])
    capacity = [name for name in ("store_m3", "turns_year", "capacity_t_year") if sizes[name].notna().any()]
    vehicles = [{**vars(vehicle), "name": getattr(vehicle, name)} for vehicle in outcome.study.vehicles.values()]
    parameters = [
        {
            **parameter.model_dump(),
            "name": getattr(parameter, text.lang),
            "unit": text.unit(parameter.unit),
            "range_status": parameter.range_status or parameter.status,
        }
        for _, parameter in chain.parameters
    ]
    outlets = _outlets(outcome.chain, text)
    factors, rivals, steps = (_with_range_status(table) for table in (factors, rivals, steps))
    load = ["gross_t", "volume_m3", "payload_t", "cost_eur_km", "cost_eur_h", "load_unload_h", "diesel_l_km"]
    marks, ranges = ["status", "source"], ["low", "value", "high"]
    sure = ["status", "range_status", "source"]
    return {
        "resources": (factors, ["product", "potential", "effect", "name", *ranges, "unit", *sure]),
        "competitors": (rivals, ["customer", "product", *ranges, "unit", "radius_km", "radius_status", "note", *sure]),
        "harvest_costs": (steps, ["product", "name", *ranges, "unit", "price_year", "share", "diesel_l_t", *sure]),
        "outlets": (outlets, [*_OUTLETS, *sure]),
        "platform_sizes": (
            sizes,
            ["name", *capacity, "hangar_m2", "yard_m2", "equipment_eur", "staff_fte", "fixed_eur_year", *marks],
        ),
        "vehicles": (pd.DataFrame(vehicles), ["name", *load]),
        "parameters": (pd.DataFrame(parameters), ["name", *ranges, "unit", *sure]),
        "sources": (sources_used(outcome).reset_index(), ["key", "title", "producer", "date", "licence"]),
    }


def _outlets(chain: Chain, text: Text) -> pd.DataFrame:
    """What each customer pays for which output of a platform; empty for a chain without outputs."""
    if chain.outlets.empty:
        return pd.DataFrame(columns=[*_OUTLETS, "status", "range_status", "source"])
    outputs = {id: getattr(output, text.lang) for id, output in getattr(chain.settings, "outputs", {}).items()}
    return _with_range_status(
        chain.outlets.assign(
            customer=chain.outlets["customer"].map(chain.customers["name"]),
            output=chain.outlets["output"].map(outputs),
            unit=chain.outlets["unit"].map(text.unit),
        )
    )
