from . import catchments, maps, roads, rounds, scenarios, siting, text, travel
from .catchments import locate
from .chain import costs, demand, supply, wood
from .errors import CoopgeoError, InfeasibleError, InputError, NoPathError
from .plan.outcome import Outcome
from .plan.run import run
from .study import Chain, Study, open_study

__version__: str
__all__ = [
    "Chain",
    "CoopgeoError",
    "InfeasibleError",
    "InputError",
    "NoPathError",
    "Outcome",
    "Study",
    "catchments",
    "costs",
    "demand",
    "locate",
    "maps",
    "open_study",
    "roads",
    "rounds",
    "run",
    "scenarios",
    "siting",
    "supply",
    "text",
    "travel",
    "wood",
]
