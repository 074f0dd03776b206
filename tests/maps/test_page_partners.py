"""Partners on the page of a chain: who has a place, what is said of each, and the section of actors."""

import json

import pandas as pd
from bs4 import BeautifulSoup

from coopgeo.maps.page import page
from coopgeo.maps.page_layer import Scene
from coopgeo.maps.page_partners import partner_layers, partner_points, symbol_of
from coopgeo.opportunity.actors import partners_of
from coopgeo.study.texts import chain_text

CHAIN = "wood-energy"


def test_those_with_a_place_are_drawn_and_no_vacant_role(study):
    placed = partner_points(study)
    known = study.partners.dropna(subset=["lon", "lat"]).index
    assert [one.id for one in placed["partner"]] == [
        one.id for one in partners_of(study) if one.id in known and not one.missing
    ]
    assert placed.crs == study.settings.crs
    of_chain = {one.chain for one in partner_points(study, CHAIN)["partner"]}
    assert of_chain == {CHAIN, "all"}


def test_the_layer_tells_stage_role_and_source(outcome, study):
    text = chain_text(outcome.chain, study, "fr")
    (layer,) = partner_layers(Scene(outcome, text))
    assert len(layer.rows) == len(layer.shapes) == len(layer.styles) > 0
    assert layer.rows["role"].ne("").all()
    assert "Plateforme" in set(layer.rows["stage"])
    assert not layer.shown
    assert isinstance(layer.rows, pd.DataFrame)


def test_what_is_assumed_is_hollow():
    assert 'fill="#fff"' in symbol_of(assumed=True)
    assert 'fill="#fff"' not in symbol_of(assumed=False)


def test_the_page_has_a_row_a_stage_and_names_the_vacant_roles(outcome, study):
    text = chain_text(outcome.chain, study, "fr")
    read = BeautifulSoup(page(outcome, text), "html.parser")
    table = read.find(attrs={"aria-labelledby": "actors"}).find("table")
    vacant = [item.get_text() for item in table.select("li.missing")]
    assert vacant == [one.role["fr"] for one in partners_of(study) if one.missing and one.chain == CHAIN]
    assert "Soutien et animation du territoire" in read.find(id="actors").parent.get_text()
    layers = {layer["id"] for layer in json.loads(read.find(id="data").string)["layers"]}
    assert "partners" in layers
