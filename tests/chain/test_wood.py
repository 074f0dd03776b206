"""The test values of the formula sheet, and truths of mass and energy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.chain import wood
from coopgeo.errors import InputError

moistures = st.floats(0, 0.69)


@pytest.mark.parametrize(
    ("moisture", "units_t"), [(0.0, 5.139), (0.10, 4.557), (0.25, 3.685), (0.30, 3.394), (0.35, 3.103), (0.50, 2.230)]
)
def test_energy_of_hardwood(moisture, units_t):
    assert wood.energy_content(moisture) == pytest.approx(units_t, abs=5e-4)


def test_energy_of_softwood():
    assert wood.energy_content(0.30, dry_mj_kg=19.0) == pytest.approx(3.49, abs=5e-3)


@pytest.mark.parametrize("moisture", [-0.01, 0.70, 0.883, 30.0, np.nan])
def test_moisture_out_of_range_is_refused(moisture):
    with pytest.raises(InputError, match="expected water / total mass"):
        wood.energy_content([0.3, moisture])


@pytest.mark.parametrize(("moisture", "kg"), [(0.10, 189), (0.30, 243), (0.50, 340)])
def test_bulk_density(moisture, kg):
    assert wood.bulk_density(moisture) == pytest.approx(kg, abs=0.5)


def test_drying_of_1000_tonnes():
    """1,000 t at 50 %, 6 % of the dry mass lost, come out as 671 t at 30 % with 1.022 times the energy."""
    out_t = wood.wet_mass(wood.dry_mass(1000, 0.50) * 0.94, 0.30)
    assert out_t == pytest.approx(671.4, abs=0.1)
    assert out_t * wood.energy_content(0.30) / (1000 * wood.energy_content(0.50)) == pytest.approx(1.022, abs=5e-4)


def test_wood_that_is_dry_enough_needs_no_month():
    assert wood.months_to_dry(0.20, 0.30, equilibrium=0.22, tau_months=3) == 0
    assert wood.months_to_dry(0.30, 0.30, equilibrium=0.22, tau_months=3) == 0


def test_a_store_cannot_dry_below_its_equilibrium():
    with pytest.raises(InputError, match="which the store tends to"):
        wood.months_to_dry(0.48, 0.22, equilibrium=0.22, tau_months=3)


@given(kept_t=st.floats(0, 1e6), moisture=moistures)
def test_wet_mass_undoes_dry_mass(kept_t, moisture):
    assert wood.dry_mass(wood.wet_mass(kept_t, moisture), moisture) == pytest.approx(kept_t)


@given(wet=moistures, more=st.floats(1e-3, 0.3))
def test_wetter_wood_holds_less_energy(wet, more):
    if wet + more < 0.7:
        assert wood.energy_content(wet + more) < wood.energy_content(wet)


@given(start=st.floats(0.31, 0.69), target=st.floats(0.23, 0.30))
def test_drying_for_the_months_computed_reaches_the_target(start, target):
    months = wood.months_to_dry(start, target, equilibrium=0.22, tau_months=3)
    assert 0.22 + (start - 0.22) * np.exp(-months / 3) == pytest.approx(target)
