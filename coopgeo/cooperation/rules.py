"""Rules that are a formula: in proportion to something, and the tau value."""

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats
from coopgeo.cooperation.games import Game, Kind, game_of, one_each
from coopgeo.errors import Faults, InputError, Message

RULES = ("units", "inhabitants", "equal", "shapley", "nucleolus", "equal_profit")  # by which a study is shared


def proportional(worth: ArrayLike, weights: ArrayLike | None = None, kind: Kind = "cost") -> Floats:
    """The worth or cost of all in proportion to something of each player, such as tonnes or inhabitants.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        See `shapley`.
    weights : array_like, shape (players,), optional
        0 or more, not all 0; the same for all by default.
    kind : {"value", "cost"}

    Returns
    -------
    ndarray, shape (players,)

    Raises
    ------
    InputError
        If `worth` is no game or `weights` are no weights of its players.

    Examples
    --------
    >>> proportional([0, 12, 28, 28, 30, 30, 30, 30], [1, 2, 3])
    array([ 5., 10., 15.])
    """
    return proportional_of(game_of(worth, kind), weights)


def proportional_of(game: Game, weights: ArrayLike | None = None) -> Floats:
    """The same of a game that was checked."""
    faults = Faults("weights")
    shares = one_each(faults, np.ones(game.players) if weights is None else weights, game.players)
    if not faults and not ((shares >= 0).all() and shares.sum() > 0):
        faults.add(found=shares.tolist(), expected=Message("numbers of 0 or more, not all 0"))
    faults.raise_if_any()
    return game.sign * game.values[-1] * shares / shares.sum()


def tau(worth: ArrayLike, kind: Kind = "value") -> Floats:
    """The tau value: between the most that each player can hope for and the least that it can insist on.

    The most is what all lose without the player; the least is what is left to it of the best coalition when all others
    there get their most. Source: S. H. Tijs, Bounds for the core and the tau-value (1981).

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        See `shapley`.
    kind : {"value", "cost"}

    Returns
    -------
    ndarray, shape (players,)

    Raises
    ------
    InputError
        If `worth` is no game, or none with a tau value: the least is more than the most, or all together have less
        than the least or more than the most.

    Examples
    --------
    Claims of 100, 200 and 300 on an estate of 200 (the Talmud).

    >>> tau([0, 0, 0, 0, 0, 0, 100, 200])
    array([40., 80., 80.])
    """
    game = game_of(worth, kind, finite=True)
    singles, members = game.singles, game.members
    most = game.values[-1] - game.values[game.everybody ^ singles]
    left = game.values[:, None] - (members @ most)[:, None] + most
    least = np.where(members, left, -np.inf).max(axis=0)
    room, tolerance = most.sum() - least.sum(), 1e-9 * game.scale
    if (least > most + tolerance).any() or not least.sum() - tolerance <= game.values[-1] <= most.sum() + tolerance:
        raise InputError(Message("this game has no tau value: what players can insist on and hope for do not meet"))
    part = (game.values[-1] - least.sum()) / room if room > tolerance else 0.0
    return game.sign * (least + part * (most - least))
