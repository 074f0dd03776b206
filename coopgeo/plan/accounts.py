"""The accounts of a placement: money, mass, energy, CO2, jobs and lorries; array arithmetic, nothing drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from coopgeo import siting
from coopgeo.arrays import Floats, Ints
from coopgeo.chain.material import Co2, as_received
from coopgeo.chain.outlets import WASTE
from coopgeo.chain.platforms import EXISTING
from coopgeo.chain.straight import BOUGHT
from coopgeo.plan.placement import Placement
from coopgeo.plan.problems import support_eur_t
from coopgeo.plan.rounds_made import RoundsMade, rounds_made
from coopgeo.plan.shipped import Shipped, shipped
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.siting import Solution

STAGES = ("roadside", "inbound", "platform", "outbound")
HAULS = ("inbound", "outbound", "direct")


@dataclass(frozen=True)
class Cost:
    """Cost of what is delivered: per tonne, per unit of the chain, and € a year by stage.

    Stages: those of `STAGES`; where goods go straight, "direct" (their haulage); where they are bought outside,
    "bought" (their price); where customers may be left unserved, "unserved" (the price of that), no part of the cost
    per tonne. Where supply pushes: "sales" (what outlets pay, below 0), "waste", "support" (below 0).
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
    """Full-time equivalents of the whole chain, customers left out; `elsewhere_fte` those at plants of others."""

    fte_low: float
    fte_high: float
    insertion_fte: float
    elsewhere_fte: float = 0.0


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
    rounds : tuple of RoundsMade
        The rounds of legs that are driven so; their hauls then tell what comes from where, not how it is driven.
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
    rounds: tuple[RoundsMade, ...]
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
    material, flows = placement.material, shipped(placement, solution)
    made = () if placement.measure == "estimate" else rounds_made(placement, flows, solution)
    hauls = _inbound(placement, flows), _outbound(placement, flows), _direct(placement, flows)
    arrived = as_received(1.0, placement.sources["tare"].to_numpy())
    tonnes_in = np.asarray(flows.into.T @ arrived).ravel()[solution.sites]
    out = np.asarray(flows.out.sum(axis=1)).ravel()[solution.sites]
    tonnes_out = as_received(out, material.delivered_tare)
    delivered = _delivered(placement, flows, solution)
    cost = _cost(placement, flows, solution, delivered, made)
    litres = _diesel_l(placement, flows, hauls, made)
    return Accounts(
        inbound=hauls[0],
        outbound=hauls[1],
        direct=hauls[2],
        rounds=made,
        sites=placement.options["site"].to_numpy(object)[solution.sites],
        tonnes_in=tonnes_in,
        tonnes_out=tonnes_out,
        units=tonnes_out * material.units_per_t(material.delivered_tare),
        delivered=delivered,
        cost=cost,
        co2=material.co2(litres, delivered.units, placement.demand, delivered.served),
        jobs=_jobs(placement, solution, tonnes_in, float(tonnes_out.sum()) + _own_direct_t(placement, hauls[2])),
    )


def _delivered(placement: Placement, flows: Shipped, solution: Solution) -> Delivered:
    """What the customers get: all that they want, less what is left unmet; or all that is collected."""
    wanted = placement.demand
    if placement.outlets is not None:
        tare = placement.sources["tare"].to_numpy(float)
        tonnes = float(as_received(placement.sources["kept_t"].to_numpy(float), tare).sum())
        return Delivered(placement.wanted_units, tonnes, np.zeros(len(wanted)), np.ones(len(wanted)))
    unmet = np.zeros(len(wanted)) if solution.unmet is None else solution.unmet
    share = 1 - np.divide(unmet, wanted["kept_t"], out=np.zeros(len(wanted)), where=wanted["kept_t"].to_numpy() > 0)
    direct_t = 0.0
    if flows.direct is not None:
        _, _, kept_t, tare = straight_flows(placement, flows.direct)
        direct_t = float(as_received(kept_t, tare).sum())
    platform_t = float(as_received(flows.out.sum(), placement.material.delivered_tare))
    return Delivered(
        units=float(wanted["wanted_units"] @ share),
        tonnes=platform_t + direct_t,
        unserved_units=wanted["wanted_units"].to_numpy() * (1 - share),
        served=np.asarray(share, dtype=np.float64),
    )


