"""results.json: every figure of an outcome, for programs."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import coopgeo
from coopgeo.chain.material import Co2
from coopgeo.cooperation.work import AMOUNTS, share_of_created, work_of
from coopgeo.exports.sharing_files import sharing_figures
from coopgeo.plan.confidence import Confidence
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.proved import job_digest
from coopgeo.study.chain_schemas import MONTHS
from coopgeo.study.settings import SiteCriteria
from coopgeo.text import Text
from coopgeo.words.sentences import remarks_in_words
from coopgeo.words.sheets import CURVES

ENERGY = "MWh"  # the unit of chains whose material has energy
CRITERIA = tuple(SiteCriteria.model_fields)


def results(outcome: Outcome, text: Text) -> dict[str, Any]:
    """The outcome as plain data; `docs/results.md` explains the keys. Warnings are in the language of `text`.

    Every figure comes from the outcome; `seconds` alone changes from run to run.
    """
    study, objective, cost = outcome.study, outcome.objective, outcome.cost
    platforms, room = outcome.platforms.to_crs("EPSG:4326"), outcome.room_t.to_dict()
    return {
        "study": {
            "name": study.settings.name,
            "roads": outcome.roads.name,
            "chain": outcome.chain.settings.id,
            "unit": outcome.chain.settings.unit,
            "coopgeo": coopgeo.__version__,
            "inputs_sha256": study.inputs_sha256,
            "job_sha256": None if outcome.lacking else job_digest(outcome.placement),
        },
        "platforms": [
            {
                "id": site,
                "name": row["name"],
                "commune": row["commune"],
                "lon": round(row.geometry.x, 5),
                "lat": round(row.geometry.y, 5),
                "size": row["size"],
                "tonnes_in": row["tonnes_in"],
                "tonnes_out": row["tonnes_out"],
                "units": row["units"],
                **({"energy_mwh": row["units"]} if outcome.chain.settings.unit == ENERGY else {}),
                "room_t": row["room_t"],
            }
            for site, row in platforms.iterrows()
        ],
        "objective": {
            "value_eur_year": objective.value_eur_year,
            "bound_eur_year": objective.bound_eur_year,
            "gap": objective.gap,
            "status": objective.status,
        },
        "direct": float(outcome.accounts.direct.tonnes.sum()),
        "cost": {
            "eur_per_t": _known(cost.eur_per_t),
            **_per_unit(outcome, "eur_per", cost.eur_per_unit),
            "stages": dict(cost.stages_eur_year),
        },
        "co2": {
            **_per_unit(outcome, "kg_per", outcome.co2.kg_per_unit),
            "emitted_t_year": outcome.co2.emitted_t,
            **_avoided(outcome.co2),
        },
        "jobs": {
            "fte_low": outcome.jobs.fte_low,
            "fte_high": outcome.jobs.fte_high,
            "insertion_fte": outcome.jobs.insertion_fte,
        },
        "work": work_figures(outcome),
        **({} if outcome.sharing is None else {"sharing": sharing_figures(outcome.sharing)}),
        "collection_points": [
            {
                "id": point,
                "name": row["name"],
                "tonnes": row["tonnes"],
                "tonnes_used": row["tonnes_used"],
                "tonnes_direct": row["tonnes_direct"],
                "minutes_to_platform": None if pd.isna(row["minutes_to_platform"]) else row["minutes_to_platform"],
                "catchment_communes": int(row["catchment_communes"]),
            }
            for point, row in outcome.collection_points.iterrows()
        ],
        "alternatives": [
            {
                "sites": list(other.sites),
                "value_eur_year": other.value_eur_year,
                "regret": other.regret_eur_year,
                "status": other.status,
            }
            for other in outcome.alternatives
        ],
        "near_best": [
            {
                "sites": list(near.sites),
                "extra_eur_year": near.extra_eur_year,
                "score": _known(near.score),  # no site, no score
            }
            for near in outcome.near_best
        ],
        "balance": {
            **asdict(outcome.balance.units),
            "unit": outcome.chain.settings.unit,
            "tonnes": asdict(outcome.balance.tonnes),
        },
        "catchments": _catchments(outcome),
        "supply": _supply(outcome),
        "supply_curves": [_curve(outcome, site) for site in outcome.proposed(CURVES)],
        "site_scores": [
            {
                "id": site,
                "score": row["score"],
                "excluded": row["excluded"] or None,
                "room_t": room.get(site),
                "criteria": _finite(row[[f"score_{name}" for name in CRITERIA]].set_axis(CRITERIA)),
            }
            for site, row in outcome.site_scores.iterrows()
        ],
        **({"confidence": confidence(outcome.confidence, text)} if outcome.confidence else {}),
        "stock": _stock(outcome),
        "warnings": remarks_in_words(outcome, text),
        "seconds": dict(outcome.seconds),
    }


def confidence(known: Confidence, text: Text) -> dict[str, Any]:
    """How sure the answer is; names in the language of `text`."""
    return {
        "draws": known.draws,
        "seed": known.seed,
        "tolerance": known.tolerance,
        "infeasible": known.infeasible,
        "no_customer": known.no_customer,
        "unproved": known.unproved,
        "best_share": dict(known.best),
        "near_share": dict(known.near),
        "eur_per_unit": dict(known.eur_per_unit),
        "eur_year": dict(known.eur_year),
        "decides": [
            {
                "id": one.factor,
                "name": one.names[text.lang],
                "effect": one.effect,
                "effect_cost": one.effect_cost,
                "status": one.status,
            }
            for one in known.decides
        ],
        "decides_together": {
            kind: {"effect": effect, "effect_cost": effect_cost} for kind, (effect, effect_cost) in known.groups.items()
        },
    }


def _stock(outcome: Outcome) -> dict[str, Any]:
    """The year month by month: each platform's stock with the hall it takes, and what goes straight."""
    year = outcome.stock
    columns = {
        "coming_kept_t": year.coming_kept_t,
        "leaving_t": year.leaving_t,
        "stock_t": year.stock_t,
        "stock_m3": year.stock_m3,
    }
    figures = {
        "peak_m3": year.peak_m3,
        "hall_m3": year.hall_m3,
        "turns": year.turns,
        "turns_year": year.turns_year,
    }
    return {
        "months": list(MONTHS),
        "platforms": [
            {
                "id": site,
                **{name: _known(figure[at]) for name, figure in figures.items()},
                **{name: figure[at].tolist() for name, figure in columns.items()},
            }
            for at, site in enumerate(year.sites)
        ],
        "direct_t": year.direct_t.tolist(),
    }


