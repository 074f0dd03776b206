"""The year month by month: by hand in the valley (see `valley`), and against many small steps of time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coopgeo
from coopgeo.plan.remarks import remarks
from coopgeo.plan.stock import least_stock, ripening, stock
from tests.plan.valley import customers, large, placement_of, platform_sizes, seasons, straight_road, valley

IN_WINTER = (0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5)  # half in January, half in December
EVEN = (1 / 12,) * 12
HALL = {"store_m3": [1_500.0, 3_000.0], "turns_year": [4.0, 2.0]}


def year_of(**tables):
    """The year of the large platform in the east: 1,220 t to the boilers, 976 dry t; a dry tonne is 5 m3."""
    placement = placement_of(valley(tables=tables))
    return stock(placement, large(placement, "east"))


def told(**tables):
    placement = placement_of(valley(tables=tables))
    solution = large(placement, "east")
    cost = coopgeo.plan.accounts.accounts(placement, solution).cost
    return {remark.key: dict(remark.facts) for remark in remarks(placement, solution, cost)}


def test_wood_that_comes_and_goes_evenly_lies_there_only_to_dry():
    """Of 976 dry t, 400 are old wood, dry already; 576 / 0.8 = 720 of hedge come in, 60 a month, and dry a month.

    What came in during the month is half a month old in the mean, and has lost a little:
    60 x (0.8 - 1) / ln 0.8 = 53.78 dry t, 268.9 m3.
    """
    year = year_of(seasons=seasons(school=EVEN, pool=EVEN))
    np.testing.assert_allclose(year.coming_kept_t, (400 + 720) / 12)
    np.testing.assert_allclose(year.leaving_t, 1_220 / 12)
    np.testing.assert_allclose(year.ready_kept_t, 0, atol=1e-9)
    np.testing.assert_allclose(year.ripening_kept_t, 60 * -0.2 / np.log(0.8))
    assert year.peak_m3 == pytest.approx(60 * -0.2 / np.log(0.8) * 5)
    assert year.turns == pytest.approx(976 * 5 / year.peak_m3)


def test_what_is_burnt_in_winter_is_stored_in_summer():
    """81.33 dry t get ready each month, 488 go in December and 488 in January: 813.33 lie there at November's end."""
    year = year_of(seasons=seasons(school=IN_WINTER, pool=IN_WINTER))
    assert year.leaving_t[0].tolist() == pytest.approx([610, *[0] * 10, 610])
    assert year.ready_kept_t[0].tolist() == pytest.approx([976 / 12 * month for month in range(11)] + [976 / 12 * 5])
    assert year.peak_m3 == pytest.approx((976 / 12 * 10 + 60 * -0.2 / np.log(0.8)) * 5)


def test_each_kind_of_customer_has_its_season():
    year = year_of(seasons=seasons(school=IN_WINTER, pool=EVEN))
    assert year.leaving_t[0, :2].tolist() == pytest.approx([360 + 500 / 12, 500 / 12])


def test_each_kind_of_point_has_the_months_when_its_wood_goes_out():
    year = year_of(seasons=seasons(school=EVEN, pool=EVEN, landing=IN_WINTER))
    assert year.coming_kept_t[0].tolist() == pytest.approx([560, *[0] * 10, 560])


def test_parts_that_do_not_quite_make_a_year_are_taken_as_one():
    year = year_of(seasons=seasons(school=tuple(1.001 * share for share in EVEN), pool=EVEN))
    assert year.leaving_t.sum() == pytest.approx(1_220)


def test_a_season_that_is_not_known_is_even_and_said_to_be():
    assert year_of(seasons=seasons(school=IN_WINTER)).leaving_t[0, 1] == pytest.approx(500 / 12)
    assert told(seasons=seasons(school=IN_WINTER))["even_demand"] == {"kinds": ("pool",)}
    assert told()["even_demand"] == {"kinds": ("pool", "school")}
    assert "even_demand" not in told(seasons=seasons(school=EVEN, pool=EVEN))


def test_a_hall_that_cannot_hold_the_largest_stock_is_told():
    """4,335.6 m3 at the end of November."""
    winter = seasons(school=IN_WINTER, pool=IN_WINTER)
    small = told(seasons=winter, platform_sizes=platform_sizes().assign(**HALL))
    assert small["hall_small"] == {"site": "East", "peak": 4_336, "hall": 3_000}
    enough = told(seasons=winter, platform_sizes=platform_sizes().assign(**{**HALL, "store_m3": 4_336.0}))
    assert "hall_small" not in enough
    assert "hall_small" not in told(seasons=winter)  # a size of which only the tonnes are known