def _inbound(placement: Placement, flows: Shipped) -> Haul:
    ways, come, into = placement.ways, placement.sources, flows.into.tocoo()
    point = ways.points.get_indexer(come["point"])[into.row]
    site = ways.sites.get_indexer(placement.options["site"])[into.col]
    haulage_eur = into.data * placement.hauls.inbound[into.row, into.col]
    tare = come["tare"].to_numpy()[into.row]
    ends = (ways.points, point), (ways.sites, site)
    vehicles = [placement.truck] * len(into.data)
    return _haul(placement, ends, ways.inbound, (into.data, tare, haulage_eur), vehicles)


def _outbound(placement: Placement, flows: Shipped) -> Haul:
    ways, out, eur = placement.ways, flows.out.tocoo(), placement.hauls.outbound
    site = ways.sites.get_indexer(placement.options["site"])[out.row]
    customer = ways.customers.get_indexer(placement.demand.index)[out.col]
    if placement.outlets is not None:  # a customer is reached alike with each output
        first = placement.outlets.drop_duplicates("customer").reset_index().set_index("customer")["index"]
        eur = eur[:, first.reindex(placement.demand.index, fill_value=0).to_numpy()]
    haulage_eur = out.data * eur[out.row, out.col]
    tare = np.full(len(out.data), placement.material.delivered_tare)
    ends = (ways.sites, site), (ways.customers, customer)
    vehicles = [placement.hauls.vehicles[at] for at in out.col]
    return _haul(placement, ends, ways.outbound, (out.data, tare, haulage_eur), vehicles)


def _direct(placement: Placement, flows: Shipped) -> Haul:
    ways, source, customer = placement.ways, np.zeros(0, int), np.zeros(0, int)
    kept_t = tare = haulage_eur = np.zeros(0)
    if flows.direct is not None:
        source, customer, kept_t, tare = straight_flows(placement, flows.direct)
        haulage_eur = flows.direct.tocoo().data * placement.hauls.direct[source, customer]
    places = ways.points.append(ways.suppliers)
    origin = places.get_indexer(placement.sources["point"])
    to = ways.customers.get_indexer(placement.demand.index)
    ends = (places, origin[source]), (ways.customers, to[customer])
    vehicles = [placement.hauls.vehicles[at] for at in customer]
    return _haul(placement, ends, ways.from_sources, (kept_t, tare, haulage_eur), vehicles)


def straight_flows(placement: Placement, direct: csr_array) -> tuple[Ints, Ints, Floats, Floats]:
    """Source, customer, kept tonnes on arrival and tare of each straight flow."""
    flow, come = direct.tocoo(), placement.sources
    kept, tare = (come[name].to_numpy()[flow.row] for name in ("direct_kept", "direct_tare"))
    return flow.row, flow.col, flow.data * kept, tare


def _own_direct_t(placement: Placement, direct: Haul) -> float:
    """Tonnes that go straight and were not bought outside."""
    bought = np.isin(direct.origin.astype(str), placement.ways.suppliers.astype(str))
    return float(direct.tonnes[~bought].sum())


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


def _cost(placement: Placement, flows: Shipped, solution: Solution, got: Delivered, made: Sequence[RoundsMade]) -> Cost:
    stages = _stages(placement, flows, solution, made)
    paid = sum(stages.values())
    unserved = placement.problem.unmet_cost if isinstance(placement.problem, siting.TwoStage) else None
    if unserved is not None and solution.unmet is not None:
        stages["unserved"] = float(np.where(solution.unmet > 0, unserved, 0.0) @ solution.unmet)
    return Cost(
        eur_per_t=paid / got.tonnes if got.tonnes else np.nan,
        eur_per_unit=paid / got.units if got.units else np.nan,
        stages_eur_year=stages,
    )


