"""What the schemas of tables are made of: columns that several tables have, statuses, ranges."""

from typing import Literal, get_args

import pandas as pd
import pandera.pandas as pa

from coopgeo.errors import Message
from coopgeo.study.column_kinds import number_column, text_column, word_column

Status = Literal["attested", "computed", "assumed"]
STATUSES = get_args(Status)
MAY_BE_EMPTY = "may_be_empty"  # metadata of a schema: a header without rows will do
MAY_BE_MISSING = "may_be_missing"  # metadata of a schema: no file, or a header without rows, will do
MAY_BE_ABSENT = "may_be_absent"  # metadata of a column: blank where a file has none; how names it had before may end
COVERS = "covers"  # metadata of a column: the columns whose status it is
SHARE_UNITS = ("part", "part/mois", "par an", "t eau/t")  # units of shares, in French as all words of the tables


def optional(column: pa.Column, formerly: str = "") -> pa.Column:
    """A column that a file may lack; `formerly` is how its name may have ended before."""
    column.metadata = {**(column.metadata or {}), MAY_BE_ABSENT: formerly}
    return column


def table_of(
    row: str,
    columns: dict[str, pa.Column],
    *,
    ranges: bool = False,
    may_be_empty: bool = False,
    may_be_missing: bool = False,
) -> pa.DataFrameSchema:
    """A table whose rows are each a `row`, with where they come from."""
    marked = {
        **columns,
        "source": text_column("Where the row comes from: a key of `sources.csv`."),
        "status": status_column("How far the row is known."),
    }
    checks = [pa.Check(_in_order, error=Message("low, value and high in rising order"))] if ranges else []
    metadata = {MAY_BE_EMPTY: may_be_empty or may_be_missing, MAY_BE_MISSING: may_be_missing}
    return pa.DataFrameSchema(marked, checks=checks, metadata=metadata, description=row)


def status_column(what: str, *covers: str, blank: bool = False) -> pa.Column:
    """A status; `covers` are the columns that it speaks for, where it does not speak for the row."""
    column = word_column("status", what, *STATUSES, blank=blank)
    column.metadata = {**column.metadata, COVERS: covers}
    return column


def own_status(what: str, *covers: str) -> pa.Column:
    """A status that a file may lack, or leave blank: that of the row then speaks for these columns too."""
    return optional(status_column(f"{what}; blank = as the row.", *covers, blank=True))


def _in_order(table: pd.DataFrame) -> pd.Series:
    return ~((table["low"] > table["value"]) | (table["value"] > table["high"]))  # one that is lacking is noted already


def range_columns(quantity: str, unit: str = "", most: float = 1e6) -> dict[str, pa.Column]:
    """The lowest, the used and the highest of a quantity, and their unit."""
    return {
        "low": number_column(f"Lowest {quantity} thought possible{unit}.", -1000, most),
        "value": number_column(f"{quantity.capitalize()} that is computed with{unit}.", -1000, most),
        "high": number_column(f"Highest {quantity} thought possible{unit}.", -1000, most),
        "unit": text_column("Unit of low, value and high; for the reader."),
        "range_status": own_status("How far low and high are known", "low", "high"),
    }


POINT = {
    "lon": number_column("Longitude (degrees, WGS 84).", -180, 180),
    "lat": number_column("Latitude (degrees, WGS 84).", -90, 90),
}

NAMES = {"name_fr": text_column("Name in French."), "name_en": text_column("Name in English.")}
NOTE = {"note": text_column("Remark for the reader.", blank=True)}
