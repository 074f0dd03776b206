"""A tornado: what moves the cost most, each factor from its low to its high end."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from coopgeo.notebook.charts import INK, french_axis
from coopgeo.plan.outcome import Outcome
from coopgeo.study.changes import PAIRS
from coopgeo.study.schema_parts import SHARE_UNITS
from coopgeo.study.texts import chain_text, chain_words
from coopgeo.text import Text, fewest_decimals

_TEXT = Text("fr")
_LOW, _HIGH = ("#0a7f8c", ""), ("#c65d00", "//")  # colour and hatch of an end
_OTHER = {"low": "high", "high": "low"}
_LONGEST = 62  # letters of a name; the rest is cut
_ROOM = 0.28  # of the widest bar, on either side, for what is written there


def tornado(swings: pd.DataFrame, base: Outcome, *, most: int = 15) -> Any:
    """The factors that move the cost most, the widest on top.

    Parameters
    ----------
    swings : DataFrame
        As `scenarios.one_at_a_time.swings` gives them.
    base : Outcome
        The answer of the study as it stands.
    most : int
        How many factors to show; those that differ by nothing are left out.

    Returns
    -------
    matplotlib Axes
    """
    text = chain_text(base.chain, base.study, "fr")
    ends = swings[["eur_unit_low", "eur_unit_high"]]
    shown = swings[ends.notna().all(axis=1) & (ends["eur_unit_low"] != ends["eur_unit_high"])].head(most)
    eur, sites = base.cost.eur_per_unit, tuple(sorted(map(str, base.accounts.sites)))
    figure, axes = plt.subplots(figsize=(11, 1.6 + 0.36 * len(shown)), layout="constrained")
    names = [_label(row.name, row.status) for row in shown.itertuples(index=False)]
    for end, (colour, hatch) in (("low", _LOW), ("high", _HIGH)):
        reached = shown[f"eur_unit_{end}"].to_numpy(float)
        axes.barh(range(len(shown)), reached - eur, left=eur, color=colour, hatch=hatch, edgecolor="white",
                  label=text(f"notebook.end_{end}"))  # fmt: skip
        for at, (id, row) in enumerate(shown.iterrows()):
            other = row[f"sites_{end}"] != sites
            right = reached[at] > eur or (reached[at] == eur and row[f"eur_unit_{_OTHER[end]}"] < eur)
            _write(axes, at, reached[at], end_words(id, row, end, base) + (" ◆" if other else ""), right=right)
    axes.axvline(eur, color=INK, linewidth=1)
    axes.set_yticks(range(len(shown)), names)
    axes.invert_yaxis()
    reached = shown[["eur_unit_low", "eur_unit_high"]].to_numpy(float)
    low, high = (reached.min(initial=eur), reached.max(initial=eur)) if len(shown) else (eur - 1, eur + 1)
    room = _ROOM * (high - low)
    axes.set(
        title=text("notebook.tornado", cost=text.price(eur)),
        xlabel=text("notebook.eur_unit"),
        xlim=(low - room, high + room),
    )
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    french_axis(axes.xaxis)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return axes


def unserved_ends(swings: pd.DataFrame, base: Outcome) -> list[str]:
    """Factors with an end at which not all customers can be served, each in words."""
    return [
        _TEXT("pair", name=_TEXT("notebook.quoted", name=row["name"]), value=end_words(id, row, end, base))
        for id, row in swings.iterrows()
        for end in ("low", "high")
        if np.isnan(row[f"eur_unit_{end}"])
    ]


def end_words(factor: Any, row: pd.Series, end: str, base: Outcome) -> str:
    """What an end of a factor is, in words: a figure with its unit, with or without a customer, low or high.

    Parameters
    ----------
    factor : str
        Its id.
    row : Series
        Of the table of swings.
    end : {"low", "high"}
    base : Outcome
    """
    value = float(row[end])
    if row["kind"] == "exists":
        return chain_text(base.chain, base.study, "fr")(f"notebook.built_{end}")
    if row["kind"] == "times":
        return _TEXT("notebook.times", factor=_TEXT.short(value, 2))
    unit = _unit(str(factor), base)
    if (row["low"], row["high"]) == (0.0, 1.0) and unit not in SHARE_UNITS:  # cells whose ranges differ
        return _TEXT(f"notebook.end_{end}_short")
    if unit in SHARE_UNITS:
        return _TEXT.percent(value, min(1, fewest_decimals(100 * value, 1)))
    return f"{_TEXT.short(value, 2)} {chain_words(base.chain, 'fr').unit(unit)}".strip()


def _unit(factor: str, base: Outcome) -> str:
    table, _, name = factor.partition(".")
    if table == "parameters":
        return str(dict(base.chain.parameters)[name].unit)
    rows = getattr(base.chain, table)
    if table in PAIRS:
        named = dict(zip(PAIRS[table], name.rsplit(".", 1), strict=True)) if table == "competitors" else {}
        named = named or {PAIRS[table][1]: name}
        rows = rows[np.logical_and.reduce([rows[column] == value for column, value in named.items()])]
    else:
        rows = rows.loc[[name]]
    units = rows["unit"].unique()
    return str(units[0]) if len(units) == 1 else ""


def _label(name: str, status: str) -> str:
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
    return f"{short} *" if status == "assumed" else short


def _write(axes: Any, at: int, reached: float, words: str, *, right: bool) -> None:
    axes.annotate(words, (reached, at), (4 if right else -4, 0), textcoords="offset points",
                  ha="left" if right else "right", va="center", fontsize="small", color=INK)  # fmt: skip
