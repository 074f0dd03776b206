"""Change a study: any value of its tables and settings by one call, checked as on opening, `assumed` from then on."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pydantic import BaseModel

from coopgeo.errors import Column, Faults, Message, check_kind
from coopgeo.study.assemble import pieces
from coopgeo.study.consistency import note_inconsistencies
from coopgeo.study.frame import check_crs
from coopgeo.study.inputs import (
    CHAIN_POINTS,
    STUDY_TABLES,
    STUDY_TOML,
    Touched,
    chain_tables,
    chain_toml,
    index_of,
    materials_of,
    schema_of,
)
from coopgeo.study.numerals import number_of
from coopgeo.study.schemas import status_of
from coopgeo.study.settings import StudySettings
from coopgeo.study.tables import check_rows, values_pass
from coopgeo.text.nearest import nearest
from coopgeo.text.setting_faults import model_of
from coopgeo.text.vocabulary import meant_name

if TYPE_CHECKING:
    from coopgeo.study.study import Study

Settings = TypeVar("Settings", bound=BaseModel)
Changes = Mapping[str, Any]  # by table, by row: values by column; see `Study.changed`
ASSUMED = "assumed"
RANGES = (
    ("low", "value", "high"),
    ("toll_low_eur", "toll_eur", "toll_high_eur"),
    ("delay_factor_low", "delay_factor", "delay_factor_high"),
)
PAIRS = {  # what names a row where no column alone does
    "resources": ("product", "factor"),
    "harvest_costs": ("product", "step"),
    "competitors": ("customer", "product"),
    "outlets": ("customer", "output"),
    "speeds": ("vehicle", "highway"),
}
CHAIN_SETTINGS = ("parameters", "products", "outputs", "rounds", "limits")
SETTINGS = ("settings", *CHAIN_SETTINGS)
_SHOWN = 40
_NUMBER_OR_TEXT = {  # what is expected of a column of numbers or of texts, that may be blank or not
    (True, True): Message("a number, or None"),
    (True, False): Message("a number"),
    (False, True): Message("a text, or None"),
    (False, False): Message("a text, not a blank"),
}


def change(study: "Study", changes: Changes, chain: str | None) -> "Study":
    """The study with other values; see `Study.changed`."""
    check_kind("changes", changes, Mapping, 'a mapping by table, such as {"parameters": {"fill": 0.9}}')
    faults, name = Faults(Message("change of the study")), study.chain(chain).settings.id
    for table, rows in changes.items():
        if not isinstance(rows, Mapping):
            expected = Message("a mapping from rows, or entries, to their new values")
            faults.add(column=table, found=_shown(rows), expected=expected)
    faults.raise_if_any()
    tables, settings, chains = dict(study.inputs.tables), study.settings, dict(study.inputs.chains)
    touched: dict[str, set[str]] = {}
    paths = {**{table: f"chains/{name}/{table}" for table in chain_tables(chains[name].material)}, **STUDY_TABLES}
    for table, rows in changes.items():
        if table in paths:
            schema = schema_of(paths[table], materials_of(chains))
            tables[paths[table]], touched[paths[table]] = _with_rows(
                paths[table], schema, tables[paths[table]], rows, faults
            )
        elif table not in SETTINGS:
            *known, last = dict.fromkeys([*CHAIN_POINTS, *paths, *SETTINGS])
            expected = Message("{names} or {last}", names=known, last=last)
            faults.add(column="table", found=table, expected=expected, hint=meant_name(str(table), [*known, last]))
    if "settings" in changes:
        settings = _with_entries(settings, changes["settings"], Faults(STUDY_TOML), faults)
        touched[STUDY_TOML] = set(changes["settings"])
    if parts := {part: changes[part] for part in CHAIN_SETTINGS if part in changes}:
        chains[name] = _with_entries(chains[name], parts, Faults(chain_toml(name)), faults)
        touched[chain_toml(name)] = set(parts)
    faults.raise_if_any()
    if not any(changes.values()):
        return study
    what = Touched(touched)
    _check_ground(study, settings, what, faults)
    faults.raise_if_any()
    inputs = replace(study.inputs, settings=settings, chains=chains, tables=tables)
    sha256, original = _digest(study.inputs_sha256, name, changes), study.original or study.inputs
    changed = replace(study, **pieces(inputs, study, what), inputs_sha256=sha256, original=original)
    note_inconsistencies(changed, faults, what)
    faults.raise_if_any()
    return changed


def _check_ground(study: "Study", settings: StudySettings, what: Touched, faults: Faults) -> None:
    """What the layers of a study are read by stays, or can be changed."""
    if what.any(STUDY_TOML, "crs", "frame"):
        check_crs(faults, settings.crs, settings.frame)
    if settings.barriers != study.settings.barriers:
        expected = Message("the files that the study was opened with; name others in study.toml, and open it anew")
        faults.add(column="study.toml: barriers", found=str(settings.barriers), expected=expected)


def _with_rows(
    path: str, schema: pa.DataFrameSchema, table: pd.DataFrame, rows: Mapping[Any, Any], faults: Faults
) -> tuple[pd.DataFrame, set[str]]:
    """A table with other values in some rows, and the columns that these stand in."""
    before = len(faults)
    key = PAIRS.get(path.rsplit("/", 1)[-1]) or (str(index_of(schema)),)
    labels = table.index if len(key) == 1 else zip(*(table[column] for column in key), strict=True)
    positions = {label: position for position, label in enumerate(labels)}
    part = Faults(f"{path}.csv")
    cells: dict[str, dict[int, Any]] = {}
    for label, values in rows.items():
        if label not in positions:
            part.add(column="row", found=_named(label), expected=_known(label, positions, key))
        elif not isinstance(values, Mapping):
            expected = Message("a mapping from columns to their new values")
            part.add(id=_named(label), found=_shown(values), expected=expected)
        else:
            for column, value in _checked(schema, key, label, values, part).items():
                cells.setdefault(column, {})[positions[label]] = value
    if not part:
        ranges_asked = any(end in cells for low, _, high in RANGES for end in (low, high))
        _widen(table, cells)
        _mark(schema, cells)
        table = table.assign(**{column: _column(table[column], values) for column, values in cells.items()})
        if ranges_asked or not values_pass(schema, {column: values.values() for column, values in cells.items()}):
            changed = table.iloc[sorted({position for values in cells.values() for position in values})]
            check_rows(changed.reset_index() if len(key) == 1 else changed, schema, part)
    faults.extend(part)
    return (table, set(cells)) if len(faults) == before else (table, set())


def _checked(
    schema: pa.DataFrameSchema, key: tuple[str, ...], label: Any, values: Mapping[Any, Any], faults: Faults
) -> dict[str, Any]:
    """New values of a row, as the columns hold them; what is no column or not of its kind is noted."""
    known = [column for column in schema.columns if column not in key]
    cells = {}
    for column, value in values.items():
        id, place = _place(label, column)
        if column not in known:
            expected = Message("one of the columns {columns}", columns=list(map(Column, known)))
            hint = meant_name(str(column), known)
            faults.add(id=id, column=place, found=_shown(value), expected=expected, hint=hint)
            continue
        numeric, may_be_blank = schema.columns[column].dtype.type.kind == "f", schema.columns[column].nullable
        cell = _number(value) if numeric else _text(value)
        if cell is None and not (value is None and may_be_blank):
            expected = _NUMBER_OR_TEXT[numeric, may_be_blank]
            faults.add(id=id, column=place, found=_shown(value), expected=expected)
        cells[column] = (np.nan if numeric else "") if cell is None else cell
    return cells


def _shown(value: object) -> object:
    """A value as a fault shows it: texts and numbers as they are, nothing of a table of values."""
    if value is None or isinstance(value, Mapping):
        return None
    plain = isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool))
    return value if plain else Message("{value}", value=str(value))


def _number(value: object) -> float | None:
    """A finite number, also one in a text as tables have it; None for anything else."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | str | np.integer | np.floating):
        return None
    if isinstance(value, str):
        return number_of(value.strip(), ())
    try:
        number = float(_python(value))
    except OverflowError:
        return None
    return number if np.isfinite(number) else None


