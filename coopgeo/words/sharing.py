"""Who gains what, in words: what each pays alone and together, who would leave, and which aid keeps all."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coopgeo.cooperation.rules import RULES
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.opportunity import short_name
from coopgeo.words.sheets import Sheet

if TYPE_CHECKING:  # it loads statistics, which no run needs that shares nothing
    from coopgeo.cooperation.sharing import Sharing

_MOST_NAMED = 4  # players of a coalition that are named one by one
NEARLY_NOTHING = 0.5  # € a year
_ROUNDED_FROM = 1000.0  # € a year
_NEARLY = 0.001  # of what all pay: nobody leaves for less


def sharing_sentences(sharing: "Sharing", text: Text) -> list[str]:
    """What the sharing comes to, whether it holds, and what makes it hold."""
    game = sharing.game
    supply = "pushed" if game.placement.outlets is not None else game.supply
    said = [saved_sentence(sharing, text), text(f"sharing.supply_{supply}"), *_who_is_out(sharing, text)]
    said += _elsewhere(sharing, text)
    if sharing.core.empty or sharing.saved_eur_year > NEARLY_NOTHING:
        said.append(_stability(sharing, text))
        said.append(text("sharing.by_rule"))
    if sharing.shapley_error is not None:
        said.append(text("sharing.shapley_error", error=euros_year(float(sharing.shapley_error.max()), text)))
    if sharing.draws:
        holds = text.percent_of_many(1 - (sharing.empty_share or 0.0))
        said.append(text("sharing.drawn", draws=sharing.draws, holds=holds))
    if sharing.draws_left_out:
        said.append(text.counted("sharing.left_out", sharing.draws_left_out))
    if not game.proved:
        key = "sharing.estimated" if game.placement.rounds else "sharing.unproved"
        said.append(text(key, gap=euros_year(sharing.gap_eur_year, text)))
    return said


def _who_is_out(sharing: "Sharing", text: Text) -> list[str]:
    """What belongs to no player, and whose the sites are."""
    game, said = sharing.game, []
    pushes = game.placement.outlets is not None
    owner, ids = (
        (game.players.source, game.placement.sources["point"])
        if pushes
        else (game.players.customer, game.placement.demand.index)
    )
    if nobody := len(set(ids[owner < 0])):
        said.append(text.counted("sharing.outside_points" if pushes else "sharing.outside_customers", nobody))
    if (game.players.site >= 0).any():
        said.append(text("sharing.sites"))
    return said


def _elsewhere(sharing: "Sharing", text: Text) -> list[str]:
    """At which price each may also buy elsewhere; or who would, at that of the market, if nobody was asked."""
    price, chain = sharing.outside_eur_unit, sharing.game.placement.chain
    market = None if chain.settings.pushes else chain.parameters.market_price
    if price is not None:
        named = market is not None and price == market.value
        name = text("sharing.outside_market", name=short_name(market, text)) if market and named else ""
        return [text("sharing.outside", price=text.price(price, 2), market=name)]
    if market is None:
        return []
    units = sharing.game.players.weights["units"]
    dearer = sharing.shares.index[sharing.shares["nucleolus"] > market.value * units]
    called = [sharing.game.players.names[id] for id in dearer]
    names, rest = text.joined(called), len(called) - _MOST_NAMED
    if rest > 1:
        names = text("sharing.and_others", names=", ".join(called[:_MOST_NAMED]), count=rest)
    return [
        text(
            "sharing.market_dearer" if len(dearer) else "sharing.market",
            price=text.price(market.value, 2),
            bought=euros_year(float(units.sum() * market.value), text),
            name=short_name(market, text),
            players=names,
        )
    ]


def plan_sentences(sharing: "Sharing", outcome: Outcome, text: Text) -> list[str]:
    """Why all together do not pay what the plan costs that stands beside, if they do not.

    Parameters
    ----------
    sharing : Sharing
    outcome : Outcome
    text : Text
    """
    plan = outcome.objective.value_eur_year
    if abs(plan - sharing.game.together) < NEARLY_NOTHING:
        return []
    key = "sharing.plan" if sharing.outside_eur_unit is None else "sharing.plan_outside"
    return [text(key, plan=euros_year(plan, text), together=euros_year(sharing.game.together, text))]


def saved_sentence(sharing: "Sharing", text: Text) -> str:
    """What all pay together, and each by itself."""
    key = "saves" if sharing.saved_eur_year > NEARLY_NOTHING else "saves_nothing"
    return text(
        f"sharing.{key}",
        players=text.counted(f"sharing.players_{sharing.game.players.by}", len(sharing.shares)),
        together=euros_year(sharing.game.together, text),
        alone=euros_year(float(sharing.alone.sum()), text),
        saved=euros_year(sharing.saved_eur_year, text),
    )


def _stability(sharing: "Sharing", text: Text) -> str:
    game = sharing.game
    if not game.complete:
        searched = "sharing.searched" if sharing.settled else "sharing.searched_cut"
        said = text(searched, count=text.number(len(game.worth)))
        if not sharing.core.empty:
            return f"{said} {text('sharing.holds_searched')}"
        groups = [group_names(one, sharing, text) for one in sharing.core.blocking]
        aid = text(
            "sharing.aid_searched", aid=euros_year(sharing.core.aid, text), groups=text("sharing.and").join(groups)
        )
        return f"{said} {aid}"
    if not sharing.core.empty:
        return text("sharing.holds" if sharing.certified else "sharing.holds_uncertified")
    groups = [group_names(one, sharing, text) for one in sharing.core.blocking]
    return text("sharing.aid", aid=euros_year(sharing.core.aid, text), groups=text("sharing.and").join(groups))


def group_names(players: tuple[int, ...], sharing: "Sharing", text: Text) -> str:
    """The names of a coalition; of a large one, those who are not in it."""
    names, ids = sharing.game.players.names, sharing.game.players.ids
    outside = [at for at in range(len(ids)) if at not in players]
    if len(players) > _MOST_NAMED and 0 < len(outside) <= _MOST_NAMED:
        return text("sharing.all_but", names=text.joined([names[ids[at]] for at in outside]))
    some = [names[ids[at]] for at in players[:_MOST_NAMED]]
    rest = len(players) - len(some)
    if rest > 1:
        return text("sharing.and_others", names=", ".join(some), count=rest)
    return text.joined([names[ids[at]] for at in players])


def player_rows(sharing: "Sharing", text: Text) -> list[dict[str, Any]]:
    """What each player pays alone, in a sharing that holds, and at one price for all; the largest first.

    Returns
    -------
    list of dict
        `name`, `alone`, `share`, `gain` (€ a year), `price` and `one_price` (€ a unit), `range` (of draws), `sentence`,
        `bar_alone`, `bar_share` (0 to 1 of the largest), and `marks`, the same of its shares by every rule.
    """
    alone, shares, weights = sharing.alone, sharing.shares, sharing.game.players.weights
    largest = max(float(alone.max()), float(np.nanmax(shares.to_numpy(float), initial=0.0)), 1e-9)
    rows = []
    for id in weights["units"].sort_values(ascending=False, kind="stable").index:
        units, before, after = float(weights.loc[id, "units"]), float(alone[id]), float(shares.loc[id, "nucleolus"])
        rows.append(
            {
                "name": sharing.game.players.names[id],
                "alone": euros_year(before, text),
                "share": euros_year(after, text),
                "gain": euros_year(before - after, text),
                "price": text.price(after / units, 2) if units else "",
                "price_alone": text.price(before / units, 2) if units else "",
                "one_price": euros_year(float(shares.loc[id, "units"]), text),
                "range": _range(sharing, str(id), text),
                "bar_alone": max(before, 0.0) / largest,
                "bar_share": max(after, 0.0) / largest,
                "marks": sorted({min(max(float(eur), 0.0) / largest, 1.0) for eur in shares.loc[id].dropna()}),
                "sentence": player_sentence(sharing, str(id), text),
            }
        )
    return rows


def player_sentence(sharing: "Sharing", player: str, text: Text) -> str:
    """Whether a player is better off together, and what it should pay.

    Parameters
    ----------
    sharing : Sharing
    player : str
        Its id.
    text : Text
    """
    units = float(sharing.game.players.weights.loc[player, "units"])
    before, after = float(sharing.alone[player]), float(sharing.shares.loc[player, "nucleolus"])
    key = "gains" if before - after > NEARLY_NOTHING else "gains_nothing"
    brought = float(sharing.game.players.brings_eur_year.get(player, 0.0))
    said = text(
        f"sharing.{key}",
        name=sharing.game.players.names[player],
        alone=euros_year(before, text),
        share=euros_year(after, text),
        gain=euros_year(before - after, text),
        price_alone=text.price(before / units, 2) if units else "–",
        price=text.price(after / units, 2) if units else "–",
    )
    if brought:
        left = euros_year(after - brought, text)
        said += " " + text("sharing.brings", brought=euros_year(brought, text), left=left)
    return said


def _range(sharing: "Sharing", player: str, text: Text) -> str:
    if sharing.ranges is None:
        return ""
    row = sharing.ranges.loc[player]
    return text("sharing.range", low=euros_year(row["p5"], text), high=euros_year(row["p95"], text))


def rule_rows(sharing: "Sharing", text: Text) -> list[tuple[str, str]]:
    """Each rule, and whether its sharing holds."""
    rows = []
    for rule in RULES:
        found = sharing.leaving[rule]
        if sharing.shares[rule].isna().any():
            words = text("sharing.rule_no_part" if rule == "equal_profit" else "sharing.rule_unknown")
        elif not found:
            words = text("sharing.rule_holds" if sharing.game.complete else "sharing.rule_holds_searched")
        else:
            words = _breaks(rule, sharing, text)
        rows.append((text(f"sharing.rule_{rule}"), words))
    return rows


def _breaks(rule: str, sharing: "Sharing", text: Text) -> str:
    """Who would leave, what they would gain together, and the support with which they stay."""
    first = sharing.leaving[rule][0]
    nearly = first.gain < _NEARLY * abs(sharing.game.together)
    words = text(
        "sharing.rule_nearly" if nearly else "sharing.rule_breaks",
        group=group_names(first.players, sharing, text),
        gain=euros_year(first.gain, text),
    )
    if math.isfinite(needed := sharing.support_for(rule)):
        words += text("sharing.rule_support", support=text.number(math.ceil(needed)))
    return words


def sharing_sheet(sharing: "Sharing", text: Text) -> Sheet:
    """The shares of every rule as a sheet."""
    weights, players = sharing.game.players.weights, sharing.game.players
    rows = pd.DataFrame({"player": [players.names[id] for id in players.ids]}, index=pd.Index(players.ids))
    rows = rows.join(weights).assign(alone_eur=sharing.alone, gain_eur=sharing.alone - sharing.shares["nucleolus"])
    for rule in RULES:
        rows[f"{rule}_eur"] = sharing.shares[rule]
    if (brought := players.brings_eur_year).any():
        rows = rows.assign(brings_eur=brought, left_eur=sharing.shares["nucleolus"] - brought)
    if sharing.ranges is not None:
        drawn = sharing.ranges
        rows = rows.assign(share_p5=drawn["p5"], share_p95=drawn["p95"], gains=drawn["gains"])
    headers = [text(f"sharing.column_{name}") for name in rows.columns]
    about = " ".join([text("sharing.about"), *sharing_sentences(sharing, text)])
    return Sheet(text("sharing.sheet"), rows, headers, about)


def euros_year(eur: float, text: Text) -> str:
    """Euros a year, from a thousand on to the next ten, so that what is told together adds up."""
    if abs(eur) < NEARLY_NOTHING:
        return text.number(0)
    return text.number(round(eur, -1) if abs(eur) >= _ROUNDED_FROM else eur)
