"""The resource keeps its books: each step leaves less, all is taken once, competitors stay within their catchments."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgeo.chain.resource import assess, shares
from coopgeo.errors import InputError
from coopgeo.study.chain_schemas import POTENTIALS

STEPS = [f"{name}_kept_t" for name in POTENTIALS]
TAKEN = ["competitors_kept_t", "elsewhere_kept_t", "available_kept_t"]


@pytest.fixture(scope="module")
def roads(study):
    return study.roads()


@pytest.fixture(scope="module", params=["low", "value", "high"])
def resource(study, roads, request):
    return assess(study, study.chain(), roads, level=request.param)


def by_product(resource):
    return resource.balance.groupby("product")[[*STEPS, "existing_uses_kept_t", *TAKEN]].sum()


def with_competitors(chain, rows):
    table = pd.DataFrame(rows, columns=["customer", "product", "value", "radius_km"])
    return replace(
        chain,
        competitors=table.assign(
            low=table["value"],
            high=table["value"],
            unit="t/an",
            radius_status="assumed",
            note="",
            source="x",
            status="assumed",
        ),
    )


def test_each_potential_is_at_most_the_one_before(resource):
    steps = resource.balance[STEPS].to_numpy()
    assert (np.diff(steps, axis=1) <= 1e-9).all()
    assert (resource.balance[TAKEN].to_numpy() >= 0).all()


def test_the_balance_adds_up(resource):
    balance = resource.balance
    np.testing.assert_allclose(balance[TAKEN].sum(axis=1), balance["sustainable_kept_t"], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        balance["existing_uses_kept_t"] + balance["unused_kept_t"], balance["theoretical_kept_t"], rtol=1e-9, atol=1e-9
    )


def test_competitors_take_what_the_balance_says(study, roads):
    resource = assess(study, study.chain(), roads)
    taken = resource.competition.groupby("product")["taken_here_kept_t"].sum()
    np.testing.assert_allclose(by_product(resource)["competitors_kept_t"].reindex(taken.index), taken, rtol=1e-9)
    assert (resource.competition["taken_kept_t"] <= resource.competition["wanted_kept_t"] + 1e-9).all()
    assert (resource.competition["taken_kept_t"] <= resource.competition["reach_kept_t"] + 1e-9).all()


def test_the_levels_are_in_order(study, roads):
    low, value, high = (
        by_product(assess(study, study.chain(), roads, level=level))["available_kept_t"]
        for level in ("low", "value", "high")
    )
    assert (low <= value + 1e-9).all()
    assert (value <= high + 1e-9).all()


def test_anchors_of_the_trade(study, roads):
    """Orders of magnitude that were worked out by hand for the fifty communes."""
    chain = study.chain()
    sums = by_product(assess(study, chain, roads))
    forest_m3_ha = shares(chain).loc["forest-broadleaf"] / 0.575
    assert forest_m3_ha["theoretical"] == pytest.approx(6.0)
    assert forest_m3_ha["theoretical"] - forest_m3_ha["unused"] == pytest.approx(3.9)  # harvested today
    assert forest_m3_ha["technical"] == pytest.approx(0.4, abs=0.005)  # what could be chipped beyond it
    hedge_t = sums.loc["hedge", "economic_kept_t"] / 0.55
    assert 800 <= hedge_t <= 1_000
    wood_at_centres_t = sums.loc[["recycled-a", "recycled-b", "recycled-c"], "theoretical_kept_t"].sum() / 0.78
    assert wood_at_centres_t == pytest.approx(77_968 * 0.025)
    assert 780 <= wood_at_centres_t <= 2_340
    assert 2_000 <= sums["available_kept_t"].sum() / 0.70 <= 5_000


def test_wood_of_classes_b_and_c_never_reaches_the_platform(resource, outcome):
    sums = by_product(resource)
    assert (sums.loc[["recycled-b", "recycled-c"], "available_kept_t"] == 0).all()
    assert sums.loc["recycled-c", "elsewhere_kept_t"] == pytest.approx(sums.loc["recycled-c", "sustainable_kept_t"])
    assert not {"recycled-b", "recycled-c"} & set(outcome.origins["product"])


def test_protected_shares_are_kept_back(study, roads):
    more = study.with_factor("hedge", "protected-share", 0.5)
    kept, before = (by_product(assess(s, s.chain(), roads)).loc["hedge"] for s in (more, study))
    assert kept["sustainable_kept_t"] == pytest.approx(before["economic_kept_t"] * 0.5)
    assert kept["economic_kept_t"] == pytest.approx(before["economic_kept_t"])


def test_a_competitor_takes_the_same_share_of_everything_in_its_radius_and_nothing_beyond(study, roads):
    chain = with_competitors(study.chain(), [("linex-allouville", "hedge", 400.0, 15.0)])
    with_it, without = (
        assess(study, c, roads).balance.query("product == 'hedge'").set_index("insee")
        for c in (chain, with_competitors(chain, []))
    )
    length_m = roads.matrix(
        study.chefs_lieux.loc[with_it.index], chain.customers.geometry.loc[["linex-allouville"]], "length_m"
    )[:, 0]
    share = with_it["competitors_kept_t"] / without["available_kept_t"]
    near = length_m <= 15_000
    assert near.any()
    assert (~near).any()
    np.testing.assert_allclose(share[near], share[near].iloc[0])
    assert 0 < share[near].iloc[0] < 1
    assert (share[~near] == 0).all()
    assert assess(study, chain, roads).competition["taken_kept_t"].iloc[0] == pytest.approx(400 * 0.55)


def test_competitors_never_take_more_than_there_is_nor_than_they_want(study, roads):
    claims = st.tuples(
        st.sampled_from(["linex-allouville", "biosynergy-76", "maromme"]), st.floats(0, 1e6), st.floats(1, 150)
    )

    @settings(max_examples=25)
    @given(st.lists(claims, min_size=1, max_size=3, unique_by=lambda claim: claim[0]))
    def check(claimed):
        chain = with_competitors(study.chain(), [(name, "hedge", tonnes, radius) for name, tonnes, radius in claimed])
        resource = assess(study, chain, roads)
        hedge = resource.balance.query("product == 'hedge'")
        assert (hedge["available_kept_t"] >= 0).all()
        assert (hedge["competitors_kept_t"] <= hedge["sustainable_kept_t"] * (1 + 1e-9) + 1e-300).all()
        rivals = resource.competition
        assert (
            rivals["taken_kept_t"] <= np.minimum(rivals["wanted_kept_t"], rivals["reach_kept_t"]) * (1 + 1e-9) + 1e-300
        ).all()
        assert rivals["taken_here_kept_t"].sum() == pytest.approx(hedge["competitors_kept_t"].sum(), abs=1e-6)

    check()


def test_where_competitors_take_all_nothing_is_left_not_even_a_rounding_error(study, roads):
    claims = [
        ("linex-allouville", "hedge", 3e6, 150.0),
        ("biosynergy-76", "hedge", 7e6, 150.0),
        ("maromme", "hedge", 1e6 / 3, 150.0),
    ]
    resource = assess(study, with_competitors(study.chain(), claims), roads)
    assert (resource.balance.query("product == 'hedge'")["available_kept_t"] == 0).all()


def test_what_competitors_take_here_includes_the_sawmills_of_the_balance(study, roads):
    resource = assess(study, with_competitors(study.chain(), [("biosynergy-76", "sawmill", 50.0, 150.0)]), roads)
    taken = resource.balance.query("product == 'sawmill'")["competitors_kept_t"].sum()
    assert taken == pytest.approx(25.0)
    assert resource.competition["taken_here_kept_t"].iloc[0] == pytest.approx(taken)


def test_without_competitors_nothing_is_taken(study, roads):
    resource = assess(study, with_competitors(study.chain(), []), roads)
    assert resource.competition.empty
    assert (resource.balance["competitors_kept_t"] == 0).all()


def test_an_unknown_level_is_refused(study, roads):
    with pytest.raises(InputError, match='found "mean"; expected one of low, value, high'):
        assess(study, study.chain(), roads, level="mean")


def test_another_factor_changes_its_product_alone(study, roads):
    ambitious = study.with_factor("hedge", "managed-share", 0.3)
    assert ambitious.inputs_sha256 != study.inputs_sha256
    before, after = (by_product(assess(s, s.chain(), roads))["economic_kept_t"] for s in (study, ambitious))
    assert after["hedge"] == pytest.approx(3 * before["hedge"])
    pd.testing.assert_series_equal(after.drop("hedge"), before.drop("hedge"))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (("hedge", "managed"), "such as density, chip-yield"),
        (("gold", "managed-share"), "such as forest-broadleaf"),
        (("hedge", "managed-share"), "a share between 0 and 1"),
    ],
)
def test_a_factor_that_cannot_be_is_refused(study, call, expected):
    with pytest.raises(InputError, match=expected):
        study.with_factor(*call, 30)


@pytest.mark.parametrize("value", ["a lot", None, float("inf"), float("nan")])
def test_a_factor_that_is_no_number_is_refused(study, value):
    with pytest.raises(InputError, match=r'id "hedge", density: .*expected a number'):
        study.with_factor("hedge", "density", value)
