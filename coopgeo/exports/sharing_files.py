"""The files of `coopgeo share`: who gains what as a workbook, a layer for a GIS, and every figure for programs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from coopgeo.cooperation.rules import RULES
from coopgeo.exports.workbook import write_sheets
from coopgeo.exports.writing import writing
from coopgeo.roads.geopackage import write_geopackage
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang
from coopgeo.words.sharing import sharing_sheet

if TYPE_CHECKING:  # it loads statistics, which no run needs that shares nothing
    from coopgeo.cooperation.sharing import Sharing

WORKBOOK, LAYER_FILE, FIGURES = "partage.xlsx", "partage.gpkg", "partage.json"
FILES = (WORKBOOK, LAYER_FILE, FIGURES)


def export_sharing(sharing: "Sharing", out: str | Path = "exports", *, lang: Lang = "fr") -> Path:
    """Write who gains what as a workbook, a layer and figures.

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
    with writing(folder, FILES) as new:
        write_sheets(placement.study.settings, new / WORKBOOK, text, {"sharing": sharing_sheet(sharing, text)})
        write_geopackage({"sharing": sharing_layer(sharing)}, new / LAYER_FILE, date=placement.study.settings.date)
        (new / FIGURES).write_text(figures + "\n", encoding="utf-8")
    return folder


def sharing_layer(sharing: "Sharing") -> gpd.GeoDataFrame:
    """Who gains what as a layer: the places of each player, those that it serves or where it collects.

    Parameters
    ----------
    sharing : Sharing

    Returns
    -------
    GeoDataFrame
        MultiPoint in the CRS of the study; columns `id`, `name`, `tonnes`, `units`, `inhabitants`, `alone_eur`, the
        share of each rule such as `nucleolus_eur`, and `gain_eur` by the nucleolus, € a year.
    """
    placement, players = sharing.game.placement, sharing.game.players
    chain, pushes = placement.chain, placement.outlets is not None
    ids = placement.sources["point"] if pushes else placement.demand.index
    places = (chain.collection_points if pushes else chain.customers).geometry.reindex(ids)
    owner = players.source if pushes else players.customer
    of = [shapely.MultiPoint(sorted(set(places[owner == at].get_coordinates().itertuples(index=False, name=None))))
          for at in range(players.count)]  # fmt: skip
    rows = players.weights.assign(alone_eur=sharing.alone, **sharing.shares.add_suffix("_eur"))
    rows = rows.assign(gain_eur=rows["alone_eur"] - rows["nucleolus_eur"])
    rows.insert(0, "name", [players.names[id] for id in players.ids])
    return gpd.GeoDataFrame(rows.rename_axis("id").reset_index(), geometry=of, crs=places.crs)


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
                "brings_eur_year": float(players.brings_eur_year[id]),
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
