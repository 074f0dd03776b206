"""What decides: nothing is named that chance alone would give, and what truly decides is."""

import numpy as np
import pandas as pd
import pytest

from coopgeo.scenarios.decisive import chance, decisive, decisive_groups

TABLES = ("parameters", "resources", "harvest_costs", "roads")


def draws_of(n, *, factors=117, seed=0, weight=0.0):
    """Factors, their places, and two sites of which the first factor decides by its weight; the rest is noise."""
    random = np.random.default_rng(seed)
    names = [f"{TABLES[number % 4]}.{number}" for number in range(factors)]
    places = pd.DataFrame(random.random((n, factors)), columns=names)
    noise = random.standard_normal((n, 2))
    values = pd.DataFrame({"a": 100 + noise[:, 0] + weight * places[names[0]], "b": 100 + noise[:, 1]})
    table = pd.DataFrame({"name": names, "name_en": names, "status": "assumed"}, index=names)
    return table, places, values


def named(n, **asked):
    """What is named, of factors and of kinds."""
    table, places, values = draws_of(n, **asked)
    cost = values.min(axis=1)
    known = decisive(table, places.to_numpy(), values, ["a", "b"], cost)
    kinds = decisive_groups(places, values, ["a", "b"], cost)
    return [one.index[(one[["effect", "effect_cost"]] > 0).any(axis=1)].tolist() for one in (known, kinds)]


@pytest.mark.parametrize("n", [50, 60, 150])
def test_chance_is_not_announced_however_few_the_draws(n):
    found = [named(n, seed=seed) for seed in range(4)]
    assert sum(bool(factors) for factors, _ in found) <= 1
    assert sum(bool(kinds) for _, kinds in found) <= 1


def test_what_truly_decides_is_named_by_enough_draws():
    factors, kinds = named(500, weight=6.0)
    assert factors == ["parameters.0"]
    assert kinds == ["assumptions"]


def test_the_share_of_chance_is_that_of_results_in_no_order():
    """The largest of 20 R2 of a factor each, over results put in any order: one in a hundred lies above."""
    random, n, count = np.random.default_rng(4), 80, 20
    known = random.random((n, count))
    known = (known - known.mean(axis=0)) / known.std(axis=0)
    results = random.permuted(np.tile(np.arange(n, dtype=float), (3000, 1)), axis=1)
    results = (results - results.mean(axis=1, keepdims=True)) / results.std(axis=1, keepdims=True)
    largest = ((results @ known / n) ** 2).max(axis=1)
    assert (largest > chance(n, 1, count)).mean() == pytest.approx(0.01, abs=0.006)
    assert chance(n, 1, count) < chance(n, 1, 2 * count)
    assert chance(n, 1, count) < chance(n // 2, 1, count)
