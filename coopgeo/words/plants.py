"""What is said otherwise where all goods go to plants that exist: their fee, and who sells what they make."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from coopgeo.chain.platforms import existing_plants
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text

_PLANT = "plant."
_SELLS = "plant_sells."  # where the plants keep what the goods bring, too


def entrusted(outcome: Outcome) -> pd.DataFrame:
    """The plants of others that are chosen, where nothing else is; no row elsewhere."""
    plants = existing_plants(outcome.platforms)
    return plants if len(plants) == len(outcome.platforms) else plants.iloc[:0]


def sells_itself(outcome: Outcome) -> bool:
    """Whether plants of others sell what becomes of the goods, so that nothing is known beyond their gate."""
    return outcome.chain.settings.pushes and not entrusted(outcome).empty


def shown_customers(outcome: Outcome) -> gpd.GeoDataFrame:
    """The customers served, without those that plants of others would sell to themselves."""
    return outcome.customers.iloc[:0] if sells_itself(outcome) else outcome.customers


def spoken(outcome: Outcome, text: Text) -> Text:
    """The texts of a chain as an outcome needs them.

    Where all goods are entrusted to plants of others, `plant.<key>` stands for `<key>`, and `plant_sells.<key>` where
    these keep what the goods bring.
    """
    plants = entrusted(outcome)
    if plants.empty:
        return text
    assumed = ((plants["status"] == "assumed") | (plants["plot_status"] == "assumed")).any()
    fees = text.joined([text.number(fee) for fee in sorted(set(plants["gate_fee_eur_t"]))])
    inside = plants["insee"].isin(outcome.study.territory.index)
    where = "inside" if inside.all() else "partly" if inside.any() else "outside"
    blanks = {
        "fee": text("plant.fee_assumed" if assumed else "plant.fee", fees=fees),
        "assumed": text("plant.assumed") if assumed else "",
        "plants": text.joined([str(name) for name in plants["name"]]),
        "where": text(f"plant.{where}"),
    }
    prefixes = (_PLANT, _SELLS) if outcome.chain.settings.pushes else (_PLANT,)
    own = {
        key.removeprefix(prefix): _filled(words, blanks)
        for prefix in prefixes
        for key, words in text.words.items()
        if key.startswith(prefix) and "." in key.removeprefix(prefix)
    }
    return replace(text, own={**text.own, **own})


def _filled(words: str, blanks: dict[str, str]) -> str:
    """Words with some blanks filled in, the others left."""
    for name, value in blanks.items():
        words = words.replace(f"{{{name}}}", value)
    return words
