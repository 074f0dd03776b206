from . import catchments, costs, demand, maps, roads, siting, supply, text, travel, wood
from .errors import CoopgeoError, InfeasibleError, InputError, NoPathError
from .outcome import Outcome
from .plan import run
from .reading import open_study
from .study import Chain, Study

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
    "maps",
    "open_study",
    "roads",
    "run",
    "siting",
    "supply",
    "text",
    "travel",
    "wood",
]
