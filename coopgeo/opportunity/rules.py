"""Start, wait or stop: the rules of the opportunity study, all in this place.

Each rule holds one figure of a chain against one threshold and says what follows; none is weighed against another. The
verdict is "stop" if any rule says so, else "wait" if any does, else "go". Which figures there are, with their
thresholds:

cost
    The cost per unit with its range, against the price of the market. "stop" if it lies above the highest price at the
    low end of its range and no subsidy that was looked at brings it down (`never_pays`); "wait" if even its low end
    lies above the price (`dear`) or its range holds the price (`straddles`); "go" if its high end lies below (`pays`).
own platform
    Where plants of others exist: the cost of a platform of the territory against theirs. "stop" if it is higher over
    the whole range of the support (`existing_cheaper`), "wait" if the support decides (`support_decides`), "go" if it
    is no higher as the study stands (`own_cheaper`). What is stopped is then the platform, not the chain.
customers
    The share of the tonnes asked for by customers who may not be there (probability below 1), against `POTENTIAL_MOST`.
resource
    Where customers are served: what is within reach with every factor at its low value, against what they ask for.
roles
    The roles that nobody fills who is published, against none.
delivery
    Where the value of the goods is known: haulage to and from the platform as a share of it, with its range, against
    the most that `study.toml` names (`references.delivery_share`).
data
    The share of rows that are assumed, against `ASSUMED_MOST`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Answer = Literal["go", "wait", "stop"]
ANSWERS: tuple[Answer, ...] = ("stop", "wait", "go")  # the first that any rule gives is the verdict
POTENTIAL_MOST = 0.5  # of the tonnes: beyond it, most of the chain hangs on customers that may never be there
ASSUMED_MOST = 2 / 3  # of the rows: beyond it, two figures of three are to be looked up before money is spent


class Span(NamedTuple):
    """A figure with its range."""

    low: float
    value: float
    high: float


@dataclass(frozen=True)
class Figures:
    """What a verdict rests on; None where a chain has no such figure.

    Attributes
    ----------
    served : bool
        Whether all that is asked for can be served.
    cost, market : Span, optional
        € per unit.
    subsidy : float, optional
        Share of the investment from which the cost is no higher than the market price.
    own, existing : float, optional
        € per unit on a platform of the territory, and in the plants of others.
    own_supported : float, optional
        `own` with the highest support of its range.
    support : float, optional
        That highest support, € per tonne.
    potential : float, optional
        Share of the tonnes asked for by customers who may not be there.
    wanted, within_reach_low : float, optional
        Units a year.
    roles, roles_missing : int
    delivery : Span, optional
        Share of the value of the goods.
    delivery_most : float, optional
    assumed : float
        Share of the rows.
    """

    served: bool = True
    cost: Span | None = None
    market: Span | None = None
    subsidy: float | None = None
    own: float | None = None
    existing: float | None = None
    own_supported: float | None = None
    support: float | None = None
    potential: float | None = None
    wanted: float | None = None
    within_reach_low: float | None = None
    roles: int = 0
    roles_missing: int = 0
    delivery: Span | None = None
    delivery_most: float | None = None
    assumed: float = 0.0


@dataclass(frozen=True)
class Reason:
    """What a rule says of a chain.

    Attributes
    ----------
    rule : str
        Its name: the key of its words.
    answer : {"go", "wait", "stop"}
    figure, threshold : float
        What was held against what.
    facts : mapping of str to float
        Other figures of its words.
    """

    rule: str
    answer: Answer
    figure: float
    threshold: float
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Start, wait or stop, with every reason; those for the verdict first.

    Attributes
    ----------
    answer : {"go", "wait", "stop"}
    about : {"chain", "own_platform"}
        What the answer is about: the chain, or only a platform of the territory where plants of others exist.
    reasons : tuple of Reason
    """

    answer: Answer
    about: Literal["chain", "own_platform"]
    reasons: tuple[Reason, ...]

    def of(self, answer: Answer) -> tuple[Reason, ...]:
        """The reasons for an answer."""
        return tuple(reason for reason in self.reasons if reason.answer == answer)


