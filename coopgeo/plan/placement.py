"""The placement problem of a job: wood, haulage, sizes and boilers turned into arrays, in dry tonnes."""

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
from coopgeo.chain.haulage import haul_per_dry_tonne
from coopgeo.chain.platforms import options, storage_yield
from coopgeo.chain.resource import Resource, assess
from coopgeo.chain.site_scores import excluded, site_scores
from coopgeo.chain.supply_curves import SupplyCurves, supply_curves
from coopgeo.errors import Faults, Message, check_kind
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays, networks_of, ways_on
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.study import Chain, Study

Step = Callable[[str], None]


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
        Sources = rows of `collection.lots`, platforms = rows of `options`, customers = rows of `demand`; all in dry
        tonnes.
    resource : Resource
    collection : Collection
    options, demand : DataFrame
    inbound_haul, outbound_haul : ndarray
        Haulage alone, € per dry tonne hauled: shapes (lots, options) and (options, customers).
    """

    study: Study
    chain: Chain
    job: Job
    ways: JobWays
    problem: siting.TwoStage
    resource: Resource
    collection: Collection
    options: pd.DataFrame
    demand: pd.DataFrame
    inbound_haul: Floats
    outbound_haul: Floats

    @property
    def roads(self) -> RoadNetwork:
        """The roads as the haulage lorry sees them."""
        return self.ways.networks[self.study.settings.truck]

    @property
    def truck(self) -> Vehicle:
        """The haulage lorry, at the prices of the study."""
        return self.study.vehicles[self.study.settings.truck]

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
    """Turn a job into the placement problem: the wood, who collects it, haulage, sizes and boilers.

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
        If no wood comes within reach.
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
    resource = assess(study, chain, ways.competitors, ways.wood, level=job.level)
    collection = collect(study, chain, resource.balance, ways.collection)
    step("haulage")
    sizes, wanted = options(chain), demand(chain)
    problem, hauls = _problem(study, chain, job, ways, collection, sizes, wanted)
    return Placement(study, chain, job, ways, problem, resource, collection, sizes, wanted, *hauls)


def _problem(
    study: Study,
    chain: Chain,
    job: Job,
    ways: JobWays,
    collection: Collection,
    sizes: pd.DataFrame,
    wanted: pd.DataFrame,
) -> tuple[siting.TwoStage, tuple[Floats, Floats]]:
    """The problem, and the haulage to and from the platforms alone."""
    parameters, lots, truck = chain.parameters, collection.lots, study.vehicles[study.settings.truck]
    shut = _shut(study, chain, sizes, job)
    site = ways.sites.get_indexer(sizes["site"])
    in_eur = ways.inbound.cost_eur(truck)[np.ix_(ways.points.get_indexer(lots["point"]), site)]
    out_eur = ways.outbound.cost_eur(truck)[np.ix_(site, ways.customers.get_indexer(wanted.index))]
    moisture, delivered = lots["moisture"].to_numpy(), parameters.delivered_moisture.value
    inbound_haul = haul_per_dry_tonne(in_eur, moisture[:, None], truck, parameters)
    outbound_haul = haul_per_dry_tonne(out_eur, delivered, truck, parameters)
    problem = siting.TwoStage(
        lots["roadside_eur_dry_t"].to_numpy()[:, None] + inbound_haul,
        outbound_haul + parameters.handling_eur_t.value / (1 - delivered),
        wanted["dry_t"],
        supply=lots["dry_t"],
        capacity=sizes["capacity_dry_t"],
        opening=sizes["opening_eur_year"],
        yield_=storage_yield(moisture, parameters),
        p=job.platforms,
        groups=sizes["site"],
        required=[int(np.flatnonzero(sizes["site"] == place)[0]) for place in job.required],
        forbidden=sizes["site"].isin(shut).to_numpy(),
    )
    return problem, (inbound_haul, outbound_haul)


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
    if len(required) > job.platforms:
        expected = Message("{count} site(s) at most, as many as platforms", count=job.platforms)
        faults.add(column="required", found=", ".join(sorted(required)), expected=expected)
    why = excluded(chain, study.settings.site_scores)
    shut = forbidden | (set(why.index[why != ""]) - required)
    if len(known - shut) < job.platforms:
        left = Message("{count} site(s) left", count=len(known - shut))
        faults.add(column="forbidden", found=left, expected=Message("{count} at least", count=job.platforms))
    faults.raise_if_any()
    return shut
