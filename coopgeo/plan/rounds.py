"""Rounds of a job: what serving many small stops from a platform costs, bounded below, estimated, or planned.

The placement counts a load as there and back in a full vehicle, which no rounds can beat (the radial bound of Haimovich
and Rinnooy Kan), so that its costs are bounds. Where one platform serves stops that are all known beforehand, what the
best bound of `coopgeo.rounds` says beyond that is added to its site. Sites that can still win are then planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from coopgeo.arrays import Floats
from coopgeo.chain.fuel import at_fuel_price
from coopgeo.chain.material import Material
from coopgeo.chain.vehicles import LEGS, rounds_of
from coopgeo.plan.job_ways import JobWays
from coopgeo.roads import Vehicle
from coopgeo.roads.ways import Ways
from coopgeo.rounds import Fleet, Rounds, estimated_rounds_cost, least_rounds_cost, plan_rounds
from coopgeo.rounds.arguments import tenths
from coopgeo.study import Chain, Study
from coopgeo.study.chain_settings import PlainChain, RoundsSettings

Measure = Literal["bound", "estimate"]
_ITERATIONS = 400
_BOUND_STEPS = 100
_SECONDS_AN_HOUR = 3600.0


@dataclass(frozen=True, eq=False)
class LegRounds:
    """The rounds of one leg, from any site.

    Attributes
    ----------
    leg : {"inbound", "outbound"}
    settings : RoundsSettings
    vehicle : Vehicle
        At the prices of the chain.
    capacity_t : float
        Tonnes on a round.
    sites, stops : Index
        Ids: rows and columns of the ways are the sites, then the stops.
    ways : Ways
    within_s : float
        How long after the departure the last stop of a round must be reached, as of a cold chain.
    """

    leg: str
    settings: RoundsSettings
    vehicle: Vehicle
    capacity_t: float
    sites: pd.Index
    stops: pd.Index
    ways: Ways
    within_s: float = np.inf

    @cached_property
    def fleet(self) -> Fleet:
        """The vehicles of the rounds."""
        return Fleet(
            capacity_t=self.capacity_t,
            cost_eur_km=self.vehicle.cost_eur_km,
            cost_eur_h=self.vehicle.cost_eur_h,
            shift_s=min(self.settings.shift_h * _SECONDS_AN_HOUR, self._longest_s),
            stop_s=self.settings.stop_min * 60.0,
            depot_s=self.vehicle.load_unload_h * _SECONDS_AN_HOUR,
        )

    @property
    def _longest_s(self) -> float:
        """No round that reaches its last stop in time lasts longer: it works there, and comes back the longest way."""
        if not np.isfinite(self.within_s):
            return np.inf
        back_s = self.ways.time_s[len(self.sites) :, : len(self.sites)]
        longest = float(back_s[np.isfinite(back_s)].max(initial=0.0))
        return self.within_s + self.settings.stop_min * 60.0 + longest + self.vehicle.load_unload_h * _SECONDS_AN_HOUR

    @cached_property
    def unit_eur_t(self) -> Floats:
        """What a tonne costs there and back in a full vehicle, shape (sites, stops): no rounds are cheaper.

        `inf` where a vehicle that serves nothing else takes longer than a shift.
        """
        way, count, fleet = self.ways.cost_eur(self.vehicle), len(self.sites), self.fleet
        there_and_back = (
            way[:count, count:] + way[count:, :count].T,
            tenths(self.ways.time_s[:count, count:]) + tenths(self.ways.time_s[count:, :count].T),
        )
        late = there_and_back[1] + tenths(fleet.depot_s) + tenths(fleet.stop_s) > tenths(fleet.shift_s)
        return np.where(late, np.inf, (there_and_back[0] + fleet.start_eur) / self.capacity_t)

    def beyond_eur_year(self, tonnes: Floats, measure: Measure) -> Floats:
        """What rounds that serve all stops from one site cost beyond `unit_eur_t`, € a year, shape (sites,).

        Parameters
        ----------
        tonnes : ndarray, shape (stops,)
            A year, at each stop.
        measure : {"bound", "estimate"}
            A bound that no rounds are below, or an estimate of what they cost.
        """
        cost = least_rounds_cost if measure == "bound" else estimated_rounds_cost
        load_t = tonnes / self.settings.times_year
        toll_eur, count = self.ways.toll_eur, len(self.sites)
        once = cost(self.ways.length_m, self.ways.time_s, load_t, fleet=self.fleet, toll_eur=toll_eur, depots=count)
        direct = np.where(np.isfinite(self.unit_eur_t), self.unit_eur_t, 0.0) @ tonnes
        return np.maximum(once * self.settings.times_year - direct, 0.0)

    def planned(
        self, site: str, tonnes: Mapping[str, float], known: dict[object, Rounds], *, bounded: bool = False
    ) -> Rounds:
        """The rounds of one turn from a site to stops with tonnes a year; none is planned twice.

        With `bounded`, their own bound is raised as far as it goes in a second or so.
        """
        order = sorted(tonnes)
        at = np.concatenate([self.sites.get_indexer([site]), len(self.sites) + self.stops.get_indexer(order)])
        load_t = np.array([tonnes[stop] for stop in order]) / self.settings.times_year
        part = Ways(*(whole[np.ix_(at, at)] for whole in self.ways.parts))
        key = (
            bounded,
            self.within_s,
            self.leg,
            self.fleet,
            site,
            tuple(order),
            load_t.tobytes(),
            *(whole.tobytes() for whole in part.parts),
        )
        if key not in known:
            known[key] = plan_rounds(
                part.length_m,
                part.time_s,
                load_t,
                fleet=self.fleet,
                toll_eur=part.toll_eur,
                windows_s=self._windows(len(order)),
                iterations=_ITERATIONS,
                bound_steps=_BOUND_STEPS if bounded else 0,
            )
        return known[key]

    def _windows(self, stops: int) -> Floats | None:
        """When the work at each stop may begin, where that matters."""
        if not np.isfinite(self.within_s):
            return None
        latest = self.within_s + self.fleet.depot_s  # rounds begin with the work at the platform
        return np.tile([0.0, latest], (stops, 1))


def leg_rounds(study: Study, chain: Chain, material: Material, ways: JobWays) -> dict[str, LegRounds]:
    """The rounds of each leg that is driven in rounds."""
    found = {}
    for leg in LEGS:
        settings = rounds_of(chain, leg)
        if settings is None:
            continue
        vehicle = at_fuel_price(study.vehicles[settings.vehicle], chain.parameters)
        known, count = ways.stops[leg], len(ways.sites)
        here = np.flatnonzero(known.isin(chain.served().index)) if leg == "outbound" else np.arange(len(known))
        at = np.concatenate([np.arange(count), count + here])
        part = Ways(*(whole[np.ix_(at, at)] for whole in ways.rounds[leg].parts))
        capacity_t = float(material.load_t(0.0, vehicle))
        limits = chain.settings.limits if leg == "outbound" and isinstance(chain.settings, PlainChain) else None
        within_s = limits.outbound_min * 60.0 if limits and limits.outbound_min else np.inf
        found[leg] = LegRounds(leg, settings, vehicle, capacity_t, ways.sites, known[here], part, within_s)
    return found