def _python(value: Any) -> Any:
    """A value of NumPy as Python has it; a float of few digits is the number that it is printed as, 0.3 for 0.3."""
    if isinstance(value, np.floating):
        return float(str(value))
    return value.item() if isinstance(value, np.generic) else value


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str) else None


def _widen(table: pd.DataFrame, cells: dict[str, dict[int, Any]]) -> None:
    """Widen the range of each changed value so far that it holds it, unless the range is changed too."""
    for low, middle, high in RANGES:
        if middle not in cells or low not in table.columns:
            continue
        for end, outer in ((low, min), (high, max)):
            bounds = table[end].to_numpy()
            for position, value in cells[middle].items():
                cells.setdefault(end, {}).setdefault(position, outer(float(bounds[position]), value))


def _mark(schema: pa.DataFrameSchema, cells: dict[str, dict[int, Any]]) -> None:
    """Mark what was changed as assumed, in the status that covers its column."""
    for column, values in list(cells.items()):
        status = status_of(schema, column)
        for position in values if status else ():
            cells.setdefault(str(status), {}).setdefault(position, ASSUMED)


def _column(before: pd.Series, values: Mapping[int, Any]) -> pd.Series:
    column = before.copy()
    column.array[list(values)] = list(values.values())
    return column


def _with_entries(settings: Settings, changes: Mapping[Any, Any], part: Faults, faults: Faults) -> Settings:
    """Settings with other entries, held against their model."""
    entries = settings.model_dump()
    _merge(entries, changes, "", part)
    if not part:
        settings = model_of(type(settings), entries, part) or settings
    faults.extend(part)
    return settings


