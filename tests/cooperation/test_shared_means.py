"""What chains share: no hours clash, and no other way to divide them saves more."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.cooperation.shared_means import means_shared, own_eur_year, set_partitions

CHAINS = ("wood", "cloth", "food", "glass")


def needs(*rows):
    columns = ["means", "chain", "low", "value", "high", "hours_week", "open_hours_week", "ground_m2", "anywhere"]
    return pd.DataFrame(rows, columns=columns).assign(counted="no")


def test_who_shares_has_one_of_the_dearest():
    table = needs(
        ("scale", "wood", 40, 60, 90, 8, 40, 50, "no"),
        ("scale", "cloth", 30, 50, 70, 4, 40, 30, "no"),
        ("lorry", "cloth", 10, 20, 30, 20, 35, 0, "yes"),
        ("lorry", "food", 10, 25, 30, 15, 35, 0, "yes"),
    )
    (scale,) = means_shared(table, CHAINS, anywhere=False)
    assert (scale.low, scale.value, scale.high) == (30, 50, 70)
    assert (scale.chains, scale.hours_week, scale.ground_m2) == (("wood", "cloth"), 12, 30)
    (lorry,) = means_shared(table, CHAINS, anywhere=True)
    assert (lorry.chains, lorry.value, lorry.hours_week) == (("cloth", "food"), 20, 35)
    assert means_shared(table, ("wood", "food"), anywhere=True) == ()


def test_hours_that_clash_are_not_shared():
    table = needs(
        ("lorry", "wood", 0, 10, 20, 20, 35, 0, "yes"),
        ("lorry", "cloth", 0, 30, 40, 16, 35, 0, "yes"),
        ("lorry", "food", 0, 30, 40, 15, 35, 0, "yes"),
    )
    (lorry,) = means_shared(table, CHAINS, anywhere=True)
    assert lorry.chains == ("cloth", "food")
    assert means_shared(table, ("wood", "cloth"), anywhere=True) == ()


def test_means_of_its_own_cost_what_is_not_counted():
    table = needs(("scale", "wood", 40, 60, 90, 8, 40, 50, "no"), ("fence", "wood", 1, 7, 9, 0, 168, 0, "no"))
    assert own_eur_year(table, "wood", anywhere=False) == 67
    assert own_eur_year(table.assign(counted=["yes", "no"]), "wood", anywhere=False) == 7
    assert own_eur_year(table, "wood", anywhere=True) == own_eur_year(table, "cloth", anywhere=False) == 0


@pytest.mark.parametrize(("count", "bell"), [(0, 1), (1, 1), (3, 5), (4, 15), (5, 52)])
def test_every_division_is_there_once(count, bell):
    found = [frozenset(map(frozenset, groups)) for groups in set_partitions("abcde"[:count])]
    assert len(found) == len(set(found)) == bell
    assert all(frozenset().union(*groups) == set("abcde"[:count]) for groups in found)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), min_size=1, max_size=4))
def test_no_other_division_saves_more(rows):
    table = needs(
        *(("lorry", chain, 0, eur, eur, hours, 40, 0, "yes") for chain, (eur, hours) in zip(CHAINS, rows, strict=False))
    )
    found = means_shared(table, CHAINS, anywhere=True)
    assert all(one.hours_week <= one.open_hours_week for one in found)
    assert len({chain for one in found for chain in one.chains}) == sum(len(one.chains) for one in found)
    eur, hours = np.array(rows).T
    most = 0
    for lorry in product(range(len(rows)), repeat=len(rows)):  # which lorry each chain uses
        groups = [np.array(lorry) == number for number in range(len(rows))]
        if all(hours[group].sum() <= 40 for group in groups):
            most = max(most, eur.sum() - sum(eur[group].max(initial=0) for group in groups))
    assert sum(one.value for one in found) == most
