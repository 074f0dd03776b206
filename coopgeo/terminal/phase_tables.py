"""A plan over several periods at the terminal: one table, what it costs, what other ways cost."""

import pandas as pd
from rich.table import Table

from coopgeo.scenarios.phases import Phases
from coopgeo.terminal.output import console, say, visible
from coopgeo.text import Text
from coopgeo.words.phases import come_later, others_sheet, plan_sentences, plan_sheet, until_then
from coopgeo.words.sheets import Sheet

_NEARLY_NOTHING_T = 0.5  # what rounds to no tonne


def show_phases(found: Phases, text: Text) -> None:
    """Print what opens or grows in which period, and what it costs."""
    console().print(_table(_years_once(plan_sheet(found, text)), text))
    total, annuities = plan_sentences(found, text)
    say(total, style="bold")
    say(annuities)
    console().print(_table(others_sheet(found, text), text))
    say(until_then(found, text))
    if later := come_later(found, text):
        say(f"! {later}", style="yellow")


def _years_once(sheet: Sheet) -> Sheet:
    """The sheet with the years of a period in the first of its rows alone."""
    rows = sheet.rows
    return Sheet(sheet.title, rows.assign(period=rows["period"].mask(rows["period"].duplicated(), "")), sheet.headers)


def _table(sheet: Sheet, text: Text) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name, header in zip(sheet.rows, sheet.headers, strict=True):
        numbers = name == "extra" or pd.api.types.is_numeric_dtype(sheet.rows[name])
        table.add_column(header, justify="right" if numbers else "left")
    for row in sheet.rows.itertuples(index=False):
        table.add_row(*(_cell(value, text) for value in row))
    return table


def _cell(value: object, text: Text) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else text.number(value)
    return visible(str(value))
