"""Where an answer turns, in words."""

from collections.abc import Sequence

from coopgeo.plan.outcome import Outcome
from coopgeo.plan.turn import BreakEven, Turn
from coopgeo.study import Chain
from coopgeo.study.schema_parts import SHARE_UNITS
from coopgeo.text import Text, fewest_decimals

_RATIO = "rapport"  # unit of what has none, in French as all words of the tables
_DIGITS = 2  # of the value at which an answer turns


def site_names(sites: Sequence[str], chain: Chain, text: Text) -> str:
    """A choice of sites by the names of its sites."""
    return text.joined([str(chain.candidate_sites["name"].get(site, site)) for site in sites]) or text("scenario.none")


def break_even_sentences(outcome: Outcome, text: Text) -> list[str]:
    """Where the answer turns, and from which subsidy the chain pays.

    Parameters
    ----------
    outcome : Outcome
        With its `break_even`.
    text : Text
    """
    chain, found = outcome.chain, outcome.break_even
    if found is None:
        return []
    turned = [_turned(turn, chain, text) for pair in found.turns for turn in pair if turn.at is not None]
    return [*turned, *_pays(outcome, found, text), *_unproved(found, chain, text)]


def stays_sentences(outcome: Outcome, text: Text) -> list[str]:
    """Between which values of the assumptions the answer stays, at the points tried; none if none was tried."""
    found = outcome.break_even.turns if outcome.break_even else ()
    ranges = [words for pair in found if (words := _stays(*pair, outcome.chain, text))]
    return [text("scenario.stays", ranges=text("sure.between").join(ranges))] if ranges else []


def _pays(outcome: Outcome, found: BreakEven, text: Text) -> list[str]:
    """From which subsidy the chain pays, where it does not without."""
    if not found.dear:
        return []
    if found.pays_from_subsidy is not None:
        return [text("scenario.pays", share=text.percent(found.pays_from_subsidy))]
    market, cost = outcome.chain.parameters.market_price, outcome.cost.eur_per_unit
    assert market is not None  # or it would not be dear
    return [text("scenario.pays_never", price=text.price(market.value), cost=text.price(cost))]


def _unproved(found: BreakEven, chain: Chain, text: Text) -> list[str]:
    """The assumptions whose points are not all proved."""
    names = dict.fromkeys([*found.unproved, *([] if found.pays_proved else ["subsidy_share"])])
    told = text.joined([_name(name, chain, text) for name in names])
    return [text("scenario.unproved", names=told)] if names else []


def _stays(below: Turn, above: Turn, chain: Chain, text: Text) -> str:
    """The range of an assumption in which the answer stays; empty if there is none."""
    ends = [turn.value if turn.at is not None else turn.end for turn in (below, above)]
    if ends[0] == ends[1]:
        return ""
    start, end = (_value(value, below.name, chain, text) for value in ends)
    return text("scenario.range", name=_name(below.name, chain, text), start=start, end=end)


def _turned(turn: Turn, chain: Chain, text: Text) -> str:
    name, at = _name(turn.name, chain, text), _value(float(turn.at or 0.0), turn.name, chain, text)
    side = "above" if turn.grows else "below"
    if turn.sites is None or turn.eur_per_unit is None:
        return text(f"scenario.lacks_{side}", name=name, at=at)
    sites, price = site_names(turn.sites, chain, text), text.price(turn.eur_per_unit)
    return text(f"scenario.turns_{side}", name=name, at=at, sites=sites, price=price)


def _name(name: str, chain: Chain, text: Text) -> str:
    parameter = dict(chain.parameters).get(name)
    if parameter is None:
        return text(f"scenario.{name}")
    words = _short(str(getattr(parameter, text.lang)))
    return text("scenario.assumption", name=words or name)


def _short(name: str) -> str:
    """A name up to its first colon or semicolon, without a bracket that this leaves open."""
    for mark in (" : ", ": ", " ; ", "; "):
        name = name.partition(mark)[0]
    return name.partition(" (")[0] if name.count("(") > name.count(")") else name


def _value(value: float, name: str, chain: Chain, text: Text) -> str:
    parameter = dict(chain.parameters).get(name)
    if parameter is None:
        return text("scenario.times", factor=text.short(value, _DIGITS))
    if parameter.unit in SHARE_UNITS:
        return text.percent(value, min(1, fewest_decimals(100 * value, 1)))
    shown = text.short(value, _DIGITS)
    return shown if parameter.unit == _RATIO else f"{shown} {text.unit(parameter.unit)}"
