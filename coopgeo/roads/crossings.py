"""The known bridges and ferries of a river in a file of real roads: their tolls, limits and waits hold there too."""

import geopandas as gpd
import numpy as np
import shapely

from coopgeo.roads.tags import FERRY
from coopgeo.roads.vehicles import completed

NEAR_M = 1_500.0  # bridgeheads and landings of the tables are placed to about 300 m, and rivers are drawn roughly


def with_crossings(edges: gpd.GeoDataFrame, crossings: gpd.GeoDataFrame, barrier: shapely.Geometry) -> gpd.GeoDataFrame:
    """Name the edges that pass the river after the crossing they lie at, and give them what the tables know of it.

    Parameters
    ----------
    edges : GeoDataFrame
        Of a road file, before any vehicle; bridges are told by the column `bridge`.
    crossings : GeoDataFrame
        Lines from bank to bank, in the CRS of the edges; columns `crossing` (id), `highway`, `name`, `toll_eur`,
        `max_weight_t`, `fixed_time_s`.
    barrier : shapely geometry
        The river.

    Returns
    -------
    GeoDataFrame
        The same edges; where one passes the river within 1.5 km of a crossing of its kind (ferry or bridge), it has
        that crossing's id, toll and wait, and the stricter of the two weight limits.
    """
    edges = completed(edges)
    ferry = (edges["highway"] == FERRY).to_numpy()
    bridge = edges["bridge"].to_numpy(bool) if "bridge" in edges else np.zeros(len(edges), dtype=bool)
    over = np.flatnonzero((ferry | bridge) & shapely.intersects(edges.geometry.to_numpy(), barrier))
    if not len(over) or crossings.empty:
        return edges
    away_m = shapely.distance(edges.geometry.to_numpy()[over][:, None], crossings.geometry.to_numpy())
    same_kind = ferry[over][:, None] == (crossings["highway"] == FERRY).to_numpy()
    away_m = np.where(same_kind, away_m, np.inf)
    near = away_m.min(axis=1) <= NEAR_M
    at, known = edges.index[over[near]], crossings.iloc[away_m.argmin(axis=1)[near]]
    for column in ("crossing", "name", "toll_eur"):
        edges.loc[at, column] = known[column].to_numpy()
    edges.loc[at, "tolled_over_t"] = np.inf  # the tariff is known
    edges.loc[at, "max_weight_t"] = np.fmin(
        edges.loc[at, "max_weight_t"].to_numpy(float), known["max_weight_t"].to_numpy(float)
    )
    edges.loc[at, "fixed_time_s"] = np.fmax(
        edges.loc[at, "fixed_time_s"].to_numpy(float), known["fixed_time_s"].to_numpy(float)
    )
    return edges
