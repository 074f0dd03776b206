"""What the sliders change, held against the same change made by hand."""

import numpy as np
import pytest

from coopgeo.chain.haulage import harvest_per_tonne
from coopgeo.errors import InfeasibleError, InputError
from coopgeo.notebook import another, decisive_changes, decisive_sliders
from coopgeo.notebook.assumptions import dearer_diesel, hedges_managed, scaled_demand

AS_IT_IS = {"subsidy": 0.0, "demand": 1.0, "diesel": 0.0, "moisture": 0.3, "hedges": 0.1}


def test_where_they_stand_first_the_sliders_change_no_figure(study, outcome):
    chain = study.chain()
    sliders = decisive_sliders(chain)
    assert {name: slider.value for name, slider in sliders.items()} == AS_IT_IS
    same = another(outcome, study.changed(decisive_changes(study, chain, **AS_IT_IS)))
    assert same.objective.value_eur_year == pytest.approx(outcome.objective.value_eur_year, rel=1e-12)


def test_every_position_of_each_slider_is_a_study_and_an_answer_or_a_lack_of_wood(study, outcome):
    chain = study.chain()
    for name, slider in decisive_sliders(chain).items():
        for _, value in slider.options:
            changed = study.changed(decisive_changes(study, chain, **{**AS_IT_IS, name: value}))
            if name == "demand" and value > 1.25:  # more than all the wood there is
                with pytest.raises(InfeasibleError):
                    another(outcome, changed)
            else:
                assert another(outcome, changed).objective.status == "optimal", (name, value)


def test_chips_are_never_drier_than_drying_nor_wetter_than_a_boiler_takes(study):
    slider = decisive_sliders(study.chain())["moisture"]
    positions = [value for _, value in slider.options]
    assert (positions[0], positions[-1]) == (0.23, 0.3)
    for beyond in (0.22, 0.31):
        with pytest.raises(InputError):
            study.with_values(delivered_moisture=beyond)


def test_the_words_of_the_sliders_are_french(study):
    sliders = decisive_sliders(study.chain())
    assert sliders["subsidy"].options[6] == ("30\u202f%", 0.3)
    assert [words for words, _ in sliders["diesel"].options][:4] == ["-0,30 €/l", "-0,20 €/l", "-0,10 €/l", "0,00 €/l"]


def test_a_litre_costs_more_wherever_it_is_burnt(study):
    chain = study.chain()
    dearer = study.changed(dearer_diesel(study, chain, 0.5))
    truck, dearer_truck = study.vehicles["semi-44t"], dearer.vehicles["semi-44t"]
    assert dearer_truck.cost_eur_km == pytest.approx(truck.cost_eur_km + 0.5 * 0.33)
    before, after = harvest_per_tonne(chain), harvest_per_tonne(dearer.chain())
    np.testing.assert_allclose(after["eur_t"] - before["eur_t"], 0.5 * before["diesel_l_t"], atol=1e-9)
    handling, loader = chain.parameters.handling_eur_t.value, chain.parameters.loader_l_t.value
    assert dearer.chain().parameters.handling_eur_t.value == pytest.approx(handling + 0.5 * loader)


def test_demand_is_scaled_by_power_and_by_tonnes(study):
    given = study.with_row("customers", "piscine-bolbec", tonnes_year=400)
    changed = scaled_demand(given.chain(), 1.5)["customers"]
    assert changed["piscine-bolbec"] == {"power_kw": 225.0, "tonnes_year": 600.0}
    assert changed["la-mailleraye"] == {"power_kw": 180.0}
    assert set(changed) == set(given.chain().served().index)


def test_a_chain_without_hedges_has_no_slider_of_them(study):
    chain = study.chain()
    assert hedges_managed(chain) == 0.1
    without = chain.resources[chain.resources["product"] != "hedge"]
    bare = type(chain)(**{**vars(chain), "resources": without})
    assert hedges_managed(bare) is None
    assert "hedges" not in decisive_sliders(bare)
