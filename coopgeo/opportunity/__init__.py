"""The opportunity study: every chain of a study side by side, and what speaks for starting it, waiting or stopping.

What is named in `__init__.pyi` is imported when it is first asked for: a run without draws needs no statistics.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
