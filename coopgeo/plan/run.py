"""The main job: from a study to its outcome."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coopgeo import siting
from coopgeo.chain.resource import Level
from coopgeo.plan import cases
from coopgeo.plan.accounts import accounts
from coopgeo.plan.choices import OtherSites
from coopgeo.plan.job import Job
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import Placement, Step, prepare
from coopgeo.plan.proved import Proved
from coopgeo.plan.search import answers
from coopgeo.roads import RoadNetwork
from coopgeo.siting import Solution
from coopgeo.study import Study

STEPS = ("roads", "catchments", "haulage", "placement", "figures", "what_ifs")  # in the order that `run` tells of them


def run(
    study: Study,
    *,
    chain: str | None = None,
    roads: str | Path | RoadNetwork | None = None,
    platforms: int | None = 1,
    direct: bool = True,
    outside: bool = False,
    alternatives: int = 20,
    what_ifs: int = 0,
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    road_changes: Mapping[str, Any] | None = None,
    level: Level = "value",
    time_limit_s: float = 60.0,
    proved: Proved | None = None,
    on_step: Step | None = None,
    on_progress: Callable[[siting.Progress], None] | None = None,
) -> Outcome:
    """Do the main job: where the platform should stand, fed by whom, serving whom, at what cost.

    Parameters
    ----------
    study : Study
    chain, roads, platforms, direct, outside, alternatives, what_ifs, required, forbidden, road_changes, level
    time_limit_s
        What is asked: see `Job`.
    proved : Proved, optional
        The answer of a former run; if that was the same job, it is not sought again, and nothing else is.
    on_step : callable, optional
        Called with the name of each step as it begins: those of `STEPS`.
    on_progress : callable, optional
        Called now and then while the best placement is sought, with its cost so far, the bound and the seconds.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If an argument is unknown or out of range.
    InfeasibleError
        If not all customers can be served; says which, and how many tonnes are lacking.
    """
    job = Job(
        chain=chain,
        roads=roads,
        platforms=platforms,
        direct=direct,
        outside=outside,
        alternatives=alternatives,
        what_ifs=what_ifs,
        required=required,
        forbidden=forbidden,
        road_changes={} if road_changes is None else road_changes,
        level=level,
        time_limit_s=time_limit_s,
    )
    clock = _Clock(on_step)
    placement = prepare(study, job, on_step=clock.step)
    clock.step("placement")
    if proved and not job.what_ifs and not placement.rounds and (best := proved.solution(placement)):
        clock.step("figures")
        outcome = Outcome(placement, best, accounts(placement, best), alternatives=_as_proved(best, proved))
        return replace(outcome, seconds=clock.stop())
    found = answers(placement, 1 + job.alternatives, on_progress)
    best, *others = found.solutions
    clock.step("figures")
    outcome = Outcome(
        placement,
        best,
        accounts(placement, best),
        alternatives=tuple(
            _compared(placement, best, other, exact=exact) for other, exact in zip(others, found.exact[1:], strict=True)
        ),
        lacking=found.lacking,
    )
    if job.what_ifs:
        clock.step("what_ifs")
        planned = [one for one, exact in zip(others, found.exact[1:], strict=True) if exact]
        looked_at = [*cases.other_sites(placement, planned[: job.what_ifs]), *cases.closings(outcome)]
        outcome = cases.with_ways_to_serve(replace(outcome, what_ifs=tuple(looked_at)))
    return replace(outcome, seconds=clock.stop())


def _as_proved(best: Solution, proved: Proved) -> tuple[OtherSites, ...]:
    return tuple(OtherSites(sites, value, value - best.value, status) for sites, value, status in proved.alternatives)


def _compared(placement: Placement, best: Solution, other: Solution, *, exact: bool) -> OtherSites:
    sites = tuple(str(site) for site in placement.options["site"].iloc[other.sites])
    return OtherSites(sites, other.value, other.value - best.value, other.status if exact else "at_least")


class _Clock:
    """Times the steps of a run and tells of each as it begins."""

    def __init__(self, on_step: Step | None) -> None:
        self._tell, self._start, self._name, self.seconds = on_step, time.perf_counter(), "", dict[str, float]()

    def step(self, name: str) -> None:
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = now - self._start
        self._start, self._name = now, name
        if self._tell and name:
            self._tell(name)

    def stop(self) -> Mapping[str, float]:
        self.step("")
        return {"total": sum(self.seconds.values()), **self.seconds}
