"""`Study`: everything that stands in a study folder, read, checked and ready to compute with."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
import pyogrio
import shapely
from pydantic import BaseModel, ValidationError
from pyproj import CRS
from pyproj.exceptions import CRSError

from coopgeo import schemas
from coopgeo.errors import Faults, InputError
from coopgeo.roads import RoadNetwork, Vehicle
from coopgeo.roads.atlas import atlas_faults, build_atlas, river_barrier
from coopgeo.roads.osm import read_osm
from coopgeo.study_checks import check_banks, check_chain, check_collection_points, check_customers, check_points, check_speeds, known
from coopgeo.tables import check_rows, read_table

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
    collection_points, customers, candidate_sites : GeoDataFrame
        Indexed by id, points in the metric CRS of the study.
    platform_sizes : DataFrame
        Indexed by id.
    """

    settings: schemas.ChainSettings
    resources: pd.DataFrame
    harvest_costs: pd.DataFrame
    collection_points: gpd.GeoDataFrame
    customers: gpd.GeoDataFrame
    candidate_sites: gpd.GeoDataFrame
    platform_sizes: pd.DataFrame

    @property
    def parameters(self) -> schemas.WoodParameters:
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
        Indexed by INSEE code; boundaries in the metric CRS, `chef_lieu` points, population, hectares of land and forest.
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
    settings: schemas.StudySettings
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
        return self.communes[self.communes["epci_siren"].isin(self.settings.epci)]

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

        Parameters
        ----------
        network : str, optional
            "atlas", the embedded schematic network, or the path of an OpenStreetMap file (`.osm.pbf`, `.osm`, `.osm.gz`); by default what
            `study.toml` says.
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
        if network == "atlas":
            nodes, edges = build_atlas(**self.atlas_tables(), crs=self.settings.crs)
            unread: list[str] = []
        elif Path(network).is_file():
            nodes, edges, unread = read_osm(Path(network), crs=self.settings.crs)
        else:
            raise InputError(f'roads: found "{network}", which is no file; expected "atlas" or the path of an OpenStreetMap file')
        barrier = river_barrier(self.seine, nodes.total_bounds)
        return RoadNetwork.for_vehicle(nodes, edges, self.vehicles[vehicle], name=Path(network).name, barrier=barrier, unread=tuple(unread))

    def atlas_tables(self) -> dict[str, Any]:
        """What the atlas is compiled from: the arguments of `roads.atlas.build_atlas`."""
        towns = gpd.GeoDataFrame(self.communes[["name", "seine_bank"]], geometry=self.chefs_lieux, crs=self.settings.crs)
        return {"communes": towns, **self.road_tables, "seine": self.seine}

    def with_values(self, chain: str | None = None, **values: float) -> "Study":
        """The same study with other values of some parameters.

        Parameters
        ----------
        chain : str, optional
            Chain whose parameters change; the default one if not given.
        **values : float
            Name of a parameter of `chain.toml` = its new value. The range is widened if need be.

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
            entry.update(low=min(entry["low"], value), value=value, high=max(entry["high"], value))
        faults.raise_if_any()
        try:
            settings = schemas.ChainSettings.model_validate(told)
        except ValidationError as errors:
            _note(faults, errors)
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
            faults.add(column="table", found=table, expected="collection_points, customers, candidate_sites or platform_sizes")
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
        numeric = [name for name, column in schemas.CHAIN[f"{table}.csv"].columns.items() if column.dtype.type.kind == "f"]
        plain[numeric] = plain[numeric].apply(pd.to_numeric, errors="coerce").astype(float)
        for name in sorted(set(numeric) & set(columns)):
            if plain.loc[plain["id"] == row, name].isna().all() and columns[name] is not None:
                faults.add(id=row, column=name, found=columns[name], expected="a number")
        check_rows(plain, schemas.CHAIN[f"{table}.csv"], faults)
        faults.raise_if_any()
        plain = plain.set_index("id")
        if table == "customers":
            check_customers(faults, plain, chain.parameters.delivered_moisture.value)
        if table == "collection_points":
            check_collection_points(faults, plain, chain.settings.products)
        if "lon" in plain:
            check_points(faults, plain, self.communes, self.settings.frame)
            check_banks(faults, plain, self.communes, self.seine)
        faults.raise_if_any()
        changed = _as_points(plain, self.settings.crs) if "lon" in plain else plain
        return self._with_chain(replace(chain, **{table: changed}), f"row {table} {row} {sorted(columns.items())}")

    def _with_chain(self, chain: Chain, change: str) -> "Study":
        digest = hashlib.sha256(f"{self.inputs_sha256}\n{change}".encode()).hexdigest()
        return replace(self, chains={**self.chains, chain.settings.id: chain}, inputs_sha256=digest)


def open_study(folder: str | Path = "data/raw") -> Study:
    """Read and check a study folder.

    Parameters
    ----------
    folder : path
        Laid out as `data/raw/README.md` says.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If anything in the folder is wrong: one error that lists every fault, with file, row, column, what was found and what
        was expected.
    """
    return _Reader(Path(folder)).study()


class _Reader:
    """Reads a study folder, gathering the faults of all its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = Faults(str(folder))
        self.files: list[Path] = []

    def study(self) -> Study:
        if not self.folder.is_dir():
            self.faults.add(expected='a study folder there; give its path, such as "data/raw"')
            self.faults.raise_if_any()
        settings = self._settings("study.toml", schemas.StudySettings)
        sources = self._table("sources.csv", schemas.SOURCES, "key")
        territory = {name: self._table(f"territory/{name}", schema, "insee") for name, schema in schemas.TERRITORY.items()}
        roads: dict[str, Any] = {name: self._table(f"roads/{name}", schema, _index_of(schema)) for name, schema in schemas.ROADS.items()}
        boundaries, river = (self._layer(f"territory/{name}.geojson") for name in ("communes", "seine"))
        folders = sorted(p.parent for p in self.folder.glob("chains/*/chain.toml"))
        if not folders:
            self.faults.add(expected="a chain: a folder in chains/ with a chain.toml")
        chains = {p.name: self._chain_files(f"chains/{p.name}") for p in folders}
        self.faults.raise_if_any()  # what follows compares the files with one another
        assert boundaries is not None
        assert river is not None
        self._check_crs(settings.crs)
        communes = self._communes(settings, territory, boundaries)
        seine = shapely.union_all(river.to_crs(settings.crs).geometry.to_numpy())
        self._check_together(settings, sources, communes, territory, roads, chains)
        self.faults.raise_if_any()
        for name, table in ((f"chains/{c}/{n}", files[n]) for c, files in chains.items() for n in CHAIN_POINTS):
            faults = Faults(name)
            check_banks(faults, table, communes, seine)
            self.faults.extend(faults)
        study = Study(
            folder=self.folder,
            settings=settings,
            sources=sources,
            communes=communes,
            seine=seine,
            vehicles=_vehicles(roads["vehicles.csv"], roads["speeds.csv"]),
            road_tables={
                "junctions": _as_points(roads["junctions.csv"], settings.crs),
                **{name: roads[f"{name}.csv"].reset_index() for name in ("axes", "crossings", "classes")},
            },
            chains={name: _chain(files, settings.crs) for name, files in chains.items()},
            inputs_sha256=self._digest(),
        )
        self.faults.extend(atlas_faults(**study.atlas_tables(), crs=settings.crs))
        self.faults.raise_if_any()
        return study

    def _check_crs(self, crs: str) -> None:
        try:
            if CRS.from_user_input(crs).is_projected:
                return
        except CRSError:
            pass
        self.faults.add(column="study.toml: crs", found=crs, expected="a metric CRS, such as EPSG:2154")
        self.faults.raise_if_any()

    def _settings(self, name: str, model: type[BaseModel]) -> Any:
        faults, path = Faults(name), self.folder / name
        self.files.append(path)
        try:
            return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            faults.add(expected="this file; copy it back from the project, or make it as README.md says")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.add(found=str(error), expected="TOML in UTF-8: name = value, texts in quotes, decimal points")
        except ValidationError as errors:
            _note(faults, errors)
        self.faults.extend(faults)
        return None

    def _table(self, name: str, schema: pa.DataFrameSchema, index: str | None = None) -> pd.DataFrame | None:
        self.files.append(self.folder / name)
        faults = Faults(name)
        table = read_table(self.folder / name, schema, faults)
        self.faults.extend(faults)
        if table is None:
            return None
        return table if index is None else table.set_index(index)

    def _layer(self, name: str) -> gpd.GeoDataFrame | None:
        faults, path = Faults(name), self.folder / name
        self.files.append(path)
        try:
            layer = gpd.read_file(path)
            if layer.empty or layer.crs is None or not layer.geometry.is_valid.all():
                faults.add(found="no feature, no CRS or an invalid geometry", expected="valid features with a CRS")
                layer = None
        except pyogrio.errors.DataSourceError as error:
            faults.add(found=str(error), expected="a GeoJSON layer in WGS 84")
            layer = None
        self.faults.extend(faults)
        return layer

    def _chain_files(self, folder: str) -> dict[str, Any]:
        tables = {name: self._table(f"{folder}/{name}", schema, _index_of(schema)) for name, schema in schemas.CHAIN.items()}
        return {"chain.toml": self._settings(f"{folder}/chain.toml", schemas.ChainSettings), **tables}

    def _communes(self, settings: schemas.StudySettings, territory: dict[str, Any], boundaries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        communes, forest = territory["communes.csv"], territory["forest_by_commune.csv"]
        faults = Faults("territory/communes.geojson")
        if "insee" not in boundaries:
            faults.add(column="insee", expected="this property on every feature")
        else:
            for insee in sorted(set(communes.index) - set(boundaries["insee"])):
                faults.add(id=insee, expected="the boundary of this commune, which stands in communes.csv")
        self.faults.extend(faults)
        self.faults.raise_if_any()
        shapes = boundaries.to_crs(settings.crs).set_index("insee").geometry.reindex(communes.index)
        hectares = forest.filter(like="forest_").reindex(communes.index, fill_value=0.0)
        points = gpd.GeoSeries(gpd.points_from_xy(communes["lon"], communes["lat"], crs=WGS84), index=communes.index).to_crs(settings.crs)
        return gpd.GeoDataFrame(communes.join(hectares).assign(chef_lieu=points), geometry=shapes, crs=settings.crs)

    def _check_together(
        self, settings: schemas.StudySettings, sources: pd.DataFrame, communes: gpd.GeoDataFrame, territory: Any, roads: Any, chains: Any
    ) -> None:
        tables = {f"territory/{n}": t for n, t in territory.items()} | {f"roads/{n}": t for n, t in roads.items()}
        tables |= {f"chains/{c}/{n}": t for c, files in chains.items() for n, t in files.items() if n.endswith(".csv")}
        for name, table in tables.items():
            faults = Faults(name)
            known(faults, table, "source", sources.index, "a key of sources.csv")
            if "insee" in table.columns:
                known(faults, table, "insee", communes.index, "a code of territory/communes.csv; a commune that merged has a new one")
            if name == "territory/forest_by_commune.csv":
                known(faults, table.assign(insee=table.index), "insee", communes.index, "a code of territory/communes.csv")
            if {"lon", "lat"} <= set(table.columns):
                check_points(faults, table, communes, settings.frame)
            self.faults.extend(faults)
        self.faults.extend(_check_settings(settings, communes, roads, chains))
        self.faults.extend(check_speeds(roads["speeds.csv"], roads["vehicles.csv"], roads["classes.csv"]))
        for name, files in chains.items():
            for faults in check_chain(f"chains/{name}", files, sources, roads["vehicles.csv"]):
                self.faults.extend(faults)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.files):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


