"""The accounts of a placement: money, mass, energy, CO2, jobs and lorries; array arithmetic, nothing drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.chain.fuel import handling_eur_t
from coopgeo.chain.material import Co2, as_received
from coopgeo.chain.straight import BOUGHT
from coopgeo.plan.placement import Placement
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.siting import Solution

STAGES = ("roadside", "inbound", "platform", "outbound")


@dataclass(frozen=True)
class Cost:
    """Cost of what is delivered: per tonne, per unit of the chain, and € a year by stage.

    Stages: those of `STAGES`; where goods go straight, "direct" (their haulage); where they are bought outside,
    "bought" (their price); where customers may be left unserved, "unserved" (the price of that), no part of the cost
    per tonne.
    """

    eur_per_t: float
    eur_per_unit: float
    stages_eur_year: Mapping[str, float]

    @property
    def paid_eur_year(self) -> float:
        """What the chain pays a year: all stages but the price of leaving customers unserved, which nobody pays."""
        return sum(eur for name, eur in self.stages_eur_year.items() if name != "unserved")


@dataclass(frozen=True)
class Jobs:
    """Full-time equivalents of the whole chain, customers left out."""

    fte_low: float
    fte_high: float
    insertion_fte: float


@dataclass(frozen=True, eq=False)
class Haul:
    """What is hauled between the places of one stage, F flows.

    Attributes
    ----------
    origin, destination, vehicle : ndarray of object, shape (F,)
        Ids, in the order of the pairs of places.
    kept_t, tonnes, trips, haulage_eur, km, minutes : ndarray, shape (F,)
        A year; `tonnes` as hauled, `km` and `minutes` of one way.
    """

    origin: np.ndarray
    destination: np.ndarray
    vehicle: np.ndarray
    kept_t: Floats
    tonnes: Floats
    trips: Floats
    haulage_eur: Floats
    km: Floats
    minutes: Floats


@dataclass(frozen=True, eq=False)
class Delivered:
    """What the customers get in a year.

    Attributes
    ----------
    units : float
        Units of what the chain delivers.
    tonnes : float
        As delivered: from the platforms and straight.
    unserved_units : ndarray, shape (customers,)
        What each wants and does not get.
    served : ndarray, shape (customers,)
        Share that each gets of what it wants.
    """

    units: float
    tonnes: float
    unserved_units: Floats
    served: Floats


@dataclass(frozen=True, eq=False)
class Accounts:
    """The figures of one choice of sites and flows.

    Attributes
    ----------
    inbound, outbound, direct : Haul
        To the platforms, from them to the customers, and straight to the customers.
    sites : ndarray of object
        Ids of the platforms, in sorted order.
    tonnes_in, tonnes_out : ndarray, shape (platforms,)
        As received and as delivered, a year.
    units : ndarray, shape (platforms,)
        Units of the chain in what goes out, a year.
    delivered : Delivered
    cost : Cost
    co2 : Co2
    jobs : Jobs
    """

    inbound: Haul
    outbound: Haul
    direct: Haul
    sites: np.ndarray
    tonnes_in: Floats
    tonnes_out: Floats
    units: Floats
    delivered: Delivered
    cost: Cost
    co2: Co2
    jobs: Jobs

    @cached_property
    def flows(self) -> pd.DataFrame:
        """All flows: `stage`, `origin`, `destination`, `tonnes` ... as in `Haul`."""
        columns = ("origin", "destination", "vehicle", "tonnes", "kept_t", "trips", "haulage_eur", "minutes", "km")
        stages = {"inbound": self.inbound, "outbound": self.outbound, "direct": self.direct}
        parts = [
            pd.DataFrame({"stage": stage, **{name: getattr(haul, name) for name in columns}})
            for stage, haul in stages.items()
        ]
        return pd.concat(parts, ignore_index=True)


def accounts(placement: Placement, solution: Solution) -> Accounts:
    """Draw up the accounts of a solution of `placement.problem`."""
    material, (into, out) = placement.material, solution.flows[:2]
    delivered = material.delivered_tare
    inbound, outbound, direct = (
        _inbound(placement, solution),
        _outbound(placement, solution),
        _direct(placement, solution),
    )
    arrived = np.asarray(into.T @ as_received(1.0, placement.sources["tare"].to_numpy())).ravel()[solution.sites]
    tonnes_out = as_received(np.asarray(out.sum(axis=1)).ravel()[solution.sites], delivered)
    got = _delivered(placement, solution)
    return Accounts(
        inbound=inbound,
        outbound=outbound,
        direct=direct,
        sites=placement.options["site"].to_numpy(object)[solution.sites],
        tonnes_in=arrived,
        tonnes_out=tonnes_out,
        units=tonnes_out * material.units_per_t(delivered),
        delivered=got,
        cost=_cost(placement, solution, got),
        co2=_co2(placement, solution, got, (inbound, outbound, direct)),
        jobs=_jobs(placement, float(tonnes_out.sum()) + float(direct.tonnes[~_bought(placement, direct)].sum())),
    )


def _delivered(placement: Placement, solution: Solution) -> Delivered:
    """What the customers get: all that they want, less what is left unmet."""
    wanted = placement.demand
    unmet = np.zeros(len(wanted)) if solution.unmet is None else solution.unmet
    share = 1 - np.divide(unmet, wanted["kept_t"], out=np.zeros(len(wanted)), where=wanted["kept_t"].to_numpy() > 0)
    direct_t = 0.0
    if len(solution.flows) > 2:
        _, _, kept_t, tare = straight_flows(placement, solution)
        direct_t = float(as_received(kept_t, tare).sum())
    platform_t = float(as_received(solution.flows[1].sum(), placement.material.delivered_tare))
    return Delivered(
        units=float(wanted["wanted_units"] @ share),
        tonnes=platform_t + direct_t,
        unserved_units=wanted["wanted_units"].to_numpy() * (1 - share),
        served=np.asarray(share, dtype=np.float64),
    )


def _inbound(placement: Placement, solution: Solution) -> Haul:
    ways, come, into = placement.ways, placement.sources, solution.flows[0].tocoo()
    point = ways.points.get_indexer(come["point"])[into.row]
    site = ways.sites.get_indexer(placement.options["site"])[into.col]
    haulage_eur = into.data * placement.hauls.inbound[into.row, into.col]
    tare = come["tare"].to_numpy()[into.row]
    ends = (ways.points, point), (ways.sites, site)
    vehicles = [placement.truck] * len(into.data)
    return _haul(placement, ends, ways.inbound, (into.data, tare, haulage_eur), vehicles)


def _outbound(placement: Placement, solution: Solution) -> Haul:
    ways, out = placement.ways, solution.flows[1].tocoo()
    site = ways.sites.get_indexer(placement.options["site"])[out.row]
    customer = ways.customers.get_indexer(placement.demand.index)[out.col]
    haulage_eur = out.data * placement.hauls.outbound[out.row, out.col]
    tare = np.full(len(out.data), placement.material.delivered_tare)
    ends = (ways.sites, site), (ways.customers, customer)
    vehicles = [placement.hauls.vehicles[at] for at in out.col]
    return _haul(placement, ends, ways.outbound, (out.data, tare, haulage_eur), vehicles)


def _direct(placement: Placement, solution: Solution) -> Haul:
    ways, source, customer = placement.ways, np.zeros(0, int), np.zeros(0, int)
    kept_t = tare = haulage_eur = np.zeros(0)
    if len(solution.flows) > 2:
        source, customer, kept_t, tare = straight_flows(placement, solution)
        haulage_eur = solution.flows[2].tocoo().data * placement.hauls.direct[source, customer]
    places = ways.points.append(ways.suppliers)
    origin = places.get_indexer(placement.sources["point"])
    to = ways.customers.get_indexer(placement.demand.index)
    ends = (places, origin[source]), (ways.customers, to[customer])
    vehicles = [placement.hauls.vehicles[at] for at in customer]
    return _haul(placement, ends, ways.from_sources, (kept_t, tare, haulage_eur), vehicles)


def straight_flows(placement: Placement, solution: Solution) -> tuple[Ints, Ints, Floats, Floats]:
    """Source, customer, kept tonnes on arrival and tare of each straight flow."""
    direct, come = solution.flows[2].tocoo(), placement.sources
    kept, tare = (come[name].to_numpy()[direct.row] for name in ("direct_kept", "direct_tare"))
    return direct.row, direct.col, direct.data * kept, tare


def _bought(placement: Placement, haul: Haul) -> Mask:
    """Which hauls begin at an outside supplier."""
    return np.isin(haul.origin.astype(str), placement.ways.suppliers.astype(str))


def _haul(
    placement: Placement,
    ends: tuple[tuple[pd.Index, Ints], tuple[pd.Index, Ints]],
    ways: Ways,
    amounts: tuple[Floats, Floats, Floats],
    vehicles: Sequence[Vehicle],
) -> Haul:
    """Add up what is hauled between the same two places by the same vehicle.

    `ends`: ids of the rows and columns of the ways, and which; `amounts`: kept tonnes, tare and haulage (EUR).
    """
    (origins, row), (destinations, column), (kept_t, tare, haulage_eur) = *ends, amounts
    pair, flow = np.unique(row * len(destinations) + column, return_inverse=True)
    tonnes = as_received(kept_t, tare)
    loads = [placement.material.load_t(float(one), by) for one, by in zip(tare, vehicles, strict=True)]
    trips = tonnes / np.array(loads, dtype=np.float64)
    i, j = pair // len(destinations), pair % len(destinations)
    by = dict(zip(flow.tolist(), vehicles, strict=True))

    def summed(amount: Floats) -> Floats:
        return np.asarray(np.bincount(flow, amount, len(pair)), dtype=np.float64)

    return Haul(
        origin=origins.to_numpy(object)[i],
        destination=destinations.to_numpy(object)[j],
        vehicle=np.array([by[at].id for at in range(len(pair))], dtype=object),
        kept_t=summed(kept_t),
        tonnes=summed(tonnes),
        trips=summed(trips),
        haulage_eur=summed(haulage_eur),
        km=ways.length_m[i, j] / 1000,
        minutes=ways.time_s[i, j] / 60,
    )


def _cost(placement: Placement, solution: Solution, got: Delivered) -> Cost:
    into, out = solution.flows[:2]
    direct = solution.flows[2] if len(solution.flows) > 2 else None
    come, parameters = placement.sources, placement.chain.parameters
    price, own = come["roadside_eur_kept_t"].to_numpy(), (come["product"] != BOUGHT).to_numpy()
    shipped = np.asarray(into.sum(axis=1)).ravel()
    if direct is not None:
        shipped = shipped + np.asarray(direct.sum(axis=1)).ravel()
    handled_t = float(as_received(out.sum(), placement.material.delivered_tare))
    stages = {
        "roadside": float(shipped[own] @ price[own]),
        "inbound": float(
            into.multiply(np.where(np.isfinite(placement.hauls.inbound), placement.hauls.inbound, 0)).sum()
        ),
        "platform": float(placement.problem.opening[solution.sites].sum()) + handled_t * handling_eur_t(parameters),
        "outbound": float(out.multiply(placement.hauls.outbound).sum()),
    }
    if direct is not None:
        haul = np.where(np.isfinite(placement.hauls.direct), placement.hauls.direct, 0.0)
        stages["direct"] = float(direct.multiply(haul).sum())
    if not own.all():
        stages["bought"] = float(shipped[~own] @ price[~own])
    paid = sum(stages.values())
    unserved = placement.problem.unmet_cost
    if unserved is not None and solution.unmet is not None:
        stages["unserved"] = float(np.where(solution.unmet > 0, unserved, 0.0) @ solution.unmet)
    return Cost(
        eur_per_t=paid / got.tonnes if got.tonnes else np.nan,
        eur_per_unit=paid / got.units if got.units else np.nan,
        stages_eur_year=stages,
    )


def _co2(placement: Placement, solution: Solution, got: Delivered, hauls: Sequence[Haul]) -> Co2:
    parameters, vehicles = placement.chain.parameters, placement.study.vehicles
    into, out = solution.flows[:2]
    shipped = np.asarray(into.sum(axis=1)).ravel()
    if len(solution.flows) > 2:
        shipped = shipped + np.asarray(solution.flows[2].sum(axis=1)).ravel()
    driven_l = sum(
        float((haul.trips * haul.km) @ np.array([vehicles[name].diesel_l_km for name in haul.vehicle], dtype=float))
        for haul in hauls
    )
    litres = (
        float(shipped @ placement.sources["diesel_l_kept_t"].to_numpy())
        + (2 - parameters.return_load_share.value) * driven_l
        + float(as_received(out.sum(), placement.material.delivered_tare)) * parameters.loader_l_t.value
    )
    return placement.material.co2(litres, placement.demand, got.served)


def _jobs(placement: Placement, tonnes: float) -> Jobs:
    """Jobs of the chain for the tonnes that it delivers itself."""
    parameters, thousand_t = placement.chain.parameters, tonnes / 1000
    per_thousand = parameters.fte_per_1000_t
    manual_fte = thousand_t * per_thousand.value * parameters.manual_work_share.value
    insertion = manual_fte * parameters.insertion_share.value / parameters.insertion_productivity.value
    return Jobs(thousand_t * per_thousand.low, thousand_t * per_thousand.high, insertion)
