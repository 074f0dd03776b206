"""Read a CSV table that a planner edits, strictly: every fault is noted with its row and column, nothing is guessed.

Accepted when consistent: comma-separated with decimal points, or semicolon-separated (as a French spreadsheet saves)
with decimal commas or points. Rows without any value are passed over; row numbers are those of the file, as a
spreadsheet shows them.
"""

import csv
import io
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from coopgeo.errors import Faults
from coopgeo.study.schemas import MAY_BE_EMPTY

_COMPARED = {  # pandera's checks of a number, and the name of the bound of each
    "greater_than": (np.greater, "min_value"),
    "greater_than_or_equal_to": (np.greater_equal, "min_value"),
    "less_than_or_equal_to": (np.less_equal, "max_value"),
}
ROW = "row"  # column added to every table: the line of the file that a row stands in


def read_table(path: Path, schema: pa.DataFrameSchema, faults: Faults) -> pd.DataFrame | None:
    """Read and check one table.

    Parameters
    ----------
    path : Path
        CSV file, UTF-8.
    schema : DataFrameSchema
        Columns, kinds and checks. The first column of the file is the one that names a row in messages.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    DataFrame or None
        Columns of the schema first, in its order, then others of the file, then `row`, the line of the file. None if
        the table cannot be trusted: its faults are noted.
    """
    before = len(faults.lines)
    text = _text(path, faults)
    if text is None:
        return None
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    table = _cells(text, separator, faults)
    if table is not None and table.empty and not (schema.metadata or {}).get(MAY_BE_EMPTY):
        faults.add(found="no row of values", expected="a row of column names, and one row of values at least")
    if table is None or len(faults.lines) > before:
        return None
    for name in [name for name in schema.columns if name not in table.columns]:
        found = f"columns {', '.join(table.columns.drop(ROW))}"
        faults.add(
            column=name, found=found, expected="this column too, spelt so, in a file separated by commas or semicolons"
        )
    if len(faults.lines) > before:
        return None
    _to_numbers(table, schema, separator, faults)
    check_rows(table, schema, faults)
    kept = [*schema.columns, *(column for column in table.columns if column not in schema.columns)]
    return table[kept] if len(faults.lines) == before else None


def _text(path: Path, faults: Faults) -> str | None:
    if not path.is_file():
        faults.add(expected="this file; copy it back from the project, or make it as README.md says")
        return None
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02X}, which is not UTF-8"
        faults.add(row=row, found=found, expected='UTF-8 text; in the spreadsheet choose "CSV UTF-8" when saving')
        return None


def _cells(text: str, separator: str, faults: Faults) -> pd.DataFrame | None:
    """The cells of a file as texts, and the line that each row begins in."""
    before = len(faults.lines)
    header: list[str] = []
    rows: list[list[Any]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        while header and not header[-1]:
            header.pop()
        line = reader.line_num + 1
        for cells in reader:
            values = [cell.strip() for cell in cells]
            if any(values):
                if any(values[len(header) :]) or len(values) < len(header):
                    expected = f'one value a column, separated by "{separator}"; put quotes round a text that holds it'
                    faults.add(
                        row=line,
                        id=values[0],
                        found=f"{len(values)} values for {len(header)} columns",
                        expected=expected,
                    )
                rows.append([*(values + [""] * len(header))[: len(header)], line])
            line = reader.line_num + 1
    except csv.Error as error:
        faults.add(
            row=reader.line_num, found=str(error), expected="quotes in pairs round a text, and doubled inside it"
        )
    for name in sorted({name for name in header if header.count(name) > 1 and name}):
        faults.add(column=name, found=f"{header.count(name)} columns of this name", expected="one")
    return (
        pd.DataFrame(rows, columns=[*header, ROW], dtype=None if rows else object)
        if len(faults.lines) == before
        else None
    )


def _to_numbers(table: pd.DataFrame, schema: pa.DataFrameSchema, separator: str, faults: Faults) -> None:
    """Turn the numeric columns from texts into floats; NaN for a blank that is allowed, and for what is a fault."""
    numeric = [name for name, column in schema.columns.items() if column.dtype.type.kind in "fi"]
    decimal_comma = separator == ";" and any(table[name].str.contains(",", regex=False).any() for name in numeric)
    for name in numeric:
        text, may_be_blank = table[name], schema.columns[name].nullable
        point = text.str.contains(".", regex=False) & decimal_comma
        values = pd.to_numeric(
            text.str.replace(",", ".", regex=False) if decimal_comma else text, errors="coerce"
        ).where(~point)
        table[name] = values.astype(float)
        for at in np.flatnonzero(~np.isfinite(table[name]) & ~((text == "") & may_be_blank)):
            if point.iloc[at]:
                expected = "a decimal comma and no point, as elsewhere in this file"
            else:
                expected = (
                    "a number, such as 12.5"
                    + (" or 12,5" if separator == ";" else "")
                    + (", or a blank" if may_be_blank else "")
                )
            faults.add(
                row=int(table[ROW].iloc[at]),
                id=str(table.iloc[at, 0]),
                column=name,
                found=text.iloc[at],
                expected=expected,
            )


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
    try:
        schema.validate(table.reset_index(drop=True), lazy=True)
    except SchemaErrors as errors:
        seen = set()
        for case in errors.failure_cases.sort_values(["index", "column"], kind="stable").itertuples():
            if case.check == "not_nullable" or pd.isna(case.index):
                continue
            row = table.iloc[int(case.index)]
            whole_row = case.schema_context == "DataFrameSchema"
            if (whole_row and (case.index, case.check) in seen) or (not whole_row and pd.isna(row[case.column])):
                continue
            seen.add((case.index, case.check))
            expected = "a value that no other row has" if case.check == "field_uniqueness" else str(case.check)
            where = {} if whole_row else {"column": str(case.column), "found": case.failure_case}
            faults.add(row=line_of(row), id=str(row.iloc[0]), expected=expected, **where)


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
    return bool(check(pd.Series(sorted(set(values)), dtype="str")).check_passed)


def line_of(row: pd.Series) -> int | None:
    """Line of the file that a row stands in, if it came from a file."""
    return int(row[ROW]) if ROW in row.index else None
