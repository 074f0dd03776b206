"""What a partner asks, in words: is it better off together, what should it pay, who leaves, which support it takes."""

import math

import pandas as pd

from coopgeo.cooperation.chosen_players import shares_with, support_for
from coopgeo.cooperation.rules import RULES
from coopgeo.cooperation.sharing import Sharing
from coopgeo.cooperation.stability import Leaving, leaving
from coopgeo.text import Text
from coopgeo.words.sharing import NEARLY_NOTHING, euros_year, group_names, rule_rows, saved_sentence
from coopgeo.words.sheets import Sheet


def rule_names(text: Text) -> dict[str, str]:
    """The rules by what they are called."""
    return {text(f"sharing.rule_{rule}"): rule for rule in RULES}


def answer_sentences(sharing: Sharing, rule: str, player: str, text: Text) -> list[str]:
    """Whether a player is better off with the others than alone or in a group, and what it should pay by a rule.

    Parameters
    ----------
    sharing : Sharing
    rule : str
        One of `RULES`.
    player : str
        Its id.
    text : Text
    """
    said = [saved_sentence(sharing, text)]
    if sharing.shares[rule].isna().any():
        return [*said, text("sharing.rule_unknown")]
    ids, names = sharing.game.players.ids, sharing.game.players.names
    if len(ids) == 1:
        return [*said, text("cooperate.one_alone")]
    before, after = float(sharing.alone[player]), float(sharing.shares.loc[player, rule])
    units, name = float(sharing.game.players.weights.loc[player, "units"]), names[player]
    gain = before - after
    key = "gains" if gain > NEARLY_NOTHING else "loses" if gain < -NEARLY_NOTHING else "even"
    said.append(
        text(
            f"cooperate.{key}",
            name=name,
            alone=euros_year(before, text),
            share=euros_year(after, text),
            gain=euros_year(abs(gain), text),
            price_alone=text.price(before / units, 2) if units else "–",
            price=text.price(after / units, 2) if units else "–",
        )
    )
    at = ids.index(player)
    own = next((one for one in sharing.leaving[rule] if at in one.players), None)
    if own is None:
        said.append(text("cooperate.stays", name=name))
    elif len(own.players) > 1:
        said.append(text("cooperate.group_leaves", name=name, **_objection(own, sharing, sharing.shares[rule], text)))
    without = float(sharing.game.worth[-1 ^ (1 << at)])
    if math.isfinite(without):
        rest = euros_year(sharing.game.together - after, text)
        said.append(text("cooperate.without", name=name, without=euros_year(without, text), rest=rest))
    return [*said, *leaving_sentences(sharing, rule, 0.0, text)]


def leaving_sentences(sharing: Sharing, rule: str, support_eur_year: float, text: Text) -> list[str]:
    """Who would leave under a rule with a support, or that nobody does.

    Parameters
    ----------
    sharing : Sharing
    rule : str
    support_eur_year : float
    text : Text
    """
    # Who leaves has no part of the support, so that it changes what each pays and no more.
    shares = shares_with(sharing, rule, support_eur_year)
    objecting = leaving(sharing.game.worth, shares, "cost")
    if not objecting:
        return [text("cooperate.nobody_leaves")]
    words = _objection(objecting[0], sharing, shares, text)
    said = [text.counted("cooperate.leave", len(objecting), **words)]
    alone = sorted((one for one in objecting if len(one.players) == 1), key=lambda one: one.players)
    if alone:
        names = sharing.game.players.names
        each = [
            text("cooperate.with_gain", name=names[sharing.game.players.ids[one.players[0]]],
                 gain=_gain(one.gain, text))
            for one in alone
        ]  # fmt: skip
        said.append(text("cooperate.leave_alone", names=text.joined(each)))
    return said


