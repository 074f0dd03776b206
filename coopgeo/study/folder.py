"""Open a study folder or the workbook of one: read every file, check it, raise one error that lists every fault."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel

from coopgeo.errors import Faults, Message, check_kind
from coopgeo.study.assemble import pieces
from coopgeo.study.boundaries import BOUNDARIES, read_boundaries
from coopgeo.study.consistency import Readable, note_inconsistencies, note_misfits
from coopgeo.study.frame import check_crs
from coopgeo.study.inputs import (
    CHAIN_TABLES,
    STUDY_TABLES,
    STUDY_TOML,
    Inputs,
    Touched,
    chain_toml,
    index_of,
    schema_of,
)
from coopgeo.study.raw_tables import table_file
from coopgeo.study.rivers import read_rivers, river_files, together
from coopgeo.study.schemas import MAY_BE_MISSING
from coopgeo.study.settings import ChainSettings, StudySettings
from coopgeo.study.shipped import shipped_study
from coopgeo.study.study import Study
from coopgeo.study.tables import empty_table, read_table
from coopgeo.text.setting_faults import model_of
from coopgeo.text.toml_files import toml_entries


def open_study(folder: str | Path | None = None) -> Study:
    """Read and check a study folder, or the workbook of a study.

    Parameters
    ----------
    folder : path, optional
        Laid out as `data/raw/README.md` says, or an .xlsx workbook that `write_workbook` has written; the study that
        coopgeo ships if none is named.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If anything in the folder is wrong: one error that lists every fault, with file, row, column, what was found
        and what was expected.
    """
    check_kind("folder", folder, str | Path | None, "the path of a study folder, such as data/raw")
    from coopgeo.study.workbook_read import ENDINGS, WorkbookReader  # noqa: PLC0415 - it builds on the reader below

    place = shipped_study() if folder is None else Path(folder)
    if place.suffix.lower() not in ENDINGS or place.is_dir():
        return FolderReader(place).study()
    with TemporaryDirectory(prefix="coopgeo-") as scratch:
        return WorkbookReader(place, Path(scratch)).study()


class FolderReader:
    """Reads a study folder, gathering the faults of all its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = self.place = folder  # where the files are read, and what the user named
        self.faults = Faults(str(folder))
        self.files: list[Path] = []

    def study(self) -> Study:
        """The study; raises `InputError` with every fault."""
        self.check_place()
        settings = self._settings(STUDY_TOML, StudySettings)
        tables = {path: self._table(path) for path in STUDY_TABLES.values()}
        names = self.chain_names()
        if not names:
            self.faults.add(expected=Message("a chain: a folder in chains/ with a chain.toml"))
        chains = {}
        for name in names:
            tables |= {path: self._table(path) for path in (f"chains/{name}/{table}" for table in CHAIN_TABLES)}
            chains[name] = self._settings(chain_toml(name), ChainSettings)
        if settings is not None:
            check_crs(self.faults, settings.crs, settings.frame)
        if self.faults:
            self._compare_the_rest(settings, chains, tables)
        self.faults.raise_if_any()
        boundaries, rivers = self._boundaries(settings, tables["territory/communes"].index), self._rivers(settings)
        self.faults.raise_if_any()
        assert boundaries is not None
        inputs = Inputs(settings, chains, tables, boundaries, rivers, self._names(tables))
        study = Study(folder=self.place, inputs_sha256=self._digest(), **pieces(inputs))
        note_inconsistencies(study, self.faults, Touched())
        self.faults.raise_if_any()
        return study

    def check_place(self) -> None:
        """Raise what makes the folder none of a study."""
        if self.folder.is_file():
            found = Message("a file that is no .xlsx workbook")
            self.faults.add(found=found, expected=Message("a study folder, or its workbook; save it as .xlsx"))
        elif not self.folder.is_dir():
            self.faults.add(expected=Message('a study folder there; give its path, such as "data/raw"'))
        self.faults.raise_if_any()

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
        note_misfits(Readable(self.folder, settings, chains, read, None, self._names(read)), self.faults, Touched())

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

    def _table(self, path: str) -> Any:
        """A table by its path without ".csv", its faults noted; None if it cannot be read."""
        file, schema = table_file(self.folder, path), schema_of(path)
        faults = Faults(file.relative_to(self.folder).as_posix())
        if schema.metadata.get(MAY_BE_MISSING) and not file.exists():
            table: pd.DataFrame | None = empty_table(schema)
        else:
            self.files.append(file)
            table = read_table(file, schema, faults)
        index = index_of(schema)
        self.faults.extend(faults)
        return table if table is None or index is None else table.set_index(index)

    def _boundaries(self, settings: StudySettings, communes: pd.Index) -> gpd.GeoSeries | None:
        faults, path = Faults(BOUNDARIES), self.folder / BOUNDARIES
        self.files.append(path)
        boundaries = read_boundaries(path, settings.crs, communes, settings.frame, faults)
        self.faults.extend(faults)
        return boundaries

    def _rivers(self, settings: StudySettings) -> gpd.GeoDataFrame:
        """The features of all files of rivers; what cannot be trusted is noted."""
        layers = []
        for name in river_files(self.folder, settings.barriers, self.faults):
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
