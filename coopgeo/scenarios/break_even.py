"""Where the answer turns: the value of an assumption at which other sites become best, between proved runs.

The best sites are a step function of an assumption, so that no root finder of a library applies: the way from its value
to each end of its range is cut into a few steps, and the first step at whose end the answer is another is bisected.
Every point is a run on ways that were found once. Where time was too short to prove one, or to find any answer, what
rests on it says so (`proved`). An answer that turns and turns back within a step is not seen.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np

from coopgeo.errors import CoopgeoError, Faults, InfeasibleError, InputError, Message
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.rounds import Measure
from coopgeo.plan.turn import BreakEven, Sites, Turn
from coopgeo.scenarios.prepared import Prepared
from coopgeo.study import Study
from coopgeo.study.scenarios import multiplied_demand
from coopgeo.study.schema_parts import SHARE_UNITS

DEMAND = "demand"  # the factor of the whole demand, beside the parameters of a chain
_SUBSIDY = "subsidy_share"
_DEMAND_RANGE = 0.1, 1.6  # most customers of the shipped study are not there yet: a planning hypothesis
_BEYOND = 0.25  # of the range of a parameter, on either side
_STEPS = 4  # on either side of the value
_EXACT = 1e-3  # of the way to an end of the range


@dataclass(frozen=True)
class _Answer:
    """Best sites and cost at a value; None where not all customers can be served, or the time allowed no answer."""

    sites: Sites | None = None
    eur_per_unit: float | None = None
    proved: bool = True

    @property
    def unknown(self) -> bool:
        """Whether the time allowed no answer: that not all can be served is always proved."""
        return self.sites is None and not self.proved


@dataclass(frozen=True)
class _Edge:
    """How far was looked towards an end, the point nearest to the value at which something holds, the answer there."""

    end: float
    at: float | None = None
    answer: _Answer = _Answer()
    proved: bool = True


@dataclass(frozen=True)
class _Assumption:
    """Something that varies: its value, its range, and the study at another value."""

    value: float
    low: float
    high: float
    study: Callable[[float], Study]


def with_break_even(outcome: Outcome, prepared: Prepared | None = None) -> Outcome:
    """The same outcome with where it turns: `break_even`; takes seconds.

    Parameters
    ----------
    outcome : Outcome
    prepared : Prepared, optional
        Of the same study and job; made anew by default, on the ways of the outcome.
    """
    placement = outcome.placement
    measure: Measure = "estimate" if placement.rounds else "bound"  # rounds are not planned anew at each point
    prepared = prepared or Prepared(outcome.study, placement.job, ways=placement.ways, measure=measure)
    parameters = dict(outcome.chain.parameters)
    asked = outcome.chain.parameters.asked_first
    demand = [] if outcome.chain.settings.pushes else [DEMAND]
    known = [*demand, *(name for name in asked if name in parameters)]
    market = outcome.chain.parameters.market_price
    dear = market is not None and outcome.cost.eur_per_unit > market.value
    looked = tuple(turns(prepared, name) for name in known)
    pays, proved = _pays(prepared, _SUBSIDY) if dear else (None, True)
    found = BreakEven(looked, pays, dear=dear, pays_proved=proved)
    return replace(outcome, break_even=found)


def turns(prepared: Prepared, name: str, *, low: float | None = None, high: float | None = None) -> tuple[Turn, Turn]:
    """Where the best sites turn as an assumption falls from its value, and where as it grows.

    Parameters
    ----------
    prepared : Prepared
    name : str
        A parameter of the chain, or "demand" for a factor of the whole demand.
    low, high : float, optional
        Range to look at: by default that of the parameter and a quarter of it beyond, 0.1 to 1.6 for the demand; as far
        as the study takes these values.

    Returns
    -------
    tuple of Turn
        Below and above the value.

    Raises
    ------
    InputError
        If the assumption is unknown, or the range does not hold its value.
    InfeasibleError
        If not all customers can be served as the study stands.
    """
    assumption = _ranged(prepared, name, low, high)
    outcome = prepared.base
    base = tuple(sorted(map(str, outcome.accounts.sites)))

    proved = outcome.objective.status == "optimal" or bool(outcome.placement.rounds)  # which are estimated

    def turn(end: float) -> Turn:
        edge = _edge(prepared, assumption, end, lambda one: one.sites != base)
        answer = edge.answer
        return Turn(
            name, assumption.value, edge.end, edge.at, answer.sites, answer.eur_per_unit, proved=proved and edge.proved
        )

    return turn(assumption.low), turn(assumption.high)


def pays_from(
    prepared: Prepared,
    name: str,
    *,
    low: float | None = None,
    high: float | None = None,
    market_eur_unit: float | None = None,
) -> float | None:
    """The value of an assumption, nearest to that of the study, at which the chain costs no more than the market asks.

    Parameters
    ----------
    prepared : Prepared
    name, low, high
        As in `turns`.
    market_eur_unit : float, optional
        Market price of the chain by default.

    Returns
    -------
    float or None
        None if it does nowhere in the range; the value of the study if it does already.

    Raises
    ------
    InputError
        If the assumption is unknown, the range does not hold its value, or the price is no number.
    """
    if market_eur_unit is not None and not (_is_finite(market_eur_unit) and market_eur_unit >= 0):
        faults = Faults(Message("the price of the market"))
        faults.add(column="market_eur_unit", found=market_eur_unit, expected=Message("a number of € a unit, 0 or more"))
        faults.raise_if_any()
    return _pays(prepared, name, low=low, high=high, market_eur_unit=market_eur_unit)[0]


def _pays(
    prepared: Prepared,
    name: str,
    *,
    low: float | None = None,
    high: float | None = None,
    market_eur_unit: float | None = None,
) -> tuple[float | None, bool]:
    """What `pays_from` says, and whether every point that it was looked for at is proved."""
    assumption = _ranged(prepared, name, low, high)
    market = prepared.study.chain(prepared.job.chain).parameters.market_price
    if market is None and market_eur_unit is None:
        raise InputError(Message("market_eur_unit: expected a price, as the chain has none of the market"))
    price = market.value if market_eur_unit is None and market else market_eur_unit
    assert price is not None

    def pays(answer: _Answer) -> bool:
        return answer.eur_per_unit is not None and answer.eur_per_unit <= price

    here = _answer(prepared, assumption, assumption.value)
    if here is not None and pays(here):
        return assumption.value, here.proved
    edges = [_edge(prepared, assumption, end, pays) for end in (assumption.low, assumption.high)]
    found = [edge.at for edge in edges if edge.at is not None]
    proved = all(edge.proved for edge in edges) and (here is None or here.proved)
    return min(found, key=lambda at: abs(at - assumption.value), default=None), proved


def _edge(prepared: Prepared, assumption: _Assumption, end: float, holds: Callable[[_Answer], bool]) -> _Edge:
    """Look from the value to an end of the range, step by step, then within the first step at whose end it holds."""
    before, proved = assumption.value, True
    for after in np.linspace(assumption.value, end, _STEPS + 1)[1:].tolist() if end != before else []:
        answer = _answer(prepared, assumption, after)
        if answer is None:  # no value that the study takes
            break
        proved &= answer.proved
        if answer.unknown:
            break
        if holds(answer):
            bracket, width = (before, after, answer), _EXACT * abs(end - before)
            at, there, within = _bisected(prepared, assumption, bracket, holds, width)
            return _Edge(after, at, there, proved and within)
        before = after
    return _Edge(before, proved=proved)


def _bisected(
    prepared: Prepared,
    assumption: _Assumption,
    bracket: tuple[float, float, _Answer],
    holds: Callable[[_Answer], bool],
    width: float,
) -> tuple[float, _Answer, bool]:
    """The near end of what holds, between a point where it does not and one where it does, to some width; if proved."""
    without, within, answer = bracket
    proved = True
    while abs(within - without) > width:
        middle = (without + within) / 2
        found = _answer(prepared, assumption, middle)
        proved &= found is None or found.proved
        if found is not None and not found.unknown and holds(found):
            within, answer = middle, found
        else:
            without = middle
    return within, answer, proved


def _answer(prepared: Prepared, assumption: _Assumption, at: float) -> _Answer | None:
    """The answer at a value, with whether it is proved; None if the study does not take it."""
    try:
        study = assumption.study(at)
    except InputError:
        return None
    try:
        outcome = prepared.outcome(study, replace(prepared.job, alternatives=0))
    except InfeasibleError:
        return _Answer()
    except InputError:  # of the job, at whatever value
        raise
    except CoopgeoError:  # the time was up before any answer
        return _Answer(proved=False)
    proved = outcome.objective.status == "optimal" or bool(outcome.placement.rounds)  # which are estimated
    return _Answer(tuple(sorted(map(str, outcome.accounts.sites))), outcome.cost.eur_per_unit, proved)


def _ranged(prepared: Prepared, name: str, low: float | None, high: float | None) -> _Assumption:
    """An assumption by its name, with the range that is asked for."""
    found = _assumption(prepared, name)
    faults = Faults(Message("the range of {name}", name=name))
    for column, end, beside in (("low", low, -1), ("high", high, 1)):
        if end is not None and not _is_finite(end):
            faults.add(column=column, found=end, expected=Message("a finite number"))
        elif end is not None and (end - found.value) * beside < 0:
            least = Message("at most the value of the study, {value}", value=found.value)
            most = Message("at least the value of the study, {value}", value=found.value)
            faults.add(column=column, found=end, expected=least if beside < 0 else most)
    faults.raise_if_any()
    return replace(found, low=found.low if low is None else low, high=found.high if high is None else high)


def _is_finite(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value)


def _assumption(prepared: Prepared, name: str) -> _Assumption:
    study, chain = prepared.study, prepared.job.chain
    if name == DEMAND:
        served = study.chain(chain).served()

        def multiplied(factor: float) -> Study:
            return study.changed({"customers": multiplied_demand(served, factor)}, chain=chain)

        return _Assumption(1.0, *_DEMAND_RANGE, multiplied)
    parameters = dict(study.chain(chain).parameters)
    if name not in parameters:
        choices = [DEMAND, *parameters]
        raise InputError(Message('assumption: found "{name}"; expected one of {choices}', name=name, choices=choices))
    one = parameters[name]
    beyond = _BEYOND * (one.high - one.low)
    most = 1.0 if one.unit in SHARE_UNITS else np.inf
    low, high = min(one.value, max(0.0, one.low - beyond)), max(one.value, min(most, one.high + beyond))
    return _Assumption(one.value, low, high, lambda value: study.with_values(chain, **{name: value}))
