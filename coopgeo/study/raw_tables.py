"""The cells of a table as texts, whatever file they come from: a CSV file or a sheet of a workbook."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_OTHERS = (",", ";", "\t")


class Figure(str):
    """What a cell says that holds a number, not a text: its mark is the decimal point, and says nothing of others."""

    __slots__ = ()


@dataclass(frozen=True)
class RawTable:
    """A table as its file has it, before anything is known of its columns.

    Attributes
    ----------
    header : sequence of str
        Headings, without blanks at their ends.
    rows : sequence of sequences of str
        Rows that hold a value; one may be shorter or longer than the header.
    lines : sequence of int
        The row of the file that each begins in, as a spreadsheet counts them: the header is row 1.
    separator : str
        What stands between the values of a text file; empty for a sheet.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    separator: str = ""


def raw_table(numbered: Iterable[tuple[int, Sequence[str]]], separator: str = "") -> RawTable:
    """A table of numbered rows of texts, the first of which is its header; rows without a value are passed over.

    A spreadsheet that opens a file of commas where it expects semicolons keeps each line in one cell; what it saves
    then is taken apart again, as are rows that were added beside in cells of their own.

    Parameters
    ----------
    numbered : iterable of (int, sequence of str)
    separator : str, optional
    """
    filled = [(line, cells) for line, row in numbered if (cells := _trimmed(row))]
    if not filled:
        return RawTable([], [], [], separator)
    lines, (header, *rows) = zip(*filled, strict=True)
    inner = next((mark for mark in _OTHERS if mark in header[0]), "") if len(header) == 1 else ""
    if inner:
        header = _apart(header[0], inner)
        separator = inner
    width = len(header)
    return RawTable(header, [_fitting(row, width, separator) for row in rows], list(lines[1:]), separator)


def _trimmed(row: Sequence[str]) -> list[str]:
    cells = [cell if isinstance(cell, Figure) else cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _fitting(row: list[str], width: int, separator: str) -> list[str]:
    """A row as it is, or taken apart if its cells are as many as the headings only then."""
    if len(row) == 1 < width and separator:
        whole = [_apart(row[0], mark) for mark in dict.fromkeys((separator, *_OTHERS))]
    elif len(row) != width and separator == ",":
        whole = [_apart(separator.join(row), ";")]
    else:
        return row
    return next((cells for cells in whole if 1 < len(cells) <= width and len(cells) > width / 2), row)


def _apart(text: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([text], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return [text]
    return _trimmed(cells)


def table_file(folder: Path, path: str) -> Path:
    """The file that a table stands in: `path` with .csv, or with .xlsx where only that is there."""
    csv_file, workbook = folder / f"{path}.csv", folder / f"{path}.xlsx"
    return workbook if workbook.is_file() and not csv_file.is_file() else csv_file
