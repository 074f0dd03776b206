"""The equal profit method: savings as nearly alike as can be, in proportion to what each would pay alone.

    min  largest - smallest of the relative savings (c(i) - x(i)) / c(i)
    s.t. x(N) = c(N),  x(S) <= c(S) for every coalition S

Where no sharing holds, each coalition is held back by as little as it must be (the least core). Several sharings may
have the least difference; of them, the one that lies nearest to the same relative saving for all is taken, which is one
alone.

Source: M. Frisk, M. Göthe-Lundgren, K. Jörnsten and M. Rönnqvist, Cost allocation in collaborative forest
transportation, EJOR 205 (2010), 448-458.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import null_space
from scipy.optimize import nnls

from coopgeo.arrays import Floats
from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.core import largest_complaint
from coopgeo.cooperation.games import Game, Kind, game_of
from coopgeo.cooperation.linear import TOLERANCE, Rows, minimum
from coopgeo.errors import CoopgeoError, Faults, Message

_ROUND = 1e-6
_SLACK = 1e-9  # of relative savings: rounding


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
    game = game_of(worth, kind)
    values = game.values / game.scale
    alone = np.abs(values[game.singles])
    faults = Faults("worth")
    for player in np.flatnonzero(~((alone > 0) & np.isfinite(alone))).tolist():
        found = float(game.sign * game.values[1 << player])
        faults.add(column=f"worth[{1 << player}]", found=found, expected=Message("a finite number other than 0"))
    faults.raise_if_any()
    held_back = max(largest_complaint(game), 0.0)
    members = game.members[game.objecting].astype(np.float64)
    terms = _Terms(alone, members * alone, values[game.objecting] - members @ values[game.singles] - held_back,
                   values[-1] - values[game.singles].sum())  # fmt: skip
    savings = _nearest_to_equal(terms, _least_difference(game, terms))
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


def _nearest_to_equal(terms: _Terms, difference: float) -> Floats:
    """The relative savings that lie nearest to one and the same for all, no two further apart than that."""
    players, standing = len(terms.alone), np.arange(0)
    first, second = np.nonzero(~np.eye(players, dtype=bool))
    apart = np.zeros((len(first), players))  # second - first >= - difference
    apart[np.arange(len(first)), first], apart[np.arange(len(first)), second] = -1.0, 1.0
    same = np.full(players, terms.whole / terms.alone.sum())
    free = null_space(terms.alone[None])  # directions that leave the whole as it is
    while True:
        matrix = np.vstack([apart, terms.rows[standing]])
        sides = np.concatenate([np.full(len(first), -difference - _SLACK), terms.sides[standing] - _SLACK])
        savings = same + free @ _nearest(matrix @ free, sides - matrix @ same)
        broken = terms.sides - terms.rows @ savings
        worst = np.argsort(-broken, kind="stable")[: 2 * players]
        new = np.setdiff1d(worst[broken[worst] > 2 * _SLACK], standing)
        if not len(new):
            return savings
        standing = np.union1d(standing, new)


def _nearest(matrix: Floats, sides: Floats) -> Floats:
    """The shortest `x` of `matrix x >= sides`.

    Source: C. L. Lawson and R. J. Hanson, Solving Least Squares Problems (1974), chapter 23: least distance.
    """
    if (sides <= 0).all():
        return np.zeros(matrix.shape[1])
    target = np.zeros(matrix.shape[1] + 1)
    target[-1] = 1.0
    both = np.vstack([matrix.T, sides])
    left = both @ nnls(both, target)[0] - target
    return -left[:-1] / left[-1]
