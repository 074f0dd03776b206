"""Checks of what a chain may say beyond the least: sizes by volume, vehicles of customers, seasons."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study.chain_schemas import MONTHS
from coopgeo.study.checks import known
from coopgeo.study.tables import line_of
from coopgeo.text.vocabulary import named_code

_OF_A_YEAR = 0.005  # parts of months, written with three decimals, may miss the year by this
_OF_THE_JOBS = 1e-6


def check_sizes(faults: Faults, sizes: pd.DataFrame) -> Faults:
    """Each size of platform has a capacity: the volume of its hall and how often it is filled, or tonnes a year."""
    by_volume = sizes[["store_m3", "turns_year"]].notna().all(axis=1)
    for id, row in sizes[~by_volume & sizes["capacity_t_year"].isna()].iterrows():
        faults.add(
            row=line_of(row),
            id=str(id),
            column="store_m3",
            expected=Message("store_m3 and turns_year, or capacity_t_year"),
        )
    return faults


def check_customer_vehicles(faults: Faults, customers: pd.DataFrame, vehicles: Collection[str]) -> Faults:
    """What delivers to a customer is a vehicle of the study."""
    named = customers[customers["vehicle"] != ""]
    known(faults, named, "vehicle", vehicles, Message("an id of roads/vehicles.csv"))
    return faults


def check_seasons(faults: Faults, seasons: pd.DataFrame) -> Faults:
    """The months of a kind of customer make the whole year, and each kind stands once."""
    for _, row in seasons[seasons.duplicated("kind")].iterrows():
        found = Message("{name} again", name=named_code("kind", row["kind"]))
        faults.add(row=line_of(row), column="kind", found=found, expected=Message("one row for each kind of customer"))
    whole = seasons[list(MONTHS)].sum(axis=1, skipna=False)
    for at in np.flatnonzero((whole - 1).abs().to_numpy() > _OF_A_YEAR):
        found = Message("months that sum to {sum:.3f}", sum=float(whole.iloc[at]))
        expected = Message("twelve parts that sum to 1")
        faults.add(row=line_of(seasons.iloc[at]), found=found, expected=expected, rests_on=MONTHS)
    return faults


def check_work(faults: Faults, work: pd.DataFrame) -> Faults:
    """The parts of the jobs make all of them."""
    whole = float(work["share"].sum(skipna=False))
    if len(work) and abs(whole - 1) > _OF_THE_JOBS:
        found = Message("parts that sum to {sum:.3f}", sum=whole)
        faults.add(column="share", found=found, expected=Message("parts that sum to 1"), rests_on=("share",))
    return faults
