"""The cells of a CSV file, separated by commas, semicolons or tabs, as any spreadsheet saves them."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from coopgeo.errors import Faults, Message
from coopgeo.study.raw_tables import RawTable, raw_table
from coopgeo.text.text_files import text_of

SEPARATORS = ";\t,"
_BEGINNING = 100_000  # signs
_TITLES = 10  # lines within which the headings stand
_SEP_LINE = re.compile(r'"?sep=(.)"?[;,\t]*\r?\n', re.IGNORECASE)


def csv_cells(raw: bytes, faults: Faults) -> RawTable | None:
    """The cells of a CSV file; None if it is none, which is noted.

    Parameters
    ----------
    raw : bytes
        In an encoding that `files.text_of` knows, perhaps with the line `sep=;` of Excel before its header.
    faults : Faults
    """
    text = text_of(raw, faults)
    if text is None:
        return None
    said = _SEP_LINE.match(text)
    body = text[said.end() :] if said else text
    separator = said[1] if said else _separator(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        return raw_table(_numbered(reader, 2 if said else 1), separator)
    except csv.Error as error:
        found = Message("quotes that do not match ({error})", error=str(error))
        expected = Message("quotes in pairs round a text, and doubled inside it")
        faults.add(row=reader.line_num + (1 if said else 0), found=found, expected=expected)
        return None


def _separator(body: str) -> str:
    """What stands between the headings of a text; a title above them has at most one of it."""
    lines = [line for line in body[:_BEGINNING].split("\n") if line.strip()][:_TITLES]
    line = next((line for line in lines if max(map(line.count, SEPARATORS)) > 1), lines[0] if lines else "")
    if ";" in line:
        return ";"
    return "\t" if line.count("\t") > line.count(",") else ","


def _numbered(reader: Any, first: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a reader, each with the line that it begins in."""
    line = first
    for cells in reader:
        yield line, cells
        line = reader.line_num + first
