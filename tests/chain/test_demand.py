"""Demand by hand: a boiler known by its power, another by its tonnes."""

from dataclasses import replace

import numpy as np
import pytest

from coopgeo.chain.demand import demand


@pytest.fixture(scope="module")
def needs(study):
    chain = study.with_values(delivered_moisture=0.25, dry_mj_kg=18.0).chain()
    customers = chain.served().sort_index().iloc[:2].copy()
    customers["power_kw"], customers["full_load_h"] = [500.0, 999.0], [2_000.0, 999.0]
    customers["efficiency"], customers["tonnes_year"] = 0.80, [np.nan, 100.0]
    customers["moisture"] = [0.35, 0.40]
    return demand(replace(chain, customers=customers)).reset_index(drop=True)


MWH_AT_25 = (18.0 * 0.75 - 2.443 * 0.25) / 3.6
MWH_AT_40 = (18.0 * 0.60 - 2.443 * 0.40) / 3.6


def test_fuel_is_power_times_hours_over_efficiency_or_tonnes_at_their_moisture(needs):
    assert needs["wanted_units"].tolist() == pytest.approx([500 * 2_000 / 1_000 / 0.80, 100 * MWH_AT_40])


def test_heat_is_what_the_boiler_draws_from_the_fuel(needs):
    assert needs["useful_mwh"].tolist() == pytest.approx([1_000, 80 * MWH_AT_40])


def test_tonnes_are_those_that_the_platform_delivers(needs):
    tonnes = [1_250 / MWH_AT_25, 100 * MWH_AT_40 / MWH_AT_25]
    assert needs["tonnes"].tolist() == pytest.approx(tonnes)
    assert needs["kept_t"].tolist() == pytest.approx([0.75 * each for each in tonnes])
