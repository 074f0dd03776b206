"""The placement problem of a job: resource, haulage, sizes and customers turned into arrays, in kept tonnes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.arrays import Floats
from coopgeo.chain import reach
from coopgeo.chain.collection import Collection, collect
from coopgeo.chain.demand import demand
from coopgeo.chain.fuel import at_fuel_price, handling_eur_t
from coopgeo.chain.haulage import haul_per_kept_tonne, haul_to_each
from coopgeo.chain.material import Material
from coopgeo.chain.materials import material_of
from coopgeo.chain.platforms import options
from coopgeo.chain.resource import Resource, assess
from coopgeo.chain.site_scores import excluded, site_scores
from coopgeo.chain.straight import BOUGHT, sources, straight_ways
from coopgeo.chain.supply_curves import SupplyCurves, supply_curves
from coopgeo.errors import Faults, InputError, Message, TooFewSitesError, check_kind
from coopgeo.plan.job import MOST_PLATFORMS, Job
from coopgeo.plan.job_ways import JobWays, delivery_vehicles, networks_of, ways_on
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.study import Chain, Study

Step = Callable[[str], None]
UNSERVED = {"wood": "unserved_eur_mwh", "plain": "unserved_eur_unit"}  # columns of customers, by material


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
class Placement:
    """The placement problem of a job, ready for the solver, with the tables that its arrays were made from.

    What only a map or a table shows (`catchments`, `bands`, `curves` ...) is drawn up when it is first asked for.

    Attributes
    ----------
    study : Study
    chain : Chain
    job : Job
    ways : JobWays
    problem : TwoStage
        Sources = rows of `sources`, platforms = rows of `options`, customers = rows of `demand`; all in kept
        tonnes.
    resource : Resource
    collection : Collection
    sources, options, demand : DataFrame
        See `chain.straight.sources`, `chain.platforms.options`, `chain.demand.demand`.
    hauls : Hauls
    """

    study: Study
    chain: Chain
    job: Job
    ways: JobWays
    problem: siting.TwoStage
    resource: Resource
    collection: Collection
    sources: pd.DataFrame
    options: pd.DataFrame
    demand: pd.DataFrame
    hauls: Hauls

    @cached_property
    def material(self) -> Material:
        """What the chain moves."""
        return material_of(self.chain)

    @property
    def roads(self) -> RoadNetwork:
        """The roads as the haulage lorry sees them."""
        return self.ways.networks[self.study.settings.truck]

    @property
    def truck(self) -> Vehicle:
        """The haulage lorry, at the prices of the chain."""
        return at_fuel_price(self.study.vehicles[self.study.settings.truck], self.chain.parameters)

    @cached_property
    def catchments(self) -> gpd.GeoDataFrame:
        """See `chain.reach.catchments`."""
        return reach.catchments(self.study, self.chain, self.collection)

    @cached_property
    def bands(self) -> gpd.GeoDataFrame:
        """See `chain.reach.bands`."""
        return reach.bands(self.study, self.chain, self.ways.networks)

    @cached_property
    def access(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """See `chain.reach.access`."""
        return reach.access(self.study, self.chain, self.ways.networks)

    @cached_property
    def curves(self) -> SupplyCurves:
        """See `chain.supply_curves`."""
        return supply_curves(self.chain, self.roads, self.truck, self.collection, self.ways.inbound)

    @cached_property
    def site_scores(self) -> pd.DataFrame:
        """See `chain.site_scores`."""
        return site_scores(self.study, self.chain, self.roads)


def prepare(
    study: Study, job: Job | None = None, *, ways: JobWays | None = None, on_step: Step | None = None
) -> Placement:
    """Turn a job into the placement problem: the resource, who collects it, haulage, sizes and customers.

    Parameters
    ----------
    study : Study
    job : Job, optional
    ways : JobWays, optional
        Ways that were found before for the same places, vehicles and roads, as when only prices and quantities differ;
        found anew by default. They stay those that cost least at the prices they were found with.
    on_step : callable, optional
        Called with the name of each step as it begins.

    Raises
    ------
    InputError
        If a chain, a site or a road is unknown, a place lies too far from the roads, or the ways are those of others.
    InfeasibleError
        If nothing comes within reach.
    """
    check_kind("study", study, Study, Message('a Study, as open_study("data/raw") gives it'))
    job, step = job or Job(), on_step or (lambda _: None)
    chain = study.chain(job.chain)
    step("roads")
    if ways is not None:
        ways.check(study, chain, job)
    networks = ways.networks if ways else networks_of(study, chain, job)
    step("catchments")
    ways = ways or ways_on(study, chain, job, networks)
    resource = assess(study, chain, ways.competitors, ways.resource, level=job.level)
    collection = collect(study, chain, resource.balance, ways.collection)
    step("haulage")
    sizes, wanted = options(chain), demand(chain)
    come = sources(chain, collection.lots, outside=job.outside)
    problem, hauls = _problem(study, chain, job, ways, come, sizes, wanted)
    return Placement(study, chain, job, ways, problem, resource, collection, come, sizes, wanted, hauls)


def _problem(
    study: Study,
    chain: Chain,
    job: Job,
    ways: JobWays,
    come: pd.DataFrame,
    sizes: pd.DataFrame,
    wanted: pd.DataFrame,
) -> tuple[siting.TwoStage, Hauls]:
    """The problem, and the haulage alone."""
    parameters, material = chain.parameters, material_of(chain)
    return_share = parameters.return_load_share.value
    truck = at_fuel_price(study.vehicles[study.settings.truck], parameters)
    shut = _shut(study, chain, sizes, job)
    site, to = ways.sites.get_indexer(sizes["site"]), ways.customers.get_indexer(wanted.index)
    tare, delivered = come["tare"].to_numpy(float), material.delivered_tare
    bought = (come["product"] == BOUGHT).to_numpy()
    vehicles = [at_fuel_price(study.vehicles[name], parameters) for name in delivery_vehicles(study, chain)[to]]
    inbound = np.full((len(come), len(site)), np.inf)
    in_eur = ways.inbound.cost_eur(truck)[np.ix_(ways.points.get_indexer(come["point"][~bought]), site)]
    inbound[~bought] = haul_per_kept_tonne(in_eur, tare[~bought, None], truck, material, return_share)
    outbound = haul_to_each(ways.outbound.rows(site).columns(to), vehicles, delivered, material, return_share)
    roadside = come["roadside_eur_kept_t"].to_numpy()[:, None]
    most_tare = material.most_tare(chain.customers.loc[wanted.index])
    straight = straight_ways(come, ways.straight(come).columns(to), vehicles, most_tare, material, return_share)
    direct = np.where((bought | job.direct)[:, None], straight.haul_eur_kept_t, np.inf)
    goes_straight = bool(np.isfinite(direct).any()) or not job.platforms
    problem = siting.TwoStage(
        roadside + inbound,
        outbound + handling_eur_t(parameters) / (1 - delivered),
        wanted["kept_t"],
        supply=come["kept_t"],
        capacity=sizes["capacity_kept_t"],
        opening=sizes["opening_eur_year"],
        yield_=np.where(
            bought, 1.0, material.platform_yield(come["product"].to_list(), np.where(bought, delivered, tare))
        ),
        p=job.platforms,
        at_most=MOST_PLATFORMS if job.platforms is None else None,
        groups=sizes["site"],
        required=[int(np.flatnonzero(sizes["site"] == place)[0]) for place in job.required],
        forbidden=sizes["site"].isin(shut).to_numpy(),
        unmet_cost=_price_of_unserved(chain, wanted),
        direct=roadside + direct if goes_straight else None,
        direct_yield=straight.yield_,
    )
    return problem, Hauls(inbound, outbound, direct, vehicles)


def _price_of_unserved(chain: Chain, wanted: pd.DataFrame) -> Floats | None:
    """Price of a kept tonne that a customer does not get, `inf` for those who must be served; None if all must be."""
    material, column = material_of(chain), UNSERVED[chain.settings.material]
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