def _check_settings(settings: schemas.StudySettings, communes: gpd.GeoDataFrame, roads: Any, chains: Any) -> Faults:
    faults = Faults("study.toml")
    for siren in sorted(set(settings.epci) - set(communes["epci_siren"])):
        faults.add(column="epci", found=siren, expected="the SIREN of an EPCI of territory/communes.csv, as text")
    if settings.chain not in chains:
        faults.add(column="chain", found=settings.chain, expected=f"a folder of chains/: {', '.join(chains)}")
    if settings.network != "atlas" and not Path(settings.network).is_file():
        faults.add(column="network", found=settings.network, expected='"atlas" or the path of an OpenStreetMap file')
    if settings.truck not in roads["vehicles.csv"].index:
        faults.add(column="truck", found=settings.truck, expected="an id of roads/vehicles.csv")
    return faults


def _index_of(schema: pa.DataFrameSchema) -> str | None:
    return "id" if "id" in schema.columns else None


def _as_points(table: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(table["lon"], table["lat"], crs=WGS84)
    return gpd.GeoDataFrame(table, geometry=points).to_crs(crs)


def _vehicles(vehicles: pd.DataFrame, speeds: pd.DataFrame) -> dict[str, Vehicle]:
    by_vehicle = {name: dict(zip(rows["highway"], rows["speed_kmh"], strict=True)) for name, rows in speeds.groupby("vehicle")}
    told = vehicles.drop(columns=["source", "status", "row"])
    return {name: Vehicle(id=name, speeds_kmh=by_vehicle.get(name, {}), **row) for name, row in told.to_dict("index").items()}


def _chain(files: dict[str, Any], crs: str) -> Chain:
    points = {name.removesuffix(".csv"): _as_points(files[name].drop(columns="row"), crs) for name in CHAIN_POINTS}
    plain = {name: files[f"{name}.csv"].drop(columns="row") for name in ("resources", "harvest_costs", "platform_sizes")}
    return Chain(settings=files["chain.toml"], **plain, **points)


def _note(faults: Faults, errors: ValidationError) -> None:
    """Note what pydantic found."""
    for fault in errors.errors():
        found = None if isinstance(fault["input"], dict) else _short(fault["input"])
        faults.add(column=".".join(map(str, fault["loc"])), found=found, expected=_in_words(fault["msg"]))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _in_words(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("expected ").removeprefix("Input should be ")
