"""Read a study folder: every file, checked; one error lists every fault."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel

from coopgeo.errors import Faults, Message
from coopgeo.study.assemble import pieces
from coopgeo.study.boundaries import BOUNDARIES, read_boundaries
from coopgeo.study.chain_models import MODELS, material_code, material_of_text, written_material
from coopgeo.study.chain_settings import ChainSettings
from coopgeo.study.checks import one_known
from coopgeo.study.column_kinds import is_insee_code
from coopgeo.study.consistency import Readable, note_inconsistencies, note_misfits
from coopgeo.study.frame import check_crs
from coopgeo.study.inputs import (
    STUDY_TABLES,
    STUDY_TOML,
    Inputs,
    Touched,
    chain_tables,
    chain_toml,
    index_of,
    scenarios_toml,
    schema_of,
)
from coopgeo.study.raw_tables import table_file
from coopgeo.study.rivers import read_rivers, river_files, together
from coopgeo.study.schema_parts import MAY_BE_MISSING
from coopgeo.study.settings import ScenarioSettings, StudySettings
from coopgeo.study.shipped import shipped_study
from coopgeo.study.study import Study
from coopgeo.study.tables import empty_table, read_table
from coopgeo.text.setting_faults import model_of
from coopgeo.text.toml_files import toml_entries


class FolderReader:
    """Reads a study folder, gathering the faults of all its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = self.place = folder  # where the files are read, and what the user named
        self.faults = Faults(str(folder))
        self.files: list[Path] = []
        self.chains: dict[str, ChainSettings | None] = {}
        self.materials: dict[str, str] = {}  # of the chains, as they say it themselves
        self.noted: set[str] = set()  # files that are said to be lacking or spoilt already

    def study(self) -> Study:
        """The study; raises `InputError` with every fault."""
        self.check_place()
        settings = self._settings(STUDY_TOML, StudySettings)
        tables = {path: self._table(path) for path in STUDY_TABLES.values()}
        if tables["kinds"] is not None and tables["kinds"].empty:
            tables["kinds"] = shipped_kinds()
        names = self.chain_names()
        if not names:
            self.faults.add(expected=Message("a chain: a folder in chains/ with a chain.toml"))
        for name in names:
            tables |= self.read_chain(name)
        chains = self.chains
        ground = Faults(STUDY_TOML)
        if settings is not None:
            check_crs(ground, settings.crs, settings.frame)
            self.faults.noted.extend(ground.noted)
        first = settings.chain if settings else None
        scenarios = {
            name: self._scenarios(scenarios_toml(name, first=name == first), tables["sources"]) for name in names
        }
        if self.faults:
            self._compare_the_rest(settings, chains, tables)
        boundaries, rivers = self._layers(None if ground else settings, tables["territory/communes"])
        self.faults.raise_if_any()
        assert boundaries is not None
        read = {name: chain for name, chain in chains.items() if chain is not None}
        inputs = Inputs(settings, read, tables, boundaries, rivers, scenarios, self._names(tables))
        study = Study(folder=self.place, inputs_sha256=self._digest(), **pieces(inputs))
        note_inconsistencies(study, self.faults, Touched())
        self.faults.raise_if_any()
        return study

    def read_chain(self, name: str) -> dict[str, Any]:
        """The tables of a chain by their path, its settings put among the chains; faults are noted."""
        file = chain_toml(name)
        faults = Faults(file)
        material = material_code(faults, self.material(file))
        self.faults.extend(faults)
        if material is None:  # what its tables should have is not known
            self.chains[name] = None
            return {}
        self.materials[name] = material
        self.chains[name] = self._settings(file, MODELS[material])
        return {path: self._table(path) for path in (f"chains/{name}/{one}" for one in chain_tables(material))}

    def check_place(self) -> None:
        """Raise what makes the folder none of a study."""
        if self.folder.is_file():
            found = Message("a file that is no .xlsx workbook")
            self.faults.add(found=found, expected=Message("a study folder, or its workbook; save it as .xlsx"))
        elif not self.folder.is_dir():
            self.faults.add(expected=Message('a study folder there; give its path, such as "data/raw"'))
        self.faults.raise_if_any()

    def material(self, file: str) -> object:
        """What the settings of a chain say that it moves, before they are checked."""
        path = self.folder / file
        entries = toml_entries(path, Faults(file))  # faults are noted when all of it is read
        if entries is not None:
            return written_material(entries)
        return material_of_text(path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "")

    def chain_names(self) -> list[str]:
        """The chains that have settings."""
        return sorted(path.parent.name for path in self.folder.glob("chains/*/chain.toml"))

    def _compare_the_rest(
        self,
        settings: StudySettings | None,
        chains: dict[str, ChainSettings | None],
        tables: dict[str, pd.DataFrame | None],
    ) -> None:
        """Hold against one another what could be read, so that one fault does not hide those of other files."""
        read = {path: table for path, table in tables.items() if table is not None}
        readable = Readable(self.folder, settings, chains, read, None, self._names(read), self.materials)
        note_misfits(readable, self.faults, Touched())

    def _names(self, tables: Iterable[str]) -> dict[str, str]:
        """What messages call the tables."""
        return {path: table_file(self.folder, path).relative_to(self.folder).as_posix() for path in tables}

    def _settings(self, name: str, model: type[BaseModel]) -> Any:
        faults, path = Faults(name), self.folder / name
        self.files.append(path)
        entries, settings = toml_entries(path, faults), None
        if entries is not None:
            settings = model_of(model, entries, faults)
        self.faults.extend(faults)
        return settings

    def _scenarios(self, file: str, sources: pd.DataFrame | None) -> Any:
        """The scenarios of a chain that has some."""
        if not (self.folder / file).exists():
            return ScenarioSettings()
        settings, faults = self._settings(file, ScenarioSettings), Faults(file)
        if settings is not None and sources is not None:
            for name, scenario in settings.scenarios.items():
                expected = Message("a key of sources.csv")
                one_known(faults, f"scenarios.{name}.source", scenario.source, sources.index, expected)
        self.faults.extend(faults)
        return settings

    def _table(self, path: str) -> Any:
        """A table by its path without ".csv", its faults noted; None if it cannot be read."""
        file, schema = table_file(self.folder, path), schema_of(path, self.materials)
        faults = Faults(file.relative_to(self.folder).as_posix())
        if schema.metadata.get(MAY_BE_MISSING) and not file.exists():
            table: pd.DataFrame | None = empty_table(schema)
        else:
            self.files.append(file)
            table = read_table(file, schema, faults)
        index = index_of(schema)
        self.faults.extend(faults)
        return table if table is None or index is None else table.set_index(index)

    def _layers(
        self, settings: StudySettings | None, communes: pd.DataFrame | None
    ) -> tuple[gpd.GeoSeries | None, gpd.GeoDataFrame | None]:
        """What is drawn, as far as it can be read without what is lacking; codes that are none have no boundary."""
        if settings is None:
            return None, None
        codes = pd.Index([]) if communes is None else communes.index[communes.index.map(is_insee_code).astype(bool)]
        return self._boundaries(settings, codes), self._rivers(settings)

    def _boundaries(self, settings: StudySettings, communes: pd.Index) -> gpd.GeoSeries | None:
        if BOUNDARIES in self.noted:
            return None
        faults, path = Faults(BOUNDARIES), self.folder / BOUNDARIES
        self.files.append(path)
        boundaries = read_boundaries(path, settings.crs, communes, settings.frame, faults)
        self.faults.extend(faults)
        return boundaries

    def _rivers(self, settings: StudySettings) -> gpd.GeoDataFrame:
        """The features of all files of rivers; what cannot be trusted is noted."""
        layers = []
        for name in river_files(self.folder, settings.barriers, self.faults):
            if name in self.noted:
                continue
            faults, path = Faults(name), self.folder / name
            self.files.append(path)
            layers.append(read_rivers(path, path.stem, settings.crs, settings.frame, faults))
            self.faults.extend(faults)
        return together(layers, settings.crs)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.files):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


@cache
def shipped_kinds() -> pd.DataFrame:
    """The kinds of places that coopgeo ships, for a study without any of its own."""
    faults = Faults("kinds.csv")
    table = read_table(shipped_study() / "kinds.csv", schema_of("kinds", {}), faults)
    faults.raise_if_any()
    assert table is not None
    return table.set_index("id")
