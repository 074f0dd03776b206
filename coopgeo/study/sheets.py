"""The cells of the sheets of an .xlsx workbook, as the texts that mean the same."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from coopgeo.errors import Faults, Message
from coopgeo.study.raw_tables import Figure, RawTable, raw_table
from coopgeo.text.text_files import file_bytes

_MOST_BYTES = 200_000_000  # unpacked; a study of a whole department has less than a tenth
_MOST_CELLS = 5_000_000


def workbook_cells(path: Path, faults: Faults, *, hidden: bool = True) -> dict[str, RawTable]:
    """The cells of each sheet of a workbook that has any, by the name of the sheet.

    Parameters
    ----------
    path : Path
        An .xlsx file.
    faults : Faults
        Takes what cannot be read.
    hidden : bool, optional
        Whether sheets that the spreadsheet does not show are read too.
    """
    packed = file_bytes(path, _MOST_BYTES, faults)
    if packed is None:
        return {}
    try:
        with warnings.catch_warnings(action="ignore"):  # parts that only a spreadsheet needs, such as drop-down lists
            return _sheets(io.BytesIO(packed), faults, hidden=hidden)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a damaged part of a file made it stumble over
        faults.add(
            found=Message("a damaged workbook ({error})", error=f"{type(error).__name__}: {error}"[:200]),
            expected=Message("an .xlsx workbook that the spreadsheet opens; open it there and save it anew"),
        )
        return {}


def _sheets(packed: io.BytesIO, faults: Faults, *, hidden: bool) -> dict[str, RawTable]:
    with zipfile.ZipFile(packed) as parts:
        if sum(part.file_size for part in parts.infolist()) > _MOST_BYTES:
            found = Message("more than {count} bytes", count=_MOST_BYTES)
            faults.add(found=found, expected=Message("a smaller workbook"))
            return {}
    import openpyxl  # noqa: PLC0415 - a tenth of a second, for those who have a workbook

    values, formulas = (openpyxl.load_workbook(packed, read_only=True, data_only=cached) for cached in (True, False))
    with closing(values), closing(formulas):
        tables = {
            sheet.title: raw_table(_numbered(sheet, formulas[sheet.title], sheet.title, faults))
            for sheet in values.worksheets
            if hidden or sheet.sheet_state == "visible"
        }
    return {name: table for name, table in tables.items() if table.header}


def _numbered(sheet: Any, formulas: Any, name: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet as texts; a formula whose result the file does not hold is a fault."""
    for one in (sheet, formulas):
        one.reset_dimensions()  # a file may claim any size
    count = 0
    for line, (row, sources) in enumerate(zip(sheet.iter_rows(), formulas.iter_rows(), strict=True), start=1):
        count += len(row)
        if count > _MOST_CELLS:
            faults.add(
                found=Message("more than {count} cells in {sheet}", count=_MOST_CELLS, sheet=name),
                expected=Message("a smaller sheet; delete the empty columns and rows that bear a format"),
            )
            return
        for cell, source in zip(row, sources, strict=True):
            if cell.value is None and source.value is not None:
                faults.add(
                    row=line,
                    column=str(cell.coordinate),
                    found=Message("a formula without its result"),
                    expected=Message("a value; open the workbook in the spreadsheet and save it, or paste the values"),
                )
        yield line, [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    """What a cell says: numbers with a decimal point, dates as year-month-day, codes with their leading zeros."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and re.fullmatch("0+", cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    return Figure(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
