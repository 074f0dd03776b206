"""Sharing among more players than all coalitions can be asked for.

The Shapley value comes from orders drawn at random, with its error; the nucleolus from the coalitions that object most.
What a coalition costs is asked of a function, and never twice. Nothing here is certified: a coalition that nobody asked
for may object. What is found to object does.

Sources: J. Castro, D. Gómez and J. Tejada, Polynomial calculation of the Shapley value based on sampling, Computers &
Operations Research 36 (2009), 1726-1730; rows added as they are broken: S. Engevall, M. Göthe-Lundgren and P. Värbrand,
The heterogeneous vehicle-routing game, Transportation Science 38 (2004), 71-85.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.cooperation.games import Game
from coopgeo.cooperation.nucleoli import nucleolus_of
from coopgeo.errors import Faults, InputError, Message

CostOf = Callable[[Mask], Floats]  # who is in each coalition, shape (coalitions, players), to what each costs
_MORE = 1e-9  # of what all pay: less than that is no more
_NO_SUM = 1e-6  # what is left of a coalition that is a sum of multiples of others


@dataclass(frozen=True, eq=False)
class Sampled:
    """A Shapley value from orders drawn at random.

    Attributes
    ----------
    shares : ndarray, shape (players,)
        Together what all cost.
    error : ndarray, shape (players,)
        Standard error of each.
    orders : int
        How many orders were drawn.
    """

    shares: Floats
    error: Floats
    orders: int


@dataclass(frozen=True, eq=False)
class Searched:
    """The nucleolus of the coalitions that were asked.

    Attributes
    ----------
    shares : ndarray, shape (players,)
    settled : bool
        Whether the search came to an end of its own: no coalition that it comes by is new.
    """

    shares: Floats
    settled: bool


class Asked:
    """What coalitions cost, asked of a function once each.

    Parameters
    ----------
    cost : callable
        From who is in each coalition, bool of shape (coalitions, players), to what each costs, shape (coalitions,).
    players : int

    Examples
    --------
    >>> asked = Asked(lambda members: members.any(axis=1) * 10.0 + members.sum(axis=1), 3)
    >>> asked(np.array([[True, False, True]])), len(asked)
    (array([12.]), 1)
    """

    def __init__(self, cost: CostOf, players: int) -> None:
        if players < 1:
            faults = Faults("players")
            faults.add(found=players, expected=Message("1 or more"))
            faults.raise_if_any()
        self.players = players
        self._cost, self._known = cost, {bytes(players): 0.0}

    def __len__(self) -> int:
        return len(self._known) - 1

    def __call__(self, members: Mask) -> Floats:
        """What some coalitions cost."""
        keys = [row.tobytes() for row in members]
        new = {key: row for key, row in zip(keys, members, strict=True) if key not in self._known}
        if new:
            costs = self._cost(np.array(list(new.values())))
            self._known.update(zip(new, np.asarray(costs, dtype=np.float64).tolist(), strict=True))
        return np.array([self._known[key] for key in keys])

    def game(self) -> Game:
        """Everybody, each player alone, and all coalitions that were asked."""
        self(np.vstack([np.eye(self.players, dtype=bool), np.ones((1, self.players), dtype=bool)]))
        everybody = np.ones(self.players, dtype=bool).tobytes()
        keys = sorted(key for key in self._known if key != everybody and any(key))
        members = np.array([np.frombuffer(key, dtype=bool) for key in [*keys, everybody]])
        values = -np.array([self._known[key] for key in [*keys, everybody]])
        return Game(members, values, -1.0)


def sampled_shapley(asked: Asked, orders: int = 100, seed: int = 0) -> Sampled:
    """The Shapley value from orders of arrival drawn at random, each with its reverse.

    Parameters
    ----------
    asked : Asked
        Every coalition must cost a finite sum.
    orders : int
        An even number; each asks for as many coalitions as there are players.
    seed : int
        The same seed gives the same orders.

    Raises
    ------
    InputError
        If a coalition cannot be served, or there are fewer than four orders.

    Examples
    --------
    Three firms share a runway; they need 12, 28 and 30 of it.

    >>> needs = np.array([12.0, 28.0, 30.0])
    >>> found = sampled_shapley(Asked(lambda members: (members * needs).max(axis=1), 3), 2000)
    >>> bool((abs(found.shares - [4, 12, 14]) < 4 * found.error).all()), float(found.shares.sum().round(6))
    (True, 30.0)
    """
    if orders < 4 or orders % 2:
        faults = Faults("sampled_shapley")
        faults.add(column="orders", found=orders, expected=Message("an even number, 4 or more"))
        faults.raise_if_any()
    rng, count = np.random.default_rng(seed), asked.players
    drawn = [rng.permutation(count) for _ in range(orders // 2)]
    both = [[order, order[::-1]] for order in drawn]
    asked(np.vstack([_arriving(order) for pair in both for order in pair]))
    pairs = np.array([np.mean([_added(asked, order) for order in pair], axis=0) for pair in both])
    if not np.isfinite(pairs).all():
        raise InputError(Message("some coalition cannot be served: no order of arrival has a mean"))
    return Sampled(pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)), orders)


def _arriving(order: Ints) -> Mask:
    """The first of an order, the first two, and so on to all."""
    members = np.zeros((len(order), len(order)), dtype=bool)
    members[:, order] = np.tri(len(order), dtype=bool)
    return members


def _added(asked: Asked, order: Ints) -> Floats:
    """What each player adds to those before it in an order."""
    added = np.empty(len(order))
    added[order] = np.diff(asked(_arriving(order)), prepend=0.0)
    return added


def searched_nucleolus(asked: Asked, most: int = 2000) -> Searched:
    """The nucleolus of the coalitions that object most, searched for from one sharing to the next.

    Each round begins from the coalitions that settle the sharing of the round before, from each player alone and from
    all but one, and climbs to neighbours (one player more, or less) that object more. It ends where all that it comes
    by is known.

    Parameters
    ----------
    asked : Asked
        Coalitions that were asked before, as by `sampled_shapley`, count too.
    most : int
        How many coalitions are asked at most.

    Raises
    ------
    InputError
        If a player can do nothing alone, or all together cost more than each alone.

    Examples
    --------
    >>> needs = np.array([12.0, 28.0, 30.0])
    >>> searched_nucleolus(Asked(lambda members: (members * needs).max(axis=1), 3)).shares.round(6)
    array([ 6., 11., 13.])
    """
    alone = np.eye(asked.players, dtype=bool)
    ends = np.vstack([alone, ~alone])
    while True:
        game = asked.game()
        shares = nucleolus_of(game).shares
        complaints = game.values[game.objecting] + game.total(shares, game.objecting)
        worst = game.members[game.objecting[np.argsort(-complaints, kind="stable")]]
        before = len(asked)
        _climb(asked, shares, np.vstack([worst[_independent(worst)], ends]), most)
        if len(asked) == before:
            return Searched(shares, settled=True)
        if len(asked) >= most:
            return Searched(nucleolus_of(asked.game()).shares, settled=False)


def _climb(asked: Asked, shares: Floats, members: Mask, most: int) -> None:
    """Ask for coalitions that object more than some: one player more or less, or all such changes that help at once."""
    steps = np.eye(asked.players, dtype=bool)
    while len(members) and len(asked) < most:
        here = members @ shares - asked(members)
        near = members[:, None, :] ^ steps
        there = near @ shares - asked(near.reshape(-1, asked.players)).reshape(len(members), -1)
        there = np.where(near.any(axis=2) & ~near.all(axis=2), there, -np.inf)
        helps = there > here[:, None] + _MORE * np.abs(shares).sum()
        climbing = helps.any(axis=1)
        best = near[climbing, there[climbing].argmax(axis=1)]
        jump = members[climbing] ^ helps[climbing]
        both = np.where(((jump @ shares - asked(jump)) > (best @ shares - asked(best)))[:, None], jump, best)
        members = np.unique(both[both.any(axis=1) & ~both.all(axis=1)], axis=0)


def _independent(members: Mask) -> Ints:
    """The first coalitions of some that settle what each player pays: none follows from those before it."""
    basis = np.zeros((0, members.shape[1]))
    chosen: list[int] = []
    for at, row in enumerate(members.astype(np.float64)):
        left = row - row @ basis.T @ basis
        left -= left @ basis.T @ basis
        if (size := np.linalg.norm(left)) > _NO_SUM:
            basis, chosen = np.vstack([basis, left / size]), [*chosen, at]
        if len(chosen) == members.shape[1]:
            break
    return np.array(chosen, dtype=np.intp)
