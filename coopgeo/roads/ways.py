"""Ways between places: what roads alone tell of them, apart from every price."""

from dataclasses import dataclass
from typing import TypeAlias

import geopandas as gpd
import numpy as np

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.roads.network import RoadNetwork
from coopgeo.roads.vehicles import Vehicle

Places: TypeAlias = gpd.GeoSeries | gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways of one vehicle between places: one way each.

    Which way is taken is decided by what it costs the vehicle as the network knows it (weight `cost_eur`); other prices
    then apply to the same way.

    Attributes
    ----------
    length_m, time_s, toll_eur : ndarray of float
        All of one shape, such as (origins, destinations); `inf` where no open road leads.
    """

    length_m: Floats
    time_s: Floats
    toll_eur: Floats

    @property
    def parts(self) -> tuple[Floats, Floats, Floats]:
        """Length, time and toll."""
        return self.length_m, self.time_s, self.toll_eur

    def columns(self, which: Mask | Ints) -> "Ways":
        """The ways to some of the destinations, or to each that is numbered."""
        return Ways(*(part[:, which] for part in self.parts))

    def rows(self, which: Ints) -> "Ways":
        """The ways from some of the origins, in any order, also more than once."""
        return Ways(*(part[which] for part in self.parts))

    def cost_eur(self, vehicle: Vehicle) -> Floats:
        """What each way costs a vehicle, driven once, € (shape of the ways)."""
        return vehicle.one_way_eur(self.length_m, self.time_s, self.toll_eur)


def ways_between(roads: RoadNetwork, origins: Places, destinations: Places) -> Ways:
    """Every way from one of the origins to one of the destinations, for the vehicle of a network.

    Parameters
    ----------
    roads : RoadNetwork
    origins, destinations : GeoSeries or GeoDataFrame
        Points in any CRS, as `RoadNetwork.joints` takes them, I and J of them.

    Returns
    -------
    Ways
        Of shape (I, J).
    """
    shape = len(origins), len(destinations)
    row, column = (index.ravel() for index in np.indices(shape))
    pairs = ways_of_pairs(roads, origins.iloc[row], destinations.iloc[column])
    return Ways(*(part.reshape(shape) for part in pairs.parts))


def ways_of_pairs(roads: RoadNetwork, origins: Places, destinations: Places) -> Ways:
    """The way from each origin to the destination in the same row, for the vehicle of a network.

    Parameters
    ----------
    roads : RoadNetwork
    origins, destinations : GeoSeries or GeoDataFrame
        Points in any CRS, as `RoadNetwork.joints` takes them, N of each.

    Returns
    -------
    Ways
        Of shape (N,).
    """
    paths = roads.paths(origins, destinations, "cost_eur")
    return Ways(paths.length_m, paths.time_s, paths.total("toll_due_eur"))
