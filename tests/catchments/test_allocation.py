"""Allocation with and without capacities, sums by facility, accessibility, overlap."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from coopgeo.catchments import accessibility, allocate, overlap, summarise
from coopgeo.errors import InfeasibleError, InputError
from tests.catchments.test_areas import TOWN, at

nodes = st.lists(st.integers(0, 63), min_size=1, max_size=12, unique=True)
sites = st.lists(st.integers(0, 63), min_size=1, max_size=4, unique=True)


def amounts_of(places, seed):
    return pd.Series(np.random.default_rng(seed).integers(0, 9, len(places)).astype(float), index=places.index)


@settings(max_examples=25, deadline=None)
@given(nodes, sites, st.integers(0, 99), st.sampled_from([600.0, 1500.0, np.inf]))
def test_without_capacities_each_goes_to_its_nearest(who, where, seed, max_cost):
    places, facilities = at(TOWN, *who), at(TOWN, *where)
    demand = amounts_of(places, seed)
    found = allocate(TOWN, places, facilities, by="length_m", max_cost=max_cost, demand=demand)
    cost = TOWN.matrix(places, facilities.sort_index(), "length_m")
    assert found.index.equals(places.index)
    np.testing.assert_array_equal(found["amount"], demand)
    for k, (_, row) in enumerate(found.iterrows()):
        if cost[k].min() > max_cost:
            assert pd.isna(row["facility"])
            assert np.isinf(row["cost"])
        else:
            assert row["cost"] == cost[k].min()
            assert row["facility"] == facilities.sort_index().index[cost[k].argmin()]


@settings(max_examples=25, deadline=None)
@given(nodes, sites, st.integers(0, 99), st.sampled_from([0.3, 0.6, 1.0, 2.0]), st.sampled_from([1500.0, np.inf]))
def test_capacities_are_kept_at_the_least_total(who, where, seed, share, max_cost):
    places, facilities = at(TOWN, *who), at(TOWN, *where)
    demand = amounts_of(places, seed)
    ids = facilities.sort_index().index
    capacity = {label: share * demand.sum() * (1 + k) / len(where) for k, label in enumerate(ids)}
    cost = TOWN.matrix(places, facilities.sort_index(), "length_m")
    cost[cost > max_cost] = np.inf
    reached = np.isfinite(cost).any(axis=1)
    pairs = np.argwhere(np.isfinite(cost))
    best = None
    if len(pairs):
        rows = np.array([pairs[:, 0] == i for i in np.flatnonzero(reached)], dtype=float)
        columns = np.array([pairs[:, 1] == j for j in range(len(ids))], dtype=float)
        best = linprog(
            cost[tuple(pairs.T)], A_eq=rows, b_eq=demand.to_numpy()[reached], A_ub=columns, b_ub=list(capacity.values())
        )
    try:
        found = allocate(TOWN, places, facilities, by="length_m", max_cost=max_cost, demand=demand, capacity=capacity)
    except InfeasibleError as error:
        assert best is not None
        assert best.status == 2
        assert "more than the facilities in their reach can take" in str(error)  # noqa: PT017 (either may happen)
        return
    np.testing.assert_allclose(found.groupby(level=0)["amount"].sum().reindex(places.index), demand, atol=1e-9)
    for label, held in found.groupby("facility")["amount"].sum().items():
        assert held <= capacity[label] * (1 + 1e-9) + 1e-9
    served = found[found["facility"].notna()]
    assert (served["amount"] * served["cost"]).sum() == pytest.approx(best.fun if best is not None else 0.0, abs=1e-6)
    assert set(found.index[found["facility"].isna()]) == set(places.index[~reached])


def test_ample_capacity_changes_nothing():
    places, facilities = at(TOWN, 1, 9, 30, 50, 63), at(TOWN, 0, 60)
    plain = allocate(TOWN, places, facilities, by="length_m")
    pd.testing.assert_frame_equal(allocate(TOWN, places, facilities, by="length_m", capacity={"f0": 99.0}), plain)


def test_sums_by_facility():
    places, facilities = at(TOWN, 0, 1, 2, 63), at(TOWN, 0, 60, 5)
    demand = pd.Series([2.0, 1.0, 1.0, 4.0], index=places.index)
    table = summarise(allocate(TOWN, places, facilities, by="length_m", max_cost=800.0, demand=demand), facilities)
    assert table.index[:3].tolist() == ["f0", "f5", "f60"]
    assert pd.isna(table.index[3])
    assert table["places"].tolist() == [3, 0, 0, 1]
    assert table["amount"].tolist() == [4.0, 0.0, 0.0, 4.0]
    assert table["mean_cost"].iloc[0] == pytest.approx((400 + 800) / 4)
    assert table["max_cost"].iloc[0] == 800
    assert table["share"].tolist() == [0.5, 0.0, 0.0, 0.5]


@settings(max_examples=25, deadline=None)
@given(nodes, sites, st.integers(0, 99), st.sampled_from([400.0, 900.0, 3000.0]))
def test_accessibility_gives_out_what_there_is(who, where, seed, within):
    places, facilities = at(TOWN, *who), at(TOWN, *where)
    demand, supply = amounts_of(places, seed) + 1.0, {label: 1.0 + k for k, label in enumerate(facilities.index)}
    found = accessibility(TOWN, places, facilities, within, by="length_m", demand=demand, supply=supply)
    cost = TOWN.matrix(places, facilities, "length_m")
    np.testing.assert_array_equal(found["cost"], cost.min(axis=1))
    np.testing.assert_array_equal(found["count"], (cost <= within).sum(axis=1))
    asked = (cost <= within).any(axis=0)
    assert (found["supply_per_demand"] * demand).sum() == pytest.approx(sum(np.array(list(supply.values()))[asked]))
    both = overlap(TOWN, places, facilities, within, by="length_m", demand=demand)
    np.testing.assert_allclose(both, both.T)
    np.testing.assert_allclose(
        np.diag(both), [demand[cost[:, list(facilities.index).index(label)] <= within].sum() for label in both.index]
    )
    assert (both.to_numpy() <= np.diag(both.to_numpy()) + 1e-9).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"demand": pd.Series([1.0, -2.0], index=["f1", "f2"])},
            'id "f2".*demand: found -2.0; expected a number, 0 or more',
        ),
        ({"demand": pd.Series([1.0])}, "demand: found 1 amount; expected the index of the places"),
        (
            {"capacity": {"zz": 1.0, "f0": -1.0}},
            'capacity: found .zz.; expected the id of a facility\n.*id "f0".*capacity: found -1',
        ),
        ({"facilities": at(TOWN, 0, 0)}, "facilities: found .f0.; expected ids that differ"),
        ({"facilities": at(TOWN, 0).iloc[:0]}, "facilities: found none"),
    ],
)
def test_bad_input(change, words):
    arguments = {"facilities": at(TOWN, 0), **change}
    with pytest.raises(InputError, match=words):
        allocate(TOWN, at(TOWN, 1, 2), arguments.pop("facilities"), by="length_m", **arguments)


@pytest.mark.parametrize("within", [0.0, -1.0, np.nan])
def test_a_break_is_above_nothing(within):
    with pytest.raises(InputError, match="within: found"):
        accessibility(TOWN, at(TOWN, 1), at(TOWN, 0), within)


@pytest.mark.parametrize("ask", [accessibility, overlap])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"demand": pd.Series([1.0, 2.0], index=["a", "b"])},
            "demand: found 2 amounts; expected the index of the places",
        ),
        ({"demand": "nan"}, "demand: found nan; expected a number, 0 or more"),
        ({"facilities": "none"}, "facilities: found none"),
        ({"facilities": "twice"}, "expected ids that differ"),
    ],
)
def test_bad_input_of_accessibility(study, ask, change, words):
    places = study.chefs_lieux.iloc[:5]
    facilities = {"none": places.iloc[:0], "twice": places.iloc[[0, 0]]}.get(change.get("facilities"), places.iloc[:2])
    demand = change.get("demand")
    demand = pd.Series(np.nan, index=places.index) if isinstance(demand, str) else demand
    with pytest.raises(InputError, match=words):
        ask(study.roads(), places, facilities, 600.0, demand=demand)
