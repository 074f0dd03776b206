"""The cells of a table as texts, whatever file they come from: a CSV file or a sheet of a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


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

    Parameters
    ----------
    numbered : iterable of (int, sequence of str)
    separator : str, optional
    """
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, cells in numbered:
        values = [cell.strip() for cell in cells]
        while values and not values[-1]:
            values.pop()
        if values and header:
            rows.append(values)
            lines.append(line)
        elif values:
            header = values
    return RawTable(header, rows, lines, separator)


def table_file(folder: Path, path: str) -> Path:
    """The file that a table stands in: `path` with .csv, or with .xlsx where only that is there."""
    csv, workbook = folder / f"{path}.csv", folder / f"{path}.xlsx"
    return workbook if workbook.is_file() and not csv.is_file() else csv
