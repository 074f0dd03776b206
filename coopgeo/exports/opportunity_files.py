"""The files of the opportunity study: a page, a workbook and figures for programs, replaced all or none."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import coopgeo
from coopgeo.exports.between_files import between_figures
from coopgeo.exports.workbook import write_sheets
from coopgeo.exports.writing import writing
from coopgeo.maps.opportunity_page import opportunity_page
from coopgeo.opportunity import Cell, ChainStudy, Opportunity, Option
from coopgeo.text import Lang, Text
from coopgeo.words.actors import actor_sheets
from coopgeo.words.between_chains import between_sheets
from coopgeo.words.opportunity import (
    chain_name,
    condition_text,
    deciding_text,
    instead,
    option_rows,
    reason_text,
    side_by_side,
    turning_rows,
    verdict_key,
)
from coopgeo.words.sheets import Sheet

FOLDER = "opportunite"
PAGE, WORKBOOK, FIGURES = "etude.html", "opportunite.xlsx", "opportunite.json"
FILES = (PAGE, WORKBOOK, FIGURES)


def export_opportunity(opportunity: Opportunity, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write the opportunity study as a page, a workbook and figures.

    Parameters
    ----------
    opportunity : Opportunity
    out : path
        Folder to write to; the files go into its folder `opportunite`. What else lies there stays.
    lang : {"fr", "en"}

    Returns
    -------
    Path
        The folder that holds the files.

    Raises
    ------
    WritingError
        If a file cannot be replaced; then all old ones are left.
    """
    text, folder = Text(lang), Path(out) / FOLDER
    page = opportunity_page(opportunity, text)
    sheets = opportunity_sheets(opportunity, text)
    figures = json.dumps(opportunity_figures(opportunity, text), ensure_ascii=False, indent=2, allow_nan=False)
    with writing(folder, FILES) as new:
        (new / PAGE).write_text(page, encoding="utf-8")
        write_sheets(opportunity.study.settings, new / WORKBOOK, text, sheets)
        (new / FIGURES).write_text(figures + "\n", encoding="utf-8")
    return folder


def opportunity_sheets(opportunity: Opportunity, text: Text) -> dict[str, Sheet]:
    """The sheets of the workbook by key.

    Parameters
    ----------
    opportunity : Opportunity
    text : Text
    """
    names = {chain.id: chain_name(chain, text) for chain in opportunity.chains}
    side = side_by_side(opportunity, text)
    chains = pd.DataFrame(
        [[row.title, *(" – ".join(filter(None, cell)) for cell in row.cells)] for row in side],
        columns=["title", *names],
    )
    return {
        "chains": _sheet("chains", chains, [text("opportunity.col_figure"), *names.values()], text),
        "reasons": _rows_sheet("reasons", ("chain", "answer", "rule", "value", "threshold", "words"), [
            (names[chain.id], text(f"opportunity.{_answer(chain, reason.answer)}"), reason.rule, reason.figure,
             reason.threshold, reason_text(reason, chain, text))
            for chain in opportunity.chains for reason in chain.verdict.reasons
        ], text),
        "must": _rows_sheet("must", ("chain", "words"), [
            (names[chain.id], condition_text(condition, chain, text))
            for chain in opportunity.chains for condition in chain.conditions
        ], text),
        "options": _option_sheet(opportunity, names, text),
        "turns": _rows_sheet("turns", ("chain", "figure", "value", "words"), [
            (names[chain.id], what, one.here, words)
            for chain in opportunity.chains
            for one, (what, _, words) in zip(chain.turnings, turning_rows(chain, text), strict=True)
        ], text),
        "decides": _rows_sheet("decides", ("chain", "name", "low", "high", "effect", "status", "words"), [
            (names[chain.id], one.names[text.lang], _number(one.low), _number(one.high), _number(one.effect),
             text(f"status.{one.status}"), deciding_text(one, chain, text))
            for chain in opportunity.chains if chain.gaps for one in chain.gaps.deciding
        ], text),
        **actor_sheets(opportunity.study, opportunity.matrix, names, text),
        **({} if opportunity.between is None else {"between": between_sheets(opportunity.between, text)["means"]}),
    }  # fmt: skip


def _answer(chain: ChainStudy, answer: str) -> str:
    return verdict_key(chain) if answer == chain.verdict.answer else answer


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _sheet(key: str, rows: pd.DataFrame, headers: list[str], text: Text) -> Sheet:
    return Sheet(text(f"opportunity.sheet_{key}"), rows, headers, text(f"opportunity.about_{key}"))


def _rows_sheet(key: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], text: Text) -> Sheet:
    table = pd.DataFrame(rows, columns=list(columns))
    return _sheet(key, table, [text(f"opportunity.col_{name}") for name in columns], text)


