"""Room to grow: what a site could deliver beyond what the answer needs of it."""

import pandas as pd

from coopgeo.chain.material import as_received
from coopgeo.plan.placement import Placement
from coopgeo.plan.shipped import shipped
from coopgeo.siting import Solution

LITTLE_ROOM = 0.10  # of what a platform delivers: a planning hypothesis, about one customer more in ten


def room_t(placement: Placement, solution: Solution) -> pd.Series:
    """What each site could deliver beyond what the answer needs, with the largest size that fits its area.

    Parameters
    ----------
    placement : Placement
    solution : Solution
        Of its problem.

    Returns
    -------
    Series
        Tonnes a year as delivered, indexed by site. Of a site that was chosen, beyond what it delivers; of any other,
        beyond what the busiest platform of the answer does. Below 0 where not even that much fits.
    """
    options, tare = placement.options, placement.material.delivered_tare
    largest = options.groupby("site", sort=True)["capacity_kept_t"].max()
    passing = shipped(placement, solution).passing[solution.sites]
    needed = pd.Series(passing.max(initial=0.0), index=largest.index)
    needed[options["site"].iloc[solution.sites]] = passing
    return pd.Series(as_received(largest - needed, tare), index=largest.index, name="room_t")
