"""Files for people who compute further: results.json, a workbook, layers for a GIS."""

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xlsxwriter

import coopgeo
from coopgeo.geopackage import write_geopackage
from coopgeo.outcome import Outcome
from coopgeo.text import LANGS, Text, catalogue, decimals

_MIXED = frozenset(catalogue(lang)[f"column.{name}"] for lang in LANGS for name in ("low", "value", "high"))  # rows of different units
LAYERS = ("platforms", "collection_points", "customers", "flows", "road_loads", "candidate_sites", "communes")


def results(outcome: Outcome, text: Text) -> dict[str, Any]:
    """The outcome as plain data; `docs/results.md` explains the keys. Warnings are in the language of `text`.

    Every figure comes from the outcome; `seconds` alone changes from run to run.
    """
    study, objective, cost = outcome.study, outcome.objective, outcome.cost
    platforms = outcome.platforms.to_crs("EPSG:4326")
    return {
        "study": {
            "name": study.settings.name,
            "roads": outcome.roads.name,
            "chain": outcome.chain.settings.id,
            "coopgeo": coopgeo.__version__,
            "inputs_sha256": study.inputs_sha256,
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
                "energy_mwh": row["energy_mwh"],
            }
            for site, row in platforms.iterrows()
        ],
        "objective": {
            "value_eur_year": objective.value_eur_year,
            "bound_eur_year": objective.bound_eur_year,
            "gap": objective.gap,
            "status": objective.status,
        },
        "cost": {"eur_per_t": cost.eur_per_t, "eur_per_mwh": cost.eur_per_mwh, "stages": dict(cost.stages_eur_year)},
        "co2": {
            "kg_per_mwh": outcome.co2.kg_per_mwh,
            "avoided_t_year": outcome.co2.avoided_t_year,
            "standard_kg_per_mwh": outcome.co2.standard_kg_per_mwh,
            "standard_avoided_t_year": outcome.co2.standard_avoided_t_year,
        },
        "jobs": {"fte_low": outcome.jobs.fte_low, "fte_high": outcome.jobs.fte_high, "insertion_fte": outcome.jobs.insertion_fte},
        "collection_points": [
            {
                "id": point,
                "name": row["name"],
                "tonnes": row["tonnes"],
                "tonnes_used": row["tonnes_used"],
                "minutes_to_platform": None if pd.isna(row["minutes_to_platform"]) else row["minutes_to_platform"],
                "catchment_communes": int(row["catchment_communes"]),
            }
            for point, row in outcome.collection_points.iterrows()
        ],
        "alternatives": [
            {"sites": list(other.sites), "value_eur_year": other.value_eur_year, "regret": other.regret_eur_year, "status": other.status}
            for other in outcome.alternatives
        ],
        "warnings": [remark_text(outcome, text, at) for at in range(len(outcome.remarks))],
        "seconds": dict(outcome.seconds),
    }


def remark_text(outcome: Outcome, text: Text, at: int) -> str:
    """One remark in words."""
    remark = outcome.remarks[at]
    shown: dict[str, object] = {}
    for name, value in remark.facts.items():
        if isinstance(value, str):
            shown[name] = value
        else:
            shown[name] = text.percent(value) if name in ("share", "margin") else text.percent(value, 2) if name == "gap" else text.number(value)
    return text(f"remark.{remark.key}", **shown)


def key_figures(outcome: Outcome, text: Text) -> list[tuple[str, str]]:
    """The figures that a reader wants first, in words."""
    objective = outcome.objective
    proof = text(f"proof.{objective.status}", gap=text.percent(objective.gap, 2))
    regret = outcome.alternatives[0].regret_eur_year if outcome.alternatives else None
    return [
        (text("key.tonnes"), f"{text.number(outcome.platforms['tonnes_out'].sum())} t"),
        (text("key.energy"), f"{text.number(outcome.platforms['energy_mwh'].sum())} MWh"),
        (text("key.cost"), f"{text.number(outcome.cost.eur_per_mwh, 1)} €/MWh ({text.number(outcome.cost.eur_per_t, 1)} €/t)"),
        (text("key.year"), f"{text.number(objective.value_eur_year)} € ({proof})"),
        *([(text("key.regret"), f"+ {text.number(regret)} €")] if regret is not None else []),
        (text("key.co2"), f"{text.number(outcome.co2.avoided_t_year)} t"),
        (text("key.jobs"), f"{text.number(outcome.jobs.fte_low, 1)} – {text.number(outcome.jobs.fte_high, 1)} {text('key.fte')}"),
    ]


def column_decimals(values: pd.Series) -> int | None:
    """Decimals that the numbers of a column share; None where each row has its own unit, or there is none."""
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    numbers = numbers[np.isfinite(numbers)]
    if numbers.empty or values.name in _MIXED:
        return None
    return 0 if (numbers == numbers.round()).all() else decimals(float(numbers.abs().max()))


