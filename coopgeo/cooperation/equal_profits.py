"""The equal profit method: savings as nearly alike as can be, in proportion to what each would pay alone.

    min  largest - smallest of the relative savings (c(i) - x(i)) / c(i)
    s.t. x(N) = c(N),  x(S) <= c(S) for every coalition S

Where no sharing holds, each coalition is held back by as little as it must be (the least core). Several sharings may
have the least difference; of them, the one of the least variance of relative savings is taken, which is one alone.

Source: M. Frisk, M. Göthe-Lundgren, K. Jörnsten and M. Rönnqvist, Cost allocation in collaborative forest
transportation, EJOR 205 (2010), 448-458.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from coopgeo.arrays import Floats
from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.games import Game, Kind, game_of
from coopgeo.cooperation.linear import TOLERANCE, Rows, minimum
from coopgeo.cooperation.stability import largest_complaint
from coopgeo.errors import CoopgeoError, Faults, Message

_ROUND = 1e-7


class _Terms(NamedTuple):
    """A game in relative savings: rows `weights r >= sides`, together `everybody r = whole`."""

    alone: Floats
    rows: Floats
    sides: Floats
    whole: float


def equal_profit(worth: ArrayLike, kind: Kind = "cost") -> Allocation:
    """Shares by the equal profit method.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        Entry S is the worth, or the cost, of the players whose bits are set in S; entry 0 is 0. `inf` is the cost of a
        coalition that can do nothing of its own.
    kind : {"value", "cost"}

    Returns
    -------
    Allocation
        In the core if there is one, else in the least core.

    Raises
    ------
    InputError
        If `worth` is no game, or a player pays or gets nothing alone, so that nothing is relative to it.

    Examples
    --------
    Two communes pay 100 and 300 alone and 300 together: both save a quarter.

    >>> equal_profit([0, 100, 300, 300]).shares.round(6)
    array([ 75., 225.])
    """
    return equal_profit_of(game_of(worth, kind))


def equal_profit_of(game: Game) -> Allocation:
    """The same of a game that was checked; of the coalitions that were asked, if not all were."""
    values = game.values / game.scale
    alone = np.abs(values[game.singles])
    faults = Faults("worth")
    for player in np.flatnonzero(~((alone > 0) & np.isfinite(alone))).tolist():
        found = float(game.sign * game.values[game.singles[player]])
        faults.add(column=f"worth[{1 << player}]", found=found, expected=Message("a finite number other than 0"))
    faults.raise_if_any()
    held_back = max(largest_complaint(game), 0.0)
    members = game.members[game.objecting].astype(np.float64)
    terms = _Terms(alone, members * alone, values[game.objecting] - members @ values[game.singles] - held_back,
                   values[-1] - values[game.singles].sum())  # fmt: skip
    savings = _least_variance(terms, _least_difference(game, terms))
    shares = values[game.singles] + alone * savings
    complete = abs(shares.sum() - values[-1]) <= _ROUND
    holds = bool((terms.rows @ savings >= terms.sides - _ROUND).all())
    return Allocation(game.sign * game.scale * shares, certified=complete and holds)


def _least_difference(game: Game, terms: _Terms) -> float:
    """The least difference between the largest and the smallest relative saving."""
    players = game.players
    between = np.zeros((2 * players, players + 2))  # r - smallest >= 0, largest - r >= 0
    between[:players, :players], between[:players, players] = np.eye(players), -1.0
    between[players:, :players], between[players:, players + 1] = -np.eye(players), 1.0
    found = minimum(
        np.concatenate([np.zeros(players), [-1.0, 1.0]]),
        Rows(np.column_stack([terms.rows, np.zeros((len(terms.sides), 2))]), terms.sides - TOLERANCE),
        np.arange(min(len(terms.sides), players)),
        equal=Rows(np.concatenate([terms.alone, [0.0, 0.0]])[None], np.array([terms.whole])),
        always=Rows(between, np.zeros(2 * players)),
    )
    if found is None:
        raise CoopgeoError(Message("no answer was found: amounts or costs differ too much in size to be computed with"))
    return max(found.value, 0.0)


def _least_variance(terms: _Terms, difference: float) -> Floats:
    """The relative savings of the least sum of squares about their mean, no two further apart than that.

    With r = W / A + (I - 1 a'/A) Q z, where Q spans what sums to 0, that sum is z'z: the point of a polyhedron that is
    nearest to 0, which is a problem of non-negative least squares (C. Lawson and R. Hanson, Solving Least Squares
    Problems, 1974, chapter 23).
    """
    players, all_alone = len(terms.alone), terms.alone.sum()
    about_mean = np.linalg.svd(np.ones((1, players)))[2][1:].T
    shift = about_mean - terms.alone @ about_mean / all_alone
    one, other = np.nonzero(~np.eye(players, dtype=bool))
    # What the linear program found keeps its rows to twice the tolerance: it must not be ruled out here.
    apart, apart_sides = about_mean[one] - about_mean[other], np.full(len(one), -difference - 2 * TOLERANCE)
    rows, standing = terms.rows @ shift, np.arange(0)
    sides = terms.sides - terms.rows.sum(axis=1) * terms.whole / all_alone - 3 * TOLERANCE
    while True:
        nearest = _nearest(Rows(np.vstack([apart, rows[standing]]), np.concatenate([apart_sides, sides[standing]])))
        broken = sides - rows @ nearest
        worst = np.argsort(-broken, kind="stable")[: 2 * players]
        new = np.setdiff1d(worst[broken[worst] > TOLERANCE], standing)
        if not len(new):
            return terms.whole / all_alone + shift @ nearest
        standing = np.union1d(standing, new)


def _nearest(rows: Rows) -> Floats:
    """The point nearest to 0 that fulfils some rows; there is one."""
    long = np.linalg.norm(rows.matrix, axis=1)
    used = long > 0
    if not used.any():
        return np.zeros(rows.matrix.shape[1])  # of one player, or of rows that nothing moves
    matrix = np.column_stack([rows.matrix, rows.sides])[used] / long[used, None]
    goal = np.append(np.zeros(matrix.shape[1] - 1), 1.0)
    left = goal - matrix.T @ nnls(matrix.T, goal, maxiter=100 * len(matrix))[0]
    return np.asarray(-left[:-1] / left[-1])
