"""The assumptions that decide most of wood energy, and of no other chain: its moisture and the hedges."""

from collections.abc import Mapping
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from coopgeo.notebook.controls import positions, slider
from coopgeo.study import Chain
from coopgeo.study.texts import chain_words
from coopgeo.study.wood_settings import WoodParameters

_HEDGES = ("hedge", "managed-share")
_HEDGE_SHARES = tuple(at / 20 for at in range(1, 13))
_STEP = 0.01  # of moisture


def wood_sliders(chain: Chain) -> dict[str, ipywidgets.Widget]:
    """Sliders of moisture and of hedges, where the chain has them: see `assumptions.decisive_sliders`."""
    parameters, text = chain.parameters, chain_words(chain, "fr")
    if not isinstance(parameters, WoodParameters):
        return {}
    moisture, hedges = parameters.delivered_moisture, hedges_managed(chain)
    sliders = {"moisture": slider(moisture.fr, _moistures(chain, parameters), text.percent, moisture.value)}
    if hedges is not None:
        sliders["hedges"] = slider(text("notebook.hedges"), _HEDGE_SHARES, text.percent, hedges)
    return sliders


def wood_changes(moisture: float | None = None, hedges: float | None = None) -> list[Mapping[str, Mapping[Any, Any]]]:
    """The changes that these sliders ask for: moisture of the chips delivered, share of the hedges that is managed."""
    drier = {} if moisture is None else {"parameters": {"delivered_moisture": moisture}}
    return [drier, {} if hedges is None else more_hedges(hedges)]


def more_hedges(share: float) -> dict[str, dict[Any, Any]]:
    """Another share of the hedges managed for wood energy."""
    return {"resources": {_HEDGES: {"value": share}}}


def hedges_managed(chain: Chain) -> float | None:
    """The share of the hedges that is managed for wood energy; None for a chain without hedges."""
    factors = chain.resources
    found = factors.loc[(factors["product"] == _HEDGES[0]) & (factors["factor"] == _HEDGES[1]), "value"]
    return None if found.empty else float(found.iloc[0])


def hedge_wood(balance: pd.DataFrame) -> float:
    """Wood of hedges in a balance of the resource that is left for the chain, dry t/year."""
    return float(balance.loc[balance["product"] == _HEDGES[0], "available_kept_t"].sum())


def _moistures(chain: Chain, parameters: WoodParameters) -> list[float]:
    """What chips can be delivered at: wetter than drying leads to, no wetter than each boiler takes."""
    least = parameters.equilibrium_moisture.value + _STEP
    taken = chain.served()["moisture"].min()
    most = parameters.delivered_moisture.high if np.isnan(taken) else float(taken)
    return positions(least, most, _STEP)
