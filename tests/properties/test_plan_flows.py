"""Money, mass and energy of every flow of the valley (see `tests.plan.valley`), whatever it costs and weighs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coopgeo.errors import InfeasibleError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.stock import stock
from tests.plan.valley import customers, placement_of, platform_sizes, suppliers, valley

prices = st.one_of(st.just(np.nan), st.floats(0.5, 120))
halls = st.one_of(st.none(), st.tuples(st.floats(500, 4_000), st.floats(1, 5)))


@st.composite
def answers(draw):
    """A placement of the valley with every kind of flow allowed, and its answer."""
    wet = draw(st.floats(0.15, 0.4))
    sold = draw(st.lists(st.tuples(st.floats(1, 90), st.floats(0.1, 0.4), st.floats(50, 900)), max_size=2))
    hall = draw(halls)
    tables = {
        "customers": customers(
            unserved_eur_mwh=[draw(prices), draw(prices)],
            moisture=[draw(st.floats(0.2, 0.4)), 0.2],
            vehicle=[draw(st.sampled_from(["", "tractor"])), ""],
        ),
        "suppliers": suppliers(*((place, *row) for place, row in zip(("aval", "amont"), sold, strict=False))),
    }
    if hall:
        tables["platform_sizes"] = platform_sizes().assign(store_m3=[hall[0], 2 * hall[0]], turns_year=hall[1])
    study = valley(
        tables=tables,
        products={"hedge": {"direct_moisture": wet}},
        direct_loss=draw(st.floats(0, 0.2)),
        loss_per_month=draw(st.floats(0, 0.2)),
    )
    placement = placement_of(
        study,
        platforms=draw(st.sampled_from([0, 1, 2, None])),
        direct=draw(st.booleans()),
        outside=draw(st.booleans()),
    )
    try:
        return placement, placement.problem.solve()
    except InfeasibleError:
        assume(False)


@given(answers())
@settings(max_examples=60)
def test_money_mass_and_energy_balance_in_every_flow(answer):
    placement, found = answer
    figures = accounts(placement, found)
    _money(placement, found, figures)
    _mass(placement, found, figures)
    _energy(placement, found, figures)
    _year(placement, found, figures)


def _money(placement, found, figures):
    """The stages are the cost that was made least; haulage is told by flow as by stage."""
    stages = figures.cost.stages_eur_year
    assert sum(stages.values()) == pytest.approx(found.value, rel=1e-6, abs=1e-3)
    assert min(stages.values()) >= -1e-6
    hauls = {"inbound": figures.inbound, "outbound": figures.outbound, "direct": figures.direct}
    for name, haul in hauls.items():
        assert haul.haulage_eur.sum() == pytest.approx(stages.get(name, 0), abs=1e-3)
    asked = placement.job.outside and len(placement.chain.suppliers)
    assert ("bought" in stages) is bool(asked)


def _mass(placement, found, figures):
    """No source gives more than it has; what a platform passes is what came in, less the loss, and fits its hall."""
    problem, come = placement.problem, placement.sources
    into, out = (flow.toarray() for flow in found.flows[:2])
    straight = found.flows[2].toarray() if len(found.flows) > 2 else np.zeros((len(come), len(placement.demand)))
    assert (into.sum(axis=1) + straight.sum(axis=1) <= problem.supply * (1 + 1e-6) + 1e-6).all()
    np.testing.assert_allclose(problem.yield_ @ into, out.sum(axis=1), atol=1e-4)
    capacity = placement.options["capacity_kept_t"].to_numpy()
    assert (out.sum(axis=1)[found.sites] <= capacity[found.sites] * (1 + 1e-6)).all()
    assert not out[np.setdiff1d(np.arange(len(out)), found.sites)].any()
    kept = come["direct_kept"].to_numpy()[:, None]
    assert figures.direct.kept_t.sum() == pytest.approx((straight * kept).sum(), abs=1e-6)
    own = (come["product"] != "").to_numpy()
    assert not straight[own].any() or placement.job.direct
    wettest = placement.chain.customers["moisture"].reindex(placement.demand.index).to_numpy()
    source, customer = np.nonzero(straight)
    assert (come["direct_tare"].to_numpy()[source] <= wettest[customer] + 1e-12).all()


def _energy(placement, found, figures):
    """Each customer gets what it wants, or is told what it lacks; nobody lacks anything who must be served."""
    wanted = placement.demand["wanted_units"].to_numpy()
    assert figures.delivered.units + figures.delivered.unserved_units.sum() == pytest.approx(wanted.sum())
    price = placement.chain.customers["unserved_eur_mwh"].reindex(placement.demand.index).to_numpy()
    unserved = figures.delivered.unserved_units
    np.testing.assert_allclose(unserved[np.isnan(price)], 0, atol=1e-4)
    paid = figures.cost.stages_eur_year.get("unserved", 0.0)
    assert paid == pytest.approx(np.nan_to_num(price) @ unserved, rel=1e-6, abs=1e-3)
    direct = figures.direct
    q0 = placement.chain.parameters.dry_mj_kg.value
    by_lot = direct.tonnes * (q0 * direct.kept_t / direct.tonnes - 2.443 * (1 - direct.kept_t / direct.tonnes)) / 3.6
    assert figures.units.sum() + by_lot.sum() == pytest.approx(figures.delivered.units, rel=1e-6, abs=1e-3)


def _year(placement, found, figures):
    """The months make the year."""
    year = stock(placement, found)
    assert year.leaving_t.sum() == pytest.approx(figures.tonnes_out.sum(), abs=1e-4)
    assert year.direct_t.sum() == pytest.approx(figures.direct.tonnes.sum(), abs=1e-6)
    assert year.ready_kept_t.min(initial=0) >= -1e-6
    assert year.ripening_kept_t.min(initial=0) >= -1e-9
