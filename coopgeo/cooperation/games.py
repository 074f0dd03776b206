"""Games as arrays: what each coalition of players is worth, or what it costs.

Players are numbered from 0. Coalition S is the whole number whose bits are its players: 5 = 0b101 is players 0 and 2.
A cost game is solved as the value game of its costs with the other sign, which has the same shares, also negated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.errors import Faults, Message

Kind = Literal["value", "cost"]
Coalition = tuple[int, ...]
MOST_PLAYERS = 20  # two to the power of 20 coalitions fit in memory many times
_MOST_SHOWN = 10


@dataclass(frozen=True, eq=False)
class Game:
    """Coalitions of a game that was checked, with what each is worth: all of them, or those that were asked.

    Attributes
    ----------
    members : ndarray of bool, shape (coalitions, players)
        Who is in each coalition, all players last; row S is that of the players whose bits are set in S, if all are
        there. Every player alone is there.
    values : ndarray, shape (coalitions,)
        What each coalition is worth; costs with the other sign. `-inf` where a coalition can do nothing of its own.
    sign : float
        1 of values, -1 of costs: `sign * values` is what was given.
    """

    members: Mask
    values: Floats
    sign: float

    @property
    def players(self) -> int:
        """How many there are."""
        return int(self.members.shape[1])

    @property
    def everybody(self) -> int:
        """The row of the coalition of all players."""
        return len(self.values) - 1

    @cached_property
    def sizes(self) -> Ints:
        """How many players are in each coalition."""
        return np.asarray(self.members.sum(axis=1))

    @cached_property
    def singles(self) -> Ints:
        """The rows of the coalitions of one player each, in the order of the players."""
        rows = np.flatnonzero(self.sizes == 1)
        return rows[np.argsort(self.members[rows].argmax(axis=1))]

    @cached_property
    def outer(self) -> Ints:
        """Where in `objecting` the coalitions of one player stand, and those of all but one."""
        size = self.sizes[self.objecting]
        return np.flatnonzero((size == 1) | (size == self.players - 1))

    @cached_property
    def objecting(self) -> Ints:
        """The coalitions that may object to a sharing: neither nobody nor all, and none that can do nothing."""
        return np.flatnonzero((self.sizes > 0) & (self.sizes < self.players) & np.isfinite(self.values))

    @cached_property
    def scale(self) -> float:
        """A power of two of about the size of the worths, to compute with numbers of about 1."""
        largest = float(np.abs(self.values[np.isfinite(self.values)]).max())
        return float(2.0 ** np.round(np.log2(largest))) if largest > 0 else 1.0

    def total(self, shares: Floats, coalitions: Ints) -> Floats:
        """What the players of each of some coalitions have together."""
        return np.asarray(self.members[coalitions] @ shares)

    def who(self, coalition: int) -> Coalition:
        """The players of a coalition by its row."""
        return tuple(np.flatnonzero(self.members[coalition]).tolist())


def game_of(worth: ArrayLike, kind: Kind, *, finite: bool = False) -> Game:
    """Check a game.

    Parameters
    ----------
    worth : array_like, shape (2 ** players,)
        Entry S is the worth, or the cost, of the players whose bits are set in S; entry 0 is 0.
    kind : {"value", "cost"}
    finite : bool
        Whether every coalition must be able to do something. Otherwise `inf` as a cost, or `-inf` as a value, is one
        that can do nothing of its own and so objects to nothing.

    Raises
    ------
    InputError
        If the length is no power of two, entry 0 is not 0, an entry is no number, or the players are too many.
    """
    faults = Faults("worth")
    if kind not in ("value", "cost"):
        faults.add(column="kind", found=kind, expected=Message("one of {choices}", choices=["value", "cost"]))
    try:
        array = np.array(worth, dtype=np.float64)
    except (TypeError, ValueError):
        faults.add(found=type(worth).__name__, expected=Message("numbers, one for each coalition"))
        faults.raise_if_any()
        raise
    count = array.size
    if array.ndim != 1 or count < 2 or count & (count - 1):
        expected = Message("2, 4, 8 ... entries, one for each coalition of the players, the empty one first")
        faults.add(found=Message("shape {shape}", shape=str(array.shape)), expected=expected)
    elif count > 1 << MOST_PLAYERS:
        faults.add(found=Message("{count} players", count=count.bit_length() - 1),
                   expected=Message("at most {count} players", count=MOST_PLAYERS))  # fmt: skip
    faults.raise_if_any()
    if array[0] != 0:
        faults.add(column="worth[0]", found=float(array[0]), expected=Message("0, as nobody is in it"))
    nothing = np.inf if kind == "cost" else -np.inf
    allowed = np.isfinite(array) | (array == nothing) & (not finite)
    allowed[-1] = np.isfinite(array[-1])
    for at in np.flatnonzero(~allowed)[:_MOST_SHOWN].tolist():
        faults.add(column=f"worth[{at}]", found=float(array[at]), expected=Message("a finite number"))
    faults.raise_if_any()
    sign = 1.0 if kind == "value" else -1.0
    return Game(members_of(np.arange(count), count.bit_length() - 1), sign * array, sign)


def one_each(faults: Faults, values: ArrayLike, players: int) -> Floats:
    """Check that there is one number a player, none of them NaN or infinite; zeros, with a fault noted, if not."""
    expected = Message("{count} finite numbers, one a player", count=players)
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        faults.add(found=type(values).__name__, expected=expected)
        return np.zeros(players)
    if array.shape != (players,):
        faults.add(found=Message("shape {shape}", shape=str(array.shape)), expected=expected)
    elif not np.isfinite(array).all():
        faults.add(found=array.tolist(), expected=expected)
    else:
        return array
    return np.zeros(players)


def members_of(coalitions: Ints, players: int) -> Mask:
    """Who is in each of some coalitions, shape (coalitions, players)."""
    return np.asarray((coalitions[:, None] >> np.arange(players)) & 1, dtype=bool)


def as_players(coalition: int) -> Coalition:
    """The players of a coalition.

    Examples
    --------
    >>> as_players(0b1101)
    (0, 2, 3)
    """
    return tuple(at for at in range(int(coalition).bit_length()) if coalition >> at & 1)


def as_coalition(players: Iterable[int]) -> int:
    """The coalition of some players.

    Examples
    --------
    >>> as_coalition([0, 2, 3])
    13
    """
    return sum(1 << player for player in set(players))
