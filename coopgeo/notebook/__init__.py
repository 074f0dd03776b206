"""What the notebooks share: the study that they read, controls, tables, charts and errors in plain words.

Needs the extra `lab`. What is named in `__init__.pyi` is imported when it is first asked for, so that the first cell of
a notebook answers at once.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
