"""The files of a run: map, workbook, layers and results.json, replaced all or none."""

from pathlib import Path

from coopgeo.exports.gis_layers import write_geoparquet, write_layers
from coopgeo.exports.results_json import write_json
from coopgeo.exports.workbook import write_tables
from coopgeo.exports.writing import writing
from coopgeo.maps import write_map
from coopgeo.plan.outcome import Outcome
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang
from coopgeo.words.sharing import sharing_sheet
from coopgeo.words.sheets import sheets
from coopgeo.words.work import work_sheet

MAP, WORKBOOK, LAYERS_FILE, GEOPARQUET, RESULTS = (
    "carte.html",
    "tableaux.xlsx",
    "couches.gpkg",
    "geoparquet",
    "results.json",
)
RUN_FILES = (MAP, WORKBOOK, LAYERS_FILE, GEOPARQUET, RESULTS)


def export(outcome: Outcome, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write the map, the workbook, the layers and results.json.

    Parameters
    ----------
    outcome : Outcome
    out : path
        Folder to write to; the files go into a folder of it named after the chain. What else lies in that folder
        stays.
    lang : {"fr", "en"}
        Language of the map, the workbook and the legends of the layers.

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
    with writing(folder, RUN_FILES) as new:
        tables = sheets(outcome, text)
        write_map(outcome, new / MAP, text, tables=tables)
        tables = {**tables, "work": work_sheet(outcome, text)}
        if outcome.sharing is not None:
            tables = {**tables, "sharing": sharing_sheet(outcome.sharing, text)}
        write_tables(outcome, new / WORKBOOK, text, tables=tables)
        write_layers(outcome, new / LAYERS_FILE, text)
        write_geoparquet(outcome, new / GEOPARQUET)
        write_json(outcome, new / RESULTS, text)
    return folder