def sheets(outcome: Outcome, text: Text) -> dict[str, pd.DataFrame]:
    """The tables of the outcome by title, with headers in words and units."""
    status = {name: text(f"status.{name}") for name in ("attested", "computed", "assumed")}
    names = pd.concat([outcome.collection_points["name"], outcome.chain.candidate_sites["name"], outcome.chain.customers["name"]])
    products = {name: getattr(product, text.lang) for name, product in outcome.chain.settings.products.items()}
    communes = outcome.study.communes["name"]
    parameters = pd.DataFrame([{"id": name, **p.model_dump(), "name": getattr(p, text.lang)} for name, p in outcome.chain.parameters])
    stages = outcome.cost.stages_eur_year
    summary = pd.DataFrame(
        {
            "name": [text(f"stage.{name}") for name in stages] + [text("stage.total")],
            "eur_year": [*stages.values(), outcome.objective.value_eur_year],
        }
    )
    alternatives = pd.DataFrame(
        [{"sites": text.joined([names[s] for s in a.sites]), "value_eur_year": a.value_eur_year, "regret": a.regret_eur_year} for a in outcome.alternatives],
        columns=["sites", "value_eur_year", "regret"],
    )
    sites = text.joined([f"{row['name']} ({row['commune']})" for _, row in outcome.platforms.iterrows()])
    told = [(text("layer.platforms"), sites), *key_figures(outcome, text), *(("!", remark_text(outcome, text, at)) for at in range(len(outcome.remarks)))]
    frames = {
        "summary": (pd.DataFrame(told, columns=["name", "value"]), ["name", "value"]),
        "cost": (summary, ["name", "eur_year"]),
        "platforms": (
            _platforms(outcome, text),
            ["name", "commune", "size", "capacity_t", "capital_eur", "tonnes_in", "tonnes_out", "energy_mwh", "hazard", "status"],
        ),
        "alternatives": (alternatives, ["sites", "value_eur_year", "regret"]),
        "collection_points": (
            outcome.collection_points.assign(kind=[text(f"kind.{kind}") for kind in outcome.collection_points["kind"]]),
            ["name", "kind", "tonnes", "tonnes_used", "energy_mwh", "minutes_to_platform", "catchment_communes", "status", "source"],
        ),
        "catchments": (
            outcome.origins.assign(commune=communes.reindex(outcome.origins["insee"]).to_numpy(), point=outcome.origins["point"].map(names)).replace(
                {"product": products}
            ),
            ["commune", "product", "dry_t", "point", "minutes", "haul_eur_dry_t"],
        ),
        "customers": (
            outcome.customers.assign(kind=[text(f"kind.{kind}") for kind in outcome.customers["kind"]]),
            ["name", "kind", "power_kw", "tonnes", "fuel_mwh", "useful_mwh", "minutes", "status", "demand_status", "source"],
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
        table = pd.DataFrame(frame)[columns].replace({column: status for column in columns if column in ("status", "demand_status")})
        ready[text(f"sheet.{key}")] = table.rename(columns={column: text(f"column.{column}") for column in columns})
    return ready


def _platforms(outcome: Outcome, text: Text) -> pd.DataFrame:
    sizes = outcome.chain.platform_sizes[f"name_{text.lang}"]
    rows = pd.DataFrame(outcome.platforms)
    return rows.assign(size=rows["size"].map(sizes), hazard=[text(f"hazard.{hazard}") for hazard in rows["hazard"]])


def _input_sheets(outcome: Outcome, text: Text, products: dict[str, str]) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """The tables that the planner gave, in words."""
    chain, name = outcome.chain, f"name_{text.lang}"
    factors = chain.resources.assign(name=chain.resources[name]).replace({"product": products})
    steps = chain.harvest_costs.assign(name=chain.harvest_costs[name]).replace({"product": products})
    sizes = chain.platform_sizes.assign(name=chain.platform_sizes[name])
    told = [{**vars(vehicle), "name": getattr(vehicle, name)} for vehicle in outcome.study.vehicles.values()]
    load = ["gross_t", "volume_m3", "payload_t", "cost_eur_km", "cost_eur_h", "load_unload_h", "diesel_l_km"]
    marks, ranges = ["status", "source"], ["low", "value", "high"]
    return {
        "resources": (factors, ["product", "name", *ranges, "unit", *marks]),
        "harvest_costs": (steps, ["product", "name", *ranges, "unit", "price_year", "diesel_l_t", *marks]),
        "platform_sizes": (sizes, ["name", "capacity_t_year", "hangar_m2", "yard_m2", "equipment_eur", "staff_fte", "fixed_eur_year", *marks]),
        "vehicles": (pd.DataFrame(told), ["name", *load]),
    }


def write_json(outcome: Outcome, path: Path, text: Text) -> None:
    """Write results.json."""
    path.write_text(json.dumps(results(outcome, text), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_workbook(outcome: Outcome, path: Path, text: Text) -> None:
    """Write the tables as a spreadsheet, one sheet each, headers frozen; texts stay texts whatever they begin with."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        given = dt.datetime.fromisoformat(outcome.study.settings.date)
        book.set_properties({"title": outcome.study.settings.name, "created": given})
        header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8efe4"})
        numbers = [book.add_format({"num_format": "#,##0" + ("." + "0" * digits if digits else "")}) for digits in range(4)]
        for title, table in sheets(outcome, text).items():
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 1)
            for column, name in enumerate(table.columns):
                digits = column_decimals(table[name])
                sheet.write_string(0, column, name, header)
                sheet.set_column(column, column, 42 if column == 0 else 18)
                for row, value in enumerate(table[name], start=1):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None and math.isfinite(value):  # out of reach stays blank
                        sheet.write_number(row, column, float(value), numbers[decimals(float(value)) if digits is None else digits])
            if len(table):
                sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def layers(outcome: Outcome) -> dict[str, gpd.GeoDataFrame]:
    """The layers of the outcome by name, for a GIS; ids are columns."""
    communes = outcome.study.territory.drop(columns="chef_lieu")
    frames = {name: getattr(outcome, name) for name in LAYERS if hasattr(outcome, name)}
    frames |= {"candidate_sites": outcome.chain.candidate_sites, "communes": communes}
    named = {"platforms", "collection_points", "customers", "candidate_sites"}
    return {name: frames[name].rename_axis("id").reset_index() if name in named else frames[name] for name in LAYERS}


def write_layers(outcome: Outcome, path: Path) -> None:
    """Write the layers as a GeoPackage, dated with the date of the study."""
    write_geopackage(layers(outcome), path, date=outcome.study.settings.date)
