"""From where something holds as a figure grows: steps, then halves of the first step at whose end it does."""

import math
from collections.abc import Callable, Sequence

Bracket = tuple[float, float]


def first_that_holds(
    holds: Callable[[float], bool], values: Sequence[float], *, width: float | Callable[[float], float]
) -> Bracket | None:
    """Where something begins to hold.

    Parameters
    ----------
    holds : callable
        Whether it holds at a value.
    values : sequence of float
        Rising: from where to where to look, and where between to look first. What holds between two of them and at
        neither is not seen.
    width : float or callable
        How narrow the bracket shall be, or that for the value at its upper end.

    Returns
    -------
    tuple of (float, float) or None
        The last value tried at which it does not hold and the first at which it does; the first value twice if it
        holds there; None if it holds at none of the values.

    Examples
    --------
    >>> low, high = first_that_holds(lambda x: x * x >= 2, [0, 1, 2, 4], width=1e-3)
    >>> low < 2 ** 0.5 <= high, high - low <= 1e-3
    (True, True)
    """
    first, *others = values
    if holds(first):
        return first, first
    before = first
    for after in others:
        if holds(after):
            return _halved(holds, before, after, width)
        before = after
    return None


def _halved(
    holds: Callable[[float], bool], without: float, within: float, width: float | Callable[[float], float]
) -> Bracket:
    while within - without > (width(within) if callable(width) else width):
        middle = (without + within) / 2
        if middle in (without, within) or math.isnan(middle):
            break
        if holds(middle):
            within = middle
        else:
            without = middle
    return without, within
