"""What is lacking where a placement cannot serve all customers, in the names and tonnes of the study."""

from collections.abc import Mapping

import numpy as np

from coopgeo.chain.material import as_received
from coopgeo.chain.straight import BOUGHT
from coopgeo.errors import Message
from coopgeo.plan.job import MOST_PLATFORMS
from coopgeo.plan.placement import Placement
from coopgeo.siting import TwoStage

_NEARLY_NOTHING_T = 1e-3  # a kilogram: what the solver may call a shortage is named


def shortage(placement: Placement, time_limit_s: float = 60.0) -> Message:
    """Say, in the names and tonnes of the study, which customers cannot be served and what is lacking.

    Returns
    -------
    Message
    """
    chain, delivered = placement.chain, placement.material.delivered_tare
    free = placement.problem
    assert isinstance(free, TwoStage)  # what pushes says itself what has no place
    answer = free.least_unmet(time_limit_s=time_limit_s)
    assert answer.unmet is not None  # a price on unmet demand was given
    lacking_t = as_received(answer.unmet, delivered)
    short = {
        name: tonnes
        for name, tonnes in zip(placement.demand.index, lacking_t, strict=True)
        if tonnes > _NEARLY_NOTHING_T
    }
    count = MOST_PLATFORMS if free.p is None else free.p
    if not short:
        return Message(
            "{count} platform(s) cannot be opened together on the sites allowed; "
            "allow other sites, or another number of platforms",
            count=count,
        )
    if not count:
        return _without_a_platform(placement, short)
    names = chain.customers["name"]
    who: list[str] = [
        Message("{name} ({id}) lacks {tonnes:.1f} t", name=names[id], id=id, tonnes=tonnes)
        for id, tonnes in short.items()
    ]
    deliverable = float(as_received(free.supply @ free.yield_, delivered))
    open_to_all = placement.options[~free.forbidden]
    by_site = np.sort(open_to_all.groupby("site")["capacity_kept_t"].max())[::-1]
    largest = float(as_received(by_site[:count].sum(), delivered))
    needed = placement.demand["tonnes"].sum()
    return Message(
        "{lacking:.1f} t a year are lacking of the {needed:.0f} t that the customers need: {who}. "
        "The collection points can feed {deliverable:.0f} t delivered, {count} platform(s) can pass {largest:.0f} t "
        "at most. Add goods (resources.csv, collection_points.csv), larger sites or another platform, or give a "
        "customer another role",
        lacking=sum(short.values()),
        needed=float(needed),
        who=who,
        deliverable=deliverable,
        count=count,
        largest=largest,
    )


def _without_a_platform(placement: Placement, short: Mapping[str, float]) -> Message:
    """What is lacking where all goods must go straight; customers that take none as they are, are named so."""
    chain, problem = placement.chain, placement.problem
    assert isinstance(problem, TwoStage)
    delivered, names = placement.material.delivered_tare, chain.customers["name"]
    bought = (placement.sources["product"] == BOUGHT).to_numpy()
    goes = placement.sources["direct_tare"].notna().to_numpy() & (bought | placement.job.direct)
    driest = placement.sources["direct_tare"][goes].min()
    most = placement.material.most_tare(chain.customers.loc[placement.demand.index])
    takes = dict(zip(placement.demand.index, most, strict=True))
    who: list[str] = [
        Message(
            "{name} ({id}) lacks {tonnes:.1f} t: it takes {most:.2f} of water at most, and the driest that goes "
            "straight has {driest:.2f}",
            name=names[id],
            id=id,
            tonnes=tonnes,
            most=takes[id],
            driest=driest,
        )
        if takes[id] < driest
        else Message("{name} ({id}) lacks {tonnes:.1f} t", name=names[id], id=id, tonnes=tonnes)
        for id, tonnes in short.items()
    ]
    assert problem.direct_yield is not None  # nothing else can be shipped without a platform
    straight = as_received((problem.supply * problem.direct_yield[:, 0])[goes].sum(), delivered)
    return Message(
        "{lacking:.1f} t a year are lacking of the {needed:.0f} t that the customers need: {who}. Without a platform "
        "all goods go straight: {straight:.0f} t can. Open a platform, let more go straight (products of "
        "chain.toml), allow suppliers.csv, or give a customer another role",
        lacking=sum(short.values()),
        needed=float(placement.demand["tonnes"].sum()),
        who=who,
        straight=float(straight),
    )
