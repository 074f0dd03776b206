"""The cells of a CSV file, separated by commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from coopgeo.errors import Faults
from coopgeo.study.raw_tables import RawTable, raw_table

SEPARATORS = ";\t,"


def csv_cells(raw: bytes, faults: Faults) -> RawTable | None:
    """The cells of a CSV file; None if it is none, which is noted.

    Parameters
    ----------
    raw : bytes
    faults : Faults
    """
    text = _text(raw, faults)
    if text is None:
        return None
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        return raw_table(_numbered(reader), separator)
    except csv.Error as error:
        expected = "quotes in pairs round a text, and doubled inside it"
        faults.add(row=reader.line_num, found=str(error), expected=expected)
        return None


def _text(raw: bytes, faults: Faults) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02X}, which is not UTF-8"
        faults.add(row=row, found=found, expected='UTF-8 text; in the spreadsheet choose "CSV UTF-8" when saving')
        return None


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows of a reader, each with the line that it begins in."""
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1
