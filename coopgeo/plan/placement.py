"""The placement problem of a study: wood, haulage, sizes and boilers turned into arrays, in dry tonnes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from coopgeo import siting
from coopgeo.chain.collection import Collection, collect, collecting_vehicle, haul_per_dry_tonne
from coopgeo.chain.demand import demand
from coopgeo.chain.platforms import options, storage_yield
from coopgeo.chain.resource import Level, Resource, assess
from coopgeo.chain.site_scores import excluded
from coopgeo.chain.wood import wet_mass
from coopgeo.errors import Faults, InputError
from coopgeo.roads import RoadNetwork
from coopgeo.roads.network import note_off_road
from coopgeo.study import Chain, Study

Step = Callable[[str], None]
_MAX_PLATFORMS = 5
_NEARLY_NOTHING_T = 1e-3  # a kilogram: what the solver may call a shortage is named


@dataclass(frozen=True)
class Placement:
    """The placement problem of a study, ready for the solver, with the tables that its arrays were made from.

    Attributes
    ----------
    problem : TwoStage
        Sources = rows of `collection.lots`, platforms = rows of `options`, customers = rows of `demand`; all in dry
        tonnes.
    resource : Resource
    collection : Collection
    options, demand : DataFrame
    networks : mapping of str to RoadNetwork
        The roads as each vehicle of the chain sees them.
    inbound_haul, outbound_haul : ndarray
        Haulage alone, € per dry tonne hauled: shapes (lots, options) and (options, customers).
    """

    study: Study
    chain: Chain
    problem: siting.TwoStage
    resource: Resource
    collection: Collection
    options: pd.DataFrame
    demand: pd.DataFrame
    networks: Mapping[str, RoadNetwork]
    inbound_haul: np.ndarray
    outbound_haul: np.ndarray

    @property
    def roads(self) -> RoadNetwork:
        """The roads as the haulage lorry sees them."""
        return self.networks[self.study.settings.truck]


def prepare(
    study: Study,
    *,
    chain: str | None = None,
    roads: str | None = None,
    platforms: int = 1,
    required: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    road_changes: Mapping[str, Any] | None = None,
    level: Level = "value",
    on_step: Step | None = None,
) -> Placement:
    """Compute catchments, haulage and the placement problem; the parameters are those of `run`."""
    step = on_step or (lambda _: None)
    if not 1 <= platforms <= _MAX_PLATFORMS:
        raise InputError(f"platforms: found {platforms}; expected 1 to {_MAX_PLATFORMS}")
    the_chain = study.chain(chain)
    step("roads")
    vehicles = {study.settings.truck} | {
        collecting_vehicle(study, product) for product in the_chain.settings.products.values()
    }
    network = study.roads(roads)
    networks = {
        name: network.seen_by(study.vehicles[name]).with_changes(**(road_changes or {})) for name in sorted(vehicles)
    }
    _check_on_roads(study, the_chain, networks[study.settings.truck])
    step("catchments")
    resource = assess(study, the_chain, networks[study.settings.truck], level=level)
    collection = collect(study, the_chain, networks, resource.balance)
    step("haulage")
    choices, wanted = options(the_chain), demand(the_chain)
    shut = _shut(study, the_chain, choices, platforms, required, forbidden)
    problem, hauls = _problem(
        the_chain, networks[study.settings.truck], collection, choices, wanted, platforms, required, shut
    )
    return Placement(study, the_chain, problem, resource, collection, choices, wanted, networks, *hauls)


def _check_on_roads(study: Study, chain: Chain, roads: RoadNetwork, max_snap_m: float = 10_000.0) -> None:
    """Refuse places that the roads do not reach, all tables at once."""
    tables = {
        "territory/communes.csv": study.chefs_lieux.loc[study.territory.index],
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


def _problem(
    chain: Chain,
    roads: RoadNetwork,
    collection: Collection,
    choices: pd.DataFrame,
    wanted: pd.DataFrame,
    platforms: int,
    required: Sequence[str],
    shut: set[str],
) -> tuple[siting.TwoStage, tuple[np.ndarray, np.ndarray]]:
    """The problem, and the haulage to and from the platforms alone."""
    parameters, lots = chain.parameters, collection.lots
    sites = chain.candidate_sites.sort_index().geometry
    column = sites.index.get_indexer(choices["site"])
    points = chain.collection_points.geometry.sort_index()
    boilers = chain.customers.geometry.loc[wanted.index]
    in_eur = roads.matrix(points, sites, "cost_eur")[np.ix_(points.index.get_indexer(lots["point"]), column)]
    out_eur = roads.matrix(sites, boilers, "cost_eur")[column]
    moisture, delivered = lots["moisture"].to_numpy(), parameters.delivered_moisture.value
    inbound_haul = haul_per_dry_tonne(in_eur, moisture[:, None], roads.vehicle, parameters)
    outbound_haul = haul_per_dry_tonne(out_eur, delivered, roads.vehicle, parameters)
    problem = siting.TwoStage(
        lots["roadside_eur_dry_t"].to_numpy()[:, None] + inbound_haul,
        outbound_haul + parameters.handling_eur_t.value / (1 - delivered),
        wanted["dry_t"],
        supply=lots["dry_t"],
        capacity=choices["capacity_dry_t"],
        opening=choices["opening_eur_year"],
        yield_=storage_yield(moisture, parameters),
        p=platforms,
        groups=choices["site"],
        required=[int(np.flatnonzero(choices["site"] == site)[0]) for site in required],
        forbidden=choices["site"].isin(shut).to_numpy(),
    )
    return problem, (inbound_haul, outbound_haul)


def _shut(
    study: Study, chain: Chain, choices: pd.DataFrame, platforms: int, required: Sequence[str], forbidden: Sequence[str]
) -> set[str]:
    """Sites that may not be chosen: those forbidden, and those that `[site_scores]` of the study excludes unless they are required."""
    known = set(choices["site"])
    faults = Faults("sites")
    for name, given in (("required", required), ("forbidden", forbidden)):
        for site in sorted(set(given) - known):
            faults.add(column=name, found=site, expected=f"one of {', '.join(sorted(known))}, which a platform fits on")
    for site in sorted(set(required) & set(forbidden)):
        faults.add(found=site, expected="either required or forbidden")
    if len(set(required)) > platforms:
        faults.add(
            column="required",
            found=", ".join(sorted(set(required))),
            expected=f"{platforms} site(s) at most, as many as platforms",
        )
    why = excluded(chain, study.settings.site_scores)
    shut = set(forbidden) | (set(why.index[why != ""]) - set(required))
    if len(known - shut) < platforms:
        faults.add(column="forbidden", found=f"{len(known - shut)} site(s) left", expected=f"{platforms} at least")
    faults.raise_if_any()
    return shut


def shortage(placement: Placement, time_limit_s: float = 60.0) -> str:
    """Say, in the names and tonnes of the study, which customers cannot be served and what is lacking.

    Returns
    -------
    str
    """
    chain, delivered = placement.chain, placement.chain.parameters.delivered_moisture.value
    free = placement.problem
    answer = free.least_unmet(time_limit_s=time_limit_s)
    assert answer.unmet is not None  # a price on unmet demand was given
    lacking_t = wet_mass(answer.unmet, delivered)
    short = {
        name: tonnes
        for name, tonnes in zip(placement.demand.index, lacking_t, strict=True)
        if tonnes > _NEARLY_NOTHING_T
    }
    if not short:
        return f"{free.p} platform(s) cannot be opened together on the sites allowed; allow other sites, or another number of platforms"
    who = "; ".join(
        f"{chain.customers.loc[name, 'name']} ({name}) lacks {tonnes:.1f} t" for name, tonnes in short.items()
    )
    deliverable = float(wet_mass(free.supply @ free.yield_, delivered))
    open_to_all = placement.options[~free.forbidden]
    largest = float(
        wet_mass(np.sort(open_to_all.groupby("site")["capacity_dry_t"].max())[::-1][: free.p].sum(), delivered)
    )
    return (
        f"{sum(short.values()):.1f} t a year are lacking of the {placement.demand['tonnes'].sum():.0f} t that the customers need: {who}. "
        f"The collection points can feed {deliverable:.0f} t delivered, {free.p} platform(s) can pass {largest:.0f} t at most. "
        "Add wood (resources.csv, collection_points.csv), larger sites or another platform, or give a customer another role"
    )
