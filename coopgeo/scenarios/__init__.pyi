from .break_even import pays_from, turns, with_break_even
from .comparison import Case, Comparison, check_scenarios, compare
from .draws import Draws, draw, seconds_of, with_draws
from .prepared import Prepared

__all__ = [
    "Case",
    "Comparison",
    "Draws",
    "Prepared",
    "check_scenarios",
    "compare",
    "draw",
    "pays_from",
    "seconds_of",
    "turns",
    "with_break_even",
    "with_draws",
]
