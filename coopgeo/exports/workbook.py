"""The workbook: the tables of an outcome as a spreadsheet, made to be read and printed."""

import datetime as dt
import math
from pathlib import Path

import xlsxwriter

from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text, decimals
from coopgeo.words.sheets import column_decimals, sheets

_LOCALES = {
    "fr": "[$-40C]",
    "en": "[$-809]",
}  # a spreadsheet that reads them shows numbers as the language writes them, whatever its own
_A4 = 9


def write_workbook(outcome: Outcome, path: Path, text: Text) -> None:
    """Write the tables as a spreadsheet, one sheet each, headers frozen; texts stay texts whatever they begin with."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        given = dt.datetime.fromisoformat(outcome.study.settings.date)
        book.set_properties({"title": outcome.study.settings.name, "created": given})
        header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8efe4"})
        locale = _LOCALES[text.lang]
        numbers = [
            book.add_format({"num_format": f"{locale}#,##0" + ("." + "0" * digits if digits else "")})
            for digits in range(4)
        ]
        for title, table in sheets(outcome, text).items():
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 1)
            sheet.repeat_rows(0)
            sheet.set_landscape()
            sheet.set_paper(_A4)
            sheet.fit_to_pages(1, 0)
            sheet.set_header(f"&L{outcome.study.settings.name.replace('&', '&&')}&R{title}")
            for column, name in enumerate(table.columns):
                digits = column_decimals(table[name])
                sheet.write_string(0, column, name, header)
                sheet.set_column(column, column, 42 if column == 0 else 18)
                for row, value in enumerate(table[name], start=1):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None and math.isfinite(value):  # out of reach stays blank
                        sheet.write_number(
                            row, column, float(value), numbers[decimals(float(value)) if digits is None else digits]
                        )
            if len(table):
                sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
