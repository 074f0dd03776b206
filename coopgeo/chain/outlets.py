"""Where the outputs of a platform go in a chain that pushes: outlets that pay or ask for money, and waste."""

import numpy as np
import pandas as pd

from coopgeo.study import Chain
from coopgeo.study.chain_settings import PlainChain
from coopgeo.study.plain_checks import REST

WASTE = ""  # the outlet of what nobody takes: it lies at the platform


def output_shares(chain: Chain) -> pd.Series:
    """Share of what comes in that becomes each output, in sorted order; what they leave is `REST`, and the last."""
    settings = chain.settings
    assert isinstance(settings, PlainChain)
    shares = pd.Series({name: settings.outputs[name].value for name in sorted(settings.outputs)}, dtype=float)
    shares[REST] = max(0.0, 1 - float(shares.sum()))
    return shares


def outlets(chain: Chain) -> pd.DataFrame:
    """Every way that an output can go.

    Returns
    -------
    DataFrame
        `customer` (id; `WASTE` where nobody takes it), `output`, `eur_t` (what it costs at the gate of the outlet,
        below 0 where the outlet pays), `capacity_t` (a year, `inf` = no limit). The outlets of `outlets.csv` that are
        served, by customer and output, then the waste of each output.
    """
    settings = chain.settings
    assert isinstance(settings, PlainChain)
    table = chain.outlets[chain.outlets["customer"].isin(chain.served().index)].sort_values(["customer", "output"])
    waste, names = settings.parameters.waste_eur_t, list(output_shares(chain).index)
    return pd.DataFrame(
        {
            "customer": [*table["customer"], *[WASTE] * len(names)],
            "output": [*table["output"], *names],
            "eur_t": [*(-table["value"].to_numpy(float)), *[waste.value if waste else 0.0] * len(names)],
            "capacity_t": [*table["capacity_t_year"].fillna(np.inf).to_numpy(float), *[np.inf] * len(names)],
        }
    )
