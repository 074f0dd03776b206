"""The workbook: the tables of an outcome as a spreadsheet, made to be read and printed."""

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text, decimals
from coopgeo.words.sheets import Sheet, column_decimals, sheets

_LOCALES = {
    "fr": "[$-40C]",
    "en": "[$-809]",
}  # a spreadsheet that reads them shows numbers as the language writes them, whatever its own
_A4 = 9


def write_workbook(outcome: Outcome, path: Path, text: Text, *, tables: Mapping[str, Sheet] | None = None) -> None:
    """Write the tables as a spreadsheet, one sheet each, headers frozen; texts stay texts whatever they begin with."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        created = dt.datetime.fromisoformat(outcome.study.settings.date)
        book.set_properties({"title": outcome.study.settings.name, "created": created})
        header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8efe4"})
        numbers = [
            book.add_format({"num_format": f"{_LOCALES[text.lang]}#,##0" + ("." + "0" * digits if digits else "")})
            for digits in range(4)
        ]
        study = outcome.study.settings.name.replace("&", "&&")
        for sheet in (tables or sheets(outcome, text)).values():
            page = book.add_worksheet(sheet.title)
            page.freeze_panes(1, 1)
            page.repeat_rows(0)
            page.set_landscape()
            page.set_paper(_A4)
            page.fit_to_pages(1, 0)
            page.set_header(f"&L{study}&R{sheet.title}")
            _write_cells(page, sheet, header, numbers)
            if len(sheet.rows):
                page.autofilter(0, 0, len(sheet.rows), len(sheet.headers) - 1)


def _write_cells(page: Worksheet, sheet: Sheet, header: Format, numbers: list[Format]) -> None:
    """Headers, then rows; the numbers of a column share the format of their decimals, where they share any."""
    for column, (name, title) in enumerate(zip(sheet.rows, sheet.headers, strict=True)):
        digits = column_decimals(sheet.rows[name])
        page.write_string(0, column, title, header)
        page.set_column(column, column, 42 if column == 0 else 18)
        for row, value in enumerate(sheet.rows[name], start=1):
            if isinstance(value, str):
                page.write_string(row, column, value)
            elif value is not None and math.isfinite(value):  # out of reach stays blank
                shown = numbers[decimals(float(value)) if digits is None else digits]
                page.write_number(row, column, float(value), shown)
