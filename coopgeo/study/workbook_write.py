"""Write a whole study as one workbook that a planner edits in a spreadsheet and coopgeo reads back."""

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coopgeo.errors import InputError, Message
from coopgeo.scratch import scratch_in, settle
from coopgeo.study.inputs import STUDY_TOML, chain_toml, materials_of
from coopgeo.study.study import Study
from coopgeo.study.workbook import (
    GEOJSON,
    SheetColumn,
    StudySheet,
    layer_sheet,
    table_files,
    table_sheet,
    titles,
)
from coopgeo.study.workbook_read import CONTENTS, layers_of
from coopgeo.study.workbook_settings import settings_files, settings_sheets
from coopgeo.text import Lang, Text

_MOST = 32_767  # letters that a cell takes
_ROOM = 200  # rows below the last one that have their lists too
_LIST = 255  # letters that a list of words takes
_NARROW, _WIDE = 11, 45
_LINE = 15  # points
_A4 = 9


def write_workbook(study: Study, path: str | Path, *, lang: Lang = "fr") -> Path:
    """Write a study as a workbook: a sheet a table, with lists of allowed words and notes; `open_study` reads it back.

    Parameters
    ----------
    study : Study
    path : path
        A new file, its name ending in .xlsx.
    lang : {"fr", "en"}
        Of headings, notes and words.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If there is a file of that name, which may hold somebody's work, or the name has another ending.
    """
    path, text = Path(path), Text(lang)
    if path.suffix.lower() != ".xlsx":
        raise InputError(Message("{path}: expected a name that ends in .xlsx, such as dossier.xlsx", path=str(path)))
    taken = InputError(
        Message("{path}: found something there; expected the name of a new file, such as dossier-2.xlsx", path=path)
    )
    if path.exists():
        raise taken
    sheets = study_sheets(study, text)
    with scratch_in(path.parent) as scratch:
        written = scratch / path.name
        _write(written, path.name, study, sheets, text)
        if path.exists():  # made by somebody while this was written
            raise taken
        settle(written, path)
    return path


def study_sheets(study: Study, text: Text) -> dict[str, StudySheet]:
    """Every sheet of a study by its title: settings, tables, layers."""
    inputs, layers = study.inputs, layers_of(study.folder)
    settings = {
        STUDY_TOML: inputs.settings,
        **{chain_toml(name): inputs.chains[name] for name in sorted(inputs.chains)},
    }
    parts = [part for file, model in settings.items() for part in settings_files(file, type(model))]
    files, rivers = [*parts, *table_files(inputs), *layers], inputs.settings.barriers or ()
    named = titles(files, text, rivers, materials_of(inputs.chains))
    sheets = [
        *(sheet for file, model in settings.items() for sheet in settings_sheets(file, model, named, text)),
        *(table_sheet(file, inputs, named, text) for file in table_files(inputs)),
        *(layer_sheet(file, content, text) for file, content in layers.items()),
    ]
    return {named[sheet.file]: sheet for sheet in sheets}


def _write(path: Path, name: str, study: Study, sheets: Mapping[str, StudySheet], text: Text) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": study.settings.name, "created": dt.datetime.fromisoformat(study.settings.date)})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8efe4"}),
            "own": book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#f0f0f0"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "text": book.add_format({"num_format": "@", "align": "left", "indent": 1, "valign": "top"}),
            "long": book.add_format(
                {"num_format": "@", "align": "left", "indent": 1, "valign": "top", "text_wrap": True}
            ),
            "number": book.add_format({"valign": "top"}),
            "link": book.add_format({"font_color": "#0b57d0", "underline": 1}),
            "assumed": book.add_format({"bg_color": "#fff3c4"}),
        }
        _write_contents(book.add_worksheet(text(f"table.{CONTENTS}")), name, study.settings.name, sheets, formats, text)
        places = {sheet.file: (title, len(sheet.rows)) for title, sheet in sheets.items()}
        for title, sheet in sheets.items():
            page = book.add_worksheet(title)
            _write_sheet(page, title, sheet, formats)
            _help(page, sheet, places, formats["assumed"], text)


