"""Catchments: which facility serves which place, and how far one gets from it on the roads."""

from coopgeo.catchments.allocation import allocate
from coopgeo.catchments.areas import reached_edges, service_areas

__all__ = ["allocate", "reached_edges", "service_areas"]
