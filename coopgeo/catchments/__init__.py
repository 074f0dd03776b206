"""Catchments: which facility serves which place, how well, and how far one gets from it on the roads."""

from coopgeo.catchments.accessibility import accessibility, overlap
from coopgeo.catchments.allocation import allocate, summarise
from coopgeo.catchments.areas import reached_edges, service_areas

__all__ = ["accessibility", "allocate", "overlap", "reached_edges", "service_areas", "summarise"]
