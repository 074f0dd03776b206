"""The placement problem of a job: resource, haulage, sizes and customers turned into arrays, in kept tonnes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import pandas as pd

from coopgeo import siting
from coopgeo.arrays import Floats, Mask
from coopgeo.chain import reach
from coopgeo.chain.collection import Collection, collect
from coopgeo.chain.demand import demand
from coopgeo.chain.fuel import at_fuel_price
from coopgeo.chain.material import Material, as_received
from coopgeo.chain.materials import material_of
from coopgeo.chain.platforms import options
from coopgeo.chain.resource import Resource, assess
from coopgeo.chain.site_scores import site_scores
from coopgeo.chain.straight import sources
from coopgeo.chain.supply_curves import SupplyCurves, supply_curves
from coopgeo.chain.vehicles import leg_vehicle
from coopgeo.errors import Faults, Message, check_kind
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays, networks_of, ways_on
from coopgeo.plan.problems import Hauls, Terms, pulled, pushed
from coopgeo.plan.rounds import LegRounds, Measure, leg_rounds
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
        Sources = rows of `sources`, platforms = rows of `options`, customers = rows of `demand`; all in kept
        tonnes.
    resource : Resource
    collection : Collection
    sources, options, demand : DataFrame
        See `chain.straight.sources`, `chain.platforms.options`, `chain.demand.demand`.
    hauls : Hauls
    outlets : DataFrame or None
        Of a chain that pushes: the ways that outputs can go, see `chain.outlets.outlets`; the problem is one of `Push`.
    rounds : mapping of str to LegRounds
        By leg that is driven in rounds.
    measure : {"bound", "estimate"}
        What the problem counts for rounds: bounds, so that what is proved stays so, or estimates.
    """

    study: Study
    chain: Chain
    job: Job
    ways: JobWays
    problem: siting.TwoStage | siting.Push
    resource: Resource
    collection: Collection
    sources: pd.DataFrame
    options: pd.DataFrame
    demand: pd.DataFrame
    hauls: Hauls
    outlets: pd.DataFrame | None = None
    rounds: Mapping[str, LegRounds] = field(default_factory=dict)
    measure: Measure = "bound"

    @property
    def needed_kept_t(self) -> float:
        """What must pass, kept tonnes a year: what customers ask for, or all that is collected."""
        amounts = self.demand if self.outlets is None else self.sources
        return float(amounts["kept_t"].sum())

    @property
    def wanted_units(self) -> float:
        """Units that customers ask for, or that are collected, a year."""
        if self.outlets is None:
            return float(self.demand["wanted_units"].sum())
        tare = self.sources["tare"].to_numpy(float)
        return float(as_received(self.sources["kept_t"].to_numpy(float), tare) @ self.material.units_per_t(tare))

    def part(
        self, *, customers: Mask | None = None, sources: Floats | None = None, forbidden: Sequence[str] = ()
    ) -> siting.TwoStage | siting.Push:
        """The problem of some customers, or of some of what is collected.

        Parameters
        ----------
        customers : ndarray of bool, optional
            Which rows of `demand` count; all by default.
        sources : ndarray, optional
            What part of each row of `sources` there is, 0 to 1; all by default.
        forbidden : sequence of str
            Sites that may not open, beside those that may not anyway.

        Raises
        ------
        InputError
            If no site is left.
        """
        come, wanted = self.sources, self.demand
        if sources is not None:
            come = come.assign(kept_t=come["kept_t"] * sources)[sources > 0]
        wanted = wanted if customers is None else wanted[customers]
        job = replace(self.job, forbidden=sorted({*self.job.forbidden, *forbidden}), required=())
        terms = Terms(self.study, self.chain, job, self.ways, come, self.options, wanted, self.rounds, self.measure)
        return (pushed(terms) if self.chain.settings.pushes else pulled(terms))[0]

    @cached_property
    def material(self) -> Material:
        """What the chain moves."""
        return material_of(self.chain)

    @property
    def roads(self) -> RoadNetwork:
        """The roads as the haulage lorry sees them."""
        return self.ways.networks[self.truck.id]

    @property
    def truck(self) -> Vehicle:
        """The haulage lorry, at the prices of the chain."""
        return at_fuel_price(self.study.vehicles[leg_vehicle(self.study, self.chain, "inbound")], self.chain.parameters)

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
    study: Study,
    job: Job | None = None,
    *,
    ways: JobWays | None = None,
    on_step: Step | None = None,
    measure: Measure = "bound",
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
    measure : {"bound", "estimate"}
        What the problem counts for rounds.

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
    rounds = leg_rounds(study, chain, material_of(chain), ways)
    if rounds and job.platforms != 1:
        found = "free" if job.platforms is None else job.platforms
        expected = Message("1: the rounds of this chain are planned from one platform")
        faults = Faults("job")
        faults.add(column="platforms", found=found, expected=expected)
        faults.raise_if_any()
    terms = Terms(study, chain, job, ways, come, sizes, wanted, rounds, measure)
    problem, hauls, ends = pushed(terms) if chain.settings.pushes else pulled(terms)
    return Placement(
        study, chain, job, ways, problem, resource, collection, come, sizes, wanted, hauls, ends, rounds, measure
    )
