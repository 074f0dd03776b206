"""The map that leaves the building: one HTML file that needs no internet; the same in a notebook.

What is named in `__init__.pyi` is imported when it is first asked for: the page needs no folium.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
