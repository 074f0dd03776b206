"""The sites that could be chosen, the proved best first: one table that the map, the workbook and the note show."""

import pandas as pd

from coopgeo.chain.platforms import existing_plants
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text

_SHOWN = 5  # alternatives that a page or a note lists at least
_MOST_SHOWN = 19  # and at most, where more are nearly as good as the best


def ranked_choices(outcome: Outcome) -> pd.DataFrame:
    """The chosen sites, then the next best choices.

    Returns
    -------
    DataFrame
        Indexed by `rank`, from 1: `sites` (tuple of ids), `value_eur_year`, `regret_eur_year` (what the choice costs
        more than the best), `at_least` (whether these two are bounds that it does not cost less than).
    """
    best = (tuple(outcome.platforms.index), outcome.objective.value_eur_year, 0.0)
    others = [
        (other.sites, other.value_eur_year, other.regret_eur_year, other.status == "at_least")
        for other in outcome.alternatives
    ]
    rows = pd.DataFrame([(*best, False), *others], columns=["sites", "value_eur_year", "regret_eur_year", "at_least"])
    return rows.set_axis(pd.RangeIndex(1, len(rows) + 1, name="rank"))


def ranked_sites(outcome: Outcome) -> pd.DataFrame:
    """Sites that are a choice by themselves.

    Returns
    -------
    DataFrame
        Indexed by site id, best first: `rank` and `regret_eur_year` of the best choice that the site is; empty where
        each choice has several sites.
    """
    choices = ranked_choices(outcome).reset_index()
    alone = choices[choices["sites"].map(len) == 1]
    sites = pd.Index([sites[0] for sites in alone["sites"]], name="site", dtype=object)
    ranked = alone.set_axis(sites)[["rank", "regret_eur_year"]]
    return ranked[~ranked.index.duplicated()]


def undecided(outcome: Outcome) -> int:
    """How many of the next best choices the computation cannot tell from the best, as rounds leave more open.

    Nothing is left open of a choice that is proved, or whose gap is below the tolerance of the study.
    """
    objective = outcome.objective
    if not outcome.placement.rounds or outcome.site_proved or objective.gap <= outcome.study.settings.near_share:
        return 0
    most = objective.value_eur_year - objective.bound_eur_year
    return sum(other.regret_eur_year <= most for other in outcome.alternatives)


def without_room(outcome: Outcome, text: Text) -> dict[str, str]:
    """The plants of others that are no choice, as they have no room for what must go somewhere: id, and why."""
    plants, needed = existing_plants(outcome.chain.candidate_sites), outcome.accounts.delivered.tonnes
    if plants.empty or not outcome.chain.settings.pushes:
        return {}
    ranked = {site for choice in ranked_choices(outcome)["sites"] for site in choice}
    small = plants[(plants["plant_t_year"] < needed) & ~plants.index.isin(list(ranked))]
    return {
        str(site): text("excluded.no_room", room=text.number(room), needed=text.number(needed))
        for site, room in small["plant_t_year"].items()
    }


def _regret(rank: int, choice: "pd.Series", open_to: int, text: Text) -> str:
    """What a choice costs more than the best; that it cannot be told from it up to a rank."""
    if rank == 1:
        return "–"
    if rank <= open_to:
        return text("figure.undecided")
    eur = text.significant(choice["regret_eur_year"])
    return text("figure.at_least", eur=eur) if choice["at_least"] else f"+ {eur} €"


def choices_in_words(outcome: Outcome, text: Text) -> list[dict[str, str]]:
    """The chosen sites and the best alternatives in words.

    `rank`, `sites`, `regret`, `score` of each site, whether the choice is `near` the best, and `best`, the share of the
    draws in which it is the best (empty without draws).
    """
    names, scores = outcome.chain.candidate_sites["name"], outcome.site_scores["score"]
    near, confidence, open_to = len(outcome.near_best), outcome.confidence, 1 + undecided(outcome)
    shown = min(max(_SHOWN + 1, near), _MOST_SHOWN + 1)
    choices = [
        {
            "rank": str(rank),
            "sites": text.joined([names[site] for site in choice["sites"]]) or text("page.no_platform"),
            "regret": _regret(int(str(rank)), choice, open_to, text),
            "score": " / ".join(text.number(scores[site], 2) for site in choice["sites"]),
            "near": "1" if int(str(rank)) <= near else "",
            "best": text.percent_of_many(confidence.best.get(" + ".join(choice["sites"]), 0.0)) if confidence else "",
        }
        for rank, choice in ranked_choices(outcome).head(shown).iterrows()
    ]
    too_small = [
        {
            "rank": "–",
            "sites": str(names[site]),
            "regret": why,
            "score": text.number(scores[site], 2),
            "near": "",
            "best": "",
        }
        for site, why in without_room(outcome, text).items()
    ]
    return choices + too_small
