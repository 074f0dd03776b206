"""Where something begins to hold, against trying every value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgeo.opportunity.turning import first_that_holds


@given(st.floats(0.5, 99.5), st.integers(1, 8))
def test_the_bracket_holds_the_edge_and_is_as_narrow_as_asked(edge, steps):
    low, high = first_that_holds(lambda value: value >= edge, np.linspace(0, 100, steps + 1).tolist(), width=0.01)
    assert low < edge <= high
    assert high - low <= 0.01


@given(st.lists(st.floats(1.0, 900.0), min_size=1, max_size=5), st.floats(1.0, 2000.0))
def test_costs_in_steps_turn_where_trying_every_value_says(fixed, price):
    """Sizes of a platform: from each capacity on the next fixed cost, against a price per tonne."""
    capacity = 100 * (1 + np.arange(len(fixed)))
    costs = np.cumsum(fixed)

    def holds(tonnes):
        size = int(np.searchsorted(capacity, tonnes))
        return size < len(costs) and costs[size] <= price * tonnes / 100

    tried = np.arange(1, capacity[-1] + 1)
    every = [float(tonnes) for tonnes in tried if holds(tonnes)]
    found = first_that_holds(holds, tried.tolist(), width=1.0)
    assert (found is None) == (not every)
    if found:
        assert found[1] == every[0]


def test_what_holds_already_or_nowhere():
    assert first_that_holds(lambda _: True, [3.0, 4.0], width=0.1) == (3.0, 3.0)
    assert first_that_holds(lambda _: False, [3.0, 4.0, 9.0], width=0.1) is None


def test_the_width_may_follow_the_value():
    low, high = first_that_holds(lambda value: value >= 70, [1.0, 128.0], width=lambda value: 0.02 * value)
    assert low < 70 <= high
    assert high - low <= 0.02 * high
    assert high - low == pytest.approx(127 / 2**7)
