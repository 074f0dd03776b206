"""Which vehicle drives which leg of a chain."""

import numpy as np

from coopgeo.study import Chain, Study
from coopgeo.study.chain_settings import PlainChain, Product, RoundsSettings

LEGS = ("inbound", "outbound")


def truck_of(study: Study, chain: Chain) -> str:
    """Id of the lorry that hauls where nothing else does: that of the chain, else that of the study."""
    return chain.settings.truck or study.settings.truck


def rounds_of(chain: Chain, leg: str) -> RoundsSettings | None:
    """The rounds of a leg ("inbound", "outbound"); None where each load goes there and back."""
    settings = chain.settings
    rounds: RoundsSettings | None = (
        getattr(settings.rounds, leg) if isinstance(settings, PlainChain) and settings.rounds else None
    )
    return rounds


def leg_vehicle(study: Study, chain: Chain, leg: str) -> str:
    """Id of the vehicle of a leg: that of its rounds, else the lorry."""
    rounds = rounds_of(chain, leg)
    return rounds.vehicle if rounds else truck_of(study, chain)


def collecting_vehicle(study: Study, chain: Chain, product: Product) -> str:
    """Id of the vehicle that brings a product to its collection point."""
    return product.collected_by or product.brought_by or truck_of(study, chain)


def delivery_vehicles(study: Study, chain: Chain) -> np.ndarray:
    """Id of the vehicle that delivers to each customer, served or not, in the order of their ids."""
    vehicle = chain.customers["vehicle"].sort_index().to_numpy(object)
    return np.where(vehicle == "", leg_vehicle(study, chain, "outbound"), vehicle)


def vehicles_of(study: Study, chain: Chain) -> list[str]:
    """Ids of the vehicles of a chain, in sorted order: those that haul, collect and deliver."""
    collecting = (collecting_vehicle(study, chain, product) for product in chain.settings.products.values())
    legs = (leg_vehicle(study, chain, leg) for leg in LEGS)
    return sorted({truck_of(study, chain), *legs, *collecting, *delivery_vehicles(study, chain)})