def _per_unit(outcome: Outcome, what: str, value: float) -> dict[str, float | None]:
    """A figure for each unit, under the name of its unit too where that is one of energy."""
    energy = {f"{what}_mwh": _known(value)} if outcome.chain.settings.unit == ENERGY else {}
    return {f"{what}_unit": _known(value), **energy}


def _avoided(co2: Co2) -> dict[str, float | None]:
    """What is saved, by both counts; nothing for a material that replaces nothing."""
    if co2.avoided_t_year is None or co2.standard_kg_per_unit is None:
        return {}
    return {
        "avoided_t_year": co2.avoided_t_year,
        "standard_kg_per_mwh": _known(co2.standard_kg_per_unit),
        "standard_avoided_t_year": co2.standard_avoided_t_year,
    }


def _catchments(outcome: Outcome) -> list[dict[str, Any]]:
    communes = outcome.origins.dropna(subset="point").groupby("point")["insee"].agg(lambda codes: sorted(set(codes)))
    figures = ("inhabitants", "area_ha", "kept_t", "tonnes", "mean_minutes", "max_minutes", "max_km")
    return [
        {"point": point, "communes": communes[point], **{name: row[name] for name in figures}}
        for point, row in outcome.catchments.iterrows()
    ]


def _supply(outcome: Outcome) -> dict[str, Any]:
    """The balance and the reach of each product, and what competitors take."""
    steps = outcome.resource.balance.filter(like="_kept_t").groupby(outcome.resource.balance["product"]).sum()
    reach = outcome.reach.drop(columns="kept_t")
    rivals = outcome.resource.competition
    return {
        "products": [
            {"id": name, **row.to_dict(), **(_finite(reach.loc[name]) if name in reach.index else {})}
            for name, row in steps.iterrows()
        ],
        "competitors": [{"id": row.pop("customer"), **row} for row in rivals.to_dict("records")],
    }


def _curve(outcome: Outcome, site: str) -> dict[str, Any]:
    """The curve of a site as columns of numbers, and what all that is delivered would take there."""
    steps = outcome.curves.steps(site)
    tonnes = outcome.accounts.delivered.tonnes or float(outcome.placement.demand["tonnes"].sum())
    columns = ("cum_t", "cum_units", "marginal_eur_t", "average_eur_t", "marginal_eur_unit", "average_eur_unit")
    wanted = outcome.curves.wanted(tonnes).loc[site]
    return {
        "site": site,
        "wanted": {"tonnes": tonnes, **_finite(wanted)},
        "product": steps["product"].to_list(),
        **{name: steps[name].to_list() for name in columns},
    }


def _finite(row: pd.Series) -> dict[str, float | None]:
    """Figures for JSON, which knows no NaN."""
    return {str(name): _known(value) for name, value in row.items()}


def work_figures(outcome: Outcome) -> dict[str, Any]:
    """Where the jobs are, and whose, as plain data."""
    work = work_of(outcome)
    created = share_of_created(work, outcome)
    rows = [
        {
            **{name: row[name] for name in ("part", "stage", "insee")},
            "partners": row["partner"].split(),
            **{name: row[name] for name in AMOUNTS},
        }
        for row in work.to_dict("records")
    ]
    ends = ("low", "value", "high")
    return {"rows": rows, "of_created": None if created is None else dict(zip(ends, created, strict=True))}


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def write_json(outcome: Outcome, path: Path, text: Text) -> None:
    """Write results.json."""
    path.write_text(
        json.dumps(results(outcome, text), ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8"
    )
