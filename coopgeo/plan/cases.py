"""Other cases of a job, worked out in full: the next best sites, and crossings of the river that close."""

from collections.abc import Sequence
from contextlib import suppress

from coopgeo.errors import InfeasibleError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.outcome import Outcome, WhatIf
from coopgeo.plan.placement import Placement, prepare
from coopgeo.siting import Solution


def other_sites(placement: Placement, others: Sequence[Solution]) -> list[WhatIf]:
    """What becomes of the job on other sites: solutions of the same placement."""
    outcomes = [Outcome(placement, other, accounts(placement, other)) for other in others]
    return [WhatIf("sites", tuple(o.platforms.index), tuple(o.platforms["name"]), o) for o in outcomes]


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
    solution = shut.problem.best(1, time_limit_s=job.time_limit_s)[0]
    return Outcome(shut, solution, accounts(shut, solution))
