"""The opportunity study in words: verdicts with their reasons, conditions, the chains side by side."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coopgeo.errors import Message
from coopgeo.opportunity import ChainStudy, Opportunity, Option, Reason, Span
from coopgeo.opportunity.compared import Compared
from coopgeo.opportunity.figures import Condition, Deciding, Turning
from coopgeo.opportunity.options import plants_of_others
from coopgeo.opportunity.rules import ASSUMED_MOST, POTENTIAL_MOST
from coopgeo.plan.outcome import Outcome
from coopgeo.study.settings import DELIVERY_SHARE, Parameter
from coopgeo.text import Text, french_spaces
from coopgeo.text.messages import said
from coopgeo.words.plants import spoken

Say = Callable[[float], str]
_SHARES = frozenset({"potential", "certain", "delivery_dear", "delivery_unsure", "delivery_fits", "assumed", "known"})
_AMOUNTS = frozenset({"resource_enough", "resource_unsure"})
_COUNTS = frozenset({"roles_missing", "roles_filled"})


@dataclass(frozen=True)
class Row:
    """A row of the chains side by side: what it tells, a note, and what it says of each chain."""

    key: str
    title: str
    note: str
    cells: tuple[tuple[str, str], ...]  # what is said, and small print


def chain_name(chain: ChainStudy, text: Text) -> str:
    """What a chain is called."""
    return chain.names[text.lang]


def units(chain: ChainStudy | Compared, text: Text) -> tuple[str, str, str]:
    """What a chain delivers, one of it and many, and the unit of its price."""
    one, many = (_word(f"{form}_{chain.unit}", chain.unit, text) for form in ("unit", "units"))
    return one, many, text("opportunity.per", unit=one)


def _word(key: str, otherwise: str, text: Text) -> str:
    try:
        return text(f"opportunity.{key}")
    except KeyError:
        return otherwise


def price(eur: float, text: Text) -> str:
    """A price with two decimals under 10, one under 100, none above."""
    size = abs(eur)
    return text.number(eur, 2 if size < 10 else 1 if size < 100 else 0)


def amount(value: float, text: Text) -> str:
    """An amount rounded to three digits: no figure of an opportunity study is more certain."""
    return text.significant(value, 3)


def verdict_key(chain: ChainStudy) -> str:
    """The key of what a verdict says: "go", "wait", "stop" or "stop_platform"."""
    verdict = chain.verdict
    return "stop_platform" if verdict.answer == "stop" and verdict.about == "own_platform" else verdict.answer


def headline(opportunity: Opportunity, text: Text) -> str:
    """What is said of every chain, in a sentence."""
    place = opportunity.study.settings.place
    said_of = [
        text("opportunity.says", chain=chain_name(chain, text), answer=text(f"opportunity.{verdict_key(chain)}"))
        for chain in opportunity.chains
    ]
    return f"{place} – {_listed(said_of, text)}"


def reason_text(reason: Reason, chain: ChainStudy, text: Text) -> str:
    """What a rule says, with its figure and its threshold."""
    _, many, eur = units(chain, text)
    say = _say(reason.rule, text)
    words: dict[str, str] = {name: say(value) for name, value in reason.facts.items()}
    words |= {"figure": say(reason.figure), "threshold": say(reason.threshold), "eur": eur, "units": many}
    if "support" in reason.facts:
        words["support"] = text.number(reason.facts["support"])
    market = chain.outcome.chain.parameters.market_price if chain.outcome else None
    words["market_name"] = short_name(market, text) if market else ""
    words["aside"] = text("opportunity.aside") if _goods_aside(chain) else ""
    return text(f"opportunity.rule_{reason.rule}", **words)


def _say(rule: str, text: Text) -> Say:
    """How the figures of a rule are written."""
    if rule in _SHARES:
        return text.percent
    if rule in _AMOUNTS:
        return lambda value: amount(value, text)
    if rule in _COUNTS:
        return text.number
    return lambda value: text.percent(value) if rule == "not_served" else price(value, text)


def short_name(parameter: Parameter, text: Text) -> str:
    """The name of a parameter up to its first bracket, colon or comma."""
    name = str(getattr(parameter, text.lang))
    for mark in (" (", " : ", ": ", ", "):
        name = name.partition(mark)[0]
    return name


def instead(chain: ChainStudy, text: Text) -> str:
    """What else could be done where a platform of its own is not to be; empty elsewhere."""
    if verdict_key(chain) != "stop_platform":
        return ""
    _, _, eur = units(chain, text)
    told = []
    existing, pools = chain.option("existing"), [one for one in chain.options if one.kind == "pool" and one.outcome]
    if existing and existing.outcome:
        sites = _site_names(existing.outcome, text)
        cost = price(existing.outcome.cost.eur_per_unit, text)
        told.append(text("opportunity.instead_existing", sites=sites, price=cost, eur=eur))
    cheapest = min(pools, key=_eur_per_unit, default=None)
    if cheapest and (not existing or _eur_per_unit(cheapest) < _eur_per_unit(existing)):
        told.append(
            text(
                "opportunity.instead_pool",
                name=option_name(cheapest, text),
                price=price(_eur_per_unit(cheapest), text),
                eur=eur,
                least=text("opportunity.at_least") if _misses_rounds(cheapest) else "",
                inhabitants=text.number(cheapest.inhabitants),
            )
        )
    return text("opportunity.instead", options=_listed(told, text)) if told else ""


def _listed(told: list[str], text: Text) -> str:
    """Several things that may hold commas, one after the other."""
    return french_spaces(" ; ".join(told)) if text.lang == "fr" else "; ".join(told)


def _misses_rounds(option: Option) -> bool:
    """Whether a pool is told without the rounds in the territories that join: their points are not in the tables."""
    legs = option.outcome.placement.rounds if option.outcome else {}
    return option.neighbours_points == 0 and "inbound" in legs


def _goods_aside(chain: ChainStudy) -> bool:
    """Whether the goods themselves are not in the cost."""
    return chain.outcome is not None and getattr(chain.outcome.chain.parameters, "goods_eur_t", None) is not None


def _eur_per_unit(option: Option) -> float:
    return option.outcome.cost.eur_per_unit if option.outcome else math.inf


def option_name(option: Option, text: Text) -> str:
    """What a way to run a chain is called."""
    if option.kind == "base":
        return text("opportunity.option_base")
    return french_spaces(option.names["fr"]) if text.lang == "fr" else option.names[text.lang]


def _site_names(outcome: Outcome, text: Text) -> str:
    names = [str(name) for name in outcome.platforms["name"]]
    return text.joined(names) or text("opportunity.answer_none")


def condition_text(condition: Condition, chain: ChainStudy, text: Text) -> str:
    """What must be true, with its figures."""
    _, many, eur = units(chain, text)
    facts, key = condition.facts, condition.key
    words: dict[str, object] = {"eur": eur, "units": many}
    if key == "roles":
        roles: Any = facts["roles"]
        return text("opportunity.must_roles", roles=_listed([_lower(role[text.lang]) for role in roles], text))
    if key.startswith("figure"):
        return _figure(condition, chain, text)
    for name, value in facts.items():
        assert isinstance(value, float | int)
        words[name] = _fact(key, name, float(value), text)
    return text(f"opportunity.must_{key}", **words)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _fact(key: str, name: str, value: float, text: Text) -> str:
    if name == "share" or (key == "delivery" and name == "most"):
        return text.percent(value)
    if key == "price":
        return price(value, text)
    if key.startswith(("support", "fee")):
        return text.number(value)
    return amount(value, text)


def _figure(condition: Condition, chain: ChainStudy, text: Text) -> str:
    facts: Mapping[str, Any] = condition.facts
    name, (_, _, eur) = _short(facts["names"][text.lang]), units(chain, text)
    if condition.key == "figure_drawn":
        return text("opportunity.must_figure_drawn", name=name, effect=text.percent(facts["effect"]))
    low, high = facts["low"], facts["high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return text("opportunity.must_figure_lacks", name=name)
    low, high = sorted((low, high))
    return text("opportunity.must_figure", name=name, low=price(low, text), high=price(high, text), eur=eur)


def side_by_side(opportunity: Opportunity, text: Text) -> list[Row]:
    """The chains beside each other, a row a figure.

    Parameters
    ----------
    opportunity : Opportunity
    text : Text
    """
    total = sum(chain.coordination_eur_year for chain in opportunity.chains)
    shared = text.counted("opportunity.chains", len(opportunity.chains))
    created = opportunity.jobs_created
    rows: list[tuple[str, str, Callable[[ChainStudy], tuple[str, str]]]] = [
        ("answer", "", lambda one: (_answer(one, text), "")),
        ("sure", "", lambda one: _sure(one, text)),
        ("wanted", "", lambda one: (_wanted(one, text), "")),
        ("resource", "", lambda one: _resource(one, text)),
        ("cost", "", lambda one: _cost(one, text)),
        ("market", "", lambda one: (_market(one, text), "")),
        ("year", "", lambda one: _year(one, text)),
        (
            "support",
            text("opportunity.support_note", total=text.number(total), chains=shared),
            lambda one: (_support(one, text), ""),
        ),
        ("who", "", lambda one: (_who(one, text), "")),
        ("capital", "", lambda one: (_capital(one, text), "")),
        ("pays", "", lambda one: _pays(one, text)),
        ("delivery", "", lambda one: (_delivery(one, text), "")),
        ("jobs", "", lambda one: _jobs(one, text)),
        ("insertion", text("opportunity.insertion_note"), lambda one: (_insertion(one, text), "")),
        ("created", "", lambda one: (_created(one, created, text), "")),
        ("co2", "", lambda one: (_co2(one, text), "")),
        ("roles", "", lambda one: (_roles(one, text), "")),
        ("assumed", "", lambda one: (_assumed(one, text), "")),
        ("decides", "", lambda one: (_decides(one, text), "")),
    ]
    if created is None:
        rows = [row for row in rows if row[0] != "created"]
    titles = {"created": {"jobs": text.number(created.value)}} if created else {}
    return [
        Row(
            key,
            text(f"opportunity.row_{key}", **titles.get(key, {})),
            note,
            tuple(cell(chain) for chain in opportunity.chains),
        )
        for key, note, cell in rows
    ]


def _none(text: Text) -> str:
    return text("opportunity.none")


def _answer(chain: ChainStudy, text: Text) -> str:
    if chain.outcome is None:
        return text("opportunity.answer_unserved", lacking=_lacking(chain.lacking, text))
    sites, plants = [str(site) for site in chain.outcome.accounts.sites], plants_of_others(chain.outcome.chain)
    key = "none" if not sites else "others" if set(sites) <= plants else "with"
    return text(f"opportunity.answer_{key}", sites=_site_names(chain.outcome, text))


def _lacking(message: Message | None, text: Text) -> str:
    return "" if message is None else said(message, text.lang)


def _sure(chain: ChainStudy, text: Text) -> tuple[str, str]:
    outcome = chain.outcome
    if outcome is None:
        return _none(text), ""
    objective, near = outcome.objective, len(outcome.near_best)
    proof = (
        text("opportunity.sure_optimal")
        if objective.status == "optimal"
        else text("opportunity.sure_gap", gap=text.percent(objective.gap, 1))
    )
    share = text.percent_as_given(outcome.study.settings.near_share)
    told = [proof, text.counted("opportunity.sure_near", near, share=share)]
    known = outcome.confidence
    if known and known.best:
        best = text.percent_of_many(next(iter(known.best.values())))
        told.append(text("opportunity.sure_drawn", best=best, draws=text.number(known.served)))
    return told[0], " ".join(told[1:])


def _resource(chain: ChainStudy, text: Text) -> tuple[str, str]:
    if chain.outcome is None:
        return _none(text), ""
    balance, (_, many, _) = chain.outcome.balance, units(chain, text)
    of_units, of_tonnes = (
        {
            name: amount(value, text)
            for name, value in (("value", one.deliverable), ("low", one.low), ("high", one.high))
        }
        for one in (balance.units, balance.tonnes)
    )
    tonnes = "" if chain.unit == "t" else text("opportunity.resource_tonnes", **of_tonnes)
    return text("opportunity.resource_range", units=many, **of_units), tonnes


def _wanted(chain: ChainStudy, text: Text) -> str:
    if chain.outcome is None:
        return _none(text)
    balance, (_, many, _) = chain.outcome.balance, units(chain, text)
    key = "amount" if chain.unit == "t" else "amount_tonnes"
    value, tonnes = amount(balance.units.wanted, text), amount(balance.tonnes.wanted, text)
    return text(f"opportunity.{key}", value=value, units=many, tonnes=tonnes)


def _cost(chain: ChainStudy, text: Text) -> tuple[str, str]:
    outcome, gaps = chain.outcome, chain.gaps
    if outcome is None or gaps is None or gaps.cost is None:
        return _none(text), ""
    _, _, eur = units(chain, text)
    notes = [text("opportunity.range_drawn" if gaps.drawn else "opportunity.range_alone")]
    goods = getattr(outcome.chain.parameters, "goods_eur_t", None)
    delivered = outcome.accounts.delivered
    if goods is not None and delivered.units:
        aside = price(goods.value * delivered.tonnes / delivered.units, text)
        notes.append(text("opportunity.goods_aside", value=aside, eur=eur))
    if outcome.chain.settings.pushes:
        notes.append(spoken(outcome, text)("opportunity.net"))
    return text("opportunity.cost_range", eur=eur, **_prices(gaps.cost, text)), _listed(notes, text)


def _prices(span: Span, text: Text) -> dict[str, str]:
    return {name: price(value, text) for name, value in span._asdict().items()}


def _market(chain: ChainStudy, text: Text) -> str:
    market = chain.outcome.chain.parameters.market_price if chain.outcome else None
    if market is None:
        return text("opportunity.market_none")
    _, _, eur = units(chain, text)
    span = Span(market.low, market.value, market.high)
    return text("opportunity.market_range", name=short_name(market, text), eur=eur, **_prices(span, text))


def _year(chain: ChainStudy, text: Text) -> tuple[str, str]:
    if chain.outcome is None:
        return _none(text), ""
    return text("opportunity.year", value=amount(chain.outcome.cost.paid_eur_year, text)), ""


def _support(chain: ChainStudy, text: Text) -> str:
    outcome = chain.outcome
    if outcome is None or not outcome.accounts.delivered.units:
        return text("opportunity.year", value=text.number(chain.coordination_eur_year))
    _, _, eur = units(chain, text)
    each = price(chain.coordination_eur_year / outcome.accounts.delivered.units, text)
    return text("opportunity.support_year", value=text.significant(chain.coordination_eur_year), price=each, eur=eur)


def _who(chain: ChainStudy, text: Text) -> str:
    pushes = chain.outcome is not None and chain.outcome.chain.settings.pushes
    return text("opportunity.who_push" if pushes else "opportunity.who_pull")


def _capital(chain: ChainStudy, text: Text) -> str:
    if chain.outcome is None:
        return _none(text)
    capital = float(chain.outcome.platforms["capital_eur"].sum())
    return text("opportunity.capital", value=amount(capital, text)) if capital else text("opportunity.capital_none")


def _pays(chain: ChainStudy, text: Text) -> tuple[str, str]:
    if chain.turnings:
        told = {one.name: one.bracket for one in chain.turnings}
        words = [
            text(f"opportunity.pays_{name}", low=amount(bracket[0], text), high=amount(bracket[1], text))
            for name, bracket in told.items()
            if bracket is not None
        ]
        return (words[0], " ".join(words[1:])) if words else (_none(text), "")
    market = chain.figures.market
    if chain.outcome is None or market is None:
        return _none(text), ""
    cost = chain.outcome.cost.eur_per_unit
    if cost <= market.value:
        return text("opportunity.pays_aside" if _goods_aside(chain) else "opportunity.pays_already"), ""
    if chain.pays_from_subsidy is not None:
        return text("opportunity.pays_subsidy", share=text.percent(chain.pays_from_subsidy)), ""
    _, _, eur = units(chain, text)
    return text("opportunity.pays_never", cost=price(cost, text), eur=eur), ""


def _delivery(chain: ChainStudy, text: Text) -> str:
    delivery, most = chain.figures.delivery, chain.figures.delivery_most
    if delivery is None:
        return _none(text)
    low, high = text.percent(delivery.low), text.percent(delivery.high)
    at_most = f" ≤ {text.percent(most)}" if most is not None and delivery.value <= most else ""
    return f"{text.percent(delivery.value)} ({low} – {high}){at_most}"


def _jobs(chain: ChainStudy, text: Text) -> tuple[str, str]:
    if chain.outcome is None:
        return _none(text), ""
    jobs = chain.outcome.jobs
    here = text("opportunity.jobs", low=text.number(jobs.fte_low, 1), high=text.number(jobs.fte_high, 1))
    there = text("opportunity.jobs_elsewhere", value=text.number(jobs.elsewhere_fte, 1)) if jobs.elsewhere_fte else ""
    return here, there


def _insertion(chain: ChainStudy, text: Text) -> str:
    if chain.outcome is None:
        return _none(text)
    return text("opportunity.insertion", value=text.number(chain.outcome.jobs.insertion_fte, 1))


def _created(chain: ChainStudy, created: Parameter | None, text: Text) -> str:
    if chain.outcome is None or created is None or not created.value:
        return _none(text)
    jobs = chain.outcome.jobs
    low, high = (text.percent(fte / created.value) for fte in (jobs.fte_low, jobs.fte_high))
    return text("opportunity.created", low=low, high=high)


def _co2(chain: ChainStudy, text: Text) -> str:
    if chain.outcome is None:
        return _none(text)
    co2 = chain.outcome.co2
    if co2.avoided_t_year is not None:
        return text("opportunity.co2_avoided", value=amount(co2.avoided_t_year, text))
    return text("opportunity.co2_emitted", value=text.number(co2.emitted_t))


def _roles(chain: ChainStudy, text: Text) -> str:
    figures = chain.figures
    return text("opportunity.roles", missing=text.number(figures.roles_missing), roles=text.number(figures.roles))


def _assumed(chain: ChainStudy, text: Text) -> str:
    if chain.gaps is None:
        return text.percent(chain.figures.assumed)
    return text("opportunity.assumed_rows", share=text.percent(chain.gaps.assumed), rows=text.number(chain.gaps.rows))


def _decides(chain: ChainStudy, text: Text) -> str:
    if chain.gaps is None or not chain.gaps.deciding:
        return _none(text)
    return deciding_text(chain.gaps.deciding[0], chain, text)


def deciding_text(one: Deciding, chain: ChainStudy, text: Text) -> str:
    """A figure that moves the cost, and by how much."""
    name, (_, _, eur) = _short(one.names[text.lang]), units(chain, text)
    if one.effect is not None:
        return text("opportunity.decides_share", name=name, share=text.percent(one.effect))
    low, high = sorted((one.low or 0.0, one.high or 0.0))
    if not (math.isfinite(low) and math.isfinite(high)):
        return text("opportunity.decides_lacks", name=name)
    return text("opportunity.decides_range", name=name, low=price(low, text), high=price(high, text), eur=eur)


def _short(name: str) -> str:
    """The name of a factor up to its first bracket, and of several that move together the first."""
    first, *others = name.partition(" (")[0].split("; ")
    return f"{first}…" if others else first


def option_rows(chain: ChainStudy | Compared, text: Text) -> list[dict[str, Any]]:
    """The ways to run a chain: name, and each figure as number and in words; `best` of the cheapest."""
    rows = []
    least = min((_eur_per_unit(one) for one in chain.options if one.kind != "pool"), default=math.inf)
    for option in chain.options:
        outcome = option.outcome
        if outcome is None:
            lacking = text("opportunity.cannot", lacking=_lacking(option.lacking, text))
            rows.append({"name": option_name(option, text), "lacking": lacking, "inhabitants": option.inhabitants})
            continue
        objective, jobs = outcome.objective, outcome.jobs
        proof = objective.status == "optimal"
        rows.append(
            {
                "name": option_name(option, text),
                "lacking": "",
                "best": option.kind != "pool" and outcome.cost.eur_per_unit <= least,
                "least": _misses_rounds(option),
                "sites": _site_names(outcome, text),
                "inhabitants": option.inhabitants,
                "tonnes": outcome.accounts.delivered.tonnes,
                "price": outcome.cost.eur_per_unit,
                "year": outcome.cost.paid_eur_year,
                "aid": -outcome.cost.stages_eur_year.get("support", 0.0),
                "capital": float(outcome.platforms["capital_eur"].sum()),
                "jobs_low": jobs.fte_low,
                "jobs_high": jobs.fte_high,
                "insertion": jobs.insertion_fte,
                "elsewhere": jobs.elsewhere_fte,
                "gap": text("opportunity.proved")
                if proof
                else text("opportunity.within", gap=text.percent(objective.gap, 1)),
            }
        )
    return rows


def option_notes(chain: ChainStudy | Compared, text: Text) -> list[str]:
    """What must be known of the ways to run a chain."""
    notes = []
    if chain.outcome and getattr(chain.outcome.chain.parameters, "support_eur_t", None):
        notes.append(text("opportunity.options_note_support"))
    pools = [one for one in chain.options if one.kind == "pool"]
    if pools:
        notes.append(text("opportunity.options_note_pool"))
        if any(_misses_rounds(one) for one in pools):
            notes.append(text("opportunity.options_note_points"))
    return notes


def turning_rows(chain: ChainStudy | Compared, text: Text) -> list[tuple[str, str, str]]:
    """From where a platform of its own costs less: what grows, what it is today, from where."""
    return [
        (
            text(f"opportunity.turn_{one.name}"),
            text("opportunity.turn_here", value=_turning(one, one.here, text)),
            _from(one, text),
        )
        for one in chain.turnings
    ]


def _from(one: Turning, text: Text) -> str:
    if one.bracket is None:
        return text("opportunity.turn_never", end=_turning(one, one.end, text))
    low, high = one.bracket
    if high <= one.here:
        return text("opportunity.turn_now")
    return text("opportunity.turn_between", low=_turning(one, low, text), high=_turning(one, high, text))


def _turning(one: Turning, value: float, text: Text) -> str:
    return f"{text.number(value)} {text.unit('€/t') if one.name == 'support' else 't'}"


def rule_texts(opportunity: Opportunity, text: Text) -> list[str]:
    """The rules of the verdicts with their thresholds."""
    most = opportunity.study.settings.references.get(DELIVERY_SHARE)
    thresholds = {
        "potential": text.percent(POTENTIAL_MOST),
        "assumed": text.percent(ASSUMED_MOST),
        "delivery": text.percent(most.value) if most else _none(text),
    }
    names = ("note", "own", "cost", "customers", "resource", "roles", "delivery", "assumed")
    return [text(f"opportunity.rules_{name}", **thresholds) for name in names if name != "delivery" or most]
