"""Read a CSV table that a planner edits, strictly: every fault is noted with its row and column, and nothing is guessed.

Accepted when consistent: comma-separated with decimal points, or semicolon-separated (as a French spreadsheet saves) with decimal commas or points.
"""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from coopgeo.errors import Faults

_HEADER_ROWS = 2  # the first data row is row 2 of a spreadsheet


def read_table(path: Path, schema: pa.DataFrameSchema, faults: Faults) -> pd.DataFrame | None:
    """Read and check one table.

    Parameters
    ----------
    path : Path
        CSV file, UTF-8.
    schema : DataFrameSchema
        Columns, kinds and checks. The first column is the one that names a row in messages.
    faults : Faults
        Takes every fault found.

    Returns
    -------
    DataFrame or None
        Columns of the schema first, in its order; a RangeIndex, so that row i stands in line i + 2 of the file. None if the table
        cannot be trusted: its faults are noted.
    """
    before = len(faults.lines)
    text = _text(path, faults)
    if text is None:
        return None
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, skipinitialspace=True, on_bad_lines="error")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        faults.add(found=str(error).strip(), expected=f'one value a column, separated by "{separator}"; put quotes round a text that holds it')
        return None
    table.columns = table.columns.str.strip()
    for name in [name for name in schema.columns if name not in table.columns]:
        faults.add(column=name, found=f"columns {', '.join(table.columns)}", expected="this column too; names are spelt as in README.md")
    if len(faults.lines) > before:
        return None
    table = table.fillna("").apply(lambda column: column.str.strip())
    for name, column in schema.columns.items():
        if column.dtype.type.kind in "fi":
            table[name] = _numbers(table, name, column.nullable, separator, faults)
    _check(table, schema, faults)
    return table[[*schema.columns, *(c for c in table.columns if c not in schema.columns)]] if len(faults.lines) == before else None


def _text(path: Path, faults: Faults) -> str | None:
    if not path.is_file():
        faults.add(expected="this file; copy it back from the project, or make it as README.md says")
        return None
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02X}, which is not UTF-8"
        faults.add(row=row, found=found, expected='UTF-8 text; in the spreadsheet choose "CSV UTF-8" when saving')
        return None


def _numbers(table: pd.DataFrame, name: str, may_be_blank: bool, separator: str, faults: Faults) -> pd.Series:
    """A column of texts as floats; NaN for a blank that is allowed, and for what was noted as a fault."""
    text = table[name]
    comma, point = text.str.contains(",", regex=False), text.str.contains(".", regex=False)
    decimal_comma = separator == ";" and bool(comma.any())
    if decimal_comma and point.any():
        for row in np.flatnonzero(point):
            expected = "a decimal comma, as elsewhere in this column; use one or the other throughout"
            faults.add(row=int(row) + _HEADER_ROWS, id=str(table.iloc[row, 0]), column=name, found=text.iloc[row], expected=expected)
    values = pd.to_numeric(text.str.replace(",", ".", regex=False) if decimal_comma else text, errors="coerce")
    blank = text == ""
    wrong = ~np.isfinite(values) & ~(blank & may_be_blank) & ~(decimal_comma & point)
    for row in np.flatnonzero(wrong):
        expected = "a number, such as 12.5" + (" or 12,5" if separator == ";" else "") + ("" if not may_be_blank else ", or a blank")
        faults.add(row=int(row) + _HEADER_ROWS, id=str(table.iloc[row, 0]), column=name, found=text.iloc[row], expected=expected)
    return values.astype(float)


def _check(table: pd.DataFrame, schema: pa.DataFrameSchema, faults: Faults) -> None:
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        known_nan = table.isna()
        for case in cases.sort_values(["index", "column"], kind="stable").itertuples():
            if case.check == "not_nullable" or pd.isna(case.index):
                continue  # already noted as a number that is missing
            row = int(case.index)
            if case.column in table and known_nan.loc[row, case.column]:
                continue
            expected = "a value that no other row has" if case.check == "field_uniqueness" else str(case.check)
            column = str(case.column) if case.column in table else None
            faults.add(row=row + _HEADER_ROWS, id=str(table.iloc[row, 0]), column=column, found=case.failure_case, expected=expected)
