"""Other cases of a job: the next best sites and closed crossings in full; other ways to serve in one figure."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from coopgeo.errors import InfeasibleError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.choices import WayToServe
from coopgeo.plan.outcome import Outcome, WhatIf
from coopgeo.plan.placement import Placement, prepare
from coopgeo.plan.search import best_of
from coopgeo.siting import Solution


def other_sites(placement: Placement, others: Sequence[Solution]) -> list[WhatIf]:
    """What becomes of the job on other sites: solutions of the same placement."""
    outcomes = [Outcome(placement, other, accounts(placement, other)) for other in others]
    return [WhatIf("sites", tuple(o.platforms.index), tuple(o.platforms["name"]), o) for o in outcomes]


WAYS_TO_SERVE: Mapping[str, Mapping[str, Any]] = {
    "no_platform": {"platforms": 0, "direct": True},
    "all_by_platform": {"direct": False},
    "outside": {"outside": True},
}


def ways_to_serve(outcome: Outcome) -> tuple[WayToServe, ...]:
    """What the same customers would cost without a platform, with all goods through it, or with goods bought outside.

    Those that the job asks for already are left out, and so are goods from outside where no supplier is known.
    """
    placement, found = outcome.placement, []
    if placement.outlets is not None:  # all that is collected goes through platforms, and nothing is bought
        return ()
    for key, asked in WAYS_TO_SERVE.items():
        same = all(getattr(placement.job, name) == value for name, value in asked.items())
        if same or (key == "outside" and placement.chain.suppliers.empty):
            continue
        if key == "no_platform" and (placement.job.required or placement.rounds):  # rounds start at a platform
            continue
        job = replace(placement.job, **asked, alternatives=0, what_ifs=0)
        other = prepare(placement.study, job, ways=placement.ways)
        try:
            solution = best_of(other)
        except InfeasibleError:
            found.append(WayToServe(key, None, (), ""))
            continue
        cost = accounts(other, solution).cost
        sites = tuple(str(site) for site in other.options["site"].iloc[solution.sites])
        found.append(WayToServe(key, cost.eur_per_unit, sites, solution.status))
    return tuple(found)


def with_ways_to_serve(outcome: Outcome) -> Outcome:
    """The same outcome with what other ways to serve the customers would cost."""
    return replace(outcome, ways_to_serve=ways_to_serve(outcome))


def closings(outcome: Outcome) -> list[WhatIf]:
    """What becomes of the job when a crossing that its lorries take is closed to all.

    A crossing that the job cannot do without is left out.
    """
    edges, placement = outcome.roads.edges, outcome.placement
    names = edges[edges["crossing"] != ""].drop_duplicates("crossing").set_index("crossing")["name"]
    cases = []
    for crossing in sorted(set(outcome.road_loads["crossing"]) - {""}):
        with suppress(InfeasibleError):
            cases.append(WhatIf("closed", (crossing,), (str(names[crossing]),), _closed(placement, crossing)))
    return cases


def _closed(placement: Placement, crossing: str) -> Outcome:
    study, chain = placement.study, placement.chain
    job, ways = placement.ways.closed(study, chain, placement.job, crossing)
    shut = prepare(study, job, ways=ways)
    solution = best_of(shut)
    return Outcome(shut, solution, accounts(shut, solution))
