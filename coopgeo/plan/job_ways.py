"""The ways of a job: everything that its roads tell, computed once a network; prices and quantities come after."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.chain.collection import CollectionWays, collection_ways
from coopgeo.chain.resource import (
    CompetitorWays,
    ResourcePlaces,
    competitor_ways,
    lies_at_points,
    resource_places,
)
from coopgeo.chain.vehicles import LEGS, delivery_vehicles, leg_vehicle, rounds_of, truck_of, vehicles_of
from coopgeo.errors import Faults, InputError, Message
from coopgeo.plan.job import Job
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads.joining import joint_faults, road_numbers
from coopgeo.roads.ways import Places, Ways, ways_between
from coopgeo.study import Chain, Study


@dataclass(frozen=True, eq=False)
class JobWays:
    """Ways between the places of a chain, by the vehicles that drive there.

    Attributes
    ----------
    basis : mapping
        What they depend on: roads, vehicles, places; empty if they are known to fit.
    networks : mapping of str to RoadNetwork
        The roads as each vehicle of the chain sees them, with the changes asked for.
    resource : ResourcePlaces
        Where the products lie.
    competitors : CompetitorWays
    collection : mapping of str to CollectionWays
        By product.
    points, sites, customers : Index
        Ids in sorted order; all customers, served or not.
    inbound : Ways, shape (points, sites)
        As the haulage lorry drives.
    outbound, direct, bought : Ways, shapes (sites, customers), (points, customers), (suppliers, customers)
        As the vehicle drives that delivers to the customer.
    suppliers : Index
        Ids of the outside suppliers in sorted order.
    rounds : mapping of str to Ways
        By leg that is driven in rounds: ways among the sites and the stops, sites first.
    stops : mapping of str to Index
        By such a leg: ids of the points, or of all customers on the roads, whether they are served or not.
    planned : dict
        Rounds that were planned on these ways, by what they were planned for.
    """

    basis: Mapping[str, object]
    networks: Mapping[str, RoadNetwork]
    resource: ResourcePlaces
    competitors: CompetitorWays
    collection: Mapping[str, CollectionWays]
    points: pd.Index
    sites: pd.Index
    customers: pd.Index
    inbound: Ways
    outbound: Ways
    direct: Ways
    bought: Ways
    suppliers: pd.Index
    rounds: Mapping[str, Ways] = field(default_factory=dict)
    stops: Mapping[str, pd.Index] = field(default_factory=dict)
    planned: dict[Any, Any] = field(default_factory=dict, repr=False)

    def straight(self, sources: pd.DataFrame) -> Ways:
        """The straight ways to all customers from each row of `chain.straight.sources`."""
        return self.from_sources.rows(self.points.append(self.suppliers).get_indexer(sources["point"]))

    @cached_property
    def from_sources(self) -> Ways:
        """`direct` above `bought`: shape (points + suppliers, customers)."""
        return Ways(*(np.vstack(parts) for parts in zip(self.direct.parts, self.bought.parts, strict=True)))

    def check(self, study: Study, chain: Chain, job: Job) -> None:
        """Refuse ways that were found for other roads, vehicles or places than those of a job; raises `InputError`."""
        if self.basis and (others := self.others(study, chain, job)):
            raise InputError(
                Message(
                    "ways: found those of other {others}; expected those of this job: prices and quantities "
                    "alone may differ; leave ways out to find them anew",
                    others=others,
                )
            )

    def others(self, study: Study, chain: Chain, job: Job) -> list[str]:
        """What they were found for that a job has otherwise: names of `basis`; none if they are the ways of the job."""
        basis = _basis(study, chain, job)
        return [name for name, value in basis.items() if self.basis[name] != value]

    def closed(self, study: Study, chain: Chain, job: Job, crossing: str) -> tuple[Job, "JobWays"]:
        """The same job when a crossing is closed as well, and its ways."""
        closed = [*job.road_changes.get("closed", ()), crossing]
        shut = replace(job, road_changes={**job.road_changes, "closed": closed}, alternatives=0, what_ifs=0)
        networks = {name: roads.with_changes(closed=[crossing]) for name, roads in self.networks.items()}
        return shut, ways_on(study, chain, shut, networks)


def networks_basis(study: Study, chain: Chain, job: Job) -> dict[str, object]:
    """What the networks of a job depend on, by name, before any change of the roads."""
    vehicles = {name: study.vehicles[name] for name in vehicles_of(study, chain)}
    return {
        "roads": job.roads,
        "road tables": id(study.road_tables) if job.roads is None or job.roads == "atlas" else None,
        "truck": truck_of(study, chain),
        "rounds": tuple(rounds_of(chain, leg) for leg in LEGS),
        "vehicles": {name: _driven(vehicle) for name, vehicle in vehicles.items()},
    }


def _basis(study: Study, chain: Chain, job: Job) -> dict[str, object]:
    """What the ways of a job depend on, by name; whatever else differs, they are the same."""
    products = sorted(chain.settings.products.items())
    points, plants = chain.collection_points, chain.competitors["customer"]
    return {
        **networks_basis(study, chain, job),
        "road_changes": {name: _comparable(change) for name, change in job.road_changes.items()},
        "communes": (_located(study.chefs_lieux), study.in_territory.tobytes()),
        "collection points": (_located(points), tuple(points["accepts"]), _amounts_at_points(chain)),
        "candidate sites": _located(chain.candidate_sites),
        "customers": (_located(chain.customers.geometry), tuple(plants), tuple(delivery_vehicles(study, chain))),
        "suppliers": _located(chain.suppliers),
        "products": tuple((n, p.collected_by, p.brought_by, p.fate, lies_at_points(chain, p)) for n, p in products),
    }


def _amounts_at_points(chain: Chain) -> tuple[tuple[bool, ...], ...]:
    """Where each product that lies at collection points does so."""
    products = [product for _, product in sorted(chain.settings.products.items()) if lies_at_points(chain, product)]
    return tuple(tuple(chain.collection_points[product.basis] > 0) for product in products)


def _driven(vehicle: Vehicle) -> Vehicle:
    """A vehicle without what the choice of its ways does not depend on."""
    return replace(vehicle, name_fr="", name_en="", volume_m3=0.0, payload_t=0.0, load_unload_h=0.0, diesel_l_km=0.0,
                   cost_eur_km=0.0, cost_eur_h=0.0)  # fmt: skip


def _located(places: Places) -> tuple[tuple[str, ...], bytes, tuple[str, ...]]:
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    return tuple(places.index), xy.tobytes(), tuple(road_numbers(places))


def _comparable(change: object) -> object:
    return change.tobytes() if isinstance(change, np.ndarray) else change


def networks_of(study: Study, chain: Chain, job: Job) -> dict[str, RoadNetwork]:
    """The roads as each vehicle of a chain sees them; a file of roads is read once."""
    roads = None if job.roads is None else job.roads if isinstance(job.roads, RoadNetwork) else str(job.roads)
    base = _adopted(study, roads) if isinstance(roads, RoadNetwork) else study.roads(roads)
    networks = {}
    for name in vehicles_of(study, chain):
        seen = base if base.vehicle == study.vehicles[name] else base.seen_by(study.vehicles[name])
        networks[name] = seen.with_changes(**job.road_changes) if job.road_changes else seen
    return networks


def _adopted(study: Study, roads: RoadNetwork) -> RoadNetwork:
    """A network that was read elsewhere, in the CRS of the study and with its river as barrier."""
    study.check_area(roads)
    crs = study.settings.crs
    if roads.nodes.crs != crs:
        nodes, edges = roads.nodes.to_crs(crs), roads.edges.to_crs(crs)
        name, unread, cache = roads.name, roads.unread, roads.cache
        roads = RoadNetwork.for_vehicle(nodes, edges, roads.vehicle, name=name, unread=unread, cache=cache)
    if roads.barrier is None:
        roads = replace(roads, barrier=study.barrier)
    return roads


def ways_on(study: Study, chain: Chain, job: Job, networks: Mapping[str, RoadNetwork]) -> JobWays:
    """Find all ways of a chain on its networks.

    Raises
    ------
    InputError
        If a place lies too far from the roads; lists every such place of every table.
    """
    truck = networks[truck_of(study, chain)]
    _check_on_roads(study, chain, truck)
    points, sites = (table.sort_index() for table in (chain.collection_points, chain.candidate_sites))
    customers, suppliers = (table.sort_index() for table in (chain.customers, chain.suppliers))

    rounds = {
        leg: (network := networks[leg_vehicle(study, chain, leg)], _on(network, stops))
        for leg, stops in (("inbound", points), ("outbound", customers))
        if rounds_of(chain, leg)
    }

    def deliveries(origins: Places) -> Ways:
        return _deliveries(study, chain, networks, origins, customers)

    return JobWays(
        basis=_basis(study, chain, job),
        networks=networks,
        resource=resource_places(study, chain),
        competitors=competitor_ways(study, chain, truck),
        collection=collection_ways(study, chain, networks),
        points=points.index,
        sites=sites.index,
        customers=customers.index,
        inbound=ways_between(networks[leg_vehicle(study, chain, "inbound")], points, sites),
        outbound=deliveries(sites),
        direct=deliveries(points),
        bought=deliveries(suppliers),
        suppliers=suppliers.index,
        rounds={leg: _among(network, sites, stops) for leg, (network, stops) in rounds.items()},
        stops={leg: stops.index for leg, (_, stops) in rounds.items()},
    )


def _on(roads: RoadNetwork, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The places that the roads reach."""
    return places[~places.index.isin(roads.off_road(places).index)]


