"""The map that leaves the building: one HTML file that needs no internet."""

from coopgeo.maps.offline import write_map
from coopgeo.maps.page import folium_map, ground_map

__all__ = ["folium_map", "ground_map", "write_map"]
