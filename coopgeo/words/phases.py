"""A plan over several periods in words: what opens or grows when, what it costs, what other ways would cost."""

import numpy as np
import pandas as pd

from coopgeo.scenarios.phases import Phases
from coopgeo.text import Text
from coopgeo.words.sheets import Sheet

_NEARLY_NOTHING_T = 0.5  # what rounds to no tonne


def plan_sheet(found: Phases, text: Text) -> Sheet:
    """What each period has: `period`, `site`, `size`, `step`, `tonnes`, `eur_year` (NaN where nothing is open).

    A row for each platform, for what goes straight, for what is left unserved, and for all together.
    """
    sizes = found.placement.chain.platform_sizes[f"name_{text.lang}"]
    rows: list[tuple[str, str, str, str, float, float]] = []
    for period in found.periods.itertuples():
        years = f"{period.from_year}-{period.to_year}"
        here = found.platforms[found.platforms["from_year"] == period.from_year]
        if here.empty:
            rows.append((years, text("phases.nothing"), "", "", np.nan, np.nan))
        for row in here.itertuples():
            step = text(f"phases.{row.step}")
            rows.append((years, str(row.name), str(sizes[row.size]), step, float(row.tonnes), float(row.eur_year)))
        for key, tonnes, eur in (
            ("direct", period.direct_t, period.direct_eur_year),
            ("unserved", period.unserved_t, period.unserved_eur_year),
            ("whole", period.tonnes, period.eur_year),
        ):
            if key == "whole" or tonnes > _NEARLY_NOTHING_T:
                rows.append((years, text(f"phases.{key}"), "", "", float(tonnes), float(eur)))
    columns = ["period", "site", "size", "step", "tonnes", "eur_year"]
    return Sheet("", pd.DataFrame(rows, columns=columns), [text(f"phases.{name}") for name in columns])


def others_sheet(found: Phases, text: Text) -> Sheet:
    """Other ways of going about it, and what each costs more than the plan: `others`, `extra` (with its sign)."""
    rows = []
    for row in found.others.itertuples():
        extra = float(row.extra_eur)
        sign = "+ " if round(extra) > 0 else "− " if round(extra) < 0 else ""
        rows.append((text(f"phases.{row.kind}", year=row.from_year), sign + text.number(abs(extra))))
    columns = ["others", "extra"]
    return Sheet("", pd.DataFrame(rows, columns=columns), [text(f"phases.{name}") for name in columns])


def plan_sentences(found: Phases, text: Text) -> list[str]:
    """What the plan costs, with its proof, and how its works are paid."""
    periods, settings = found.periods, found.placement.chain.parameters
    return [
        text(
            "phases.total",
            years=f"{periods['from_year'].iloc[0]}-{periods['to_year'].iloc[-1]}",
            total=text.number(found.total_eur),
            proof=text(f"proof.{found.status}", gap=text.percent(found.plan.gap, 2)),
            eur_unit=text.price(found.eur_unit),
        ),
        text("phases.annuities", rate=text.percent(settings.discount_rate.value, 1)),
    ]


def until_then(found: Phases, text: Text) -> str:
    """What customers pay while no platform serves them."""
    return text("phases.until_then", price=text.short(found.elsewhere_eur_unit))


def come_later(found: Phases, text: Text) -> str:
    """Who comes after the last period has begun and is not counted; empty if there is nobody."""
    if not found.later:
        return ""
    names = text.joined([str(found.placement.chain.customers.loc[id, "name"]) for id in found.later])
    return text.counted("phases.later", len(found.later), names=names)