def _among(roads: RoadNetwork, sites: gpd.GeoDataFrame, stops: gpd.GeoDataFrame) -> Ways:
    """The ways among the sites and the stops of their rounds, sites first."""
    places = pd.concat([sites.geometry, stops.geometry])
    return ways_between(roads, places, places)


def _deliveries(
    study: Study,
    chain: Chain,
    networks: Mapping[str, RoadNetwork],
    origins: Places,
    customers: Places,
) -> Ways:
    """The ways to all customers, each by the vehicle that delivers there; none where a place lies off the roads."""
    found = Ways(*(np.full((len(origins), len(customers)), np.inf) for _ in range(3)))
    by = delivery_vehicles(study, chain)
    for name in np.unique(by.astype(str)):
        roads = networks[name]
        row = np.flatnonzero(~origins.index.isin(roads.off_road(origins).index))
        column = np.flatnonzero((by == name) & ~customers.index.isin(roads.off_road(customers).index))
        if len(row) and len(column):
            part = ways_between(roads, origins.iloc[row], customers.iloc[column])
            for whole, own in zip(found.parts, part.parts, strict=True):
                whole[np.ix_(row, column)] = own
    return found


def _check_on_roads(study: Study, chain: Chain, roads: RoadNetwork) -> None:
    """Refuse places that the roads do not reach, all tables at once."""
    tables: dict[str, Places] = {
        "territory/communes.csv": study.chefs_lieux[study.in_territory],
        "collection_points.csv": chain.collection_points,
        "candidate_sites.csv": chain.candidate_sites,
        "customers.csv": chain.served().geometry,
    }
    faults = Faults(roads.name)
    for name, places in tables.items():
        faults.extend(joint_faults(roads, places, name=name))
    faults.raise_if_any()
