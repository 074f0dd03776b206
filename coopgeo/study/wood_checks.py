"""Checks of the customers of a wood-energy chain."""

import numpy as np
import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study.chain_schemas import ROLES
from coopgeo.study.checks import id_of, rows_of
from coopgeo.study.tables import line_of
from coopgeo.study.wood_schemas import FUELS
from coopgeo.text.vocabulary import named_code

_MEASURES = ("tonnes_year", "moisture", "power_kw", "full_load_h", "efficiency")
DEMAND = ("fuel", *_MEASURES)


def check_customers(faults: Faults, customers: pd.DataFrame, delivered_moisture: float) -> Faults:
    """Every customer to be served burns chips, takes them as wet as they come, and has a demand and an efficiency."""
    served = np.asarray(customers["role"].array == "served", dtype=bool)
    if len(customers) and not served.any():
        expected = Message('one row at least with the role "{role}"', role=named_code("role", ROLES[0]))
        faults.add(column="role", found=Message("no customer to serve"), expected=expected)
    moisture, is_there = customers["moisture"].to_numpy(), {n: customers[n].notna().to_numpy() for n in _MEASURES}
    by_mass = is_there["tonnes_year"] & is_there["moisture"]
    by_power = is_there["power_kw"] & is_there["full_load_h"]
    for label, row in rows_of(customers, served & ~((by_mass | by_power) & is_there["efficiency"])):
        expected = Message("efficiency, and either tonnes_year and moisture, or power_kw and full_load_h")
        found = Message("no demand that can be computed")
        faults.add(row=line_of(row), id=id_of(label), found=found, expected=expected, rests_on=_MEASURES)
    for label, row in rows_of(customers, served & (moisture < delivered_moisture - 1e-9)):
        expected = Message(
            "{moisture} (delivered_moisture of chain.toml) or more, or another role", moisture=delivered_moisture
        )
        faults.add(row=line_of(row), id=id_of(label), column="moisture", found=row["moisture"], expected=expected)
    for label, row in rows_of(customers, served & np.asarray(customers["fuel"].array != "chips", dtype=bool)):
        faults.add(
            row=line_of(row),
            id=id_of(label),
            column="fuel",
            found=row["fuel"],
            expected=Message("{fuel} for a customer to serve, or another role", fuel=named_code("fuel", FUELS[0])),
        )
    return faults
