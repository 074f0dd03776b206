"""What a way of a lorry means for the wood on it, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from coopgeo.chain.haulage import harvest_per_tonne, haul_diesel_per_kept_tonne, haul_per_kept_tonne, load


@pytest.fixture
def parameters(outcome):
    return outcome.chain.parameters


@pytest.fixture
def truck(study):
    return study.vehicles[study.settings.truck]


@pytest.mark.parametrize("moisture", [0.0, 0.25, 0.5])
def test_diesel_of_a_kept_tonne_is_that_of_its_share_of_the_trips(truck, parameters, moisture):
    kept_t_trip = float(load(moisture, truck, parameters)) * (1 - moisture)
    km = 2 * 30 - 30 * parameters.return_load_share.value  # there, and back without what is carried for others
    found = haul_diesel_per_kept_tonne(np.array([30_000.0]), moisture, truck, parameters)
    assert found == pytest.approx([km * truck.diesel_l_km / kept_t_trip])


@pytest.mark.parametrize("moisture", [0.0, 0.25, 0.5])
def test_cost_of_a_kept_tonne_is_that_of_its_share_of_the_trips(truck, parameters, moisture):
    no_return = SimpleNamespace(
        fill=parameters.fill, dry_kg_map=parameters.dry_kg_map, return_load_share=SimpleNamespace(value=0.0)
    )
    kept_t_trip = float(load(moisture, truck, no_return)) * (1 - moisture)
    trip_eur = 2 * 40.0 + truck.load_unload_h * truck.cost_eur_h
    assert haul_per_kept_tonne(np.array([40.0]), moisture, truck, no_return) == pytest.approx([trip_eur / kept_t_trip])


def test_a_fee_that_comes_with_wood_pays_for_the_work_on_it_at_most(study):
    cheap, paid = (
        harvest_per_tonne(study.changed({"harvest_costs": {("recycled-a", "purchase"): {"value": fee}}}).chain())
        for fee in (-15.0, -300.0)
    )
    assert cheap.loc["recycled-a", "eur_t"] == pytest.approx(5.0)  # 20 for grinding
    assert paid.loc["recycled-a", "eur_t"] == 0.0
    assert paid.loc["recycled-a", "diesel_l_t"] == cheap.loc["recycled-a", "diesel_l_t"]
