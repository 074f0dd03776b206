"""Open a study folder: read every file, check it, and raise one error that lists every fault."""

import hashlib
import tomllib
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

from coopgeo.errors import Faults
from coopgeo.roads import Vehicle
from coopgeo.study import schemas
from coopgeo.study.checks import check_banks, check_chain, check_points, check_speeds, known
from coopgeo.study.csv_tables import read_table
from coopgeo.study.settings import ChainSettings, StudySettings
from coopgeo.study.study import CHAIN_POINTS, WGS84, Chain, Study, as_points, note_faults


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
        If anything in the folder is wrong: one error that lists every fault, with file, row, column, what was found
        and what was expected.
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
        settings = self._settings("study.toml", StudySettings)
        sources = self._table("sources.csv", schemas.SOURCES, "key")
        territory = {
            name: self._table(f"territory/{name}", schema, "insee") for name, schema in schemas.TERRITORY.items()
        }
        roads: dict[str, Any] = {
            name: self._table(f"roads/{name}", schema, _index_of(schema)) for name, schema in schemas.ROADS.items()
        }
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
                "junctions": as_points(roads["junctions.csv"], settings.crs),
                **{name: roads[f"{name}.csv"].reset_index() for name in ("axes", "crossings", "classes")},
            },
            chains={name: _chain(files, settings.crs) for name, files in chains.items()},
            inputs_sha256=self._digest(),
        )
        self.faults.extend(study.atlas_tables().faults())
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
            note_faults(faults, errors)
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
        tables = {
            name: self._table(f"{folder}/{name}", schema, _index_of(schema)) for name, schema in schemas.CHAIN.items()
        }
        return {"chain.toml": self._settings(f"{folder}/chain.toml", ChainSettings), **tables}

    def _communes(
        self, settings: StudySettings, territory: dict[str, Any], boundaries: gpd.GeoDataFrame
    ) -> gpd.GeoDataFrame:
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
        points = gpd.GeoSeries(
            gpd.points_from_xy(communes["lon"], communes["lat"], crs=WGS84), index=communes.index
        ).to_crs(settings.crs)
        return gpd.GeoDataFrame(communes.join(hectares).assign(chef_lieu=points), geometry=shapes, crs=settings.crs)

    def _check_together(
        self,
        settings: StudySettings,
        sources: pd.DataFrame,
        communes: gpd.GeoDataFrame,
        territory: Any,
        roads: Any,
        chains: Any,
    ) -> None:
        tables = {f"territory/{n}": t for n, t in territory.items()} | {f"roads/{n}": t for n, t in roads.items()}
        tables |= {f"chains/{c}/{n}": t for c, files in chains.items() for n, t in files.items() if n.endswith(".csv")}
        for name, table in tables.items():
            faults = Faults(name)
            known(faults, table, "source", sources.index, "a key of sources.csv")
            if "insee" in table.columns:
                known(
                    faults,
                    table,
                    "insee",
                    communes.index,
                    "a code of territory/communes.csv; a commune that merged has a new one",
                )
            if name == "territory/forest_by_commune.csv":
                known(
                    faults, table.assign(insee=table.index), "insee", communes.index, "a code of territory/communes.csv"
                )
            if {"lon", "lat"} <= set(table.columns):
                check_points(faults, table, communes, settings.frame)
            self.faults.extend(faults)
        self.faults.extend(_check_settings(settings, sources, communes, roads, chains))
        self.faults.extend(check_speeds(roads["speeds.csv"], roads["vehicles.csv"], roads["classes.csv"]))
        for name, files in chains.items():
            for faults in check_chain(f"chains/{name}", files, sources, roads["vehicles.csv"], settings.site_scores):
                self.faults.extend(faults)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.files):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


def _check_settings(
    settings: StudySettings, sources: pd.DataFrame, communes: gpd.GeoDataFrame, roads: Any, chains: Any
) -> Faults:
    faults = Faults("study.toml")
    for name, criterion in settings.site_scores.criteria:
        if criterion.source not in sources.index:
            faults.add(
                column=f"site_scores.criteria.{name}.source", found=criterion.source, expected="a key of sources.csv"
            )
    for siren in sorted(set(settings.epci) - set(communes["epci_siren"])):
        faults.add(column="epci", found=siren, expected="the SIREN of an EPCI of territory/communes.csv, as text")
    if settings.chain not in chains:
        faults.add(column="chain", found=settings.chain, expected=f"a folder of chains/: {', '.join(chains)}")
    if settings.network != "atlas" and not Path(settings.network).is_file():
        faults.add(
            column="network",
            found=settings.network,
            expected='"atlas" or the path of a file of roads (.osm.pbf, .graphml, .gpkg)',
        )
    if settings.truck not in roads["vehicles.csv"].index:
        faults.add(column="truck", found=settings.truck, expected="an id of roads/vehicles.csv")
    return faults


def _index_of(schema: pa.DataFrameSchema) -> str | None:
    return "id" if "id" in schema.columns else None


def _vehicles(vehicles: pd.DataFrame, speeds: pd.DataFrame) -> dict[str, Vehicle]:
    by_vehicle = {
        name: dict(zip(rows["highway"], rows["speed_kmh"], strict=True)) for name, rows in speeds.groupby("vehicle")
    }
    told = vehicles.drop(columns=["source", "status", "row"])
    return {
        name: Vehicle(id=name, speeds_kmh=by_vehicle.get(name, {}), **row)
        for name, row in told.to_dict("index").items()
    }


def _chain(files: dict[str, Any], crs: str) -> Chain:
    points = {name.removesuffix(".csv"): as_points(files[name].drop(columns="row"), crs) for name in CHAIN_POINTS}
    plain = {
        name: files[f"{name}.csv"].drop(columns="row")
        for name in ("resources", "competitors", "harvest_costs", "platform_sizes")
    }
    return Chain(settings=files["chain.toml"], **plain, **points)