def judge(figures: Figures) -> Verdict:
    """Hold the figures of a chain against every rule.

    Examples
    --------
    >>> judge(Figures(cost=Span(25, 30, 31), market=Span(24, 32, 42))).answer
    'go'
    >>> judge(Figures(cost=Span(25, 30, 36), market=Span(24, 32, 42))).answer
    'wait'
    """
    found = [*_served(figures), *_own(figures), *_cost(figures), *_demand(figures), *_others(figures)]
    answer: Answer = next((one for one in ANSWERS if any(reason.answer == one for reason in found)), "wait")
    reasons = sorted(found, key=lambda reason: (reason.answer != answer, ANSWERS.index(reason.answer)))
    stopped = {reason.rule for reason in found if reason.answer == "stop"}
    about: Literal["chain", "own_platform"] = "own_platform" if stopped == {"existing_cheaper"} else "chain"
    return Verdict(answer, about, tuple(reasons))


def _served(figures: Figures) -> Iterator[Reason]:
    if not figures.served:
        yield Reason("not_served", "wait", 0.0, 1.0)


def _own(figures: Figures) -> Iterator[Reason]:
    own, existing, supported = figures.own, figures.existing, figures.own_supported
    if own is None or existing is None or supported is None:
        return
    facts = {"supported": supported, "support": figures.support or 0.0}
    if own <= existing:
        yield Reason("own_cheaper", "go", own, existing, facts)
    elif supported <= existing:
        yield Reason("support_decides", "wait", own, existing, facts)
    else:
        yield Reason("existing_cheaper", "stop", supported, existing, {**facts, "own": own})


def _cost(figures: Figures) -> Iterator[Reason]:
    cost, market, subsidy = figures.cost, figures.market, figures.subsidy
    if cost is None or market is None:
        return
    facts = {**cost._asdict(), "market_low": market.low, "market_high": market.high}
    if cost.low > market.high and subsidy is None:
        yield Reason("never_pays", "stop", cost.low, market.high, facts)
    elif cost.low > market.value:
        yield Reason("dear", "wait", cost.low, market.value, facts)
    elif cost.high < market.value:
        yield Reason("pays", "go", cost.high, market.value, facts)
    else:
        yield Reason("straddles", "wait", cost.value, market.value, facts)


def _demand(figures: Figures) -> Iterator[Reason]:
    potential, wanted, low = figures.potential, figures.wanted, figures.within_reach_low
    if potential is not None:
        mostly = potential > POTENTIAL_MOST
        yield Reason("potential" if mostly else "certain", "wait" if mostly else "go", potential, POTENTIAL_MOST)
    if wanted is not None and low is not None:
        enough = low >= wanted
        yield Reason("resource_enough" if enough else "resource_unsure", "go" if enough else "wait", low, wanted)


def _others(figures: Figures) -> Iterator[Reason]:
    if figures.roles:
        missing = figures.roles_missing
        facts = {"roles": float(figures.roles)}
        yield Reason("roles_missing" if missing else "roles_filled", "wait" if missing else "go", missing, 0.0, facts)
    delivery, most = figures.delivery, figures.delivery_most
    if delivery is not None and most is not None:
        rule, answer = _delivery(delivery, most)
        yield Reason(rule, answer, delivery.value, most, {"low": delivery.low, "high": delivery.high})
    mostly = figures.assumed > ASSUMED_MOST
    yield Reason("assumed" if mostly else "known", "wait" if mostly else "go", figures.assumed, ASSUMED_MOST)


def _delivery(delivery: Span, most: float) -> tuple[str, Answer]:
    if delivery.low > most:
        return "delivery_dear", "wait"
    return ("delivery_fits", "go") if delivery.high <= most else ("delivery_unsure", "wait")
