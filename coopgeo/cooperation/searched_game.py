"""The game of a study with more players than all coalitions can be worked out for: those that matter are."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from coopgeo.arrays import Floats, Mask
from coopgeo.cooperation.many_players import Asked, Sampled, Searched, sampled_shapley, searched_nucleolus
from coopgeo.cooperation.players import Players
from coopgeo.cooperation.study_game import Parts, StudyGame, Supply, pricing
from coopgeo.errors import Faults, InfeasibleError, InputError, Message
from coopgeo.plan.placement import Placement

MOST_PLAYERS = 60  # a coalition is a whole number of 64 bits
ORDERS, MOST_COALITIONS = 40, 3000


class SearchedGame(NamedTuple):
    """The coalitions that were worked out, and what follows from them.

    Attributes
    ----------
    game : StudyGame
    shapley : Sampled or None
        None where some coalition cannot be served.
    nucleolus : Searched
        NaN where a player cannot be served alone.
    """

    game: StudyGame
    shapley: Sampled | None
    nucleolus: Searched


def searched_game(
    placement: Placement,
    players: Players,
    supply: Supply = "shared",
    *,
    orders: int = ORDERS,
    most: int = MOST_COALITIONS,
    seed: int = 0,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> SearchedGame:
    """Work out the coalitions of the orders drawn for the Shapley value, then those that object most.

    Parameters
    ----------
    placement, players, supply, workers, on_progress
        As in `game_of_placement`.
    orders : int
        Orders of arrival for the Shapley value, an even number.
    most : int
        Coalitions that are worked out at most, those of the orders included, before the search is cut short.
    seed : int

    Raises
    ------
    InputError
        If there are more than 60 players.
    InfeasibleError
        If all together cannot be served.
    """
    if players.count > MOST_PLAYERS:
        faults = Faults("share")
        expected = Message("at most {count}", count=MOST_PLAYERS)
        faults.add(column="by", found=Message("{count} players", count=players.count), expected=expected)
        faults.raise_if_any()
    bounds: dict[bytes, float] = {}
    with pricing(Parts.of(placement, players, supply), workers) as price:

        def cost(members: Mask) -> Floats:
            bits = (members @ (1 << np.arange(players.count))).tolist()
            worth = [one for some in price(bits) for one in some]
            bounds.update((row.tobytes(), one.bound) for row, one in zip(members, worth, strict=True))
            if on_progress:
                on_progress(min(len(bounds), most), most)
            return np.array([one.value for one in worth])

        asked = Asked(cost, players.count)
        if not np.isfinite(asked(np.ones((1, players.count), dtype=bool))).all():
            raise InfeasibleError(Message("all players together cannot be served"))
        shapley, nucleolus = None, Searched(np.full(players.count, np.nan), settled=False)
        if np.isfinite(asked(np.eye(players.count, dtype=bool))).all():  # else no share is too much for somebody
            try:
                shapley = sampled_shapley(asked, orders, seed)
            except InputError:
                shapley = None
            nucleolus = searched_nucleolus(asked, most)
        game = asked.game()
    bound = np.array([bounds[row.tobytes()] for row in game.members])
    return SearchedGame(StudyGame(placement, players, supply, -game.values, bound, game.members), shapley, nucleolus)
