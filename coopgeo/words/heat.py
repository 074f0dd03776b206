"""The fuel of a chain against others in words: a small table of the page and the note."""

import math

from coopgeo.plan.heat_prices import OWN
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text


def heat_rows(outcome: Outcome, text: Text) -> list[dict[str, str]]:
    """What a MWh of useful heat costs in each fuel: `name`, `heat`, `taxes`, `year`, `source` and `status` in words.

    Empty where the study has no price of another fuel.
    """
    return [
        {
            "name": text("heat.own") if id == OWN else str(row[f"name_{text.lang}"]),
            "heat": _with_range(row["heat_eur_mwh"], row["heat_low_eur_mwh"], row["heat_high_eur_mwh"], text),
            "taxes": text(f"taxes.{row['taxes']}") if row["taxes"] else "–",
            "year": str(int(row["price_year"])),
            "source": str(row["source"]) or text("heat.this_study"),
            "status": text(f"status.{row['status']}"),
        }
        for id, row in outcome.heat_prices.iterrows()
    ]


def _with_range(value: float, low: float, high: float, text: Text) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return text.number(value)
    return text("heat.range", value=text.number(value), low=text.number(low), high=text.number(high))
