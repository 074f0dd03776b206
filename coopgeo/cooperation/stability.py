"""The core: the sharings under which no coalition would be better off alone, and what it takes where there is none.

Source: D. B. Gillies, Solutions to general non-zero-sum games (1959); O. N. Bondareva (1963) and L. S. Shapley (1967):
it is empty if and only if some balanced coalitions could have more between them than all together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.cooperation.games import Coalition, Game, Kind, game_of, one_each
from coopgeo.cooperation.linear import TOLERANCE, Rows, minimum
from coopgeo.errors import Faults

_PRICED = 1e-7


@dataclass(frozen=True, eq=False)
class Core:
    """Whether a sharing can hold.

    Attributes
    ----------
    empty : bool
        Whether every sharing leaves some coalition better off alone.
    aid : float
        The least sum from outside with which there is a sharing that holds; 0 if there is one without.
    blocking : tuple of tuple of int
        Coalitions that prove it empty: between them, each in its measure, they could have more than all together.
        None if it is not empty.
    """

    empty: bool
    aid: float
    blocking: tuple[Coalition, ...]


@dataclass(frozen=True, eq=False)
class Leaving:
    """A coalition that is better off alone than with its shares.

    Attributes
    ----------
    players : tuple of int
    gain : float
        What it would have more, or pay less, alone.
    """

    players: Coalition
    gain: float


def core(worth: ArrayLike, kind: Kind = "value") -> Core:
    """Whether any sharing of a game holds, and what it takes if none does.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        Entry S is the worth, or the cost, of the players whose bits are set in S; entry 0 is 0. `inf` is the cost of a
        coalition that can do nothing of its own.
    kind : {"value", "cost"}

    Returns
    -------
    Core

    Raises
    ------
    InputError
        If `worth` is no game.

    Examples
    --------
    Three communes, three sites that cost 1 each and serve two of them: each pair pays 1, all three pay 2.

    >>> core([0, 1, 1, 1, 1, 1, 1, 2], kind="cost")
    Core(empty=True, aid=0.5, blocking=((0, 1), (0, 2), (1, 2)))
    """
    return core_of(game_of(worth, kind))


def core_of(game: Game) -> Core:
    """The same of a game that was checked; of the coalitions that were asked, if not all were."""
    values = game.values / game.scale
    found = _least_sum(game, values)
    if found is None:
        return Core(empty=False, aid=0.0, blocking=())
    total, coalitions = found
    short = total - values[-1]
    if short <= 10 * TOLERANCE:
        return Core(empty=False, aid=0.0, blocking=())
    return Core(empty=True, aid=float(short * game.scale), blocking=coalitions)


def _least_sum(game: Game, values: Floats) -> tuple[float, tuple[Coalition, ...]] | None:
    """The least sum that leaves each coalition what it could have alone, and the coalitions that ask for it."""
    rows, members = game.objecting, game.members[game.objecting].astype(np.float64)
    if not members.any(axis=0).all():
        return None  # whoever is in none of them pays for all
    found = minimum(np.ones(game.players), Rows(members, values[rows]), game.outer)
    if found is None:
        return None
    priced = rows[found.standing[found.prices > _PRICED]]
    return found.value, tuple(sorted((game.who(one) for one in priced.tolist()), key=lambda one: (len(one), one)))


def least_core(worth: ArrayLike, kind: Kind = "value") -> float:
    """The least that every coalition must be held back by for a sharing to hold; negative where there is room.

    Returns
    -------
    float
        The largest complaint of a coalition (what it could have alone less what it gets), as small as it gets.

    Examples
    --------
    >>> round(least_core([0, 1, 1, 1, 1, 1, 1, 2], kind="cost"), 6)
    0.333333
    """
    game = game_of(worth, kind)
    return float(largest_complaint(game) * game.scale)


def largest_complaint(game: Game) -> float:
    """The same of a game of worths of about 1."""
    values, rows = game.values / game.scale, game.objecting
    if not len(rows):
        return 0.0
    members = game.members[rows].astype(np.float64)
    found = minimum(
        np.append(np.zeros(game.players), 1.0),
        Rows(np.column_stack([members, np.ones(len(rows))]), values[rows]),
        game.outer,
        equal=Rows(np.append(np.ones(game.players), 0.0)[None], values[[-1]]),
    )
    return -np.inf if found is None else found.value


def leaving(worth: ArrayLike, shares: ArrayLike, kind: Kind = "value") -> tuple[Leaving, ...]:
    """Which coalitions would be better off alone than with these shares, the largest gain first.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
    shares : array_like, shape (players,)
        What each gets, or pays.
    kind : {"value", "cost"}

    Returns
    -------
    tuple of Leaving
        Empty if the sharing holds.

    Raises
    ------
    InputError
        If `worth` is no game or there is not one share a player.

    Examples
    --------
    >>> leaving([0, 1, 1, 1, 1, 1, 1, 2], [1, 0.5, 0.5], kind="cost")
    (Leaving(players=(0, 1), gain=0.5), Leaving(players=(0, 2), gain=0.5))
    """
    game, faults = game_of(worth, kind), Faults("shares")
    given = one_each(faults, shares, game.players)
    faults.raise_if_any()
    return leaving_of(game, given)


def leaving_of(game: Game, given: Floats) -> tuple[Leaving, ...]:
    """The same of a game that was checked; of the coalitions that were asked, if not all were."""
    gain = game.values[game.objecting] - game.total(game.sign * given, game.objecting)
    worst = np.argsort(-gain, kind="stable")
    worst = worst[gain[worst] > 10 * TOLERANCE * game.scale]
    return tuple(Leaving(game.who(int(game.objecting[at])), float(gain[at])) for at in worst)
