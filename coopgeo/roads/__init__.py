"""Road networks: the embedded atlas, files of real roads, the vehicles that use them, and what one asks of them."""

from coopgeo.roads.files import read
from coopgeo.roads.network import RoadNetwork
from coopgeo.roads.paths import Paths
from coopgeo.roads.vehicles import CAR, Vehicle

__all__ = ["CAR", "Paths", "RoadNetwork", "Vehicle", "read"]
