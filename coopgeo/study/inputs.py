"""What stands in the files of a study, as read: all else of a study is made of it, on opening and after each change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from coopgeo.study import schemas
from coopgeo.study.chain_settings import ChainSettings
from coopgeo.study.settings import ScenarioSettings, StudySettings

CHAIN_POINTS = ("collection_points", "customers", "candidate_sites", "suppliers")
STUDY_TABLES = {
    "sources": "sources",
    "kinds": "kinds",
    "partners": "partners",
    "shared_means": "shared_means",
    **{name.removesuffix(".csv"): f"territory/{name.removesuffix('.csv')}" for name in schemas.TERRITORY},
    **{name.removesuffix(".csv"): f"roads/{name.removesuffix('.csv')}" for name in schemas.ROADS},
}
STUDY_TOML = "study.toml"
SCENARIOS_TOML = "scenarios.toml"  # may be missing; of a chain beside the first, in its folder


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """The files of a study.

    Attributes
    ----------
    settings : StudySettings
        `study.toml`.
    chains : mapping of str to ChainSettings
        `chain.toml` of each chain.
    tables : mapping of str to DataFrame
        Every table by its path without ".csv", such as "roads/vehicles"; indexed by `id`, `insee` or `key` where it has
        one, its last column (`tables.ROW`) the line of the file.
    boundaries : GeoSeries
        `communes.geojson`, indexed by INSEE code.
    rivers : GeoDataFrame
        The features of the files that `barriers` of `study.toml` names, see `rivers.read_rivers`.
    scenarios : mapping of str to ScenarioSettings
        `scenarios.toml` of each chain that has some.
    files : mapping of str to str
        What messages call the tables that do not stand in a CSV file of their path.
    """

    settings: StudySettings
    chains: Mapping[str, ChainSettings]
    tables: Mapping[str, pd.DataFrame]
    boundaries: gpd.GeoSeries
    rivers: gpd.GeoDataFrame
    scenarios: Mapping[str, ScenarioSettings] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Touched:
    """What a change has touched, so that no more is made and checked anew.

    Parameters
    ----------
    columns : mapping of str to set of str, optional
        Columns by path of table, entries by path of settings file; None = everything, as on opening.
    """

    columns: Mapping[str, set[str]] | None = None

    def any(self, path: str, *columns: str) -> bool:
        """Whether one of these columns of a file was touched, or any column if none is named."""
        if self.columns is None:
            return True
        touched = self.of(path)
        return not touched.isdisjoint(columns) if columns else bool(touched)

    def of(self, path: str) -> set[str]:
        """The columns of a file that were touched, where not everything was."""
        return set() if self.columns is None else self.columns.get(path, set())


def scenarios_toml(chain: str, *, first: bool) -> str:
    """Path of the scenarios of a chain: those of the chain that `study.toml` names stand beside it."""
    return SCENARIOS_TOML if first else f"chains/{chain}/{SCENARIOS_TOML}"


def chain_toml(chain: str) -> str:
    """Path of the settings of a chain."""
    return f"chains/{chain}/chain.toml"


def chain_tables(material: str) -> list[str]:
    """The tables that a chain of a material has, without ".csv"."""
    return [name.removesuffix(".csv") for name in schemas.CHAIN_TABLES[material]]


def materials_of(chains: Mapping[str, ChainSettings]) -> dict[str, str]:
    """What each chain moves."""
    return {name: chain.material for name, chain in chains.items()}


def schema_of(path: str, materials: Mapping[str, str]) -> pa.DataFrameSchema:
    """Schema of a table by its path without ".csv"; a table of a chain is one of what the chain moves."""
    *folders, name = path.split("/")
    if folders[:1] != ["chains"]:
        return schemas.TABLES[f"{path}.csv"]
    return schemas.CHAIN_TABLES[materials[folders[1]]][f"{name}.csv"]


def index_of(schema: pa.DataFrameSchema) -> str | None:
    """The column that a table is indexed by: the first, if no two rows have the same."""
    first = next(iter(schema.columns))
    return first if schema.columns[first].unique else None
