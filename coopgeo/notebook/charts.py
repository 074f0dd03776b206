"""Charts of a notebook, with numbers as French writes them."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axis import Axis

from coopgeo.text import Text, fewest_decimals

_TEXT = Text("fr")
_GREEN, INK = "#1f6b3a", "#1b2a33"


def french_axis(axis: Axis) -> None:
    """Let an axis write its numbers as French does."""

    def written(value: float, _position: float) -> str:
        ticks = axis.get_majorticklocs()
        step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else value
        return _TEXT.number(value, fewest_decimals(round(step, 6)))

    axis.set_major_formatter(written)


def bars(values: pd.Series, title: str, unit: str, *, spread: tuple[pd.Series, pd.Series] | None = None) -> Any:
    """Bars beside each other, the largest on top, each with its figure.

    Parameters
    ----------
    values : Series
        By name, at least 0.
    title, unit : str
        Above the chart, and under its axis.
    spread : pair of Series, optional
        Lowest and highest of each value, drawn as a line.

    Returns
    -------
    matplotlib Axes
    """
    values = values.sort_values()
    _, axes = plt.subplots(figsize=(9, 1.2 + 0.34 * len(values)))
    beside = None
    if spread is not None:
        low, high = (end.reindex(values.index) for end in spread)
        beside = [(values - low).to_numpy(), (high - values).to_numpy()]
    drawn = axes.barh(values.index, values, color=_GREEN, xerr=beside, capsize=4, ecolor="#c8401e")
    digits = 0 if float(values.max() or 0) >= 10 else 1
    if spread is None:
        axes.bar_label(drawn, [_TEXT.number(value, digits) for value in values], padding=4, color=INK)
        axes.margins(x=0.12)
    axes.set(title=title, xlabel=unit, xlim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    french_axis(axes.xaxis)
    return axes
