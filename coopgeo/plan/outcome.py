"""`Outcome`: the answer of the main job; accounts at once, tables and drawings when they are first asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from coopgeo.arrays import Ints
from coopgeo.chain.material import Co2, as_received
from coopgeo.chain.resource import Resource
from coopgeo.chain.supply_curves import SupplyCurves
from coopgeo.plan import routes
from coopgeo.plan.accounts import Accounts, Cost, Jobs
from coopgeo.plan.balance import Balance, balance
from coopgeo.plan.choices import NearBest, Objective, OtherSites, WayToServe
from coopgeo.plan.confidence import Confidence
from coopgeo.plan.heat_prices import heat_prices
from coopgeo.plan.placement import Placement
from coopgeo.plan.remark import Remark
from coopgeo.plan.remarks import remarks
from coopgeo.plan.room import room_t
from coopgeo.plan.shipped import Shipped, shipped
from coopgeo.plan.stock import Stock, stock
from coopgeo.plan.turn import BreakEven
from coopgeo.roads import RoadNetwork
from coopgeo.roads.paths import Paths
from coopgeo.siting import Solution
from coopgeo.study import Chain, Study


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
class Outcome:
    """The answer of `coopgeo.run`.

    Attributes
    ----------
    placement : Placement
        The problem that was solved, with the tables it was made from.
    solution : Solution
        The best choice of sites and flows.
    accounts : Accounts
        Its figures: money, mass, energy, CO2, jobs, lorries.
    alternatives : tuple of OtherSites
        The next best choices of sites, cheapest first.
    what_ifs : tuple of WhatIf
        Other cases worked out in full, if `run` was asked for them.
    lacking : int
        How many next best choices the time did not allow.
    seconds : mapping of str to float
        Wall time by step.
    ways_to_serve : tuple of WayToServe
        What other ways to serve the customers would cost, if cases were asked for.
    compared : opportunity.Compared, optional
        The answer beside a platform of its own, plants of others and pools, if that was asked for.
    sharing : cooperation.Sharing, optional
        Who gains what, if that was asked for.
    break_even : BreakEven, optional
        Where the answer turns, if that was asked for.
    confidence : Confidence, optional
        How sure the answer is, if draws were asked for (`scenarios.with_draws`).
    """

    placement: Placement = field(repr=False)
    solution: Solution
    accounts: Accounts = field(repr=False)
    alternatives: tuple[OtherSites, ...] = field(default=(), repr=False)
    what_ifs: tuple[WhatIf, ...] = field(default=(), repr=False)
    lacking: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict, repr=False)
    confidence: Confidence | None = field(default=None, repr=False)
    break_even: BreakEven | None = field(default=None, repr=False)
    ways_to_serve: tuple[WayToServe, ...] = field(default=(), repr=False)
    compared: Any = field(default=None, repr=False)
    sharing: Any = field(default=None, repr=False)

    @property
    def study(self) -> Study:
        """The study."""
        return self.placement.study

    @property
    def chain(self) -> Chain:
        """The chain of the job."""
        return self.placement.chain

    @property
    def roads(self) -> RoadNetwork:
        """The roads as the haulage lorry sees them."""
        return self.placement.roads

    @property
    def objective(self) -> Objective:
        """Yearly cost of the chain, with its proof."""
        found = self.solution
        return Objective(found.value, found.bound, found.gap, found.status)

    @property
    def site_proved(self) -> bool:
        """Whether no other choice of sites can cost less, also where the cost of the best is not proved itself."""
        if self.objective.status == "optimal":
            return True
        bounded = all(other.status == "at_least" for other in self.alternatives)
        return bool(self.placement.rounds) and self.placement.measure == "bound" and bounded and not self.lacking

    @property
    def cost(self) -> Cost:
        """Cost of what is delivered."""
        return self.accounts.cost

    @property
    def co2(self) -> Co2:
        """Greenhouse gas."""
        return self.accounts.co2

    @property
    def jobs(self) -> Jobs:
        """Full-time equivalents."""
        return self.accounts.jobs

    @property
    def resource(self) -> Resource:
        """The balance of each commune, and who competes for it."""
        return self.placement.resource

    @property
    def origins(self) -> pd.DataFrame:
        """Which commune sends how much of which product to which point (see `chain.collection.Collection`)."""
        return self.placement.collection.origins

    @cached_property
    def reach(self) -> pd.DataFrame:
        """By product: what comes within reach of a collection point (see `chain.collection.Collection.reach`)."""
        return self.placement.collection.reach

    @property
    def catchments(self) -> gpd.GeoDataFrame:
        """The catchments, as `chain.reach.catchments` draws them up."""
        return self.placement.catchments

    @property
    def bands(self) -> gpd.GeoDataFrame:
        """Ground within some minutes of the points of a kind (see `chain.reach.bands`)."""
        return self.placement.bands

    @property
    def access(self) -> pd.DataFrame:
        """How near the collection points lie to the communes (see `chain.reach.access`)."""
        return self.placement.access[0]

    @property
    def overlaps(self) -> pd.DataFrame:
        """How far the reaches of the collection points overlap (see `chain.reach.access`)."""
        return self.placement.access[1]

    @property
    def curves(self) -> SupplyCurves:
        """Cost-supply curves of all candidate sites."""
        return self.placement.curves

    @property
    def site_scores(self) -> pd.DataFrame:
        """What speaks for and against each candidate site besides its cost (see `chain.site_scores.site_scores`)."""
        return self.placement.site_scores

    @cached_property
    def balance(self) -> Balance:
        """What the customers want against what the collection points can feed (see `plan.balance`)."""
        return balance(self.placement)

    @cached_property
    def heat_prices(self) -> pd.DataFrame:
        """The fuel against others, per MWh of useful heat (see `plan.heat_prices`)."""
        return heat_prices(self.placement, self.cost, self.confidence)

    @cached_property
    def near_best(self) -> tuple[NearBest, ...]:
        """The choices of sites within the tolerance of the least cost (`near_share` of `study.toml`), cheapest first.

        The best itself is the first; none lies among them that `alternatives` did not find.
        """
        most = self.study.settings.near_share * abs(self.objective.value_eur_year)
        near = [
            (other.sites, other.regret_eur_year)
            for other in self.alternatives
            if other.regret_eur_year <= most and other.status != "at_least"
        ]
        best = tuple(str(site) for site in self.accounts.sites)
        scores = self.site_scores["score"]
        return tuple(
            NearBest(sites, extra, float(scores.loc[list(sites)].mean())) for sites, extra in [(best, 0.0), *near]
        )

    @cached_property
    def room_t(self) -> pd.Series:
        """What each site could deliver more than the answer needs (see `plan.room`), t/year as delivered."""
        return room_t(self.placement, self.solution)

    @cached_property
    def stock(self) -> Stock:
        """The year of the platforms month by month (see `plan.stock`)."""
        return stock(self.placement, self.solution)

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What a reader must know before trusting the figures."""
        return remarks(self.placement, self.solution, self.cost, lacking=self.lacking, site_proved=self.site_proved)

    @cached_property
    def platforms(self) -> gpd.GeoDataFrame:
        """The platforms, indexed by site id.

        `commune`, `size`, `capacity_t`, `built_m2`, `capital_eur`, `tonnes_in`, `tonnes_out`, `room_t`,
        `units`, and the columns of `candidate_sites.csv`.
        """
        sizes = self.placement.options.iloc[self.solution.sites].set_index("site")
        sites = self.chain.candidate_sites.loc[sizes.index]
        delivered = self.placement.material.delivered_tare
        return sites.assign(
            commune=self.study.communes["name"].reindex(sites["insee"]).to_numpy(),
            size=sizes["size"],
            capacity_t=as_received(sizes["capacity_kept_t"], delivered),
            built_m2=sizes["built_m2"],
            capital_eur=sizes["capital_eur"],
            tonnes_in=self.accounts.tonnes_in,
            tonnes_out=self.accounts.tonnes_out,
            room_t=self.room_t.reindex(sizes.index),
            units=self.accounts.units,
        )

    @cached_property
    def collection_points(self) -> gpd.GeoDataFrame:
        """The collection points, indexed by id.

        `tonnes` and `units` that come to the point in a year, `tonnes_used` by the platforms or straight by the
        customers, `tonnes_direct` (the latter alone; all as received), `platform` (id, None if it feeds none),
        `minutes_to_platform` (NaN if it feeds none), `catchment_communes`, and the columns of the table.
        """
        points, lots = self.chain.collection_points.sort_index(), self.placement.collection.lots
        tonnes = as_received(lots["kept_t"], lots["tare"])
        units_t = self.placement.material.units_per_t(lots["tare"])
        come = lots.assign(tonnes=tonnes, units=tonnes * units_t).groupby("point")[["tonnes", "units"]].sum()
        hauls = self.accounts.flows[self.accounts.flows["stage"] == "inbound"]
        main, (inbound_t, direct_t) = _largest(hauls, "origin"), self._shipped_t(points.index)
        return points.assign(
            tonnes=come["tonnes"].reindex(points.index, fill_value=0.0),
            units=come["units"].reindex(points.index, fill_value=0.0),
            tonnes_used=inbound_t + direct_t,
            tonnes_direct=direct_t,
            platform=_or_none(main["destination"].reindex(points.index)),
            minutes_to_platform=main["minutes"].reindex(points.index),
            catchment_communes=self.catchments["communes"].reindex(points.index, fill_value=0),
        )

    @cached_property
    def shipped(self) -> Shipped:
        """What is shipped, kept tonnes a year (see `plan.shipped`)."""
        return shipped(self.placement, self.solution)

    def _shipped_t(self, points: pd.Index) -> tuple[pd.Series, pd.Series]:
        """Tonnes as received that leave each point for the platforms, and straight for the customers."""
        sources, tonnes_at = self.placement.sources, []
        for flow in (self.shipped.into, self.shipped.direct):
            kept_t = np.zeros(len(sources)) if flow is None else np.asarray(flow.sum(axis=1)).ravel()
            tonnes = pd.Series(as_received(kept_t, sources["tare"].to_numpy(float)))
            tonnes_at.append(tonnes.groupby(sources["point"].to_numpy()).sum().reindex(points, fill_value=0.0))
        return tonnes_at[0], tonnes_at[1]

    @cached_property
    def customers(self) -> gpd.GeoDataFrame:
        """Customers served, indexed by id.

        `tonnes`, `wanted_units` (and what else the material knows of demand), `platform` (None if none serves it),
        `minutes` (from the place that most of
        its goods come from, a platform or not), and their columns.
        """
        hauls = self.accounts.flows[self.accounts.flows["stage"].isin(["outbound", "direct"])]
        main = _largest(hauls, "destination")
        served = _largest(hauls[hauls["stage"] == "outbound"], "destination")
        wanted = self.placement.demand.drop(columns="kept_t")
        if self.placement.outlets is not None:  # nobody asks for anything: what each takes
            taken = np.asarray(self.shipped.out.sum(axis=0)).ravel()
            wanted = wanted.assign(tonnes=as_received(taken, self.placement.material.delivered_tare))
        return self.chain.customers.loc[wanted.index].assign(
            **wanted,
            platform=_or_none(served["origin"].reindex(wanted.index)),
            minutes=main["minutes"].reindex(wanted.index),
        )

    @cached_property
    def driven(self) -> pd.DataFrame:
        """What is driven from place to place: the flows, and the ways of rounds in the place of those that they carry.

        `stage`, `vehicle`, `origin`, `destination` (ids), `tonnes` and `kept_t` as hauled, `trips` and `passes` a year
        (of a lorry there and back, two for each trip; of rounds, one), `round` (number, 0 for none), `haulage_eur`,
        `minutes`, `km`.
        """
        flows, rounds = self.accounts.flows, self.accounts.rounds
        there_and_back = flows[~flows["stage"].isin([one.leg for one in rounds])]
        own = there_and_back.assign(passes=2 * there_and_back["trips"], round=0)
        made = [one.legs().assign(stage=one.leg, vehicle=one.vehicle, trips=one.times_year) for one in rounds]
        return pd.concat([own, *made], ignore_index=True) if made else own.reset_index(drop=True)

    @cached_property
    def _paths(self) -> Mapping[str, tuple[Ints, Paths]]:
        chain = self.chain
        tables = (chain.collection_points, chain.candidate_sites, chain.customers, chain.suppliers)
        places = pd.concat(tables)
        return routes.flow_paths(self.placement.ways.networks, self.driven, places)

    @cached_property
    def flows(self) -> gpd.GeoDataFrame:
        """What is driven, with the way of each over the network.

        `stage` ("inbound", "outbound", "direct"), `vehicle`, `origin`, `destination` (ids), `tonnes` as hauled,
        `kept_t`, `trips` a year, `haulage_eur` a year, `minutes` and `km` one way, `passes`, `round` (see `driven`),
        `geometry`.
        """
        lines = routes.flow_lines(self._paths, len(self.driven))
        return gpd.GeoDataFrame(self.driven, geometry=lines, crs=self.roads.nodes.crs)

    @cached_property
    def road_loads(self) -> gpd.GeoDataFrame:
        """One row a road used and stage.

        `stage`, `highway`, `ref`, `crossing` (id, "" elsewhere), `tonnes`, `lorries_year` (passes, loaded and empty),
        `geometry`.
        """
        return routes.road_loads(self.driven, self._paths, self.roads.nodes.crs)

    @cached_property
    def roads_used(self) -> gpd.GeoDataFrame:
        """Roads that carry something, with the loads of both stages (see `plan.routes.loads_by_road`)."""
        return routes.loads_by_road(self.road_loads, self.chain.parameters.working_days.value)

    def proposed(self, most: int) -> tuple[str, ...]:
        """Ids of the sites chosen, then of those of the best alternatives, each once; at most `most`."""
        sites = dict.fromkeys([*self.accounts.sites, *(site for other in self.alternatives for site in other.sites)])
        return tuple(sites)[:most]


def _largest(flows: pd.DataFrame, end: str) -> pd.DataFrame:
    """The largest flow of each place at one end, indexed by the place."""
    return flows.sort_values("tonnes", ascending=False, kind="stable").drop_duplicates(end).set_index(end)


def _or_none(ids: pd.Series) -> pd.Series:
    return ids.astype(object).where(ids.notna(), None)
