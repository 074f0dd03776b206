"""Who gains what by sharing: games on arrays, the game of a study, and what makes a sharing hold."""

from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.core import Core, Leaving, core, least_core, leaving
from coopgeo.cooperation.duals import dual_sharing
from coopgeo.cooperation.equal_profit import equal_profit
from coopgeo.cooperation.games import as_coalition, as_players
from coopgeo.cooperation.nucleolus import nucleolus
from coopgeo.cooperation.players import Players, players_of
from coopgeo.cooperation.rules import proportional, tau
from coopgeo.cooperation.shapley import shapley
from coopgeo.cooperation.sharing import Sharing, share, with_sharing
from coopgeo.cooperation.study_game import StudyGame, study_game

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
    "study_game",
    "tau",
    "with_sharing",
]
