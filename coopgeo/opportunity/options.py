"""The ways to run a chain that are worth comparing: those scenarios that change nothing but who takes the goods.

A scenario is one of them if all it does is to forbid every plant of others ("own": a platform of the territory alone),
to forbid every other site ("existing": plants of others alone), or to count the resource of more territories ("pool",
whose platform is its own where plants of others are forbidden too).
"""

from collections.abc import Mapping
from typing import Any

from coopgeo.errors import InfeasibleError, Message
from coopgeo.opportunity.figures import Option, OptionKind
from coopgeo.plan.outcome import Outcome
from coopgeo.scenarios import Prepared
from coopgeo.study import Chain, Study
from coopgeo.study.settings import Scenario


def plants_of_others(chain: Chain) -> frozenset[str]:
    """Ids of the candidate sites that are existing plants of others."""
    sites = chain.candidate_sites
    return frozenset(sites.index[sites["gate_fee_eur_t"].notna()]) if "gate_fee_eur_t" in sites else frozenset()


def kind_of(scenario: Scenario, chain: Chain) -> OptionKind | None:
    """Which way to run a chain a scenario is; None if it is about something else."""
    plants, sites = plants_of_others(chain), frozenset(map(str, chain.candidate_sites.index))
    forbidden = frozenset(map(str, scenario.job.get("forbidden", ())))
    other_demand = scenario.demand_factor != 1 or scenario.potential_customers != "all" or scenario.without_kinds
    if set(scenario.job) - {"forbidden"} or scenario.road_changes or other_demand:
        return None
    if scenario.changes:
        pooled = {table: set(rows) for table, rows in scenario.changes.items()} == {"settings": {"epci"}}
        return "pool" if pooled and forbidden in (frozenset(), plants) else None
    if plants and forbidden == plants:
        return "own"
    return "existing" if plants and forbidden == sites - plants else None


def options_of(prepared: Prepared, base: Outcome) -> tuple[Option, ...]:
    """The study as it stands, then its other ways to run, worked out in full.

    Parameters
    ----------
    prepared : Prepared
    base : Outcome
        The answer of the study as it stands.
    """
    study, chain = prepared.study, base.chain
    found = [Option("", "base", _names(chain.settings), base, None, _inhabitants(study))]
    for id, scenario in study.scenarios_of(chain.settings.id).items():
        if kind := kind_of(scenario, chain):
            found.append(_worked_out(prepared, id, scenario, kind))
    return tuple(found)


def _worked_out(prepared: Prepared, id: str, scenario: Scenario, kind: OptionKind) -> Option:
    study, job = prepared.under(scenario)
    outcome: Outcome | None = None
    lacking: Message | None = None
    try:
        outcome = prepared.outcome(study, job)
    except InfeasibleError as error:
        lacking = error.args[0]
    points = _points_of_neighbours(prepared.study, study, prepared.job.chain) if kind == "pool" else None
    return Option(id, kind, _names(scenario), outcome, lacking, _inhabitants(study), points)


def _names(of: Any) -> Mapping[str, str]:
    return {"fr": of.fr, "en": of.en}


def _inhabitants(study: Study) -> float:
    return float(study.territory["population"].sum())


def _points_of_neighbours(study: Study, pooled: Study, chain: str | None) -> int:
    """How many collection points lie in the territories that join."""
    joining = set(pooled.territory.index) - set(study.territory.index)
    return int(pooled.chain(chain).collection_points["insee"].isin(joining).sum())
