"""Accounts come at once; what only a map or a table shows is drawn up when it is asked for, and once."""

import pytest

import coopgeo
from coopgeo.chain import reach
from coopgeo.plan import placement as placement_module
from coopgeo.plan import routes
from tests.plan.valley import straight_road, valley

DRAWN = {
    "catchments": (reach, "catchments"),
    "bands": (reach, "bands"),
    "access": (reach, "access"),
    "overlaps": (reach, "access"),
    "curves": (placement_module, "supply_curves"),
    "site_scores": (placement_module, "site_scores"),
    "flows": (routes, "flow_paths"),
    "road_loads": (routes, "flow_paths"),
}


class AskedForError(Exception):
    pass


@pytest.fixture
def undrawn(monkeypatch):
    """An outcome worked out while nothing can be drawn."""

    def refuse(*_, **__):
        raise AskedForError

    for module, name in DRAWN.values():
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(reach, "service_areas", refuse)
    return coopgeo.run(valley(), roads=straight_road())


def test_nothing_is_drawn_for_the_accounts(undrawn):
    assert undrawn.objective.value_eur_year == pytest.approx(209_700)
    assert undrawn.accounts.flows["tonnes"].sum() == pytest.approx(1_940 + 1_220)
    assert undrawn.co2.kg_per_unit > 0
    assert undrawn.remarks
    assert undrawn.platforms["tonnes_out"].sum() == pytest.approx(1_220)
    assert undrawn.customers["minutes"].to_dict() == pytest.approx({"pool": 30, "school": 10})


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_made_when_it_is_asked_for(undrawn, name):
    with pytest.raises(AskedForError):
        getattr(undrawn, name)


def test_a_way_is_drawn_once(monkeypatch):
    asked, flow_paths = [], routes.flow_paths
    monkeypatch.setattr(routes, "flow_paths", lambda *given: asked.append(given) or flow_paths(*given))
    outcome = coopgeo.run(valley(), roads=straight_road())
    assert len(outcome.flows) == len(outcome.accounts.flows)
    assert len(outcome.road_loads)
    assert len(outcome.flows.geometry)
    assert len(asked) == 1
