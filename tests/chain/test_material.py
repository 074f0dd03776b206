"""What every material is asked: kept tonnes are what is left without the tare, in units of the chain."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.chain.material import as_received, kept_of
from coopgeo.chain.materials import material_of
from coopgeo.chain.plain import Plain
from coopgeo.chain.wood.fuel import Wood

CHAINS = {"wood-energy": (Wood, "MWh"), "textile": (Plain, "t"), "organic": (Plain, "meal")}


@given(kept_t=st.floats(0, 1e6), tare=st.floats(0, 0.69))
def test_kept_tonnes_undo_what_is_received(kept_t, tare):
    assert kept_of(as_received(kept_t, tare), tare) == pytest.approx(kept_t)


def test_a_mass_without_tare_is_kept_whole():
    np.testing.assert_array_equal(kept_of([3.0, 4.0], 0.0), as_received([3.0, 4.0], 0.0))


@pytest.mark.parametrize("name", CHAINS)
def test_the_shipped_chains_have_their_materials(study, name):
    kind, unit = CHAINS[name]
    material = material_of(study.chain(name))
    assert isinstance(material, kind)
    assert material.unit == unit


@pytest.mark.parametrize("name", CHAINS)
def test_each_material_answers_what_the_rooms_ask(study, name):
    chain = study.chain(name)
    material = material_of(chain)
    products = sorted(chain.settings.products)
    tare = np.array([chain.settings.products[product].tare for product in products])
    customers = chain.served()
    lorry = study.vehicles[study.settings.truck]
    loads = material.load_t(tare, lorry)
    assert loads.shape == tare.shape
    assert ((loads > 0) & (loads <= lorry.payload_t)).all()
    made = material.platform_yield(products, tare)
    assert ((made > 0) & (made <= 1)).all()
    assert (material.capacity_kept_t(chain.platform_sizes) > 0).all()
    assert (material.units_per_t(tare) > 0).all()
    wanted = material.demand(customers)
    assert list(wanted.columns[:3]) == ["wanted_units", "kept_t", "tonnes"]
    assert wanted.index.equals(customers.index)
    assert len(material.most_tare(customers)) == len(customers)
    assert 0 < material.direct_kept() <= 1
    assert 0 <= material.loss_per_month() < 1
    assert not material.contradicts(customers)
    emitted = material.co2(1_000.0, float("nan"), wanted, np.ones(len(wanted))).emitted_t
    assert emitted == pytest.approx(chain.parameters.diesel_kg_l.value)


def test_a_unit_is_counted_in_the_tonnes_of_its_demand(study):
    """A meal of 450 g of which a fifth is asked for: 90 g, so that a tonne serves 11,111 meals."""
    known = SimpleNamespace(kg_per_unit=SimpleNamespace(value=0.45), demand_share=SimpleNamespace(value=0.2))
    units = Plain(known, {}, "meal").units_per_t(np.zeros(1))
    assert units == pytest.approx([1_000 / 0.09])
    organic = study.chain("organic")
    own = organic.parameters
    per_meal = own.kg_per_unit.value / 1_000 * own.demand_share.value
    wanted = material_of(organic).demand(organic.served())
    np.testing.assert_allclose(wanted["tonnes"], wanted["wanted_units"] * per_meal)
