"""The rounds of an answer: which stops each visits in which order, and what that costs in a year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopgeo.chain.material import as_received
from coopgeo.plan.placement import Placement
from coopgeo.plan.shipped import Shipped
from coopgeo.rounds import Rounds
from coopgeo.siting import Solution


@dataclass(frozen=True, eq=False)
class RoundsMade:
    """The rounds of one leg from one platform.

    Attributes
    ----------
    leg : {"inbound", "outbound"}
    site : str
    vehicle : str
    times_year : float
        How often a year all of them are driven.
    stops : tuple of str
        Ids: what the routes of the rounds number.
    rounds : Rounds
    """

    leg: str
    site: str
    vehicle: str
    times_year: float
    stops: tuple[str, ...]
    rounds: Rounds

    @property
    def eur_year(self) -> float:
        """Cost of a year, €."""
        return float(self.rounds.eur) * self.times_year

    @property
    def km_year(self) -> float:
        """Kilometres of a year."""
        return float(self.rounds.km) * self.times_year

    def legs(self) -> pd.DataFrame:
        """Every way of the rounds from place to place.

        Returns
        -------
        DataFrame
            `round` (number, from 1), `origin`, `destination` (ids), `tonnes` (a year, on this way), `passes` (a year).
        """
        rows = []
        for number, (route, load_t) in enumerate(zip(self.rounds.routes, self.rounds.load_t, strict=True), start=1):
            places = [self.site, *(self.stops[stop] for stop in route), self.site]
            carried = self._carried(route, float(load_t))
            rows += [
                (number, start, end, tonnes * self.times_year, self.times_year)
                for start, end, tonnes in zip(places[:-1], places[1:], carried, strict=True)
            ]
        return pd.DataFrame(rows, columns=["round", "origin", "destination", "tonnes", "passes"])

    def _carried(self, route: tuple[int, ...], load_t: float) -> list[float]:
        """Tonnes on each way of a round, if every stop has the same part of it."""
        after = np.linspace(0.0, load_t, len(route) + 1)
        return (after if self.leg == "inbound" else after[::-1]).tolist()


def rounds_made(
    placement: Placement, flows: Shipped, solution: Solution, *, bounded: bool = False
) -> tuple[RoundsMade, ...]:
    """Plan the rounds of a solution of `placement.problem`, leg by leg and platform by platform.

    With `bounded`, their bounds are raised as far as it goes in a second or so.
    """
    made = []
    for leg, rounds in sorted(placement.rounds.items()):
        for option in solution.sites.tolist():
            site, tonnes = str(placement.options["site"].iloc[option]), _tonnes(placement, flows, leg, option)
            if not tonnes:
                continue
            planned = rounds.planned(site, tonnes, placement.ways.planned, bounded=bounded)
            stops, settings = tuple(sorted(tonnes)), rounds.settings
            made.append(RoundsMade(leg, site, settings.vehicle, settings.times_year, stops, planned))
    return tuple(made)


def _tonnes(placement: Placement, flows: Shipped, leg: str, option: int) -> dict[str, float]:
    """Tonnes a year at each stop of a platform."""
    if leg == "outbound":
        kept_t = flows.out[[option]].toarray().ravel()
        amounts = pd.Series(as_received(kept_t, placement.material.delivered_tare), index=placement.demand.index)
    else:
        come = placement.sources
        tonnes = as_received(flows.into[:, [option]].toarray().ravel(), come["tare"].to_numpy(float))
        amounts = pd.Series(tonnes).groupby(come["point"].to_numpy()).sum()
    return {str(stop): float(amount) for stop, amount in amounts.items() if amount > 0}
