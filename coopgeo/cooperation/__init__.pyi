from .allocation import Allocation
from .duals import dual_sharing
from .equal_profits import equal_profit
from .games import as_coalition, as_players
from .nucleoli import nucleolus
from .players import Players, players_of
from .rules import proportional, tau
from .shapley_value import shapley
from .sharing import Sharing, share, with_sharing
from .stability import Core, Leaving, core, least_core, leaving
from .study_game import StudyGame, study_game
from .work import share_of_created, work_of

__all__ = [
    "Allocation",
    "Core",
    "Leaving",
    "Players",
    "Sharing",
    "StudyGame",
    "as_coalition",
    "as_players",
    "core",
    "dual_sharing",
    "equal_profit",
    "least_core",
    "leaving",
    "nucleolus",
    "players_of",
    "proportional",
    "shapley",
    "share",
    "share_of_created",
    "study_game",
    "tau",
    "with_sharing",
    "work_of",
]
