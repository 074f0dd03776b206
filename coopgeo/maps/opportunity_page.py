"""The page of the opportunity study: verdicts with their reasons, the chains side by side, options, actors."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

import coopgeo
from coopgeo.maps.opportunity_map import still_map
from coopgeo.maps.policy import policy
from coopgeo.opportunity import ChainStudy, Opportunity
from coopgeo.opportunity.compared import Compared
from coopgeo.text import Text
from coopgeo.words.actors import gap_sentence, stage_rows
from coopgeo.words.between_chains import between_sentences, chain_rows, means_rows
from coopgeo.words.opportunity import (
    chain_name,
    condition_text,
    headline,
    instead,
    option_notes,
    option_rows,
    price,
    reason_text,
    rule_texts,
    side_by_side,
    turning_rows,
    units,
    verdict_key,
)

_MOST_OPTIONS = 2  # fewer ways to run a chain are no table


def opportunity_page(opportunity: Opportunity, text: Text) -> str:
    """The whole page as HTML; it opens without internet, and nothing in it runs.

    Parameters
    ----------
    opportunity : Opportunity
    text : Text
    """
    styles = [(files("coopgeo.maps") / name).read_text(encoding="utf-8") for name in ("page.css", "opportunity.css")]
    environment = Environment(
        loader=PackageLoader("coopgeo.maps", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    study, matrix, drawn = opportunity.study, opportunity.matrix, still_map(opportunity, text)
    return environment.get_template("opportunity.html.jinja").render(
        text=text,
        settings=study.settings,
        version=coopgeo.__version__,
        digest=study.inputs_sha256[:12],
        policy=policy([], styles, hosts=""),
        styles=styles,
        headline=headline(opportunity, text),
        lead_data=text("opportunity.lead_data", share=_share_assumed(opportunity, text)),
        verdicts=[_verdict(chain, text) for chain in opportunity.chains],
        names=[chain_name(chain, text) for chain in opportunity.chains],
        rows=side_by_side(opportunity, text),
        ranges=_ranges(opportunity, text),
        options=[
            options_table(chain, text, text("opportunity.options", chain=chain_name(chain, text)))
            for chain in opportunity.chains
            if len(chain.options) >= _MOST_OPTIONS
        ],
        turns=[
            {"title": text("opportunity.turns", chain=chain_name(chain, text)), "rows": turning_rows(chain, text)}
            for chain in opportunity.chains
            if chain.turnings
        ],
        between=_between(opportunity, text),
        jobs=_jobs(opportunity, text),
        stages=stage_rows(matrix, text),
        gaps=[(chain_name(chain, text), gap_sentence(matrix, chain.id, text)) for chain in opportunity.chains],
        map=drawn,
        outside=text("opportunity.legend_outside", names=text.joined(drawn.outside)) if drawn.outside else "",
        rules=rule_texts(opportunity, text),
        sources=_sources(opportunity),
    )


def _between(opportunity: Opportunity, text: Text) -> dict[str, Any] | None:
    """What the chains save by sharing; None where that is not known."""
    found = opportunity.between
    if found is None:
        return None
    return {
        "sentences": between_sentences(found, text),
        "means": means_rows(found, text),
        "chains": chain_rows(found, text) if found.best.shared else [],
    }


def _share_assumed(opportunity: Opportunity, text: Text) -> str:
    """The share of all rows of all chains that is assumed."""
    statuses = pd.concat([chain.statuses for chain in opportunity.study.chains.values()])
    return text.percent(float((statuses == "assumed").mean()))


def _ranges(opportunity: Opportunity, text: Text) -> str:
    if not opportunity.draws:
        return text("opportunity.draws_none")
    return text("opportunity.draws_some", draws=text.number(opportunity.draws), seed=opportunity.seed)


def _verdict(chain: ChainStudy, text: Text) -> dict[str, Any]:
    """The verdict of a chain: those reasons first that it follows from."""
    key, verdict = verdict_key(chain), chain.verdict
    return {
        "name": chain_name(chain, text),
        "answer": verdict.answer,
        "badge": text(f"opportunity.badge_{key}"),
        "means": text(f"opportunity.means_{key}"),
        "instead": instead(chain, text),
        "reasons": [
            {
                "answer": answer,
                "title": text(f"opportunity.why_{answer}"),
                "texts": [reason_text(reason, chain, text) for reason in verdict.of(answer)],
            }
            for answer in dict.fromkeys(reason.answer for reason in verdict.reasons)
        ],
        "must": [condition_text(condition, chain, text) for condition in chain.conditions],
    }


def options_table(chain: ChainStudy | Compared, text: Text, title: str) -> dict[str, Any]:
    """The ways to run a chain as a table of words."""
    _, _, eur = units(chain, text)
    rows = option_rows(chain, text)
    aid = any(row.get("aid") for row in rows)
    return {
        "title": title,
        "price": text("opportunity.column_price", eur=eur),
        "aid": aid,
        "year": text("opportunity.column_year_net" if aid else "opportunity.column_year"),
        "elsewhere": any(row.get("elsewhere") for row in rows),
        "rows": [_option_cells(row, text) for row in rows],
        "notes": option_notes(chain, text),
    }


def _option_cells(row: dict[str, Any], text: Text) -> dict[str, Any]:
    if row["lacking"]:
        return {**row, "inhabitants": text.number(row["inhabitants"])}
    jobs = f"{text.number(row['jobs_low'], 1)} – {text.number(row['jobs_high'], 1)}"
    numbers = {name: text.number(row[name]) for name in ("inhabitants", "tonnes")}
    rounded = {name: text.significant(row[name], 3) for name in ("year", "aid", "capital")}
    ones = {name: text.number(row[name], 1) for name in ("insertion", "elsewhere")}
    least = "≥\u202f" if row["least"] else ""
    return {**row, **numbers, **rounded, **ones, "price": least + price(row["price"], text), "jobs": jobs}


def _jobs(opportunity: Opportunity, text: Text) -> dict[str, Any] | None:
    """The jobs of each chain as bars beside those that the approach has created."""
    created = opportunity.jobs_created
    if created is None:
        return None
    ends = {chain.id: chain.outcome.jobs for chain in opportunity.chains if chain.outcome is not None}
    most = max(created.high, *(jobs.fte_high for jobs in ends.values()))
    title = opportunity.study.sources["title"].get(created.source, created.source)
    return {
        "note": text(
            "opportunity.jobs_note",
            name=getattr(created, text.lang),
            value=text.number(created.value),
            source=title,
            status=text(f"status.{created.status}"),
        ),
        "created": round(100 * created.value / most, 1),
        "value": text.number(created.value),
        "bars": [
            {
                "name": chain_name(chain, text),
                "words": text(
                    "opportunity.jobs_bar",
                    low=text.number(ends[chain.id].fte_low, 1),
                    high=text.number(ends[chain.id].fte_high, 1),
                ),
                "low": round(100 * ends[chain.id].fte_low / most, 1),
                "width": max(0.6, round(100 * (ends[chain.id].fte_high - ends[chain.id].fte_low) / most, 1)),
            }
            for chain in opportunity.chains
            if chain.id in ends
        ],
    }


def _sources(opportunity: Opportunity) -> Sequence[tuple[str, Any]]:
    """The sources that the page itself rests on: partners, yardsticks, prices of the market."""
    study = opportunity.study
    used = set(study.partners["source"]) | {one.source for one in study.settings.references.values()}
    used |= {chain.parameters.market_price.source for chain in study.chains.values() if chain.parameters.market_price}
    return [(str(key), row) for key, row in study.sources.iterrows() if key in used]
