"""coopgeo: plan local supply chains on real roads.

>>> import coopgeo
>>> study = coopgeo.open_study("data/raw")
>>> outcome = coopgeo.run(study, alternatives=0)
>>> outcome.objective.status
'optimal'
"""

from importlib.metadata import version

from coopgeo.errors import CoopgeoError, InfeasibleError, InputError, NoPathError
from coopgeo.outcome import Outcome
from coopgeo.plan import run
from coopgeo.reading import open_study
from coopgeo.study import Chain, Study

__version__ = version("coopgeo")
__all__ = ["Chain", "CoopgeoError", "InfeasibleError", "InputError", "NoPathError", "Outcome", "Study", "open_study", "run"]
