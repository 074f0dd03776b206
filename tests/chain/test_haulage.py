"""What a way of a lorry means for the wood on it, by hand."""

import numpy as np
import pytest

from coopgeo.chain.haulage import harvest_per_tonne, haul_diesel_per_kept_tonne, haul_per_kept_tonne
from coopgeo.chain.materials import material_of


@pytest.fixture
def wood(outcome):
    return material_of(outcome.chain)


@pytest.fixture
def truck(study):
    return study.vehicles[study.settings.truck]


@pytest.mark.parametrize("moisture", [0.0, 0.25, 0.5])
def test_diesel_of_a_kept_tonne_is_that_of_its_share_of_the_trips(truck, wood, moisture):
    kept_t_trip = float(wood.load_t(moisture, truck)) * (1 - moisture)
    km = 2 * 30 - 30 * 0.25  # there, and back without what is carried for others
    found = haul_diesel_per_kept_tonne(np.array([30_000.0]), moisture, truck, wood, 0.25)
    assert found == pytest.approx([km * truck.diesel_l_km / kept_t_trip])


@pytest.mark.parametrize("moisture", [0.0, 0.25, 0.5])
def test_cost_of_a_kept_tonne_is_that_of_its_share_of_the_trips(truck, wood, moisture):
    kept_t_trip = float(wood.load_t(moisture, truck)) * (1 - moisture)
    trip_eur = 2 * 40.0 + truck.load_unload_h * truck.cost_eur_h
    assert haul_per_kept_tonne(np.array([40.0]), moisture, truck, wood) == pytest.approx([trip_eur / kept_t_trip])


def test_a_fee_that_comes_with_wood_pays_for_the_work_on_it_at_most(study):
    cheap, paid = (
        harvest_per_tonne(study.changed({"harvest_costs": {("recycled-a", "purchase"): {"value": fee}}}).chain())
        for fee in (-15.0, -300.0)
    )
    assert cheap.loc["recycled-a", "eur_t"] == pytest.approx(5.0)  # 20 for grinding
    assert paid.loc["recycled-a", "eur_t"] == 0.0
    assert paid.loc["recycled-a", "diesel_l_t"] == cheap.loc["recycled-a", "diesel_l_t"]
