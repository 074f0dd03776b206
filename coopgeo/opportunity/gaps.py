"""How little is known of a chain: the share that is assumed, and the figures that move its cost."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from coopgeo.opportunity.figures import DataGaps, Deciding
from coopgeo.opportunity.rules import Span
from coopgeo.plan.outcome import Outcome
from coopgeo.scenarios import Prepared
from coopgeo.scenarios.one_at_a_time import swings

_MOST = 5  # figures that are named
_LEAST_EFFECT = 0.05  # of the variance of the cost: what explains less decides little


def gaps_from_draws(outcome: Outcome) -> DataGaps:
    """What draws tell; the outcome has its `confidence`."""
    known, value = outcome.confidence, outcome.cost.eur_per_unit
    assert known is not None
    ranked = sorted(known.decides, key=lambda one: -one.effect_cost)[:_MOST]
    deciding = [Deciding(one.names, one.status, one.effect_cost) for one in ranked if one.effect_cost >= _LEAST_EFFECT]
    drawn = known.eur_per_unit
    cost = Span(min(drawn["p5"], value), value, max(drawn["p95"], value)) if drawn else None
    return DataGaps(*_assumed(outcome), tuple(deciding), cost, drawn=True)


def gaps_one_at_a_time(
    outcome: Outcome, prepared: Prepared, on_progress: Callable[[int, int], None] | None = None
) -> DataGaps:
    """What each figure alone makes of the cost.

    Parameters
    ----------
    outcome : Outcome
    prepared : Prepared
        Of the same study and job; one that estimates rounds is quick. Ends are told as they differ from its answer.
    on_progress : callable, optional
    """
    value, apart = outcome.cost.eur_per_unit, outcome.cost.eur_per_unit - prepared.base.cost.eur_per_unit
    table = swings(prepared, on_progress=on_progress)
    table = table[table[["eur_unit_low", "eur_unit_high"]].notna().any(axis=1)]  # the others can be taken to no end
    ends = table[["eur_unit_low", "eur_unit_high"]].to_numpy(float) + apart  # planned rounds against estimated ones
    known = ends[np.isfinite(ends)]
    cost = Span(float(min(known.min(initial=value), value)), value, float(max(known.max(initial=value), value)))
    deciding = [_deciding(row, low, high) for (_, row), (low, high) in zip(table.iterrows(), ends, strict=True)]
    return DataGaps(*_assumed(outcome), tuple(deciding[:_MOST]), cost, drawn=False)


def _deciding(row: pd.Series, low: float, high: float) -> Deciding:
    return Deciding({"fr": row["name"], "en": row["name_en"]}, row["status"], low=float(low), high=float(high))


def _assumed(outcome: Outcome) -> tuple[float, int]:
    statuses = outcome.chain.statuses
    return float((statuses == "assumed").mean()), len(statuses)
