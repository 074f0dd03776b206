"""The tables of an outcome in words, with units: what the workbook holds, sheet by sheet, and the page shows in part."""

from typing import Any

import numpy as np
import pandas as pd

from coopgeo.plan.outcome import Outcome
from coopgeo.study.schemas import EFFECTS, POTENTIALS
from coopgeo.text import LANGS, Text, catalogue, decimals_of_size
from coopgeo.words.sentences import key_figures, remark_text

CURVES = 6  # sites whose cost-supply curve is told: the chosen, then the best alternatives
_MIXED = frozenset(
    catalogue(lang)[f"column.{name}"] for lang in LANGS for name in ("low", "value", "high")
)  # rows of different units
_STEPS = [
    f"{name}_dry_t"
    for name in ("theoretical", "existing_uses", *POTENTIALS[1:], "competitors", "elsewhere", "available")
]


def column_decimals(values: pd.Series) -> int | None:
    """Decimals that the numbers of a column share; None where each row has its own unit, or there is none."""
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    numbers = numbers[np.isfinite(numbers)]
    if numbers.empty or values.name in _MIXED:
        return None
    return 0 if (numbers == numbers.round()).all() else decimals_of_size(float(numbers.abs().max()))


def sheets(outcome: Outcome, text: Text) -> dict[str, pd.DataFrame]:
    """The tables of the outcome by title, with headers in words and units."""
    status = {name: text(f"status.{name}") for name in ("attested", "computed", "assumed")}
    names = pd.concat(
        [outcome.collection_points["name"], outcome.chain.candidate_sites["name"], outcome.chain.customers["name"]]
    )
    products = {name: getattr(product, text.lang) for name, product in outcome.chain.settings.products.items()}
    parameters = pd.DataFrame(
        [
            {"id": name, **p.model_dump(), "name": getattr(p, text.lang), "unit": text.unit(p.unit)}
            for name, p in outcome.chain.parameters
        ]
    )
    stages = outcome.cost.stages_eur_year
    summary = pd.DataFrame(
        {
            "name": [text(f"stage.{name}") for name in stages] + [text("stage.total")],
            "eur_year": [*stages.values(), outcome.objective.value_eur_year],
        }
    )
    alternatives = pd.DataFrame(
        [
            {
                "sites": text.joined([names[s] for s in a.sites]),
                "value_eur_year": a.value_eur_year,
                "regret": a.regret_eur_year,
            }
            for a in outcome.alternatives
        ],
        columns=["sites", "value_eur_year", "regret"],
    )
    sites = text.joined([f"{row['name']} ({row['commune']})" for _, row in outcome.platforms.iterrows()])
    told = [
        (text("layer.platforms"), sites),
        *key_figures(outcome, text),
        *(("!", remark_text(outcome, text, at)) for at in range(len(outcome.remarks))),
    ]
    frames = {
        "summary": (pd.DataFrame(told, columns=["name", "value"]), ["name", "value"]),
        "cost": (summary, ["name", "eur_year"]),
        "platforms": (
            _platforms(outcome, text),
            [
                "name",
                "commune",
                "size",
                "capacity_t",
                "capital_eur",
                "tonnes_in",
                "tonnes_out",
                "energy_mwh",
                "hazard",
                "status",
            ],
        ),
        "alternatives": (alternatives, ["sites", "value_eur_year", "regret"]),
        **_score_sheets(outcome, text),
        "collection_points": (
            outcome.collection_points.assign(kind=[text(f"kind.{kind}") for kind in outcome.collection_points["kind"]]),
            [
                "name",
                "kind",
                "tonnes",
                "tonnes_used",
                "energy_mwh",
                "minutes_to_platform",
                "catchment_communes",
                "status",
                "source",
            ],
        ),
        **_catchment_sheets(outcome, text, names, products),
        **_supply_sheets(outcome, names, products),
        "customers": (
            outcome.customers.assign(kind=[text(f"kind.{kind}") for kind in outcome.customers["kind"]]),
            [
                "name",
                "kind",
                "power_kw",
                "tonnes",
                "fuel_mwh",
                "useful_mwh",
                "minutes",
                "status",
                "demand_status",
                "source",
            ],
        ),
        "flows": (
            outcome.flows.assign(
                stage=[text(f"stage.{stage}") for stage in outcome.flows["stage"]],
                origin=outcome.flows["origin"].map(names),
                destination=outcome.flows["destination"].map(names),
            ),
            ["stage", "origin", "destination", "tonnes", "trips", "km", "minutes", "haulage_eur"],
        ),
        **_input_sheets(outcome, text, products),
        "parameters": (parameters, ["name", "low", "value", "high", "unit", "status", "source"]),
        "sources": (outcome.study.sources.reset_index(), ["key", "title", "producer", "date", "licence"]),
    }
    ready = {}
    for key, (frame, columns) in frames.items():
        table = pd.DataFrame(frame)[columns].replace(
            {column: status for column in columns if column.endswith("status")}
        )
        titles = {column: column_title(column, products, text) for column in columns}
        ready[text(f"sheet.{key}")] = table.rename(columns=titles)
    return ready


