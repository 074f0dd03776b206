"""How sure an answer is: the same job under other assumptions, roads and markets, and over several periods."""

from coopgeo.plan.turn import Turn
from coopgeo.scenarios.break_even import pays_from, turns, with_break_even
from coopgeo.scenarios.comparison import Case, Comparison, check_scenarios, compare
from coopgeo.scenarios.draws import Draws, draw, seconds_of, with_draws
from coopgeo.scenarios.prepared import Prepared

__all__ = [
    "Case",
    "Comparison",
    "Draws",
    "Prepared",
    "Turn",
    "check_scenarios",
    "compare",
    "draw",
    "pays_from",
    "seconds_of",
    "turns",
    "with_break_even",
    "with_draws",
]