def _option_sheet(opportunity: Opportunity, names: dict[str, str], text: Text) -> Sheet:
    columns = (
        "name", "sites", "price", "inhabitants", "tonnes", "year", "aid", "capital", "jobs_low", "jobs_high",
        "insertion", "elsewhere", "gap", "lacking",
    )  # fmt: skip
    rows = [
        {"chain": names[chain.id], **{name: row.get(name, np.nan if name in columns[2:12] else "") for name in columns}}
        for chain in opportunity.chains
        for row in option_rows(chain, text)
    ]
    jobs = text("opportunity.column_jobs")
    low, high = text("opportunity.col_low"), text("opportunity.col_high")
    headers = [
        text("opportunity.col_chain"),
        text("opportunity.column_option"),
        text("opportunity.column_sites"),
        text("opportunity.column_price", eur=text("opportunity.per", unit="…")),
        *(text(f"opportunity.column_{name}") for name in ("inhabitants", "tonnes", "year", "aid", "capital")),
        f"{jobs} ({low})",
        f"{jobs} ({high})",
        *(text(f"opportunity.column_{name}") for name in ("insertion", "elsewhere", "gap")),
        text("opportunity.col_lacking"),
    ]
    return _sheet("options", pd.DataFrame(rows, columns=["chain", *columns]), headers, text)


def opportunity_figures(opportunity: Opportunity, text: Text) -> dict[str, Any]:
    """The study as plain data; words are in the language of `text`.

    Parameters
    ----------
    opportunity : Opportunity
    text : Text
    """
    study, created = opportunity.study, opportunity.jobs_created
    return {
        "study": {"name": study.settings.name, "coopgeo": coopgeo.__version__, "inputs_sha256": study.inputs_sha256},
        "draws": opportunity.draws,
        "seed": opportunity.seed,
        "jobs_created": created.model_dump() if created else None,
        "chains": [_chain_figures(chain, text) for chain in opportunity.chains],
        "sharing_between_chains": None if opportunity.between is None else between_figures(opportunity.between),
        "actors": [_cell_figures(cell, text) for cell in opportunity.matrix.cells],
    }


def _chain_figures(chain: ChainStudy, text: Text) -> dict[str, Any]:
    outcome, figures = chain.outcome, chain.figures
    verdict = chain.verdict
    return {
        "id": chain.id,
        "name": chain_name(chain, text),
        "unit": chain.unit,
        "verdict": verdict.answer,
        "about": verdict.about,
        "instead": instead(chain, text),
        "reasons": [
            {
                "rule": one.rule,
                "answer": one.answer,
                "figure": one.figure,
                "threshold": one.threshold,
                "words": reason_text(one, chain, text),
            }
            for one in verdict.reasons
        ],
        "must_be_true": [condition_text(one, chain, text) for one in chain.conditions],
        "cost_eur_per_unit": None if figures.cost is None else figures.cost._asdict(),
        "market_eur_per_unit": None if figures.market is None else figures.market._asdict(),
        "pays_from_subsidy": chain.pays_from_subsidy,
        "coordination_eur_year": chain.coordination_eur_year,
        "delivery_share": None if figures.delivery is None else figures.delivery._asdict(),
        "assumed": figures.assumed,
        "answer": None if outcome is None else _option_figures(chain.options[0]),
        "options": [_option_figures(one) for one in chain.options],
        "turnings": [
            {"name": one.name, "here": one.here, "end": one.end, "bracket": one.bracket and list(one.bracket)}
            for one in chain.turnings
        ],
        "deciding": [
            {
                "name": one.names[text.lang],
                "status": one.status,
                "effect": one.effect,
                "eur_unit_low": _known(one.low),
                "eur_unit_high": _known(one.high),
            }
            for one in (chain.gaps.deciding if chain.gaps else ())
        ],
    }


def _known(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value


def _option_figures(option: Option) -> dict[str, Any]:
    outcome = option.outcome
    found = {"scenario": option.id or None, "kind": option.kind, "inhabitants": option.inhabitants}
    if outcome is None:
        return found
    jobs, objective = outcome.jobs, outcome.objective
    return {
        **found,
        "sites": [str(site) for site in outcome.accounts.sites],
        "eur_per_unit": _known(outcome.cost.eur_per_unit),
        "eur_year": outcome.cost.paid_eur_year,
        "stages": dict(outcome.cost.stages_eur_year),
        "units": outcome.accounts.delivered.units,
        "tonnes": outcome.accounts.delivered.tonnes,
        "capital_eur": float(outcome.platforms["capital_eur"].sum()),
        "jobs": {
            "fte_low": jobs.fte_low,
            "fte_high": jobs.fte_high,
            "insertion_fte": jobs.insertion_fte,
            "elsewhere_fte": jobs.elsewhere_fte,
        },
        "co2_emitted_t": outcome.co2.emitted_t,
        "co2_avoided_t": outcome.co2.avoided_t_year,
        "status": objective.status,
        "gap": objective.gap,
        "balance": {
            "wanted": outcome.balance.units.wanted,
            "within_reach": outcome.balance.units.deliverable,
            "low": outcome.balance.units.low,
            "high": outcome.balance.units.high,
        },
    }


def _cell_figures(cell: Cell, text: Text) -> dict[str, Any]:
    return {
        "stage": cell.stage,
        "chain": cell.chain,
        "state": cell.state,
        "there": [one.name or one.role[text.lang] for one in cell.there],
        "missing": [one.role[text.lang] for one in cell.missing],
    }
