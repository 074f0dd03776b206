"""The accounts of a placement: money, mass, energy, CO2, jobs and lorries; array arithmetic, nothing drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats, Ints
from coopgeo.chain.costs import co2_per_useful_mwh
from coopgeo.chain.haulage import load
from coopgeo.chain.wood import energy_content, wet_mass
from coopgeo.plan.placement import Placement
from coopgeo.roads.ways import Ways
from coopgeo.siting import Solution

STAGES = ("roadside", "inbound", "platform", "outbound")


@dataclass(frozen=True)
class Cost:
    """Cost of the wood delivered: per tonne, per MWh (lower heating value), and € a year by stage."""

    eur_per_t: float
    eur_per_mwh: float
    stages_eur_year: Mapping[str, float]


@dataclass(frozen=True)
class Co2:
    """Greenhouse gas, counted up from the diesel of the chain, and by the standard factor; never their sum."""

    kg_per_mwh: float
    avoided_t_year: float
    standard_kg_per_mwh: float
    standard_avoided_t_year: float


@dataclass(frozen=True)
class Jobs:
    """Full-time equivalents of the whole chain, boilers left out."""

    fte_low: float
    fte_high: float
    insertion_fte: float


@dataclass(frozen=True, eq=False)
class Haul:
    """What is hauled between the places of one stage, F flows.

    Attributes
    ----------
    origin, destination : ndarray of object, shape (F,)
        Ids, in the order of their pairs.
    dry_t, tonnes, trips, haulage_eur, km, minutes : ndarray, shape (F,)
        A year; `tonnes` as hauled, `km` and `minutes` of one way.
    """

    origin: np.ndarray
    destination: np.ndarray
    dry_t: Floats
    tonnes: Floats
    trips: Floats
    haulage_eur: Floats
    km: Floats
    minutes: Floats


@dataclass(frozen=True, eq=False)
class Accounts:
    """The figures of one choice of sites and flows.

    Attributes
    ----------
    inbound, outbound : Haul
        To the platforms, and to the customers.
    sites : ndarray of object
        Ids of the platforms, in sorted order.
    tonnes_in, tonnes_out : ndarray, shape (platforms,)
        As received and as delivered, a year.
    energy_mwh : ndarray, shape (platforms,)
        Lower heating value of what goes out, a year.
    cost : Cost
    co2 : Co2
    jobs : Jobs
    """

    inbound: Haul
    outbound: Haul
    sites: np.ndarray
    tonnes_in: Floats
    tonnes_out: Floats
    energy_mwh: Floats
    cost: Cost
    co2: Co2
    jobs: Jobs

    @cached_property
    def flows(self) -> pd.DataFrame:
        """All flows: `stage`, `origin`, `destination`, `tonnes`, `dry_t`, `trips`, `haulage_eur`, `minutes`, `km`."""
        columns = ("origin", "destination", "tonnes", "dry_t", "trips", "haulage_eur", "minutes", "km")
        stages = {"inbound": self.inbound, "outbound": self.outbound}
        parts = [
            pd.DataFrame({"stage": stage, **{name: getattr(haul, name) for name in columns}})
            for stage, haul in stages.items()
        ]
        return pd.concat(parts, ignore_index=True)


def accounts(placement: Placement, solution: Solution) -> Accounts:
    """Draw up the accounts of a solution of `placement.problem`."""
    parameters, lots = placement.chain.parameters, placement.collection.lots
    into, out = solution.flows
    delivered = parameters.delivered_moisture.value
    inbound, outbound = _inbound(placement, solution), _outbound(placement, solution)
    arrived = np.asarray(into.T @ wet_mass(1.0, lots["moisture"].to_numpy())).ravel()[solution.sites]
    tonnes_out = wet_mass(np.asarray(out.sum(axis=1)).ravel()[solution.sites], delivered)
    return Accounts(
        inbound=inbound,
        outbound=outbound,
        sites=placement.options["site"].to_numpy(object)[solution.sites],
        tonnes_in=arrived,
        tonnes_out=tonnes_out,
        energy_mwh=tonnes_out * energy_content(delivered, dry_mj_kg=parameters.dry_mj_kg.value),
        cost=_cost(placement, solution),
        co2=_co2(placement, solution, inbound, outbound),
        jobs=_jobs(placement, float(tonnes_out.sum())),
    )


def _inbound(placement: Placement, solution: Solution) -> Haul:
    ways, lots, into = placement.ways, placement.collection.lots, solution.flows[0].tocoo()
    point = ways.points.get_indexer(lots["point"])[into.row]
    site = ways.sites.get_indexer(placement.options["site"])[into.col]
    haulage_eur = into.data * placement.inbound_haul[into.row, into.col]
    moisture = lots["moisture"].to_numpy()[into.row]
    ends = (ways.points, point), (ways.sites, site)
    return _haul(placement, ends, ways.inbound, into.data, moisture, haulage_eur)


def _outbound(placement: Placement, solution: Solution) -> Haul:
    ways, out = placement.ways, solution.flows[1].tocoo()
    site = ways.sites.get_indexer(placement.options["site"])[out.row]
    customer = ways.customers.get_indexer(placement.demand.index)[out.col]
    haulage_eur = out.data * placement.outbound_haul[out.row, out.col]
    moisture = np.full(len(out.data), placement.chain.parameters.delivered_moisture.value)
    ends = (ways.sites, site), (ways.customers, customer)
    return _haul(placement, ends, ways.outbound, out.data, moisture, haulage_eur)


def _haul(
    placement: Placement,
    ends: tuple[tuple[pd.Index, Ints], tuple[pd.Index, Ints]],
    ways: Ways,
    dry_t: Floats,
    moisture: Floats,
    haulage_eur: Floats,
) -> Haul:
    """Add up what is hauled between the same two places; `ends`: ids of the rows and columns of the ways, and which."""
    (origins, row), (destinations, column) = ends
    pair, flow = np.unique(row * len(destinations) + column, return_inverse=True)
    tonnes = wet_mass(dry_t, moisture)
    trips = tonnes / load(moisture, placement.truck, placement.chain.parameters)
    i, j = pair // len(destinations), pair % len(destinations)

    def summed(amount: Floats) -> Floats:
        return np.asarray(np.bincount(flow, amount, len(pair)), dtype=np.float64)

    return Haul(
        origin=origins.to_numpy(object)[i],
        destination=destinations.to_numpy(object)[j],
        dry_t=summed(dry_t),
        tonnes=summed(tonnes),
        trips=summed(trips),
        haulage_eur=summed(haulage_eur),
        km=ways.length_m[i, j] / 1000,
        minutes=ways.time_s[i, j] / 60,
    )


def _cost(placement: Placement, solution: Solution) -> Cost:
    into, out = solution.flows
    lots, parameters = placement.collection.lots, placement.chain.parameters
    tonnes = float(wet_mass(out.sum(), parameters.delivered_moisture.value))
    stages = {
        "roadside": float(into.sum(axis=1) @ lots["roadside_eur_dry_t"].to_numpy()),
        "inbound": float(into.multiply(placement.inbound_haul).sum()),
        "platform": float(placement.problem.opening[solution.sites].sum()) + tonnes * parameters.handling_eur_t.value,
        "outbound": float(out.multiply(placement.outbound_haul).sum()),
    }
    total, energy = sum(stages.values()), float(placement.demand["fuel_mwh"].sum())
    return Cost(eur_per_t=total / tonnes, eur_per_mwh=total / energy, stages_eur_year=stages)


def _co2(placement: Placement, solution: Solution, inbound: Haul, outbound: Haul) -> Co2:
    parameters = placement.chain.parameters
    into, out = solution.flows
    driven_km = (2 - parameters.return_load_share.value) * float(
        inbound.trips @ inbound.km + outbound.trips @ outbound.km
    )
    litres = (
        float(into.sum(axis=1) @ placement.collection.lots["diesel_l_dry_t"].to_numpy())
        + driven_km * placement.truck.diesel_l_km
        + float(wet_mass(out.sum(), parameters.delivered_moisture.value)) * parameters.loader_l_t.value
    )
    fuel, useful = float(placement.demand["fuel_mwh"].sum()), float(placement.demand["useful_mwh"].sum())
    kg = co2_per_useful_mwh(
        litres, fuel, useful, kg_l=parameters.diesel_kg_l.value, combustion_kg_mwh=parameters.combustion_kg_mwh.value
    )
    standard = parameters.wood_standard_kg_mwh.value * fuel / useful
    gas = parameters.gas_kg_mwh.value / parameters.gas_efficiency.value
    return Co2(kg, (gas - kg) * useful / 1000, standard, (gas - standard) * useful / 1000)


def _jobs(placement: Placement, tonnes_out: float) -> Jobs:
    parameters, thousand_t = placement.chain.parameters, tonnes_out / 1000
    per_thousand = parameters.fte_per_1000_t
    manual_fte = thousand_t * per_thousand.value * parameters.manual_work_share.value
    insertion = manual_fte * parameters.insertion_share.value / parameters.insertion_productivity.value
    return Jobs(thousand_t * per_thousand.low, thousand_t * per_thousand.high, insertion)
