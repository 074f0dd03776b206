"""Read a study from one workbook, as `workbook_write` lays it out: cells first, then the checks of a folder."""

import copy
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from coopgeo.errors import Faults, Message
from coopgeo.study.chain_models import PLAIN_ENTRIES, written_material
from coopgeo.study.folder import FolderReader
from coopgeo.study.inputs import index_of, schema_of
from coopgeo.study.raw_tables import RawTable
from coopgeo.study.sheets import workbook_cells
from coopgeo.study.tables import checked_table
from coopgeo.study.workbook import layer_content
from coopgeo.study.workbook_settings import Place, settings_files, settings_of
from coopgeo.text import LANGS, Text
from coopgeo.text.meanings import heading
from coopgeo.text.nearest import nearest
from coopgeo.text.setting_faults import checked_settings

_TWICE, _ONCE = Message("something that stands twice"), Message("it once; delete the other")
CONTENTS = "contents"
ENDINGS = (".xlsx", ".xlsm")
_LAYERS = (".geojson", ".json")


class WorkbookReader(FolderReader):
    """Reads a study from a workbook; its layers are put into a scratch folder, which lasts as long as the reading."""

    def __init__(self, path: Path, scratch: Path) -> None:
        super().__init__(scratch)
        self.place = path
        titles: dict[str, str] = {}
        self.places: dict[str, Mapping[tuple[str, ...], Place]] = {}  # where settings stand, by file
        self.faults = _OfSheets(str(path), titles, self.places)
        self.sheets: dict[str, RawTable] = {}
        for file, (title, table) in _sheets(path, self.faults):
            titles[file] = title
            if table is None:
                self.noted.add(file)
            else:
                self.sheets[file] = table
        for file, table in self.sheets.items():
            if file.endswith(_LAYERS):
                self._unpack(file, table)

    def check_place(self) -> None:
        """Raise what makes the workbook none of a study."""
        if not self.sheets:
            self.faults.raise_if_any()

    def chain_names(self) -> list[str]:
        """The chains that have settings."""
        files = self.sheets.keys() | self.noted
        return sorted({file.split("/")[1] for file in files if file.startswith("chains/") and "chain.toml" in file})

    def material(self, file: str) -> object:
        """What the sheet of a chain says that it moves, before it is checked."""
        entries = _entries(self.sheets[file]) if file in self.sheets else {}
        outputs = f"{file}#outputs"  # a sheet of every chain of a plain material
        if outputs in self.noted or outputs in self.sheets:
            entries.setdefault("outputs", "")
        return written_material(entries)

    def _settings(self, name: str, model: type[BaseModel]) -> Any:
        files = settings_files(name, model)
        lacking = [file for file in files if file not in self.sheets]
        for file in lacking:
            self._note_lacking(file)
        if lacking:
            return None
        data, places, twice = settings_of(name, model, {file: self.sheets[file] for file in files})
        self.places[name] = places
        for place in twice:
            part = Faults(place.file)
            part.add(row=place.line or None, id=place.id, column=place.heading, found=_TWICE, expected=_ONCE)
            self.faults.extend(part)
        made, wrong = checked_settings(model, data)
        for fault in wrong:
            place = _place(fault.path, places, name)
            part = Faults(place.file)
            column = place.heading or ".".join(fault.path)
            part.add(
                row=place.line or None,
                id=place.id,
                column=column,
                found=fault.found,
                expected=fault.expected,
                hint=fault.hint,
            )
            self.faults.extend(part)
        return made

    def _table(self, path: str) -> Any:
        file, schema = f"{path}.csv", schema_of(path, self.materials)
        if file not in self.sheets:
            self._note_lacking(file)
            return None
        faults = Faults(file)
        table, index = checked_table(self.sheets[file], schema, faults), index_of(schema)
        self.faults.extend(faults)
        return table if table is None or index is None else table.set_index(index)

    def _unpack(self, file: str, table: RawTable) -> None:
        faults, path = Faults(file), self.folder / file
        content = layer_content(table, faults)
        self.faults.extend(faults)
        if content is None:
            self.noted.add(file)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content), encoding="utf-8")

    def _note_lacking(self, file: str) -> None:
        if file in self.noted:
            return
        expected = Message(
            "a sheet for {file}, and its name in the contents; take it from a workbook that is whole", file=file
        )
        self.faults.add(expected=expected)

    def _digest(self) -> str:
        return hashlib.sha256(self.place.read_bytes()).hexdigest()


