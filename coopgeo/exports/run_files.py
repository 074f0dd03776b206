"""Write the files of an outcome, all or none: into a folder beside the target first, then moved into place."""

import tempfile
from pathlib import Path

from coopgeo.exports.gis_layers import write_geoparquet, write_layers
from coopgeo.exports.results_json import write_json
from coopgeo.exports.workbook import write_workbook
from coopgeo.maps import write_map
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Lang, Text

MAP, WORKBOOK, LAYERS, GEOPARQUET, RESULTS = "carte.html", "tableaux.xlsx", "couches.gpkg", "geoparquet", "results.json"


def export(outcome: Outcome, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write the map, the workbook, the layers and results.json.

    Parameters
    ----------
    outcome : Outcome
    out : path
        Folder to write to; the files go into a folder of it named after the chain.
    lang : {"fr", "en"}
        Language of the map, the workbook and the legends of the layers.

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
        write_layers(outcome, new / LAYERS, text)
        write_geoparquet(outcome, new / GEOPARQUET)
        write_json(outcome, new / RESULTS, text)
        move(new, folder)
    return folder


def move(new: Path, folder: Path) -> None:
    """Move the files of a folder, and of those in it, to the same places in another."""
    for path in sorted(path for path in new.rglob("*") if path.is_file()):
        target = folder / path.relative_to(new)
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
