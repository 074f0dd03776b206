"""The files of `coopgeo share`: who gains what as a workbook, and every figure for programs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coopgeo.cooperation.rules import RULES
from coopgeo.exports.workbook import write_sheets
from coopgeo.exports.writing import writing
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang
from coopgeo.words.sharing import sharing_sheet

if TYPE_CHECKING:  # it loads statistics, which no run needs that shares nothing
    from coopgeo.cooperation.sharing import Sharing

WORKBOOK, FIGURES = "partage.xlsx", "partage.json"


def export_sharing(sharing: "Sharing", out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write who gains what as a workbook and as figures.

    Parameters
    ----------
    sharing : Sharing
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
    placement = sharing.game.placement
    text = chain_text(placement.chain, placement.study, lang)
    folder = Path(out) / placement.chain.settings.id
    figures = json.dumps(sharing_figures(sharing), ensure_ascii=False, indent=2, allow_nan=False)
    with writing(folder, (WORKBOOK, FIGURES)) as new:
        write_sheets(placement.study.settings, new / WORKBOOK, text, {"sharing": sharing_sheet(sharing, text)})
        (new / FIGURES).write_text(figures + "\n", encoding="utf-8")
    return folder


def sharing_figures(sharing: "Sharing") -> dict[str, Any]:
    """Every figure of a sharing as plain data."""
    game, players = sharing.game, sharing.game.players
    ranges, error = sharing.ranges, sharing.shapley_error
    return {
        "by": players.by,
        "supply": game.supply,
        "outside_eur_unit": sharing.outside_eur_unit,
        "proved": game.proved,
        "gap_eur_year": sharing.gap_eur_year,
        "together_eur_year": game.together,
        "saved_eur_year": sharing.saved_eur_year,
        "core": {
            "empty": sharing.core.empty,
            "aid_eur_year": sharing.core.aid,
            "blocking": [[players.ids[at] for at in group] for group in sharing.core.blocking],
        },
        "complete": game.complete,
        "nucleolus_certified": sharing.certified,
        "draws": sharing.draws,
        "empty_share": sharing.empty_share,
        "players": [
            {
                "id": id,
                "name": players.names[id],
                **{name: float(value) for name, value in players.weights.loc[id].items()},
                "alone_eur_year": float(sharing.alone[id]),
                "shapley_error_eur_year": None if error is None else float(error[id]),
                "shares_eur_year": {rule: _known(sharing.shares.loc[id, rule]) for rule in RULES},
                "drawn": None if ranges is None else {name: float(value) for name, value in ranges.loc[id].items()},
            }
            for id in players.ids
        ],
        "leaving": {
            rule: [
                {"players": [players.ids[at] for at in one.players], "gain_eur_year": one.gain}
                for one in sharing.leaving[rule][:10]
            ]
            for rule in RULES
        },
        "coalitions": [
            {"players": [players.ids[at] for at in game.game.who(row)], "eur_year": _known(game.worth[row]),
             "bound_eur_year": _known(game.bound[row])}
            for row in range(len(game.worth)) if game.game.sizes[row]
        ],
    }  # fmt: skip


def _known(value: float) -> float | None:
    """A number, or nothing where there is none."""
    return float(value) if np.isfinite(value) else None
