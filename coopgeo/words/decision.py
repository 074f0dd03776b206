"""How far an answer holds, in words: what draws tell, the balance of wood, and what would change it."""

from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.certainty import certainty
from coopgeo.words.scenarios import break_even_sentences


def how_sure(outcome: Outcome, text: Text) -> list[str]:
    """What a reader must know of how far the answer holds, a sentence or two each, the largest doubt first.

    Parameters
    ----------
    outcome : Outcome
    text : Text
    """
    names = outcome.chain.candidate_sites["name"]
    draws = certainty(outcome.confidence, names, text) if outcome.confidence else []
    return [*draws, *break_even_sentences(outcome, text), balance_sentence(outcome, text)]


def balance_sentence(outcome: Outcome, text: Text) -> str:
    """Wood that is wanted against wood that there is, with its range."""
    tonnes = outcome.balance.tonnes
    amounts = {name: text.significant(getattr(tonnes, name)) for name in ("wanted", "deliverable", "low", "high")}
    share = text.percent(tonnes.wanted / tonnes.deliverable) if tonnes.deliverable else "–"
    return text("sure.balance", share=share, **amounts)
