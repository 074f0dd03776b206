"""Who gains what by sharing: games on arrays, the game of a study, and what makes a sharing hold.

What is named in `__init__.pyi` is imported when it is first asked for: a run that shares nothing needs no statistics.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
