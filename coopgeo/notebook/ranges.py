"""The range of the cost over draws: a line from 5 to 95 %, a bar for the middle half, what it is held against."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt

from coopgeo.notebook.charts import INK, french_axis
from coopgeo.text import Text

_TEXT = Text("fr")
_GREEN = "#1f6b3a"
_DASHES = ("--", ":", "-.")


def range_bar(quantiles: Mapping[str, float], title: str, unit: str, marks: Mapping[str, float] | None = None) -> Any:
    """Where a figure lies over draws.

    Parameters
    ----------
    quantiles : mapping of str to float
        `p5`, `p25`, `p50`, `p75` and `p95`.
    title, unit : str
        Above the chart, and under its axis.
    marks : mapping of str to float, optional
        What the figure is held against, each a line.

    Returns
    -------
    matplotlib Axes
    """
    q = {name: float(value) for name, value in quantiles.items()}
    figure, axes = plt.subplots(figsize=(10, 2.6), layout="constrained")
    axes.plot([q["p5"], q["p95"]], [0, 0], color=_GREEN, linewidth=3, marker="|", markersize=16,
              label=_TEXT("notebook.nine_in_ten"))  # fmt: skip
    axes.barh(0, q["p75"] - q["p25"], left=q["p25"], height=0.5, color=_GREEN, label=_TEXT("notebook.one_in_two"))
    axes.plot([q["p50"]] * 2, [-0.25, 0.25], color="white", linewidth=3)
    for name in ("p5", "p50", "p95"):
        axes.annotate(_TEXT.number(q[name], 1), (q[name], 0.3), ha="center", va="bottom", color=INK, fontweight="bold")
    for dashes, (name, value) in zip(_DASHES, (marks or {}).items(), strict=False):
        axes.axvline(value, color="#c8401e", linestyle=dashes, label=f"{name} : {_TEXT.number(value, 1)}")
    axes.set(title=title, xlabel=unit, ylim=(-0.6, 0.75), yticks=[])
    axes.margins(x=0.08)
    axes.spines[["top", "right", "left"]].set_visible(False)
    french_axis(axes.xaxis)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return axes
