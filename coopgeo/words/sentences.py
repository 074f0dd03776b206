"""What an outcome says in words: the answer, its key figures, its remarks, in one language."""

import math
from typing import Any

import pandas as pd

from coopgeo.chain.material import Co2
from coopgeo.chain.platforms import M2_PER_HA
from coopgeo.plan.accounts import Jobs
from coopgeo.plan.choices import OtherSites
from coopgeo.plan.outcome import Outcome, WhatIf
from coopgeo.plan.remark import Fact, Remark
from coopgeo.study import Study
from coopgeo.study.settings import Parameter
from coopgeo.text import Text, fewest_decimals
from coopgeo.text.messages import said
from coopgeo.words.certainty import best_of_draws
from coopgeo.words.plants import sells_itself, spoken
from coopgeo.words.ranking import undecided

_LEAST_SHARE = 0.001
_SHORT = frozenset({"factor", "turns", "turns_year"})  # facts that are shown with no more decimals than they have
_MOST_DIGITS = 4  # of figures that are told apart
_SHARES = {"share": 0, "margin": 0, "gap": 2}  # facts of remarks that are shares, with the decimals of their percentage
_CLASSES = frozenset(
    {"access", "motorway", "trunk", "primary", "secondary", "tertiary", "ferry"}
)  # classes of roads that have a word of their own
_CLOSE_CALL = 0.02  # regret / cost under which the reader is told that the sites are nearly equal
_SOLD = frozenset({"sales", "waste", "support"})  # stages of a chain that pushes, told where there is any
_LEAST_T = 0.5  # what rounds to no tonne
_GRAMS = 1_000_000.0  # in a tonne
_LARGE_M2 = 1_000.0  # area that a decimal of a hectare tells
_ALIKE = 2  # choices that are alike, at least
_TWICE = (0.75, 1.25)  # of what is dearer by that share, it is said that it is twice as dear
_LEAST_EUR_YEAR = 1.0  # what is not told as a difference


def remark_text(remark: Remark, text: Text) -> str:
    """One remark in words.

    Parameters
    ----------
    remark : Remark
        Its facts fill `remark.<key>` of the texts (`_one` or `_many`, if it counts): shares as percentages, other
        numbers rounded to units.
    text : Text
    """
    words = {name: _fact(name, value, text) for name, value in remark.facts.items() if name != "count"}
    cost, price = remark.facts.get("cost"), remark.facts.get("price")
    if isinstance(cost, float) and isinstance(price, float):  # one is above the other: they must not read the same
        digits = next(
            (
                digits
                for digits in range(text.price_digits, _MOST_DIGITS)
                if round(cost, digits) != round(price, digits)
            ),
            0,
        )
        words |= {"cost": text.number(cost, digits), "price": text.number(price, digits)}
    count = remark.facts.get("count")
    key = f"remark.{remark.key}"
    return text.counted(key, count, **words) if isinstance(count, float) else text(key, **words)


def remarks_in_words(outcome: Outcome, text: Text, *, without: str = "") -> list[str]:
    """What a reader must know, first of all that a basket is not balanced; without the remarks of a key."""
    told = [remark_text(remark, text) for remark in outcome.remarks if remark.key != without]
    return [*_unbalanced(outcome, text), *told]


def _unbalanced(outcome: Outcome, text: Text) -> list[str]:
    """The tonnes of each product in the answer, where customers order a basket, and whether one goes unused."""
    settings = outcome.chain.settings
    if settings.pushes or settings.material != "plain" or not outcome.accounts.delivered.tonnes:
        return []
    sources, lots = outcome.placement.sources, outcome.placement.collection.lots
    used = pd.Series(outcome.shipped.leaving).groupby(sources["product"].to_numpy()).sum()
    offered = lots.groupby("product")["kept_t"].sum()
    used = used.reindex(offered.index, fill_value=0.0)
    if len(offered) <= 1:
        return []
    unused = ((offered > _LEAST_T) & (used < _LEAST_T)).any()
    told = [
        text("remark.of_product", product=lower_first(str(getattr(product, text.lang))), tonnes=text.number(used[name]))
        for name, product in settings.products.items()
        if name in used.index
    ]
    return [text("remark.unbalanced" if unused else "remark.basket", products=", ".join(told))]


