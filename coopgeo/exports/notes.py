"""The columns that a planner keeps for notes, in layers: their names are no business of ours, so they may clash."""

from collections.abc import Collection

import pandas as pd

from coopgeo.plan.outcome import Outcome
from coopgeo.study.inputs import STUDY_TABLES, materials_of, schema_of
from coopgeo.study.tables import ROW

# Names that a GeoPackage, GeoParquet or a GIS that reads them keeps for itself.
_KEPT = frozenset({"fid", "ogc_fid", "rowid", "oid", "_rowid_", "geom", "geometry", "index", "level_0", "wkb_geometry"})
_LONGEST = 60
_MOST = 500  # a GeoPackage has no more than 2,000 columns


def notes_of(outcome: Outcome, table: str) -> pd.DataFrame:
    """The columns of a table of a study that coopgeo does not know, under the names that they have in the file.

    Parameters
    ----------
    outcome : Outcome
    table : str
        Such as "candidate_sites", of the chain of the outcome, or "communes".
    """
    path = STUDY_TABLES.get(table, f"chains/{outcome.chain.settings.id}/{table}")
    inputs = outcome.study.inputs
    rows, listed = inputs.tables[path], schema_of(path, materials_of(inputs.chains)).columns
    unlisted = [at for at, name in enumerate(rows.columns) if name not in listed and name != ROW]
    return rows.iloc[:, unlisted[:_MOST]]


def with_free_names(notes: pd.DataFrame, taken: Collection[str]) -> pd.DataFrame:
    """Notes under names that are free in a layer: a name that is taken, in whatever case, gets `_note` and a number.

    Parameters
    ----------
    notes : DataFrame
    taken : collection of str
        The columns of the layer.

    Examples
    --------
    >>> with_free_names(pd.DataFrame([["a", "b", "c"]], columns=["fid", "Score", "owner"]), ["id", "score"])
      fid_note Score_note owner
    0        a          b     c
    """
    known = _KEPT | {name.casefold() for name in taken}
    names: list[str] = []
    for column in notes.columns:
        plain = "".join(letter if letter.isprintable() else " " for letter in str(column))
        plain = plain.strip()[:_LONGEST] or "note"
        tries = (f"{plain}_note{number or ''}" for number in range(len(notes.columns) + 1))
        name = plain if plain.casefold() not in known else next(free for free in tries if free.casefold() not in known)
        known |= {name.casefold()}
        names.append(name)
    return notes.set_axis(names, axis=1)
