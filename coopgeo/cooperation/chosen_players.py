"""Who gains what among some of the players of a study, and with a support from outside; nothing is placed anew."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from coopgeo.arrays import Ints
from coopgeo.cooperation.equal_profits import equal_profit
from coopgeo.cooperation.nucleoli import nucleolus
from coopgeo.cooperation.sharing import Sharing, sharing_of
from coopgeo.cooperation.study_game import MOST_GAME_PLAYERS, StudyGame
from coopgeo.cooperation.subgames import subgame, supported
from coopgeo.errors import Faults, Message

_OF_ALL = {"nucleolus": nucleolus, "equal_profit": equal_profit}  # rules that look at the game with its support


def among(sharing: Sharing, ids: Iterable[str]) -> Sharing:
    """Who gains what if some of the players share, and the others stay by themselves.

    Each keeps the right to supply that it has in the game of all, and no more. Ranges over draws are left out.

    Parameters
    ----------
    sharing : Sharing
        Of all players.
    ids : iterable of str
        Of those who share; in the order of the game of all whatever their order here.

    Raises
    ------
    InputError
        If none is named, or one that is no player, or there are more than 14 players.
    """
    _check_complete(sharing)
    wanted, players = set(ids), sharing.game.players
    faults = Faults("players")
    if not wanted or not wanted <= set(players.ids):
        expected = Message("one or more of {choices}", choices=list(players.ids))
        faults.add(found=sorted(wanted), expected=expected)
    faults.raise_if_any()
    chosen = [at for at, id in enumerate(players.ids) if id in wanted]
    return sharing_of(_game_among(sharing.game, chosen), sharing.outside_eur_unit)


def _game_among(game: StudyGame, chosen: list[int]) -> StudyGame:
    players = game.players
    ids = tuple(players.ids[at] for at in chosen)
    numbers = np.full(players.count + 1, -1)  # the last is of nobody, which is -1
    numbers[chosen] = np.arange(len(chosen))

    def anew(owner: Ints) -> Ints:
        return np.asarray(numbers[owner], dtype=np.intp)

    fewer = replace(
        players, ids=ids, names={id: players.names[id] for id in ids}, weights=players.weights.loc[list(ids)],
        brings_eur_year=players.brings_eur_year.loc[list(ids)],
        customer=anew(players.customer), source=anew(players.source), site=anew(players.site),
    )  # fmt: skip
    return replace(game, players=fewer, worth=subgame(game.worth, chosen), bound=subgame(game.bound, chosen))


def shares_with(sharing: Sharing, rule: str, support_eur_year: float) -> pd.Series:
    """What each player pays by a rule if all together are given a support, € a year.

    Parameters
    ----------
    sharing : Sharing
    rule : str
        One of `RULES`.
    support_eur_year : float
    """
    shares = sharing.shares[rule]
    if not support_eur_year:
        return shares
    _check_complete(sharing)
    if rule in _OF_ALL:
        worth = supported(sharing.game.worth, support_eur_year)
        return pd.Series(_OF_ALL[rule](worth, "cost").shares, index=shares.index)
    return shares - support_eur_year * sharing.parts(rule)


def support_for(sharing: Sharing, rule: str) -> float:
    """See `Sharing.support_for`.

    Raises
    ------
    InputError
        If there are more than 14 players.
    """
    _check_complete(sharing)
    return sharing.support_for(rule)


def _check_complete(sharing: Sharing) -> None:
    """All coalitions of the players were worked out: what some of them are worth is read from those of all."""
    if not sharing.game.complete:
        faults = Faults("sharing")
        expected = Message("at most {count}, so that all coalitions are worked out", count=MOST_GAME_PLAYERS)
        faults.add(column="players", found=sharing.game.players.count, expected=expected)
        faults.raise_if_any()
