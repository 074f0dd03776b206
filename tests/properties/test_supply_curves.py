"""Cost-supply curves: rising, cheapest first, and the same answer as the linear program that they solve."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from coopgeo.chain.supply_curves import SupplyCurves

SITE_COUNT, MWH_T = 3, 3.394


@st.composite
def curves(draw):
    n = draw(st.integers(1, 8))

    def numbers(low, high, size):
        return draw(st.lists(st.floats(low, high, allow_subnormal=False), min_size=size, max_size=size))

    cost = np.reshape(numbers(-50, 200, n * SITE_COUNT), (n, SITE_COUNT)).round(2)
    cost[draw(st.lists(st.booleans(), min_size=n, max_size=n)), 2] = np.inf  # no road leads to the third site
    minutes = np.reshape(numbers(0, 90, n * SITE_COUNT), (n, SITE_COUNT)).round(1)
    origins = pd.DataFrame(
        {
            "insee": [f"{i:05d}" for i in range(n)],
            "product": [("hedge", "forest")[i % 2] for i in range(n)],
            "point": "p",
            "tonnes": numbers(0.5, 500, n),
        }
    )
    return SupplyCurves(origins, pd.Index(["a", "b", "c"]), cost, minutes, minutes * 0.8, MWH_T)


@given(curves())
def test_curves_rise(curve):
    for site in curve.sites:
        steps = curve.steps(site)
        assert (np.diff(steps["marginal_eur_t"]) >= 0).all()
        assert (np.diff(steps["average_eur_t"]) >= -1e-9).all()
        assert (steps["average_eur_t"] <= steps["marginal_eur_t"] + 1e-9).all()
        np.testing.assert_allclose(steps["cum_units"], steps["cum_t"] * MWH_T)
        assert steps["tonnes"].sum() == pytest.approx(curve.reached_t[site])


@given(curves(), st.floats(0.01, 1.0))
def test_what_a_tonnage_costs_is_the_least_that_it_can(curve, part):
    tonnes = float(part * curve.origins["tonnes"].sum())
    table = curve.wanted(tonnes)
    for at, site in enumerate(curve.sites):
        cost, open_to = curve.cost_eur_t[:, at], np.isfinite(curve.cost_eur_t[:, at])
        amount = curve.origins["tonnes"].to_numpy()
        if tonnes > amount[open_to].sum() * (1 + 1e-9):
            assert table.loc[site].isna().all()
            continue
        total = min(tonnes, amount[open_to].sum())
        best = linprog(
            cost[open_to],
            A_eq=np.ones((1, open_to.sum())),
            b_eq=[total],
            bounds=list(zip(np.zeros(open_to.sum()), amount[open_to], strict=True)),
        )
        assert table.loc[site, "average_eur_t"] * tonnes == pytest.approx(best.fun, rel=1e-6, abs=1e-6)
        assert table.loc[site, "average_eur_t"] <= table.loc[site, "marginal_eur_t"] + 1e-9
        assert table.loc[site].filter(like="_t").drop(["marginal_eur_t", "average_eur_t"]).sum() == pytest.approx(
            tonnes
        )


@given(curves(), st.floats(0.01, 1.0))
def test_one_must_go_no_farther_than_the_nearest_wood_lies(curve, part):
    tonnes = float(part * curve.reached_t["a"])
    minutes = curve.wanted(tonnes).loc["a", "minutes"]
    within = curve.minutes[:, 0] <= minutes
    closer = curve.minutes[:, 0] < minutes
    amount = curve.origins["tonnes"].to_numpy()
    assert amount[within].sum() >= tonnes * (1 - 1e-9)
    assert amount[closer].sum() <= tonnes * (1 + 1e-9)


@given(curves(), st.floats(0.01, 0.98))
def test_more_wood_is_never_cheaper_nor_nearer(curve, part):
    some, more = (curve.wanted(float(share * curve.reached_t["a"])).loc["a"] for share in (part, part + 0.01))
    for name in ("marginal_eur_t", "average_eur_t", "minutes", "km"):
        assert more[name] >= some[name] - 1e-9
