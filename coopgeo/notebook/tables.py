"""Tables of a notebook: columns, words and numbers as the workbook writes them."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from coopgeo.arrays import Mask
from coopgeo.study import Chain
from coopgeo.study.texts import chain_words
from coopgeo.text import Text, all_words
from coopgeo.words.sheets import Sheet, column_decimals, column_title

_TEXT = Text("fr")
_NOTHING = "–"
_WORDS = {"kind": "kind", "hazard": "hazard", "stage": "stage", "potential": "potential", "effect": "effect"}
_TOP = [{"selector": "td, th", "props": "vertical-align: top; padding: .25em .7em"}]
_LEFT, _RIGHT = "text-align: left; min-width: 6em", "text-align: right"
_FIGURE = f"{_RIGHT}; white-space: nowrap; font-variant-numeric: tabular-nums"


def sheet(
    rows: pd.DataFrame,
    columns: Sequence[str],
    chain: Chain | None = None,
    title: str = "",
    *,
    text: Text | None = None,
) -> Sheet:
    """Rows of a table with its codes in words, as `table` shows them.

    Parameters
    ----------
    rows : DataFrame
        Columns named as in the tables of a study or an outcome.
    columns : sequence of str
        Those to show, keys of `column` of the texts.
    chain : Chain, optional
        Names the products, and says what columns are called.
    title : str
    text : Text, optional
        That of the chain, as `words_of` gives it.
    """
    products = {name: product.fr for name, product in chain.settings.products.items()} if chain else {}
    text = text or (chain_words(chain, "fr") if chain else Text("fr", all_words("fr")))
    words = {column: _words(column, products, text) for column in columns}
    shown = pd.DataFrame({c: [words[c](value) for value in rows[c]] if words[c] else rows[c].array for c in columns})
    return Sheet(title, shown, [column_title(column, products, text) for column in columns])


def _words(column: str, products: Mapping[str, str], text: Text) -> Any:
    """What says the codes of a column, if it has any."""
    if column == "product":
        return lambda code: products.get(code, code)
    if column == "unit":
        return text.unit
    section = "status" if column.endswith("status") else _WORDS.get(column)
    return (lambda code: text(f"{section}.{code}") if code else "") if section else None


def worded(shown: Sheet, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A sheet in words alone: French numbers, a dash where there is nothing, the columns by their headings.

    Parameters
    ----------
    shown : Sheet
        As `sheet` or `words.sheets.sheets` give it.
    columns : sequence of str, optional
        Those to show; all by default.
    """
    rows = shown.rows
    headers = dict(zip(shown.rows.columns, shown.headers, strict=True))
    return pd.DataFrame({headers[c]: _column(rows[c]) for c in columns or headers}, index=rows.index)


def table(shown: Sheet, columns: Sequence[str] | None = None, *, most: int | None = None) -> Styler:
    """A table to end a cell with.

    Parameters
    ----------
    shown, columns
        As in `worded`.
    most : int, optional
        How many rows to show.
    """
    words = worded(shown, columns).head(most)
    numbers = [
        header
        for header, column in zip(words, columns or shown.rows.columns, strict=True)
        if pd.api.types.is_numeric_dtype(shown.rows[column])
    ]
    style = words.reset_index(drop=True).style.format(html.escape).hide(axis="index").set_table_styles(_TOP)
    style = style.relabel_index([html.escape(header) for header in words], axis="columns")
    words_only = [header for header in words if header not in numbers]
    style = style.map(lambda _: _LEFT, subset=words_only).map(lambda _: _FIGURE, subset=numbers)
    return style.map_index(lambda header: _RIGHT if header in numbers else _LEFT, axis="columns")


def _column(values: pd.Series) -> list[str]:
    digits = column_decimals(values) if pd.api.types.is_numeric_dtype(values) else None
    return [_cell(value, digits) for value in values]


def _cell(value: Any, digits: int | None) -> str:
    if isinstance(value, bool | np.bool_):
        return _TEXT("notebook.yes" if value else "notebook.no")
    if value is None or value == "" or pd.isna(value):
        return _NOTHING
    if isinstance(value, str):
        return value
    return _TEXT.plain(value) if digits is None else _TEXT.number(value, digits)


def largest(shown: Sheet, column: str, most: int, *, only: Mask | None = None) -> Sheet:
    """The rows of a sheet that have the most of something, the largest first.

    Parameters
    ----------
    shown : Sheet
    column : str
        Numbers.
    most : int
        How many rows.
    only : ndarray of bool, optional
        Which rows may be among them.
    """
    rows = shown.rows if only is None else shown.rows[only]
    return Sheet(shown.title, rows.sort_values(column, ascending=False, kind="stable").head(most), shown.headers)
