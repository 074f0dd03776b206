"""The game of some of the players, and a game that is supported from outside."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.cooperation.games import Kind, game_of, members_of, one_each
from coopgeo.cooperation.linear import TOLERANCE
from coopgeo.errors import Faults, Message


def subgame(worth: ArrayLike, players: Sequence[int]) -> Floats:
    """The game of some of the players alone: what their coalitions are worth, read from the game of all.

    Parameters
    ----------
    worth : array_like, shape (2 ** all players,)
        See `shapley`; `inf` and `-inf` stay as they are.
    players : sequence of int
        At least one, each once. They are numbered anew in this order.

    Returns
    -------
    ndarray, shape (2 ** len(players),)

    Raises
    ------
    InputError
        If `worth` has no entry for each coalition, or `players` are none of its players, or one twice.

    Examples
    --------
    Of three players, the third and the first.

    >>> subgame([0, 1, 2, 3, 4, 5, 6, 7], [2, 0])
    array([0., 4., 1., 5.])
    """
    array, faults = np.asarray(worth, dtype=np.float64), Faults("players")
    count = array.size.bit_length() - 1
    if array.ndim != 1 or array.size != 1 << max(count, 0):
        expected = Message("2, 4, 8 ... entries, one for each coalition of the players, the empty one first")
        faults.add(column="worth", found=Message("shape {shape}", shape=str(array.shape)), expected=expected)
    elif not players or len(set(players)) < len(players) or not all(0 <= one < count for one in players):
        expected = Message("one or more of the players 0 to {last}, each once", last=count - 1)
        faults.add(found=list(players), expected=expected)
    faults.raise_if_any()
    members = members_of(np.arange(1 << len(players)), len(players))
    return np.asarray(array[members @ (1 << np.asarray(players, dtype=np.int64))])


def supported(worth: ArrayLike, support: float, kind: Kind = "cost") -> Floats:
    """The same game in which all together are given a sum from outside; those who leave are given nothing.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
    support : float
        What all together pay less, or have more.
    kind : {"value", "cost"}

    Returns
    -------
    ndarray, shape (2 ** players,)

    Examples
    --------
    >>> supported([0, 1, 1, 1, 1, 1, 1, 2], 0.5)
    array([0. , 1. , 1. , 1. , 1. , 1. , 1. , 1.5])
    """
    game = game_of(worth, kind)
    values = game.sign * game.values
    values[-1] += game.sign * support
    return np.asarray(values)


def least_support(worth: ArrayLike, shares: ArrayLike, parts: ArrayLike, kind: Kind = "cost") -> float:
    """The least sum from outside with which a sharing holds, if each player gets its part of that sum.

    A coalition S that would gain g(S) by leaving stays from g(S) / parts(S) on.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        See `core`.
    shares : array_like, shape (players,)
        What each pays, or gets, without the sum.
    parts : array_like, shape (players,)
        What part of the sum each player gets: 0 or more, 1 together.
    kind : {"value", "cost"}

    Returns
    -------
    float
        0 if the sharing holds without; infinite if it never does.

    Raises
    ------
    InputError
        If `worth` is no game, or there is not one share and one part a player.

    Examples
    --------
    The third of three players is asked for 2 and could have all it wants for 1.

    >>> least_support([0, 3, 3, 4, 1, 4, 4, 5], [1.5, 1.5, 2.0], [0.25, 0.25, 0.5])
    2.0
    """
    game, faults = game_of(worth, kind), Faults("shares and parts")
    given, split = (one_each(faults, one, game.players) for one in (shares, parts))
    if not faults and not ((split >= 0).all() and abs(split.sum() - 1) < 1e-9):
        faults.add(column="parts", found=split.tolist(), expected=Message("numbers of 0 or more, 1 together"))
    faults.raise_if_any()
    gain = game.values[game.objecting] - game.total(game.sign * given, game.objecting)
    leaves = gain > 10 * TOLERANCE * game.scale
    with np.errstate(divide="ignore"):
        asked = gain[leaves] / game.total(split, game.objecting)[leaves]
    return float(asked.max(initial=0.0))
