"""Classes of values on a map: where they begin, and what the legend says of them."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd

from coopgeo.text import Text

CLASSES = 5
_SMALL = 0.1  # under that, two decimals tell no class from another


def inner_breaks(values: pd.Series, *, digits: int) -> tuple[float, ...]:
    """Where five classes of as many rows each begin, but for the first; fewer where rounded values fall together.

    Parameters
    ----------
    values : Series of float
    digits : int
        Decimals that the breaks are rounded to; -1 for tens.
    """
    if values.empty:
        return ()
    shares = np.arange(1, CLASSES) / CLASSES
    return tuple(float(value) for value in np.unique(np.round(np.quantile(values, shares), digits)))


def density_digits(values: pd.Series) -> int:
    """Decimals of the limits of classes of a density: one, or more where all of it is small."""
    most = float(values.max()) if len(values) else 0.0
    return 1 if most >= 1 or most == 0 else 2 if most >= _SMALL else 3


def density_breaks(values: pd.Series) -> tuple[tuple[float, ...], int]:
    """Where classes of a density begin, and their decimals; where most values are 0, classes are those of the others.

    Examples
    --------
    >>> density_breaks(pd.Series([0.0, 0.0, 0.0, 0.02, 0.04]))
    ((0.024, 0.028, 0.032, 0.036), 3)
    """
    digits, some = density_digits(values), values[values > 0]
    return inner_breaks(some if 2 * len(some) < len(values) else values, digits=digits), digits


def closed_breaks(values: pd.Series, *, digits: int) -> tuple[float, ...]:
    """Limits of five classes of as many rows each, the first at or under the least value, the last at or over the most.

    One value only makes one class, whose limits may be equal; no value makes none.
    """
    if values.empty:
        return ()
    scale = 10.0**digits
    low, high = float(np.floor(values.min() * scale) / scale), float(np.ceil(values.max() * scale) / scale)
    inner = [value for value in inner_breaks(values, digits=digits) if low < value < high]
    return (low, *inner, high)


def ranges(breaks: tuple[float, ...]) -> list[tuple[float | None, float | None]]:
    """Lower and upper limit of each class; None at the open ends."""
    return list(pairwise([None, *breaks, None]))


def class_words(low: float | None, high: float | None, text: Text, number: Callable[[float], str]) -> str:
    """A class in words: under, between, or over its limits.

    Parameters
    ----------
    low, high : float, optional
        None at an open end.
    text : Text
    number : callable
        Writes a limit.
    """
    if low is None:
        return text("legend.under", high=number(high or 0.0))
    if high is None:
        return text("legend.over", low=number(low))
    return text("legend.between", low=number(low), high=number(high))
