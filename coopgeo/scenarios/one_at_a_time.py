"""What moves the cost: each factor of the study from its low to its high end, all others as they stand.

A tornado diagram shows them, the widest on top (T. Eschenbach, Interfaces 22, 1992, doi 10.1287/inte.22.6.40).
It says nothing of factors that work together: draws do. Every point is a proved run on ways that were found once.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from coopgeo.errors import InfeasibleError, InputError
from coopgeo.scenarios.drawn import NOT_BUILT
from coopgeo.scenarios.factors import Factor, factors_of
from coopgeo.scenarios.prepared import Prepared
from coopgeo.study.chain_settings import Output, PlainChain

_LAND = ".land"  # a price that touches one site alone
COLUMNS = (
    "name",
    "name_en",
    "kind",
    "status",
    "low",
    "high",
    "eur_unit_low",
    "eur_unit_high",
    "sites_low",
    "sites_high",
)


class _Point(NamedTuple):
    """The answer at one end of a factor; NaN and no site where not all customers can be served there."""

    eur_unit: float = np.nan
    sites: tuple[str, ...] = ()


def swings(prepared: Prepared, *, on_progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """The cost of what is delivered with each factor at its low and at its high end.

    Prices of plots, errors of roads and tolls are left out: each touches one site, or one way, alone.

    Parameters
    ----------
    prepared : Prepared
    on_progress : callable, optional
        Called after each factor with how many are done and how many there are.

    Returns
    -------
    DataFrame
        Indexed by id of the factor, the widest swing first, those with an end that cannot be served before: `name`,
        `name_en`, `kind`, `status`, `low`, `high` (see `factors.Factor`), `eur_unit_low`, `eur_unit_high` (NaN where
        not all customers can be served, or the study refuses the value), `sites_low`, `sites_high` (the best there;
        empty likewise). Of a customer that may not be there, low is without and high with it.
    """
    study = prepared.study
    chain = study.chain(prepared.job.chain)
    factors = [factor for factor in factors_of(study, chain) if _counts(factor)]
    outputs = chain.settings.outputs if isinstance(chain.settings, PlainChain) else {}
    rows = []
    for done, factor in enumerate(factors, start=1):
        low, high = (_solved(prepared, _changes(factor, outputs, high=high)) for high in (False, True))
        named = (factor.fr, factor.en, factor.kind, factor.status, factor.low, factor.high)
        rows.append((*named, low.eur_unit, high.eur_unit, low.sites, high.sites))
        if on_progress:
            on_progress(done, len(factors))
    table = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index([one.id for one in factors], name="factor"))
    width = (table["eur_unit_high"] - table["eur_unit_low"]).abs().fillna(np.inf)
    return table.iloc[np.argsort(-width.to_numpy(), kind="stable")]


def _counts(factor: Factor) -> bool:
    return factor.kind != "road" and not factor.id.endswith(_LAND) and not factor.id.startswith("crossings.")


def _changes(factor: Factor, outputs: Mapping[str, Output], *, high: bool) -> dict[str, dict[Any, Any]]:
    """The change of a study that takes a factor to one of its ends; other outputs give way to one that grows."""
    if factor.kind == "exists":
        id = factor.id.removeprefix("customers.").removesuffix(".exists")
        return {} if high else {"customers": {id: {"role": NOT_BUILT}}}
    changes: dict[str, dict[Any, Any]] = {}
    for cell in factor.cells:
        row = changes.setdefault(cell.table, {}).setdefault(cell.row, {})
        row[cell.column] = cell.high if high else cell.low
    if moved := changes.get("outputs"):
        others = {name: output.value for name, output in outputs.items() if name not in moved}
        room = 1 - sum(row["value"] for row in moved.values())
        if (total := sum(others.values())) > room:
            moved.update({name: {"value": value * room / total} for name, value in others.items()})
    return changes


def _solved(prepared: Prepared, changes: dict[str, dict[Any, Any]]) -> _Point:
    try:
        study = prepared.study.changed(changes, chain=prepared.job.chain) if changes else prepared.study
        outcome = prepared.outcome(study)
    except (InfeasibleError, InputError):  # or values that contradict one another, as goods that no customer takes so
        return _Point()
    return _Point(float(outcome.cost.eur_per_unit), tuple(sorted(map(str, outcome.accounts.sites))))
