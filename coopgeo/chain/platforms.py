"""Platforms: which size fits on which site, and what it costs a year."""

import numpy as np
import pandas as pd

from coopgeo.chain.costs import capital_recovery_factor
from coopgeo.chain.materials import material_of
from coopgeo.errors import InputError, Message
from coopgeo.study import Chain

M2_PER_HA = 10_000


def built_m2(sizes: pd.DataFrame) -> pd.Series:
    """Ground that a platform of each size takes, m²: its hall and its yard."""
    return sizes["hangar_m2"] + sizes["yard_m2"]


def options(chain: Chain) -> pd.DataFrame:
    """Every size that fits on every candidate site, with its capacity and yearly cost.

    Returns
    -------
    DataFrame
        Columns `site`, `size` (ids), `capacity_kept_t` (kept tonnes delivered a year), `built_m2`, `capital_eur` (land
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
    capacity_kept_t = material_of(chain).capacity_kept_t(sizes)
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
