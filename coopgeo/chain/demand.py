"""Demand: what the customers to be served ask for in a year."""

import numpy as np
import pandas as pd

from coopgeo.chain.materials import material_of
from coopgeo.study import Chain


def demand(chain: Chain) -> pd.DataFrame:
    """Yearly demand of each customer to be served.

    Returns
    -------
    DataFrame
        Indexed by customer id, in their order: `wanted_units` (of what the chain delivers), `kept_t` and `tonnes`, both
        as the platform delivers them, and what else the material knows.
    """
    served = np.flatnonzero(chain.customers["role"] == "served")
    served = served[np.argsort(chain.customers.index.to_numpy(object)[served].astype(str), kind="stable")]
    return material_of(chain).demand(chain.customers.iloc[served])
