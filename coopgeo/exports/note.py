"""The note for officials: two pages of PDF and the maps that stand in it, set by Typst."""

import datetime as dt
import json
import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

import coopgeo
from coopgeo.exports.writing import writing
from coopgeo.maps.still import FONTS, MAPS, map_files, write_stills
from coopgeo.plan.outcome import Outcome
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang, Text
from coopgeo.words.decision import balance_and_rest, how_sure
from coopgeo.words.heat import heat_rows
from coopgeo.words.ranking import choices_in_words
from coopgeo.words.sentences import answer, headline_figures, remarks_in_words, stages
from coopgeo.words.sharing import plan_sentences, player_rows, rule_rows, sharing_sentences
from coopgeo.words.sources import sources_used

if TYPE_CHECKING:  # it loads statistics, which no note needs that shares nothing
    from coopgeo.cooperation.sharing import Sharing

NOTE = "note.pdf"
_MOST_PLAYERS = 30  # rows on the page of who gains what
_LONGEST = 160  # characters of a name in the note


def write_brief(outcome: Outcome, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write the note (`note.pdf`, two A4 pages, tagged for screen readers) and its maps (PNG), all or none.

    Parameters
    ----------
    outcome : Outcome
    out : path
        Folder to write to; the files go into a folder of it named after the chain. What else lies in that folder
        stays.
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
    text = chain_text(outcome.chain, outcome.study, lang)
    folder = Path(out) / outcome.chain.settings.id
    with writing(folder, (NOTE, *map_files(text))) as new:
        write_stills(outcome, new, text)
        (new / NOTE).write_bytes(_set(outcome, new, text))
    return folder


def _set(outcome: Outcome, maps: Path, text: Text) -> bytes:
    """The note as PDF, dated with the date of the study."""
    date = dt.datetime.fromisoformat(outcome.study.settings.date).replace(tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory() as scratch, as_file(files("coopgeo.exports") / "note.typ") as template:
        shutil.copy(template, scratch)
        for name, file in zip(MAPS, map_files(text), strict=True):
            shutil.copy(maps / file, Path(scratch) / f"{name}.png")
        return bytes(
            typst.compile(
                str(Path(scratch) / template.name),
                font_paths=[str(FONTS)],
                ignore_system_fonts=True,
                sys_inputs={"note": json.dumps(_shortened(_note_data(outcome, text)), ensure_ascii=False)},
                pdf_standards=["ua-1"],
                timestamp=int(date.timestamp()),
            )
        )


def _note_data(outcome: Outcome, text: Text) -> dict[str, Any]:
    """What the note says."""
    study, chain = outcome.study, outcome.chain
    assumed = chain.statuses == "assumed"
    words: dict[str, str | list[str]] = {
        "figures": text("page.figures"),
        "doubts": text("page.how_sure"),
        "remarks": text("page.remarks"),
        "cost": text("page.cost"),
        "stage": text("column.stage"),
        "year": text("column.eur_year"),
        "total": text("stage.total"),
        "others": text("note.others"),
        "rank": text("column.rank"),
        "site": text("column.sites"),
        "regret": text("column.regret"),
        "score": text("column.score"),
        "score_note": text("page.score"),
        "assumed": text("note.assumed"),
        "eur_unit": text.eur_unit,
    }
    if heat := [list(row.values()) for row in heat_rows(outcome, text)]:
        words |= {
            "heat": text("sheet.heat_prices"),
            "heat_note": text("heat.note"),
            "heat_columns": [
                text("column.fuel"),
                text("heat.column"),
                *(text(f"column.{name}") for name in ("taxes", "price_year", "source", "status")),
            ],
        }
    return {
        "lang": text.lang,
        "study": study.settings.name,
        "kicker": " · ".join(
            (
                text("note.title"),
                study.settings.name,
                getattr(chain.settings, text.lang),
                text.date(study.settings.date),
            )
        ),
        **answer(outcome, text),
        "figures": headline_figures(outcome, text),
        "stages": stages(outcome, text),
        "total_unit": text.price(outcome.cost.eur_per_unit),
        "total_year": text.significant(outcome.cost.paid_eur_year, 3),
        "alternatives": choices_in_words(outcome, text),
        "heat": heat,
        "doubts": [*how_sure(outcome, text), *balance_and_rest(outcome, text)],
        "remarks": remarks_in_words(outcome, text, without="assumed"),  # said below
        "assumed": text(
            "note.assumed_told",
            share=text.percent(float(assumed.mean())),
            rows=text.number(int(assumed.sum())),
            sources=text.number(len(sources_used(outcome))),
        ),
        "alt": [text("note.map_answer"), text("layer.available"), text("layer.lorries")],
        "page": text("note.page"),
        "foot": text(
            "note.foot",
            study=study.settings.name,
            date=text.date(study.settings.date),
            version=coopgeo.__version__,
            digest=study.inputs_sha256[:12],
        ),
        "words": words,
        "sharing": None if outcome.sharing is None else _sharing_data(outcome.sharing, outcome, text),
    }


def _sharing_data(sharing: "Sharing", outcome: Outcome, text: Text) -> dict[str, Any]:
    """Who gains what, as a page of its own."""
    columns = ("name", "alone", "share", "gain", "price")
    return {
        "title": text("sharing.title"),
        "lead": text("sharing.lead"),
        "sentences": [*sharing_sentences(sharing, text), *plan_sentences(sharing, outcome, text)],
        "columns": [text(f"sharing.{'player' if name == 'name' else name}") for name in columns],
        "rows": [[row[name] for name in columns] for row in player_rows(sharing, text)[:_MOST_PLAYERS]],
        "rules": [list(row) for row in rule_rows(sharing, text)],
        "rule_columns": [text("sharing.rule"), text("sharing.rule_says")],
    }


def _shortened(data: Any) -> Any:
    """The same with texts of no more than two or three lines, so that the note keeps its two pages."""
    if isinstance(data, str):
        return data if len(data) <= 3 * _LONGEST else data[: 3 * _LONGEST - 1] + "…"
    if isinstance(data, dict):
        return {key: _shortened(value) for key, value in data.items()}
    return [_shortened(value) for value in data] if isinstance(data, list) else data
