"""Make the page stand alone: everything inside, nothing fetched, the same bytes for the same input."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import escape

from coopgeo.maps.page import page
from coopgeo.plan.outcome import Outcome
from coopgeo.study.texts import chain_text
from coopgeo.text import Text
from coopgeo.words.sheets import Sheet


def write_map(
    outcome: Outcome, path: str | Path, text: Text | None = None, *, tables: Mapping[str, Sheet] | None = None
) -> None:
    """Write the map of an outcome as one HTML file that needs no internet.

    Parameters
    ----------
    outcome : Outcome
        Its `what_ifs` can be switched to in the page.
    path : path
    text : Text, optional
        Language; French by default. What is told in it is told in the words of the chain.
    tables : mapping of str to Sheet, optional
        The sheets of the outcome (see `words.sheets.sheets`), where they were drawn up before.
    """
    Path(path).write_text(page(outcome, _of_chain(outcome, text), tables=tables), encoding="utf-8")


def _of_chain(outcome: Outcome, text: Text | None) -> Text:
    return chain_text(outcome.chain, outcome.study, text.lang if text else "fr")


@dataclass(frozen=True)
class OutcomeMap:
    """The map of an outcome that a notebook shows, or that stands as `frame` in a widget."""

    html: str
    height_px: int

    def _repr_html_(self) -> str:
        return self.frame

    @property
    def frame(self) -> str:
        """The map as an HTML frame that holds the whole of it."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="coopgeo" width="100%" height="{self.height_px}" '
            'frameborder="0"></iframe>'
        )


def outcome_map(outcome: Outcome, text: Text | None = None, *, height_px: int = 640) -> OutcomeMap:
    """The map of an outcome with its layers and its legend, for a notebook; needs no internet.

    Parameters
    ----------
    outcome : Outcome
    text : Text, optional
        Language; French by default.
    height_px : int

    Returns
    -------
    OutcomeMap
        Shown by Jupyter and Voilà when a cell ends with it.
    """
    return OutcomeMap(page(outcome, _of_chain(outcome, text), story=False), height_px)
