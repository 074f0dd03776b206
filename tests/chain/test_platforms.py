"""Platforms by hand: one size, one site, round figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import coopgeo
from coopgeo.chain.materials import material_of
from coopgeo.chain.platforms import options


@pytest.fixture(scope="module")
def chain(study):
    """2,000 t of chips at 30 %, 1,000 m² of hangar and 500 m² of yard at 4 ha.

    Over 10 years at 5 %, a quarter paid by others.
    """
    changed = study.with_values(
        delivered_moisture=0.30,
        hangar_eur_m2=200,
        yard_eur_m2=40,
        discount_rate=0.05,
        amortisation_years=10,
        subsidy_share=0.25,
        fte_eur_year=50_000,
    ).chain()
    size = {
        "store_m3": [np.nan],
        "turns_year": [np.nan],
        "capacity_t_year": [2_000.0],
        "hangar_m2": [1_000.0],
        "yard_m2": [500.0],
        "equipment_eur": [80_000.0],
        "fixed_eur_year": [10_000.0],
        "staff_fte": [1.5],
    }
    sites = changed.candidate_sites.iloc[:2].copy()
    sites["area_ha"], sites["land_eur_m2"] = [4.0, 0.15], [20.0, 0.0]
    return replace(changed, platform_sizes=pd.DataFrame(size, index=["only"]), candidate_sites=sites)


def test_capacity_is_in_kept_tonnes(chain):
    assert options(chain)["capacity_kept_t"].tolist() == pytest.approx([1_400, 1_400])


def test_capacity_of_a_hall_is_its_volume_times_its_turns_whatever_the_moisture(chain):
    hall = replace(chain, platform_sizes=chain.platform_sizes.assign(store_m3=3_000.0, turns_year=2.5))
    kept_t = 3_000 * 2.5 * chain.parameters.dry_kg_map.value / 1000
    assert options(hall)["capacity_kept_t"].tolist() == pytest.approx([kept_t, kept_t])
    parameters = chain.parameters.model_copy(
        update={"delivered_moisture": chain.parameters.delivered_moisture.model_copy(update={"value": 0.5})}
    )
    wetter = replace(hall, settings=hall.settings.model_copy(update={"parameters": parameters}))
    assert options(wetter)["capacity_kept_t"].tolist() == pytest.approx([kept_t, kept_t])


def test_capital_is_works_equipment_and_land(chain):
    dearer, free = options(chain).set_index("site").loc[chain.candidate_sites.index, "capital_eur"]
    assert free == pytest.approx(200 * 1_000 + 40 * 500 + 80_000)
    assert dearer - free == pytest.approx(20 * 1_500)


def test_land_costs_its_interest_and_is_not_subsidised(chain):
    dearer, free = options(chain).set_index("site").loc[chain.candidate_sites.index, "opening_eur_year"]
    assert dearer - free == pytest.approx(0.05 * 20 * 1_500)


def test_works_are_paid_off_less_the_subsidy_and_the_site_is_run(chain):
    free = options(chain).set_index("site").loc[chain.candidate_sites.index[1], "opening_eur_year"]
    assert free == pytest.approx(300_000 * 0.75 * 0.129504575 + 10_000 + 1.5 * 50_000)


def test_a_size_stands_only_where_hangar_and_yard_fit(chain):
    sites = chain.candidate_sites.copy()
    sites["area_ha"] = [0.1499, 0.15]
    assert options(replace(chain, candidate_sites=sites))["site"].tolist() == [sites.index[1]]
    with pytest.raises(coopgeo.InputError, match="no site large enough"):
        options(replace(chain, candidate_sites=sites.assign(area_ha=0.1)))


def test_a_store_loses_two_per_cent_a_month_until_the_wood_is_dry(study):
    """From 38 to 30 % where 22 % is the end and the excess falls to a half: tau x ln 2 months."""
    chain = study.with_values(
        equilibrium_moisture=0.22, delivered_moisture=0.30, drying_months=4, loss_per_month=0.02
    ).chain()
    kept = material_of(chain).platform_yield(["hedge"] * 3, np.array([0.38, 0.30, 0.25]))
    np.testing.assert_allclose(kept, [0.98 ** (4 * np.log(2)), 1, 1])
