"""What the sliders change, held against the same change made by hand."""

import pytest

from coopgeo.errors import InfeasibleError, InputError
from coopgeo.notebook import another, customer_boxes, decisive_changes, decisive_sliders
from coopgeo.notebook.wood_assumptions import hedges_managed

AS_IT_IS = {"subsidy": 0.0, "demand": 1.0, "moisture": 0.3, "price_index": 1.35, "diesel": 1.3, "hedges": 0.1}


def test_where_they_stand_first_the_sliders_change_no_figure(study, outcome):
    chain = study.chain()
    sliders = decisive_sliders(chain)
    assert {name: slider.value for name, slider in sliders.items()} == AS_IT_IS
    same = another(outcome, study.changed(decisive_changes(chain, **AS_IT_IS)))
    assert same.objective.value_eur_year == pytest.approx(outcome.objective.value_eur_year, rel=1e-12)


def test_every_position_of_each_slider_is_a_study_and_an_answer_or_a_lack_of_wood(study, outcome):
    chain = study.chain()
    for name, slider in decisive_sliders(chain).items():
        for _, value in slider.options:
            changed = study.changed(decisive_changes(chain, **{**AS_IT_IS, name: value}))
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
    assert [words for words, _ in sliders["diesel"].options][:2] == ["0,90 €/l", "1,00 €/l"]


def test_the_slider_of_diesel_is_the_one_price_of_the_chain(study, outcome):
    changed = study.changed(decisive_changes(study.chain(), **{**AS_IT_IS, "diesel": 1.8}))
    by_price = another(outcome, study.with_values(diesel_eur_l=1.8))
    assert another(outcome, changed).objective.value_eur_year == pytest.approx(by_price.objective.value_eur_year)
    assert by_price.objective.value_eur_year > outcome.objective.value_eur_year


def test_a_chain_without_a_price_of_diesel_has_no_slider_of_it(study):
    chain = study.chain()
    known = dict(chain.parameters)
    fewer = type(chain.parameters).model_validate({n: p for n, p in known.items() if not n.startswith("diesel_eur_l")})
    bare = type(chain)(**{**vars(chain), "settings": chain.settings.model_copy(update={"parameters": fewer})})
    assert "diesel" not in decisive_sliders(bare)
    assert "diesel_eur_l" not in decisive_changes(bare, **{**AS_IT_IS, "diesel": None})["parameters"]


def test_there_is_a_box_for_each_boiler_that_may_not_be_built_and_for_no_other(study):
    served = study.chain().served()
    boxes = customer_boxes(study.chain())
    assert [box.description for box in boxes.values()] == list(served.loc[served["probability"] < 1, "name"])
    assert 0 < len(boxes) < len(served)
    assert all(box.value for box in boxes.values())


def test_a_box_without_its_tick_leaves_the_boiler_out(study, outcome):
    boxes = dict.fromkeys(customer_boxes(study.chain()), True)
    name = next(box for box in boxes if box.endswith("hopital-lillebonne"))
    changes = decisive_changes(study.chain(), **AS_IT_IS, **{**boxes, name: False})
    expected = study.with_row("customers", "hopital-lillebonne", role="shown")
    value = another(outcome, study.changed(changes)).objective.value_eur_year
    assert value == pytest.approx(another(outcome, expected).objective.value_eur_year)
    assert value < outcome.objective.value_eur_year


def test_a_chain_without_hedges_has_no_slider_of_them(study):
    chain = study.chain()
    assert hedges_managed(chain) == 0.1
    without = chain.resources[chain.resources["product"] != "hedge"]
    bare = type(chain)(**{**vars(chain), "resources": without})
    assert hedges_managed(bare) is None
    assert "hedges" not in decisive_sliders(bare)
