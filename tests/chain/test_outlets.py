"""Where outputs go: shares add up, what they leave is waste, outlets pay at their gate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.chain.outlets import REST, WASTE, outlets, output_shares
from coopgeo.chain.platforms import EXISTING, existing_plants, options
from coopgeo.plan.problems import support_eur_t
from tests.plan.dale import OPENING, dale
from tests.plan.valley import sites


def test_shares_in_order_and_the_rest():
    shares = output_shares(dale().chain())
    assert list(shares.index) == ["fuel", "rags", "reuse", REST]
    assert shares.to_numpy() == pytest.approx([0.1, 0.3, 0.5, 0.1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_shares_add_up_to_one(parts):
    total = sum(parts) or 1.0
    shares = output_shares(dale(shares={f"o{at}": part / max(total, 1.0) for at, part in enumerate(parts)}).chain())
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()


def test_every_way_that_an_output_can_go():
    ends = outlets(dale().chain())
    ways = [tuple(row) for row in ends[["customer", "output", "eur_t"]].itertuples(index=False)]
    assert ways == [
        ("pool", "fuel", 20.0),  # the pool asks for money
        ("pool", "rags", -50.0),
        ("school", "reuse", -300.0),
        *((WASTE, output, 100.0) for output in ("fuel", "rags", "reuse", REST)),
    ]
    np.testing.assert_array_equal(ends["capacity_t"], [np.inf, np.inf, 200, *[np.inf] * 4])


def test_an_outlet_that_is_not_served_takes_nothing():
    study = dale()
    customers = study.chain().customers.assign(role=["shown", "served"])  # the pool is
    ends = outlets(dale(tables={"customers": customers}).chain())
    assert set(ends["customer"]) == {"school", WASTE}


def test_without_its_parameters_waste_and_support_cost_nothing():
    chain = dale().chain()
    assert support_eur_t(chain) == 0
    assert support_eur_t(dale(support_eur_t=30.0).chain()) == 30
    free = chain.parameters.model_copy(update={"waste_eur_t": None})
    settings = chain.settings.model_copy(update={"parameters": free})
    ends = outlets(type(chain)(settings, **chain.tables))
    assert (ends.loc[ends["customer"] == WASTE, "eur_t"] == 0).all()


def test_an_existing_plant_is_an_option_without_a_building():
    chain = dale(plant_t=450.0).chain()
    assert list(existing_plants(chain.candidate_sites).index) == ["aval"]
    table = options(chain)
    assert table["site"].tolist() == ["aval", "east", "west"]
    assert table["size"].tolist() == [EXISTING, "only", "only"]
    plant, own = table.iloc[0], table.iloc[1:]
    assert plant["capacity_kept_t"] == 450
    assert plant["handling_eur_t"] == 150
    assert (plant[["built_m2", "capital_eur", "opening_eur_year", "works_eur_year"]] == 0).all()
    assert dict(zip(own["site"], own["opening_eur_year"], strict=True)) == pytest.approx(OPENING)
    assert (own["handling_eur_t"] == 2).all()
    assert np.isinf(options(dale().chain())["capacity_kept_t"].iloc[0])


def test_an_existing_plant_stands_where_no_size_would_fit():
    study = dale()
    small = study.chain().candidate_sites.assign(area_ha=0.01)
    assert options(dale(tables={"candidate_sites": small}).chain())["site"].tolist() == ["aval"]


def test_tables_without_plants_have_none():
    assert existing_plants(sites()).empty
