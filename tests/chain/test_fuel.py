"""One price of diesel moves lorries, harvest and loader together."""

import pytest

from coopgeo.chain.fuel import at_fuel_price, dearer_eur_l, handling_eur_t
from coopgeo.chain.haulage import PRICES_INDEXED_BEFORE, harvest_per_tonne
from coopgeo.plan.job import Job
from coopgeo.roads import Vehicle
from coopgeo.scenarios import Prepared
from coopgeo.study.wood_settings import WoodParameters

MORE_EUR_L = 0.5


@pytest.fixture(scope="module")
def dearer(study):
    price = study.chain().parameters.diesel_eur_l_costs.value
    return study.with_values(diesel_eur_l=price + MORE_EUR_L)


def test_each_litre_of_the_tables_costs_the_difference_more(study, dearer):
    before, after = study.chain(), dearer.chain()
    litres = harvest_per_tonne(before)["diesel_l_t"]
    assert litres.max() > 0
    more = harvest_per_tonne(after)["eur_t"] - harvest_per_tonne(before)["eur_t"]
    assert more.to_numpy() == pytest.approx(MORE_EUR_L * litres.to_numpy())
    parameters = after.parameters
    lorry = study.vehicles["semi-44t"]
    assert at_fuel_price(lorry, parameters).cost_eur_km == pytest.approx(0.65 + MORE_EUR_L * 0.33)
    assert handling_eur_t(parameters) - handling_eur_t(before.parameters) == pytest.approx(
        MORE_EUR_L * parameters.loader_l_t.value
    )


def test_it_costs_what_every_table_changed_by_hand_costs(study, dearer):
    prepared = Prepared(study, Job(alternatives=0))
    by_hand = study.changed(dearer_by_hand(study, study.chain(), MORE_EUR_L))
    found, expected, before = (prepared.outcome(one) for one in (dearer, by_hand, study))
    assert dict(found.cost.stages_eur_year) == pytest.approx(dict(expected.cost.stages_eur_year))
    assert all(found.cost.stages_eur_year[name] > euros for name, euros in before.cost.stages_eur_year.items())


def dearer_by_hand(study, chain, eur_l):
    """Every cost of every table that burns diesel, raised by its litres; old prices are indexed after that."""
    parameters, steps = chain.parameters, chain.harvest_costs
    columns = ("product", "step", "value", "diesel_l_t", "price_year")
    harvest = {
        (product, step): {
            "value": value + eur_l * litres / (parameters.price_index.value if year < PRICES_INDEXED_BEFORE else 1.0)
        }
        for product, step, value, litres, year in zip(*(steps[name] for name in columns), strict=True)
        if litres > 0
    }
    vehicles = {
        name: {"cost_eur_km": vehicle.cost_eur_km + eur_l * vehicle.diesel_l_km}
        for name, vehicle in study.vehicles.items()
    }
    loader = parameters.handling_eur_t.value + eur_l * parameters.loader_l_t.value
    return {"harvest_costs": harvest, "vehicles": vehicles, "parameters": {"handling_eur_t": loader}}


def test_at_the_price_of_the_costs_nothing_changes(study):
    parameters = study.chain().parameters
    assert dearer_eur_l(parameters) == 0
    assert at_fuel_price(study.vehicles["semi-44t"], parameters) is study.vehicles["semi-44t"]


def test_a_fall_of_the_price_leaves_no_negative_cost(study):
    cheap = study.with_values(diesel_eur_l=0.0).chain().parameters
    assert at_fuel_price(Vehicle("thirsty", cost_eur_km=0.1, diesel_l_km=1.0), cheap).cost_eur_km == 0


def test_both_prices_stand_or_none(study):
    parameters = dict(study.chain().parameters)
    neither = {name: one for name, one in parameters.items() if not name.startswith("diesel_eur_l")}
    assert dearer_eur_l(WoodParameters.model_validate(neither)) == 0
    with pytest.raises(ValueError, match="expected both, or neither"):
        WoodParameters.model_validate({**neither, "diesel_eur_l": parameters["diesel_eur_l"]})