def _write_contents(
    page: Worksheet, file: str, study: str, sheets: Mapping[str, StudySheet], formats: Mapping[str, Format], text: Text
) -> None:
    """The name of the study, what one does with the workbook, and its sheets: reading starts from these."""
    page.write_string(0, 0, study, formats["title"])
    lines = [text(f"dossier.{key}", file=file) for key in ("how", "check", "run", "notes", "own", "apart")]
    for row, line in enumerate(lines, start=1):
        page.merge_range(row, 0, row, 3, line, formats["wrap"])
        page.set_row(row, _LINE * (1 + len(line) // 150))
    top = len(lines) + 2
    for column, (key, width) in enumerate((("sheet", 30), ("holds", 80), ("rows", 8), ("file", 48))):
        page.write_string(top, column, text(f"dossier.{key}"), formats["header"])
        page.set_column(column, column, width)
    for row, (title, sheet) in enumerate(sheets.items(), start=top + 1):
        page.write_url(row, 0, f"internal:{_quoted(title)}!A1", formats["link"], title)
        page.write_string(row, 1, sheet.holds, formats["wrap"])
        page.write_number(row, 2, len(sheet.rows))
        page.write_string(row, 3, sheet.file, formats["text"])
    _printed(page, text(f"table.{CONTENTS}"))


def _write_sheet(page: Worksheet, title: str, sheet: StudySheet, formats: Mapping[str, Format]) -> None:
    lines = [1] * (len(sheet.rows) + 1)
    for at, column in enumerate(sheet.columns):
        page.write_string(
            0, at, column.heading, formats["header" if column.note or column.name != column.heading else "own"]
        )
        cells = [row[at] for row in sheet.rows]
        width = _width(column, cells)
        lines[0] = max(lines[0], len(textwrap.wrap(column.heading, width)))
        page.set_column(at, at, width, formats["number" if column.number else "text"])
        for row, value in enumerate(cells, start=1):
            long = isinstance(value, str) and len(value) > width and column.name != GEOJSON
            if long:
                lines[row] = max(lines[row], len(textwrap.wrap(str(value), width - 2)))
            written = formats["number" if column.number else "long" if long else "text"]
            _write_cell(page, row, at, value, written, f"{title}, {column.heading}")
    for row, count in enumerate(lines):
        if count > 1:
            page.set_row(row, _LINE * count)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:{_last(sheet.columns)}{len(sheet.rows) + _ROOM}"})
    _printed(page, title)


def _write_cell(page: Worksheet, row: int, at: int, value: object, shown: Format, where: str) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if float(f"{value:.16G}") == value:  # the digits that the file takes
            page.write_number(row, at, value, shown)
        else:
            page.write_string(row, at, repr(float(value)), shown)
    elif value is not None:
        if len(str(value)) > _MOST:
            raise InputError(
                Message(
                    "{where}, row {row}: found {count} letters; expected at most {most}, which is what a cell takes",
                    where=where,
                    row=row + 1,
                    count=len(str(value)),
                    most=_MOST,
                )
            )
        page.write_string(row, at, str(value), shown)


def _help(
    page: Worksheet, sheet: StudySheet, places: Mapping[str, tuple[str, int]], assumed: Format, text: Text
) -> None:
    """Notes on the headings, lists of what may stand in a cell, a colour for what is assumed."""
    last = len(sheet.rows) + _ROOM
    for at, column in enumerate(sheet.columns):
        if column.note:
            page.write_comment(0, at, column.note, {"x_scale": 2.2, "y_scale": 1 + column.note.count("\n") * 0.4})
        rule = _rule(column, places)
        if rule:
            told = {"error_title": text("dossier.wrong"), "error_message": column.note[:_LIST]} if column.note else {}
            page.data_validation(1, at, last, at, {**rule, **told})
        if column.name == "status" and sheet.rows:
            whole = f"${_letters(at)}2"
            rule = {"type": "formula", "criteria": f'={whole}="{text("status.assumed")}"', "format": assumed}
            page.conditional_format(1, 0, last, len(sheet.columns) - 1, rule)


def _rule(column: SheetColumn, places: Mapping[str, tuple[str, int]]) -> dict[str, object] | None:
    """What a spreadsheet accepts in a cell; a place or a number that it does not know it asks about."""
    if column.words and len(",".join(column.words)) <= _LIST:
        return {"validate": "list", "source": list(column.words)}
    if column.refers is not None and column.refers in places:
        title, rows = places[column.refers]
        source = f"={_quoted(title)}!$A$2:$A${rows + 1 + _ROOM}"
        return {"validate": "list", "source": source, "error_type": "warning"}
    if column.number:
        bounds = {"minimum": -1e12 if column.low is None else column.low, "maximum": column.high or 1e12}
        return {"validate": "decimal", "criteria": "between", "error_type": "warning", **bounds}
    return None


def _printed(page: Worksheet, title: str) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_header(f"&R{title}")


def _width(column: SheetColumn, cells: Sequence[object]) -> int:
    longest = max([len(str(cell)) for cell in cells if cell is not None] or [0])
    words = max(map(len, column.heading.split()))
    return _NARROW if column.name == GEOJSON else min(max(longest + 3, words + 4, _NARROW), _WIDE)


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _letters(at: int) -> str:
    return xlsxwriter.utility.xl_col_to_name(at)


def _last(columns: Sequence[SheetColumn]) -> str:
    return _letters(len(columns) - 1)
