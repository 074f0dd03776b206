"""Platforms: which size fits on which site, what it costs a year, and what storage does to the wood."""

import numpy as np
import pandas as pd

from coopgeo.chain.costs import capital_recovery_factor
from coopgeo.chain.wood import dry_mass, dry_mass_kept, months_to_dry
from coopgeo.errors import InputError, Message
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
        Columns `site`, `size` (ids), `capacity_kept_t` (dry tonnes delivered a year), `built_m2`, `capital_eur` (land
        included, before any subsidy), `opening_eur_year`, and `works_eur_year`, the part of it that pays off works and
        equipment; sorted by site, then by the order of the sizes. Works and equipment are paid off over their life,
        less the subsidy; land keeps its value and costs its interest.

    Raises
    ------
    InputError
        If no size fits on any site.
    """
    parameters, sizes = chain.parameters, chain.platform_sizes
    sites = chain.candidate_sites.sort_index()
    site, size = np.repeat(np.arange(len(sites)), len(sizes)), np.tile(np.arange(len(sizes)), len(sites))
    ground_m2 = built_m2(sizes).to_numpy(float)
    fits = np.flatnonzero(ground_m2[size] <= sites["area_ha"].to_numpy(float)[site] * M2_PER_HA)
    if not len(fits):
        raise InputError(
            Message(
                "candidate_sites.csv: found no site large enough for any size of platform_sizes.csv; "
                "expected one at least"
            )
        )
    site, size = site[fits], size[fits]
    hangar_m2, yard_m2 = sizes["hangar_m2"].to_numpy(float), sizes["yard_m2"].to_numpy(float)
    works = parameters.hangar_eur_m2.value * hangar_m2 + parameters.yard_eur_m2.value * yard_m2
    works = (works + sizes["equipment_eur"].to_numpy(float))[size]
    running = (
        sizes["fixed_eur_year"].to_numpy(float) + sizes["staff_fte"].to_numpy(float) * parameters.fte_eur_year.value
    )
    land = sites["land_eur_m2"].to_numpy(float)[site] * ground_m2[size]
    rate = parameters.discount_rate.value
    payment = capital_recovery_factor(rate, parameters.amortisation_years.value) * (1 - parameters.subsidy_share.value)
    capacity_kept_t = _capacity_kept_t(sizes, parameters)
    return pd.DataFrame(
        {
            "site": sites.index[site],
            "size": sizes.index[size],
            "capacity_kept_t": capacity_kept_t[size],
            "built_m2": ground_m2[size],
            "capital_eur": works + land,
            "opening_eur_year": works * payment + land * rate + running[size],
            "works_eur_year": works * payment,
        }
    )


def _capacity_kept_t(sizes: pd.DataFrame, parameters: WoodParameters) -> np.ndarray:
    """Dry tonnes that each size can deliver in a year.

    A loose cubic metre of chips holds the same dry mass at any moisture: wetter wood needs no larger hall.
    """
    by_volume = (sizes["store_m3"] * sizes["turns_year"]).to_numpy(float) * parameters.dry_kg_map.value / 1000
    by_mass = dry_mass(sizes["capacity_t_year"].to_numpy(float), parameters.delivered_moisture.value)
    return np.where(np.isnan(by_volume), by_mass, by_volume)


def storage_yield(moisture: np.ndarray, parameters: WoodParameters) -> np.ndarray:
    """Dry tonnes delivered per dry tonne that arrives at a moisture, after drying to the moisture delivered.

    Wood that arrives drier than that is blended in and loses nothing.

    Parameters
    ----------
    moisture : ndarray
        Water / total mass on arrival, of any shape.
    parameters : WoodParameters
        Its `delivered_moisture`, `equilibrium_moisture`, `drying_months` and `loss_per_month`.

    Returns
    -------
    ndarray
        Share of the dry mass that is kept, 0 to 1, shape of `moisture`.
    """
    return dry_mass_kept(storage_months(moisture, parameters), loss_per_month=parameters.loss_per_month.value)


def storage_months(moisture: np.ndarray, parameters: WoodParameters) -> np.ndarray:
    """Months that wood which arrives at a moisture dries before it is delivered; 0 if it is dry enough."""
    return months_to_dry(
        moisture,
        parameters.delivered_moisture.value,
        equilibrium=parameters.equilibrium_moisture.value,
        tau_months=parameters.drying_months.value,
    )
