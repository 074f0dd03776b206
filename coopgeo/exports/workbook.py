"""The workbook: the tables of an outcome as a spreadsheet, made to be read and printed."""

import datetime as dt
import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coopgeo.plan.outcome import Outcome
from coopgeo.study.settings import StudySettings
from coopgeo.text import Text
from coopgeo.words.sheets import YEARS, Sheet, column_decimals, sheets, shown_decimals

_LOCALES = {
    "fr": "[$-40C]",
    "en": "[$-809]",
}  # a spreadsheet that reads them shows numbers as the language writes them, whatever its own
_A4 = 9
_LINE_PT = 15  # height of a line
_NARROW, _WIDE = 9, 60  # characters of a column; longer texts are wrapped
_DIGITS = 4


@dataclass(frozen=True)
class _Formats:
    """How cells are shown."""

    title: Format
    about: Format
    header: Format
    link: Format
    text: Format  # one line, beside a cell that may have more
    wrapped: Format
    year: Format
    numbers: list[Format]  # by decimals


def write_tables(outcome: Outcome, path: Path, text: Text, *, tables: Mapping[str, Sheet] | None = None) -> None:
    """Write the tables as a spreadsheet: a sheet of contents, then a sheet each; texts stay texts.

    A sheet says in its first row what it holds; its headers, below, stay in sight.
    """
    write_sheets(outcome.study.settings, path, text, tables or sheets(outcome, text))


def write_sheets(settings: StudySettings, path: Path, text: Text, tables: Mapping[str, Sheet]) -> None:
    """Write tables of a study as a spreadsheet, as `write_workbook` does those of an outcome."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        created = dt.datetime.fromisoformat(settings.date)
        book.set_properties({"title": settings.name, "created": created})
        formats, study = _formats(book, text), settings.name
        contents = book.add_worksheet(text("sheet.contents"))
        _page(contents, study, text("sheet.contents"))
        _write_contents(contents, f"{study}, {text.date(settings.date)}", tables, formats, text)
        for sheet in tables.values():
            page = book.add_worksheet(sheet.title)
            _page(page, study, sheet.title)
            page.freeze_panes(2, 1)
            page.repeat_rows(0, 1)
            _write_cells(page, sheet, formats)
            if len(sheet.rows):
                page.autofilter(1, 0, 1 + len(sheet.rows), len(sheet.headers) - 1)


def _formats(book: xlsxwriter.Workbook, text: Text) -> _Formats:
    number = f"{_LOCALES[text.lang]}#,##0"
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14}),
        about=book.add_format({"italic": True, "font_color": "#4a5862"}),
        header=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8efe4"}),
        link=book.add_format({"font_color": "#12355b", "underline": 1, "valign": "top"}),
        text=book.add_format({"valign": "top"}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        year=book.add_format({"num_format": "0", "valign": "top"}),
        numbers=[
            book.add_format({"num_format": number + ("." + "0" * digits if digits else ""), "valign": "top"})
            for digits in range(_DIGITS)
        ],
    )


def _page(page: Worksheet, study: str, title: str) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_header(f"&L{study.replace('&', '&&')}&R{title}")


def _write_contents(page: Worksheet, study: str, tables: Mapping[str, Sheet], formats: _Formats, text: Text) -> None:
    """What each sheet holds, with a link to it."""
    page.write_string(0, 0, study, formats.title)
    titles = [text(f"column.{name}") for name in ("sheet", "about", "rows")]
    for column, (title, width) in enumerate(zip(titles, (28, 100, 9), strict=True)):
        page.write_string(1, column, title, formats.header)
        page.set_column(column, column, width)
    for row, sheet in enumerate(tables.values(), start=2):
        page.write_url(row, 0, f"internal:'{sheet.title}'!A1", formats.link, sheet.title)
        page.write_string(row, 1, sheet.about)
        page.write_number(row, 2, len(sheet.rows), formats.numbers[0])
    page.freeze_panes(2, 0)


def _write_cells(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    """What the sheet holds, headers, rows; the numbers of a column share their decimals, where they share any."""
    page.write_string(0, 0, sheet.about, formats.about)
    lines = dict.fromkeys(range(1, 2 + len(sheet.rows)), 1)  # of each row; no spreadsheet works them out by itself
    for column, (name, title) in enumerate(zip(sheet.rows, sheet.headers, strict=True)):
        digits = column_decimals(sheet.rows[name])
        page.write_string(1, column, title, formats.header)
        width = _width(title, sheet.rows[name])
        page.set_column(column, column, width)
        lines[1] = max(lines[1], _lines(title, width))
        for row, value in enumerate(sheet.rows[name], start=2):
            if isinstance(value, str):
                page.write_string(row, column, value, formats.wrapped if len(value) > _WIDE else formats.text)
                lines[row] = max(lines[row], _lines(value, width) if len(value) > _WIDE else 1)
            elif value is not None and math.isfinite(value):  # out of reach stays blank
                number = float(value)
                shown = formats.year if name in YEARS else formats.numbers[shown_decimals(number, digits)]
                page.write_number(row, column, number, shown)
    for row, number_of_lines in lines.items():
        if number_of_lines > 1:
            page.set_row(row, _LINE_PT * number_of_lines)


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column; a bold letter is wider than the figure that widths count in."""
    return max(1, len(textwrap.wrap(text, int(width) - 2)))


def _width(title: str, values: pd.Series) -> float:
    """Width of a column, in characters: its longest text, or its header over three lines."""
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    word = max(len(word) for word in title.split())
    return min(_WIDE, max(_NARROW, longest + 2, word + 3, len(title) / 3 + 2))
