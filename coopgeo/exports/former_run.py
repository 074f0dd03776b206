"""What a former run has left in its folder, read back."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coopgeo.plan.confidence import Confidence, Decisive
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.proved import Proved, job_digest
from coopgeo.scenarios.factors import factors_of

_SPOILT = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)  # none, another version, or spoilt


def proved_in(path: Path) -> Proved | None:
    """The proved answer that `results.json` of a former run holds; None if there is none that can be trusted."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        objective = found["objective"]
        if objective["status"] != "optimal":
            return None
        return Proved(
            job_sha256=str(found["study"]["job_sha256"]),
            sizes={str(row["id"]): str(row["size"]) for row in found["platforms"]},
            value_eur_year=float(objective["value_eur_year"]),
            bound_eur_year=float(objective["bound_eur_year"]),
            alternatives=tuple(
                (
                    tuple(map(str, other["sites"])),
                    float(other["value_eur_year"]),
                    "optimal" if other["status"] == "optimal" else "feasible",
                )
                for other in found["alternatives"]
            ),
        )
    except _SPOILT:
        return None


def confidence_in(path: Path, outcome: Outcome) -> Confidence | None:
    """What the draws of a former run of the same job tell, from its `results.json`; None if there are none."""
    digest = job_digest(outcome.placement)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if digest is None or found["study"]["job_sha256"] != digest or "confidence" not in found:
            return None
        return _confidence(found["confidence"], outcome)
    except _SPOILT:
        return None


def _confidence(found: Mapping[str, Any], outcome: Outcome) -> Confidence:
    """The figures as they were; names come from the study, as a note may be in another language than the run."""
    factors = {factor.id: factor for factor in factors_of(outcome.study, outcome.chain)}
    shares = {name: _number(found[name]) for name in ("tolerance", "infeasible", "no_customer", "unproved")}
    return Confidence(
        draws=int(found["draws"]),
        seed=int(found["seed"]),
        **shares,
        best=_numbers(found["best_share"]),
        near=_numbers(found["near_share"]),
        eur_per_unit=_numbers(found["eur_per_unit"]),
        eur_year=_numbers(found["eur_year"]),
        decides=tuple(
            Decisive(
                factor=one["id"],
                names={"fr": factors[one["id"]].fr, "en": factors[one["id"]].en},
                effect=_number(one["effect"]),
                effect_cost=_number(one["effect_cost"]),
                status=factors[one["id"]].status,
            )
            for one in found["decides"]
        ),
        groups={
            str(kind): (_number(effects["effect"]), _number(effects["effect_cost"]))
            for kind, effects in found["decides_together"].items()
        },
    )


def _numbers(found: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): _number(value) for name, value in found.items()}


def _number(found: Any) -> float:
    number = float(found)
    if not math.isfinite(number):
        raise ValueError
    return number