def test_a_hall_that_seasons_do_not_let_fill_so_often_is_told():
    winter, hall = seasons(school=IN_WINTER, pool=IN_WINTER), {"store_m3": 5_000.0}
    few = told(seasons=winter, platform_sizes=platform_sizes().assign(**hall, turns_year=1.2))
    assert few["few_turns"] == {"site": "East", "turns": 1.1, "turns_year": 1.2}
    assert "few_turns" not in told(seasons=winter, platform_sizes=platform_sizes().assign(**hall, turns_year=1.1))


def test_what_goes_straight_has_the_season_of_its_boiler_and_no_hall():
    study = valley(products={"hedge": {"direct_moisture": 0.2}}, tables={"seasons": seasons(school=IN_WINTER)})
    outcome = coopgeo.run(study, roads=straight_road(), platforms=0)
    year = outcome.stock
    assert year.peak_m3.shape == (0,)
    assert year.direct_t.tolist() == pytest.approx([360 + 500 / 12, *[500 / 12] * 10, 360 + 500 / 12])
    assert year.direct_t.sum() == pytest.approx(outcome.accounts.direct.tonnes.sum())


shares = st.lists(st.floats(0, 1), min_size=12, max_size=12).filter(lambda row: sum(row) > 0.1)


@given(shares, shares, st.floats(0.1, 0.45), st.floats(0, 0.3))
def test_mass_is_kept(school, landing, delivered, loss):
    """Over the year, and in each month: what comes in, less what goes out and is lost, is what more lies there."""
    table = seasons(school=tuple(school), pool=tuple(school), landing=tuple(landing))
    placement = placement_of(
        valley(
            tables={"seasons": table, "customers": customers(moisture=0.45), "platform_sizes": platform_sizes()},
            delivered_moisture=delivered + 0.02,
            equilibrium_moisture=0.1,
            loss_per_month=loss,
        ),
        direct=False,
    )
    solution = large(placement, "east")
    year = stock(placement, solution)
    into, out = solution.flows[:2]
    assert year.coming_kept_t.sum() == pytest.approx(into.sum())
    assert year.leaving_kept_t.sum() == pytest.approx(out.sum())
    lost = year.coming_kept_t - year.leaving_kept_t - _change(year.ripening_kept_t + year.ready_kept_t)
    assert lost.min() >= -1e-6
    assert lost.sum() == pytest.approx(into.sum() - out.sum(), abs=1e-6)
    assert year.ripening_kept_t.min() >= -1e-9
    assert year.ready_kept_t.min() == pytest.approx(0, abs=1e-6)  # it never runs out, and none lies there for nothing


def _change(lying):
    return lying - np.roll(lying, 1, axis=1)


@given(shares, st.floats(0, 30), st.floats(0, 0.3))
def test_drying_is_what_many_small_steps_give(coming, months, loss):
    """Each month's wood as 200 parts that come in one after the other, in a year that has gone on for ever."""
    parts = 200
    came = (np.arange(12 * parts) + 0.5) / parts
    mass = np.repeat(coming, parts) / parts
    lying, ready = np.zeros(12), np.zeros(12)
    for year in range(5):
        for month in range(12):
            age = month + 1 - (came - 12 * year)
            wet = (age > 0) & (age <= months)
            lying[month] += (mass * (1 - loss) ** np.maximum(age, 0))[wet].sum()
            gets = (age > months) & (age - 1 <= months) & (age > 0)
            ready[month] += (mass * (1 - loss) ** months)[gets].sum()
    found, got = ripening(np.array([coming]), np.array([months]), loss)
    np.testing.assert_allclose(found[0], lying, atol=2 / parts)
    np.testing.assert_allclose(got[0], ready, atol=2 / parts)


@given(shares, shares)
def test_the_least_stock_is_the_least(coming, leaving):
    into, out = np.array(coming) / sum(coming), np.array(leaving) / sum(leaving)
    held = least_stock(into, out)
    assert held.min() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(np.roll(held, 1) + into - out, held, atol=1e-9)
