"""The files of draws: a workbook with every draw, and the figures for programs."""

import json
from pathlib import Path

from coopgeo.exports.results_json import confidence
from coopgeo.exports.workbook import write_sheets
from coopgeo.exports.writing import writing
from coopgeo.scenarios import Draws
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang
from coopgeo.words.draw_sheets import draw_sheets

WORKBOOK, FIGURES = "tirages.xlsx", "tirages.json"


def export_draws(draws: Draws, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write draws as a workbook and as figures.

    Parameters
    ----------
    draws : Draws
    out : path
        Folder to write to; the files go into a folder of it named after the chain. What else lies there stays.
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
    text = chain_text(draws.model.chain, draws.model.study, lang)
    folder = Path(out) / draws.model.chain.settings.id
    figures = json.dumps(confidence(draws.confidence, text), ensure_ascii=False, indent=2, allow_nan=False)
    with writing(folder, (WORKBOOK, FIGURES)) as new:
        write_sheets(draws.model.study.settings, new / WORKBOOK, text, draw_sheets(draws, text))
        (new / FIGURES).write_text(figures + "\n", encoding="utf-8")
    return folder
