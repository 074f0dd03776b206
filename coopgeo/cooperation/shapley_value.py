"""The Shapley value: what each player adds to those before it, on average over all orders of arrival.

    share of i = sum over S without i of |S|! (n - |S| - 1)! / n!  (v(S + i) - v(S))

Source: L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II (1953), 307-317.
"""

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.cooperation.games import Kind, game_of


def shapley(worth: ArrayLike, kind: Kind = "value") -> Floats:
    """The Shapley value of a game.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        Entry S is the worth, or the cost, of the players whose bits are set in S; entry 0 is 0.
    kind : {"value", "cost"}

    Returns
    -------
    ndarray, shape (players,)
        What each gets, or pays; together the worth of all.

    Raises
    ------
    InputError
        If `worth` is no game, or a coalition can do nothing of its own: no order of arrival has a mean then.

    Examples
    --------
    Three firms share a runway; they need 12, 28 and 30 of it.

    >>> shapley([0, 12, 28, 28, 30, 30, 30, 30], kind="cost")
    array([ 4., 12., 14.])
    """
    game = game_of(worth, kind, finite=True)
    count, size = game.players, game.members.sum(axis=1)
    weight = np.array([1 / (count * comb(count - 1, before)) for before in range(count)])
    shares = np.empty(count)
    for player in range(count):
        without = np.flatnonzero(~game.members[:, player])
        shares[player] = weight[size[without]] @ (game.values[without | 1 << player] - game.values[without])
    return game.sign * shares
