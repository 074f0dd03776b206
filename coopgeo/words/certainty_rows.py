"""How far an answer holds as rows of the summary sheet: the balance, what would change the answer, what draws tell."""

from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.break_even import break_even_sentences, site_names, stays_sentences
from coopgeo.words.ranking import undecided

Row = tuple[str, float | None, str, str]  # name, figure, unit, words


def certainty_rows(outcome: Outcome, text: Text) -> list[Row]:
    """The choices that are nearly as cheap, the balance of the resource, turns of the answer and shares of the draws.

    Parameters
    ----------
    outcome : Outcome
        Turns and shares stand in it where they were asked for.
    text : Text
    """
    return [*_near(outcome, text), *_balance(outcome, text), *_turns(outcome, text), *_shares(outcome, text)]


def near_words(outcome: Outcome, text: Text) -> dict[tuple[str, ...], str]:
    """For each other choice of sites, whether it lies within the tolerance of the least cost."""
    near = {choice.sites for choice in outcome.near_best}
    open_to = {other.sites for other in outcome.alternatives[: undecided(outcome)]}
    return {
        other.sites: text(
            "figure.undecided" if other.sites in open_to else "answer.yes" if other.sites in near else "answer.no"
        )
        for other in outcome.alternatives
    }


def _near(outcome: Outcome, text: Text) -> list[Row]:
    tolerance = text.percent(outcome.study.settings.near_share)
    names = "; ".join(site_names(choice.sites, outcome.chain, text) for choice in outcome.near_best)
    return [(text("key.near", tolerance=tolerance), float(len(outcome.near_best)), "", names)]


def _balance(outcome: Outcome, text: Text) -> list[Row]:
    if outcome.chain.settings.pushes:  # nobody asks for what is collected
        return []
    tonnes, units = ("t", outcome.balance.tonnes), (text.units["units"], outcome.balance.units)
    amounts = (tonnes,) if outcome.chain.settings.tells_tonnes else (tonnes, units)
    return [
        (text(f"key.balance_{name}"), float(getattr(amount, name)), unit, "")
        for name in ("wanted", "deliverable", "low", "high")
        for unit, amount in amounts
    ]


def _turns(outcome: Outcome, text: Text) -> list[Row]:
    return [
        (text("key.turns"), None, "", sentence)
        for sentence in (*break_even_sentences(outcome, text), *stays_sentences(outcome, text))
    ]


def _shares(outcome: Outcome, text: Text) -> list[Row]:
    """In how many of the draws each choice is best, and near the best; the cost that draws give."""
    found = outcome.confidence
    if found is None:
        return []
    draws = text("key.of_draws", draws=text.number(found.draws))
    served = text("key.of_served", served=text.number(found.served))
    rows: list[Row] = [(text("key.unserved_share"), 100 * found.infeasible, "%", draws)]
    for key, shares in (("key.best_share", found.best), ("key.near_share", found.near)):
        for choice, share in shares.items():
            name = site_names(choice.split(" + "), outcome.chain, text)
            rows.append((text(key, site=name), 100 * share, "%", served))
    return [
        *rows,
        *(
            (text("key.cost_drawn", quantile=name[1:]), eur, text.eur_unit, served)
            for name, eur in found.eur_per_unit.items()
        ),
    ]
