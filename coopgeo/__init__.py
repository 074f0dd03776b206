"""coopgeo: plan local supply chains on real roads.

>>> import coopgeo
>>> study = coopgeo.open_study()
>>> outcome = coopgeo.run(study, alternatives=0)
>>> outcome.objective.status
'optimal'

What is named in `__init__.pyi` is imported when it is first asked for, so that `coopgeo.siting`, which knows arrays
only, loads no geography.
"""

from importlib.metadata import version

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__version__ = version("coopgeo")
