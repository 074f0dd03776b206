"""A study under a scenario: the changes of `scenarios.toml`, as `Study.changed` takes them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from coopgeo.errors import Faults, InfeasibleError, Message
from coopgeo.study.changes import PAIRS
from coopgeo.study.settings import Scenario
from coopgeo.text.vocabulary import choices

if TYPE_CHECKING:
    from coopgeo.study.study import Study


def changed_by(study: "Study", scenario: Scenario, chain: str | None = None) -> "Study":
    """The study with the values of a scenario; its roads and its job are for whoever computes.

    Parameters
    ----------
    study : Study
    scenario : Scenario
    chain : str, optional
        Chain that is meant; the default one if not given.

    Raises
    ------
    InputError
        If a value cannot be; lists every fault.
    InfeasibleError
        If nobody is left to serve.
    """
    if scenario.changes:
        changes = {table: dict(_rows(table, rows)) for table, rows in scenario.changes.items()}
        study = study.changed(changes, chain=chain)
    kinds = [str(id) for id, use in study.kinds["use"].items() if "customer" in use.split()]
    aside = _aside(study.chain(chain).served(), scenario, kinds)
    if aside and len(aside) == len(study.chain(chain).served()):
        raise InfeasibleError(Message("no customer is left to serve"))
    if aside:
        study = study.changed({"customers": {id: {"role": "shown"} for id in aside}}, chain=chain)
    if scenario.demand_factor == 1:
        return study
    served = study.chain(chain).served()
    return study.changed({"customers": multiplied_demand(served, scenario.demand_factor)}, chain=chain)


def _aside(served: pd.DataFrame, scenario: Scenario, kinds: list[str]) -> list[str]:
    """Ids of the customers that a scenario leaves out, by how probable they are and by their kind."""
    faults = Faults("scenario")
    for kind in sorted(set(scenario.without_kinds) - set(kinds)):
        faults.add(column="without_kinds", found=kind, expected=choices("kind", kinds))
    faults.raise_if_any()
    potential = (served["probability"] < 1) & (scenario.potential_customers == "none")
    return list(map(str, served.index[potential | served["kind"].isin(scenario.without_kinds)]))


def multiplied_demand(served: pd.DataFrame, factor: float) -> dict[str, dict[str, float]]:
    """New demands of customers: of their tonnes where these are given, which count first, else of their power.

    Parameters
    ----------
    served : DataFrame
        Rows of `customers.csv`.
    factor : float

    Returns
    -------
    dict
        By id, as `Study.changed` takes them.
    """
    columns = {str(id): demand_column(row) for id, row in served.iterrows()}
    return {id: {column: float(served.loc[id, column]) * factor} for id, column in columns.items()}


def demand_column(customer: pd.Series) -> str:
    """The column that the demand of a customer is given in: tonnes count first."""
    if pd.notna(customer["tonnes_year"]):
        return "tonnes_year"
    return "power_kw" if "power_kw" in customer else "units_year"


def _rows(table: str, rows: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Rows by id; by pair where one names them, which stands in the file as a table within a table."""
    for first, inner in rows.items():
        if table in PAIRS and isinstance(inner, Mapping):
            yield from (((first, second), values) for second, values in inner.items())
        else:
            yield first, inner
