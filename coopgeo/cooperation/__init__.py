"""Who gains what by sharing: games on arrays, the game of a study, and what makes a sharing hold."""

from coopgeo.cooperation.allocation import Allocation
from coopgeo.cooperation.core import Core, Leaving, core, least_core, leaving
from coopgeo.cooperation.duals import dual_sharing
from coopgeo.cooperation.equal_profit import equal_profit
from coopgeo.cooperation.games import as_coalition, as_players
from coopgeo.cooperation.nucleolus import nucleolus
from coopgeo.cooperation.rules import proportional, tau
from coopgeo.cooperation.shapley import shapley

__all__ = [
    "Allocation",
    "Core",
    "Leaving",
    "as_coalition",
    "as_players",
    "core",
    "dual_sharing",
    "equal_profit",
    "least_core",
    "leaving",
    "nucleolus",
    "proportional",
    "shapley",
    "tau",
]
