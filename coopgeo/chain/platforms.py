"""Platforms: which size fits on which site, and what it costs a year."""

import numpy as np
import pandas as pd

from coopgeo.chain.costs import capital_recovery_factor
from coopgeo.chain.fuel import handling_eur_t
from coopgeo.chain.materials import material_of
from coopgeo.errors import InputError, Message
from coopgeo.study import Chain

M2_PER_HA = 10_000
EXISTING = ""  # the size of a plant that stands


def built_m2(sizes: pd.DataFrame) -> pd.Series:
    """Ground that a platform of each size takes, m²: its hall and its yard."""
    return sizes["hangar_m2"] + sizes["yard_m2"]


def options(chain: Chain) -> pd.DataFrame:
    """Every size that fits on every candidate site, with its capacity and yearly cost.

    Returns
    -------
    DataFrame
        Columns `site`, `size` (ids), `capacity_kept_t` (kept tonnes delivered a year), `built_m2`, `capital_eur` (land
        included, before any subsidy), `opening_eur_year`, `works_eur_year`, the part of it that pays off works and
        equipment, and `handling_eur_t` (as delivered); sorted by site, then by the order of the sizes. An existing
        plant of others has the size `EXISTING`: nothing is built, and its fee is what handling costs. Works and
        equipment are paid off over their life, less the subsidy; land keeps its value and costs its interest.

    Raises
    ------
    InputError
        If no size fits on any site.
    """
    parameters, sizes = chain.parameters, chain.platform_sizes
    sites = chain.candidate_sites.sort_index()
    site, size = np.repeat(np.arange(len(sites)), len(sizes)), np.tile(np.arange(len(sizes)), len(sites))
    ground_m2 = built_m2(sizes).to_numpy(float)
    plants = existing_plants(sites)
    own = ~sites.index.isin(plants.index)
    fits = np.flatnonzero((ground_m2[size] <= sites["area_ha"].to_numpy(float)[site] * M2_PER_HA) & own[site])
    if not len(fits) and plants.empty:
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
    capacity_kept_t = material_of(chain).capacity_kept_t(sizes)
    built = pd.DataFrame(
        {
            "site": sites.index[site],
            "size": sizes.index[size],
            "capacity_kept_t": capacity_kept_t[size],
            "built_m2": ground_m2[size],
            "capital_eur": works + land,
            "opening_eur_year": works * payment + land * rate + running[size],
            "works_eur_year": works * payment,
            "handling_eur_t": handling_eur_t(parameters),
        }
    )
    return (
        built
        if plants.empty
        else pd.concat([built, _options_of(plants)], ignore_index=True).sort_values(
            "site", kind="stable", ignore_index=True
        )
    )


def existing_plants(sites: pd.DataFrame) -> pd.DataFrame:
    """The candidate sites that are plants of others, which take goods at a fee."""
    return sites[sites["gate_fee_eur_t"].notna()] if "gate_fee_eur_t" in sites else sites.iloc[:0]


def _options_of(plants: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site": plants.index,
            "size": EXISTING,
            "capacity_kept_t": plants["plant_t_year"].fillna(np.inf).to_numpy(float),
            "built_m2": 0.0,
            "capital_eur": 0.0,
            "opening_eur_year": 0.0,
            "works_eur_year": 0.0,
            "handling_eur_t": plants["gate_fee_eur_t"].to_numpy(float),
        }
    )