def _stages(placement: Placement, flows: Shipped, solution: Solution, made: Sequence[RoundsMade]) -> dict[str, float]:
    """What is paid a year, by stage."""
    come, options, hauls, material = placement.sources, placement.options, placement.hauls, placement.material
    price, own = come["roadside_eur_kept_t"].to_numpy(), (come["product"] != BOUGHT).to_numpy()
    leaving, handled = flows.leaving, as_received(flows.passing, material.delivered_tare)
    out, outbound = (flows.out if flows.sold is None else flows.sold), hauls.outbound
    haulage = {
        "inbound": float(flows.into.multiply(np.where(np.isfinite(hauls.inbound), hauls.inbound, 0)).sum()),
        "outbound": float(out.multiply(np.where(np.isfinite(outbound), outbound, 0)).sum()),
    }
    haulage |= _rounds_eur(placement, solution, haulage, made)
    opening = float(options["opening_eur_year"].to_numpy(float)[solution.sites].sum())
    stages = {
        "roadside": float(leaving[own] @ price[own]),
        "inbound": haulage["inbound"],
        "platform": opening + float(handled @ options["handling_eur_t"].to_numpy(float)),
        "outbound": haulage["outbound"],
    }
    if flows.direct is not None:
        haul = np.where(np.isfinite(hauls.direct), hauls.direct, 0.0)
        stages["direct"] = float(flows.direct.multiply(haul).sum())
    if not own.all():
        stages["bought"] = float(leaving[~own] @ price[~own])
    return stages | _sales(placement, flows)


def _rounds_eur(
    placement: Placement, solution: Solution, haulage: Mapping[str, float], made: Sequence[RoundsMade]
) -> dict[str, float]:
    """What legs driven in rounds cost: as planned, or else as the problem counts them."""
    if placement.measure == "bound" or not placement.rounds:
        return {leg: sum(one.eur_year for one in made if one.leg == leg) for leg in placement.rounds}
    extra = float((placement.problem.opening - placement.options["opening_eur_year"])[solution.sites].sum())
    leg = next(iter(placement.rounds))  # an estimate is told whole
    return {leg: haulage[leg] + extra}


def _sales(placement: Placement, flows: Shipped) -> dict[str, float]:
    """What outlets pay (below 0), what waste costs and what support gives (below 0), of a chain that pushes."""
    if placement.outlets is None or flows.sold is None:
        return {}
    sold, ends = np.asarray(flows.sold.sum(axis=0)).ravel(), placement.outlets
    eur, wasted = sold * ends["eur_t"].to_numpy(float), (ends["customer"] == WASTE).to_numpy()
    return {
        "sales": float(eur[~wasted].sum()),
        "waste": float(eur[wasted].sum()),
        "support": -support_eur_t(placement.chain) * float(sold.sum()),
    }


def _diesel_l(placement: Placement, flows: Shipped, hauls: Sequence[Haul], made: Sequence[RoundsMade]) -> float:
    """Litres that the whole chain burns a year."""
    parameters, vehicles, legs = placement.chain.parameters, placement.study.vehicles, {one.leg for one in made}
    driven = [haul for name, haul in zip(HAULS, hauls, strict=True) if name not in legs]
    driven_l = sum(
        float((haul.trips * haul.km) @ np.array([vehicles[name].diesel_l_km for name in haul.vehicle], dtype=float))
        for haul in driven
    )
    handled_t = float(as_received(flows.passing.sum(), placement.material.delivered_tare))
    return (
        float(flows.leaving @ placement.sources["diesel_l_kept_t"].to_numpy())
        + (2 - parameters.return_load_share.value) * driven_l
        + sum(one.km_year * vehicles[one.vehicle].diesel_l_km for one in made)
        + handled_t * parameters.loader_l_t.value
    )


def _jobs(placement: Placement, solution: Solution, tonnes_in: Floats, tonnes: float) -> Jobs:
    """Jobs of the chain for the tonnes that it delivers itself; those of plants of others are no jobs of the territory.

    Where `collection_fte_per_1000_t` is known, jobs are those of collection and of sorting on own platforms.
    """
    parameters = placement.chain.parameters
    per_thousand, collection = parameters.fte_per_1000_t, getattr(parameters, "collection_fte_per_1000_t", None)
    own = (placement.options["size"] != EXISTING).to_numpy()[solution.sites]
    if placement.outlets is not None:
        tonnes = float(tonnes_in[own].sum())
    collected = float(tonnes_in.sum()) / 1000 if collection else 0.0
    ends = [
        tonnes / 1000 * getattr(per_thousand, end) + collected * (getattr(collection, end) if collection else 0.0)
        for end in ("low", "value", "high")
    ]
    manual_fte = ends[1] * parameters.manual_work_share.value
    insertion = manual_fte * parameters.insertion_share.value / parameters.insertion_productivity.value
    elsewhere = float(tonnes_in[~own].sum()) / 1000 * per_thousand.value
    return Jobs(ends[0], ends[2], insertion, elsewhere)
