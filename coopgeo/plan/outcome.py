"""`Outcome`: the answer of the main job, as tables and figures that maps and reports show without computing anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd

from coopgeo.chain.resource import Resource
from coopgeo.chain.supply_curves import SupplyCurves
from coopgeo.roads import RoadNetwork
from coopgeo.siting.solution import Proof
from coopgeo.study import Chain, Study

STAGES = ("roadside", "inbound", "platform", "outbound")


@dataclass(frozen=True)
class Objective:
    """Yearly cost of the chain, €, with the bound that proves it."""

    value_eur_year: float
    bound_eur_year: float
    gap: float
    status: Proof


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


@dataclass(frozen=True)
class Alternative:
    """Another choice of sites: its proved least cost, and what it costs more than the best."""

    sites: tuple[str, ...]
    value_eur_year: float
    regret_eur_year: float
    status: Proof


@dataclass(frozen=True)
class Remark:
    """Something a reader must know, as a key of the texts with the facts that fill it."""

    key: str
    facts: Mapping[str, float | str]


@dataclass(frozen=True)
class WhatIf:
    """Another case, worked out in full: other sites ("sites"), or a crossing of the river closed to all ("closed").

    Attributes
    ----------
    kind : {"sites", "closed"}
    ids : tuple of str
        The sites, or the crossing.
    names : tuple of str
        Their names.
    outcome : Outcome
        Without alternatives of its own.
    """

    kind: Literal["sites", "closed"]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    outcome: "Outcome"


@dataclass(frozen=True)
class Outcome:
    """The answer of `coopgeo.run`.

    Attributes
    ----------
    study : Study
    chain : Chain
    roads : RoadNetwork
        As the haulage lorry sees it.
    platforms : GeoDataFrame
        Indexed by site id: `name`, `commune`, `size`, `tonnes_in`, `tonnes_out`, `energy_mwh`, `capacity_t`,
        `built_m2`, `capital_eur`, and the columns of `candidate_sites.csv`.
    collection_points : GeoDataFrame
        Indexed by id: `tonnes` and `energy_mwh` that come to the point in a year, `tonnes_used` (all as received),
        `platform` (id, None if unused), `minutes_to_platform` (NaN if unused), `catchment_communes`, and the columns
        of the table.
    catchments : GeoDataFrame
        The catchments, as `supply.catchments` draws them up.
    reach : DataFrame
        By product: what comes within reach of a collection point (see `supply.Collection.reach`).
    bands : GeoDataFrame
        Ground within some minutes of the points of a kind (see `supply.bands`).
    access, overlaps : DataFrame
        How near the collection points lie to the communes, and how far their reaches overlap (see `supply.access`).
    resource : Resource
        The balance of each commune, and who competes for the wood.
    curves : SupplyCurves
        Cost-supply curves of all candidate sites.
    site_scores : DataFrame
        What speaks for and against each candidate site besides its cost (see `site_scores.site_scores`).
    customers : GeoDataFrame
        Customers served, indexed by id: `tonnes`, `fuel_mwh`, `useful_mwh`, `platform`, `minutes`, and the columns of
        the table.
    flows : GeoDataFrame
        `stage` ("inbound", "outbound"), `origin`, `destination` (ids), `tonnes` as hauled, `dry_t`, `trips` a year,
        `minutes` and `km` one way, `haulage_eur` a year, `geometry` (the way over the network).
    road_loads : GeoDataFrame
        One row a road used and stage: `stage`, `highway`, `ref`, `crossing` (id, "" elsewhere), `tonnes`,
        `lorries_year` (passes, loaded and empty), `geometry`.
    origins : DataFrame
        Which commune sends how much of which product to which point (see `supply.Collection`).
    objective, cost, co2, jobs
    alternatives : tuple of Alternative
        The next best choices of sites, cheapest first.
    what_ifs : tuple of WhatIf
        Other cases worked out in full, if `run` was asked for them.
    remarks : tuple of Remark
    seconds : mapping of str to float
        Wall time by step.
    """

    study: Study
    chain: Chain
    roads: RoadNetwork
    platforms: gpd.GeoDataFrame
    collection_points: gpd.GeoDataFrame
    catchments: gpd.GeoDataFrame
    bands: gpd.GeoDataFrame
    reach: pd.DataFrame
    access: pd.DataFrame
    overlaps: pd.DataFrame
    resource: Resource
    curves: SupplyCurves
    site_scores: pd.DataFrame
    customers: gpd.GeoDataFrame
    flows: gpd.GeoDataFrame
    road_loads: gpd.GeoDataFrame
    origins: pd.DataFrame
    objective: Objective
    cost: Cost
    co2: Co2
    jobs: Jobs
    alternatives: tuple[Alternative, ...]
    what_ifs: tuple[WhatIf, ...]
    remarks: tuple[Remark, ...]
    seconds: Mapping[str, float]

    def proposed(self, most: int) -> tuple[str, ...]:
        """Ids of the sites chosen, then of those of the best alternatives, each once; at most `most`."""
        sites = dict.fromkeys([*self.platforms.index, *(site for other in self.alternatives for site in other.sites)])
        return tuple(sites)[:most]
