"""Another case of an answer, in a blink: its ways are those of the answer, prices and quantities are others."""

from dataclasses import replace
from typing import Any

import pandas as pd

from coopgeo.plan.accounts import accounts
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import prepare
from coopgeo.plan.search import best_of
from coopgeo.roads import RoadNetwork
from coopgeo.scenarios.drawn import costs
from coopgeo.study import Study
from coopgeo.study.texts import chain_text
from coopgeo.text import Text, fewest_decimals
from coopgeo.words.sentences import place_name
from coopgeo.words.sheets import Sheet

_NAMED = 5  # sites that a sentence names before it is too long to read


def another(base: Outcome, study: Study | None = None, **asked: Any) -> Outcome:
    """The answer for other prices, quantities or sites, without alternatives; roads and places are those of `base`.

    Parameters
    ----------
    base : Outcome
    study : Study, optional
        As `base.study.changed(...)` gives it.
    **asked
        What is asked otherwise than of `base`, such as `required=["la-frenaye"]`: see `plan.job.Job`.

    Raises
    ------
    InputError
        If the study has other roads or places.
    InfeasibleError
        If not all customers can be served; says which, and how many tonnes are lacking.
    """
    job = replace(base.placement.job, alternatives=0, what_ifs=0, **asked)
    placement = prepare(study or base.study, job, ways=base.placement.ways)
    best = best_of(placement)
    return Outcome(placement, best, accounts(placement, best))


def comparison(base: Outcome, other: Outcome) -> Sheet:
    """An answer and another case beside each other, in words."""
    text = chain_text(base.chain, base.study, "fr")
    cost = ("cost", 1 + text.price_digits, text.eur_unit, (base.cost.eur_per_unit, other.cost.eur_per_unit))
    lines = [
        (text("layer.platforms"), _sites(base, text), _sites(other, text), ""),
        (text("column.size"), _sizes(base, text), _sizes(other, text), ""),
        *(
            (text(f"key.{key}"), *(f"{text.number(one, digits)} {unit}" for one in pair), _more(pair, digits, unit))
            for key, digits, unit, pair in (
                ("tonnes", 0, "t", (_tonnes(base), _tonnes(other))),
                cost,
                ("year", 0, "€", (base.objective.value_eur_year, other.objective.value_eur_year)),
            )
        ),
    ]
    headers = ["", *(text(f"notebook.{name}") for name in ("base", "case", "more"))]
    return Sheet("", pd.DataFrame(lines, columns=["name", "base", "case", "more"]), headers)


def nearly_best(outcome: Outcome) -> str:
    """The best choice of sites and those that cost nearly the same (`near_share` of `study.toml`), in a sentence."""
    text, names = Text("fr"), outcome.chain.candidate_sites["name"]
    values = costs(outcome.placement)
    first, *others = sorted(values, key=lambda choice: values[choice])
    share = outcome.study.settings.near_share
    near = [choice for choice in others if values[choice] <= (1 + share) * values[first]]
    named = [" + ".join(str(names.get(site, site)) for site in choice.split(" + ")) for choice in (first, *near)]
    tolerance = text.percent(share, fewest_decimals(100 * share, 1))
    if not near:
        return text("notebook.near_none", best=named[0], tolerance=tolerance)
    names, of = text.joined(named[1 : 1 + _NAMED]), text.number(len(values))
    key = "notebook.near_first" if len(near) > _NAMED else "notebook.near"
    return text.counted(key, len(near), best=named[0], all=of, tolerance=tolerance, names=names)


def _more(pair: tuple[float, float], digits: int, unit: str) -> str:
    base, other = pair
    more = round(other, digits) - round(base, digits)  # as a reader subtracts the figures shown
    return f"{'+' if more > 0 else ''}{Text('fr').number(more, digits)} {unit}" if more else ""


def _tonnes(outcome: Outcome) -> float:
    return float(outcome.accounts.delivered.tonnes)  # what goes straight to the customers too


def _sites(outcome: Outcome, text: Text) -> str:
    return text.joined([place_name(row["name"], row["commune"]) for _, row in outcome.platforms.iterrows()])


def _sizes(outcome: Outcome, text: Text) -> str:
    return text.joined(list(outcome.platforms["size"].map(outcome.chain.platform_sizes["name_fr"])))


def nearest_crossing(study: Study, roads: RoadNetwork) -> str | None:
    """Id of the bridge nearest to the middle of the territory, of the ferry if there is no bridge; None without any."""
    crossings = roads.edges[roads.edges["crossing"] != ""]
    if crossings.empty:
        return None
    bridges = crossings[crossings["highway"] != "ferry"]
    crossings = crossings if bridges.empty else bridges
    middle = study.territory.geometry.union_all().centroid
    return str(crossings.loc[crossings.distance(middle).idxmin(), "crossing"])
