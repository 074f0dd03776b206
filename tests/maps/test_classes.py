"""Classes of values on a map."""

import pandas as pd
import pytest

from coopgeo.maps.classes import class_words, closed_breaks, inner_breaks, ranges
from coopgeo.text import Text


def test_five_classes_of_as_many_rows_each():
    values = pd.Series([float(value) for value in range(11)])  # quantiles of fifths: 2, 4, 6, 8
    assert inner_breaks(values, digits=1) == (2.0, 4.0, 6.0, 8.0)
    assert inner_breaks(values * 10, digits=-1) == (20.0, 40.0, 60.0, 80.0)
    assert closed_breaks(values, digits=1) == (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)


def test_breaks_that_round_to_the_same_are_one():
    assert inner_breaks(pd.Series([1.01, 1.02, 1.03, 1.04, 9.0]), digits=1) == (1.0, 2.6)  # 1.018, 1.026, 1.034, 2.632


@pytest.mark.parametrize(
    ("values", "ends"),
    [([0.26, 3.0, 7.0], (0.2, 7.0)), ([0.24, 3.0, 7.01], (0.2, 7.1)), ([0.04, 0.04], (0.0, 0.1)), ([2.0], (2.0, 2.0))],
)
def test_closed_classes_hold_the_least_and_the_most(values, ends):
    """Rounded, the least of the first row (0.26) would begin at 0.3, and its commune lie in no class."""
    breaks = closed_breaks(pd.Series(values), digits=1)
    assert (breaks[0], breaks[-1]) == pytest.approx(ends)
    assert breaks[0] <= min(values)
    assert max(values) <= breaks[-1]
    assert len(breaks) >= 2
    assert list(breaks) == sorted(breaks)


def test_no_values_make_no_classes():
    nothing = pd.Series([], dtype=float)
    assert inner_breaks(nothing, digits=1) == closed_breaks(nothing, digits=1) == ()


def test_classes_are_open_at_both_ends():
    assert ranges((1.0, 2.0)) == [(None, 1.0), (1.0, 2.0), (2.0, None)]
    assert ranges(()) == [(None, None)]


def test_a_class_in_words():
    text = Text("en")
    words = [class_words(low, high, text, text.number) for low, high in ranges((1.0, 2.0))]
    assert words == ["under 1", "1 to 2", "2 and more"]