def _entries(sheet: RawTable) -> dict[str, str]:
    """The entries of a sheet of settings that tell what a chain moves, with what stands beside them."""
    names = {said.casefold(): name for name in ("material", *PLAIN_ENTRIES) for said in _said(name)}
    at = [place for place, title in enumerate(sheet.header) if title.casefold() in _said("value")]
    entries: dict[str, str] = {}
    for row in sheet.rows:
        name = next((names[cell.casefold()] for cell in row if cell.casefold() in names), None)
        value = row[at[0]] if at and at[0] < len(row) else ""
        if name and value:
            entries.setdefault(name, value)
    return entries


def _said(name: str) -> set[str]:
    """What an entry or a column is called, in small letters."""
    return {name, *(heading(name, lang).casefold() for lang in LANGS)}


class _OfSheets(Faults):
    """Faults that name the sheet where those of a folder name the file, and the row where a setting stands in one."""

    def __init__(
        self, where: str, titles: Mapping[str, str], places: Mapping[str, Mapping[tuple[str, ...], Place]]
    ) -> None:
        super().__init__(where)
        self.titles, self.places = titles, places

    def extend(self, other: Faults) -> None:
        places, noted = self.places.get(other.where, {}), []
        for fault in other.noted:
            place = places.get(tuple((fault.column or "").split(".")))
            if place is None or fault.row is not None or fault.parts:
                noted.append(fault)
                continue
            part = Faults(place.file)
            part.add(
                row=place.line or None,
                id=place.id,
                column=place.heading,
                found=fault.found,
                expected=fault.expected,
                hint=fault.hint,
            )
            self.extend(part)
        if len(noted) < len(other.noted):
            other = copy.copy(other)
            other.noted = noted
        title = self.titles.get(other.where)
        if title is not None:
            other = copy.copy(other)
            other.where = Message('sheet "{title}"', title=title)
        super().extend(other)


def layers_of(place: Path) -> dict[str, dict[str, Any]]:
    """The GeoJSON files of a study folder or workbook by their paths."""
    if place.suffix.lower() in ENDINGS:
        faults = Faults(str(place))
        tables = {file: table for file, (_, table) in _sheets(place, faults) if table and file.endswith(_LAYERS)}
        layers = {file: layer_content(table, faults) for file, table in tables.items()}
        faults.raise_if_any()  # if somebody has changed the workbook since
        return {file: content for file, content in layers.items() if content is not None}
    paths = sorted(path for path in place.rglob("*") if path.suffix in _LAYERS)
    return {path.relative_to(place).as_posix(): json.loads(path.read_bytes().decode("utf-8-sig")) for path in paths}


def _sheets(path: Path, faults: Faults) -> list[tuple[str, tuple[str, RawTable | None]]]:
    """Each file of the study with the title and the cells of its sheet, as the contents name them; None without it."""
    if not path.is_file():
        faults.add(expected=Message("this workbook; coopgeo workbook writes one"))
        return []
    tables = workbook_cells(path, faults)
    listed = next(filter(None, map(_contents, tables.values())), None)
    if listed is None:
        if not faults:
            expected = Message("a sheet of contents, with the sheets and their files, as coopgeo workbook writes it")
            faults.add(expected=expected)
        return []
    for file in sorted({file for _, file in listed if [other for _, other in listed].count(file) > 1}):
        faults.add(found=Message("several sheets for {file}", file=file), expected=_ONCE)
    others = [title for title in list(tables)[1:] if title not in dict(listed)]
    for title in (title for title, _ in listed if title not in tables):
        near = nearest(title, others, 1)
        hint = Message('if "{sheet}" is meant, rename it "{title}"', sheet=near[0], title=title) if near else None
        found = Message("sheets of other names: {others}", others=others) if others else None
        expected = Message("this sheet, which the contents name; keep the names of sheets as they are")
        faults.add(column=title, found=found, expected=expected, hint=hint)
    return [(file, (title, tables.get(title))) for title, file in listed]


def _contents(table: RawTable) -> list[tuple[str, str]]:
    """Sheets and files that a table of contents names; none if the table is no such one."""
    rows = [table.header, *table.rows]
    for lang in LANGS:
        text = Text(lang)
        known = (text("dossier.sheet"), text("dossier.file"))
        for number, row in enumerate(rows):
            if set(known) <= set(row):
                sheet, file = map(list(row).index, known)
                return [(one[sheet], one[file]) for one in rows[number + 1 :] if len(one) > max(sheet, file)]
    return []


def _place(path: tuple[str, ...], places: Mapping[tuple[str, ...], Place], file: str) -> Place:
    """Where a setting stands, or what is nearest above it."""
    for length in range(len(path), 0, -1):
        place = places.get(path[:length])
        if place is not None:
            return place if length == len(path) else Place(place.file, place.line, place.id, ".".join(path[length:]))
    return Place(file, 0, "", ".".join(path))
