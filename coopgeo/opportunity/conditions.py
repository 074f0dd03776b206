"""What must be true for a chain to hold, each condition from its figures."""

from collections.abc import Iterator, Sequence

from coopgeo.opportunity.actors import Partner
from coopgeo.opportunity.figures import Condition, DataGaps, Turning
from coopgeo.opportunity.rules import Figures


def conditions(
    figures: Figures,
    *,
    turnings: Sequence[Turning],
    missing: Sequence[Partner],
    gaps: DataGaps | None,
    wanted_t: float,
    goods_least_eur_t: float | None,
    fee: tuple[float, float] | None,
    room: tuple[float, float] | None = None,
) -> tuple[Condition, ...]:
    """Draw up what must be true.

    Parameters
    ----------
    figures : Figures
    turnings : sequence of Turning
        From where a platform of its own costs no more than plants of others.
    missing : sequence of Partner
        Roles that nobody fills.
    gaps : DataGaps, optional
    wanted_t : float
        Tonnes a year that are asked for.
    goods_least_eur_t : float, optional
        Value of the goods from which delivery is no more than its share of it.
    fee : tuple of (float, float), optional
        What plants of others ask at their gate, and the most at which they cost no more than a platform of its own,
        €/t.
    room : tuple of (float, float), optional
        Tonnes that plants of others would take, and what they have room for, t/year.
    """
    parts = (
        _customers(figures, wanted_t),
        _resource(figures),
        _price(figures),
        _others(turnings, fee, room),
        _delivery(figures, goods_least_eur_t),
        _roles(missing),
        _figure(gaps),
    )
    return tuple(condition for part in parts for condition in part)


def _customers(figures: Figures, wanted_t: float) -> Iterator[Condition]:
    if figures.potential:
        potential_t = figures.potential * wanted_t
        yield Condition("customers", {"potential_t": potential_t, "wanted_t": wanted_t, "share": figures.potential})


def _resource(figures: Figures) -> Iterator[Condition]:
    wanted, low = figures.wanted, figures.within_reach_low
    if wanted is not None and low is not None and low < wanted:
        yield Condition("resource", {"wanted": wanted, "low": low})


def _price(figures: Figures) -> Iterator[Condition]:
    cost, market = figures.cost, figures.market
    if cost is None or market is None:
        return
    if cost.high > market.value:
        yield Condition("price", {"cost": cost.value, "high": cost.high, "market": market.value})
    if cost.value > market.value and figures.subsidy is not None:
        yield Condition("subsidy", {"share": figures.subsidy})


def _others(
    turnings: Sequence[Turning], fee: tuple[float, float] | None, room: tuple[float, float] | None
) -> Iterator[Condition]:
    if fee is not None:
        yield Condition("fee" if fee[0] <= fee[1] else "fee_above", {"fee": fee[0], "most": fee[1]})
    if room is not None:
        yield Condition("room", {"tonnes": room[0], "room": room[1]})
    for turning in turnings:
        facts = {"here": turning.here, "end": turning.end}
        if turning.bracket is None:
            yield Condition(f"{turning.name}_never", facts)
        elif turning.bracket[1] > turning.here:
            low, high = turning.bracket
            yield Condition(f"{turning.name}_from", {**facts, "low": low, "high": high})


def _delivery(figures: Figures, least_eur_t: float | None) -> Iterator[Condition]:
    if least_eur_t is not None and figures.delivery_most is not None:
        yield Condition("delivery", {"least": least_eur_t, "most": figures.delivery_most})


def _roles(missing: Sequence[Partner]) -> Iterator[Condition]:
    if missing:
        yield Condition("roles", {"roles": tuple(one.role for one in missing)})


def _figure(gaps: DataGaps | None) -> Iterator[Condition]:
    assumed = [one for one in gaps.deciding if one.status == "assumed"] if gaps else []
    if assumed:
        first = assumed[0]
        key = "figure" if first.low is not None and first.high is not None else "figure_drawn"
        yield Condition(key, {"names": first.names, "low": first.low, "high": first.high, "effect": first.effect})