def lower_first(words: str) -> str:
    """Words as they stand within a sentence; abbreviations stay as they are."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _fact(name: str, value: Fact, text: Text) -> str:
    if isinstance(value, str):
        return said(value, text.lang)
    if isinstance(value, Parameter):
        return _parameter(value, text)
    if isinstance(value, tuple):
        words = (text(f"kind.{one}") if isinstance(one, str) else _left_out(*one, text) for one in value)
        return ", ".join(words)
    digits = _SHARES.get(name)
    if name in _SHORT:
        return text.short(value)
    return text.number(value) if digits is None else text.percent(value, digits)


def _left_out(site: str, reason: str, text: Text) -> str:
    return f"{site} ({text(f'excluded.{reason}')})"


def _parameter(parameter: Parameter, text: Text) -> str:
    """Name, value and unit of a parameter; the value alone of one without a name."""
    value, share = parameter.value, parameter.unit == "part"
    shown = text.percent(value, max(0, fewest_decimals(value) - 2)) if share else text.short(value)
    name = str(getattr(parameter, text.lang))
    if not name:
        return shown
    return f"{name} = {shown if share else f'{shown} {text.unit(parameter.unit)}'}"


def key_figures(outcome: Outcome, text: Text) -> list[tuple[str, str]]:
    """The figures that a reader wants first, in words."""
    text = spoken(outcome, text)
    second = outcome.alternatives[0] if outcome.alternatives and not undecided(outcome) else None
    delivered, cost, in_tonnes = outcome.accounts.delivered, outcome.cost, outcome.chain.settings.tells_tonnes
    eur_t = f"{text.number(cost.eur_per_t, 1)} €/t"
    per_unit = eur_t if in_tonnes else f"{text.price(cost.eur_per_unit)} {text.eur_unit} ({eur_t})"
    co2_key, co2_t = _co2_year(outcome.co2)
    co2_digits = 0 if co2_key == "key.co2" else 1
    return [
        (text("key.tonnes"), f"{text.number(delivered.tonnes)} t"),
        *([] if in_tonnes else [(text("key.units"), f"{text.number(delivered.units)} {text.units['units']}")]),
        (text("key.cost"), per_unit),
        (text("key.year"), f"{text.number(outcome.cost.paid_eur_year)} € ({_proof(outcome, text)})"),
        *([(text("key.regret"), _regret(second, text))] if second else []),
        (text(co2_key), f"{text.number(co2_t, co2_digits)} t"),
        (
            text("key.jobs"),
            f"{text.number(outcome.jobs.fte_low, 1)} – {text.number(outcome.jobs.fte_high, 1)} {text('key.fte')}",
        ),
    ]


def _regret(second: OtherSites, text: Text) -> str:
    """What the next best choice costs more, or at least."""
    eur = text.number(second.regret_eur_year)
    return text("figure.at_least", eur=eur) if second.status == "at_least" else f"+ {eur} €"


def figures(outcome: Outcome, text: Text) -> list[tuple[str, float, str, str]]:
    """The figures that a reader wants first, as numbers: name, figure, unit, and what must be known of it."""
    text = spoken(outcome, text)
    cost, jobs, in_tonnes = outcome.cost, outcome.jobs, outcome.chain.settings.tells_tonnes
    fee = text("figure.cost_plant") if "figure.cost_plant" in text else ""
    told_apart = text("figure.undecided") if undecided(outcome) else ""
    year, units = text("unit.€/an"), outcome.accounts.delivered.units
    rows = [
        ("key.tonnes", outcome.accounts.delivered.tonnes, "t", ""),
        *([("key.direct", straight_t, "t", "")] if (straight_t := float(outcome.accounts.direct.tonnes.sum())) else []),
        *([] if in_tonnes else [("key.units", units, text.units["units"], "")]),
        *([] if in_tonnes else [("key.cost", cost.eur_per_unit, text.eur_unit, fee)]),
        ("key.cost_t", cost.eur_per_t, "€/t", fee),
        ("key.year", cost.paid_eur_year, year, _proof(outcome, text)),
        *(("key.regret", other.regret_eur_year, year, told_apart) for other in outcome.alternatives[:1]),
        ("key.capital", float(outcome.platforms["capital_eur"].sum()), "€", text("key.before_aid")),
        (*_co2_year(outcome.co2), "t", ""),
        ("key.jobs_low", jobs.fte_low, text("key.fte"), ""),
        ("key.jobs_high", jobs.fte_high, text("key.fte"), ""),
    ]
    return [(text(key), figure, unit, note) for key, figure, unit, note in rows]


def answer(outcome: Outcome, text: Text) -> dict[str, str]:
    """The answer: `headline`, what it `serves`, how `sure` it is; a sentence or two each."""
    text = spoken(outcome, text)
    names = outcome.chain.candidate_sites["name"]
    count, near = len(outcome.platforms), len(outcome.near_best)
    sure = [text("page.sure" if count else "page.sure_none", proof=_proof(outcome, text))]
    if undecided(outcome):
        sure = [_undecided(outcome, names, text)]
    elif count and near > 1:
        sure = [_near(outcome, names, text)]
    elif outcome.alternatives:
        second = outcome.alternatives[0]
        share = second.regret_eur_year / outcome.objective.value_eur_year
        site = text.joined([names[site] for site in second.sites])
        how = "second" if count and site else "second_with" if site else "second_without"
        how = "second_at_least" if how == "second" and second.status == "at_least" else how
        regret = text.significant(second.regret_eur_year)
        sure.append(text(f"page.{how}", site=site, regret=regret, share=_percent_of(share, text)))
        sure += [text("page.close")] if share < _CLOSE_CALL and how == "second" else []
        sure += _alike(outcome, text)
    if outcome.confidence:
        sure += best_of_draws(outcome.confidence, names, text)
    return {"headline": _headline(outcome, text), "serves": _serves(outcome, text), "sure": " ".join(sure)}


def _headline(outcome: Outcome, text: Text) -> str:
    """The question, and the set of sites that answer it: several where they cost the same but for the tolerance."""
    count, near = len(outcome.platforms), len(outcome.near_best)
    if others := undecided(outcome):
        return text("page.headline_undecided" if count <= 1 else "page.headlines_undecided", count=1 + others)
    if count and near > 1:
        tolerance = text.percent_as_given(outcome.study.settings.near_share)
        return text("page.headline_set" if count == 1 else "page.headline_sets", count=near, tolerance=tolerance)
    how_many = "none" if not count else "many" if count > 1 else "one"
    return text(f"page.headline_{how_many}", sites=_sites(outcome, text), count=count)


def _undecided(outcome: Outcome, names: pd.Series, text: Text) -> str:
    """The cheapest choice that was found, and how many others the computation cannot tell from it."""
    others = outcome.alternatives[: undecided(outcome)]
    return text(
        "page.undecided_all" if len(others) == len(outcome.alternatives) else "page.undecided",
        site=text.joined([names[site] for site in outcome.accounts.sites]) or text("page.no_platform"),
        proof=_proof(outcome, text),
        count=1 + len(others),
        all=1 + len(outcome.alternatives),
        more=text.significant(max(other.regret_eur_year for other in others)),
        open=text.significant(outcome.objective.value_eur_year - outcome.objective.bound_eur_year),
    )


def _alike(outcome: Outcome, text: Text) -> list[str]:
    """That the next best choices cost the same, where rounding leaves nothing between them."""
    bounds = outcome.alternatives[0].status == "at_least"
    alike = [one.regret_eur_year for one in outcome.alternatives if (one.status == "at_least") == bounds]
    same = [eur for eur in alike if text.significant(eur) == text.significant(alike[0])]
    if not outcome.placement.rounds or len(same) < _ALIKE:
        return []
    spread = text.significant(max(_LEAST_EUR_YEAR, max(same) - min(same)), 1)
    return [text("page.alike_at_least" if bounds else "page.alike", count=text.number(len(same)), eur=spread)]


def _near(outcome: Outcome, names: pd.Series, text: Text) -> str:
    """Which of the sites that cost nearly the same is the cheapest, and how many they are."""
    best, *others = outcome.near_best
    return text(
        "page.near",
        site=text.joined([names[site] for site in best.sites]),
        proof=_proof(outcome, text),
        near=len(outcome.near_best),
        all=1 + len(outcome.alternatives),
        tolerance=text.percent_as_given(outcome.study.settings.near_share),
        more=text.significant(max(other.extra_eur_year for other in others)),
    )


def case_answer(what_if: WhatIf, base: Outcome, text: Text) -> dict[str, str]:
    """What another case changes: `headline`, what it `serves`, how it compares (`sure`)."""
    case, names = what_if.outcome, text.joined(list(what_if.names))
    text = spoken(case, text)
    more = case.objective.value_eur_year - base.objective.value_eur_year
    change = "same" if abs(more) < _LEAST_EUR_YEAR else "more" if more > 0 else "less"
    comparison = text(
        f"case.{change}",
        eur=text.significant(abs(more)),
        share=_percent_of(abs(more) / base.objective.value_eur_year, text),
        price=text.price(case.cost.eur_per_unit),
        base=text.price(base.cost.eur_per_unit),
    )
    if what_if.kind == "closed":
        stays = set(case.platforms.index) == set(base.platforms.index)
        moves = text("case.site_stays" if stays else "case.site_moves", sites=_sites(case, text))
        comparison = f"{moves} {comparison}"
    return {
        "headline": text(f"case.headline_{what_if.kind}", names=names, of_river=of_river(case.study, text)),
        "serves": _serves(case, text),
        "sure": f"{comparison} ({_proof(case, text)}).",
    }


def of_river(study: Study, text: Text) -> str:
    """The words that say whose a bridge is, after a blank: those of the one river of a study; empty for any other."""
    words = study.rivers[f"of_{text.lang}"]
    return f" {words.iloc[0]}" if len(words) == 1 and words.iloc[0] else ""


def case_name(what_if: WhatIf, text: Text) -> str:
    """Name of a case, for the switch."""
    return text(f"case.name_{what_if.kind}", names=text.joined(list(what_if.names)))


def place_name(name: str, commune: str) -> str:
    """Name of a site with its commune, unless the name says it already."""
    return name if commune in name else f"{name} ({commune})"


def road_name(ref: str, highway: str, text: Text) -> str:
    """Name of a road: its number, else its class in words; empty for no road."""
    return ref or (text(f"highway.{highway if highway in _CLASSES else 'other'}") if highway else "")


def headline_figures(outcome: Outcome, text: Text) -> list[dict[str, str]]:
    """The key figures: value, unit, what it is, what it leaves out."""
    text = spoken(outcome, text)
    days = outcome.chain.parameters.working_days
    used = outcome.roads_used["lorries_day"]
    busiest = float(used.max()) if len(used) else 0.0
    capital, area_m2 = float(outcome.platforms["capital_eur"].sum()), float(outcome.platforms["built_m2"].sum())
    figures = [
        (
            text.price(outcome.cost.eur_per_unit),
            text.eur_unit,
            text("key.cost"),
            _cost_note(outcome, text),
        ),
        (
            text.significant(capital),
            "€",
            text("figure.capital"),
            _capital_note(outcome, area_m2, text),
        ),
        (
            text.number(busiest, 1 if busiest < 10 else 0),
            text("figure.a_day"),
            text("figure.lorries"),
            _lorries_note(outcome, text.number(days.value), text),
        ),
        (
            f"{text.number(outcome.jobs.fte_low, 1)} – {text.number(outcome.jobs.fte_high, 1)}",
            text("key.fte"),
            text("key.jobs"),
            _jobs_note(outcome.jobs, text),
        ),
        _co2(outcome.co2, text),
    ]
    return [dict(zip(("value", "unit", "name", "note"), figure, strict=True)) for figure in figures]


def _capital_note(outcome: Outcome, area_m2: float, text: Text) -> str:
    """What is built, or that nothing is."""
    if not len(outcome.platforms):
        return text("figure.capital_none")
    if not area_m2:
        return text("figure.capital_plant")
    return text("figure.capital_note", area=text.number(area_m2 / M2_PER_HA, 1 if area_m2 >= _LARGE_M2 else 2))


def _lorries_note(outcome: Outcome, days: str, text: Text) -> str:
    """Over which days lorries are counted, and how many rounds there are."""
    note, rounds = text("figure.lorries_note", days=days), outcome.accounts.rounds
    if not rounds:
        return note
    km = sum(one.km_year for one in rounds)
    count = sum(len(one.rounds) * one.times_year for one in rounds)
    return text("figure.rounds_note", rounds=text.number(count), km=text.significant(km, 3), days=days)


def _jobs_note(jobs: Jobs, text: Text) -> str:
    """Which of the jobs are of work integration, and which are elsewhere."""
    insertion = text.number(jobs.insertion_fte, 1)
    if not jobs.elsewhere_fte:
        return text("figure.jobs", insertion=insertion)
    return text("figure.jobs_elsewhere", insertion=insertion, elsewhere=text.number(jobs.elsewhere_fte, 1))


def _co2_year(co2: Co2) -> tuple[str, float]:
    """What is saved in a year, where something is; else what is given off: the key of its words, and tonnes."""
    return ("key.co2_emitted", co2.emitted_t) if co2.avoided_t_year is None else ("key.co2", co2.avoided_t_year)


def _co2(co2: Co2, text: Text) -> tuple[str, str, str, str]:
    """What is saved, where something is; else what is given off."""
    if co2.avoided_t_year is None or co2.standard_avoided_t_year is None:
        return text.number(co2.emitted_t, 1), "t", text("key.co2_emitted"), text("figure.co2_emitted")
    standard = text.significant(co2.standard_avoided_t_year)
    return text.significant(co2.avoided_t_year), "t", text("key.co2"), text("figure.co2", standard=standard)


def _cost_note(outcome: Outcome, text: Text) -> str:
    """What draws say of the cost, the price to hold it against, and the fee of a plant."""
    market, confidence = outcome.chain.parameters.market_price, outcome.confidence
    told = [text("figure.cost", low=text.price(market.low, 0), high=text.price(market.high, 0))] if market else []
    note = text("sure.between").join([*told, *([text("figure.cost_plant")] if "figure.cost_plant" in text else [])])
    if not confidence or not confidence.eur_per_unit:
        return note
    drawn = {name: text.price(eur, 0) for name, eur in confidence.eur_per_unit.items()}
    drawn["count"] = text.number(len(outcome.customers))
    return text("sure.between").join([text("figure.cost_drawn", **drawn), note])


def stages(outcome: Outcome, text: Text) -> list[dict[str, Any]]:
    """The cost by stage: `name`, `share` of the whole, € a `year` and € `per_unit` in words."""
    text = spoken(outcome, text)
    total, units = outcome.cost.paid_eur_year, outcome.accounts.delivered.units or math.nan
    return [
        {
            "name": text(f"stage.{name}"),
            "share": value / total,
            "year": text.significant(value, 3),
            "per_unit": text.price(value / units),
        }
        for name, value in outcome.cost.stages_eur_year.items()
        if name != "unserved"
        if value or name not in _SOLD
        if value or name != "outbound" or not sells_itself(outcome)
        if value or len(outcome.platforms)  # without a platform, nothing of what it costs
    ]


def _sites(outcome: Outcome, text: Text) -> str:
    return text.joined([place_name(row["name"], row["commune"]) for _, row in outcome.platforms.iterrows()])


def _proof(outcome: Outcome, text: Text) -> str:
    status, gap = outcome.objective.status, outcome.objective.gap
    if status != "optimal" and outcome.placement.rounds:
        return text("proof.rounds_site" if outcome.site_proved else "proof.rounds", gap=text.percent(gap, 1))
    return text(f"proof.{status}", gap=text.percent(gap, 2))


def _serves(outcome: Outcome, text: Text) -> str:
    market, customers = outcome.chain.parameters.market_price, len(outcome.customers)
    existing = int((outcome.customers["status"] != "assumed").sum())
    count, straight = len(outcome.platforms), outcome.accounts.direct
    if not outcome.accounts.delivered.units:
        return text("page.serves_nobody")
    served = text(
        _serves_key(outcome, count),
        tonnes=text.significant(outcome.accounts.delivered.tonnes),
        customers=customers_served(customers, existing, text),
        price=text.price(outcome.cost.eur_per_unit, 0),
        **_asked(outcome, text),
    )
    if "page.through" in text:
        served += " " + text("page.through")
    if count and (straight_t := float(straight.tonnes.sum())):
        served += " " + text.counted(
            "page.straight", len(set(straight.destination)), tonnes=text.significant(straight_t)
        )
    if market is None:
        return served
    price, low, high = outcome.cost.eur_per_unit, market.low, market.high
    place = "below" if price < low else "above" if price > high else "within"
    return f"{served} {text(f'page.{place}_market', low=text.price(low, 0), high=text.price(high, 0))}"


def _serves_key(outcome: Outcome, count: int) -> str:
    """Which sentence says what is done for whom."""
    if outcome.chain.settings.pushes:
        return "page.collects"
    if not count:
        return "page.serves_none"
    return "page.serves_both" if _by_unit(outcome).any() and not _by_unit(outcome).all() else "page.serves"


def _by_unit(outcome: Outcome) -> pd.Series:
    """Whether each customer served asks for units, such as meals; others ask for tonnes."""
    customers = outcome.customers
    return customers["units_year"].notna() if "units_year" in customers else pd.Series(False, index=customers.index)


def _asked(outcome: Outcome, text: Text) -> dict[str, str]:
    """What is delivered in units to those who ask for units, in tonnes to the others, and how heavy a unit is."""
    by_unit, customers, delivered = _by_unit(outcome), outcome.customers, outcome.accounts.delivered
    served = customers["platform"].notna() if "platform" in customers else by_unit | True
    units = customers["wanted_units"] if "wanted_units" in customers else customers["tonnes"]
    grams = _GRAMS * delivered.tonnes / delivered.units
    return {
        "asked": text.significant(float(units[by_unit & served].sum())),
        "rest": text.number(float(customers["tonnes"][~by_unit & served].sum()), 0),
        "grams": text.number(grams),
    }


def customers_served(customers: int, existing: int, text: Text) -> str:
    """How many customers are served, and how many of them exist."""
    some = "all_existing" if existing == customers else "existing" if existing else "none_existing"
    clause = text.counted(f"page.{some}", existing if some == "existing" else customers)
    return f"{text.counted('page.customers', customers)}, {clause}"


def _percent_of(share: float, text: Text) -> str:
    """A share of a cost that is added to it; how many times as much it makes where it is most of it or more."""
    if share >= _TWICE[1]:
        return text("figure.times", times=text.number(1 + share, 1))
    if share >= _TWICE[0]:
        return text("figure.twice")
    return text.percent(share, 1) if share >= _LEAST_SHARE else f"< {text.percent(_LEAST_SHARE, 1)}"
