"""The whole study as sheets of one workbook: what stands in each cell, whatever program writes or reads it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pandera.pandas as pa

from coopgeo.errors import Faults, Message
from coopgeo.study.boundaries import BOUNDARIES
from coopgeo.study.inputs import STUDY_TABLES, Inputs, chain_tables, index_of, materials_of, schema_of
from coopgeo.study.raw_tables import RawTable
from coopgeo.study.tables import ROW
from coopgeo.text import LANGS, Text, all_words, layer
from coopgeo.text.meanings import heading, meaning, word
from coopgeo.text.vocabulary import column_of

GEOJSON = "geojson"
_CELL = 30_000  # letters; a spreadsheet takes 32,767
_TITLE = 31  # letters that a spreadsheet takes for the name of a sheet
_REFERS = {  # columns whose values stand in the first column of another sheet
    "source": "sources.csv",
    "insee": "territory/communes.csv",
    "vehicle": "roads/vehicles.csv",
    "truck": "roads/vehicles.csv",
    "hazard_source": "sources.csv",
    "collected_by": "roads/vehicles.csv",
    "brought_by": "roads/vehicles.csv",
    "from_junction": "roads/junctions.csv",
    "to_junction": "roads/junctions.csv",
    "highway": "roads/classes.csv",
    "customer": "{folder}/customers.csv",
    "product": "{folder}/chain.toml#products",
}
_NOT_THERE = {"roads/speeds.csv": "highway"}  # it has classes of tracks too, which no atlas has


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet.

    Attributes
    ----------
    name : str
        In the files.
    heading, note : str
        What a planner reads: name with unit, and what it means.
    words : sequence of str
        The words that it allows, if it allows no others.
    refers : str, optional
        File whose first column has its values.
    low, high : float, optional
        Bounds of a number.
    number : bool
        Whether it holds numbers.
    expected : str
        What numbers it takes, in words.
    """

    name: str
    heading: str
    note: str = ""
    words: Sequence[str] = ()
    refers: str | None = None
    low: float | None = None
    high: float | None = None
    number: bool = False
    expected: str = ""


@dataclass(frozen=True)
class StudySheet:
    """A sheet: a file of the study, or a part of one.

    Attributes
    ----------
    file : str
        Path in a study folder; what follows a "#" is the part of a settings file.
    holds : str
        What a row is.
    columns : sequence of SheetColumn
    rows : sequence of sequences
        Texts, numbers, and None for a blank, under the columns.
    """

    file: str
    holds: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[object]]


