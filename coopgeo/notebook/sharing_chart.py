"""Bars of who pays what alone, together, and with a support."""

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from coopgeo.cooperation.sharing import Sharing
from coopgeo.notebook.charts import INK, french_axis
from coopgeo.text import Text
from coopgeo.words.cooperate import partners_sheet
from coopgeo.words.sheets import Sheet

_STYLE = {"alone": ("#b9bec3", "//"), "share": ("#1f6b3a", ""), "supported": ("#12355b", "..")}
_DIGITS = 3
_HEIGHT = 0.8  # of all bars of a partner


def sharing_chart(sharing: Sharing, rule: str, text: Text, support_eur_year: float | None = None) -> tuple[Figure, str]:
    """Bars for each partner, those who ask for most on top, and the same in words for who cannot see them.

    Parameters
    ----------
    sharing : Sharing
    rule : str
    text : Text
    support_eur_year : float, optional
        Adds a bar of what each pays with it.
    """
    sheet = partners_sheet(sharing, rule, text, support_eur_year)
    rows, shown = sheet.rows, [column for column in _STYLE if column in sheet.rows]
    thick = _HEIGHT / len(shown)
    figure, axes = plt.subplots(figsize=(10, 1.5 + (0.2 + 0.28 * len(shown)) * len(rows)), layout="constrained")
    labels = {
        "alone": text("cooperate.chart_alone"),
        "share": text("cooperate.chart_together", rule=text(f"sharing.rule_{rule}")),
        "supported": text("cooperate.chart_supported"),
    }
    for at, column in enumerate(shown):
        colour, hatch = _STYLE[column]
        places = [row + (at - (len(shown) - 1) / 2) * thick for row in range(len(rows))]
        drawn = axes.barh(
            places, rows[column], height=thick, color=colour, hatch=hatch, edgecolor="white", label=labels[column]
        )
        axes.bar_label(
            drawn, [text.significant(eur, _DIGITS) for eur in rows[column]], padding=4, color=INK, fontsize=9
        )
    axes.set_yticks(range(len(rows)), rows["name"])
    axes.invert_yaxis()
    axes.set(title=text("cooperate.chart"), xlabel=text("cooperate.chart_axis"))
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.margins(x=0.1, y=0.02)
    axes.spines[["top", "right"]].set_visible(False)
    french_axis(axes.xaxis)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure, _in_words(sheet, shown[-1], text)


def _in_words(sheet: Sheet, column: str, text: Text) -> str:
    rows = [
        text("cooperate.chart_row", name=row["name"],
             **{name: text.significant(row[at], _DIGITS) for name, at in (("alone", "alone"), ("share", column))})
        for _, row in sheet.rows.iterrows()
    ]  # fmt: skip
    return text("cooperate.chart_words", rows=text("sharing.and").join(rows))
