"""How far an answer holds, in words: what draws tell, other ways to serve, what would change it."""

from coopgeo.plan.choices import WayToServe
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.break_even import break_even_sentences, stays_sentences
from coopgeo.words.certainty import certainty, certainty_in_detail
from coopgeo.words.opportunity import turning_rows
from coopgeo.words.ranking import undecided
from coopgeo.words.sentences import lower_first

_STRAIGHT = frozenset({"no_platform", "all_by_platform"})  # ways that say nothing where nothing may go straight


def how_sure(outcome: Outcome, text: Text) -> list[str]:
    """What a reader must know first of how far the answer holds, a sentence or two each, the largest doubt first.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    """
    names = outcome.chain.candidate_sites["name"]
    draws = certainty(outcome.confidence, names, text) if outcome.confidence else []
    ways = [way for way in outcome.ways_to_serve if way.key not in _STRAIGHT or outcome.chain.settings.may_go_straight]
    others = [_way_to_serve(way, outcome, text) for way in ways]
    score = [words] if (words := best_score(outcome, text)) else []
    told = [*draws, *score, *([" ".join(others)] if others else []), *break_even_sentences(outcome, text)]
    turns = _turns(outcome, text)
    if outcome.confidence or others or outcome.break_even:
        return [*told, *turns]
    balance = [] if outcome.chain.settings.pushes else [balance_sentence(outcome, text)]
    return [*told, *turns, *balance, text("sure.no_draws", chain=outcome.chain.settings.id)]


def _turns(outcome: Outcome, text: Text) -> list[str]:
    """From where a platform of its own would cost less, where ways to run the chain were compared."""
    rows = turning_rows(outcome.compared, text) if outcome.compared is not None else []
    told = [text("sure.turn", what=lower_first(what), here=here, point=point) for what, here, point in rows]
    return [text("sure.turns", turns=text("sure.between").join(told))] if told else []


def in_detail(outcome: Outcome, text: Text) -> list[str]:
    """The rest: single factors, ranges that change nothing, the balance of the resource, what is not counted."""
    details = certainty_in_detail(outcome.confidence, text) if outcome.confidence else []
    return [*details, *stays_sentences(outcome, text), *balance_and_rest(outcome, text)]


def balance_and_rest(outcome: Outcome, text: Text) -> list[str]:
    """The balance of the resource, where somebody asks for it, and what is not counted."""
    balance = [] if outcome.chain.settings.pushes else [balance_sentence(outcome, text)]
    return [*balance, text("sure.not_counted")]


def best_score(outcome: Outcome, text: Text) -> str:
    """Which of the sites that cost nearly the same has the best score, and what it costs more; empty if it is first."""
    near = outcome.near_best
    if others := undecided(outcome):
        return _best_undecided(outcome, others, text)
    best = max(near, key=lambda one: one.score)
    if len(near) < 2 or best is near[0] or not best.sites:
        return ""
    names = outcome.chain.candidate_sites["name"]
    return text(
        "sure.score",
        site=text.joined([names[site] for site in best.sites]),
        score=text.number(best.score, 2),
        more=text.significant(best.extra_eur_year),
        first=text.number(near[0].score, 2),
    )


def _best_undecided(outcome: Outcome, others: int, text: Text) -> str:
    """Which of the sites that the computation cannot tell apart has the best score; empty if it is the first."""
    names, scores = outcome.chain.candidate_sites["name"], outcome.site_scores["score"]
    choices = [tuple(outcome.accounts.sites), *(other.sites for other in outcome.alternatives[:others])]
    best = max((one for one in choices if one), key=lambda sites: float(scores[list(sites)].mean()), default=())
    if not choices[0] or best == choices[0]:
        return ""
    return text(
        "sure.score_undecided",
        site=text.joined([names[site] for site in best]),
        score=text.number(float(scores[list(best)].mean()), 2),
        first=text.number(float(scores[list(choices[0])].mean()), 2),
    )


def balance_sentence(outcome: Outcome, text: Text) -> str:
    """What is wanted against what there is, in units of the chain, with its range."""
    units = outcome.balance.units
    amounts = {name: text.significant(getattr(units, name)) for name in ("wanted", "deliverable", "low", "high")}
    share = text.percent(units.wanted / units.deliverable) if units.deliverable else "–"
    return text("sure.balance", share=share, **amounts)


def _way_to_serve(way: WayToServe, outcome: Outcome, text: Text) -> str:
    if way.eur_per_unit is None:
        return text(f"sure.{way.key}_lacks")
    return text(f"sure.{way.key}", price=text.price(way.eur_per_unit), base=text.price(outcome.cost.eur_per_unit))
