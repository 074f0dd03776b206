"""What a unit delivered costs, stage upon stage, in several cases beside each other."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt

from coopgeo.maps import symbols
from coopgeo.notebook.charts import INK, french_axis
from coopgeo.plan.outcome import Outcome
from coopgeo.study.texts import chain_text

STAGES = {
    "roadside": ("#1f6b3a", ""),
    "inbound": (symbols.INBOUND, "//"),
    "platform": ("#12355b", ""),
    "outbound": (symbols.OUTBOUND, "\\\\"),
    "direct": (symbols.DIRECT, ".."),
    "bought": ("#8a5a2b", "xx"),
    "unserved": ("#555b61", "--"),
}  # colour and hatch: none is told by colour alone
_LEAST_WRITTEN = 0.035  # of the highest bar: no figure fits into less


def cost_stack(cases: Mapping[str, Outcome]) -> Any:
    """The cost of each case by stage, € per unit delivered, the whole written behind its bar.

    Parameters
    ----------
    cases : mapping of str to Outcome
        By what they are called; the first is on top.

    Returns
    -------
    matplotlib Axes
    """
    first = next(iter(cases.values()))
    text = chain_text(first.chain, first.study, "fr")
    units = {name: outcome.accounts.delivered.units for name, outcome in cases.items()}
    whole = {name: outcome.cost.eur_per_unit for name, outcome in cases.items()}
    figure, axes = plt.subplots(figsize=(10, 1.6 + 0.6 * len(cases)), layout="constrained")
    left = dict.fromkeys(cases, 0.0)
    for stage, (colour, hatch) in STAGES.items():
        eur_unit = {name: outcome.cost.stages_eur_year.get(stage, 0.0) / units[name] for name, outcome in cases.items()}
        if not any(eur_unit.values()):
            continue
        drawn = axes.barh(
            list(cases), list(eur_unit.values()), left=list(left.values()), color=colour, hatch=hatch,
            edgecolor="white", label=text(f"stage.{stage}"),
        )  # fmt: skip
        wide = _LEAST_WRITTEN * max(whole.values())
        written = [text.price(eur) if eur >= wide else "" for eur in eur_unit.values()]
        shade = {"facecolor": colour, "edgecolor": "none", "pad": 1.2}
        for label in axes.bar_label(drawn, written, label_type="center", color="white"):
            if label.get_text():
                label.set_bbox(shade)
        left = {name: left[name] + eur for name, eur in eur_unit.items()}
    for at, (name, eur) in enumerate(whole.items()):
        axes.annotate(
            f"{text.price(eur)} {text.eur_unit}", (left[name], at), (6, 0), textcoords="offset points", va="center",
            color=INK, fontweight="bold",
        )  # fmt: skip
    axes.invert_yaxis()
    axes.set(xlabel=text("notebook.eur_unit"), xlim=(0, 1.15 * max(whole.values())))
    axes.spines[["top", "right"]].set_visible(False)
    french_axis(axes.xaxis)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return axes