def column_title(column: str, products: dict[str, str], text: Text) -> str:
    """Header of a column in words; tonnes of a product carry its name."""
    product = column.removesuffix("_t")
    return text("column.product_t", product=products[product]) if product in products else text(f"column.{column}")


def _catchment_sheets(
    outcome: Outcome, text: Text, names: pd.Series, products: dict[str, str]
) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """Who collects what, how far, and how the reaches of collection points meet."""
    communes, kinds = (
        outcome.study.communes["name"],
        {kind: text(f"kind.{kind}") for kind in outcome.collection_points["kind"]},
    )
    catchments = (
        pd.DataFrame(outcome.catchments).assign(name=outcome.catchments.index.map(names)).replace({"kind": kinds})
    )
    access = outcome.access.assign(
        commune=outcome.access["insee"].map(communes), nearest=outcome.access["nearest"].map(names)
    ).replace({"kind": kinds})
    overlaps = outcome.overlaps.assign(
        point=outcome.overlaps["point"].map(names), other=outcome.overlaps["other"].map(names)
    ).replace({"kind": kinds})
    origins = outcome.origins.assign(
        commune=outcome.origins["insee"].map(communes), point=outcome.origins["point"].map(names)
    ).replace({"product": products})
    reach = outcome.reach.reset_index().replace({"product": products})
    figures = ["communes", "inhabitants", "area_ha", "dry_t", "tonnes", "mean_minutes", "max_minutes", "max_km"]
    return {
        "catchments": (catchments, ["name", "kind", *figures]),
        "reach": (reach, ["product", "dry_t", "reached_dry_t", "out_of_reach", "mean_minutes", "max_minutes"]),
        "access": (access, ["commune", "kind", "nearest", "minutes", "near", "per_10000"]),
        "overlaps": (overlaps, ["point", "other", "kind", "inhabitants", "share"]),
        "origins": (origins, ["commune", "product", "dry_t", "point", "minutes", "km", "haul_eur_dry_t"]),
    }


def _supply_sheets(
    outcome: Outcome, names: pd.Series, products: dict[str, str]
) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """The balance of the resource, who competes for it, and what it costs at the gate of the best sites."""
    communes, balance = outcome.study.communes, outcome.resource.balance
    told = balance.assign(
        commune=balance["insee"].map(communes["name"]), epci=balance["insee"].map(communes["epci_name"])
    ).replace({"product": products})
    by_epci = told.groupby(["epci", "product"], sort=True)[_STEPS].sum().reset_index()
    plants = outcome.chain.customers["name"]
    rivals = outcome.resource.competition.assign(name=outcome.resource.competition["customer"].map(plants)).replace(
        {"product": products}
    )
    taken = ["wanted_dry_t", "reach_communes", "reach_dry_t", "taken_dry_t", "taken_here_dry_t"]
    sites = outcome.proposed(CURVES)
    curves = pd.concat([outcome.curves.steps(site).assign(site=names[site]) for site in sites], ignore_index=True)
    curves = curves.assign(commune=curves["insee"].map(communes["name"]), point=curves["point"].map(names)).replace(
        {"product": products}
    )
    costs = ["marginal_eur_t", "average_eur_t", "marginal_eur_mwh", "average_eur_mwh"]
    wanted = (
        outcome.curves.wanted(float(outcome.platforms["tonnes_out"].sum())).loc[list(sites)].reset_index(names="site")
    )
    by_product = [column for column in wanted if column.removesuffix("_t") in products]
    return {
        "balance_epci": (by_epci, ["epci", "product", *_STEPS]),
        "balance": (told, ["commune", "product", *_STEPS]),
        "competition": (rivals, ["name", "product", *taken]),
        "wanted": (wanted.assign(site=wanted["site"].map(names)), ["site", *costs, "minutes", "km", *by_product]),
        "curves": (
            curves,
            ["site", "product", "commune", "point", "tonnes", "cum_t", "cum_mwh", *costs, "minutes", "km"],
        ),
    }


