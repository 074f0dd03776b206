"""Road networks: the embedded atlas, files of real roads, the vehicles that use them, and what one asks of them."""

from coopgeo.roads.files import read
from coopgeo.roads.network import RoadNetwork
from coopgeo.roads.vehicles import CAR, Vehicle

__all__ = ["CAR", "RoadNetwork", "Vehicle", "read"]
