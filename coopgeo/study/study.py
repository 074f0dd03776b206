"""`Study`: everything that stands in a study folder, read, checked and ready to compute with."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import ValidationError

from coopgeo.arrays import Mask
from coopgeo.errors import Faults, InputError
from coopgeo.roads import RoadNetwork, Vehicle, read
from coopgeo.roads.atlas import AtlasTables, river_barrier
from coopgeo.study import schemas
from coopgeo.study.checks import (
    check_banks,
    check_collection_points,
    check_customers,
    check_points,
    check_resources,
    check_sites,
)
from coopgeo.study.csv_tables import check_rows
from coopgeo.study.settings import ChainSettings, StudySettings, WoodParameters

WGS84 = "EPSG:4326"
CHAIN_POINTS = ("collection_points.csv", "customers.csv", "candidate_sites.csv")


@dataclass(frozen=True)
class Chain:
    """One supply chain of a study, such as wood energy.

    Attributes
    ----------
    settings : ChainSettings
        Names, products and parameters of `chain.toml`.
    resources, harvest_costs : DataFrame
        Factors and cost steps by product.
    competitors : DataFrame
        What large plants take of a product, and from how far; may be empty.
    collection_points, customers, candidate_sites : GeoDataFrame
        Indexed by id, points in the metric CRS of the study.
    platform_sizes : DataFrame
        Indexed by id.
    """

    settings: ChainSettings
    resources: pd.DataFrame
    competitors: pd.DataFrame
    harvest_costs: pd.DataFrame
    collection_points: gpd.GeoDataFrame
    customers: gpd.GeoDataFrame
    candidate_sites: gpd.GeoDataFrame
    platform_sizes: pd.DataFrame

    @property
    def parameters(self) -> WoodParameters:
        """The assumptions of the chain, each with value, range, unit and source."""
        return self.settings.parameters

    def served(self) -> gpd.GeoDataFrame:
        """Customers that the platforms must serve."""
        return self.customers[self.customers["role"] == "served"]


@dataclass(frozen=True)
class Study:
    """A territory with its roads and chains, read from a folder of plain files and checked; made by `open_study`.

    Attributes
    ----------
    folder : Path
    settings : StudySettings
    sources : DataFrame
        Indexed by key: title, producer, date, licence.
    communes : GeoDataFrame
        Indexed by INSEE code; boundaries in the metric CRS, `chef_lieu` points, population, hectares of land and
        forest.
    seine : shapely geometry
        Course of the river, metric CRS.
    vehicles : mapping of str to Vehicle
    road_tables : mapping of str to DataFrame
        `junctions`, `axes`, `crossings`, `classes`: the atlas as it stands in the files.
    chains : mapping of str to Chain
    inputs_sha256 : str
        Digest of every file read and every change made since.
    """

    folder: Path
    settings: StudySettings
    sources: pd.DataFrame
    communes: gpd.GeoDataFrame
    seine: shapely.Geometry
    vehicles: Mapping[str, Vehicle]
    road_tables: Mapping[str, pd.DataFrame]
    chains: Mapping[str, Chain]
    inputs_sha256: str

    @property
    def territory(self) -> gpd.GeoDataFrame:
        """Communes of the EPCI that the study is for."""
        return self.communes[self.in_territory]

    @property
    def in_territory(self) -> Mask:
        """Which communes belong to the EPCI that the study is for, shape (communes,)."""
        return self.communes["epci_siren"].isin(self.settings.epci).to_numpy()

    @property
    def chefs_lieux(self) -> gpd.GeoSeries:
        """Point of the town hall of each commune, metric CRS."""
        return gpd.GeoSeries(self.communes["chef_lieu"], crs=self.settings.crs)

    def chain(self, chain: str | None = None) -> Chain:
        """A chain by its id; the one that `study.toml` names by default."""
        wanted = chain or self.settings.chain
        if wanted not in self.chains:
            raise InputError(f'chain: found "{wanted}"; expected one of {", ".join(sorted(self.chains))}')
        return self.chains[wanted]

    def roads(self, network: str | None = None, *, vehicle: str | None = None) -> RoadNetwork:
        """The road network as a vehicle sees it.

        In a file of real roads, the bridges and ferries of `crossings.csv` are found again: they keep their ids,
        tolls, limits and waits.

        Parameters
        ----------
        network : str, optional
            "atlas", the embedded schematic network, or the path of a file of roads (`.osm.pbf`, `.osm`, `.graphml`,
            `.gpkg`, `.shp`, `.parquet`); by default what `study.toml` says.
        vehicle : str, optional
            Id of a vehicle; by default the truck of `study.toml`.

        Raises
        ------
        InputError
            If the network or the vehicle is unknown.
        """
        network, vehicle = network or self.settings.network, vehicle or self.settings.truck
        if vehicle not in self.vehicles:
            raise InputError(f'vehicle: found "{vehicle}"; expected one of {", ".join(self.vehicles)}')
        seen_by = self.vehicles[vehicle]
        atlas = self.atlas_tables()
        if network == "atlas":
            nodes, edges = atlas.build()
            barrier = river_barrier(self.seine, nodes.total_bounds)
            return RoadNetwork.for_vehicle(nodes, edges, seen_by, name="atlas", barrier=barrier, cache=self.cache)
        barrier = river_barrier(self.seine, self.communes.total_bounds)
        roads = read(
            network, seen_by, crs=self.settings.crs, barrier=barrier, crossings=atlas.crossing_lines(), cache=self.cache
        )
        if not shapely.box(*roads.nodes.total_bounds).intersects(shapely.box(*self.communes.total_bounds)):
            west, south, east, north = roads.nodes.to_crs(WGS84).total_bounds
            found = f"roads between {west:.2f} and {east:.2f} east, {south:.2f} and {north:.2f} north"
            raise InputError(
                f"{network}: found {found}; expected roads of the communes of the study; take another extract"
            )
        return roads

    @property
    def cache(self) -> Path | None:
        """Folder `processed` beside the study, for what is prepared once; None if there is none that may be written to."""
        folder = self.folder.parent / "processed"
        return folder if folder.is_dir() and os.access(folder, os.W_OK) else None

    def atlas_tables(self) -> AtlasTables:
        """What the atlas is compiled from."""
        towns = gpd.GeoDataFrame(
            self.communes[["name", "seine_bank"]], geometry=self.chefs_lieux, crs=self.settings.crs
        )
        return AtlasTables(towns, **self.road_tables, seine=self.seine, crs=self.settings.crs)

    def with_values(self, chain: str | None = None, **values: float) -> "Study":
        """The same study with other values of some parameters.

        Parameters
        ----------
        chain : str, optional
            Chain whose parameters change; the default one if not given.
        **values : float
            Name of a parameter of `chain.toml` = its new value. The range is widened if need be, and the value is an
            assumption from then on.

        Examples
        --------
        >>> import coopgeo
        >>> study = coopgeo.open_study("data/raw").with_values(delivered_moisture=0.25)
        >>> study.chain().parameters.delivered_moisture.value
        0.25
        """
        before = self.chain(chain)
        told = before.settings.model_dump()
        faults = Faults("with_values")
        for name, value in values.items():
            if name not in told["parameters"]:
                faults.add(column=name, found=value, expected=f"one of the parameters {', '.join(told['parameters'])}")
                continue
            entry = told["parameters"][name]
            entry.update(low=min(entry["low"], value), value=value, high=max(entry["high"], value), status="assumed")
        faults.raise_if_any()
        try:
            settings = ChainSettings.model_validate(told)
        except ValidationError as errors:
            note_faults(faults, errors)
            faults.raise_if_any()
        check_customers(faults, before.customers.drop(columns="geometry"), settings.parameters.delivered_moisture.value)
        faults.raise_if_any()
        return self._with_chain(replace(before, settings=settings), f"values {sorted(values.items())}")

    def with_row(self, table: str, row: str, **columns: Any) -> "Study":
        """The same study with one row of a table of the default chain changed, such as a boiler moved or made larger.

        Parameters
        ----------
        table : {"collection_points", "customers", "candidate_sites", "platform_sizes"}
        row : str
            Id of the row.
        **columns
            New values; `lon` and `lat` move the point.

        Raises
        ------
        InputError
            If the table, the row or a column is unknown.
        """
        chain = self.chain()
        faults = Faults("with_row")
        if table not in ("collection_points", "customers", "candidate_sites", "platform_sizes"):
            faults.add(
                column="table", found=table, expected="collection_points, customers, candidate_sites or platform_sizes"
            )
            faults.raise_if_any()
        rows = getattr(chain, table).copy()
        if row not in rows.index:
            faults.add(column="row", found=row, expected=f"one of {', '.join(rows.index)}")
        for name in sorted(set(columns) - set(rows.columns)):
            faults.add(column=name, found=columns[name], expected=f"one of the columns {', '.join(rows.columns)}")
        faults.raise_if_any()
        for name, value in columns.items():
            rows[name] = rows[name].astype(object).where(rows.index != row, value)
        plain = pd.DataFrame(rows.drop(columns="geometry", errors="ignore")).reset_index()
        kinds = {name: column.dtype.type.kind for name, column in schemas.CHAIN[f"{table}.csv"].columns.items()}
        numeric = [name for name, kind in kinds.items() if kind == "f"]
        words = [name for name in kinds if name not in numeric]
        plain[words] = plain[words].where(plain[words].notna(), "")
        plain[numeric] = plain[numeric].apply(pd.to_numeric, errors="coerce").astype(float)
        for name in sorted(set(numeric) & set(columns)):
            if plain.loc[plain["id"] == row, name].isna().all() and columns[name] is not None:
                faults.add(id=row, column=name, found=columns[name], expected="a number")
        check_rows(plain, schemas.CHAIN[f"{table}.csv"], faults)
        faults.raise_if_any()
        plain = plain.set_index("id")
        self._check_table(faults, table, plain, chain)
        faults.raise_if_any()
        changed = as_points(plain, self.settings.crs) if "lon" in plain else plain
        return self._with_chain(replace(chain, **{table: changed}), f"row {table} {row} {sorted(columns.items())}")

    def with_factor(self, product: str, factor: str, value: float) -> "Study":
        """The same study with another value of one factor of the resource of the default chain (`resources.csv`).

        Parameters
        ----------
        product, factor : str
            As in `resources.csv`.
        value : float
            Its new value. The range is widened if need be, and the value is an assumption from then on.

        Raises
        ------
        InputError
            If there is no such factor, or the value is none it may have.

        Examples
        --------
        >>> import coopgeo
        >>> ambitious = coopgeo.open_study("data/raw").with_factor("hedge", "managed-share", 0.3)
        """
        chain = self.chain()
        factors = chain.resources.copy()
        here = (factors["product"] == product) & (factors["factor"] == factor)
        faults = Faults("with_factor")
        if not here.any():
            known = (
                factors.loc[factors["product"] == product, "factor"]
                if (factors["product"] == product).any()
                else factors["product"].drop_duplicates()
            )
            faults.add(
                found=f"{product}, {factor}",
                expected=f"a product and a factor of resources.csv, such as {', '.join(known)}",
            )
            faults.raise_if_any()
        if not isinstance(value, int | float | np.number) or not np.isfinite(value):
            faults.add(id=product, column=factor, found=value, expected="a number")
        faults.raise_if_any()
        factors.loc[here, ["value", "status"]] = [float(value), "assumed"]
        factors["low"], factors["high"] = factors[["low", "value"]].min(axis=1), factors[["value", "high"]].max(axis=1)
        check_rows(factors, schemas.CHAIN["resources.csv"], faults)
        check_resources(faults, factors)
        faults.raise_if_any()
        return self._with_chain(replace(chain, resources=factors), f"factor {product} {factor} {value}")

    def _check_table(self, faults: Faults, table: str, rows: pd.DataFrame, chain: Chain) -> None:
        """Hold a changed table against what is asked of it."""
        if table == "customers":
            check_customers(faults, rows, chain.parameters.delivered_moisture.value)
        if table == "collection_points":
            check_collection_points(faults, rows, chain.settings.products)
        if table == "candidate_sites":
            check_sites(faults, rows, self.settings.site_scores)
        if "lon" in rows:
            check_points(faults, rows, self.communes, self.settings.frame)
            check_banks(faults, rows, self.communes, self.seine)

    def _with_chain(self, chain: Chain, change: str) -> "Study":
        digest = hashlib.sha256(f"{self.inputs_sha256}\n{change}".encode()).hexdigest()
        return replace(self, chains={**self.chains, chain.settings.id: chain}, inputs_sha256=digest)


def as_points(table: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """A table with `lon` and `lat` as points in a metric CRS."""
    points = gpd.points_from_xy(table["lon"], table["lat"], crs=WGS84)
    return gpd.GeoDataFrame(table, geometry=points).to_crs(crs)


def note_faults(faults: Faults, errors: ValidationError) -> None:
    """Note what pydantic found."""
    for fault in errors.errors():
        found = None if isinstance(fault["input"], dict) else _short(fault["input"])
        faults.add(column=".".join(map(str, fault["loc"])), found=found, expected=_in_words(fault["msg"]))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _in_words(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("expected ").removeprefix("Input should be ")
