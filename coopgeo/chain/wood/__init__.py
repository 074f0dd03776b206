"""Wood: moisture, energy, drying, boilers."""

from coopgeo.chain.wood.formulas import (
    bulk_density,
    co2_per_useful_mwh,
    dry_mass,
    dry_mass_kept,
    energy_content,
    fuel_energy,
    months_to_dry,
    wet_mass,
)

__all__ = [
    "bulk_density",
    "co2_per_useful_mwh",
    "dry_mass",
    "dry_mass_kept",
    "energy_content",
    "fuel_energy",
    "months_to_dry",
    "wet_mass",
]
