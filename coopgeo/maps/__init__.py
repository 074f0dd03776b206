"""The map that leaves the building: one HTML file that needs no internet; the same in a notebook."""

from coopgeo.maps.basemap import ground_map
from coopgeo.maps.offline import outcome_map, write_map

__all__ = ["ground_map", "outcome_map", "write_map"]
