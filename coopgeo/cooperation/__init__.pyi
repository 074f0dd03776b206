from .allocation import Allocation
from .between_chains import BetweenChains, share_between_chains
from .chosen_players import among, shares_with, support_for
from .duals import dual_sharing
from .equal_profits import equal_profit
from .games import as_coalition, as_players
from .nucleoli import nucleolus
from .players import Players, players_of
from .rules import proportional, tau
from .shapley_value import shapley
from .sharing import Sharing, market_eur_unit, share, with_sharing
from .stability import Core, Leaving, core, least_core, leaving
from .study_game import StudyGame, study_game
from .subgames import least_support, subgame, supported
from .work import share_of_created, work_of

__all__ = [
    "Allocation",
    "BetweenChains",
    "Core",
    "Leaving",
    "Players",
    "Sharing",
    "StudyGame",
    "among",
    "as_coalition",
    "as_players",
    "core",
    "dual_sharing",
    "equal_profit",
    "least_core",
    "least_support",
    "leaving",
    "market_eur_unit",
    "nucleolus",
    "players_of",
    "proportional",
    "shapley",
    "share",
    "share_between_chains",
    "share_of_created",
    "shares_with",
    "study_game",
    "subgame",
    "support_for",
    "supported",
    "tau",
    "with_sharing",
    "work_of",
]
