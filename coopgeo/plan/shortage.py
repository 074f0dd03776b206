"""What is lacking where a placement cannot serve all customers, in the names and tonnes of the study."""

import numpy as np

from coopgeo.chain.wood import wet_mass
from coopgeo.errors import Message
from coopgeo.plan.placement import Placement

_NEARLY_NOTHING_T = 1e-3  # a kilogram: what the solver may call a shortage is named


def shortage(placement: Placement, time_limit_s: float = 60.0) -> Message:
    """Say, in the names and tonnes of the study, which customers cannot be served and what is lacking.

    Returns
    -------
    Message
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
        return Message(
            "{count} platform(s) cannot be opened together on the sites allowed; "
            "allow other sites, or another number of platforms",
            count=free.p,
        )
    names = chain.customers["name"]
    who: list[str] = [
        Message("{name} ({id}) lacks {tonnes:.1f} t", name=names[id], id=id, tonnes=tonnes)
        for id, tonnes in short.items()
    ]
    deliverable = float(wet_mass(free.supply @ free.yield_, delivered))
    open_to_all = placement.options[~free.forbidden]
    by_site = np.sort(open_to_all.groupby("site")["capacity_dry_t"].max())[::-1]
    largest = float(wet_mass(by_site[: free.p].sum(), delivered))
    needed = placement.demand["tonnes"].sum()
    return Message(
        "{lacking:.1f} t a year are lacking of the {needed:.0f} t that the customers need: {who}. "
        "The collection points can feed {deliverable:.0f} t delivered, {count} platform(s) can pass {largest:.0f} t "
        "at most. Add wood (resources.csv, collection_points.csv), larger sites or another platform, or give a "
        "customer another role",
        lacking=sum(short.values()),
        needed=float(needed),
        who=who,
        deliverable=deliverable,
        count=free.p,
        largest=largest,
    )
