"""The nucleolus: the sharing whose unhappiest coalition is as happy as can be, then the next unhappiest, and so on.

A coalition's complaint is what it could have of its own less what it gets, v(S) - x(S). Each program makes the largest
complaint that is still free as small as it gets; a coalition's share is fixed only where its row has a price, for then
it is tight in every solution. (Fixing whatever is tight in one solution is the usual mistake.) A coalition whose share
follows from those fixed is free no more. It takes a program a player at most.

Sources: D. Schmeidler, SIAM J. Appl. Math. 17 (1969), 1163-1170; M. Guajardo and K. Jörnsten, Common mistakes in
computing the nucleolus, EJOR 241 (2015), 931-935.

What comes out is certified apart from that: E. Kohlberg, SIAM J. Appl. Math. 20 (1971), 62-66, with the coalitions that
add no rank left out (M. Benedek, J. Fliege and T.-D. Nguyen, Math. Programming 190 (2021), 135-170).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from coopgeo.arrays import Floats, Mask
from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.games import Game, Kind, game_of
from coopgeo.cooperation.linear import Rows, minimum
from coopgeo.errors import InputError, Message

_PRICED = 1e-7  # a price above this is one: those of a program come to 1 together
_SAME = 1e-8  # complaints that are nearer to each other than this are one, of worths of about 1
_IN_SPAN = 1e-9


def nucleolus(worth: ArrayLike, kind: Kind = "value") -> Allocation:
    """The nucleolus of a game, with whether its certificate holds.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        Entry S is the worth, or the cost, of the players whose bits are set in S; entry 0 is 0. `inf` is the cost of a
        coalition that can do nothing of its own.
    kind : {"value", "cost"}

    Returns
    -------
    Allocation
        It is in the core, if there is one, and nobody is worse off than alone.

    Raises
    ------
    InputError
        If `worth` is no game, a player can do nothing alone, or all together are worse off than each alone.

    Examples
    --------
    Claims of 100, 200 and 300 on an estate of 200 (the Talmud).

    >>> found = nucleolus([0, 0, 0, 0, 0, 0, 100, 200])
    >>> found.shares.round(6), found.certified
    (array([50., 75., 75.]), True)
    """
    return nucleolus_of(game_of(worth, kind))


def nucleolus_of(game: Game) -> Allocation:
    """The same of a game that was checked; of the coalitions that were asked, if not all were."""
    values = game.values / game.scale
    least = values[game.singles]
    if not np.isfinite(least).all():
        first = int(np.flatnonzero(~np.isfinite(least))[0])
        raise InputError(
            Message(
                "player {player} can do nothing alone, so shares have no bound: say what it would cost", player=first
            )
        )
    spare = values[-1] - least.sum()
    if spare < -_SAME:
        raise InputError(Message("all together are worse off than each alone: there is nothing to share"))
    if spare <= 0:
        return Allocation(game.sign * game.scale * least, certified=True)  # there is no other sharing
    shares = _shares(game, values)
    return Allocation(game.sign * game.scale * shares, _is_nucleolus(game, values, shares))


def _shares(game: Game, values: Floats) -> Floats:
    """The nucleolus of a game of worths of about 1."""
    players, members = game.players, game.members.astype(np.float64)
    fixed, sums = members[[game.everybody]], values[[game.everybody]]
    free = game.objecting
    while np.linalg.matrix_rank(fixed, tol=_IN_SPAN) < players:
        free = free[~_spanned(members[free], fixed)]
        insisting = game.singles[~_spanned(members[game.singles], fixed)]
        complaints = Rows(np.column_stack([members[free], np.ones(len(free))]), values[free])
        start = np.flatnonzero(np.isin(free, game.objecting[game.outer]))
        found = minimum(
            np.append(np.zeros(players), 1.0),
            complaints,  # x(S) + largest complaint >= v(S)
            start if len(start) else np.arange(min(len(free), players)),
            equal=Rows(_widened(fixed), sums),
            always=Rows(_widened(members[insisting]), values[insisting]),
        )
        assert found is not None  # what all have is shared somehow
        priced = free[found.standing[found.prices > _PRICED]]
        held = insisting[found.always > _PRICED]
        fixed = np.vstack([fixed, members[priced], members[held]])
        sums = np.concatenate([sums, values[priced] - found.value, values[held]])
    return np.asarray(np.linalg.lstsq(fixed, sums)[0])


def _widened(matrix: Floats) -> Floats:
    """Rows in which the largest complaint does not stand."""
    return np.column_stack([matrix, np.zeros(len(matrix))])


def _spanned(rows: Floats, by: Floats) -> Mask:
    """Which rows are sums of multiples of others."""
    singular, directions = np.linalg.svd(by, full_matrices=False)[1:]
    basis = directions[singular > _IN_SPAN]
    return np.asarray(np.abs(rows - rows @ basis.T @ basis).max(axis=1, initial=0.0) < np.sqrt(_IN_SPAN))


def _is_nucleolus(game: Game, values: Floats, shares: Floats) -> bool:
    """Whether Kohlberg's criterion holds: the coalitions of the largest complaints are balanced, level by level.

    They are if no shift of the shares that none of them minds is one that some of them likes.
    """
    members = game.members.astype(np.float64)
    complaints = values[game.objecting] - game.total(shares, game.objecting)
    spare = shares - values[game.singles]
    if abs(shares.sum() - values[-1]) > _SAME or spare.min() < -_SAME:
        return False
    held = game.singles[spare <= _SAME]
    order = np.argsort(-complaints, kind="stable")
    ends = np.flatnonzero(np.diff(complaints[order]) < -_SAME) + 1
    level = members[[game.everybody]]
    for coalitions in np.split(game.objecting[order], ends):
        new = coalitions[~_spanned(members[coalitions], level)]
        if not len(new):
            continue
        if not _balanced(members[new], level, members[held]):
            return False
        level = np.vstack([level, members[new]])
        if np.linalg.matrix_rank(level, tol=_IN_SPAN) == game.players:
            return True
    return False


def _balanced(coalitions: Floats, level: Floats, held: Floats) -> bool:
    """Whether every shift that leaves those of the levels above as they are, and worsens none, betters none."""
    worse = np.vstack([coalitions, held])
    found = linprog(
        -coalitions.sum(axis=0),
        A_ub=-worse,
        b_ub=np.zeros(len(worse)),
        A_eq=level,
        b_eq=np.zeros(len(level)),
        bounds=(-1, 1),
        method="highs",
    )
    return bool(found.status == 0 and -found.fun <= _SAME)