def _merge(entries: dict[str, Any], changes: Mapping[Any, Any], path: str, faults: Faults) -> None:
    """Put new values into the entries of a settings file; an entry that has a status is assumed from then on."""
    number = _number(changes.get("value"))
    if {"low", "high"} <= set(entries) and number is not None:
        low, high = min(entries["low"], number), max(entries["high"], number)
        changes = {"low": low, "high": high, **changes}
    for name, value in changes.items():
        if name not in entries and not path.endswith("scores."):
            names = list(entries)
            expected = {
                "parameters.": Message("one of the parameters {names}", names=names),
                "products.": Message("one of the products {names}", names=names),
            }.get(path, Message("one of the entries {names}", names=names))
            hint = meant_name(str(name), names)
            faults.add(column=f"{path}{name}", found=_shown(value), expected=expected, hint=hint)
        elif isinstance(entries.get(name), dict):
            single = "value" in entries[name] and not isinstance(value, Mapping)
            if single or isinstance(value, Mapping):
                _merge(entries[name], {"value": value} if single else value, f"{path}{name}.", faults)
            else:
                expected = Message("new values of {names}", names=list(entries[name]))
                faults.add(column=f"{path}{name}", found=_shown(value), expected=expected)
        elif isinstance(entries.get(name), float) and isinstance(value, bool | np.bool_):
            faults.add(column=f"{path}{name}", found=_shown(value), expected=Message("a number"))
        else:
            number = (
                _number(value) if isinstance(entries.get(name), float) else None
            )  # a text may hold one, as in tables
            entries[name] = _python(value) if number is None else number
    if "status" in entries and changes:
        entries["status"] = changes.get("status", ASSUMED)
    if "range_status" in entries and {"low", "high"} & set(changes):
        entries["range_status"] = changes.get("range_status", ASSUMED)


def _digest(before: str, chain: str, changes: Changes) -> str:
    """Digest of a study after a change: the same for the same change, in whatever order it names its parts."""
    content = json.dumps(_plain([chain, changes]), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_named(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    value = _python(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _named(label: object) -> str:
    return ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _place(label: object, column: object) -> tuple[str, str]:
    """Id and column of a fault; a row that a pair names goes by the first of it."""
    first, *others = label if isinstance(label, tuple) else (label,)
    return str(first), ": ".join(map(str, [*others, column]))


def _known(label: object, rows: Iterable[Any], key: tuple[str, ...]) -> Message:
    """The rows that a label may have meant: those of a short table, the nearest names of a long one."""
    if len(key) > 1:
        pairs = list(rows)
        first = label[0] if isinstance(label, tuple) else label
        seconds = [str(pair[1]) for pair in pairs if pair[0] == first]
        if seconds:
            return Message("a {column} of {owner}, such as {names}", column=key[1], owner=str(first), names=seconds)
        names = list(dict.fromkeys(str(pair[0]) for pair in pairs))
        columns = {"owner": Column(key[0]), "column": Column(key[1])}
        return Message("a {owner} and a {column} of the table, such as {names}", names=names, **columns)
    names = list(map(str, rows))
    if len(names) > _SHOWN:
        count, names = len(names), nearest(str(label), names) or names[:3]
        return Message("one of the {count} rows of the table, such as {names}", count=count, names=names)
    return Message("one of {choices}", choices=names)
