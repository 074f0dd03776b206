"""What products are counted from: columns of numbers of communes, of collection points, or of a table of their own."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study.chain_settings import Product
from coopgeo.study.numerals import readings
from coopgeo.study.tables import ROW, line_of
from coopgeo.text.vocabulary import meant_name

_ASIDE = frozenset({"lon", "lat", "insee"})


def numeric_columns(table: pd.DataFrame) -> list[str]:
    """Columns of a table that hold numbers, but for places."""
    return [str(name) for name in table.select_dtypes("number") if name not in _ASIDE and name != ROW]


def own_columns(table: pd.DataFrame) -> list[str]:
    """Columns of `basis_by_commune.csv` that a planner counts from."""
    return [str(name) for name in table if name not in ("name", "source", "status", "note", ROW)]


def amounts(table: pd.DataFrame) -> pd.DataFrame:
    """`basis_by_commune.csv` with its own columns as numbers; a cell that is none is missing, which a check notes."""
    return table.assign(**{name: numbers(table[name]) for name in own_columns(table)})


def numbers(cells: Iterable[object]) -> np.ndarray:
    """The numbers that cells hold; NaN where one is blank or none."""
    read = (readings(str(cell)) for cell in cells)
    return np.array([found[0] if len(found) == 1 else np.nan for found in read], dtype=float)


def check_own_basis(faults: Faults, table: pd.DataFrame, columns: Iterable[str], *, blank: bool = False) -> Faults:
    """Every cell that is counted from is a number, 0 or more, or may be blank."""
    for name in columns:
        values = numbers(table[name])
        empty = np.array([blank and str(cell).strip() == "" for cell in table[name]], dtype=bool)
        for at in np.flatnonzero(~(values >= 0) & ~empty):
            row = table.iloc[at]
            faults.add(
                row=line_of(row), id=str(table.index[at]), column=name, found=row[name], expected=Message("0 or more")
            )
    return faults


def check_own_names(faults: Faults, columns: Iterable[str], taken: Collection[str]) -> Faults:
    """No column of `basis_by_commune.csv` has the name of one of the territory, which would be counted from instead."""
    for name in columns:
        if name in taken:
            expected = Message("a name that no column of communes.csv or forest_by_commune.csv has")
            faults.add_column(name, found=name, expected=expected)
    return faults


def check_basis(faults: Faults, products: Mapping[str, Product], columns: Iterable[str]) -> Faults:
    """Each product is counted from a column that there is."""
    known = list(dict.fromkeys(columns))
    for id, product in products.items():
        if product.basis not in known:
            expected = Message("one of {choices}", choices=known)
            hint = meant_name(product.basis, known)
            faults.add(column=f"products.{id}.basis", found=product.basis, expected=expected, hint=hint)
    return faults
