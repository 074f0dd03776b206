"""The problems of a placement as arrays: customers that pull, or a supply that pushes; costs of haulage and rounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.chain.fuel import at_fuel_price
from coopgeo.chain.haulage import haul_per_kept_tonne, haul_to_each
from coopgeo.chain.material import Material, as_received
from coopgeo.chain.materials import material_of
from coopgeo.chain.outlets import WASTE, outlets, output_shares
from coopgeo.chain.platforms import EXISTING
from coopgeo.chain.site_scores import excluded
from coopgeo.chain.straight import BOUGHT, straight_ways
from coopgeo.chain.vehicles import delivery_vehicles, leg_vehicle
from coopgeo.errors import Faults, InputError, Message, TooFewSitesError
from coopgeo.plan.job import MOST_PLATFORMS, Job
from coopgeo.plan.job_ways import JobWays
from coopgeo.plan.rounds import LegRounds, Measure
from coopgeo.roads import Vehicle
from coopgeo.study import Chain, Study
from coopgeo.study.chain_settings import PlainChain

UNSERVED = ("unserved_eur_unit", "unserved_eur_mwh")  # columns of customers: the first that a material has


@dataclass(frozen=True, eq=False)
class Hauls:
    """Haulage alone, € per kept tonne that leaves the place where it was loaded.

    Attributes
    ----------
    inbound : ndarray, shape (sources, options)
    outbound : ndarray, shape (options, customers)
    direct : ndarray, shape (sources, customers)
        `inf` where nothing goes straight.
    vehicles : list of Vehicle
        What delivers to each customer.
    """

    inbound: Floats
    outbound: Floats
    direct: Floats
    vehicles: list[Vehicle]


@dataclass(frozen=True, eq=False)
class Terms:
    """What a problem is made of; attributes as in `Placement`."""

    study: Study
    chain: Chain
    job: Job
    ways: JobWays
    sources: pd.DataFrame
    options: pd.DataFrame
    demand: pd.DataFrame
    rounds: Mapping[str, LegRounds]
    measure: Measure

    @cached_property
    def material(self) -> Material:
        """What the chain moves."""
        return material_of(self.chain)

    @property
    def return_share(self) -> float:
        """Share of the ways back that another load pays."""
        return self.chain.parameters.return_load_share.value

    @cached_property
    def site(self) -> Ints:
        """Number of the site of each option."""
        return np.asarray(self.ways.sites.get_indexer(self.options["site"]))

    @cached_property
    def to(self) -> Ints:
        """Number of each customer of the demand."""
        return np.asarray(self.ways.customers.get_indexer(self.demand.index))

    @cached_property
    def bought(self) -> Mask:
        """Which sources are outside suppliers."""
        return np.asarray(self.sources["product"] == BOUGHT, dtype=bool)

    @cached_property
    def vehicles(self) -> list[Vehicle]:
        """What delivers to each customer of the demand."""
        names = delivery_vehicles(self.study, self.chain)[self.to]
        return [at_fuel_price(self.study.vehicles[name], self.chain.parameters) for name in names]

    @cached_property
    def inbound_eur(self) -> Floats:
        """Haulage to the platforms, € per kept tonne, shape (sources, options)."""
        tare, own = self.sources["tare"].to_numpy(float), ~self.bought
        point = self.ways.points.get_indexer(self.sources["point"][own])
        eur = np.full((len(self.sources), len(self.site)), np.inf)
        if leg := self.rounds.get("inbound"):
            per_t = leg.unit_eur_t.T[np.ix_(point, self.site)]
            eur[own] = per_t / (1 - tare[own, None])
        else:
            truck = at_fuel_price(
                self.study.vehicles[leg_vehicle(self.study, self.chain, "inbound")], self.chain.parameters
            )
            in_eur = self.ways.inbound.cost_eur(truck)[np.ix_(point, self.site)]
            eur[own] = haul_per_kept_tonne(in_eur, tare[own, None], truck, self.material, self.return_share)
        eur[own] = np.where(self._too_far("inbound")[np.ix_(point, self.site)], np.inf, eur[own])
        return eur

    @cached_property
    def outbound_eur(self) -> Floats:
        """Haulage from the platforms, € per kept tonne delivered, shape (options, customers)."""
        delivered = self.material.delivered_tare
        if leg := self.rounds.get("outbound"):
            stop = leg.stops.get_indexer(self.demand.index)
            eur = leg.unit_eur_t[np.ix_(self.site, stop)] / (1 - delivered)
        else:
            ways = self.ways.outbound.rows(self.site).columns(self.to)
            eur = haul_to_each(ways, self.vehicles, delivered, self.material, self.return_share)
        return np.where(self._too_far("outbound")[np.ix_(self.site, self.to)], np.inf, eur)

    def _too_far(self, leg: str) -> Mask:
        """Which ways of a leg take longer than the chain allows."""
        return np.asarray(getattr(self.ways, leg).time_s > self.most_s(leg))

    def most_s(self, leg: str) -> float:
        """Longest way of a leg, seconds; `inf` without a limit."""
        limits = self.chain.settings.limits if isinstance(self.chain.settings, PlainChain) else None
        most = getattr(limits, f"{leg}_min") if limits else None
        return np.inf if most is None else float(most) * 60

    @cached_property
    def extra_eur_year(self) -> Floats:
        """What rounds cost beyond the cost of each tonne, at each option; `inf` where they cannot be driven.

        With one platform, all stops are known that must be served. Farms that need not deliver are none of them, but
        for an estimate, which takes each to deliver its part of what is asked for.
        """
        extra = np.zeros(len(self.site))
        if self.job.platforms != 1:
            return extra
        for leg, rounds in self.rounds.items():
            tonnes = self._tonnes_at_stops(leg, rounds)
            if tonnes is not None:
                extra += rounds.beyond_eur_year(tonnes, self.measure)[self.site]
        return extra

    def _tonnes_at_stops(self, leg: str, rounds: LegRounds) -> Floats | None:
        """Tonnes a year at each stop of a leg; None where that is not known beforehand."""
        if leg == "outbound":
            sure = self.measure == "estimate" or self._all_by_platform
            asked = self.demand["tonnes"].reindex(rounds.stops, fill_value=0.0).to_numpy(float)
            return asked if sure and not self.chain.settings.pushes else None
        own = self.sources[~self.bought]
        tonnes = as_received(own["kept_t"].to_numpy(float), own["tare"].to_numpy(float))
        at = pd.Series(tonnes).groupby(own["point"].to_numpy()).sum().reindex(rounds.stops, fill_value=0.0)
        if self.chain.settings.pushes:
            return at.to_numpy(float)
        share = min(1.0, float(self.demand["kept_t"].sum()) / max(float(own["kept_t"].sum()), 1e-9))
        return at.to_numpy(float) * share if self.measure == "estimate" else None

    @property
    def _all_by_platform(self) -> bool:
        """Whether every customer must be served, and by the platform: none may stay unserved, nothing goes straight."""
        unserved = _price_of_unserved(self.chain, self.demand)
        straight = self.sources["direct_tare"].notna().to_numpy() & (self.bought | self.job.direct)
        return unserved is None and not straight.any()

    @cached_property
    def opening(self) -> Floats:
        """Yearly cost of each option with what its rounds cost beyond the tonnes, finite."""
        return self.options["opening_eur_year"].to_numpy(float) + np.where(self._drivable, self.extra_eur_year, 0.0)

    @property
    def _drivable(self) -> Mask:
        return np.isfinite(self.extra_eur_year)

    @cached_property
    def forbidden(self) -> Mask:
        """Options that may not open."""
        shut = _shut(self.study, self.chain, self.options, self.job)
        return np.asarray(self.options["site"].isin(shut).to_numpy() | ~self._drivable, dtype=bool)

    @property
    def choice(self) -> dict[str, Any]:
        """What both problems are asked of the options alike."""
        site, job, forbidden = self.options["site"], self.job, self.forbidden  # which refuses sites that are unknown
        return {
            "capacity": self.options["capacity_kept_t"],
            "opening": self.opening,
            "p": job.platforms,
            "at_most": MOST_PLATFORMS if job.platforms is None else None,
            "groups": site,
            "required": [int(np.flatnonzero(site == place)[0]) for place in job.required],
            "forbidden": forbidden,
        }


def pulled(terms: Terms) -> tuple[siting.TwoStage, Hauls, None]:
    """The problem of customers that must be served, and the haulage alone."""
    chain, material, come, wanted = terms.chain, terms.material, terms.sources, terms.demand
    tare, delivered, bought = come["tare"].to_numpy(float), material.delivered_tare, terms.bought
    roadside = come["roadside_eur_kept_t"].to_numpy()[:, None]
    most_tare = material.most_tare(chain.customers.loc[wanted.index])
    ways = terms.ways.straight(come).columns(terms.to)
    straight = straight_ways(come, ways, terms.vehicles, most_tare, material, terms.return_share)
    direct = np.where((bought | terms.job.direct)[:, None], straight.haul_eur_kept_t, np.inf)
    direct = np.where(ways.time_s > terms.most_s("outbound"), np.inf, direct)  # as long as from a platform
    goes_straight = bool(np.isfinite(direct).any()) or not terms.job.platforms
    handling = terms.options["handling_eur_t"].to_numpy(float)[:, None]
    problem = siting.TwoStage(
        roadside + terms.inbound_eur,
        terms.outbound_eur + handling / (1 - delivered),
        wanted["kept_t"],
        supply=come["kept_t"],
        yield_=np.where(
            bought, 1.0, material.platform_yield(come["product"].to_list(), np.where(bought, delivered, tare))
        ),
        unmet_cost=_price_of_unserved(chain, wanted),
        direct=roadside + direct if goes_straight else None,
        direct_yield=straight.yield_,
        **terms.choice,
    )
    return problem, Hauls(terms.inbound_eur, terms.outbound_eur, direct, terms.vehicles), None


def pushed(terms: Terms) -> tuple[siting.Push, Hauls, pd.DataFrame]:
    """The problem of all that is collected, which must go somewhere; the haulage alone, and where outputs can go."""
    chain, come, job = terms.chain, terms.sources, terms.job
    if not job.platforms and job.platforms is not None:
        raise InputError(Message("platforms: found 0; expected 1 or more, as all that is collected must go somewhere"))
    ends, shares = outlets(chain), output_shares(chain)
    customer = terms.demand.index.get_indexer(ends["customer"])
    outbound = np.where(customer >= 0, terms.outbound_eur[:, np.maximum(customer, 0)], 0.0)
    support = support_eur_t(chain)
    roadside, handling = (
        come["roadside_eur_kept_t"].to_numpy()[:, None],
        terms.options["handling_eur_t"].to_numpy(float),
    )
    waste_eur_t = float(ends["eur_t"][ends["customer"] == WASTE].max())
    problem = siting.Push(
        roadside + terms.inbound_eur + handling,
        outbound + ends["eur_t"].to_numpy(float) - support,
        come["kept_t"],
        shares=shares.to_numpy(float),
        outlet_output=shares.index.get_indexer(ends["output"]),
        outlet_capacity=ends["capacity_t"].to_numpy(float),
        waste_cost=waste_eur_t,
        splits=(terms.options["size"] != EXISTING).to_numpy(),
        **terms.choice,
    )
    nothing = np.full((len(come), len(terms.demand)), np.inf)
    return problem, Hauls(terms.inbound_eur, outbound, nothing, terms.vehicles), ends


def support_eur_t(chain: Chain) -> float:
    """What is paid for each tonne that an own platform sorts, €."""
    support = getattr(chain.parameters, "support_eur_t", None)
    return float(support.value) if support else 0.0


def _price_of_unserved(chain: Chain, wanted: pd.DataFrame) -> Floats | None:
    """Price of a kept tonne that a customer does not get, `inf` for those who must be served; None if all must be."""
    material, column = material_of(chain), next(name for name in UNSERVED if name in chain.customers)
    eur_unit = chain.customers[column].reindex(wanted.index).to_numpy(float)
    if np.isnan(eur_unit).all():
        return None
    delivered = material.delivered_tare
    units_kept_t = material.units_per_t(delivered) / (1 - delivered)
    return np.where(np.isnan(eur_unit), np.inf, eur_unit * units_kept_t)


def _shut(study: Study, chain: Chain, sizes: pd.DataFrame, job: Job) -> set[str]:
    """Sites that may not be chosen: those forbidden, and those excluded by the study unless they are required."""
    known = set(sizes["site"])
    required, forbidden = set(job.required), set(job.forbidden)
    faults = Faults("sites")
    for name, sites in (("required", required), ("forbidden", forbidden)):
        for site in sorted(sites - known):
            expected = Message("one of {choices}, which a platform fits on", choices=sorted(known))
            faults.add(column=name, found=site, expected=expected)
    for site in sorted(required & forbidden):
        faults.add(found=site, expected=Message("either required or forbidden"))
    if job.platforms is not None and len(required) > job.platforms:
        expected = Message("{count} site(s) at most, as many as platforms", count=job.platforms)
        faults.add(column="required", found=", ".join(sorted(required)), expected=expected)
    why = excluded(chain, study.settings.site_scores)
    shut = forbidden | (set(why.index[why != ""]) - required)
    kind = InputError
    if len(known - shut) < (job.platforms or 0):
        kind = InputError if faults else TooFewSitesError
        left = Message("{count} site(s) left", count=len(known - shut))
        faults.add(column="forbidden", found=left, expected=Message("{count} at least", count=job.platforms))
    faults.raise_if_any(kind)
    return shut
