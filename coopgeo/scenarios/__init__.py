"""How sure an answer is: the same job under other assumptions, roads and markets, and over several periods.

What is named in `__init__.pyi` is imported when it is first asked for: a run without draws needs no statistics.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
