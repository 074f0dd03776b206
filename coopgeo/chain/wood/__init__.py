"""Wood: moisture, energy, drying, boilers."""

from coopgeo.chain.wood.formulas import (
    bulk_density,
    dry_mass,
    dry_mass_kept,
    energy_content,
    months_to_dry,
    wet_mass,
)

__all__ = ["bulk_density", "dry_mass", "dry_mass_kept", "energy_content", "months_to_dry", "wet_mass"]
