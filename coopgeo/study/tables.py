"""Read a table that a planner edits, strictly: every fault is noted with its row and column, nothing is guessed.

A table comes as texts, from a CSV file or a sheet of a workbook; all that follows is the same for both. Row numbers
are those of the file, as a spreadsheet shows them.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray
from pandera.errors import SchemaErrors

from coopgeo.errors import Column, Faults, Message
from coopgeo.study.column_kinds import CODES, INSEE, SHARE
from coopgeo.study.csv_tables import csv_cells
from coopgeo.study.numerals import decimal_marks, number_expected, number_of
from coopgeo.study.raw_tables import RawTable
from coopgeo.study.schema_parts import MAY_BE_ABSENT, MAY_BE_EMPTY, SHARE_UNITS
from coopgeo.study.sheets import workbook_cells
from coopgeo.text.text_files import file_bytes
from coopgeo.text.vocabulary import code_of, column_of, meant_code, meant_heading

_COMPARED = {  # pandera's checks of a number, and the name of the bound of each
    "greater_than": (np.greater, "min_value"),
    "greater_than_or_equal_to": (np.greater_equal, "min_value"),
    "less_than_or_equal_to": (np.less_equal, "max_value"),
}
_MOST_BYTES = 100_000_000  # a table of every commune of France has a tenth
_HEADER_WITHIN = 10  # rows below the first in which a header may stand
_MOST_COLUMNS = 500  # no spreadsheet of a planner has as many
_MOST_NAMED = 30  # headings that a message names
_SHOWN = 60  # signs of a cell that a message shows
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ROW = " row"  # column added to every table: the line of the file that a row stands in; no heading begins with a blank


def empty_table(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """A table of a schema without any row, as `read_table` gives it."""
    return checked_table(RawTable(list(schema.columns), [], []), schema, Faults(""))


def read_table(path: Path, schema: pa.DataFrameSchema, faults: Faults) -> pd.DataFrame | None:
    """Read and check one table of a file of its own.

    Parameters
    ----------
    path : Path
        CSV file, or .xlsx workbook of which one sheet that is shown has the headings; one beside the other is a fault.
    schema : DataFrameSchema
        Columns, kinds and checks.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    DataFrame or None
        As `checked_table`.
    """
    raw = table_cells(path, schema, faults)
    return None if raw is None else checked_table(raw, schema, faults)


def table_cells(path: Path, schema: pa.DataFrameSchema, faults: Faults) -> RawTable | None:
    """The cells of a table of a file of its own; None if there is none, which is noted."""
    csv, workbook = path.with_suffix(".csv"), path.with_suffix(".xlsx")
    if csv.is_file() and workbook.is_file():
        faults.add(
            found=Message("{csv} and {workbook}", csv=csv.name, workbook=workbook.name),
            expected=Message("one of them; remove the one that is out of date"),
        )
        return None
    if workbook.is_file():
        before = len(faults)
        sheets = workbook_cells(workbook, faults, hidden=False)
        if not sheets and len(faults) == before:
            faults.add(found=Message("no cell with a value"), expected=Message("a sheet with the table"))
        fitting = [title for title, raw in sheets.items() if _has_headings(raw, schema)]
        if len(fitting) > 1:
            found = Message("the headings in the sheets {sheets}", sheets=fitting)
            faults.add(found=found, expected=Message("one sheet with them; delete or hide the others"))
            return None
        return sheets[fitting[0]] if fitting else next(iter(sheets.values()), None)
    content = file_bytes(csv, _MOST_BYTES, faults)
    return None if content is None else csv_cells(content, faults)


def checked_table(raw: RawTable, schema: pa.DataFrameSchema, faults: Faults) -> pd.DataFrame:
    """The table that cells of a file make, checked.

    Parameters
    ----------
    raw : RawTable
    schema : DataFrameSchema
        Columns, kinds and checks; the first column names a row in messages.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    DataFrame
        Columns of the schema in its order, then others of the file, then `row`, the line of the file. What is a fault
        is missing, or stands as it was found; a column that is lacking is all missing.
    """
    raw = _from_its_header(raw, schema)
    columns = _columns(raw, schema, faults)
    if raw.header and not raw.rows and not (schema.metadata or {}).get(MAY_BE_EMPTY):
        expected = Message("a row of column names, and one row of values at least")
        faults.add(found=Message("no row of values"), expected=expected)
    cells = _texts(raw, columns, list(schema.columns), faults)
    table = cells.astype({name: "str" for name in cells.columns if name != ROW})
    _to_codes(table, schema)
    _to_numbers(table, cells, schema, faults)
    check_rows(table, schema, faults)
    return table


def _from_its_header(raw: RawTable, schema: pa.DataFrameSchema) -> RawTable:
    """The table without the lines above its header, such as a title, where a header stands below them."""

    def named(cells: Sequence[str]) -> int:
        return len({column_of(cell, schema.columns) for cell in cells} - {None})

    candidates = [row[:_MOST_COLUMNS] for row in (raw.header, *raw.rows[:_HEADER_WITHIN])]
    best = max(range(len(candidates)), key=lambda at: named(candidates[at]))
    if best and named(candidates[best]) > _needed(schema) / 2:
        return replace(raw, header=raw.rows[best - 1], rows=raw.rows[best:], lines=raw.lines[best:])
    return raw


def _needed(schema: pa.DataFrameSchema) -> int:
    """How many columns a file must have."""
    return sum(MAY_BE_ABSENT not in (column.metadata or {}) for column in schema.columns.values())


def _has_headings(raw: RawTable, schema: pa.DataFrameSchema) -> bool:
    """Whether more than half of the columns stand in the header of a table."""
    header = _from_its_header(raw, schema).header[:_MOST_COLUMNS]
    return len({column_of(heading, schema.columns) for heading in header} - {None}) > _needed(schema) / 2


def _columns(raw: RawTable, schema: pa.DataFrameSchema, faults: Faults) -> dict[str, int]:
    """Where each column of the schema, and each other that has a name of its own, stands in the rows."""
    spelt = set(raw.header) & set(schema.columns)  # another heading like one of these is a note
    names = [
        heading if (column := column_of(heading, schema.columns)) is None or column in spelt else column
        for heading in raw.header[: _MOST_COLUMNS + 1]
    ]
    optional = _optional_columns(names, raw, schema)
    others = [name for name in names if name and name not in schema.columns]
    for name in schema.columns:
        if names.count(name) > 1:
            found = Message("{count} columns of this name", count=names.count(name))
            faults.add_column(name, found=found, expected=Message("one"))
    lacking = [name for name in schema.columns if name not in names and name not in optional]
    if not raw.header:
        faults.add(found=Message("an empty file"), expected=Message("a table with its headings in the first row"))
    elif len(raw.header) > _MOST_COLUMNS:
        found = Message("{count} columns", count=len(raw.header))
        faults.add(row=1, found=found, expected=Message("at most {count} columns", count=_MOST_COLUMNS))
    if not raw.header or len(raw.header) > _MOST_COLUMNS:
        return _none_of(schema, faults)
    if len(lacking) > max(2, _needed(schema) / 2):
        found = Message("the headings {headings}", headings=[_short(heading) for heading in raw.header[:_MOST_NAMED]])
        expected = Message("the headings {columns}", columns=list(map(Column, schema.columns)))
        faults.add(row=1, found=found, expected=expected)
        return _none_of(schema, faults)
    for name in lacking:
        faults.add_column(
            name,
            found=Message("no column of this name"),
            expected=Message("this column too, with its name in the first row"),
            hint=meant_heading(name, [_short(other) for other in others]),
        )
    stands: dict[str, int] = {}
    for position, name in enumerate(names):
        if name and name != ROW:
            stands.setdefault(name, position)
    return stands


def _optional_columns(names: list[str], raw: RawTable, schema: pa.DataFrameSchema) -> set[str]:
    """The columns that a file may lack; one that stands under the name it had before (`loire_bank`) takes its own."""
    endings = {name: (column.metadata or {}).get(MAY_BE_ABSENT) for name, column in schema.columns.items()}
    optional = {name: ending for name, ending in endings.items() if ending is not None}
    for name, ending in optional.items():
        if not ending:
            continue
        former = [
            at
            for at, heading in enumerate(names)
            if heading.strip().casefold().endswith(ending) and _has_codes_of(name, raw, at, schema)
        ]
        if name not in names and len(former) == 1:
            names[former[0]] = name
    return set(optional)


def _has_codes_of(name: str, raw: RawTable, at: int, schema: pa.DataFrameSchema) -> bool:
    """Whether the cells at a place of the rows are words that a column may have, or blanks."""
    codes = schema.columns[name].metadata[CODES]
    return all(code_of(word, name, codes) for word in {row[at] for row in raw.rows if at < len(row)} - {""})


def _none_of(schema: pa.DataFrameSchema, faults: Faults) -> dict[str, int]:
    """No column can be read: what is wrong with the cells of each follows from that."""
    for name in schema.columns:
        faults.pass_over(name)
    return {}


def _texts(raw: RawTable, columns: dict[str, int], listed: list[str], faults: Faults) -> pd.DataFrame:
    """The cells of a table by column, and the line that each row begins in; rows of too many cells are left out."""
    width = len(raw.header)
    order = [*listed, *(name for name in columns if name not in listed)]
    rows: list[list[Any]] = []
    for values, line in zip(raw.rows, raw.lines, strict=True):
        if len(values) > width and columns:
            expected = Message(
                'one value a column, separated by "{separator}"; put quotes round a text that holds it',
                separator=raw.separator,
            )
            found = Message("{count} values for {width} columns", count=len(values), width=width)
            faults.add(row=line, id=_short(values[0]), found=found, expected=expected)
            continue
        cells = {name: values[at] for name, at in columns.items() if at < len(values)}
        for name in listed:
            if not cells.get(name, "").isprintable() and _CONTROL.search(cells[name]):
                found = Message("a sign that cannot be printed")
                faults.add(row=line, column=name, found=found, expected=Message("text; type the cell again"))
                cells[name] = _CONTROL.sub("", cells[name])
        rows.append([*(cells.get(name, "") for name in order), line])
    return pd.DataFrame(rows, columns=[*order, ROW], dtype=object).astype({ROW: "int64"} if rows else {})


def _to_codes(table: pd.DataFrame, schema: pa.DataFrameSchema) -> None:
    """Write the words and the INSEE codes of a table as its checks have them, where they mean one thing."""
    for name, column in schema.columns.items():
        metadata = column.metadata or {}
        if CODES in metadata:
            codes = metadata[CODES]
            known = {word: code_of(word, name, codes) or word for word in set(table[name]) - set(codes)}
            table[name] = table[name].replace(known)
        elif INSEE in metadata:
            table[name] = table[name].map(_insee).astype("str")


def _insee(text: str) -> str:
    """The code of a commune that went through a number: 76114.0, or 1001 in place of 01001."""
    code = re.sub(r"[.,]0+$", "", text).upper()
    return f"0{code}" if re.fullmatch("[0-9]{4}", code) else code if re.fullmatch("[0-9AB]{5}", code) else text


def _to_numbers(table: pd.DataFrame, cells: pd.DataFrame, schema: pa.DataFrameSchema, faults: Faults) -> None:
    """Turn the numeric columns from cells into floats; NaN for a blank that is allowed, and for what is a fault."""
    numeric = [name for name, column in schema.columns.items() if column.dtype.type.kind == "f"]
    marks = decimal_marks(cell for name in numeric for cell in cells[name])
    for name in numeric:
        column, texts = schema.columns[name], cells[name]
        fits = partial(_fits, column.checks)
        shares = _shares(table, name, column)
        values = np.full(len(table), np.nan)
        for at, text in enumerate(texts):
            if not text and column.nullable:
                continue
            number = number_of(text, marks, fits, share=bool(shares[at]))
            if number is None:
                faults.add(
                    row=int(table[ROW].iloc[at]),
                    id=_short(table.iloc[at, 0]),
                    column=name,
                    found=_short(text),
                    expected=number_expected(text, may_be_blank=bool(column.nullable)),
                )
            else:
                values[at] = number
        table[name] = values


def _fits(checks: Sequence[pa.Check], value: float) -> bool:
    return all(_passes(check, [value]) for check in checks)


def _shares(table: pd.DataFrame, name: str, column: pa.Column) -> NDArray[np.bool_]:
    """The rows of a column that are shares, which may be written as percentages."""
    if name in ("low", "value", "high") and "unit" in table:
        return table["unit"].isin(SHARE_UNITS).to_numpy()
    return np.full(len(table), bool((column.metadata or {}).get(SHARE)))


def check_rows(table: pd.DataFrame, schema: pa.DataFrameSchema, faults: Faults) -> None:
    """Hold the rows of a table against its schema.

    Parameters
    ----------
    table : DataFrame
        The first column names a row; `row`, if there, is the line of the file.
    schema : DataFrameSchema
    faults : Faults
        Takes every fault found; a number that is missing counts as noted already.
    """
    if _rows_pass(table, schema):
        return
    try:
        schema.validate(table.reset_index(drop=True), lazy=True)
    except SchemaErrors as errors:
        checks = [*schema.checks, *(check for column in schema.columns.values() for check in column.checks)]
        messages = {str(check.error): check.error for check in checks}
        seen = set()
        for case in errors.failure_cases.sort_values(["index", "column"], kind="stable").itertuples():
            if case.check == "not_nullable" or pd.isna(case.index):
                continue
            row = table.iloc[int(case.index)]
            whole_row = case.schema_context == "DataFrameSchema"
            if (whole_row and (case.index, case.check) in seen) or (not whole_row and pd.isna(row[case.column])):
                continue
            seen.add((case.index, case.check))
            line, id = line_of(row), _short(str(row.iloc[0]))
            if whole_row:
                faults.add(row=line, id=id, expected=messages[str(case.check)])
                continue
            column, found = str(case.column), case.failure_case
            expected = messages.get(str(case.check)) or Message("a value that no other row has")
            codes = (schema.columns[column].metadata or {}).get(CODES)
            hint = meant_code(found, column, codes) if codes and found else None
            found = _short(found) if isinstance(found, str) else found
            faults.add(row=line, id=id, column=column, found=found, expected=expected, hint=hint)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _rows_pass(table: pd.DataFrame, schema: pa.DataFrameSchema) -> bool:
    """Whether nothing is to be said of a table: pandera, which tells what is, takes a multiple of the time."""
    kinds = {name: "float64" if column.dtype.type.kind == "f" else "str" for name, column in schema.columns.items()}
    return (
        len(table) > 0
        and all(table[name].dtype == kind for name, kind in kinds.items())
        and all(table[name].dropna().is_unique for name, column in schema.columns.items() if column.unique)
        and values_pass(schema, {name: table[name].dropna().tolist() for name in schema.columns})
        and all(check(table).check_passed for check in schema.checks)
    )


def values_pass(schema: pa.DataFrameSchema, cells: Mapping[str, Collection[Any]]) -> bool:
    """Whether new values of some columns pass the checks of their schema, without a report of what does not.

    Parameters
    ----------
    schema : DataFrameSchema
    cells : mapping of str to values
        Values by column, of the kind of the column.
    """
    return all(_passes(check, values) for name, values in cells.items() for check in schema.columns[name].checks)


def _passes(check: pa.Check, values: Collection[Any]) -> bool:
    bounds = check.statistics or {}
    if check.name in _COMPARED:  # a thousandth of the time that pandera takes to get ready
        numbers = np.array(list(values), dtype=float)
        compare, bound = _COMPARED[check.name]
        return bool((compare(numbers, bounds[bound]) | np.isnan(numbers)).all())
    if check.name == "isin":
        return set(values) <= set(bounds["allowed_values"])
    if check.name == "str_length" and bounds["max_value"] is None:
        return min(map(len, values), default=bounds["min_value"]) >= bounds["min_value"]
    kind = float if all(isinstance(value, float) for value in values) else "str"
    return bool(check(pd.Series(sorted(set(values)), dtype=kind)).check_passed)


def line_of(row: pd.Series) -> int | None:
    """Line of the file that a row stands in, if it came from a file."""
    return int(row[ROW]) if ROW in row.index else None
