"""Road networks: the embedded atlas, the vehicles that use them, and what one asks of them."""

from coopgeo.roads.network import RoadNetwork
from coopgeo.roads.vehicles import Vehicle

__all__ = ["RoadNetwork", "Vehicle"]