def _score_sheets(outcome: Outcome, text: Text) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """What speaks for and against each site beside its cost, and by which rules."""
    scores = outcome.site_scores
    regret = {
        other.sites[0]: other.regret_eur_year for other in reversed(outcome.alternatives) if len(other.sites) == 1
    }
    regret |= dict.fromkeys(outcome.platforms.index, 0.0) if len(outcome.platforms) == 1 else {}
    told = scores.assign(
        name=outcome.chain.candidate_sites["name"],
        plot_status=outcome.chain.candidate_sites["plot_status"],
        regret=scores.index.map(regret),
        excluded=[text(f"excluded.{why}") if why else "" for why in scores["excluded"]],
        hazard=[text(f"hazard.{hazard}") for hazard in scores["hazard"]],
    ).sort_values(["score", "name"], ascending=[False, True])
    measured = ["area_ha", "heavy_access", "main_road_km", "distance_housing_m", "hazard", "zoning", "synergies"]
    criteria = outcome.study.settings.site_scores.criteria
    rules = pd.DataFrame(
        [
            {"name": getattr(rule, text.lang), "scale": _scale(rule.model_dump(), text), **rule.model_dump()}
            for _, rule in criteria
        ]
    )
    return {
        "site_scores": (told, ["name", "score", "regret", "excluded", *measured, "plot_status"]),
        "site_scores_each": (
            told,
            ["name", "score", *(column for column in scores if str(column).startswith("score_"))],
        ),
        "criteria": (rules, ["name", "weight", "scale", "status", "source"]),
    }


def _scale(rule: dict[str, Any], text: Text) -> str:
    """How a criterion is measured, in words."""
    if "scores" in rule:
        return "; ".join(f"{word}: {text.plain(score)}" for word, score in rule["scores"].items())
    return text(
        "criterion.scale", worst=text.plain(rule["worst"]), best=text.plain(rule["best"]), unit=text.unit(rule["unit"])
    )


def _platforms(outcome: Outcome, text: Text) -> pd.DataFrame:
    sizes = outcome.chain.platform_sizes[f"name_{text.lang}"]
    rows = pd.DataFrame(outcome.platforms)
    return rows.assign(size=rows["size"].map(sizes), hazard=[text(f"hazard.{hazard}") for hazard in rows["hazard"]])


def _input_sheets(outcome: Outcome, text: Text, products: dict[str, str]) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """The tables that the planner gave, in words."""
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
    told = [{**vars(vehicle), "name": getattr(vehicle, name)} for vehicle in outcome.study.vehicles.values()]
    load = ["gross_t", "volume_m3", "payload_t", "cost_eur_km", "cost_eur_h", "load_unload_h", "diesel_l_km"]
    marks, ranges = ["status", "source"], ["low", "value", "high"]
    return {
        "resources": (factors, ["product", "potential", "effect", "name", *ranges, "unit", *marks]),
        "competitors": (rivals, ["customer", "product", *ranges, "unit", "radius_km", "radius_status", "note", *marks]),
        "harvest_costs": (steps, ["product", "name", *ranges, "unit", "price_year", "diesel_l_t", *marks]),
        "platform_sizes": (
            sizes,
            ["name", "capacity_t_year", "hangar_m2", "yard_m2", "equipment_eur", "staff_fte", "fixed_eur_year", *marks],
        ),
        "vehicles": (pd.DataFrame(told), ["name", *load]),
    }
