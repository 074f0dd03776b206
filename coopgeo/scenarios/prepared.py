"""A job whose ways are found once: a case with other prices and quantities is arithmetic, and answers in a blink."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from coopgeo.errors import Faults, Message
from coopgeo.plan.accounts import accounts
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays, networks_basis, networks_of, ways_on
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import Placement, prepare
from coopgeo.plan.rounds import Measure
from coopgeo.plan.search import best_of
from coopgeo.roads import RoadNetwork
from coopgeo.study import Chain, Study
from coopgeo.study.scenarios import changed_by
from coopgeo.study.settings import Scenario

_OWN_KEYS = frozenset({"chain", "roads", "road_changes", "alternatives", "what_ifs", "time_limit_s"})
JOB_KEYS = tuple(name for name in Job.__dataclass_fields__ if name not in _OWN_KEYS)


class Prepared:
    """A study and a job with the ways between their places, found once for each state of roads and places.

    Parameters
    ----------
    study : Study
    job : Job, optional
    ways : JobWays, optional
        Ways of the job that were found before.
    measure : {"bound", "estimate"}
        "estimate" for rounds whose cost is estimated, not planned: quick, and nothing is proved.

    Examples
    --------
    >>> import coopgeo
    >>> from coopgeo.plan.job import Job
    >>> from coopgeo.scenarios import Prepared
    >>> prepared = Prepared(coopgeo.open_study(), Job(alternatives=0))
    >>> dearer = prepared.study.with_values(handling_eur_t=5.0)
    >>> bool(prepared.outcome(dearer).cost.eur_per_unit > prepared.outcome().cost.eur_per_unit)
    True
    """

    def __init__(
        self, study: Study, job: Job | None = None, *, ways: JobWays | None = None, measure: Measure = "bound"
    ) -> None:
        self.study, self.job, self.measure = study, job or Job(), measure
        self._networks: list[tuple[Study, Mapping[str, object], Mapping[str, RoadNetwork]]] = []
        self._ways: list[tuple[Study, JobWays]] = (
            [] if ways is None else [(study, ways)]
        )  # a study that is kept keeps what its ways are known by

    def under(self, scenario: Scenario) -> tuple[Study, Job]:
        """The study and the job under a scenario; what the job closes, requires or forbids already stays so.

        Raises
        ------
        InputError
            If a value, a road or what is asked cannot be.
        """
        faults = Faults("job")
        for name in sorted(set(scenario.job) - set(JOB_KEYS)):
            faults.add(found=name, expected=Message("one of {choices}", choices=list(JOB_KEYS)))
        faults.raise_if_any()
        study = changed_by(self.study, scenario, self.job.chain)
        job = replace(self.job, road_changes=scenario.road_changes, **scenario.job)  # checks them
        roads = _together(self.job.road_changes, job.road_changes)
        sites: dict[str, Any] = {
            name: (*getattr(self.job, name), *scenario.job[name])
            for name in ("required", "forbidden")
            if name in scenario.job
        }
        return study, replace(job, road_changes=roads, **sites)

    @cached_property
    def base(self) -> Outcome:
        """The answer of the study and the job as they stand, worked out once; raises as `outcome`."""
        return self.outcome()

    def placement(self, study: Study | None = None, job: Job | None = None) -> Placement:
        """The placement problem of a job; searches roads only for a state of roads and places that is new.

        Parameters
        ----------
        study : Study, optional
            As `self.study.changed(...)` gives it; the study itself by default.
        job : Job, optional
            As `dataclasses.replace(self.job, ...)` gives it; the job itself by default.

        Raises
        ------
        InputError
            If something asked is unknown.
        InfeasibleError
            If nothing comes within reach.
        """
        study, job = study or self.study, job or self.job
        ways = self._ways_of(study, study.chain(job.chain), job)
        return prepare(study, job, ways=ways, measure=self.measure)

    def outcome(self, study: Study | None = None, job: Job | None = None) -> Outcome:
        """The proved answer of a job, without alternatives; arguments as those of `placement`.

        Raises
        ------
        InputError
            If something asked is unknown.
        InfeasibleError
            If not all customers can be served; says which, and how many tonnes are lacking.
        """
        placement = self.placement(study, job)
        best = best_of(placement)
        return Outcome(placement, best, accounts(placement, best))

    def _ways_of(self, study: Study, chain: Chain, job: Job) -> JobWays:
        known = next((ways for _, ways in self._ways if not ways.others(study, chain, job)), None)
        if known is None:
            networks = self._networks_of(study, chain, job)
            if job.road_changes:
                networks = {name: roads.with_changes(**job.road_changes) for name, roads in networks.items()}
            known = ways_on(study, chain, job, networks)
            self._ways.append((study, known))
        return known

    def _networks_of(self, study: Study, chain: Chain, job: Job) -> Mapping[str, RoadNetwork]:
        """The roads before any change, read once."""
        basis = networks_basis(study, chain, job)
        known = next((networks for _, own, networks in self._networks if own == basis), None)
        if known is None:
            known = networks_of(study, chain, replace(job, road_changes={}))
            self._networks.append((study, basis, known))
        return known


def _together(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two changes of the roads as one: what both close is closed, of two limits or tolls the second counts."""
    both = {**first, **second}
    for name in set(first) & set(second):
        if name == "closed":
            both[name] = list(dict.fromkeys([*first[name], *second[name]]))
        elif name in ("max_weight_t", "toll_eur"):
            both[name] = {**(first[name] or {}), **(second[name] or {})}
        elif name == "speed_factor":
            both[name] = first[name] * second[name]
        elif name == "ferries":
            both[name] = first[name] and second[name]
    return both
