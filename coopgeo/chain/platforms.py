"""Platforms: which size fits on which site, what it costs a year, and what storage does to the wood."""

import numpy as np
import pandas as pd

from coopgeo.chain.costs import capital_recovery_factor
from coopgeo.chain.wood import dry_mass, dry_mass_kept, months_to_dry
from coopgeo.errors import InputError
from coopgeo.study import Chain
from coopgeo.study.settings import WoodParameters

M2_PER_HA = 10_000


def built_m2(sizes: pd.DataFrame) -> pd.Series:
    """Ground that a platform of each size takes, m²: its hall and its yard."""
    return sizes["hangar_m2"] + sizes["yard_m2"]


def options(chain: Chain) -> pd.DataFrame:
    """Every size that fits on every candidate site, with its capacity and yearly cost.

    Returns
    -------
    DataFrame
        Columns `site`, `size` (ids), `capacity_dry_t` (dry tonnes delivered a year), `built_m2`, `capital_eur` (land
        included, before any subsidy), `opening_eur_year`; sorted by site, then by the order of the sizes. Works and
        equipment are paid off over their life, less the subsidy; land keeps its value and costs its interest.

    Raises
    ------
    InputError
        If no size fits on any site.
    """
    parameters = chain.parameters
    sites = chain.candidate_sites.sort_index()
    pairs = pd.DataFrame(sites[["area_ha", "land_eur_m2"]]).rename_axis("site").reset_index()
    pairs = pairs.merge(chain.platform_sizes.rename_axis("size").reset_index(), how="cross")
    ground_m2 = built_m2(pairs)
    fits = ground_m2 <= pairs["area_ha"] * M2_PER_HA
    if not fits.any():
        raise InputError(
            "candidate_sites.csv: found no site large enough for any size of platform_sizes.csv; expected one at least"
        )
    buildings = parameters.hangar_eur_m2.value * pairs["hangar_m2"] + parameters.yard_eur_m2.value * pairs["yard_m2"]
    land = pairs["land_eur_m2"] * ground_m2
    works = buildings + pairs["equipment_eur"]
    recovery = capital_recovery_factor(parameters.discount_rate.value, parameters.amortisation_years.value)
    running = pairs["fixed_eur_year"] + pairs["staff_fte"] * parameters.fte_eur_year.value
    table = pairs.assign(
        built_m2=ground_m2,
        capital_eur=works + land,
        opening_eur_year=works * (1 - parameters.subsidy_share.value) * recovery
        + land * parameters.discount_rate.value
        + running,
        capacity_dry_t=dry_mass(pairs["capacity_t_year"].to_numpy(), parameters.delivered_moisture.value),
    )
    return table.loc[
        fits, ["site", "size", "capacity_dry_t", "built_m2", "capital_eur", "opening_eur_year"]
    ].reset_index(drop=True)


def storage_yield(moisture: np.ndarray, parameters: WoodParameters) -> np.ndarray:
    """Dry tonnes delivered per dry tonne that arrives at a moisture, after drying to the moisture delivered.

    Wood that arrives drier than that is blended in and loses nothing.
    """
    months = months_to_dry(
        moisture,
        parameters.delivered_moisture.value,
        equilibrium=parameters.equilibrium_moisture.value,
        tau_months=parameters.drying_months.value,
    )
    return dry_mass_kept(months, loss_per_month=parameters.loss_per_month.value)