def titles(
    files: Sequence[str], text: Text, rivers: Collection[str] = (), materials: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Title of the sheet of each file, no two alike: its name, and that of its chain where there are several.

    Parameters
    ----------
    files : sequence of str
    text : Text
    rivers : collection of str
        Those of the files that hold rivers.
    materials : mapping of str to str, optional
        What each chain moves.
    """
    layers = {**dict.fromkeys(rivers, "river"), BOUNDARIES: "boundaries"}
    chains = {_folder(file) for file in files} - {None}
    found: dict[str, str] = {}
    for file in files:
        name = layers.get(file) or _name(file)
        key, own = f"table.{name}", words_of_file(file, text, materials or {})
        name = own(key) if key in own else all_words(text.lang).get(key, name)
        folder = _folder(file)
        title = name if folder is None or len(chains) == 1 else f"{name} {folder.rpartition('/')[2]}"
        title, number = title[:_TITLE], 2
        while title.casefold() in {other.casefold() for other in found.values()}:
            title, number = f"{title[: _TITLE - 3]} {number}", number + 1
        found[file] = title
    return found


def words_of_file(file: str, text: Text, materials: Mapping[str, str]) -> Text:
    """The texts that the file of a chain is told in: its material has words of its own."""
    folder = _folder(file)
    material = materials.get(folder.rpartition("/")[2], "") if folder else ""
    return Text(text.lang, layer(material, text.lang)) if material else text


def _folder(file: str) -> str | None:
    """The folder of the chain that a file belongs to."""
    return file.rpartition("/")[0] if file.startswith("chains/") else None


def _name(file: str) -> str:
    path, _, part = file.partition("#")
    return part.rpartition(".")[2] or path.rpartition("/")[2].partition(".")[0]


def table_files(inputs: Inputs) -> list[str]:
    """The tables of a study in the order of the workbook: chains, roads, the rest, the sources."""
    chains = [
        f"chains/{chain}/{name}.csv"
        for chain in sorted(inputs.chains)
        for name in chain_tables(inputs.chains[chain].material)
    ]
    others = sorted(STUDY_TABLES.values(), key=lambda path: (path == "sources", not path.startswith("roads/")))
    return [*chains, *(f"{path}.csv" for path in others)]


def table_sheet(file: str, inputs: Inputs, named: Mapping[str, str], text: Text) -> StudySheet:
    """The sheet of a table; `named` are the titles of all sheets."""
    path, text = file.removesuffix(".csv"), words_of_file(file, text, materials_of(inputs.chains))
    schema, table = schema_of(path, materials_of(inputs.chains)), inputs.tables[path]
    if index_of(schema) is not None:
        table = table.reset_index()
    table = table.drop(columns=ROW, errors="ignore")
    own = [str(name) for name in table if name not in schema.columns]
    called_alike = {column_of(name, schema.columns) for name in own}  # a note "Nom" beside the column `name`
    columns = [
        replace(column, heading=column.name) if column.name in called_alike else column
        for column in (described_column(str(name), file, schema, named, text) for name in table)
    ]
    cells = [[_cell(column, value, text) for value in table.iloc[:, at]] for at, column in enumerate(columns)]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return StudySheet(file, plainly(str(schema.description), text), columns, rows)


def _cell(column: SheetColumn, value: object, text: Text) -> object:
    if isinstance(value, str):
        return (word(column.name, value, text.lang) if column.words else value) or None
    return None if pd.isna(value) else value


def described_column(
    name: str, file: str, schema: pa.DataFrameSchema, named: Mapping[str, str], text: Text
) -> SheetColumn:
    """A column of a table, as its schema has it; one of the planner's own has its own heading alone."""
    if name not in schema.columns:
        return SheetColumn(name, name)
    about = schema.columns[name]
    facts = {key: fact for check in about.checks for key, fact in (check.statistics or {}).items()}
    words = [word(name, code, text.lang) for code in facts.get("allowed_values", ()) if code]
    number = about.dtype.type.kind == "f"
    low, high = (facts.get(bound) if number else None for bound in ("min_value", "max_value"))
    refers = refers_to(name, file)
    above = any(check.name == "greater_than" for check in about.checks)
    expected = _bounds(low, high, above=above, text=text) if number else ""
    described = str(about.description)
    note = noted(described, name, text, words, refers, named, expected, blank=bool(about.nullable))
    return SheetColumn(name, heading(name, text.lang, text), note, words, refers, low, high, number, expected)


def noted(
    described: str,
    name: str,
    text: Text,
    words: Sequence[str] = (),
    refers: str | None = None,
    named: Mapping[str, str] | None = None,
    expected: str = "",
    *,
    blank: bool = False,
) -> str:
    """What the note of a heading says: the meaning, what may stand in the column, its name in the files."""
    lines = [
        plainly(described, text),
        text("dossier.words", words=", ".join(words)) if words else expected,
        text("dossier.refers", sheet=named[refers]) if named and refers else "",
        text("dossier.blank") if blank else "",
        text("dossier.file_name", name=name),
    ]
    return "\n".join(line[:1].upper() + line[1:] for line in lines if line)


def plainly(described: str, text: Text) -> str:
    """What something means, without the marks of code."""
    return meaning(described, text.lang).replace("`", "")


def refers_to(name: str, file: str) -> str | None:
    """The file whose first column has the values of a column; None if it is that file, or if there is none."""
    target = _REFERS.get(name, "").format(folder=_folder(file))
    return None if not target or target == file or _NOT_THERE.get(file) == name else target


def _bounds(low: float | None, high: float | None, *, above: bool, text: Text) -> str:
    if low is None:
        return text("dossier.number")
    if high is None:
        return text("dossier.number_above" if above else "dossier.number_from", low=text.plain(low))
    key = "dossier.number_above_to" if above else "dossier.number_between"
    return text(key, low=text.plain(low), high=text.plain(high))


def layer_sheet(file: str, content: Mapping[str, Any], text: Text) -> StudySheet:
    """The sheet of a GeoJSON file: what it says of itself, then a row a feature, each cut to what cells take."""
    features = content.get("features")
    whole = dict(content) if features is None else {**content, "features": []}
    labels = [text("dossier.whole"), *(_label(feature) for feature in features or ())]
    pieces = [_cut(part) for part in (whole, *(features or ()))]
    width = max(map(len, pieces))
    headings = [f"{heading(GEOJSON, text.lang)} {at}" for at in range(1, width + 1)]
    holds = text("dossier.layer")
    columns = [SheetColumn("name", heading("name", text.lang)), *(SheetColumn(GEOJSON, one, holds) for one in headings)]
    rows = [[label, *cut, *[None] * (width - len(cut))] for label, cut in zip(labels, pieces, strict=True)]
    return StudySheet(file, holds, columns, rows)


def _label(feature: Any) -> str:
    """Code and name of a feature, where it has any."""
    properties = (feature.get("properties") if isinstance(feature, Mapping) else None) or {}
    return " ".join(str(properties[name]) for name in ("insee", "name") if properties.get(name))


def _cut(part: Mapping[str, Any]) -> list[str]:
    """JSON without a blank or a letter that a spreadsheet could change, in pieces."""
    long = json.dumps(part, ensure_ascii=True, separators=(",", ":")).replace(" ", "\\u0020")
    return [long[at : at + _CELL] for at in range(0, len(long), _CELL)]


def layer_content(table: RawTable, faults: Faults) -> dict[str, Any] | None:
    """The GeoJSON that the cells of a sheet hold; None if they hold none, which is noted.

    Parameters
    ----------
    table : RawTable
    faults : Faults
    """
    known = tuple(heading(GEOJSON, lang).casefold() for lang in LANGS)
    at = [place for place, title in enumerate(table.header) if title.casefold().startswith(known)]
    parts = []
    for line, row in zip(table.lines, table.rows, strict=True):
        try:
            parts.append(json.loads("".join(row[place] for place in at if place < len(row))))
        except ValueError:
            expected = Message("a shape as it was written; take the sheet from a workbook that is whole")
            faults.add(row=line, id=row[0], column=GEOJSON, expected=expected)
    if len(parts) < len(table.rows) or not parts or not isinstance(parts[0], dict):
        if len(parts) == len(table.rows):
            faults.add(expected=Message("a row that says what the layer is, then a row a feature"))
        return None
    return {**parts[0], "features": parts[1:]} if "features" in parts[0] else parts[0]
