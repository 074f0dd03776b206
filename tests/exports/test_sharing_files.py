"""The files of `coopgeo share`: every figure for programs, and a sheet for spreadsheets."""

import json
import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import pytest

from coopgeo.cooperation import share
from coopgeo.cooperation.rules import RULES
from coopgeo.cooperation.sharing import sharing_of
from coopgeo.exports.sharing_files import FIGURES, FILES, LAYER_FILE, WORKBOOK, export_sharing
from tests.cooperation.studies import game_of, triangle
from tests.scenarios.small import small_study

CLOSE = {"rel": 1e-9}


@pytest.fixture(scope="module")
def sharing(tmp_path_factory):
    return share(small_study(tmp_path_factory.mktemp("small")), draws=3, workers=1)


def written(sharing, out, **more):
    """The figures and the sheet that were written."""
    folder = export_sharing(sharing, out, **more)
    assert {path.name for path in folder.iterdir()} == set(FILES)
    figures = json.loads((folder / FIGURES).read_text("utf-8"), parse_constant=pytest.fail)  # NaN is no JSON
    _, sheet, *_ = openpyxl.load_workbook(folder / WORKBOOK).worksheets
    return figures, sheet


def test_figures_are_those_of_the_sharing(sharing, tmp_path):
    figures, _ = written(sharing, tmp_path)
    game = sharing.game
    assert (figures["by"], figures["supply"], figures["outside_eur_unit"]) == ("communes", "shared", None)
    assert (figures["proved"], figures["gap_eur_year"], figures["nucleolus_certified"]) == (True, 0.0, True)
    assert figures["together_eur_year"] == pytest.approx(game.together, **CLOSE)
    assert figures["saved_eur_year"] == pytest.approx(sharing.saved_eur_year, **CLOSE)
    assert figures["core"] == {"empty": False, "aid_eur_year": 0.0, "blocking": []}
    assert (figures["draws"], figures["empty_share"]) == (sharing.draws, sharing.empty_share)
    assert [one["id"] for one in figures["players"]] == list(game.players.ids)
    for one in figures["players"]:
        assert one["alone_eur_year"] == sharing.alone[one["id"]]
        assert one["shares_eur_year"] == sharing.shares.loc[one["id"]].to_dict()
        assert one["drawn"] == sharing.ranges.loc[one["id"]].to_dict()
        assert one["name"] == game.players.names[one["id"]]
        assert {name: one[name] for name in ("tonnes", "units", "inhabitants")} == (
            game.players.weights.loc[one["id"]].to_dict()
        )
    assert [one["eur_year"] for one in figures["coalitions"]] == game.worth[1:].tolist()
    assert figures["coalitions"][4]["players"] == ["90001", "90004"]
    assert list(figures["leaving"]) == list(RULES)


def test_the_layer_has_the_places_of_each_player(sharing, tmp_path):
    layer = gpd.read_file(export_sharing(sharing, tmp_path) / LAYER_FILE).set_index("id")
    assert list(layer.index) == list(sharing.game.players.ids)
    assert layer["nucleolus_eur"].to_dict() == pytest.approx(sharing.shares["nucleolus"].to_dict())
    assert layer["gain_eur"].tolist() == pytest.approx((layer["alone_eur"] - layer["nucleolus_eur"]).tolist())
    placement = sharing.game.placement
    customers = placement.chain.customers.loc[placement.demand.index]
    for id, places in layer.geometry.items():
        own = customers[customers["insee"] == id].geometry
        assert places.equals(own.union_all()) or places.symmetric_difference(own.union_all()).is_empty


def test_who_would_leave_is_told_by_id(tmp_path):
    apart = sharing_of(game_of(triangle(), "customers"))
    figures, _ = written(apart, tmp_path)
    assert figures["core"]["aid_eur_year"] == apart.core.aid
    assert figures["core"]["blocking"] == [["est", "ouest"], ["est", "sommet"], ["ouest", "sommet"]]
    assert {tuple(one["players"]) for one in figures["leaving"]["equal"]} == set(
        map(tuple, figures["core"]["blocking"])
    )


def test_what_is_not_known_is_nothing(sharing, tmp_path):
    """A pair that cannot be served has no cost, and there is no Shapley value."""
    worth = np.where(np.arange(8) == 3, np.inf, sharing.game.worth)
    figures, sheet = written(sharing_of(replace(sharing.game, worth=worth, bound=worth)), tmp_path)
    assert figures["coalitions"][2] == {"players": ["90001", "90002"], "eur_year": None, "bound_eur_year": None}
    assert {one["shares_eur_year"]["shapley"] for one in figures["players"]} == {None}
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert len(rows) == 3
    assert all(row[headers(sheet).index("Valeur de Shapley (€/an)")] is None for row in rows)


def headers(sheet):
    return [cell.value for cell in sheet[2]]


@pytest.mark.parametrize(("lang", "title", "column"), [
    ("fr", "Qui gagne quoi", "Nucléole (€/an)"), ("en", "Who gains what", "Nucleolus (€/year)"),
])  # fmt: skip
def test_the_sheet_has_a_row_a_player(sharing, tmp_path, lang, title, column):
    _, sheet = written(sharing, tmp_path, lang=lang)
    assert sheet.title == title
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == ["Andorra la Vella", "Encamp", "La Massana"]
    at = headers(sheet).index(column)
    assert [row[at] for row in rows] == pytest.approx(sharing.shares["nucleolus"].tolist())
    assert all(isinstance(value, int | float) and math.isfinite(value) for row in rows for value in row[1:])
    assert len(rows[0]) == len(headers(sheet)) == 15


def test_the_same_sharing_gives_the_same_bytes_and_leaves_other_files(sharing, tmp_path):
    first, again = (export_sharing(sharing, tmp_path / name) for name in "ab")
    (again / "note.txt").write_text("mine")
    export_sharing(sharing, tmp_path / "b")
    for name in (WORKBOOK, FIGURES):
        assert (first / name).read_bytes() == (again / name).read_bytes()
    assert (again / "note.txt").read_text() == "mine"
