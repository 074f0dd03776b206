"""The settings files as sheets: one of plain entries, and one for each table of entries (assumptions, products)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_origin

from pydantic import BaseModel

from coopgeo.study.numerals import number_of, readings
from coopgeo.study.raw_tables import RawTable
from coopgeo.study.schema_parts import SHARE_UNITS
from coopgeo.study.settings_tree import (
    Steps,
    choices_of,
    columns_of,
    fields_of,
    items_of,
    plain_kind,
    records_of,
    scored_of,
)
from coopgeo.study.workbook import SheetColumn, StudySheet, noted, plainly, refers_to
from coopgeo.text import LANGS, Text
from coopgeo.text.meanings import heading, word
from coopgeo.text.vocabulary import code_of, known_codes

_BETWEEN = ";"  # what stands between the items of a list


@dataclass(frozen=True)
class Place:
    """Where a setting stands in the workbook.

    Attributes
    ----------
    file : str
        Of its sheet.
    line : int
    id, heading : str
        What its row and its column are called.
    """

    file: str
    line: int
    id: str
    heading: str


def settings_files(file: str, model: type[BaseModel]) -> list[str]:
    """The sheets of a settings file, each by the file and, after a "#", the part of it."""
    parts = [(path, kinds) for path, kinds in fields_of(model) if records_of(kinds.annotation)]
    found = [file]
    for path, field in parts:
        found.append(f"{file}#{'.'.join(path)}")
        found += [f"{file}#{'.'.join((*path, name))}" for name in scored_of(records_of(field.annotation))]
    return found


def settings_sheets(file: str, settings: BaseModel, named: Mapping[str, str], text: Text) -> Iterator[StudySheet]:
    """The sheets of a settings file; `named` are the titles of all sheets."""
    model = type(settings)
    entries = [(path, field) for path, field in fields_of(model) if not records_of(field.annotation)]
    yield StudySheet(
        file,
        text("dossier.settings"),
        [
            SheetColumn("entry", text("column.entry")),
            SheetColumn("value", text("column.value")),
            SheetColumn("meaning", text("column.meaning")),
            SheetColumn("setting", text("column.setting")),
        ],
        [
            [
                heading(path[-1], text.lang),
                _shown(path[-1], field.annotation, _at(settings, path), text),
                plainly(str(field.description), text),
                ".".join(path),
            ]
            for path, field in entries
            if items_of(field.annotation) is None or _at(settings, path) is not None  # a blank is a list of nothing
        ],
    )
    for path, field in fields_of(model):
        kinds = records_of(field.annotation)
        if kinds:
            held = _at(settings, path)
            records = held if isinstance(held, Mapping) else dict(held)
            yield _record_sheet(f"{file}#{'.'.join(path)}", kinds, records, named, text)
            for name in scored_of(kinds):
                yield _score_sheet(f"{file}#{'.'.join((*path, name))}", name, records, text)


def _record_sheet(
    file: str, kinds: Sequence[type[BaseModel]], records: Mapping[str, BaseModel], named: Mapping[str, str], text: Text
) -> StudySheet:
    fields = columns_of(kinds)
    columns = [SheetColumn("id", heading("id", text.lang))]
    for name, field in fields.items():
        words = [word(name, code, text.lang) for code in choices_of(field.annotation)]
        number = plain_kind(field.annotation) is float
        refers = refers_to(name, file)
        expected = text("dossier.number") if number else ""
        blank = not field.is_required()
        note = noted(str(field.description), name, text, words, refers, named, expected, blank=blank)
        columns.append(SheetColumn(name, heading(name, text.lang), note, words, refers, number=number))
    rows = [
        [id, *(_shown(name, field.annotation, getattr(record, name, None), text) for name, field in fields.items())]
        for id, record in records.items()
    ]
    return StudySheet(file, plainly(str(kinds[0].__doc__).strip(), text), columns, rows)


def _score_sheet(file: str, name: str, records: Mapping[str, BaseModel], text: Text) -> StudySheet:
    rows: list[list[object]] = [
        [id, word(id, key, text.lang), score]
        for id, record in records.items()
        for key, score in (getattr(record, name, None) or {}).items()
    ]
    columns = [SheetColumn("id", heading("id", text.lang)), SheetColumn("word", heading("word", text.lang))]
    columns.append(SheetColumn("score", heading("score", text.lang), low=0, high=1, number=True))
    return StudySheet(file, text("dossier.score"), columns, rows)


def settings_of(
    file: str, model: type[BaseModel], tables: Mapping[str, RawTable]
) -> tuple[dict[str, Any], dict[Steps, Place], list[Place]]:
    """What the sheets of a settings file say, as its TOML would; where each entry stands, and what stands twice.

    Parameters
    ----------
    file : str
    model : type
        Its model.
    tables : mapping of str to RawTable
        Cells of the sheets by file.
    """
    read = _Read({}, {}, [])
    for path, field in fields_of(model):
        kinds = records_of(field.annotation)
        if kinds:
            _read_records(file, path, kinds, tables, read)
    entries = [(path, field) for path, field in fields_of(model) if not records_of(field.annotation)]
    known = {heading(path[-1], lang).casefold(): (path, field.annotation) for path, field in entries for lang in LANGS}
    known |= {".".join(path): (path, field.annotation) for path, field in entries}
    for line, cells, headings in _rows(file, tables[file], ("entry", "value", "setting"), read):
        entry = cells.get("setting") or cells.get("entry", "")
        path, kind = known.get(entry) or known.get(entry.casefold()) or ((entry,), str)
        place = Place(file, line, cells.get("entry", entry), headings.get("value", "value"))
        read.put(path, _parsed(path[-1], kind, cells.get("value", "")), place)
    for name, field in model.model_fields.items():
        part = read.data.get(name)
        if not field.is_required() and isinstance(part, dict) and not any(part.values()):
            del read.data[name]  # a part that may be absent, all blank
    return read.data, read.places, read.twice


@dataclass(frozen=True)
class _Read:
    """What was read so far, where it stands, and where something stands that stood before."""

    data: dict[str, Any]
    places: dict[Steps, Place]
    twice: list[Place]

    def stands(self, path: Steps, place: Place) -> bool:
        """Note where an entry stands; whether it stood nowhere before."""
        if path in self.places:
            self.twice.append(place)
            return False
        self.places[path] = place
        return True

    def put(self, path: Steps, value: object, place: Place) -> None:
        """Take an entry; one that is blank counts as absent."""
        if not self.stands(path, place):
            return
        if value is None:
            return
        branch = self.data
        for step in path[:-1]:
            branch = branch.setdefault(step, {})
        branch[path[-1]] = value


def _read_records(
    file: str, path: Steps, kinds: Sequence[type[BaseModel]], tables: Mapping[str, RawTable], read: _Read
) -> None:
    """Read a table of entries and the scores of its words."""
    part, fields = f"{file}#{'.'.join(path)}", columns_of(kinds)
    for line, cells, headings in _rows(part, tables[part], ("id", *fields), read):
        id = cells.pop("id", "")
        if not read.stands((*path, id), Place(part, line, id, headings.get("id", "id"))):
            continue
        for name, cell in cells.items():
            place = Place(part, line, id, headings[name])
            share = name in ("low", "value", "high") and cells.get("unit") in SHARE_UNITS
            read.put((*path, id, name), _parsed(name, fields[name].annotation, cell, share=share), place)
    for name in scored_of(kinds):
        scores = f"{part}.{name}"
        for line, cells, headings in _rows(scores, tables[scores], ("id", "word", "score"), read):
            id = cells.get("id", "")
            place = Place(scores, line, id, headings.get("score", "score"))
            key = _code(id, cells.get("word", ""))
            read.put((*path, id, name, key), _parsed("score", float, cells.get("score", ""), share=True), place)


def _rows(
    file: str, table: RawTable, names: Sequence[str], read: _Read
) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
    """Each row of a sheet: its line, its cells and their headings by name."""
    headings = {}
    for name in names:
        titled = {heading(name, lang).casefold() for lang in LANGS}
        found = [at for at, title in enumerate(table.header) if title.casefold() in titled]
        found = found or [at for at, title in enumerate(table.header) if title.casefold() == name.casefold()]
        if found:
            headings[name] = found[0]
        read.twice.extend(Place(file, 0, "", table.header[at]) for at in found[1:])
    titles = {name: table.header[at] for name, at in headings.items()}
    for line, row in zip(table.lines, table.rows, strict=True):
        yield line, {name: row[at] if at < len(row) else "" for name, at in headings.items()}, titles


def _at(settings: Any, path: Steps) -> Any:
    """What stands at a path; None within a part that is absent."""
    for step in path:
        settings = None if settings is None else getattr(settings, step)
    return settings


def _shown(name: str, kind: Any, value: Any, text: Text) -> object:
    """What a cell shows of an entry."""
    if value is None or isinstance(value, float):
        return value
    if items_of(kind) is not None:
        return f"{_BETWEEN} ".join(_word(name, one, text) for one in value) or None
    if isinstance(value, str):
        return _word(name, value, text) if choices_of(kind) else value
    return json.dumps(value, ensure_ascii=False, default=lambda one: one.model_dump())


def _word(name: str, value: object, text: Text) -> str:
    if isinstance(value, str):
        return word(_VOCABULARY.get(name, name), value, text.lang)
    shown = str(value)
    shown = f"{shown}0" if len(readings(shown)) > 1 else shown  # a decimal more, and it reads in one way only
    return shown.replace(".", "," if text.lang == "fr" else ".")


_VOCABULARY = {"excluded_hazards": "hazard"}  # entries whose words are those of a column of another name


def _parsed(name: str, kind: Any, cell: str, *, share: bool = False) -> object:
    """What a cell says, of the kind that the entry holds where it is written so; None for a blank."""
    items, kind = items_of(kind), plain_kind(kind)
    if items is not None:
        pieces = cell.split(_BETWEEN) if items is str or get_origin(items) else cell.replace(_BETWEEN, " ").split()
        return [_parsed(_VOCABULARY.get(name, name), items, piece.strip()) for piece in pieces if piece.strip()]
    if not cell or kind is str:
        return cell or None
    if kind in (float, int):
        return _number(cell, share=share)
    return _code(name, cell) if get_origin(kind) is Literal else _json(cell)


def _number(cell: str, *, share: bool) -> object:
    """The number of a cell, where it is a text too: 0,35, or 35 % of a share; the text itself if it is none."""
    found = number_of(cell, (), share=share)
    if found is None:
        return cell
    return int(found) if found.is_integer() else found


def _json(cell: str) -> object:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _code(column: str, said: str) -> str:
    """The code that a word stands for, in either language; the word itself if it stands for none."""
    return code_of(said, column, known_codes(column)) or said
