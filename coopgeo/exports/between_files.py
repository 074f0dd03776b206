"""The files of `coopgeo pool`: what chains save by sharing, as a workbook and as figures for programs."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from coopgeo.cooperation.between_chains import Arrangement, BetweenChains
from coopgeo.exports.workbook import write_sheets
from coopgeo.exports.writing import writing
from coopgeo.text import Lang, Text
from coopgeo.words.between_chains import between_sheets

FOLDER = "mutualisation"
WORKBOOK, FIGURES = "mutualisation.xlsx", "mutualisation.json"
FILES = (WORKBOOK, FIGURES)


def export_between(found: BetweenChains, out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write what chains save by sharing as a workbook and as figures.

    Parameters
    ----------
    found : BetweenChains
    out : path
        Folder to write to; the files go into its folder `mutualisation`. What else lies there stays.
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
    figures = json.dumps(between_figures(found), ensure_ascii=False, indent=2, allow_nan=False)
    with writing(folder, FILES) as new:
        write_sheets(found.study.settings, new / WORKBOOK, text, between_sheets(found, text))
        (new / FIGURES).write_text(figures + "\n", encoding="utf-8")
    return folder


def between_figures(found: BetweenChains) -> dict[str, Any]:
    """Every figure as plain data.

    Parameters
    ----------
    found : BetweenChains
    """
    return {
        "chains": list(found.chains),
        "saved_eur_year": found.saved_eur_year,
        "forbidden": {chain: list(sites) for chain, sites in found.forbidden.items()},
        "own_means_eur_year": found.own_means_eur_year,
        "proved": found.proved,
        "rounds_planned": list(found.rounds_estimated),
        "apart": _way(found.apart),
        "best": _way(found.best),
        "one_site": None if found.one_site is None else _way(found.one_site),
        "core": {"empty": found.core.empty, "aid_eur_year": found.core.aid},
        "shares_eur_year": {
            chain: {
                "alone": float(found.alone[chain]),
                **{rule: _known(eur) for rule, eur in rules.items()},
            }
            for chain, rules in found.shares.to_dict("index").items()
        },
        "coalitions": [
            {
                "chains": [chain for at, chain in enumerate(found.chains) if number >> at & 1],
                "eur_year": float(found.worth[number]),
                "bound_eur_year": float(found.bound[number]),
            }
            for number in range(1, len(found.worth))
        ],
    }


def _way(way: Arrangement) -> dict[str, Any]:
    return {
        "eur_year": way.eur_year,
        "bound_eur_year": way.bound_eur_year,
        "homes": [vars(home) for home in way.homes],
        "shared": [vars(one) | {"chains": list(one.chains)} for one in way.shared],
    }


def _known(value: float) -> float | None:
    """A number, or nothing where there is none."""
    return float(value) if np.isfinite(value) else None
