"""The equal profit method: savings as nearly alike as can be, in proportion to what each would pay alone.

    min  largest - smallest of the relative savings (c(i) - x(i)) / c(i)
    s.t. x(N) = c(N),  x(S) <= c(S) for every coalition S

Where no sharing holds, each coalition is held back by as little as it must be (the least core). Several sharings may
have the least difference; of them, the one of the least variance of relative savings is taken, which is one alone.

Source: M. Frisk, M. Göthe-Lundgren, K. Jörnsten and M. Rönnqvist, Cost allocation in collaborative forest
transportation, EJOR 205 (2010), 448-458.
"""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints
from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.core import largest_complaint
from coopgeo.cooperation.games import Game, Kind, game_of
from coopgeo.cooperation.linear import TOLERANCE, Rows, minimum
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
    """The relative savings of the least sum of squares about their mean, no two further apart than that."""
    players, standing = len(terms.alone), np.arange(0)
    while True:
        savings = _squares(terms, difference + TOLERANCE, standing)
        broken = terms.sides - terms.rows @ savings
        worst = np.argsort(-broken, kind="stable")[: 2 * players]
        new = np.setdiff1d(worst[broken[worst] > 10 * TOLERANCE], standing)
        if not len(new):
            return savings
        standing = np.union1d(standing, new)


def _squares(terms: _Terms, difference: float, standing: Ints) -> Floats:
    """The same under the rows of some coalitions: variables are relative savings, then their smallest."""
    players = len(terms.alone)
    span = np.column_stack([np.eye(players), -np.ones(players)])
    matrix = np.vstack(
        [
            np.append(terms.alone, 0.0)[None],
            span,
            np.column_stack([terms.rows[standing], np.zeros(len(standing))]),
        ]
    )
    low = np.concatenate([[terms.whole], np.zeros(players), terms.sides[standing]])
    high = np.concatenate([[terms.whole], np.full(players, difference), np.full(len(standing), np.inf)])
    # The sum of squares about the mean: I - 1/n.
    return _quadratic(np.eye(players) - 1 / players, matrix, low, high)[:players]


def _quadratic(squares: Floats, matrix: Floats, low: Floats, high: Floats) -> Floats:
    """Minimise `x squares x` of the first variables under `low <= matrix x <= high` by HiGHS."""
    rows, columns = matrix.shape
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, columns
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.full(columns, -np.inf), np.full(columns, np.inf)
    lp.row_lower_, lp.row_upper_ = low, high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.arange(rows + 1) * columns
    lp.a_matrix_.index_, lp.a_matrix_.value_ = np.tile(np.arange(columns), rows), matrix.ravel()
    hessian, count = highspy.HighsHessian(), len(squares)
    lower = [(row, column) for column in range(count) for row in range(column, count)]
    hessian.dim_, hessian.format_ = columns, highspy.HessianFormat.kTriangular
    hessian.start_ = np.concatenate([np.cumsum([0, *range(count, 0, -1)]), np.full(columns - count, len(lower))])
    hessian.index_ = np.array([row for row, _ in lower])
    hessian.value_ = np.array([squares[place] for place in lower])
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.passModel(lp)
    solver.passHessian(hessian)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise CoopgeoError(Message("no answer was found: amounts or costs differ too much in size to be computed with"))
    return np.array(solver.getSolution().col_value)
