"""The main job: from a study to its outcome."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from coopgeo import siting
from coopgeo.chain.resource import Level
from coopgeo.errors import InfeasibleError
from coopgeo.plan.accounts import instead, outcome
from coopgeo.plan.outcome import Outcome, WhatIf
from coopgeo.plan.placement import Placement, Step, prepare, shortage
from coopgeo.study import Study


def run(
    study: Study,
    *,
    chain: str | None = None,
    roads: str | None = None,
    platforms: int = 1,
    alternatives: int = 20,
    what_ifs: int = 0,
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    road_changes: Mapping[str, Any] | None = None,
    level: Level = "value",
    time_limit_s: float = 60.0,
    on_step: Step | None = None,
    on_progress: Callable[[siting.Progress], None] | None = None,
) -> Outcome:
    """Do the main job: where the platform should stand, fed by whom, serving whom, at what cost.

    Parameters
    ----------
    study : Study
    chain : str, optional
        Id of the chain; the one of `study.toml` by default.
    roads : str, optional
        Road network, as in `Study.roads`.
    platforms : int
        How many platforms to open, 1 to 5.
    alternatives : int
        How many next best choices of sites to prove as well, as far as there are so many.
    what_ifs : int
        How many of these to work out in full, for the switch of the page; if any, the closing of each crossing of the
        river that lorries take is worked out too.
    required, forbidden : sequence of str
        Candidate sites that must be, or may not be, chosen.
    road_changes : mapping, optional
        Arguments of `RoadNetwork.with_changes`, such as {"closed": ["pont-de-brotonne"]}.
    level : {"low", "value", "high"}
        Level of the resource.
    time_limit_s : float
        Limit of the search for the best choice, and again of the one for all next best choices.
    on_step : callable, optional
        Called with the name of each step as it begins: "roads", "catchments", "haulage", "placement", "alternatives",
        "figures", "what_ifs".
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
    clock = _Clock(on_step)
    placement = prepare(study, chain=chain, roads=roads, platforms=platforms, required=required, forbidden=forbidden,
                        road_changes=road_changes, level=level, on_step=clock.step)  # fmt: skip
    clock.step("placement")
    try:
        best = placement.problem.best(1, time_limit_s=time_limit_s, progress=on_progress)[0]
    except InfeasibleError:
        raise InfeasibleError(shortage(placement, time_limit_s)) from None
    clock.step("alternatives")
    others = [
        other.solution
        for other in siting.alternatives(placement.problem, 1 + alternatives, time_limit_s=time_limit_s)[1:]
    ]
    clock.step("figures")
    found = outcome(placement, best, others)
    if what_ifs:
        clock.step("what_ifs")
        cases = [_other_sites(found, placement, other) for other in others[:what_ifs]]
        cases += _closings(found, chain=chain, roads=roads, platforms=platforms, required=required, forbidden=forbidden,
                           road_changes=road_changes or {}, level=level, time_limit_s=time_limit_s)  # fmt: skip
        found = replace(found, what_ifs=tuple(cases))
    return replace(found, seconds=clock.stop())


def _other_sites(found: Outcome, placement: Placement, other: siting.Solution) -> WhatIf:
    case = instead(found, placement, other)
    return WhatIf("sites", tuple(case.platforms.index), tuple(case.platforms["name"]), case)


def _closings(found: Outcome, *, road_changes: Mapping[str, Any], **job: Any) -> list[WhatIf]:
    """What becomes of the job when a crossing that its lorries take is closed; a crossing that it cannot do without is left out."""
    edges, loads = found.roads.edges, found.road_loads
    names = edges[edges["crossing"] != ""].drop_duplicates("crossing").set_index("crossing")["name"]
    cases = []
    for crossing in sorted(set(loads["crossing"]) - {""}):
        changes = {**road_changes, "closed": [*road_changes.get("closed", ()), crossing]}
        with suppress(InfeasibleError):
            cases.append(
                WhatIf(
                    "closed",
                    (crossing,),
                    (str(names[crossing]),),
                    run(found.study, alternatives=0, road_changes=changes, **job),
                )
            )
    return cases


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
