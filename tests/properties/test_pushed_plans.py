"""Plans of supply that pushes (see `tests.plan.dale`): whatever lies there and is paid, all of it is accounted for."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coopgeo.chain.platforms import EXISTING
from coopgeo.errors import InfeasibleError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.search import answers
from coopgeo.plan.shipped import shipped
from tests.plan.dale import dale, placed, platform_sizes, rounds

amounts = st.one_of(st.just(0.0), st.floats(1, 900))
capacities = st.one_of(st.just(np.nan), st.floats(0.5, 600))


@st.composite
def plans(draw):
    """A placement of the dale with any tonnes, prices, room, plant, support and rounds, and its answers."""
    parts = draw(st.lists(st.floats(0, 1), min_size=2, max_size=2))
    whole = max(1.0, sum(parts))
    outlets = tuple(
        (customer, output, draw(st.floats(-200, 900)), draw(capacities))
        for customer, output in draw(
            st.lists(
                st.sampled_from([("school", "a"), ("school", "b"), ("pool", "a"), ("pool", "b")]),
                max_size=4,
                unique=True,
            )
        )
    )
    driven = draw(st.booleans())
    study = dale(
        tonnes={"amont": draw(amounts), "landing-a": draw(amounts), "landing-b": draw(st.floats(1, 900))},
        shares={"a": parts[0] / whole, "b": parts[1] / whole},
        outlets=outlets,
        fee=draw(st.one_of(st.none(), st.floats(0, 400))),
        plant_t=draw(capacities),
        tables={"platform_sizes": platform_sizes(draw(st.floats(100, 3_000)))},
        settings={"rounds": {"inbound": rounds(stop_min=draw(st.floats(0, 20)))}} if driven else {},
        support_eur_t=draw(st.floats(0, 300)),
    )
    placement = placed(study, platforms=1 if driven else draw(st.sampled_from([1, 2, None])))
    try:
        return placement, answers(placement, 3)
    except InfeasibleError:
        assume(False)


@given(plans())
@settings(max_examples=60)
def test_all_that_is_collected_is_sold_wasted_or_taken_by_a_plant(plan):
    placement, found = plan
    assert min(one.value for one in found.solutions) == found.solutions[0].value
    for one, exact in zip(found.solutions, found.exact, strict=True):
        assert one.bound <= one.value + 1e-6 * max(1.0, abs(one.value))
        figures = accounts(placement, one)
        stages = figures.cost.stages_eur_year
        least = sum(stages.values())
        if exact:
            assert one.value == pytest.approx(least, rel=1e-6, abs=0.01)
        else:
            assert one.value <= least * (1 + 1e-9) + 0.01
        _mass(placement, one, figures)
        _rounds(placement, figures)


def _mass(placement, found, figures):
    flows, supply = shipped(placement, found), placement.sources["kept_t"].to_numpy()
    near = 1e-5 * max(1.0, supply.sum())
    np.testing.assert_allclose(flows.into.sum(axis=1), supply, atol=near)
    assert figures.tonnes_in.sum() == pytest.approx(supply.sum(), abs=near)
    own = (placement.options["size"] != EXISTING).to_numpy()
    split_t = np.asarray(flows.into.sum(axis=0)).ravel()
    np.testing.assert_allclose(flows.sold.sum(axis=1), np.where(own, split_t, 0.0), atol=near)
    assert (split_t <= placement.options["capacity_kept_t"] + near).all()
    sold = np.asarray(flows.sold.sum(axis=0)).ravel()
    assert (sold <= placement.outlets["capacity_t"] + near).all()
    by_output = placement.outlets.assign(t=sold).groupby("output")["t"].sum()
    shares = {name: output.value for name, output in placement.chain.settings.outputs.items()}
    for name, share in shares.items():
        assert by_output[name] == pytest.approx(share * split_t[own].sum(), abs=near)
    to_customers = sold[(placement.outlets["customer"] != "").to_numpy()].sum()
    assert flows.out.sum() == pytest.approx(to_customers, abs=near)


def _rounds(placement, figures):
    """All points are served by the rounds of a year, none of them beyond what the lorry takes."""
    if not placement.rounds:
        assert figures.rounds == ()
        return
    (made,) = figures.rounds
    assert (made.rounds.load_t <= placement.rounds["inbound"].capacity_t * (1 + 1e-9)).all()
    assert made.rounds.load_t.sum() * made.times_year == pytest.approx(placement.sources["kept_t"].sum())
    visited = {made.stops[stop] for route in made.rounds.routes for stop in route}
    assert visited == set(placement.sources["point"])
    assert figures.cost.stages_eur_year["inbound"] == pytest.approx(made.eur_year)
    assert made.rounds.bound_eur <= made.rounds.eur + 1e-6
