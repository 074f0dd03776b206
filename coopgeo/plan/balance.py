"""What the customers want against what the collection points can feed, and how far that may lie off.

All goods are taken to pass the store, as it does where nothing may go straight; what goes straight loses less or more,
a few thousandths of the whole.
"""

from dataclasses import dataclass

import numpy as np

from coopgeo.chain.collection import Collection, collect
from coopgeo.chain.material import as_received
from coopgeo.chain.resource import Level, assess
from coopgeo.errors import InfeasibleError
from coopgeo.plan.placement import Placement


@dataclass(frozen=True)
class Amounts:
    """Amounts a year, all of one unit.

    Attributes
    ----------
    wanted : float
        What the customers ask for; of a chain that pushes, what is collected.
    deliverable : float
        What the collection points can feed, as it is delivered, after the losses of the store.
    low, high : float
        The same with every factor of the resource at its low and at its high value.
    """

    wanted: float
    deliverable: float
    low: float
    high: float


@dataclass(frozen=True)
class Balance:
    """Demand and supply of a job; what is bought outside is not counted.

    Attributes
    ----------
    units : Amounts
        Units of what the chain delivers.
    tonnes : Amounts
        As the platform delivers.
    """

    units: Amounts
    tonnes: Amounts


def balance(placement: Placement) -> Balance:
    """Draw up the balance of a job.

    Parameters
    ----------
    placement : Placement
    """
    material = placement.material
    wanted_t = (
        float(placement.demand["tonnes"].sum())
        if placement.outlets is None
        else _delivered_t(placement, placement.collection)
    )
    supply_t = {
        "deliverable": _delivered_t(placement, placement.collection),
        **{level: _delivered_t(placement, _collected(placement, level)) for level in ("low", "high")},
    }
    units_t = float(material.units_per_t(material.delivered_tare))
    units = {name: tonnes * units_t for name, tonnes in supply_t.items()}
    return Balance(Amounts(wanted=wanted_t * units_t, **units), Amounts(wanted=wanted_t, **supply_t))


def _collected(placement: Placement, level: Level) -> Collection | None:
    """What comes to the collection points at another level of the resource; None if nothing does."""
    study, chain, ways = placement.study, placement.chain, placement.ways
    resource = assess(study, chain, ways.competitors, ways.resource, level=level)
    try:
        return collect(study, chain, resource.balance, ways.collection)
    except InfeasibleError:
        return None


def _delivered_t(placement: Placement, collection: Collection | None) -> float:
    if collection is None:
        return 0.0
    material, lots = placement.material, collection.lots
    left = material.platform_yield(lots["product"].to_list(), lots["tare"].to_numpy())
    return float(as_received(np.dot(lots["kept_t"].to_numpy(), left), material.delivered_tare))
