"""From where a platform of its own costs a territory no more than plants of others: with support, or more tonnes."""

from dataclasses import replace
from typing import Any

import numpy as np

from coopgeo.errors import InfeasibleError
from coopgeo.opportunity.figures import Turning
from coopgeo.opportunity.options import plants_of_others
from coopgeo.opportunity.turning import first_that_holds
from coopgeo.scenarios import Prepared
from coopgeo.study import Study

SUPPORT = "support_eur_t"
_MOST_SUPPORT = 5.0  # times the highest of its range: as far as is looked
_SUPPORT_EUR_T = 1.0  # width of the bracket
_TONNES_WIDTH = 0.02  # of the tonnes at its upper end
_DOUBLINGS = 6  # of the tonnes: 64 times as much, or as the largest platform takes


def turnings_of(prepared: Prepared, quick: Prepared) -> tuple[Turning, ...]:
    """From which support, and from how many tonnes, a platform of the territory costs no more than plants of others."""
    chain = prepared.study.chain(prepared.job.chain)
    plants = plants_of_others(chain)
    if not plants or not chain.settings.pushes or plants >= set(chain.candidate_sites.index):
        return ()
    found = [_of_tonnes(quick, plants)]
    return (_of_support(prepared, plants), *found) if getattr(chain.parameters, SUPPORT, None) else tuple(found)


def _dearer(prepared: Prepared, study: Study, plants: frozenset[str]) -> bool:
    """Whether a platform of the territory costs more than the plants of others alone, or cannot be."""
    sites = frozenset(map(str, study.chain(prepared.job.chain).candidate_sites.index))
    own, existing = (_value(prepared, study, without) for without in (plants, sites - plants))
    return own > existing


def _value(prepared: Prepared, study: Study, without: frozenset[str]) -> float:
    forbidden = (*prepared.job.forbidden, *sorted(without))
    try:
        outcome = prepared.outcome(study, replace(prepared.job, forbidden=forbidden, alternatives=0))
    except InfeasibleError:
        return np.inf
    return outcome.objective.value_eur_year


def _of_support(prepared: Prepared, plants: frozenset[str]) -> Turning:
    chain = prepared.job.chain
    support = getattr(prepared.study.chain(chain).parameters, SUPPORT)
    end = _MOST_SUPPORT * max(support.high, _SUPPORT_EUR_T)

    def holds(eur_t: float) -> bool:
        return not _dearer(prepared, prepared.study.with_values(chain, **{SUPPORT: eur_t}), plants)

    values = [support.value, *([support.high] if support.high > support.value else []), end]
    return Turning("support", support.value, end, first_that_holds(holds, values, width=_SUPPORT_EUR_T))


def _of_tonnes(prepared: Prepared, plants: frozenset[str]) -> Turning:
    """Rounds are estimated; the plants of others grow with what is collected, so that their room decides nothing."""
    here = prepared.base.accounts.delivered.tonnes
    sizes = prepared.study.chain(prepared.job.chain).platform_sizes
    most = max(1.0, float(sizes["capacity_t_year"].max()) / here)
    times = sorted({1.0, *(2.0**power for power in range(1, _DOUBLINGS) if 2.0**power < most), most})

    def holds(factor: float) -> bool:
        return not _dearer(prepared, more_collected(prepared.study, prepared.job.chain, factor), plants)

    found = first_that_holds(holds, times, width=lambda factor: _TONNES_WIDTH * factor)
    bracket = None if found is None else (found[0] * here, found[1] * here)
    return Turning("tonnes", here, times[-1] * here, bracket)


def more_collected(study: Study, chain: str | None, factor: float) -> Study:
    """The study with so many times as much of each product, and as much more room in the plants of others.

    Parameters
    ----------
    study : Study
    chain : str, optional
    factor : float
    """
    parts = study.chain(chain)
    first = parts.resources.drop_duplicates("product")
    rows = {(row.product, row.factor): {"value": float(row.value) * factor} for row in first.itertuples()}
    changes: dict[str, dict[Any, Any]] = {"resources": rows}
    sites = parts.candidate_sites
    if "plant_t_year" in sites and (room := sites["plant_t_year"].dropna()).size:
        changes["candidate_sites"] = {id: {"plant_t_year": float(tonnes) * factor} for id, tonnes in room.items()}
    return study.changed(changes, chain=chain)
