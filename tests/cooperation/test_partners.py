"""Partners as players: those whom a column of the customers or of the collection points names."""

import csv
import json
import shutil

import numpy as np
import pytest
from conftest import ROOT
from typer.testing import CliRunner

from coopgeo.cli import app
from coopgeo.cooperation import share
from coopgeo.errors import InputError
from coopgeo.text.messages import said
from coopgeo.words.sharing import player_sentence, sharing_sheet
from tests.wood_text import wood_text

RAW = ROOT / "data" / "raw"
BUYERS = {
    "cantines-bolbec": "organic-cantines",
    "cantines-lillebonne": "organic-cantines",
    "magasin-bolbec": "interbio-normandie",
}


def named(path, partners):
    """Write a column `partner` into a table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "partner"])
        writer.writeheader()
        writer.writerows({**row, "partner": partners.get(row["id"], "")} for row in rows)


@pytest.fixture
def folder(tmp_path):
    """The embedded study with buyers of organic food."""
    folder = shutil.copytree(RAW, tmp_path / "etude")
    named(folder / "chains/organic/customers.csv", BUYERS)
    return folder


def test_the_command_shares_between_the_partners_that_the_tables_name(folder, tmp_path):
    asked = ["share", "--study", str(folder), "--chain", "organic", "--by", "partners", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "Ensemble (2 partenaires)" in done.output
    assert "Interbio Normandie Services" in done.output
    assert "Communes qui achètent ensemble pour leurs cantines" in done.output  # a role that nobody named fills
    figures = json.loads((tmp_path / "out/organic/partage.json").read_text(encoding="utf-8"))
    assert [player["id"] for player in figures["players"]] == sorted(set(BUYERS.values()))
    shares = [player["shares_eur_year"]["nucleolus"] for player in figures["players"]]
    assert sum(shares) == pytest.approx(figures["together_eur_year"])


def test_those_who_bring_what_is_collected_are_the_partners_of_a_chain_that_pushes(study):
    points = study.chain("textile").collection_points
    halves = {id: {"partner": ("clips", "textile-collecte")[at % 2]} for at, id in enumerate(points.index)}
    found = share(
        study.changed({"collection_points": halves}, chain="textile"), by="partners", chain="textile", workers=1
    )
    assert found.game.players.ids == ("clips", "textile-collecte")
    assert (found.game.players.source >= 0).all()
    np.testing.assert_allclose(found.shares.sum(), found.game.together)


@pytest.mark.parametrize(
    ("chain", "table"), [("wood-energy", "customers"), ("textile", "collection_points"), ("organic", "customers")]
)
def test_without_partners_one_is_told_where_to_name_them(study, chain, table):
    with pytest.raises(InputError) as error:
        share(study, by="partners", chain=chain, workers=1)
    assert str(error.value) == (
        f"nobody is there to share: fill in the column partner of chains/{chain}/{table}.csv with ids of partners.csv"
    )
    french = said(error.value.args[0], "fr")
    assert f"remplissez la colonne Partenaire (partner) de chains/{chain}/{table}.csv" in french


def test_what_a_partner_brings_counts_as_its_share(study):
    """The agglo gives half a post to all three chains: a third of it to wood."""
    partners = ("caux-seine-animation", "caux-seine-developpement")
    customers = list(study.chain().served().index[:2])
    named = {id: {"partner": partner} for id, partner in zip(customers, partners, strict=True)}
    found = share(study.changed({"customers": named}), by="partners", workers=1)
    brings = found.game.players.brings_eur_year
    assert brings.to_dict() == pytest.approx({"caux-seine-animation": 25_000 / 3, "caux-seine-developpement": 0})
    said = player_sentence(found, "caux-seine-animation", wood_text("fr")).replace("\u202f", " ")
    left = round(found.shares.loc["caux-seine-animation", "nucleolus"] - 25_000 / 3, -1)
    assert "Il apporte déjà 8 330 € par an" in said
    assert f"il lui resterait {wood_text('fr').number(left)}".replace("\u202f", " ") in said
    assert "apporte" not in player_sentence(found, "caux-seine-developpement", wood_text("fr"))
    rows = sharing_sheet(found, wood_text("fr")).rows
    assert (rows["left_eur"] + rows["brings_eur"]).tolist() == pytest.approx(rows["nucleolus_eur"].tolist())
