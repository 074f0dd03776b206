"""Read a table that a planner edits, strictly: every fault is noted with its row and column, nothing is guessed.

A table comes as texts, from a CSV file or a sheet of a workbook; all that follows is the same for both. Row numbers
are those of the file, as a spreadsheet shows them.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from coopgeo.errors import Faults, Message
from coopgeo.study.csv_tables import csv_cells
from coopgeo.study.raw_tables import RawTable
from coopgeo.study.schemas import MAY_BE_EMPTY
from coopgeo.study.sheets import workbook_cells

_COMPARED = {  # pandera's checks of a number, and the name of the bound of each
    "greater_than": (np.greater, "min_value"),
    "greater_than_or_equal_to": (np.greater_equal, "min_value"),
    "less_than_or_equal_to": (np.less_equal, "max_value"),
}
ROW = "row"  # column added to every table: the line of the file that a row stands in


def read_table(path: Path, schema: pa.DataFrameSchema, faults: Faults) -> pd.DataFrame | None:
    """Read and check one table of a file of its own.

    Parameters
    ----------
    path : Path
        CSV file, or .xlsx workbook whose first sheet with cells is the table; one beside the other is a fault.
    schema : DataFrameSchema
        Columns, kinds and checks.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    DataFrame or None
        As `checked_table`.
    """
    raw = table_cells(path, faults)
    return None if raw is None else checked_table(raw, schema, faults)


def table_cells(path: Path, faults: Faults) -> RawTable | None:
    """The cells of a table of a file of its own; None if there is none, which is noted."""
    csv, workbook = path.with_suffix(".csv"), path.with_suffix(".xlsx")
    if csv.is_file() and workbook.is_file():
        faults.add(
            found=Message("{csv} and {workbook}", csv=csv.name, workbook=workbook.name),
            expected=Message("one of them; remove the one that is out of date"),
        )
        return None
    if workbook.is_file():
        before = len(faults.lines)
        sheets = workbook_cells(workbook, faults)
        if not sheets and len(faults.lines) == before:
            faults.add(found=Message("no cell with a value"), expected=Message("a sheet with the table"))
        return next(iter(sheets.values()), None)
    if not csv.is_file():
        faults.add(expected="this file; copy it back from the project, or make it as README.md says")
        return None
    return csv_cells(csv.read_bytes(), faults)


def checked_table(raw: RawTable, schema: pa.DataFrameSchema, faults: Faults) -> pd.DataFrame | None:
    """The table that cells of a file make, checked.

    Parameters
    ----------
    raw : RawTable
        The first column is the one that names a row in messages.
    schema : DataFrameSchema
        Columns, kinds and checks.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    DataFrame or None
        Columns of the schema first, in its order, then others of the file, then `row`, the line of the file. None if
        the table cannot be trusted: its faults are noted.
    """
    before = len(faults.lines)
    table = _texts(raw, faults)
    if table.empty and not (schema.metadata or {}).get(MAY_BE_EMPTY):
        faults.add(found="no row of values", expected="a row of column names, and one row of values at least")
    if len(faults.lines) > before:
        return None
    for name in [name for name in schema.columns if name not in table.columns]:
        found = f"columns {', '.join(table.columns.drop(ROW))}"
        faults.add(
            column=name, found=found, expected="this column too, spelt so, in a file separated by commas or semicolons"
        )
    if len(faults.lines) > before:
        return None
    _to_numbers(table, schema, raw.separator, faults)
    check_rows(table, schema, faults)
    kept = [*schema.columns, *(column for column in table.columns if column not in schema.columns)]
    return table[kept] if len(faults.lines) == before else None


def _texts(raw: RawTable, faults: Faults) -> pd.DataFrame:
    """The cells of a table under their headings, and the line that each row begins in."""
    header, width = raw.header, len(raw.header)
    for values, line in zip(raw.rows, raw.lines, strict=True):
        if len(values) > width:
            expected = f'one value a column, separated by "{raw.separator}"; put quotes round a text that holds it'
            found = f"{len(values)} values for {width} columns"
            faults.add(row=line, id=values[0], found=found, expected=expected)
    for name in sorted({name for name in header if header.count(name) > 1 and name}):
        faults.add(column=name, found=f"{header.count(name)} columns of this name", expected="one")
    rows = [
        [*values[:width], *[""] * (width - len(values)), line] for values, line in zip(raw.rows, raw.lines, strict=True)
    ]
    return pd.DataFrame(rows, columns=[*header, ROW], dtype=None if rows else object)


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
