"""Make the page stand alone: Leaflet and its pictures inside, nothing fetched, the same bytes for the same input."""

import re
from pathlib import Path

from coopgeo.maps.leaflet import leaflet
from coopgeo.maps.page import page
from coopgeo.outcome import Outcome
from coopgeo.text import Text


def write_map(outcome: Outcome, path: str | Path, text: Text | None = None) -> None:
    """Write the map of an outcome as one HTML file that needs no internet.

    Parameters
    ----------
    outcome : Outcome
    path : path
    text : Text, optional
        Language; French by default.
    """
    html = page(outcome, text or Text("fr"), leaflet())
    Path(path).write_text(_with_steady_ids(html), encoding="utf-8")


def _with_steady_ids(html: str) -> str:
    """Replace the random ids that branca gives its elements by numbers in order of appearance."""
    numbers: dict[str, str] = {}
    return re.sub(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])", lambda match: numbers.setdefault(match[0], f"{len(numbers) + 1}"), html)
