"""Where the answer turns: the value of an assumption at which other sites become best, between proved runs.

The best sites are a step function of an assumption, so that no root finder of a library applies: the way from its value
to each end of its range is cut into a few steps, and the first step at whose end the answer is another is bisected.
Every point is a proved run on ways that were found once. An answer that turns and turns back within a step is not seen.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from coopgeo.errors import InfeasibleError, InputError, Message
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.turn import BreakEven, Sites, Turn
from coopgeo.scenarios.prepared import Prepared
from coopgeo.study import Study
from coopgeo.study.scenarios import multiplied_demand
from coopgeo.study.schema_parts import SHARE_UNITS

DEMAND = "demand"  # the factor of the whole demand, beside the parameters of a chain
_SUBSIDY = "subsidy_share"
ASSUMPTIONS = (DEMAND, _SUBSIDY, "diesel_eur_l", "delivered_moisture")  # what an official asks first
_DEMAND_RANGE = 0.1, 1.6  # most boilers of the shipped study are not built: a planning hypothesis
_BEYOND = 0.25  # of the range of a parameter, on either side
_STEPS = 4  # on either side of the value
_EXACT = 1e-3  # of the way to an end of the range


@dataclass(frozen=True)
class _Answer:
    """Best sites and cost at a value; None where not all customers can be served."""

    sites: Sites | None = None
    eur_per_mwh: float | None = None


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
    prepared = prepared or Prepared(outcome.study, placement.job, ways=placement.ways)
    parameters = dict(outcome.chain.parameters)
    known = [name for name in ASSUMPTIONS if name == DEMAND or name in parameters]
    market = outcome.chain.parameters.market_price_eur_mwh.value
    dear = outcome.cost.eur_per_mwh > market
    found = BreakEven(
        tuple(turns(prepared, name) for name in known), pays_from(prepared, _SUBSIDY) if dear else None, dear=dear
    )
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
        If the assumption is unknown.
    InfeasibleError
        If not all customers can be served as the study stands.
    """
    assumption = _ranged(prepared, name, low, high)
    outcome = prepared.outcome()
    base = tuple(sorted(map(str, outcome.accounts.sites)))

    def turn(end: float) -> Turn:
        reached, at, answer = _edge(prepared, assumption, end, lambda one: one.sites != base)
        return Turn(name, assumption.value, reached, at, answer.sites, answer.eur_per_mwh)

    return turn(assumption.low), turn(assumption.high)


def pays_from(
    prepared: Prepared,
    name: str,
    *,
    low: float | None = None,
    high: float | None = None,
    market_eur_mwh: float | None = None,
) -> float | None:
    """The value of an assumption, nearest to that of the study, at which the wood costs no more than the market asks.

    Parameters
    ----------
    prepared : Prepared
    name, low, high
        As in `turns`.
    market_eur_mwh : float, optional
        `market_price_eur_mwh` of the chain by default.

    Returns
    -------
    float or None
        None if it does nowhere in the range; the value of the study if it does already.

    Raises
    ------
    InputError
        If the assumption is unknown.
    """
    assumption = _ranged(prepared, name, low, high)
    market = prepared.study.chain(prepared.job.chain).parameters.market_price_eur_mwh.value
    price = market if market_eur_mwh is None else market_eur_mwh

    def pays(answer: _Answer) -> bool:
        return answer.eur_per_mwh is not None and answer.eur_per_mwh <= price

    here = _answer(prepared, assumption, assumption.value)
    if here is not None and pays(here):
        return assumption.value
    edges = [_edge(prepared, assumption, end, pays)[1] for end in (assumption.low, assumption.high)]
    return min((at for at in edges if at is not None), key=lambda at: abs(at - assumption.value), default=None)


def _edge(
    prepared: Prepared, assumption: _Assumption, end: float, holds: Callable[[_Answer], bool]
) -> tuple[float, float | None, _Answer]:
    """How far was looked towards an end, the point nearest to the value at which something holds, the answer there."""
    before = assumption.value
    for after in np.linspace(assumption.value, end, _STEPS + 1)[1:].tolist() if end != before else []:
        answer = _answer(prepared, assumption, after)
        if answer is None:  # no value that the study takes
            return before, None, _Answer()
        if holds(answer):
            return after, *_bisected(prepared, assumption, (before, after, answer), holds, _EXACT * abs(end - before))
        before = after
    return before, None, _Answer()


def _bisected(
    prepared: Prepared,
    assumption: _Assumption,
    bracket: tuple[float, float, _Answer],
    holds: Callable[[_Answer], bool],
    width: float,
) -> tuple[float, _Answer]:
    """The near end of what holds, between a point where it does not and one where it does, to some width."""
    without, within, answer = bracket
    while abs(within - without) > width:
        middle = (without + within) / 2
        found = _answer(prepared, assumption, middle)
        if found is not None and holds(found):
            within, answer = middle, found
        else:
            without = middle
    return within, answer


def _answer(prepared: Prepared, assumption: _Assumption, at: float) -> _Answer | None:
    """The answer at a value; None if the study does not take it."""
    try:
        study = assumption.study(at)
    except InputError:
        return None
    try:
        outcome = prepared.outcome(study, replace(prepared.job, alternatives=0))
    except InfeasibleError:
        return _Answer()
    return _Answer(tuple(sorted(map(str, outcome.accounts.sites))), outcome.cost.eur_per_mwh)


def _ranged(prepared: Prepared, name: str, low: float | None, high: float | None) -> _Assumption:
    """An assumption by its name, with the range that is asked for."""
    found = _assumption(prepared, name)
    return replace(found, low=found.low if low is None else low, high=found.high if high is None else high)


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
    low, high = max(0.0, one.low - beyond), min(most, one.high + beyond)
    return _Assumption(one.value, low, high, lambda value: study.with_values(chain, **{name: value}))
