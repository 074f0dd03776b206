"""The test values of the formula sheet."""

import numpy as np
import pytest

from coopgeo.chain import costs
from coopgeo.chain.wood import bulk_density, co2_per_useful_mwh, energy_content, fuel_energy

SEMI = {"volume_m3": 90, "payload_t": 26, "fill": 0.95}


def test_haul_of_30_km():
    tonnes = costs.payload(bulk_density(0.35, dry_kg_map=170), **SEMI)
    trip_eur = costs.running_cost(30_000, 30 / 50 * 3600, 0, eur_km=0.65, eur_h=50)
    eur_t = costs.haulage_per_tonne(trip_eur, tonnes, load_unload_h=1.25, eur_h=50)
    assert tonnes == pytest.approx(22.36, abs=5e-3)
    assert eur_t == pytest.approx(7.22, abs=5e-3)
    assert eur_t / energy_content(0.35) == pytest.approx(2.33, abs=5e-3)


@pytest.mark.parametrize(("km", "km_h", "eur_t"), [(10, 42, 4.44), (50, 58, 9.56)])
def test_haul_at_other_distances(km, km_h, eur_t):
    trip_eur = costs.running_cost(km * 1000, km / km_h * 3600, 0, eur_km=0.65, eur_h=50)
    assert costs.haulage_per_tonne(
        trip_eur, costs.payload(bulk_density(0.35, dry_kg_map=170), **SEMI), load_unload_h=1.25, eur_h=50
    ) == pytest.approx(eur_t, abs=0.02)


def test_wet_chips_are_limited_by_mass():
    assert costs.payload(bulk_density([0.40, 0.45], dry_kg_map=170), **SEMI).tolist() == [pytest.approx(24.225), 26.0]


def test_tolls_are_paid_both_ways_and_return_loads_pay_their_share():
    trip_eur = costs.running_cost(0, 0, 7.0, eur_km=1, eur_h=1)
    assert costs.haulage_per_tonne(trip_eur, 20, load_unload_h=0, eur_h=50) == pytest.approx(0.7)
    assert costs.haulage_per_tonne(trip_eur, 20, load_unload_h=0, eur_h=50, return_load_share=1) == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("power_kw", "hours", "efficiency", "moisture", "tonnes"),
    [(1000, 3000, 0.85, 0.35, 1137), (100, 2000, 0.82, 0.25, 66), (5000, 4000, 0.86, 0.40, 8270)],
)
def test_wood_of_a_boiler(power_kw, hours, efficiency, moisture, tonnes):
    assert fuel_energy(power_kw, hours, efficiency) / energy_content(moisture) == pytest.approx(tonnes, rel=5e-3)


def test_capital_recovery():
    assert costs.capital_recovery_factor(0.04, 15) == pytest.approx(0.0899, abs=5e-5)
    assert costs.capital_recovery_factor(0.0, 10) == pytest.approx(0.1)


def test_co2_counts_diesel_and_fire_once():
    kg = co2_per_useful_mwh(1000.0, 1000.0, 850.0, kg_l=3.17, combustion_kg_mwh=4.0)
    assert kg == pytest.approx((3170 + 4000) / 850)


def test_arrays_keep_their_shape():
    assert costs.running_cost(np.ones((2, 3)), 1.0, 0.0, eur_km=1, eur_h=1).shape == (2, 3)
