"""What a chain means, one file a step: material, resource, collection, demand, platforms, curves, scores."""

from coopgeo.chain import collection as supply
from coopgeo.chain import costs, demand, wood

__all__ = ["costs", "demand", "supply", "wood"]
