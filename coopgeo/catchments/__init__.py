"""Catchments: which facility serves which place, how well, and how far one gets from it on the roads."""

from coopgeo.catchments.accessibility import accessibility, overlap
from coopgeo.catchments.allocation import allocate, summarise
from coopgeo.catchments.areas import reached_edges, service_areas
from coopgeo.catchments.locate import Located, locate

__all__ = ["Located", "accessibility", "allocate", "locate", "overlap", "reached_edges", "service_areas", "summarise"]