def _objection(found: Leaving, sharing: Sharing, shares: pd.Series, text: Text) -> dict[str, str]:
    """A group that would leave, what it gains by that, and what part of what it pays that is."""
    paid = float(shares.iloc[list(found.players)].sum())
    return {
        "group": group_names(found.players, sharing, text),
        "gain": _gain(found.gain, text),
        "part": text.percent_of_many(found.gain / paid) if paid > 0 else "–",
    }


def _gain(eur: float, text: Text) -> str:
    """What a group gains by leaving, € a year: never nothing."""
    return euros_year(eur, text) if eur >= 1 else text("cooperate.less_than_one")


def support_sentences(sharing: Sharing, rule: str, support_eur_year: float, text: Text) -> list[str]:
    """What a support comes to, who would leave with it, and which one is needed: for the rule, and for any.

    Parameters
    ----------
    sharing : Sharing
    rule : str
    support_eur_year : float
    text : Text
    """
    needed = support_for(sharing, rule)
    if math.isnan(needed):
        return [text("sharing.rule_unknown")]
    said = [
        text(
            "cooperate.supported" if support_eur_year else "cooperate.unsupported",
            support=text.number(support_eur_year),
            rest=euros_year(sharing.game.together - support_eur_year, text),
        ),
        *leaving_sentences(sharing, rule, support_eur_year, text),
    ]
    if not math.isfinite(needed):
        said.append(text("cooperate.needs_other", rule=text(f"sharing.rule_{rule}")))
    elif needed:
        said.append(text("cooperate.needed", rule=text(f"sharing.rule_{rule}"), support=text.number(math.ceil(needed))))
    else:
        said.append(text("cooperate.needs_none", rule=text(f"sharing.rule_{rule}")))
    least = sharing.core.aid
    if least:
        said.append(text("cooperate.least", support=text.number(math.ceil(least))))
    elif needed:
        said.append(text("cooperate.another_rule", rule=text("sharing.rule_nucleolus")))
    return said


def partners_sheet(sharing: Sharing, rule: str, text: Text, support_eur_year: float | None = None) -> Sheet:
    """What each pays alone and together by a rule, those who ask for most first.

    Parameters
    ----------
    sharing : Sharing
    rule : str
    text : Text
    support_eur_year : float, optional
        Adds what each pays with this support.

    Returns
    -------
    Sheet
        `name`, `alone`, `share`, `supported` (with a support), `gain` (whole € a year, so that they add up), `price`
        (€ a unit).
    """
    players = sharing.game.players
    units, together = players.weights["units"], sharing.shares[rule]
    paid = together if support_eur_year is None else shares_with(sharing, rule, support_eur_year)
    columns = {
        "name": pd.Series(dict(players.names)),
        "alone": sharing.alone.round(),
        "share": together.round(),
        "supported": paid.round(),
        "gain": sharing.alone.round() - paid.round(),
        "price": (paid / units.where(units > 0)).round(2 + text.price_digits),
    }
    if support_eur_year is None:
        del columns["supported"]
    order = units.sort_values(ascending=False, kind="stable").index
    headers = {"name": text("sharing.player"), "supported": text("cooperate.with_support")}
    if support_eur_year is not None:
        headers |= {"gain": text("cooperate.gain_supported"), "price": text("cooperate.price_supported")}
    titles = [headers.get(name) or text(f"sharing.{name}") for name in columns]
    return Sheet(text("sharing.title"), pd.DataFrame(columns).loc[order], titles)


def rules_sheet(sharing: Sharing, text: Text) -> Sheet:
    """Each rule, whether its sharing holds, and the least support with which it does: `rule`, `words`, `support`."""
    needed = [support_for(sharing, rule) for rule in RULES]
    rows = pd.DataFrame(rule_rows(sharing, text), columns=["rule", "words"])
    rows["support"] = [float(math.ceil(eur)) if math.isfinite(eur) else math.nan for eur in needed]
    return Sheet(
        text("cooperate.rules"), rows,
        [text("sharing.rule"), text("sharing.rule_says"), text("cooperate.support_needed")],
    )  # fmt: skip
