"""Write the files of an outcome, all or none: into a folder beside the target first, then moved into place."""

import tempfile
from pathlib import Path

from coopgeo.maps import write_map
from coopgeo.outcome import Outcome
from coopgeo.reports import write_json, write_layers, write_workbook
from coopgeo.text import Lang, Text

MAP, WORKBOOK, LAYERS, RESULTS = "carte.html", "tableaux.xlsx", "couches.gpkg", "results.json"


def export(outcome: Outcome, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write the map, the workbook, the layers and results.json.

    Parameters
    ----------
    outcome : Outcome
    out : path
        Folder to write to; the files go into a folder of it named after the chain.
    lang : {"fr", "en"}
        Language of the map and the workbook.

    Returns
    -------
    Path
        The folder that holds the files.
    """
    text = Text(lang)
    folder = Path(out) / outcome.chain.settings.id
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".writing-") as scratch:
        new = Path(scratch)
        write_map(outcome, new / MAP, text)
        write_workbook(outcome, new / WORKBOOK, text)
        write_layers(outcome, new / LAYERS)
        write_json(outcome, new / RESULTS, text)
        for name in (MAP, WORKBOOK, LAYERS, RESULTS):
            (new / name).replace(folder / name)
    return folder
