"""The ways of a job: everything that its roads tell, computed once a network; prices and quantities come after."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.chain.collection import CollectionWays, collecting_vehicle, collection_ways
from coopgeo.chain.resource import CompetitorWays, WoodPlaces, competitor_ways, wood_places
from coopgeo.errors import Faults
from coopgeo.plan.job import Job
from coopgeo.roads import RoadNetwork
from coopgeo.roads.snapping import note_off_road
from coopgeo.roads.ways import Ways, ways_between
from coopgeo.study import Chain, Study


@dataclass(frozen=True, eq=False)
class JobWays:
    """Ways between the places of a chain, by the vehicles that drive there.

    Attributes
    ----------
    networks : mapping of str to RoadNetwork
        The roads as each vehicle of the chain sees them, with the changes asked for.
    wood : WoodPlaces
        Where the wood lies.
    competitors : CompetitorWays
    collection : mapping of str to CollectionWays
        By product.
    points, sites, customers : Index
        Ids in sorted order; all customers, served or not.
    inbound : Ways, shape (points, sites)
        As the haulage lorry drives.
    outbound : Ways, shape (sites, customers)
    """

    networks: Mapping[str, RoadNetwork]
    wood: WoodPlaces
    competitors: CompetitorWays
    collection: Mapping[str, CollectionWays]
    points: pd.Index
    sites: pd.Index
    customers: pd.Index
    inbound: Ways
    outbound: Ways

    def closed(self, study: Study, chain: Chain, crossing: str) -> "JobWays":
        """The ways of the same job when a crossing is closed as well."""
        return ways_on(
            study, chain, {name: roads.with_changes(closed=[crossing]) for name, roads in self.networks.items()}
        )


def networks_of(study: Study, chain: Chain, job: Job) -> dict[str, RoadNetwork]:
    """The roads as each vehicle of a chain sees them; a file of roads is read once."""
    products = chain.settings.products.values()
    vehicles = {study.settings.truck, *(collecting_vehicle(study, product) for product in products)}
    base = (
        job.roads if isinstance(job.roads, RoadNetwork) else study.roads(None if job.roads is None else str(job.roads))
    )
    networks = {}
    for name in sorted(vehicles):
        seen = base if base.vehicle == study.vehicles[name] else base.seen_by(study.vehicles[name])
        networks[name] = seen.with_changes(**job.road_changes) if job.road_changes else seen
    return networks


def ways_on(study: Study, chain: Chain, networks: Mapping[str, RoadNetwork]) -> JobWays:
    """Find all ways of a chain on its networks.

    Raises
    ------
    InputError
        If a place lies too far from the roads; lists every such place of every table.
    """
    truck = networks[study.settings.truck]
    _check_on_roads(study, chain, truck)
    points, sites = (table.geometry.sort_index() for table in (chain.collection_points, chain.candidate_sites))
    customers = chain.customers.geometry.sort_index()
    on_roads = ~customers.index.isin(truck.off_road(customers).index)
    served = ways_between(truck, sites, customers[on_roads])
    outbound = Ways(*(np.full((len(sites), len(customers)), np.inf) for _ in range(3)))
    for whole, part in zip(outbound.parts, served.parts, strict=True):
        whole[:, on_roads] = part
    return JobWays(
        networks=networks,
        wood=wood_places(study, chain),
        competitors=competitor_ways(study, chain, truck),
        collection=collection_ways(study, chain, networks),
        points=points.index,
        sites=sites.index,
        customers=customers.index,
        inbound=ways_between(truck, points, sites),
        outbound=outbound,
    )


def _check_on_roads(study: Study, chain: Chain, roads: RoadNetwork, max_snap_m: float = 10_000.0) -> None:
    """Refuse places that the roads do not reach, all tables at once."""
    tables: dict[str, gpd.GeoSeries] = {
        "territory/communes.csv": study.chefs_lieux[study.in_territory],
        "collection_points.csv": chain.collection_points.geometry,
        "candidate_sites.csv": chain.candidate_sites.geometry,
        "customers.csv": chain.served().geometry,
    }
    faults = Faults(roads.name)
    for name, places in tables.items():
        part = Faults(name)
        for label, metres in roads.off_road(places, max_snap_m=max_snap_m).items():
            note_off_road(part, str(label), metres, max_snap_m)
        faults.extend(part)
    faults.raise_if_any()
