"""The tables of an outcome in words, with units: the sheets of the workbook, some of which the page shows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from coopgeo.plan.heat_prices import OWN
from coopgeo.plan.outcome import Outcome
from coopgeo.study.chain_schemas import MONTHS, POTENTIALS
from coopgeo.study.chain_settings import ChainSettings
from coopgeo.text import Text, decimals, decimals_of_size
from coopgeo.words.certainty_rows import certainty_rows, near_words
from coopgeo.words.input_sheets import input_frames
from coopgeo.words.plants import sells_itself, spoken
from coopgeo.words.ranking import ranked_choices, ranked_sites, without_room
from coopgeo.words.sentences import figures, remarks_in_words

CURVES = 6  # sites whose cost-supply curve is told: the chosen, then the best alternatives
_MIXED = frozenset({"low", "value", "high", "figure"})  # columns whose rows have different units
YEARS = frozenset({"price_year"})  # columns whose numbers are no amounts
_LONG = ("access", "overlaps", "origins", "balance", "flows", "curves")  # tables of hundreds of rows: the last sheets
_STEPS = [
    f"{name}_kept_t"
    for name in ("theoretical", "existing_uses", *POTENTIALS[1:], "competitors", "elsewhere", "available")
]
_OF_UNITS = frozenset(
    {"units", "wanted_units", "cum_units", "eur_unit", "marginal_eur_unit", "average_eur_unit"}
)  # columns that say again what those of tonnes say, where the chain delivers tonnes
_WHERE_ANY = frozenset(
    {"catchments", "access", "overlaps", "competition", "competitors", "outlets"}
)  # not of all chains
_Frames = dict[str, tuple[pd.DataFrame, list[str]]]  # by key of the sheet: rows, and the columns to show of them


@dataclass(frozen=True)
class Sheet:
    """A table in words.

    Attributes
    ----------
    title : str
    rows : DataFrame
        Named by column key.
    headers : list of str
        The columns in words, with units.
    about : str
        What stands in it, in a sentence.
    """

    title: str
    rows: pd.DataFrame
    headers: list[str]
    about: str = ""


def column_decimals(values: pd.Series) -> int | None:
    """Decimals that the numbers of a column share; None where each row has its own unit, or there is none.

    Parameters
    ----------
    values : Series
        Named by column key.
    """
    if values.name in _MIXED:
        return None
    if values.name in YEARS:
        return 0
    numbers = np.asarray(pd.to_numeric(values.to_numpy(), errors="coerce"), dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return None
    return 0 if (numbers == numbers.round()).all() else decimals_of_size(float(np.abs(numbers).max()))


def shown_decimals(value: float, shared: int | None, most: int = 3) -> int:
    """Decimals that a number is shown with: those of its column, or more where these would show it as nothing."""
    if shared is None:
        return decimals(value)
    return shared if value == 0 or round(value, shared) else min(most, max(shared + 1, decimals_of_size(value)))


def sheets(outcome: Outcome, text: Text) -> dict[str, Sheet]:
    """The tables of the outcome by key, in the order of the workbook.

    Parameters
    ----------
    outcome : Outcome
    text : Text

    Returns
    -------
    dict of str to Sheet
        Keys do not depend on the language: `sheet.<key>` of the texts is the title.
    """
    text, chain = spoken(outcome, text), outcome.chain
    names = pd.concat(
        [
            table["name"]
            for table in (outcome.collection_points, chain.candidate_sites, chain.customers, chain.suppliers)
        ]
    )
    products = {name: getattr(product, text.lang) for name, product in outcome.chain.settings.products.items()}
    frames: _Frames = {
        **_answer_sheets(outcome, text, names),
        **_heat_sheet(outcome, text),
        **_score_sheets(outcome, text),
        **_catchment_sheets(outcome, text, names, products),
        **_supply_sheets(outcome, names, products),
        **_delivery_sheets(outcome, text, names),
        **input_frames(outcome, text, products),
    }
    frames["summary"] = _with_rows(*frames["summary"], certainty_rows(outcome, text))
    frames["alternatives"] = _with_near(*frames["alternatives"], outcome, text)
    statuses = {name: text(f"status.{name}") for name in ("attested", "computed", "assumed")}
    frames = {key: frames[key] for key in sorted(frames, key=lambda key: key in _LONG)}
    frames = {key: frame for key, frame in frames.items() if len(frame[0]) or key not in _WHERE_ANY}
    frames = {key: (frame, _shown(columns, chain.settings)) for key, (frame, columns) in frames.items()}
    return {
        key: Sheet(
            text(f"sheet.{key}"),
            pd.DataFrame(frame)[columns].replace({name: statuses for name in columns if name.endswith("status")}),
            [column_title(name, products, text) for name in columns],
            text(f"about.{key}"),
        )
        for key, (frame, columns) in frames.items()
    }


def _shown(columns: list[str], settings: ChainSettings) -> list[str]:
    """The columns without those that say nothing: units that are tonnes, tonnes without a tare, what goes straight."""
    again = _OF_UNITS if settings.tells_tonnes else frozenset[str]()
    if not settings.has_tare and "tonnes" in columns:
        again |= {"kept_t"}
    if not settings.may_go_straight:
        again |= {"tonnes_direct"}
    return [column for column in columns if column not in again]


def _with_rows(frame: pd.DataFrame, columns: list[str], rows: list[Any]) -> tuple[pd.DataFrame, list[str]]:
    return pd.DataFrame([*frame[columns].itertuples(index=False), *rows], columns=columns), columns


def _with_near(frame: pd.DataFrame, columns: list[str], outcome: Outcome, text: Text) -> tuple[pd.DataFrame, list[str]]:
    """The other choices of sites, with whether each is nearly as cheap as the best."""
    near = near_words(outcome, text)
    in_words = [near.get(other.sites, "") for other in ranked_choices(outcome).iloc[1:].itertuples()]
    return frame.assign(near_best=in_words), [*columns, "near_best"]


def column_title(column: str, products: dict[str, str], text: Text) -> str:
    """Header of a column in words; tonnes of a product carry its name.

    Parameters
    ----------
    column : str
        Key of the column, `column.<name>` of the texts, or the id of a product followed by `_t`.
    products : dict of str to str
        Names of the products by id.
    text : Text
    """
    product = column.removesuffix("_t")
    return text("column.product_t", product=products[product]) if product in products else text(f"column.{column}")


def _answer_sheets(outcome: Outcome, text: Text, names: pd.Series) -> _Frames:
    """The answer, what it costs, and what else could be chosen."""
    sites = text.joined([f"{row['name']} ({row['commune']})" for _, row in outcome.platforms.iterrows()])
    none = text("page.no_platform")
    summary = [
        (text("layer.platforms"), None, "", sites or none),
        *figures(outcome, text),
        *((text("key.remark"), None, "", words) for words in remarks_in_words(outcome, text)),
    ]
    total, delivered = outcome.cost.paid_eur_year, outcome.accounts.delivered
    cost = [
        (text(f"stage.{name}"), eur, eur / (delivered.units or np.nan), eur / (delivered.tonnes or np.nan), eur / total)
        for name, eur in [*outcome.cost.stages_eur_year.items(), ("total", total)]
        if name != "unserved" and (eur or name != "outbound" or not sells_itself(outcome))
    ]
    sizes = outcome.chain.platform_sizes[f"name_{text.lang}"]
    platforms = outcome.platforms.assign(
        size=outcome.platforms["size"].map(sizes),
        hazard=[text(f"hazard.{hazard}") for hazard in outcome.platforms["hazard"]],
    )
    others = ranked_choices(outcome).iloc[1:].rename(columns={"regret_eur_year": "regret"})
    others["sites"] = [text.joined([names[site] for site in sites]) or none for sites in others["sites"]]
    amounts = ["capacity_t", "room_t", "capital_eur", "tonnes_in", "tonnes_out", "units"]
    return {
        "summary": _frame(summary, ["name", "figure", "unit", "words"]),
        "cost": _frame(cost, ["name", "eur_year", "eur_unit", "eur_t", "share"]),
        "platforms": (platforms, ["name", "commune", "size", *amounts, "hazard", "status"]),
        "alternatives": (others, ["sites", "value_eur_year", "regret"]),
    }


def _heat_sheet(outcome: Outcome, text: Text) -> _Frames:
    """The fuel of the chain against others, where the study has their prices."""
    table = outcome.heat_prices
    if table.empty:
        return {}
    names = table[f"name_{text.lang}"].where(table.index != OWN, text("heat.own"))
    figures = ["fuel_eur_mwh", "efficiency", "heat_low_eur_mwh", "heat_eur_mwh", "heat_high_eur_mwh"]
    columns = ["name", *figures, "difference_eur_mwh", "taxes", "price_year", "note", "source", "status"]
    taxes = [text(f"taxes.{code}") if code else "" for code in table["taxes"]]
    return {"heat_prices": (table.assign(name=names, taxes=taxes), columns)}


def _frame(rows: list[Any], columns: list[str]) -> tuple[pd.DataFrame, list[str]]:
    return pd.DataFrame(rows, columns=columns), columns


def _catchment_sheets(outcome: Outcome, text: Text, names: pd.Series, products: dict[str, str]) -> _Frames:
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
    points = outcome.collection_points.replace({"kind": kinds})
    amounts = ["tonnes", "tonnes_used", "tonnes_direct", "units", "minutes_to_platform"]
    amounts += ["catchment_communes"] if len(catchments) else []
    figures = ["communes", "inhabitants", "area_ha", "kept_t", "tonnes", "mean_minutes", "max_minutes", "max_km"]
    return {
        "collection_points": (points, ["name", "kind", *amounts, "status", "source"]),
        "catchments": (catchments, ["name", "kind", *figures]),
        "reach": (reach, ["product", "kept_t", "reached_kept_t", "out_of_reach", "mean_minutes", "max_minutes"]),
        "access": (access, ["commune", "kind", "nearest", "minutes", "near", "per_10000"]),
        "overlaps": (overlaps, ["point", "other", "kind", "inhabitants", "share"]),
        "origins": (origins, ["commune", "product", "kept_t", "point", "minutes", "km", "haul_eur_kept_t"]),
    }


def _supply_sheets(outcome: Outcome, names: pd.Series, products: dict[str, str]) -> _Frames:
    """The balance of the resource, who competes for it, and what it costs at the gate of the best sites."""
    communes, balance = outcome.study.communes, outcome.resource.balance
    by_commune = balance.assign(
        commune=balance["insee"].map(communes["name"]), epci=balance["insee"].map(communes["epci_name"])
    ).replace({"product": products})
    by_epci = by_commune.groupby(["epci", "product"], sort=True)[_STEPS].sum().reset_index()
    plants = outcome.chain.customers["name"]
    rivals = outcome.resource.competition.assign(name=outcome.resource.competition["customer"].map(plants)).replace(
        {"product": products}
    )
    taken = ["wanted_kept_t", "reach_communes", "reach_kept_t", "taken_kept_t", "taken_here_kept_t"]
    tonnes = outcome.accounts.delivered.tonnes or float(outcome.placement.demand["tonnes"].sum())  # nobody served: all
    drawn = outcome.proposed(CURVES) or tuple(outcome.curves.sites[:CURVES])  # no platform: the first sites
    curves = pd.concat([outcome.curves.steps(site).assign(site=names[site]) for site in drawn], ignore_index=True)
    curves = curves.assign(commune=curves["insee"].map(communes["name"]), point=curves["point"].map(names)).replace(
        {"product": products}
    )
    costs = ["marginal_eur_t", "average_eur_t", "marginal_eur_unit", "average_eur_unit"]
    wanted = outcome.curves.wanted(tonnes).loc[list(drawn)].reset_index(names="site")
    by_product = [column for column in wanted if column.removesuffix("_t") in products]
    return {
        "balance_epci": (by_epci, ["epci", "product", *_STEPS]),
        "balance": (by_commune, ["commune", "product", *_STEPS]),
        "competition": (rivals, ["name", "product", *taken]),
        "wanted": (wanted.assign(site=wanted["site"].map(names)), ["site", *costs, "minutes", "km", *by_product]),
        "curves": (
            curves,
            ["site", "product", "commune", "point", "tonnes", "cum_t", "cum_units", *costs, "minutes", "km"],
        ),
    }


def _score_sheets(outcome: Outcome, text: Text) -> _Frames:
    """What speaks for and against each site beside its cost, and by which rules."""
    scores, small = outcome.site_scores, without_room(outcome, text)
    judged = scores.assign(
        name=outcome.chain.candidate_sites["name"],
        plot_status=outcome.chain.candidate_sites["plot_status"],
        regret=ranked_sites(outcome)["regret_eur_year"].reindex(scores.index),
        room_t=outcome.room_t.reindex(scores.index),
        excluded=[
            text(f"excluded.{why}") if why else small.get(str(site), "") for site, why in scores["excluded"].items()
        ],
        hazard=[text(f"hazard.{hazard}") for hazard in scores["hazard"]],
    ).sort_values(["score", "name"], ascending=[False, True])
    measured = ["area_ha", "heavy_access", "main_road_km", "distance_housing_m", "hazard", "zoning", "synergies"]
    criteria = outcome.study.settings.site_scores.criteria
    rules = pd.DataFrame(
        [
            {"name": getattr(rule, text.lang), "scale": _scale(name, rule.model_dump(), text), **rule.model_dump()}
            for name, rule in criteria
        ]
    )
    return {
        "site_scores": (judged, ["name", "score", "regret", "room_t", "excluded", *measured, "plot_status"]),
        "site_scores_each": (
            judged,
            ["name", "score", *(column for column in scores if str(column).startswith("score_"))],
        ),
        "criteria": (rules, ["name", "weight", "scale", "status", "source"]),
    }


def _scale(criterion: str, rule: dict[str, Any], text: Text) -> str:
    """How a criterion is measured, in words."""
    if "scores" in rule:
        words = {code: _code(criterion, code, text) for code in rule["scores"]}
        return "; ".join(
            text("pair", name=words[code], value=text.short(score)) for code, score in rule["scores"].items()
        )
    worst, best = text.short(rule["worst"]), text.short(rule["best"])
    return text("criterion.scale", worst=worst, best=best, unit=text.unit(rule["unit"]))


def _code(criterion: str, code: str, text: Text) -> str:
    """A code of a listed criterion in words, if it has any."""
    known, key = text.words, f"{criterion}.{code}"
    return known.get(key, code) if criterion == "hazard" else f"{code} ({known[key]})" if key in known else code


def _delivery_sheets(outcome: Outcome, text: Text, names: pd.Series) -> _Frames:
    """Whom the platforms serve, and what moves from place to place."""
    customers = outcome.customers.assign(kind=[text(f"kind.{kind}") for kind in outcome.customers["kind"]])
    flows = outcome.flows.assign(
        stage=[text(f"stage.{stage}") for stage in outcome.flows["stage"]],
        origin=outcome.flows["origin"].map(names),
        destination=outcome.flows["destination"].map(names),
    )
    needs = [*customer_columns(outcome), "minutes"]
    flows["vehicle"] = [getattr(outcome.study.vehicles[name], f"name_{text.lang}") for name in flows["vehicle"]]
    year = outcome.stock
    months = [text(f"column.{month}") for month in MONTHS]
    stock = [
        pd.DataFrame({"site": names[site], "month": months})
        .assign(coming_kept_t=year.coming_kept_t[at], leaving_t=year.leaving_t[at])
        .assign(stock_t=year.stock_t[at], stock_m3=year.stock_m3[at], store_m3=year.hall_m3[at])
        for at, site in enumerate(year.sites)
    ]
    if year.direct_t.any():
        direct = {"site": text("stage.direct"), "month": months, "leaving_t": year.direct_t}
        stock.append(pd.DataFrame(direct))
    by_month = ["site", "month", "coming_kept_t", "leaving_t", "stock_t", "stock_m3", "store_m3"]
    return {
        **({"stock": (pd.concat(stock).reindex(columns=by_month), by_month)} if stock else {}),
        "customers": (customers, ["name", "kind", *needs, "status", "demand_status", "source"]),
        "flows": (
            flows,
            ["stage", "origin", "destination", "vehicle", "tonnes", "trips", "km", "minutes", "haulage_eur"],
        ),
    }


def customer_columns(outcome: Outcome) -> list[str]:
    """What is told of the demand of customers: tonnes, units, and what else the material and its table know."""
    known = [column for column in outcome.placement.demand if column not in ("kept_t", "tonnes", "wanted_units")]
    power = ["power_kw"] if "power_kw" in outcome.customers else []
    return _shown([*power, "tonnes", "wanted_units", *known], outcome.chain.settings)
