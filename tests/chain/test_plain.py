"""A plain material by hand: what a vehicle takes, what leaves the platform, what is asked for, where it is counted."""

import numpy as np
import pandas as pd
import pytest

from coopgeo.chain.materials import material_of
from coopgeo.chain.resource import assess, lies_at_points
from tests.plan.dale import dale, pulling
from tests.plan.valley import VEHICLES, straight_road


def material(study):
    return material_of(study.chain())


@pytest.mark.parametrize(("kg_m3", "tonnes"), [(100.0, 10.0), (240.0, 24.0), (300.0, 24.0), (50.0, 5.0)])
def test_a_load_is_limited_by_room_or_by_payload(kg_m3, tonnes):
    """The lorry holds 100 m3 and 24 t."""
    assert material(dale(load_kg_m3=kg_m3)).load_t([0.0, 0.0], VEHICLES["lorry"]) == pytest.approx([tonnes, tonnes])


def test_without_a_density_the_payload_alone_limits():
    plain = material(dale())
    without = type(plain)(plain.parameters.model_copy(update={"load_kg_m3": None}), plain.products)
    assert without.load_t(0.0, VEHICLES["lorry"]) == 24.0


def test_what_leaves_the_platform_is_the_yield_of_each_product():
    plain = material(pulling())
    assert plain.platform_yield(["cloth", "", "cloth"], np.zeros(3)) == pytest.approx([0.8, 1.0, 0.8])


def test_tonnes_are_tonnes():
    plain = material(dale())
    assert plain.units_per_t([0.0, 0.0]).tolist() == [1.0, 1.0]
    assert plain.delivered_tare == 0
    assert plain.direct_kept() == 1
    assert plain.loss_per_month() == 0
    assert plain.kept_kg_m3() is None
    assert plain.months_in_store([0.0]).tolist() == [0.0]


def test_demand_is_tonnes_where_they_are_given_else_units():
    study = pulling(settings={"unit": "meal"}, kg_per_unit=0.5, demand_share=0.2)
    customers = study.chain().customers.assign(tonnes_year=[np.nan, 3.0], units_year=[20_000.0, 9.0])
    wanted = material(study).demand(customers)
    np.testing.assert_allclose(wanted["tonnes"], [20_000 * 0.1 / 1_000, 3])
    np.testing.assert_allclose(wanted["wanted_units"], [20_000, 30_000])
    np.testing.assert_allclose(wanted["kept_t"], wanted["tonnes"])


def test_diesel_alone_is_emitted_and_nothing_is_avoided():
    co2 = material(dale()).co2(2_000.0, 600.0, pd.DataFrame(), np.ones(0))
    assert co2.emitted_t == pytest.approx(6.0)
    assert co2.kg_per_unit == pytest.approx(10.0)
    assert co2.avoided_t_year is None
    assert np.isnan(material(dale()).co2(1.0, 0.0, pd.DataFrame(), np.ones(0)).kg_per_unit)


def _counted(basis, **tables):
    study = dale(tables=tables, settings={"products": {"cloth": _product(basis)}})
    chain = study.chain()
    return chain, assess(study, chain, straight_road()).balance.set_index("place")["available_kept_t"].to_dict()


def _product(basis):
    return {"fr": "", "en": "", "basis": basis, "brought_by": "car", "source": "invented", "status": "assumed"}


def test_a_product_is_counted_from_communes_points_or_a_table_of_its_own():
    chain, at_points = _counted("tonnes_year")
    assert lies_at_points(chain, chain.settings.products["cloth"])
    assert at_points == {"amont": 100, "landing-a": 200, "landing-b": 300}
    chain, by_commune = _counted("population")
    assert not lies_at_points(chain, chain.settings.products["cloth"])
    assert by_commune == {"2": 4_000}
    _, by_area = _counted("area_ha")
    assert by_area == {"1": 6_000, "2": 4_800}
    own = pd.DataFrame({"bins": [7.0], "source": "", "status": ""}, index=pd.Index(["2"], name="insee"))
    assert _counted("bins", basis_by_commune=own)[1] == {"2": 7}
