"""The same job under several scenarios: the best sites of each, and what each choice of sites costs in all of them.

Regret of a choice of sites in a scenario: what it costs more than the best choice there. The choice of least maximum
regret does well whatever happens (Savage 1951; McPhail et al. 2018, Earth's Future, doi 10.1002/2017EF000649, who also
count the share of scenarios in which a choice is good enough, Starr's criterion).
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from coopgeo.arrays import Floats, Mask
from coopgeo.errors import CoopgeoError, Faults, InfeasibleError, InputError, Message, TooFewSitesError
from coopgeo.plan.accounts import accounts
from coopgeo.plan.job import Job
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import Placement
from coopgeo.plan.search import answers, best_of
from coopgeo.scenarios.prepared import Prepared
from coopgeo.siting import Solution
from coopgeo.study import Study
from coopgeo.study.settings import Scenario

Sites = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """The answer under one scenario.

    Attributes
    ----------
    id : str
        Id of the scenario; empty for the study as it stands.
    scenario : Scenario, optional
        None for the study as it stands.
    job : Job
    outcome : Outcome, optional
        The best sites with their figures; None where not all customers can be served.
    lacking : Message, optional
        What is lacking then.
    value_eur_year : mapping of tuple of str to float
        Least cost of each choice of sites that was worked out; NaN where it is not proved.
    in_time : bool
        False where the time was up before any answer.
    """

    id: str
    scenario: Scenario | None
    job: Job
    outcome: Outcome | None = field(repr=False)
    lacking: Message | None = field(repr=False)
    value_eur_year: Mapping[Sites, float] = field(repr=False)
    in_time: bool = True

    @property
    def sites(self) -> Sites | None:
        """The best sites, in sorted order; None where not all customers can be served."""
        return None if self.outcome is None else _sites(self.outcome.placement, self.outcome.solution)

    @property
    def proved(self) -> bool:
        """Whether the best sites are proved to be so, or that there are none; with rounds, that all were planned."""
        if self.outcome is None:
            return self.in_time
        return self.in_time and (self.outcome.objective.status == "optimal" or bool(self.outcome.placement.rounds))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Choices of sites under S scenarios, C choices.

    Attributes
    ----------
    cases : tuple of Case
        The study as it stands, then each scenario.
    choices : tuple of tuple of str
        Choices of sites that were worked out in every case: all sites of one platform, those that are best or nearly so
        in some case of several.
    cost_eur_year : ndarray, shape (S, C)
        `inf` where a choice cannot serve all customers; NaN where a scenario asks for another number of platforms or
        sets the choice aside, and where time was too short to prove the cost, or the best of the case.
    near_share : float
        Regret, as a share of the least cost, up to which a choice counts as good enough.
    set_aside : ndarray of bool, shape (S, C), optional
        Choices that a scenario forbids, or that hold a site which no platform may stand on there; none by default.
    """

    cases: tuple[Case, ...]
    choices: tuple[Sites, ...]
    cost_eur_year: Floats
    near_share: float = 0.01
    set_aside: Mask | None = None

    @cached_property
    def regret_eur_year(self) -> Floats:
        """What each choice costs more than the best, (S, C); NaN as the costs, and where no choice can serve."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.cost_eur_year - self._least[:, None])

    @cached_property
    def _least(self) -> Floats:
        served = np.isfinite(self.cost_eur_year).any(axis=1)
        least = np.where(np.isfinite(self.cost_eur_year), self.cost_eur_year, np.inf).min(axis=1, initial=np.inf)
        return np.where(served, least, np.nan)

    @cached_property
    def compared(self) -> Mask:
        """Cases that regrets are counted over, (S,): those that some choice can serve."""
        return np.asarray(~np.isnan(self._least))

    @cached_property
    def _regret(self) -> Floats:
        return np.asarray(self.regret_eur_year[self.compared])

    @cached_property
    def _aside(self) -> Mask:
        shape = self.cost_eur_year.shape
        return np.asarray((np.zeros(shape, dtype=bool) if self.set_aside is None else self.set_aside)[self.compared])

    @cached_property
    def max_regret_eur_year(self) -> Floats:
        """Largest regret of each choice over the cases that do not set it aside, (C,).

        `inf` if it cannot serve all customers in one of them; NaN if its cost is unknown in one, or there is none.
        """
        return self._where_known(np.where(np.isnan(self._regret), 0.0, self._regret).max(axis=0, initial=0.0))

    @cached_property
    def mean_regret_eur_year(self) -> Floats:
        """Mean regret of each choice over the cases that do not set it aside, (C,); `inf` and NaN as the largest."""
        counted = np.maximum(1, (~self._aside).sum(axis=0))
        return self._where_known(np.where(np.isnan(self._regret), 0.0, self._regret).sum(axis=0) / counted)

    def _where_known(self, regret: Floats) -> Floats:
        nothing = len(self._aside) > 0 and self._aside.all(axis=0)
        return np.where(((self.unknown > 0) & ~np.isinf(regret)) | nothing, np.nan, regret)

    @cached_property
    def unserved(self) -> np.ndarray:
        """In how many cases each choice cannot serve all customers though another can, (C,)."""
        return np.asarray(np.isinf(self._regret).sum(axis=0))

    @cached_property
    def aside(self) -> np.ndarray:
        """In how many cases each choice is set aside, (C,)."""
        return np.asarray(self._aside.sum(axis=0))

    @cached_property
    def unknown(self) -> np.ndarray:
        """In how many cases the cost of each choice is unknown, for lack of time, (C,)."""
        return np.asarray((np.isnan(self._regret) & ~self._aside).sum(axis=0))

    @cached_property
    def near(self) -> Floats:
        """Share of the cases in which each choice is known to be good enough, (C,)."""
        least = self._least[self.compared]
        near = self._regret <= self.near_share * np.abs(least)[:, None]
        return np.asarray(near.sum(axis=0) / max(1, int(self.compared.sum())))

    @cached_property
    def order(self) -> np.ndarray:
        """The choices by their largest regret, the least first; before that, by in how many cases they have none.

        A choice has no regret in a case where it cannot serve, is set aside, or its cost is unknown.
        """
        finite = np.where(np.isfinite(self._regret), self._regret, 0.0).max(axis=0, initial=0.0)
        return np.lexsort((finite, self.unknown, self.unserved + self.aside + self.unknown))

    @property
    def least_max_regret(self) -> Sites | None:
        """The choice of least maximum regret; None if no case can be served, or no regret is known of the first."""
        first = self.order[0] if len(self.choices) and self.compared.any() else None
        return None if first is None or self.unknown[first] else self.choices[first]


def compare(
    study: Study | Prepared,
    scenarios: Mapping[str, Scenario] | None = None,
    job: Job | None = None,
    *,
    near_share: float | None = None,
) -> Comparison:
    """Do the same job under every scenario, with proof, and hold each choice of sites against the best of each.

    Parameters
    ----------
    study : Study or Prepared
        A `Prepared` brings its own job, and ways that were found before.
    scenarios : mapping of str to Scenario, optional
        By id; those of `scenarios.toml` by default.
    job : Job, optional
    near_share : float, optional
        Regret, as a share of the least cost, up to which a choice counts as good enough; that of `study.toml` by
        default.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If a scenario changes something that is not there, or asks for something that cannot be; lists every fault of
        every scenario. One that leaves too few sites is no fault: its case says so.
    """
    if near_share is not None and not (math.isfinite(near_share) and near_share >= 0):
        faults = Faults(Message("the comparison"))
        faults.add(column="near_share", found=near_share, expected=Message("a share, 0 or more"))
        faults.raise_if_any()
    prepared = study if isinstance(study, Prepared) else Prepared(study, job)
    asked = prepared.study.scenarios_of(prepared.job.chain) if scenarios is None else scenarios
    found = [_solved(one, ranked=one.job.platforms == prepared.job.platforms) for one in _posed(prepared, asked)]
    same = [case for case, _, _ in found if case.job.platforms == prepared.job.platforms]
    choices = tuple(sorted({sites for case in same for sites in case.value_eur_year}))
    costs = np.full((len(found), len(choices)), np.nan)
    aside = np.zeros(costs.shape, dtype=bool)
    for row, (case, placement, complete) in enumerate(found):
        if case.job.platforms == prepared.job.platforms:
            aside[row] = [_is_set_aside(case, placement, sites) for sites in choices]
            for column in np.flatnonzero(~aside[row] & case.proved):
                costs[row, column] = _cost(prepared, case, placement, choices[column], complete=complete)
    near_share = prepared.study.settings.near_share if near_share is None else near_share
    return Comparison(tuple(case for case, _, _ in found), choices, costs, near_share, aside)


def check_scenarios(study: Study) -> None:
    """Refuse scenarios of a study that change what is not there, or ask for what cannot be; searches no road.

    Parameters
    ----------
    study : Study

    Raises
    ------
    InputError
        Lists the faults of every scenario.
    """
    wrong = list[str]()
    crossings = sorted(study.road_tables["crossings"]["id"])
    cases = [(chain, *case) for chain in study.chains for case in study.scenarios_of(chain).items()]
    for chain, id, scenario in cases:
        prepared = Prepared(study, Job(chain=chain))
        faults = Faults("road_changes")
        try:
            _, job = prepared.under(scenario)
            named = {name: job.road_changes.get(name) or () for name in ("closed", "max_weight_t", "toll_eur")}
            for name, ids in named.items():
                for one in sorted(set(ids) - set(crossings)):
                    expected = Message("one of the crossings {crossings}", crossings=crossings)
                    faults.add(column=name, found=one, expected=expected)
            faults.raise_if_any()
        except InfeasibleError:  # its case will say what is lacking
            continue
        except InputError as error:
            wrong.append(_of_scenario(id, error))
    if wrong:
        raise InputError(Message.stacked(wrong))


def _of_scenario(id: str, error: InputError) -> Message:
    return Message('scenario "{id}": {fault}', id=id, fault=error.args[0])


@dataclass(frozen=True, eq=False)
class _Posed:
    """A scenario with its job, and the problem that this is; what is lacking where nothing comes in for one."""

    id: str
    scenario: Scenario | None
    job: Job
    placement: Placement | None = None
    lacking: Message | None = None


def _posed(prepared: Prepared, scenarios: Mapping[str, Scenario]) -> list[_Posed]:
    """The problem of the study as it stands and of every scenario; raises one error that lists the faults of all."""
    made, wrong = list[_Posed](), list[str]()
    for id, scenario in {"": None, **scenarios}.items():
        try:
            study, job = prepared.under(scenario) if scenario else (prepared.study, prepared.job)
            made.append(_posed_one(prepared, id, scenario, study, job))
        except InfeasibleError as error:  # it leaves nobody to serve
            made.append(_Posed(id, scenario, prepared.job, lacking=error.args[0]))
        except InputError as error:
            if scenario is None:
                raise
            wrong.append(_of_scenario(id, error))
    if wrong:
        raise InputError(Message.stacked(wrong))
    return made


def _posed_one(prepared: Prepared, id: str, scenario: Scenario | None, study: Study, job: Job) -> _Posed:
    try:
        return _Posed(id, scenario, job, prepared.placement(study, job))
    except TooFewSitesError as error:
        if scenario is None:
            raise
        return _Posed(id, scenario, job, lacking=error.args[0])
    except InfeasibleError as error:
        return _Posed(id, scenario, job, lacking=error.args[0])


def _solved(posed: _Posed, *, ranked: bool) -> tuple[Case, Placement | None, bool]:
    """A case, its problem, and whether all choices that can serve its customers were ranked.

    What asks for another number of platforms is held against no other case: its best choice will do (not `ranked`).
    """
    id, scenario, job, placement = posed.id, posed.scenario, posed.job, posed.placement
    if placement is None:
        return Case(id, scenario, job, None, posed.lacking, {}), None, True
    every = len(placement.chain.candidate_sites) + 1 if job.platforms == 1 else 0
    most = max(every, job.alternatives + 1) if ranked else 1
    start = time.perf_counter()
    try:
        found = answers(placement, most, every=ranked)
    except InfeasibleError as error:
        return Case(id, scenario, job, None, error.args[0], {}), placement, True
    except InputError:
        raise
    except CoopgeoError as error:  # the time was up
        return Case(id, scenario, job, None, error.args[0], {}, in_time=False), placement, False
    in_time = time.perf_counter() - start < job.time_limit_s
    best = found.solutions[0]
    values = {
        _sites(placement, solution): float(solution.value)
        if (exact if placement.rounds else solution.status == "optimal")
        else np.nan
        for solution, exact in zip(found.solutions, found.exact, strict=True)
    }
    outcome = Outcome(placement, best, accounts(placement, best))
    return Case(id, scenario, job, outcome, None, values), placement, in_time and len(found.solutions) < most


def _is_set_aside(case: Case, placement: Placement | None, sites: Sites) -> bool:
    """Whether a scenario forbids a choice of sites, asks for others, or leaves a site where no platform may stand."""
    asked, chosen = case.job, set(sites)
    if set(asked.forbidden) & chosen or not set(asked.required) <= chosen:
        return True
    if placement is None:
        return False
    free = placement.options["site"].to_numpy()[~placement.problem.forbidden]
    return not chosen <= set(free)


def _cost(prepared: Prepared, case: Case, placement: Placement | None, sites: Sites, *, complete: bool) -> float:
    """The proved least cost of a choice of sites in a case; `inf` where it cannot serve all customers, NaN unproved."""
    known = case.value_eur_year.get(sites)
    if known is not None:
        return known
    if complete or placement is None:
        return np.inf
    others = sorted(set(placement.options["site"]) - set(sites))
    job = replace(case.job, required=sites, forbidden=others, platforms=len(sites))
    try:
        there = prepared.placement(placement.study, job)
        found = best_of(there)
    except InfeasibleError:
        return np.inf
    except InputError:
        raise
    except CoopgeoError:  # the time was up
        return np.nan
    return float(found.value) if there.rounds or found.status == "optimal" else np.nan


def _sites(placement: Placement, solution: Solution) -> Sites:
    return tuple(sorted(str(site) for site in placement.options["site"].iloc[solution.sites]))
